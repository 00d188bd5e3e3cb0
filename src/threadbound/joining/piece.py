"""What is known of a piece of a book: what its engine told, and what it holds, ready to be written behind other pieces.

Before: a piece was laid out. After: :class:`Told` and :class:`Held`, which depend on nothing that stands round it.
Whatever joining decides (numbers of objects and pages, where links lead, how far pages move) is a hole in a
:class:`Template`.
"""

from __future__ import annotations

from msgspec import Struct

#: Local numbers of what every piece has: the element of the whole document, its fonts, its pages one after another.
DOCUMENT, FONTS, PAGES = 0, 1, 2


class Face(Struct, frozen=True):
    """What a piece uses of a font."""

    path: str
    index: int
    """Of the face in its file."""
    is_empty: bool
    """Its glyphs are drawn as pictures over empty outlines: colour emoji."""
    widths: dict[int, int]
    """Glyph → width, in thousandths of the size."""
    texts: dict[int, str]
    """Glyph → the words that it shows."""
    axes: dict[str, float]
    """Where a font that varies is pinned."""


class Digits(Struct, frozen=True):
    """How numbers are set in one font and size: the character, its glyph as it is written, and its width."""

    font: str
    glyphs: dict[str, tuple[str, float]]

    def width(self, text: str) -> float:
        """Of a number."""
        return sum(self.glyphs[character][1] for character in text)

    def show(self, text: str) -> bytes:
        """The operator that shows a number."""
        return f"<{''.join(self.glyphs[character][0] for character in text)}> Tj".encode()


class Number(Struct, frozen=True, tag=True):
    """The number of a page, among operators that show text at the same place."""

    digits: Digits
    width: float
    """Of what stood in its place when the piece was laid out, in units of the text."""
    align: float
    """Which part of what it is narrower moves it right: 0 for none, 1 for a number whose end stays."""
    anchor: str = ""
    """Whose page is meant; empty: its own."""
    style: str = "D"
    """Of its own page's number, as ``/PageLabels`` names it."""
    flows: bool = False
    """What stands behind it on its line moves as much as it is narrower."""
    unit: float = 1.0
    """Points of a unit of the text."""


class Moved(Struct, frozen=True, tag=True):
    """Where text begins that moves: that of the next number, where this is right-aligned; or what stands behind one."""

    x: float
    follows: bool = False
    """A number that flows stands before it on its line."""


#: Operators of a page, and in between what is only known when the book is.
Operators = tuple[bytes | Number | Moved, ...]


class Side(Struct, frozen=True):
    """A page, as it is on a left or on a right side."""

    shift: float
    """Points that everything moves to the right."""
    margin: int
    """Index of what stands in its margins, in :attr:`Told.margins`."""


class ToldPage(Struct, frozen=True):
    """What an engine says of a page."""

    left: Side
    right: Side
    words: str = ""
    """What it is called where it is no number."""


class Mark(Struct, frozen=True):
    """An entry of the outline."""

    level: int
    title: str
    page: int
    x: float
    y: float


class Told(Struct, frozen=True):
    """What an engine says of the piece, beside the PDF."""

    pages: tuple[ToldPage, ...]
    margins: tuple[Operators, ...]
    anchors: dict[str, tuple[int, float, float]]
    """Name → index of the page, and the point in points from its lower left corner."""
    outline: tuple[Mark, ...]
    pictures: tuple[str, ...] = ()
    """Names of those that it shows, as its markup has them."""
    opens: str = ""
    """``left`` or ``right``, where the first page must be on that side; else it may be on either."""


class Template(Struct, frozen=True):
    """Objects of a PDF, one after another, each ended by a zero byte, with holes."""

    chunks: tuple[bytes, ...]
    holes: tuple[int, ...]
    """Between two chunks each: a local number."""


class Link(Struct, frozen=True):
    """An annotation that leads somewhere, and the holes for what is said of it."""

    rectangle: tuple[float, float, float, float]
    action: bytes
    """As it is written, for an address outside the book."""
    anchor: str
    """For a place inside it; with ``?page#`` before it, the link's text is the number of that page."""
    says: bytes
    """What it is described by, as it is written."""
    address: str
    """Outside the book; empty for a place inside it."""
    rectangle_at: int
    action_at: int
    says_at: int


class Shared(Struct, frozen=True):
    """An object that other pieces may have too."""

    number: int
    """Local."""
    digest: bytes
    """Of all that it is and refers to; empty for one that belongs to this piece alone."""
    template: Template
    """Of a stream its dictionary, without brackets."""
    start: int
    length: int
    """Where its bytes are, packed; ``-1``: it is no stream."""
    plain: str = ""
    """sha256 of a stream's bytes as they are unpacked."""


class PiecePage(Struct, frozen=True):
    """A page, taken apart."""

    boxes: tuple[tuple[str, tuple[float, ...]], ...]
    """Name and corners."""
    links: tuple[int, ...]
    """Local numbers of its annotations."""
    resources: int
    key: int
    """Of the parent tree; ``-1`` for none."""
    content: bytes
    """Its operators, packed (:mod:`.packing`), as far as they are known."""
    gaps: tuple[tuple[int, Number | Moved], ...] = ()
    """What is not, and behind how many bytes of the others."""


class Held(Struct, frozen=True):
    """What a piece holds. Holes are numbered like objects: nothing refers to them but templates."""

    pages: tuple[PiecePage, ...]
    links: tuple[Link, ...]
    objects: tuple[int, ...]
    """Local numbers of the objects in :attr:`template`, in its order."""
    template: Template
    shared: tuple[Shared, ...]
    """Each behind those that it refers to, or before them."""
    size: int
    """How many local numbers there are."""
    keys: tuple[int, ...]
    """Holes for the keys of the parent tree, in order."""
    leaf: int
    """Local number of its leaf of the parent tree; ``-1`` for none."""
    top: tuple[int, ...]
    """Local numbers of the elements that stand directly in the document."""
    intent: int
    """Local number of the output intents; ``-1`` for none."""
