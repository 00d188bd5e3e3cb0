"""Derivatives: what a product can show, made from an original that stays as it is.

After deriving, the bytes are a JPEG, PNG or (for e-readers) GIF, upright, in grey or RGB, eight bits a channel. An
original that is all that already passes through byte for byte.
"""

from __future__ import annotations

import io

from PIL import Image, ImageOps

from threadbound.media.store import StoredPicture

#: Media types that pass through, by product. WeasyPrint draws a GIF's first frame only, so print gets a PNG of it.
PASSES = {"print": {"image/jpeg", "image/png"}, "epub": {"image/jpeg", "image/png", "image/gif"}}
#: Pixel modes that every reader and PDF/A can show.
PLAIN_MODES = {"1", "L", "LA", "P", "PA", "RGB", "RGBA"}
SUFFIXES = {"image/jpeg": ".jpg", "image/png": ".png", "image/gif": ".gif"}
JPEG_QUALITY = 92


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
    with Image.open(io.BytesIO(data)) as original:
        image: Image.Image = ImageOps.exif_transpose(original)
        out = io.BytesIO()
        if target_type(picture, product) == "image/jpeg":
            image.convert("L" if image.mode == "L" else "RGB").save(out, "JPEG", quality=JPEG_QUALITY)
        else:
            image.convert(_eight_bits(image)).save(out, "PNG")
        return out.getvalue()


def _passes(picture: StoredPicture, product: str) -> bool:
    seen = picture.probe
    return seen.media_type in PASSES[product] and seen.mode in PLAIN_MODES and not seen.is_turned


def _is_lossy(picture: StoredPicture) -> bool:
    return picture.probe.media_type in {"image/jpeg", "image/webp", "image/avif"}


def _eight_bits(image: Image.Image) -> str:
    if image.mode.startswith("I") or image.mode == "F":
        return "L"
    return "RGBA" if "A" in image.getbands() or "transparency" in image.info else "RGB"
