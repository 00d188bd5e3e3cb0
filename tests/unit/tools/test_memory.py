"""Memory that was let go is given back to the system."""

from __future__ import annotations

import ctypes
import sys

import pytest

from threadbound.tools.memory import give_back
from threadbound.tools.worker import size

#: Smaller than what the C library asks the system for one by one.
BLOCK = 64 * 1024
BLOCKS = 1024


@pytest.mark.skipif(
    not sys.platform.startswith("linux") or not hasattr(ctypes.CDLL(None), "malloc_trim"), reason="a GNU C library"
)
def test_what_was_let_go_is_given_back() -> None:
    held = [bytearray(BLOCK) for _ in range(BLOCKS)]
    kept = held[::16]  # the C library gives back by itself only what stands behind everything else
    full = size()
    del held
    give_back()
    assert full - size() > BLOCK * BLOCKS / 2
    del kept
