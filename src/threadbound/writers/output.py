"""Files that are there whole or not at all.

Before: a target that may or may not exist. After: either the finished file lies there, on the disk itself, or what was
there before. The caller writes and checks a temporary file in the same folder; only then is it renamed. What a run that
was killed left half-written there, the next one removes.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import secrets
import shutil
import time
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from pathlib import Path

from msgspec import Struct

from threadbound.disk import TEMPORARY, sync, sync_folder, trouble
from threadbound.errors import FileTrouble
from threadbound.media.parts import STALE, clear

#: What the file of a book begins with.
BEGINS = (b"%PDF-", b"PK\x03\x04")
#: In the name of a file that is whole, and waits for others.
WHOLE = ".whole"
#: In the name under which what was there is kept while others are being placed.
BEFORE = ".before"
#: Seconds in which a file that another run has just begun may not be locked yet.
YOUNG = 60
#: What a disk says to a write without naming the file.
_WRITING = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EIO})


@contextlib.contextmanager
def atomic(target: Path, *, force: bool = False, is_book: bool = False) -> Iterator[Path]:
    """A temporary path beside ``target``, renamed to it when the block ends without an exception.

    Write the file and check it inside the block. Whatever is raised there, a keyboard interrupt too, leaves nothing
    behind. Missing folders are made.

    Args:
        target: where the finished file belongs.
        force: whether an existing file may be replaced.
        is_book: whether only a book, or an empty file, may be replaced, whatever ``force`` says.

    Raises:
        FileTrouble: the target exists and may not be replaced, it is no plain file, or the disk refuses.
    """
    with _explained(target):
        _refuse(target, is_book=is_book, force=force)
        target.parent.mkdir(parents=True, exist_ok=True)
    # Named before it is there: a signal may come at any moment, and what it leaves must be known by name.
    temporary = target.with_name(f"{TEMPORARY}{secrets.token_hex(6)}.part{target.suffix[:16]}")
    _clear(target.parent)
    lock, waiting = -1, _WAITING.get()
    try:
        with _explained(target):
            lock = _create(temporary)
        with _explained(target, temporary):
            yield temporary
        with _explained(target):
            sync(temporary)
            _refuse(target, is_book=is_book, force=force)
            if waiting is None:
                _place(_Finished(temporary, target, is_book, force))
            else:  # nobody locks it any more, and it must not be taken for what a killed run left
                whole = temporary.with_name(temporary.name.replace(".part", WHOLE, 1))
                waiting.append(_Finished(whole, target, is_book, force))
                temporary.replace(whole)
    finally:
        _remove(temporary)
        with contextlib.suppress(OSError):
            os.close(lock)


@contextlib.contextmanager
def together() -> Iterator[Callable[[], None]]:
    """Files that are finished in this block get their names when it ends; none does where it ends with an exception,
    or where one of the names is refused.

    Gives what lets all of them go.
    """
    waiting: list[_Finished] = []
    token = _WAITING.set(waiting)

    def drop() -> None:
        for each in waiting:
            _remove(each.temporary)
        waiting.clear()

    try:
        yield drop
        # A trial has gone with its folder.
        _place_all([each for each in waiting if each.target.parent.exists()])
    finally:
        _WAITING.reset(token)
        drop()


class _Finished(Struct, frozen=True):
    """A file that is whole, and its name."""

    temporary: Path
    target: Path
    is_book: bool
    force: bool


#: Files that wait for others.
_WAITING: ContextVar[list[_Finished] | None] = ContextVar("waiting", default=None)


def _place(finished: _Finished) -> None:
    with _explained(finished.target):
        finished.temporary.replace(finished.target)
        sync_folder(finished.target.parent)


def _place_all(finished: list[_Finished]) -> None:
    """Give all of them their names; or, where one is refused, put back what was there before the first."""
    kept: dict[Path, Path] = {}
    try:
        for each in finished:
            with _explained(each.target):
                _refuse(each.target, is_book=each.is_book, force=each.force)
        if len(finished) > 1:
            for each in finished:
                with _explained(each.target):
                    if os.path.lexists(each.target):
                        kept[each.target] = _keep(each.target)
        for each in finished:
            _place(each)
    except BaseException as error:
        if len(finished) < 2:  # one that has its name is whole, whatever the disk said after that
            raise
        said = _put_back(finished, kept)
        if isinstance(error, FileTrouble):
            raise FileTrouble("; ".join([f"{error}", *(said or ["none of the volumes was written"])])) from error
        raise
    finally:
        for before in kept.values():
            _remove(before)


def _keep(target: Path) -> Path:
    """Another name for what is there, until it is known whether it is replaced."""
    kept = target.with_name(f"{TEMPORARY}{secrets.token_hex(6)}{BEFORE}{target.suffix[:16]}")
    try:
        os.link(target, kept, follow_symlinks=False)
    except OSError:  # a file system without hard links
        try:
            shutil.copy2(target, kept, follow_symlinks=False)
        except BaseException:
            _remove(kept)
            raise
    return kept


def _put_back(finished: list[_Finished], kept: dict[Path, Path]) -> list[str]:
    """Have the targets hold what they held; gives what is to be said of those where the disk refuses that too."""
    said: list[str] = []
    for each in finished:
        if os.path.lexists(each.temporary):  # it has not got its name
            continue
        before = kept.pop(each.target, None)
        try:
            if before:
                before.replace(each.target)
                _remove(before)  # two names of one file stay both
            else:
                each.target.unlink(missing_ok=True)
            sync_folder(each.target.parent)
        except OSError:
            lies = f"; what was there before is {before}" if before and os.path.lexists(before) else ""
            said.append(f"{each.target} may be new{lies}")
    return said


def _remove(temporary: Path) -> None:
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


def _refuse(target: Path, *, is_book: bool, force: bool) -> None:
    """Stop before anybody's file is overwritten. Asked at both ends: another run may have been quicker."""
    if target.is_dir():
        raise FileTrouble(f"{target} is a folder; give a file name")
    if target.exists() and not target.is_file():
        raise FileTrouble(f"{target} is no plain file; give another name, or - for standard output")
    if is_book and target.exists() and not _may_be_book(target):  # it may be the very page that is to be bound
        raise FileTrouble(f"{target} exists and is no book; a book replaces only its like: give another name")
    if not force and os.path.lexists(target):
        raise FileTrouble(f"{target} exists; use --force to replace it")


def _may_be_book(target: Path) -> bool:
    """Whether a file begins like a book, or is empty."""
    with target.open("rb") as file:
        head = file.read(8)
    return not head or head.startswith(BEGINS)


def _create(file: Path) -> int:
    """An empty file that was not there, with the permissions that new files get here, locked as long as it is open."""
    handle = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666)
    with contextlib.suppress(OSError):  # a file system without locks
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    return handle


def _clear(folder: Path) -> None:
    """Remove what was begun there, and is locked by nobody any more: whoever began it was killed."""
    begun = time.time() - YOUNG
    with contextlib.suppress(OSError):
        clear(folder, f"{TEMPORARY}*{WHOLE}*")
        for left in folder.glob(f"{TEMPORARY}*{BEFORE}*"):  # its own age is that of the old book
            if left.lstat().st_ctime < time.time() - STALE:
                left.unlink()
        for left in folder.glob(f"{TEMPORARY}*.part.*"):
            if left.is_file() and not left.is_symlink() and left.stat().st_mtime < begun and not _is_locked(left):
                left.unlink()


def _is_locked(file: Path) -> bool:
    handle = os.open(file, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:  # by another run, or the file system knows no locks
        return True
    finally:
        os.close(handle)
    return False
