"""Where pieces lie between runs, and how much of them stays.

Before: a folder of the cache. After: pieces can be put there. When the book is bound, those that no run has asked for
the longest are gone as far as they are more than :data:`MOST` bytes; where the folder cannot be written, all are. Where
its disk becomes full meanwhile the others lie elsewhere, and are gone too.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from threadbound.media.parts import clear
from threadbound.tools.kept import PARTS

#: Bytes of pieces that are kept: those of some ten thousand chapters, or of a few thousand with pictures.
MOST = 4 * 1024 * 1024 * 1024


class Shelves(Struct, frozen=True):
    """Where pieces lie."""

    folder: Path
    """Where they are kept."""
    ending: contextlib.ExitStack
    """What goes when the book is bound."""
    others: list[Path]

    def spare(self) -> Path:
        """A folder for pieces of this book alone, as when the disk of the other is full.

        Raises:
            OSError: there is no room for one.
        """
        if not self.others:
            made = self.ending.enter_context(tempfile.TemporaryDirectory(prefix="threadbound-"))
            self.others.append(Path(made))
        return self.others[0]


@contextlib.contextmanager
def pieces_at(folder: Path) -> Iterator[Shelves]:
    """Shelves with the folder, or with one that is gone when the block ends."""
    with contextlib.ExitStack() as ending, _kept_or_not(folder) as kept:
        yield Shelves(kept, ending, [])


@contextlib.contextmanager
def _kept_or_not(folder: Path) -> Iterator[Path]:
    with contextlib.suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        clear(folder / PARTS)
    if folder.is_dir() and os.access(folder, os.W_OK | os.X_OK):
        yield folder
        with contextlib.suppress(OSError):
            prune(folder, MOST)
        return
    with tempfile.TemporaryDirectory(prefix="threadbound-") as temporary:
        yield Path(temporary)


def asked_for(place: Path) -> None:
    """Note that a piece was wanted now."""
    with contextlib.suppress(OSError):
        os.utime(place)


def prune(folder: Path, most: int) -> None:
    """Throw away the pieces that were not asked for the longest, until the others have at most ``most`` bytes.

    Raises:
        OSError: the folder cannot be read.
    """
    stats = [(entry.stat(), entry.path) for inner in folder.glob("??/") for entry in os.scandir(inner)]
    left = sum(stat.st_size for stat, _ in stats) - most
    for _, size, path in sorted((stat.st_mtime_ns, stat.st_size, path) for stat, path in stats):
        if left <= 0:
            return
        Path(path).unlink(missing_ok=True)
        left -= size
