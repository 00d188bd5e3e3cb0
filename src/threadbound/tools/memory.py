"""Memory that nobody needs any more: when it is looked for, and that the system has it again.

Before: a process that makes much which stays, or has let much go. After: it did not look at all of it again and again
for garbage; the other processes have what the C library kept for later.
"""

from __future__ import annotations

import contextlib
import gc
import sys
from collections.abc import Iterator

#: Objects that are made before garbage is looked for among them, where hardly any of them is.
RARELY = 2_000_000


@contextlib.contextmanager
def garbage_waits() -> Iterator[None]:
    """Look for garbage rarely, in all threads of this process: to look as often as usual is a tenth of a join."""
    usual = gc.get_threshold()
    gc.set_threshold(RARELY, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)


def give_back() -> None:
    """Give back what is free; nothing happens where the C library cannot be asked to (``malloc_trim`` is GNU's)."""
    if sys.platform.startswith("linux"):
        with contextlib.suppress(AttributeError, ImportError, OSError):  # it is no more than a kindness
            import ctypes  # noqa: PLC0415 - some systems forbid it

            ctypes.CDLL(None).malloc_trim(0)
