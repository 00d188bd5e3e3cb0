"""Getting a file into a snapshot: shared with an earlier one where that can be, else copied and proven.

Before: a file of the library, or of a snapshot. After: the same bytes lie at the new place, with the digests that were
computed while they were read. Sharing is by hard link, copying by reflink where the file system has them (Btrfs, XFS):
both cost no space. Where it has neither, bytes are copied.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import stat
import sys
from pathlib import Path
from typing import BinaryIO

from threadbound.backup.bag import Digests
from threadbound.errors import FileTrouble

PIECE = 1024 * 1024
#: ioctl of Linux that lets two files share their blocks (ioctl_ficlone(2)).
_FICLONE = 0x40049409
#: A file system that has no hard links, or no more of this file, says one of these.
_NO_LINK = frozenset({errno.EPERM, errno.EMLINK, errno.ENOTSUP, errno.EXDEV, errno.ENOSYS})


def shared(source: str | Path, target: str | Path, size: int) -> bool:
    """Make ``target`` another name of ``source``; gives whether that could be.

    Raises:
        OSError: the disk refuses for another reason than that it knows no links.
    """
    try:
        status = os.lstat(source)
        if status.st_size != size or not stat.S_ISREG(status.st_mode):
            return False
        os.link(source, target, follow_symlinks=False)
    except FileNotFoundError:
        return False
    except OSError as error:
        if error.errno in _NO_LINK:
            return False
        raise
    return True


def copied(source: Path, target: Path) -> Digests:
    """Copy a file, with its times; gives what proves the bytes that were read.

    Raises:
        OSError: the disk refuses, or the source is a link.
        FileTrouble: the source is no plain file.
    """
    with _opened(source) as reader, target.open("xb") as writer:
        status = os.fstat(reader.fileno())
        is_cloned = _cloned(reader.fileno(), writer.fileno())
        found = _read(reader, None if is_cloned else writer)
    os.utime(target, ns=(status.st_atime_ns, status.st_mtime_ns))
    return found


def digested(path: Path) -> Digests:
    """What proves a file as it is.

    Raises:
        OSError: it cannot be read, or is a link.
        FileTrouble: it is no plain file.
    """
    with _opened(path) as reader:
        return _read(reader)


def _opened(path: Path) -> BinaryIO:
    """A plain file, open; no link is followed, and no pipe waited for."""
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise FileTrouble(f"{path}: no plain file")
    return os.fdopen(handle, "rb")


def _read(reader: BinaryIO, writer: BinaryIO | None = None) -> Digests:
    sha256, sha512, size = hashlib.sha256(), hashlib.sha512(), 0
    while piece := _piece(reader):
        sha256.update(piece)
        sha512.update(piece)
        size += len(piece)
        if writer:
            writer.write(piece)
    return Digests(sha256.hexdigest(), sha512.hexdigest(), size)


def _piece(reader: BinaryIO) -> bytes:
    try:
        return reader.read(PIECE)
    except OSError as error:
        raise FileTrouble(f"{reader.name}: it cannot be read: {error.strerror}; the disk may be failing") from error


def _cloned(source: int, target: int) -> bool:
    """Let the target share the source's blocks, if both lie on a file system that can."""
    if sys.platform != "linux":
        return False
    try:
        fcntl.ioctl(target, _FICLONE, source)
    except OSError:
        return False
    return True
