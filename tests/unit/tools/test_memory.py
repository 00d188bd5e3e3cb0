"""Memory that was let go is given back to the system; garbage waits no longer than it is to."""

from __future__ import annotations

import ctypes
import gc
import sys

import pytest

from threadbound.tools.memory import garbage_waits, give_back
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


def test_garbage_is_looked_for_as_before_when_the_block_fails() -> None:
    usual = gc.get_threshold()
    with pytest.raises(AssertionError), garbage_waits():
        assert gc.get_threshold() <= usual
    assert gc.get_threshold() == usual
