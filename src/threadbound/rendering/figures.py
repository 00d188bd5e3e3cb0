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


class Layout(Struct, frozen=True):
    """A figure, measured."""

    rows: tuple[tuple[Placed, ...], ...]
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
    ratios = [_ratio(picture) for picture in pictures]
    rows = _rows(ratios, page)
    heights = [(page.measure - GUTTER * (len(row) - 1)) / sum(ratios[i] for i in row) for row in rows]
    scale = _scale(pictures, ratios, heights, page)
    placed = tuple(
        tuple(Placed(pictures[i], height * scale * ratios[i], height * scale) for i in row)
        for row, height in zip(rows, heights, strict=True)
    )
    width = placed[0][0].width
    if len(pictures) == 1 and has_caption and ratios[0] < 0.95 and width < page.measure * NARROW:
        return Layout(placed, min(page.measure - width - 5, page.measure / 2))
    return Layout(placed)


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
        room = page.group * max(1, len(heights) / 2) - GUTTER * (len(heights) - 1)
        return min(1.0, room / sum(heights), page.portrait / sum(heights))
    bound = page.landscape if ratios[0] >= 1 else page.portrait
    return min(1.0, bound / heights[0], max(SMALLEST, _sharp(pictures[0], page)))
