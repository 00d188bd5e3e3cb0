"""What lies in an inbox, and whether it has come to rest.

Before: an inbox of the configuration, and what earlier runs took from it. After :func:`arrivals`: the pages that are
new or were saved again. After :func:`settled`: those of them that nobody writes to any more. Links are not followed,
and a page's companion folder belongs to the page. An inbox in which nothing changed costs a look at every file's size
and times, and no reading.
"""

from __future__ import annotations

import contextlib
import glob
import os
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import msgspec
from msgspec import Struct, field

from threadbound import disk
from threadbound.backup.configuration import fixed_part
from threadbound.backup.settings import Inbox
from threadbound.containers.companions import has_companion_ending, own_folders
from threadbound.containers.folders import pages_in
from threadbound.digests import sha256
from threadbound.errors import FileTrouble, NoThread

#: A page that goes on growing is left for the next run after so many times the inbox's own patience.
PATIENCE = 15


class Seen(Struct):
    """What earlier runs took from inboxes that are copied from."""

    file: Path
    pages: dict[str, str] = field(default_factory=dict)
    """Path → its state when it was taken in."""
    inboxes: dict[str, str] = field(default_factory=dict)
    """Path of an inbox → its state when all in it was taken in."""

    def save(self) -> None:
        """Keep it for the next run; where that cannot be, the next run reads the pages again."""
        try:
            disk.put(self.file, msgspec.json.encode({"pages": self.pages, "inboxes": self.inboxes}))
        except OSError:
            return


class Arrived(Struct, frozen=True):
    """A page in an inbox."""

    path: Path
    state: str
    """Of the page and its folder."""


def seen_in(file: Path) -> Seen:
    """What ``file`` has of earlier runs."""
    try:
        kept = msgspec.json.decode(file.read_bytes(), type=dict[str, dict[str, str]])
        return Seen(file, kept.get("pages", {}), kept.get("inboxes", {}))
    except (OSError, msgspec.MsgspecError):
        return Seen(file)


def arrivals(inbox: Inbox, seen: Seen, trouble: Callable[[FileTrouble], None]) -> list[Arrived]:
    """The pages that no earlier run took in as they are now, sorted.

    Args:
        inbox: where.
        seen: by earlier runs.
        trouble: told of every folder that cannot be read.

    Raises:
        FileTrouble: the inbox is not there.
    """
    if seen.inboxes.get(inbox.path) == state_of_inbox(inbox):
        return []
    found = [Arrived(path, state_of_page(path)) for path in _pages(inbox, trouble)]
    return [each for each in found if seen.pages.get(str(each.path)) != each.state]


def state_of_inbox(inbox: Inbox) -> str:
    """A digest of every file's name, size and times: while it is the same, nothing has come.

    Raises:
        FileTrouble: the inbox is not there.
    """
    if not _is_glob(inbox.path) and not os.path.lexists(inbox.path):
        raise FileTrouble(f"{inbox.path}: this inbox is not there; make the folder, or is its disk mounted?")
    if _is_glob(inbox.path) and not (folder := fixed_part(inbox.path)).is_dir():
        raise FileTrouble(f"{inbox.path}: matches nothing; the folder {folder} is not there; is its disk mounted?")
    roots = _globbed(inbox.path) if _is_glob(inbox.path) else [Path(inbox.path)]
    return _digest(line for root in roots for line in _states(root))


def state_of_page(path: Path) -> str:
    """A digest of a page's size and times, and of those of the files in its folder."""
    return _digest(line for place in (path, *own_folders(path)) for line in _states(place))


def settled(pages: Iterable[Arrived], patience: float) -> Iterator[tuple[Arrived, bool]]:
    """Each page when it has come to rest, or when it has not for too long; with whether it has.

    Args:
        pages: in an inbox.
        patience: seconds for which nothing is written to a page that is at rest.
    """
    waiting: list[Arrived] = []
    for each in pages:
        if patience and _newest(each.path) > time.time() - patience:
            waiting.append(each)
        else:
            yield each, True
    for _ in range(PATIENCE):
        if not waiting:
            break
        time.sleep(patience)
        before, waiting = waiting, []
        for each in before:
            now = Arrived(each.path, state_of_page(each.path))
            if now == each:
                yield each, True
            else:
                waiting.append(now)
    yield from ((each, False) for each in waiting)


def _newest(page: Path) -> float:
    """When something was last written to a page or its folder."""
    times = [0.0]
    for place in (page, *own_folders(page)):
        files = (file for file in place.rglob("*") if not file.is_dir()) if place.is_dir() else (place,)
        for file in files:
            with contextlib.suppress(OSError):
                times.append(file.lstat().st_mtime)
    return max(times)


def _pages(inbox: Inbox, trouble: Callable[[FileTrouble], None]) -> list[Path]:
    places = _globbed(inbox.path) if _is_glob(inbox.path) else [Path(inbox.path)]
    return list(dict.fromkeys(page for place in places for page in _pages_at(place, trouble)))


def _globbed(path: str) -> list[Path]:
    """What a glob names, sorted; no link is followed, and what lies in a page's own folder belongs to that page."""
    fixed = fixed_part(path)
    places = [Path(name) for name in sorted(glob.glob(path, recursive=True))]  # noqa: PTH207 - as the user wrote it
    return [place for place in places if not _is_elsewhere(place, fixed)]


def _is_elsewhere(place: Path, fixed: Path) -> bool:
    below = [each for each in (place, *place.parents) if each != fixed and each.is_relative_to(fixed)]
    folders = below if place.is_dir() else below[1:]
    return any(each.is_symlink() for each in below) or any(has_companion_ending(each.name) for each in folders)


def _pages_at(place: Path, trouble: Callable[[FileTrouble], None]) -> list[Path]:
    if place.is_file() and not place.is_symlink():
        return [place]
    if not place.is_dir():
        return []
    try:
        return pages_in(place, lambda _place, error: trouble(error))
    except NoThread:
        return []  # an empty inbox is none that fails


def _is_glob(path: str) -> bool:
    return glob.has_magic(path) and not os.path.lexists(path)


def _digest(lines: Iterable[str]) -> str:
    return sha256("\n".join(sorted(lines)).encode("utf-8", "surrogateescape"))


def _states(root: Path) -> Iterator[str]:
    """A line for each file below a place: name, size, time, inode."""
    try:
        if root.is_symlink() or not root.is_dir():
            yield _line(str(root), root.lstat())
            return
        with os.scandir(root) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    yield from _states(Path(entry.path))
                else:
                    yield _line(entry.path, entry.stat(follow_symlinks=False))
    except OSError as error:
        yield f"{root} {error.errno}"


def _line(path: str, status: os.stat_result) -> str:
    return f"{path} {status.st_size} {status.st_mtime_ns} {status.st_ino}"
