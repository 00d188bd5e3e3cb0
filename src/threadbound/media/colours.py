"""Pixels of every kind → grey, RGB or RGBA, eight bits a channel: what every reader and every PDF can show.

Before: a picture as Pillow decoded it. After: one of the modes ``L``, ``LA``, ``RGB``, ``RGBA`` that looks the same.
"""

from __future__ import annotations

import io
from functools import cache
from typing import Any, cast

from PIL import Image

#: Modes whose colour profile describes the RGB of the derivative too.
PROFILED = frozenset({"RGB", "RGBA", "P", "PA"})


def plain(image: Image.Image, *, grey: bool = False) -> Image.Image:
    """The picture in a plain mode, itself where it has that mode already; with ``grey`` in ``L`` or ``LA``."""
    if image.mode.startswith("I") or image.mode == "F":
        return _scaled(image)  # Pillow itself would cut deep greys off at 255
    if image.mode == "CMYK":
        image = _printed(image)
    elif image.mode == "LAB":
        image = image.convert("RGB")  # Pillow knows no other way
    is_grey = grey or image.mode in {"1", "L", "LA"}
    mode = "L" if is_grey else "RGB"
    wanted = {"L": "LA", "RGB": "RGBA"}[mode] if image.has_transparency_data else mode
    image.load()  # some forms show their mode only now
    return image if image.mode == wanted else image.convert(wanted)


def _scaled(image: Image.Image) -> Image.Image:
    """Deep grey as eight bits: sixteen bits by their own scale, others from their darkest to their lightest."""
    deep = image.convert("F")
    scale = (0.0, 65_535.0) if image.mode.startswith("I") else deep.getextrema()
    low, high = cast("tuple[float, float]", scale)
    span = (high - low) or 1.0
    grey = deep.point(lambda x: x * (255 / span) + (-low * 255 / span)).convert("L")
    grey.info.pop("transparency", None)  # a grey of the deep scale
    return grey


def _printed(image: Image.Image) -> Image.Image:
    """CMYK in sRGB, by the profile of the inks where it has one that can be used, else by plain arithmetic."""
    profile = image.info.get("icc_profile")
    if profile:
        from PIL import ImageCms  # noqa: PLC0415 - few pictures are CMYK

        try:
            inks = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            managed = ImageCms.profileToProfile(image, inks, _srgb(), outputMode="RGB")
        except Exception:  # noqa: BLE001 - a hostile profile raises nearly anything; arithmetic needs none
            managed = None
        if managed is not None:
            return managed
    return image.convert("RGB")


@cache
def _srgb() -> Any:  # noqa: ANN401 - ImageCms is loaded only where it is needed
    from PIL import ImageCms  # noqa: PLC0415 - see above

    return ImageCms.createProfile("sRGB")
