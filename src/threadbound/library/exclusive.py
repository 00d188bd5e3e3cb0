"""One writer at a time.

Before: a library. After: this process is its only writer until the block ends. The lock says who holds it, and goes
with the process, however that ends (``threadbound.lock``). A run that holds it already, as the backup run does from
its beginning to its end, holds it on.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from threadbound import disk
from threadbound.library.layout import Library
from threadbound.lock import held, other_in


@contextmanager
def exclusive(library: Library, what: str = "a change of the library", wait: float = 0.0) -> Iterator[None]:
    """The only writer.

    Args:
        library: which.
        what: told to others who want to write meanwhile.
        wait: seconds to wait for others.

    Raises:
        Locked: another process is.
        FileTrouble: the disk refuses.
    """
    with disk.explained(library.state):
        library.state.mkdir(exist_ok=True)
    with held(library.state, what, wait):
        yield


def is_busy(library: Library) -> bool:
    """Whether another process is at work as a writer."""
    return other_in(library.state) is not None
