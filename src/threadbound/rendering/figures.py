"""How large pictures are set. Rows are justified: heights in a row agree, nothing is cropped.

Before: pictures with their pixels. After: rows of widths and heights in millimetres, inside the page's bounds.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from threadbound.model.media import Media
from threadbound.rendering.theme import Page

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


class Placed(Struct, frozen=True):
    """One picture and its size in millimetres."""

    media: Media
    width: float
    height: float


class Layout(Struct, frozen=True):
    """A figure, measured."""

    rows: tuple[tuple[Placed, ...], ...]
    beside: float | None = None
    """Width of the caption when it stands beside a narrow picture."""


def layout(pictures: Sequence[Media], page: Page, *, has_caption: bool) -> Layout:
    """Measure a figure of one or more pictures."""
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
    sharp = (pictures[0].width or 1) / LOWEST_DPI * 25.4 / page.measure
    return min(1.0, bound / heights[0], max(SMALLEST, sharp))
