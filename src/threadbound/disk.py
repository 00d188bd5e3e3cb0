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
#: File systems that cannot sync a folder say so with one of these; the rename itself is done by then.
_NO_FOLDER_SYNC = frozenset({errno.EINVAL, errno.ENOTSUP, errno.EBADF})


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
    temporary = target.with_name(f".threadbound-{secrets.token_hex(6)}.part")
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

    Where the system can do that for a whole file system at once it is a matter of milliseconds, whatever is below; file
    by file, thousands took seconds.
    """
    if not _settled_at_once(folder):
        for root, _folders, files in os.walk(folder, topdown=False):
            for name in files:
                sync(Path(root, name))
            sync_folder(Path(root))


def _settled_at_once(folder: Path) -> bool:
    """syncfs(2), which tells of failed writes since Linux 5.8."""
    if sys.platform != "linux":
        return False
    import ctypes  # noqa: PLC0415 - not for every verb

    call = getattr(ctypes.CDLL(None, use_errno=True), "syncfs", None)
    handle = os.open(folder, os.O_RDONLY)
    try:
        if call is None or call(handle) == 0:
            return call is not None
        number = ctypes.get_errno()
        if number == errno.ENOSYS:
            return False
        raise OSError(number, os.strerror(number), str(folder))
    finally:
        os.close(handle)


def moved(places: Mapping[Path, Path]) -> None:
    """Give files or folders that are on the disk their names, and wait until the names are on the disk.

    Args:
        places: where each lies → where it belongs; missing folders are made.
    """
    fresh: set[Path] = set()
    for source, target in places.items():
        parent = target.parent
        while not parent.exists():
            fresh.add(parent.parent)
            parent = parent.parent
        target.parent.mkdir(parents=True, exist_ok=True)
        source.replace(target)
    for folder in fresh | {target.parent for target in places.values()}:
        sync_folder(folder)


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
