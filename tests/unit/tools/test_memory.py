"""Memory that was let go is given back to the system; garbage waits no longer than it is to; deep calls have room."""

from __future__ import annotations

import ctypes
import gc
import resource
import sys
from collections.abc import Callable

import pytest

from threadbound.tools.memory import garbage_waits, give_back, with_room
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


def worst(call: Callable[[Callable[[], int]], int]) -> int:
    """The most pages of memory that a hundred calls from one depth ask for, of all depths down to 300."""

    def faults() -> int:
        return resource.getrusage(resource.RUSAGE_SELF).ru_minflt

    def nothing() -> None:
        return None

    nothing.__code__ = nothing.__code__.replace(co_stacksize=200)  # more than a step down: some depth leaves less

    def deeper(left: int) -> int:
        before = faults()
        for _ in range(100):
            nothing()
        own = faults() - before
        return max(own, deeper(left - 1)) if left else own

    return call(lambda: deeper(300))


def test_calls_with_room_ask_for_no_memory_again_and_again() -> None:
    assert worst(with_room) < 50


@pytest.mark.skipif(sys.version_info >= (3, 13), reason="later versions may keep a chunk")
def test_without_it_some_depth_does() -> None:
    assert worst(lambda work: work()) >= 100
