"""How large pictures are set. Rows are justified: heights in a row agree, nothing is cropped.

Before: pictures with their pixels. After: rows of widths and heights in millimetres, inside the page's bounds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby

from msgspec import Struct

from threadbound.model.media import Media
from threadbound.rendering.pages import Page

#: Between pictures, mm.
GUTTER = 2.0
#: A single picture is not enlarged beyond this resolution, …
LOWEST_DPI = 150
#: … unless that made it smaller than this part of the measure.
SMALLEST = 0.45
#: Three in one row only when they are at least this high, mm.
ROW_HEIGHT = 28.0
#: A picture narrower than this part of the measure shows nothing beside another: they stand one above the other.
BESIDE = 0.2
#: … if that makes the narrowest so many times as wide: they take more of the page.
WORTH = 1.5
#: A portrait narrower than this part of the measure has its caption beside it.
NARROW = 0.52
#: A picture that fitting a page would make narrower, mm, is divided among pages instead: it is a screenshot, and a
#: telephone's text of 15 points would be set in less than 5.
LEGIBLE = 44.0
#: A strip of fewer pixels is no screenshot.
SCREENSHOT = 320
#: The tallest is made so narrow that it takes no more pages than this.
MOST_PAGES = 24


class Placed(Struct, frozen=True):
    """One picture and its size in millimetres."""

    media: Media
    width: float
    height: float
    is_tall: bool = False
    """Higher than a page may be: to be divided."""


Rows = tuple[tuple[Placed, ...], ...]


class Layout(Struct, frozen=True):
    """A figure, measured."""

    rows: Rows
    beside: float | None = None
    """Width of the caption when it stands beside a narrow picture."""

    @property
    def is_divided(self) -> bool:
        """Whether a picture in it is higher than a page."""
        return any(row[0].is_tall for row in self.rows)


Divides = Callable[[Media], bool]


def _never(picture: Media) -> bool:  # noqa: ARG001 - the signature of Divides
    return False


def layout(pictures: Sequence[Media], page: Page, *, has_caption: bool, divides: Divides = _never) -> Layout:
    """Measure a figure of one or more pictures; tall ones that may be divided stand by themselves, higher than a page.

    Args:
        pictures: the figure's.
        page: what bounds them.
        has_caption: whether something will be said of them.
        divides: whether a picture may be divided among pages.
    """
    if any(_is_divided(picture, page, divides) for picture in pictures):
        return Layout(tuple(_around_tall(pictures, page, divides)))
    placed = _placed(pictures, page)
    width = placed[0][0].width
    if len(pictures) == 1 and has_caption and _ratio(pictures[0]) < 0.95 and width < page.measure * NARROW:
        return Layout(placed, min(page.measure - width - 5, page.measure / 2))
    return Layout(placed)


def _placed(pictures: Sequence[Media], page: Page) -> Rows:
    """The pictures in rows of one width; where one would be too narrow beside another, these one above the other."""
    ratios = [_ratio(picture) for picture in pictures]
    rows = _rows(ratios, page)
    heights = _heights(rows, ratios, page)
    scale = _scale(pictures, ratios, heights, page)
    even = _sized(pictures, rows, [height * scale for height in heights])
    least = page.measure * BESIDE
    if all(len(row) == 1 or _narrowest([row]) >= least for row in even):
        return even
    apart = list(_apart(rows, [len(row) > 1 and _narrowest([row]) < least for row in even]))
    stacked = _sized(pictures, apart, _capped(_heights(apart, ratios, page), _room(len(apart), page)))
    return stacked if _narrowest(stacked) >= _narrowest(even) * WORTH else even


def _sized(pictures: Sequence[Media], rows: Sequence[Sequence[int]], heights: Sequence[float]) -> Rows:
    return tuple(
        tuple(Placed(pictures[i], height * _ratio(pictures[i]), height) for i in row)
        for row, height in zip(rows, heights, strict=True)
    )


def _narrowest(rows: Sequence[Sequence[Placed]]) -> float:
    return min(placed.width for row in rows for placed in row)


def _apart(rows: Sequence[list[int]], are_narrow: Sequence[bool]) -> Iterator[list[int]]:
    """The rows, and each picture of a narrow one in a row of its own."""
    for row, is_narrow in zip(rows, are_narrow, strict=True):
        yield from ([number] for number in row) if is_narrow else (row,)


def _heights(rows: Sequence[Sequence[int]], ratios: Sequence[float], page: Page) -> list[float]:
    """How high each row is when it fills the measure."""
    return [(page.measure - GUTTER * (len(row) - 1)) / sum(ratios[i] for i in row) for row in rows]


def _capped(heights: Sequence[float], room: float) -> list[float]:
    """The highest rows made lower, all as high as one another, until they fit; the low ones stay."""
    left = room
    for done, height in enumerate(sorted(heights)):
        share = left / (len(heights) - done)
        if height > share:
            return [min(each, share) for each in heights]
        left -= height
    return list(heights)


def _is_divided(picture: Media, page: Page, divides: Divides) -> bool:
    """Whether nobody could read the picture if it were made to fit the page, and it may be divided."""
    width, height = picture.width or 1, picture.height or 1
    return width >= SCREENSHOT and page.portrait * width / height < LEGIBLE and divides(picture)


def _around_tall(pictures: Sequence[Media], page: Page, divides: Divides) -> Iterator[tuple[Placed, ...]]:
    """The pictures in their order: each tall one as wide as it is sharp, those between in rows."""
    for tall, some in groupby(pictures, lambda picture: _is_divided(picture, page, divides)):
        if not tall:
            yield from layout(list(some), page, has_caption=False).rows
            continue
        for picture in some:
            width, height = picture.width or 1, picture.height or 1
            wide = page.measure * min(1.0, max(SMALLEST, _sharp(picture, page)))
            wide = min(wide, MOST_PAGES * page.height * width / height)
            yield (Placed(picture, wide, wide * height / width, is_tall=True),)


def _sharp(picture: Media, page: Page) -> float:
    """The part of the measure at which a picture has the lowest resolution that is not blurred."""
    return (picture.width or 1) / LOWEST_DPI * 25.4 / page.measure


def _ratio(picture: Media) -> float:
    """Width over height; an extreme strip counts as twenty to one."""
    return min(max((picture.width or 1) / (picture.height or 1), 1 / 20), 20.0)


def _rows(ratios: Sequence[float], page: Page) -> list[list[int]]:
    """Which pictures stand side by side: 1 · 2 · 3 or 1 + 2 · 2 + 2 or 4, then pairs."""
    numbers = list(range(len(ratios)))
    one_row_height = (page.measure - GUTTER * (len(ratios) - 1)) / sum(ratios)
    if len(ratios) <= 2 or (len(ratios) == 3 and one_row_height >= ROW_HEIGHT):
        return [numbers]
    if len(ratios) == 4 and max(ratios) < 0.8:
        return [numbers]
    if len(ratios) % 2:
        return [numbers[:1], *(numbers[i : i + 2] for i in range(1, len(numbers), 2))]
    return [numbers[i : i + 2] for i in range(0, len(numbers), 2)]


def _scale(pictures: Sequence[Media], ratios: Sequence[float], heights: Sequence[float], page: Page) -> float:
    """How much smaller than the full measure the figure must be."""
    if len(pictures) > 1:
        return min(1.0, _room(len(heights), page) / sum(heights))
    bound = page.landscape if ratios[0] >= 1 else page.portrait
    return min(1.0, bound / heights[0], max(SMALLEST, _sharp(pictures[0], page)))


def _room(rows: int, page: Page) -> float:
    """How high so many rows may be together, without what is between them."""
    return min(page.group * max(1, rows / 2) - GUTTER * (rows - 1), page.portrait)
