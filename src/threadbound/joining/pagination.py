"""Where each page of each piece is in the book, and what it is called.

Before: pieces in reading order, of which each knows its own pages. After: a :class:`Place` for each page, blank ones
among them where a piece must open on a right page, and the number printed on the page of every anchor. The front
matter counts by itself; everything behind it from 1, so nothing before it moves those numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from threadbound.joining.labels import Label
from threadbound.joining.piece import Number, Side, Told

#: Styles of numbering: of the front matter, and of what follows.
FRONT, BODY = "r", "D"
_SIDES = ("right", "left")


class Place(Struct, frozen=True):
    """A page of the book."""

    piece: int
    """Index of its piece; ``-1`` for a blank one."""
    page: int
    """Its index in there."""
    label: Label
    side: str

    def of(self, told: Told) -> Side:
        """What the piece says of this page on this side."""
        page = told.pages[self.page]
        return page.left if self.side == "left" else page.right


class Pagination(Struct, frozen=True):
    """All pages of the book."""

    places: tuple[Place, ...]
    starts: tuple[int, ...]
    """Index in the book of each piece's first page."""


def paginated(front: Sequence[Told], rest: Sequence[Told], *, is_facing: bool = False) -> Pagination:
    """The pages of the front matter and of the rest, one piece after another.

    Args:
        front: it counts by itself.
        rest: from 1, on a right page where left and right pages mirror each other.
        is_facing: whether they do.
    """
    places: list[Place] = []
    starts: list[int] = []
    opening = "right" if is_facing or any(told.opens for told in rest) else ""
    for series, usual in ((front, FRONT), (rest, BODY)):
        count = 0
        style = _counted(series) or usual
        for k, told in enumerate(series):
            wanted = told.opens or (opening if series is rest and k == 0 else "")
            if wanted and wanted != _side(len(places)):
                # a blank page at the end of the front matter is the last of that
                in_front = series is rest and k == 0
                places.append(_blank(places, in_front=in_front, style=style, count=count))
                count += not in_front
            starts.append(len(places))
            for page, one in enumerate(told.pages):
                count += 1
                places.append(Place(len(starts) - 1, page, Label(style, count, one.words), _side(len(places))))
    return Pagination(tuple(places), tuple(starts))


def _side(index: int) -> str:
    """Where a page is: the first of a book is a right one."""
    return _SIDES[index % 2]


def _blank(places: Sequence[Place], *, in_front: bool, style: str, count: int) -> Place:
    before = places[-1].label if places and in_front else None
    label = Label(before.style, before.number + 1) if before else Label(style, count + 1)
    return Place(-1, 0, label, _side(len(places)))


def _counted(series: Iterable[Told]) -> str:
    """The style in which the margins of a series count its pages, as its style sheet has it."""
    return next(
        (part.style for told in series for margin in told.margins for part in margin if isinstance(part, Number)), ""
    )


def anchors(pagination: Pagination, pieces: Sequence[Told]) -> Iterator[tuple[str, int]]:
    """Every anchor, with the index of its page.

    Raises:
        ValueError: two pieces have the same one.
    """
    known: set[str] = set()
    for start, told in zip(pagination.starts, pieces, strict=True):
        for name, (page, _, _) in told.anchors.items():
            if name in known:
                raise ValueError(f"two pieces have the anchor {name}")
            known.add(name)
            yield name, start + page


def printed(rest: Sequence[Told]) -> Mapping[str, str]:
    """The number printed on the page of each anchor behind the front matter, whatever that will be."""
    pagination = paginated((), rest)
    return {name: pagination.places[page].label.printed for name, page in anchors(pagination, rest)}
