"""Where in a PDF each chapter stands, by the destinations that its contents lead to.

Before: an open PDF, and the ids of its chapters in order. After: a :class:`Stretch` for each: from its own beginning to
that of whatever follows. So nothing that stands before or behind the chapters, and no other chapter, passes for words
that one has lost. Where the destinations do not say, every stretch is the whole book.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from msgspec import Struct
from pypdfium2 import raw

#: Beginnings of what is no chapter: ids of parts, and of what stands behind the chapters.
PARTS = "part"
BEHIND = frozenset({"people", "subjects", "sites", "pictures", "bibliography", "colophon"})
#: Bytes of the longest name that is one of ours.
LONGEST = 512


class Place(Struct, frozen=True, order=True):
    """A point on a page."""

    page: int
    """From 0."""
    below: float
    """Points from the top of an endlessly high page: the negative of its height from the foot."""

    @property
    def height(self) -> float:
        """Points from the foot of the page."""
        return -self.below


class Stretch(Struct, frozen=True):
    """Some pages, the first and the last in part."""

    start: Place
    end: Place
    """Where something else begins."""


def stretches(document: Any, names: Sequence[str]) -> list[Stretch]:  # noqa: ANN401 - pypdfium2 has no types
    """The stretch of each of the chapters called ``names``."""
    places = _destinations(document)
    known = [places.get(name) for name in names]
    starts = [place for place in known if place is not None]
    whole = Stretch(Place(0, float("-inf")), Place(len(document), float("-inf")))
    if len(starts) < len(names) or len(names) < 2 or any(after <= before for before, after in pairwise(starts)):
        return [whole] * len(names)
    others = [place for name, place in places.items() if name in BEHIND or name.startswith(PARTS)]
    ends = sorted([*starts, *others, whole.end])
    return [Stretch(start, next(end for end in ends if end > start)) for start in starts]


def _destinations(document: Any) -> dict[str, Place]:  # noqa: ANN401 - as above
    """Name → place of every destination that says where it is."""
    found: dict[str, Place] = {}
    for index in range(raw.FPDF_CountNamedDests(document.raw)):
        size = raw.c_long(LONGEST)
        buffer = raw.create_string_buffer(LONGEST)
        target = raw.FPDF_GetNamedDest(document.raw, index, buffer, size)
        if not target or size.value <= 0:
            continue
        name = buffer.raw[: size.value].decode("utf-16-le", "replace").rstrip("\0")
        page = raw.FPDFDest_GetDestPageIndex(document.raw, target)
        flags = [raw.c_int() for _ in range(3)]
        x, y, zoom = (raw.c_float() for _ in range(3))
        if page >= 0 and raw.FPDFDest_GetLocationInPage(target, *flags, x, y, zoom) and flags[1].value:
            found[name] = Place(page, -y.value)
    return found
