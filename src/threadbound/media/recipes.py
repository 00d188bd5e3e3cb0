"""What is to be made of a picture, decided from its probe alone, before any pixel is read.

Before: what the bytes proved to be, what the product can show, what the user wishes. After: a recipe, from which
:mod:`threadbound.media.derive` always makes the same bytes.
"""

from __future__ import annotations

import math
from typing import Literal

import msgspec
from msgspec import Struct

from threadbound.media.probe import Probe
from threadbound.options import IMAGE_QUALITY

Size = tuple[int, int]

#: Media type → ending of its files.
SUFFIXES = {"image/jpeg": ".jpg", "image/png": ".png", "image/gif": ".gif"}
#: Pixel modes that every reader and PDF/A can show.
PLAIN_MODES = frozenset({"1", "L", "LA", "P", "PA", "RGB", "RGBA"})
GREY_MODES = frozenset({"1", "L", "LA"})
#: Forms and modes of photographs: what is made of them may lose a little again.
LOSSY = frozenset({"image/jpeg", "image/webp", "image/avif", "image/heic"})
LOSSY_MODES = frozenset({"RGB", "L", "CMYK", "YCbCr"})
MILLIMETRES_PER_INCH = 25.4
#: How many times finer than the dpi of a product a picture may be before it is made anew: what is a little finer loses
#: more by that than its bytes cost (Acrobat Distiller Parameters, ``ColorImageDownsampleThreshold``).
FINER = 1.5


class Preset(Struct, frozen=True):
    """What a kind of product can show."""

    passes: frozenset[str]
    """Media types that need not be made anew."""
    moves: bool = False
    """Whether it can show an animation."""
    dpi: int | None = None
    """Pixels on an inch of the size that a picture is set at, of one that is more than ``FINER`` times as fine."""
    long_side: int | None = None
    """Most pixels of the longer side of what is shown at once."""


PRESETS = {
    # WeasyPrint draws a GIF's first frame only, so print gets a PNG of it.
    "print": Preset(frozenset({"image/jpeg", "image/png"}), dpi=300),
    "reader": Preset(frozenset(SUFFIXES), moves=True, long_side=1600),
}


class Wishes(Struct, frozen=True):
    """What the user says of pictures."""

    max_size: int | None = None
    """Most pixels of the longer side, in the place of the preset's bound."""
    quality: int = IMAGE_QUALITY
    """Of JPEGs that are made."""
    grey: bool = False


class Recipe(Struct, frozen=True):
    """How one derivative is made."""

    media_type: str
    """Of the derivative: a key of :data:`SUFFIXES`."""
    size: Size
    """Its pixels, upright."""
    quality: int
    grey: bool
    passes: bool
    """The original can be shown: its bytes without their metadata will do."""
    moves: bool
    """It is an animation made anew."""
    pixels: int
    """Of the original: what turns out to have more is not decoded."""
    rows: tuple[int, int] | None = None
    """Of a slice: the row of that size at which it begins, and the one before which it ends."""


def plan(
    seen: Probe, preset: Preset, wishes: Wishes, box: tuple[float, float] | None = None, part: float = 1.0
) -> Recipe:
    """The recipe for a picture.

    Args:
        seen: what the picture is.
        preset: what the product can show.
        wishes: the user's.
        box: millimetres that it is set into, where the product has a measure.
        part: of its height, at most, that is shown at once: less than 1 where it is divided into slices.
    """
    size = _size((seen.width, seen.height), preset, wishes, box, part)
    fits = size == (seen.width, seen.height)
    plain = seen.mode in (GREY_MODES if wishes.grey else PLAIN_MODES) and not seen.is_turned
    passes = seen.media_type in preset.passes and plain and fits
    moves = preset.moves and seen.is_animated and not passes
    media_type = seen.media_type if passes else _made_type(seen, moves=moves)
    return Recipe(media_type, size, wishes.quality, wishes.grey, passes, moves, seen.width * seen.height)


def coarser(wanted: float) -> float:
    """The share of a picture's pixels on a side that it keeps where the share ``wanted`` of them would do."""
    return wanted if wanted * FINER < 1 else 1.0


def slice_of(whole: Recipe, seen: Probe, rows: tuple[int, int]) -> Recipe:
    """The recipe for these rows of what the recipe ``whole`` makes."""
    made = _made_type(seen, moves=False)
    return msgspec.structs.replace(whole, media_type=made, passes=False, moves=False, rows=rows)


def _made_type(seen: Probe, *, moves: bool) -> Literal["image/jpeg", "image/png"]:
    is_photo = seen.media_type in LOSSY and seen.mode in LOSSY_MODES
    return "image/jpeg" if is_photo and not moves else "image/png"


def _size(size: Size, preset: Preset, wishes: Wishes, box: tuple[float, float] | None, part: float) -> Size:
    """Never larger than the picture is, never less than a pixel."""
    width, height = size
    scale = 1.0
    if bound := wishes.max_size or preset.long_side:
        scale = min(scale, bound / max(width, height * part))
    if preset.dpi and box:
        across, down = (math.ceil(length / MILLIMETRES_PER_INCH * preset.dpi) for length in box)
        scale = min(scale, coarser(min(across / width, down / height)))
    return max(1, round(width * scale)), max(1, round(height * scale))
