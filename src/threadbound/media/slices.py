"""Where a tall screenshot may be divided between two pages: at quiet rows, not through a line of its text.

Before: the picture in grey, at the size of its derivative. After: the rows at which its slices end, the last one being
its height. Slices follow each other without a gap: no row is lost, none is in two.
"""

from __future__ import annotations

from array import array
from itertools import pairwise

from PIL import Image, ImageChops

from threadbound.media.derive import upright
from threadbound.media.probe import opened
from threadbound.media.recipes import Recipe

#: How far from where slices would be of equal height a quieter row is looked for, in parts of the greatest height.
REACH = 0.6
#: Neighbours that differ by less are the noise of a JPEG.
NOISE = 5
#: Rows that have so little more than the quietest one (grey levels a pixel) count as quiet too.
QUIET = 0.003
#: A quiet band of so many rows is as good as a wider one.
WIDE = 24
#: How far inside a quiet band to cut, in rows.
MARGIN = 12


def slices(data: bytes, recipe: Recipe, most: int) -> tuple[int, ...]:
    """Ends of the slices of what ``recipe`` makes of the picture ``data``, each at most ``most`` rows high."""
    with opened(data, recipe.pixels) as image:
        grey = upright(image, recipe.size, grey=True).convert("L")
    return cut(grey, most)


def cut(grey: Image.Image, most: int) -> tuple[int, ...]:
    """Rows at which the slices of the picture end, each slice at most ``most`` (and at least one) high."""
    ends: list[int] = []
    top = 0
    while (left := grey.height - top) > most:
        ideal = top + left // -(-left // most)
        reach = int(most * REACH)
        ends.append(_quietest(grey, max(top + 1, ideal - reach), min(top + most, ideal + reach), ideal))
        top = ends[-1]
    return (*ends, grey.height)


def _quietest(grey: Image.Image, low: int, high: int, ideal: int) -> int:
    """The row between ``low`` and ``high`` before which to cut: in the widest quiet band, near ``ideal``."""
    detail = _detail(grey, low - 1, high + 1)
    # Before row r stands row r - 1: a cut is as quiet as the louder of the two.
    loud = [max(pair) for pair in pairwise(detail)]
    bound = min(loud) + QUIET
    bands: list[list[int]] = [[]]
    for row, value in enumerate(loud, low):
        if value <= bound:
            bands[-1].append(row)
        elif bands[-1]:
            bands.append([])
    nearest = [(band, min(max(ideal, band[0] + _margin(band)), band[-1] - _margin(band))) for band in bands if band]
    return max(nearest, key=lambda found: (min(len(found[0]), WIDE), -abs(found[1] - ideal)))[1]


def _margin(band: list[int]) -> int:
    """Rows that a cut keeps from the edges of a quiet band, where it can."""
    return min(MARGIN, (len(band) - 1) // 2)


def _detail(grey: Image.Image, top: int, bottom: int) -> array[float]:
    """How much the neighbours in each row differ, on the average."""
    band = grey.crop((0, top, grey.width, min(bottom, grey.height)))
    left, right = (band.crop((x, 0, x + band.width - 1, band.height)) for x in (0, 1))
    differences = ImageChops.difference(left, right).point([x if x >= NOISE else 0 for x in range(256)])
    rows = differences.convert("F").resize((1, band.height), Image.Resampling.BOX)
    return array("f", rows.tobytes())
