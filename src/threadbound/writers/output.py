"""Files that are there whole or not at all.

Before: a target that may or may not exist. After: either the finished file lies there, on the disk itself, or what was
there before. The caller writes and checks a temporary file in the same folder; only then is it renamed.
"""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
from collections.abc import Iterator
from pathlib import Path

from threadbound.disk import sync, sync_folder, trouble
from threadbound.errors import FileTrouble

#: What a disk says to a write without naming the file.
_WRITING = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EIO})


@contextlib.contextmanager
def atomic(target: Path, *, force: bool = False) -> Iterator[Path]:
    """A temporary path beside ``target``, renamed to it when the block ends without an exception.

    Write the file and check it inside the block. Whatever is raised there, a keyboard interrupt too, leaves nothing
    behind. Missing folders are made.

    Args:
        target: where the finished file belongs.
        force: whether an existing file may be replaced.

    Raises:
        FileTrouble: the target exists and ``force`` is not given, it is no plain file, or the disk refuses.
    """
    with _explained(target):
        _refuse(target, force=force)
        target.parent.mkdir(parents=True, exist_ok=True)
    # Named before it is there: a signal may come at any moment, and what it leaves must be known by name.
    temporary = target.with_name(f".threadbound-{secrets.token_hex(6)}.part{target.suffix[:16]}")
    try:
        with _explained(target):
            _create(temporary)
        with _explained(target, temporary):
            yield temporary
        with _explained(target):
            sync(temporary)
            _refuse(target, force=force)
            temporary.replace(target)
            sync_folder(target.parent)
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink()


def unclaimed(path: Path, claimed: set[str]) -> Path:
    """``path``, numbered if this run has made a book of that name; from now on it is claimed.

    Capitals tell no two names apart: on some disks they are one file.
    """
    own, number = path, 1
    while str(own).casefold() in claimed:
        number += 1
        own = path.with_name(f"{path.stem}-{number}{path.suffix}")
    claimed.add(str(own).casefold())
    return own


@contextlib.contextmanager
def _explained(target: Path, temporary: Path | None = None) -> Iterator[None]:
    """Turn what the disk says into one line that names the target.

    With ``temporary``, others work in between: what they say of other files is not for this module to explain.
    """
    try:
        yield
    except OSError as error:
        if temporary and not _is_about(error, temporary):
            raise
        raise trouble(target, error) from error


def _is_about(error: OSError, temporary: Path) -> bool:
    """Whether the disk speaks of the temporary file: by its name, or by what only writing meets."""
    if error.filename is None:
        return error.errno in _WRITING
    return isinstance(error.filename, str | os.PathLike) and Path(error.filename) == temporary


def _refuse(target: Path, *, force: bool) -> None:
    """Stop before anybody's file is overwritten. Asked at both ends: another run may have been quicker."""
    if target.is_dir():
        raise FileTrouble(f"{target} is a folder; give a file name")
    if target.exists() and not target.is_file():
        raise FileTrouble(f"{target} is no plain file; give another name, or - for standard output")
    if not force and os.path.lexists(target):
        raise FileTrouble(f"{target} exists; use --force to replace it")


def _create(file: Path) -> None:
    """An empty file that was not there, with the permissions that new files get here."""
    os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
