"""Derivatives: what a product can show, made from an original that stays as it is.

Before: the bytes of a proven picture and a recipe. After: a JPEG, PNG or GIF, upright, in grey or RGB, eight bits a
channel, without metadata. An original that is all that already keeps its coded pixels byte for byte.
"""

from __future__ import annotations

import io
from functools import lru_cache
from typing import Any

from msgspec import Struct
from msgspec.structs import replace
from PIL import Image, ImageSequence

from threadbound.digests import sha256
from threadbound.media.colours import PROFILED, plain
from threadbound.media.pictures import StoredPicture
from threadbound.media.probe import opened, orientation
from threadbound.media.recipes import Recipe, Size
from threadbound.media.strip import strip

#: EXIF orientation → what makes the picture upright (EXIF 2.32 §4.6.4).
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
#: A JPEG may be decoded smaller as long as it stays so many times as large as what is wanted: no eye sees it.
GAP = 2
#: Most pixels of all frames together of an animation that is made anew; a longer one keeps its first frame.
MOVING_PIXELS = 20_000_000
FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/gif": "GIF"}


class Derivative(Struct, frozen=True):
    """A picture and what is to be made of it."""

    original: StoredPicture
    recipe: Recipe

    def make(self) -> bytes:
        """Make it, now."""
        return derive(self.original.read(), self.recipe)


def derive(data: bytes, recipe: Recipe) -> bytes:
    """The derivative of the picture ``data`` by ``recipe``: the same bytes each time.

    What passes but is not built as its form demands is made anew, and so loses its metadata too.
    """
    bare = strip(data, recipe.media_type) if recipe.passes else None
    if bare is not None:
        return bare
    moving = _moving(data, recipe) if recipe.moves else None
    return moving or _still(data, recipe)


def pixels(data: bytes) -> str:
    """The sha256 of a picture's size and its pixels in RGBA, however they are stored.

    Raises:
        NotAPicture, OSError: the bytes are none.
    """
    with opened(data) as image:
        return sha256(f"{image.width} {image.height} ".encode() + image.convert("RGBA").tobytes())


def upright(original: Image.Image, size: Size, *, grey: bool) -> Image.Image:
    """The picture in plain colours, upright and of that size."""
    held = orientation(original)
    own = size if held < 5 else (size[1], size[0])
    original.draft("L" if grey else None, (own[0] * GAP, own[1] * GAP))
    image = plain(original, grey=grey)
    if image.size != own:
        image = image.resize(own, Image.Resampling.LANCZOS, reducing_gap=3.0)
    elif image is original:
        image = original.copy()  # the next frame of an animation is decoded into the same picture
    return image.transpose(TURNS[held]) if held in TURNS else image


def _still(data: bytes, recipe: Recipe) -> bytes:
    if recipe.rows:
        image, profile = _last_whole(data, replace(recipe, rows=None))
        image = image.crop((0, recipe.rows[0], image.width, recipe.rows[1]))
    else:
        image, profile = _whole(data, recipe)
    if recipe.media_type == "image/jpeg" and image.mode not in {"L", "RGB"}:
        image = image.convert("L" if image.mode == "LA" else "RGB")
    settings: dict[str, Any] = {"quality": recipe.quality} if recipe.media_type == "image/jpeg" else {}
    return _saved(image, FORMATS[recipe.media_type], icc_profile=profile, **settings)


def _whole(data: bytes, recipe: Recipe) -> tuple[Image.Image, bytes | None]:
    """The picture at the recipe's size, and the profile of its colours."""
    with opened(data, recipe.pixels) as original:
        keeps = original.mode in PROFILED and not recipe.grey
        profile = original.info.get("icc_profile") if keeps else None
        return upright(original, recipe.size, grey=recipe.grey), profile


#: The slices of a tall picture are made one after another: it is decoded for the first of them.
_last_whole = lru_cache(maxsize=1)(_whole)


def _moving(data: bytes, recipe: Recipe) -> bytes | None:
    """The animation as an animated PNG, which is a PNG to readers that know of none.

    ``None`` where it is too long, or damaged behind its first frame, which alone is proven.
    """
    width, height = recipe.size
    frames: list[Image.Image] = []
    durations: list[float] = []
    try:
        with opened(data, recipe.pixels) as original:
            if getattr(original, "n_frames", 1) * width * height > MOVING_PIXELS:
                return None
            for frame in ImageSequence.Iterator(original):
                frames.append(upright(frame, recipe.size, grey=recipe.grey))
                durations.append(frame.info.get("duration", 0))
            loop = original.info.get("loop", 1)
        return _saved(frames[0], "PNG", save_all=True, append_images=frames[1:], duration=durations, loop=loop)
    except Exception:  # noqa: BLE001 - Pillow's decoders raise nearly anything on hostile bytes
        return None


def _saved(image: Image.Image, form: str, **settings: Any) -> bytes:  # noqa: ANN401 - Pillow's settings
    out = io.BytesIO()
    image.info = {}  # Pillow would write comments and more of it into the new file
    image.save(out, form, **settings)
    return out.getvalue()
