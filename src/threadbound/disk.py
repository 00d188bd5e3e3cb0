"""Files that are on the disk when we say so.

Before: bytes and a place. After: the file lies there whole, under its name, on the disk itself, or what was there
before. What the disk says is turned into one line that names the file and what to do.
"""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import shutil
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from threadbound.errors import FileTrouble

#: What went wrong and what to do, for people.
CAUSES: dict[int, str] = {
    errno.ENOSPC: "the disk is full; free some space or choose another folder",
    errno.EDQUOT: "your share of the disk is used up; free some space or choose another folder",
    errno.EFBIG: "the file is larger than this disk or account allows; choose another folder",
    errno.EROFS: "the disk is read-only; choose another folder",
    errno.EACCES: "you may not write there; choose another folder",
    errno.EPERM: "you may not write there; choose another folder",
    errno.ENOTDIR: "a part of its path is no folder; choose another folder",
    errno.EEXIST: "a part of its path is no folder; choose another folder",
    errno.EISDIR: "it is a folder; give a file name",
    errno.ENAMETOOLONG: "the name is too long; choose a shorter one",
    errno.ENOENT: "its folder is gone, or no file can be there; choose another folder",
    errno.EIO: "the disk reports an error; choose another disk",
}
#: How the names of temporary files begin.
TEMPORARY = ".threadbound-"
#: File systems that cannot sync a folder say so with one of these; the rename itself is done by then.
_NO_FOLDER_SYNC = frozenset({errno.EINVAL, errno.ENOTSUP, errno.EBADF})

#: What goes when the command ends.
ENDING = contextlib.ExitStack()
#: Folders that are synced one by one: more are told at once with their file system.
FEW = 8


def spare() -> Path:
    """A folder that is gone when the command ends.

    Raises:
        OSError: there is no room for one.
    """
    import tempfile  # noqa: PLC0415 - not for --help

    return Path(ENDING.enter_context(tempfile.TemporaryDirectory(prefix="threadbound-")))


@contextlib.contextmanager
def explained(target: Path) -> Iterator[None]:
    """Turn what the disk says into one line that names the target.

    Raises:
        FileTrouble: the disk refused something in the block.
    """
    try:
        yield
    except OSError as error:
        raise trouble(target, error) from error


def trouble(target: Path, error: OSError) -> FileTrouble:
    """What a user is told when ``target`` cannot be written."""
    cause = CAUSES.get(error.errno or 0) or f"{error} ({type(error).__name__})"
    return FileTrouble(f"{target}: cannot be written: {cause}")


def put(target: Path, data: bytes, mode: int = 0o666) -> None:
    """Have ``target`` hold ``data``, whole and on the disk, or be what it was. Missing folders are made.

    Args:
        target: the file.
        data: all of it.
        mode: who may do what with it, where the user's mask allows.

    Raises:
        OSError: the disk refuses.
    """
    temporary = target.with_name(f"{TEMPORARY}{secrets.token_hex(6)}.part")
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(target)
        sync_folder(target.parent)
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink()


def settle(folder: Path) -> None:
    """Wait until everything in a folder, and below, is on the disk.

    Where the system can be asked for all of a file system at once it is: a thousand files take as long as ten.
    """
    if not _settled_at_once(folder):
        for root, _folders, files in os.walk(folder, topdown=False):
            for name in files:
                sync(Path(root, name))
            sync_folder(Path(root))


def moved(places: Mapping[Path, Path]) -> None:
    """Give files or folders that are on the disk their names, and wait until the names are on the disk.

    Args:
        places: where each lies → where it belongs, on one file system; missing folders are made.
    """
    changed: set[Path] = set()
    for source, target in places.items():
        if target.parent not in changed:
            parent = target.parent
            while not parent.exists():
                parent = parent.parent
                changed.add(parent)
            target.parent.mkdir(parents=True, exist_ok=True)
        source.replace(target)
        changed.add(target.parent)
    if len(changed) <= FEW or not _settled_at_once(next(iter(changed))):
        for folder in changed:
            sync_folder(folder)


def _settled_at_once(folder: Path) -> bool:
    """Have the folder's file system write all that it holds back; false where it cannot be asked to."""
    if not sys.platform.startswith("linux"):
        return False
    import ctypes  # noqa: PLC0415 - only where much is written

    handle = os.open(folder, os.O_RDONLY)
    try:
        system = ctypes.CDLL(None, use_errno=True)
        if system.syncfs(handle):
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), str(folder))
    except AttributeError:  # a C library without it
        return False
    finally:
        os.close(handle)
    return True


def removed(folder: Path) -> None:
    """Remove a folder with all that is in it, if it is there."""
    with contextlib.suppress(FileNotFoundError):
        shutil.rmtree(folder)


def sync(file: Path) -> None:
    """Wait until the bytes are on the disk."""
    handle = os.open(file, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_folder(folder: Path) -> None:
    """Wait until the names in it are on the disk, where the file system can tell."""
    try:
        sync(folder)
    except OSError as error:
        if error.errno not in _NO_FOLDER_SYNC:
            raise
