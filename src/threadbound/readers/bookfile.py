"""What every reader of books gives: the files that a book carries, and the pictures that it shows.

After opening, nothing but names and sizes has been read, and those are within :mod:`threadbound.readers.bounds`;
bytes are read when they are asked for, while the book is open.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from contextlib import AbstractContextManager
from pathlib import Path

from msgspec import Struct

from threadbound.errors import FileTrouble

#: What the list of a PDF calls all that its pages are drawn with: as it is packed in books first made, and since as it
#: is unpacked, which stays the same when somebody packs it better.
PACKED, UNPACKED = "fonts, pictures and patterns", "fonts, pictures and patterns, unpacked"


#: What the JSON of one thread is called in every book, and that of one or several.
THREAD = "thread.json"
THREADS = (THREAD, "threads.jsonl")


class Part(Struct, frozen=True):
    """A file inside the book."""

    name: str
    """As the book has it: never a path."""
    read: Callable[[], bytes]
    """Its bytes; raises :class:`FileTrouble` where they are damaged or too many."""


class HeldPicture(Struct, frozen=True):
    """What the book shows of one original, or of a slice of it."""

    original: str
    """sha256 of the original."""
    suffix: str
    """Of a file of it, e.g. ``.jpg``."""
    read: Callable[[], bytes]
    part: int = 0
    """Of a slice its number, from 1 at the top."""

    @property
    def name(self) -> str:
        """Its file's name: ``DIGEST.jpg``, of a slice ``DIGEST-01.jpg``."""
        return f"{self.original}-{self.part:02}{self.suffix}" if self.part else f"{self.original}{self.suffix}"


class BookFile(Struct, frozen=True):
    """A book, open."""

    product: str
    """``pdf`` or ``epub``."""
    carried: tuple[Part, ...]
    """The evidence, in the book's order."""
    pictures: Callable[[Collection[str]], list[HeldPicture]]
    """What it shows of these originals, sorted by name."""
    parts: Callable[[], Iterable[tuple[str, str]]]
    """Name and digest of everything that is read in the book, as its own list has them; a digest is empty where the
    part cannot be read. Raises :class:`TooMuch`."""
    flavours: tuple[str, ...] = ()
    """The standards that it claims, as :data:`threadbound.tools.verapdf.PROFILES` names them."""
    damage: tuple[str, ...] = ()
    """What had to be mended to open it."""
    is_cut: bool = False
    """Whether its end is missing, and this is what is left."""


class Reader(Struct, frozen=True):
    """One kind of book: how to recognise it by content, and how to open it."""

    product: str
    matches: Callable[[bytes], bool]
    """By its first bytes."""
    open: Callable[[Path], AbstractContextManager[BookFile]]
    """Raises :class:`NotWhole` where its end is missing, :class:`FileTrouble` where it cannot be read otherwise."""
    remains: Callable[[Path], AbstractContextManager[BookFile]] | None = None
    """Opens what is left of one whose end is missing, where that can be read."""


class NotWhole(FileTrouble):
    """A book that cannot be opened, as one that was cut short: some of what it carried may be left."""


class TooMuch(FileTrouble):
    """A book beyond a bound: unlike one with a damaged part it is not read at all."""


def too_much(path: Path, what: str) -> TooMuch:
    """The error for a book beyond a bound."""
    return TooMuch(f"{path}: {what}: no book of this tool is so large, and it is not read")
