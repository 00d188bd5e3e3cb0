"""One writer at a time.

Before: a library. After: this process is its only writer until the block ends. The lock is the system's own: it goes
with the process, however that ends.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from threadbound import disk
from threadbound.errors import Locked
from threadbound.library.layout import Library


@contextmanager
def exclusive(library: Library) -> Iterator[None]:
    """The only writer.

    Raises:
        Locked: another process is.
        FileTrouble: the disk refuses.
    """
    path = library.state / "lock"
    with disk.explained(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Locked(f"{library.root}: another run is at work in this library; try again when it is done") from None
        yield
    finally:
        os.close(handle)


def is_busy(library: Library) -> bool:
    """Whether a writer is at work."""
    try:
        handle = os.open(library.state / "lock", os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(handle)
    return False
