"""Derivatives: what a product can show, made from an original that stays as it is.

After deriving, the bytes are a JPEG, PNG or (for e-readers) GIF, upright, in grey or RGB, eight bits a channel. An
original that is all that already passes through byte for byte.
"""

from __future__ import annotations

import io
from typing import cast

from PIL import Image

from threadbound.media.pictures import StoredPicture
from threadbound.media.probe import opened, orientation

#: Media types that pass through, by product. WeasyPrint draws a GIF's first frame only, so print gets a PNG of it.
PASSES = {"print": {"image/jpeg", "image/png"}, "epub": {"image/jpeg", "image/png", "image/gif"}}
#: Pixel modes that every reader and PDF/A can show.
PLAIN_MODES = {"1", "L", "LA", "P", "PA", "RGB", "RGBA"}
SUFFIXES = {"image/jpeg": ".jpg", "image/png": ".png", "image/gif": ".gif"}
JPEG_QUALITY = 92
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
#: Modes whose colour profile describes the derivative too.
PROFILED = {"RGB", "RGBA", "P", "PA"}


def target_type(picture: StoredPicture, product: str) -> str:
    """The media type of the derivative for ``product`` (``print`` or ``epub``), without making it."""
    if _passes(picture, product):
        return picture.probe.media_type
    return "image/jpeg" if picture.probe.mode in {"RGB", "L", "CMYK", "YCbCr"} and _is_lossy(picture) else "image/png"


def derive(picture: StoredPicture, product: str) -> bytes:
    """Bytes that ``product`` can show, of :func:`target_type`."""
    data = picture.read()
    if _passes(picture, product):
        return data
    out = io.BytesIO()
    with opened(data) as original:
        turn = TURNS.get(orientation(original))
        image = original.copy() if turn is None else original.transpose(turn)
        profile = original.info.get("icc_profile") if original.mode in PROFILED else None
        if target_type(picture, product) == "image/jpeg":
            plain = image.convert("L" if image.mode == "L" else "RGB")
            plain.save(out, "JPEG", quality=JPEG_QUALITY, icc_profile=profile)
        else:
            _eight_bits(image).save(out, "PNG", icc_profile=profile)
    return out.getvalue()


def _passes(picture: StoredPicture, product: str) -> bool:
    seen = picture.probe
    return seen.media_type in PASSES[product] and seen.mode in PLAIN_MODES and not seen.is_turned


def _is_lossy(picture: StoredPicture) -> bool:
    return picture.probe.media_type in {"image/jpeg", "image/webp", "image/avif"}


def _eight_bits(image: Image.Image) -> Image.Image:
    """The picture in grey, RGB or RGBA, eight bits a channel. Pillow itself would cut deep greys off at 255."""
    if image.mode.startswith("I") or image.mode == "F":
        grey = _scaled(image)
        grey.info.pop("transparency", None)  # a grey of the deep scale
        return grey
    return image.convert("RGBA" if image.has_transparency_data else "RGB")


def _scaled(image: Image.Image) -> Image.Image:
    """Deep grey as eight bits: sixteen bits by their own scale, others from their darkest to their lightest."""
    deep = image.convert("F")
    scale = (0.0, 65_535.0) if image.mode.startswith("I") else deep.getextrema()
    low, high = cast("tuple[float, float]", scale)
    span = (high - low) or 1.0
    return deep.point(lambda x: x * (255 / span) + (-low * 255 / span)).convert("L")
