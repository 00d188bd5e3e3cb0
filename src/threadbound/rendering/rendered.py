"""What rendering gives to the writers."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from threadbound import digests
from threadbound.book.book import Book
from threadbound.media.derive import Derivative
from threadbound.rendering.own_css import StyleSheet
from threadbound.tools.packed import Packed, packed

Role = Literal[
    "cover",
    "titlepage",
    "contents",
    "about",
    "front",
    "part",
    "chapter",
    "index",
    "pictures",
    "bibliography",
    "back",
    "colophon",
    "print",
]


#: Markup → the property that EPUB 3.3 wants declared of a document that holds it.
PROPERTIES = {b"<svg": "svg", b"<math": "mathml"}


def properties_of(data: bytes) -> tuple[str, ...]:
    """What must be declared of a document."""
    return tuple(name for markup, name in PROPERTIES.items() if markup in data)


class Document(Struct, frozen=True):
    """One XHTML document of the book, in reading order."""

    name: str
    """File name without folder or ending, e.g. ``t1``; safe in a URL and as an XML id."""
    title: str
    held: bytes | Packed
    """A whole XHTML document in UTF-8; as text, one emoji would make four bytes of each letter. It points at pictures
    as ``images/NAME``, at the style sheet as ``style.css`` and at other documents as ``NAME.xhtml``: all lie in one
    folder."""
    role: Role
    known: tuple[str, ...] | None = None
    """Its :attr:`properties`, where they were found before it was packed."""

    @property
    def properties(self) -> tuple[str, ...]:
        """What the manifest of an EPUB must declare of it."""
        return properties_of(self.data) if self.known is None else self.known

    def packed(self) -> Document:
        """The same, packed: as a list of many thousand addresses waits for all chapters."""
        return replace(self, held=packed(self.data), known=self.properties)

    @property
    def data(self) -> bytes:
        """The document as bytes."""
        return self.held.unpacked() if isinstance(self.held, Packed) else self.held

    @property
    def content(self) -> str:
        """The document as text."""
        return self.data.decode()


class RenderedPicture(Struct, frozen=True, dict=True):
    """Bytes that the documents point at."""

    name: str
    """``images/<digest>.jpg``, and of a slice ``images/<digest>-01.jpg``: as written in the documents."""
    media_type: str
    read: Callable[[], bytes]
    """The bytes, read when asked, so that a book never holds all its pictures in memory."""
    derivative: Derivative | None = None
    """What it is made of; of a drawn cover nothing."""
    windows: int = 1
    """How often the documents show it: each time a part, so that it flows over several pages."""

    def read_and_noted(self) -> bytes:
        """The bytes, whose stamp is known from now on."""
        data = self.read()
        self.__dict__["stamp"] = digests.stamp(data)  # where the property below looks first
        return data

    @cached_property
    def stamp(self) -> tuple[int, int]:
        """How many bytes there are, and their CRC-32."""
        return digests.stamp(self.read())


class RenderedBook(Struct, frozen=True):
    """A book, ready to be written."""

    book: Book
    documents: tuple[Document, ...]
    css: str
    pictures: tuple[RenderedPicture, ...]
    """Those that the documents use, each once."""
    own: StyleSheet | None = None
    """The user's style sheet, for print: it follows :attr:`css`. In an EPUB it is part of that."""

    @property
    def derivatives(self) -> list[Derivative]:
        """What the pictures are made of."""
        return [picture.derivative for picture in self.pictures if picture.derivative]
