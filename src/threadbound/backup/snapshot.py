"""Snapshots: the library as it is now, as a bag at a destination.

Before: a library that nobody else writes to, and a destination that is ready. After :func:`take`: a folder whose name
begins with a number one higher than any before it, a valid bag, whole and on the disk; or nothing that counts as a
snapshot. Files that an earlier snapshot has are other names of the same file where the disk has hard links.

A snapshot grows under a name that begins with a dot. Its manifests are written last, all of it is synced, and only then
it is renamed. One that is to go is renamed first, and removed after that.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import stat
from collections.abc import Callable, Collection, Iterator
from datetime import UTC, datetime
from pathlib import Path

from msgspec import Struct, field

from threadbound import disk
from threadbound.backup import bag
from threadbound.backup.bag import PAYLOAD, Digests
from threadbound.backup.copying import copied, digested, shared
from threadbound.backup.known import Known
from threadbound.backup.retention import Kept
from threadbound.errors import FileTrouble

NAME = re.compile(r"(\d{6,})-(\d{4}-\d\d-\d\dT\d{6}Z)")
TIME = "%Y-%m-%dT%H%M%SZ"
#: What lies beside a snapshot that was found damaged: it keeps no place in the retention.
DAMAGED = ".damaged"
#: Names of folders that are no snapshot yet, or no more.
UNFINISHED = re.compile(r"\.threadbound-[0-9a-f]{12}\.(?:part|gone)")


class Subject(Struct, frozen=True):
    """What snapshots are taken of."""

    root: Path
    """The library's folder."""
    names: tuple[str, ...]
    """What in it is copied, files and folders."""
    is_damaged: Callable[[str, str], bool]
    """Whether the file at a path is never written to again, and should not be what its sha256 says."""
    vanished: Callable[[Path, Collection[str]], list[str]]
    """Of the paths that the payload of the newest snapshot has and the library has not: what goes on all the same."""
    known: Known


class Taken(Struct):
    """A snapshot, and what it cost."""

    folder: Path
    files: int = 0
    copied: int = 0
    """Files that no earlier snapshot had."""
    size: int = 0
    """Bytes of these."""
    damaged: list[str] = field(default_factory=list)
    """Files of the library that are not what they were: the snapshot has them as they were, or not at all."""
    vanished: list[str] = field(default_factory=list)
    """Files that the library has lost: the snapshot has them as the one before it had."""
    added: list[str] = field(default_factory=list)
    """Paths of the files that were copied."""
    unreadable: dict[str, str] = field(default_factory=dict)
    """Names of newer snapshots than the one it was compared with → why they cannot be read."""


def snapshots(destination: Path) -> list[Kept]:
    """The snapshots at a destination, oldest first.

    Raises:
        OSError: the folder cannot be read.
    """
    found: list[tuple[int, Kept]] = []
    names = {entry.name for entry in os.scandir(destination) if not entry.is_symlink()}
    for name in names:
        if (match := NAME.fullmatch(name)) and (destination / name).is_dir():
            made = datetime.strptime(match[2], TIME).replace(tzinfo=UTC)
            found.append((int(match[1]), Kept(name, made, name + DAMAGED not in names)))
    return [kept for _, kept in sorted(found, key=lambda each: (each[0], each[1].name))]


def clear(destination: Path) -> list[str]:
    """Remove what killed runs left unfinished; gives its names.

    Raises:
        OSError: the disk refuses.
    """
    left = [entry.name for entry in os.scandir(destination) if UNFINISHED.fullmatch(entry.name)]
    for name in left:
        shutil.rmtree(destination / name)
    return left


def take(subject: Subject, destination: Path, now: datetime, info: dict[str, str]) -> Taken:
    """Take a snapshot.

    Args:
        subject: the library.
        destination: a folder that is there.
        now: for the snapshot's name; which is newer is said by its number.
        info: what the bag says of itself.

    Raises:
        FileTrouble: the disk refuses, or is full; nothing that counts as a snapshot is left.
    """
    part = destination / f".threadbound-{secrets.token_hex(6)}.part"
    with disk.explained(destination):
        before = snapshots(destination)
        number = max((int(each.name.partition("-")[0]) for each in before), default=0) + 1
        name = f"{number:06}-{now.astimezone(UTC):{TIME}}"
        try:
            (part / PAYLOAD).mkdir(parents=True)
            taken = Taken(destination / name)
            work = _Work(subject, part / PAYLOAD, _earlier(destination, before, taken.unreadable), taken)
            work.fill()
            bag.seal(part, work.files, {**info, "Internal-Sender-Identifier": name})
            disk.settle(part)
            part.rename(destination / name)
            disk.sync_folder(destination)
        finally:
            shutil.rmtree(part, ignore_errors=True)
    subject.known.save(set(work.files))
    return work.taken


def remove(destination: Path, name: str) -> None:
    """Remove a snapshot: it is none from the first moment on.

    Raises:
        FileTrouble: the disk refuses.
    """
    gone = destination / f".threadbound-{secrets.token_hex(6)}.gone"
    with disk.explained(destination / name):
        (destination / name).rename(gone)
        (destination / f"{name}{DAMAGED}").unlink(missing_ok=True)
        disk.sync_folder(destination)
        shutil.rmtree(gone)


class _Earlier(Struct):
    """The newest snapshot that can be read: what unchanged files are shared with."""

    folder: Path
    files: dict[str, Digests]
    places: dict[str, str]
    """sha512 → path of a file that has it."""

    def find(self, name: str, digests: Digests) -> str:
        """A file with these digests, the one of the same name if it has them; nothing where there is none."""
        own = self.files.get(name)
        place = name if own and own.sha512 == digests.sha512 else self.places.get(digests.sha512)
        return f"{self.folder}/{PAYLOAD}/{place}" if place else ""


def _earlier(destination: Path, before: list[Kept], unreadable: dict[str, str]) -> _Earlier:
    for each in reversed(before):
        if each.is_good:
            try:
                found = bag.read(destination / each.name)
            except FileTrouble as error:
                unreadable[each.name] = str(error)
                continue
            return _Earlier(found.folder, found.files, {each.sha512: name for name, each in found.files.items()})
    return _Earlier(destination, {}, {})


class _Work(Struct):
    """Filling a payload. Paths are strings here: a library has tens of thousands of files."""

    subject: Subject
    payload: Path
    earlier: _Earlier
    taken: Taken
    files: dict[str, Digests] = field(default_factory=dict)
    folders: set[str] = field(default_factory=lambda: {""})
    linked: dict[tuple[int, int], str] = field(default_factory=dict)
    """Device and inode of each file that the library has under several names → the first of them."""

    def fill(self) -> None:
        """Put every file of the library into the payload."""
        for name, status in _walked(str(self.subject.root), self.subject.names):
            self._make(name.rpartition("/")[0])
            if (digests := self._put(name, status)) is not None:
                self.files[name] = digests
                if status.st_nlink > 1 and name not in self.taken.damaged:
                    self.linked.setdefault((status.st_dev, status.st_ino), name)
        missing = self.earlier.files.keys() - self.files.keys() - set(self.taken.damaged)
        self.taken.vanished = self.subject.vanished(self.earlier.folder / PAYLOAD, missing)
        for name in self.taken.vanished:
            if (digests := self._carried(name)) is not None:
                self.files[name] = digests
        self.taken.files = len(self.files)

    def _make(self, folder: str) -> None:
        if folder in self.folders:
            return
        self._make(folder.rpartition("/")[0])
        os.mkdir(f"{self.payload}/{folder}")  # noqa: PTH102 - strings, as above
        self.folders.add(folder)

    def _put(self, name: str, status: os.stat_result) -> Digests | None:
        twin = self.linked.get((status.st_dev, status.st_ino), "")
        known = self.files[twin] if twin else self.subject.known.get(name, status)
        then = self.earlier.files.get(name)
        if known is None and then is not None:
            known = digested(self.subject.root / name)
            if then.sha512 == known.sha512:
                self.subject.known.put(name, status, known)
        if known is not None:
            if then is not None and then.sha512 != known.sha512 and self.subject.is_damaged(name, known.sha256):
                return self._as_it_was(name)
            for place in (self.earlier.find(name, known), f"{self.payload}/{twin}" if twin else ""):
                if place and shared(place, f"{self.payload}/{name}", known.size):
                    return known
        return self._copy(name, status, known)

    def _copy(self, name: str, status: os.stat_result, known: Digests | None) -> Digests | None:
        target = self.payload / name
        found = copied(self.subject.root / name, target)
        if known is not None and found != known and self.subject.is_damaged(name, found.sha256):
            target.unlink()
            return self._as_it_was(name)
        target.chmod(0o444)  # other snapshots will share it
        self.subject.known.put(name, status, found)
        self.taken.added.append(name)
        self.taken.copied += 1
        self.taken.size += found.size
        return found

    def _as_it_was(self, name: str) -> Digests | None:
        """What is evidence does not change: the earlier snapshot's file goes on, if there is one."""
        self.taken.damaged.append(name)
        return self._carried(name)

    def _carried(self, name: str) -> Digests | None:
        """The earlier snapshot's own file goes on, if it is there and is what it was."""
        place, target = self.earlier.folder / PAYLOAD / name, self.payload / name
        if name not in self.earlier.files or place.is_symlink() or not place.is_file():
            return None
        then = digested(place)
        if then.sha512 != self.earlier.files[name].sha512:
            return None
        self._make(name.rpartition("/")[0])
        if not shared(place, target, then.size):
            copied(place, target)
            target.chmod(0o444)
        return then


def _walked(root: str, names: tuple[str, ...]) -> Iterator[tuple[str, os.stat_result]]:
    """Path and status of every plain file of the library; links and what is half-written are left out."""
    waiting: list[str] = []
    for name in names:
        status = os.lstat(f"{root}/{name}") if os.path.lexists(f"{root}/{name}") else None
        if status is not None and stat.S_ISDIR(status.st_mode):
            waiting.append(name)
        elif status is not None and stat.S_ISREG(status.st_mode):
            yield name, status
    while waiting:
        place = waiting.pop()
        with os.scandir(f"{root}/{place}") as entries:
            for entry in entries:
                if entry.name.startswith(".threadbound-"):
                    continue
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(f"{place}/{entry.name}")
                elif entry.is_file(follow_symlinks=False):
                    yield f"{place}/{entry.name}", entry.stat(follow_symlinks=False)
