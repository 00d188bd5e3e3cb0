"""Memory that nobody needs any more, given back to the system.

Before: a process that held much and has let it go. After: the others have what the C library kept of it for later.
"""

from __future__ import annotations

import contextlib
import sys


def give_back() -> None:
    """Give back what is free; nothing happens where the C library cannot be asked to (``malloc_trim`` is GNU's)."""
    if sys.platform.startswith("linux"):
        with contextlib.suppress(AttributeError, ImportError, OSError):  # it is no more than a kindness
            import ctypes  # noqa: PLC0415 - some systems forbid it

            ctypes.CDLL(None).malloc_trim(0)
