"""Whether two pictures of a page show the same page.

Before: two pictures. After: a :class:`Difference`. Edges of letters may be drawn a shade lighter or darker; a line that
moved, a picture that is missing or another weight of the type is found. One wrong letter is not: the words are
compared elsewhere, in the file itself.
"""

from __future__ import annotations

from dataclasses import dataclass

from PIL import Image, ImageChops, ImageFilter

GREYS = 16


@dataclass(frozen=True)
class Tolerance:
    """How much may differ."""

    shade: float
    """Of 255: a square whose pixels differ by more on average is another one."""
    side: int
    """Of a square, in pixels."""
    blur: float
    """Pixels over which ink is spread before it is compared."""
    squares: int
    """So many squares may differ."""


#: The same libraries drew both: a number in the margin that moved differs in two squares, a line of prose that moved by
#: half a millimetre in twenty.
SAME = Tolerance(shade=13, side=4, blur=0.5, squares=1)
#: Others did, whose letters sit a fraction of a pixel elsewhere; a page that was broken elsewhere differs in hundreds.
OTHER = Tolerance(shade=24, side=8, blur=1, squares=36)


@dataclass(frozen=True)
class Difference:
    """What differs."""

    squares: int
    """How many squares; -1 when the sizes do."""
    picture: Image.Image | None
    """The page, pale, with what differs in red; ``None`` when the sizes do."""


def reduced(page: Image.Image) -> Image.Image:
    """The page as goldens are kept: sixteen greys."""
    step = 255 / (GREYS - 1)
    return page.convert("L").point([round(round(tone / step) * step) for tone in range(256)])


def compact(page: Image.Image) -> Image.Image:
    """A reduced page as a palette of four bits, the smallest PNG."""
    step = 255 / (GREYS - 1)
    small = page.point([round(tone / step) for tone in range(256)]).convert("L")
    small.putpalette([round(level * step) for level in range(GREYS) for _ in range(3)])
    return small


def difference(actual: Image.Image, expected: Image.Image, tolerance: Tolerance = SAME) -> Difference:
    """How many squares of ``actual`` are not those of ``expected``."""
    if actual.size != expected.size:
        return Difference(-1, None)
    one, other = (reduced(page).filter(ImageFilter.GaussianBlur(tolerance.blur)) for page in (actual, expected))
    away = ImageChops.difference(one, other)
    squares = away.reduce(tolerance.side).point([255 * (tone > tolerance.shade) for tone in range(256)])
    count = squares.histogram()[255]
    return Difference(count, _shown(expected, squares, tolerance.side))


def is_same(actual: Image.Image, expected: Image.Image, tolerance: Tolerance = SAME) -> bool:
    """Whether no more squares differ than may."""
    return 0 <= difference(actual, expected, tolerance).squares <= tolerance.squares


def _shown(page: Image.Image, squares: Image.Image, side: int) -> Image.Image:
    pale = page.convert("L").point([160 + tone * 95 // 255 for tone in range(256)]).convert("RGB")
    mask = squares.resize((squares.width * side, squares.height * side), Image.Resampling.NEAREST)
    mask = mask.crop((0, 0, *pale.size)).point([tone * 150 // 255 for tone in range(256)])
    return Image.composite(Image.new("RGB", pale.size, (200, 30, 20)), pale, mask)
