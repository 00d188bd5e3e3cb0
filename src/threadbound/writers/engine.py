"""What lays out a piece of a collection: a name, a version, and a function.

Before: the markup of a piece, its style sheets and pictures. After: a PDF of that piece, and what is told of it
(:class:`~threadbound.joining.piece.Told`). Whoever joins the pieces knows nothing else of an engine, so another one
can be added beside WeasyPrint: it gives a tagged PDF whose fonts keep the glyph numbers of their files, marks numbers
of pages by :mod:`threadbound.joining.operators`, and says what stands in the margins of a left and of a right page.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from msgspec import Struct

from threadbound.joining.piece import Face, Told
from threadbound.rendering.rendered import RenderedPicture
from threadbound.writers.pdf_variants import Variant


class Sheets(Struct, frozen=True):
    """A piece, as markup. It points at style sheets and pictures by their names, and at the rest of the book by
    :mod:`threadbound.rendering.places`.
    """

    markup: bytes
    css: Mapping[str, str]
    pictures: Mapping[str, RenderedPicture]
    languages: frozenset[str]
    """In which words may be divided (BCP 47)."""
    variant: Variant
    foot: float = 0.0
    """Where what follows goes on with it, on a page of its own, so that none of its pages may stay half empty:
    millimetres that they are probably to end higher."""


class LaidOut(Struct, frozen=True):
    """A piece, as PDF."""

    pdf: bytes
    told: Told
    faces: dict[str, Face]
    """By the names of the fonts in the PDF's resources."""


class Engine(Struct, frozen=True):
    """One way to lay out pieces."""

    name: str
    product: str
    """Its version, for the book to name."""
    version: str
    """Of all that decides what a piece looks like."""
    load: Callable[[], None]
    """Load what it lays out with, as :attr:`render` does where it is not there yet."""
    render: Callable[[Sheets, Path], LaidOut]
    """Lay a piece out; the folder is for what can be made again.

    Raises ``Uncovered`` where fonts do not reach, ``ThreadboundError`` where something would be missing.
    """
