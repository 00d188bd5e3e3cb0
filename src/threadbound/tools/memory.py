"""Memory: when what nobody needs any more is looked for, that the system has it again, and room for deep calls.

Before: a process that makes much which stays, has let much go, or calls deep. After: it did not look at all of it again
and again for garbage; the other processes have what the C library kept for later; and it did not ask for the same
memory at every call.
"""

from __future__ import annotations

import contextlib
import gc
import sys
from collections.abc import Callable, Iterator
from typing import TypeVar

#: Objects that are made before garbage is looked for among them, where hardly any of them is.
RARELY = 2_000_000
#: Values of 8 bytes for which :func:`with_room` asks: they need more than 256 KB, and the chunk has 512.
ROOM = 36_000
Result = TypeVar("Result")


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


def with_room(work: Callable[[], Result]) -> Result:
    """What ``work`` gives; calls in it ask for no memory as long as all of them together hold less than 230 KB.

    CPython holds the variables of calls in chunks of 16 KB. A call that finds the last one full asks the system for
    another and gives it back when it ends, every time: a tenth of a layout, which calls again and again from the same
    depth (python/cpython#142183; later versions keep a chunk). A function that says that it needs many gets a chunk as
    large as the next power of two, and what is left of that is for all that it calls.
    """
    return _called(work)


def _called(work: Callable[[], Result]) -> Result:
    return work()


_called.__code__ = _called.__code__.replace(co_stacksize=ROOM)
