"""Is a snapshot what it was: its list is whole, and of its files so many are read again.

Before: a snapshot. After: a :class:`Found` with what is damaged, nothing altered. Which files are read is a matter of
the snapshot's number: with a sample of 5 % every file has been read after twenty snapshots, and those that are new are
read at once. :func:`heal` gives damaged files back their bytes from another place that has them.
"""

from __future__ import annotations

import math
import os
import re
import secrets
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator
from pathlib import Path

from msgspec import Struct, field

from threadbound import disk
from threadbound.backup import bag
from threadbound.backup.bag import PAYLOAD, Bag
from threadbound.backup.copying import copied, digested, shared
from threadbound.errors import FileTrouble

_LEFT = re.compile(r"\.threadbound-[0-9a-f]{12}\.part")


class Found(Struct):
    """What came of looking at a snapshot."""

    snapshot: Bag
    read: int = 0
    """Files that were read."""
    size: int = 0
    """Bytes of these."""
    damaged: list[str] = field(default_factory=list)
    """Files that are not what they were, or are not there."""
    foreign: list[str] = field(default_factory=list)
    """Files that the snapshot does not name."""

    @property
    def is_whole(self) -> bool:
        """Whether nothing was found."""
        return not self.damaged and not self.foreign


def check(
    folder: Path,
    share: float = 1.0,
    always: Collection[str] = (),
    is_late: Callable[[], bool] = lambda: False,
) -> Found:
    """Look at a snapshot.

    Args:
        folder: the snapshot.
        share: of its files that are read, from 0 to 1.
        always: files that are read in any case.
        is_late: asked before each file that is not read in any case: whether to stop reading.

    Raises:
        FileTrouble: it is none, or what it says of itself is damaged.
    """
    snapshot = bag.read(folder)
    found = Found(snapshot)
    there = dict(_without_leftovers(folder / PAYLOAD))
    found.foreign += sorted(there.keys() - snapshot.files.keys())
    found.damaged += sorted(snapshot.files.keys() - there.keys())
    due = _due(share, _number(folder))
    first = set(always)
    for name in [*sorted(first & snapshot.files.keys()), *(each for each in snapshot.files if each not in first)]:
        if name not in there or not (name in first or (due(name) and not is_late())):
            continue
        if not is_sound(snapshot, name):
            found.damaged.append(name)
        found.read += 1
        found.size += there[name]
    return found


def _without_leftovers(payload: Path) -> Iterator[tuple[str, int]]:
    """The files of a payload; what a killed :func:`heal` left half-written goes."""
    for name, size in list(bag.plain_files(payload)):
        if _LEFT.fullmatch(name.rpartition("/")[2]):
            (payload / name).unlink(missing_ok=True)
        else:
            yield name, size


def is_sound(snapshot: Bag, name: str) -> bool:
    """Whether a file of a snapshot is what it was."""
    if bag.has_links(snapshot.folder, name):
        return False
    try:
        found = digested(snapshot.folder / PAYLOAD / name)
    except (OSError, FileTrouble):
        return False
    wanted = snapshot.files[name]
    return (found.sha256, found.sha512) == (wanted.sha256, wanted.sha512)


def heal(snapshots: Iterable[Bag], sha512: str, source: Path) -> int:
    """Give every file with that digest its bytes back; gives how many were put in place.

    Args:
        snapshots: where.
        sha512: of the file as it was.
        source: a file that is believed to have those bytes.

    Raises:
        OSError: the disk refuses.
    """
    healed: list[Path] = []
    for snapshot in snapshots:
        for name, wanted in snapshot.files.items():
            if wanted.sha512 != sha512 or is_sound(snapshot, name) or _leads_out(snapshot, name):
                continue
            target = snapshot.folder / PAYLOAD / name
            target.parent.mkdir(parents=True, exist_ok=True)
            temporary = target.with_name(f".threadbound-{secrets.token_hex(6)}.part")
            try:
                if not healed or not shared(healed[0], temporary, healed[0].stat().st_size):
                    if copied(source, temporary).sha512 != sha512:
                        return len(healed)
                    temporary.chmod(0o444)
                disk.sync(temporary)
                os.replace(temporary, target)  # noqa: PTH105 - a link at the target is replaced, not followed
                disk.sync_folder(target.parent)
            finally:
                temporary.unlink(missing_ok=True)
            healed.append(target)
    return len(healed)


def _leads_out(snapshot: Bag, name: str) -> bool:
    """Whether a folder on the way to a file is a link: nothing is written through one."""
    parent = name.rpartition("/")[0]
    return bag.has_links(snapshot.folder, parent) if parent else (snapshot.folder / PAYLOAD).is_symlink()


def _due(share: float, turn: int) -> Callable[[str], bool]:
    """Which files have their turn: each once in so many turns as the share is contained in the whole."""
    if share <= 0:
        return lambda _: False
    turns = max(1, math.floor(1 / share))
    return lambda name: zlib.crc32(name.encode("utf-8", "surrogateescape")) % turns == turn % turns


def _number(folder: Path) -> int:
    first = folder.name.partition("-")[0]
    return int(first) if first.isdecimal() else 0
