"""A library out of a snapshot.

Before: a snapshot, and a folder that is empty or not there. After: the folder holds what the snapshot holds, byte for
byte, each file proven while it was copied; or, if the disk refused, nothing. Files of the snapshot that are damaged are
taken from another snapshot beside it that has them; those that nowhere are whole are left out and named.
"""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct, field

from threadbound import disk
from threadbound.backup import bag
from threadbound.backup.bag import PAYLOAD, Bag, Digests
from threadbound.backup.copying import copied, shared
from threadbound.backup.destinations import MARKER
from threadbound.backup.snapshot import snapshots
from threadbound.errors import FileTrouble
from threadbound.library.layout import MEDIA, THREADS
from threadbound.library.staging import READ_ONLY
from threadbound.options import Step, no_step

RESTORING = "restoring"


class Restored(Struct):
    """What was restored."""

    folder: Path
    snapshot: Path
    files: int = 0
    size: int = 0
    """Bytes."""
    borrowed: list[str] = field(default_factory=list)
    """Files that the snapshot had damaged and another one whole."""
    lost: list[str] = field(default_factory=list)
    """Files that are damaged in every snapshot there is."""
    trouble: str = ""
    """What is damaged of that which the snapshot says of itself."""


def snapshot_at(path: Path) -> Path:
    """The snapshot at a path: itself, or the newest of a destination.

    Raises:
        FileTrouble: there is none.
    """
    if (path / bag.DECLARATION[0]).is_file():
        return path
    if not path.is_dir():
        raise FileTrouble(f"{path}: there is no such folder; name a snapshot, or a destination to restore its newest")
    with disk.explained(path):
        found = snapshots(path)
    good = [each for each in found if each.is_good] or found
    if not good:
        raise FileTrouble(f"{path}: there is no snapshot in it")
    return path / good[-1].name


def copy_at(path: Path) -> Path:
    """The copy of a library at a path: of a destination its newest snapshot, else the folder itself."""
    return snapshot_at(path) if (path / MARKER).is_file() else path


def restore(snapshot: Path, folder: Path, step: Step = no_step) -> Restored:
    """Restore a snapshot into a folder.

    Raises:
        FileTrouble: the folder holds something, the snapshot is none, or the disk refuses.
    """
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise FileTrouble(f"{folder}: it is no folder; name a new or an empty one")
    if folder.is_dir() and any(folder.iterdir()):
        raise FileTrouble(f"{folder}: there is something in it; name a new or an empty folder")
    source, trouble = _source(snapshot)
    restored = Restored(folder, snapshot, trouble=trouble)
    part = folder.absolute().with_name(f".threadbound-{secrets.token_hex(6)}.part")
    with disk.explained(folder):
        part.parent.mkdir(parents=True, exist_ok=True)
        part.mkdir()
        try:
            _fill(part, source, restored, step)
            _protect(part)
            disk.settle(part)
            if folder.is_dir():
                folder.rmdir()
            part.rename(folder)
            disk.sync_folder(part.parent)
        finally:
            shutil.rmtree(part, ignore_errors=True)
    return restored


def _source(snapshot: Path) -> tuple[Bag, str]:
    """The bag, and what is the matter with it where it is damaged and can be believed all the same."""
    try:
        return bag.read(snapshot), ""
    except FileTrouble as error:
        try:
            return bag.salvaged(snapshot), str(error).partition("; ")[0]
        except FileTrouble:
            raise error from None


def _fill(part: Path, source: Bag, restored: Restored, step: Step) -> None:
    others: list[Bag] | None = None
    first: dict[Digests, Path] = {}
    for done, (name, wanted) in enumerate(source.files.items()):
        step(RESTORING, done, len(source.files), restored.size)
        target = part / name
        target.parent.mkdir(parents=True, exist_ok=True)
        is_evidence = name.startswith((f"{THREADS}/", f"{MEDIA}/"))
        twin = first.get(wanted) if is_evidence else None
        if twin and shared(twin, target, twin.stat().st_size):  # a picture beside its page is one file, as it was
            restored.files += 1
            continue
        if _copied(source, name, wanted, target):
            if is_evidence:
                first[wanted] = target
            restored.size += target.stat().st_size
            restored.files += 1
            continue
        if others is None:
            others = list(_beside(source.folder))
        if any(_copied(other, each, wanted, target) for other, each in _holders(others, wanted)):
            restored.borrowed.append(name)
            restored.size += target.stat().st_size
            restored.files += 1
        else:
            restored.lost.append(name)


def _protect(part: Path) -> None:
    """Captures and pictures are not written to again, as a library has them."""
    for evidence in (part / THREADS, part / MEDIA):
        for file in evidence.rglob("*"):
            if file.is_file():
                file.chmod(READ_ONLY)


def _copied(source: Bag, name: str, wanted: Digests, target: Path) -> bool:
    """Copy a file out of a snapshot; gives whether it is what it was. Nothing else is left at the target."""
    if bag.has_links(source.folder, name):
        return False
    try:
        if wanted.proves(copied(source.folder / PAYLOAD / name, target)):
            return True
    except FileTrouble:
        pass
    except OSError as error:
        if error.filename in (None, str(target)):  # it is the new disk that refuses
            raise
    target.unlink(missing_ok=True)
    return False


def _holders(others: list[Bag], wanted: Digests) -> Iterator[tuple[Bag, str]]:
    for other in others:
        for name, digests in other.files.items():
            if wanted.proves(digests):
                yield other, name


def _beside(snapshot: Path) -> Iterator[Bag]:
    """The other snapshots of the same destination that can be read, newest first."""
    destination = snapshot.absolute().parent
    if not (destination / MARKER).is_file():
        return
    for each in reversed(snapshots(destination)):
        if each.name != snapshot.name:
            try:
                yield bag.read(destination / each.name)
            except FileTrouble:
                continue
