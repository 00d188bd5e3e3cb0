"""Derivatives: upright, eight bits, grey or RGB; what is that already passes byte for byte."""

from __future__ import annotations

import io
import runpy
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageCms

from threadbound.media.derive import derive, target_type
from threadbound.media.pictures import StoredPicture
from threadbound.media.probe import ORIENTATION

SAMPLES = runpy.run_path(str(Path(__file__).parents[2] / "samples.py"))
picture = SAMPLES["picture"]


def stored(data: bytes) -> StoredPicture:
    (found,) = SAMPLES["store_of"](data).pictures.values()
    assert isinstance(found, StoredPicture)
    return found


def derived(data: bytes, product: str = "print") -> Image.Image:
    """The derivative, decoded; its type is the promised one."""
    original = stored(data)
    image = Image.open(io.BytesIO(derive(original, product)))
    image.load()
    assert Image.MIME[str(image.format)] == target_type(original, product)
    return image


def saved(image: Image.Image, form: str = "PNG", **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


@pytest.mark.parametrize(
    ("form", "mode", "product"),
    [
        ("JPEG", "RGB", "print"),
        ("JPEG", "L", "epub"),
        ("PNG", "RGBA", "print"),
        ("PNG", "P", "print"),
        ("PNG", "LA", "epub"),
        ("GIF", "P", "epub"),
    ],
)
def test_what_can_be_shown_passes_byte_for_byte(form: str, mode: str, product: str) -> None:
    data = picture(colour=None, form=form, mode=mode)
    assert derive(stored(data), product) == data


@pytest.mark.parametrize(
    ("form", "mode", "media_type"),
    [
        ("WEBP", "RGB", "image/jpeg"),
        ("AVIF", "RGB", "image/jpeg"),
        ("WEBP", "RGBA", "image/png"),
        ("BMP", "RGB", "image/png"),
        ("TIFF", "RGB", "image/png"),
        ("GIF", "P", "image/png"),
        ("JPEG", "CMYK", "image/jpeg"),
        ("TIFF", "CMYK", "image/png"),
        ("TIFF", "LAB", "image/png"),
        ("PNG", "I;16", "image/png"),
        ("TIFF", "F", "image/png"),
    ],
)
def test_everything_else_becomes_what_can_be_shown(form: str, mode: str, media_type: str) -> None:
    image = derived(picture(colour=0 if mode in {"P", "I;16", "F"} else None, form=form, mode=mode))
    assert Image.MIME[str(image.format)] == media_type
    assert image.mode in {"L", "RGB", "RGBA"}
    assert image.size == (48, 32)


def test_cmyk_keeps_its_colour_and_drops_its_profile() -> None:
    red = saved(Image.new("CMYK", (48, 32), (0, 255, 255, 0)), "TIFF", icc_profile=b"\0" * 200)
    image = derived(red)
    assert image.getpixel((5, 5)) == (255, 0, 0)
    assert "icc_profile" not in image.info


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_a_profile_of_rgb_stays(mode: str) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert derived(picture(colour=None, form="WEBP", mode=mode, icc_profile=profile)).info["icc_profile"] == profile


def test_deep_grey_keeps_its_shades() -> None:
    ramp = Image.new("I;16", (256, 4))
    ramp.putdata([x * 257 for x in range(256)] * 4)
    image = derived(saved(ramp))
    shades = [image.getpixel((x, 1)) for x in range(256)]
    assert image.mode == "L"
    assert all(abs(float(shade) - x) <= 1 for x, shade in enumerate(shades))  # type: ignore[arg-type]


def test_floating_grey_reaches_from_black_to_white() -> None:
    ramp = Image.new("F", (8, 8))
    ramp.putdata([x / 64 for x in range(64)])
    image = derived(saved(ramp, "TIFF"))
    assert image.getextrema() == (0, 255)


@pytest.mark.parametrize("value", range(2, 9))
@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_turned_pictures_are_set_upright_once(value: int, form: str) -> None:
    upright = Image.new("RGB", (64, 32), "white")
    upright.paste("red", (0, 0, 32, 16))
    undo = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    exif = Image.Exif()
    exif[ORIENTATION] = value
    image = derived(saved(upright.transpose(undo[value]), form, exif=exif))
    assert image.size == (64, 32)
    assert image.getexif().get(ORIENTATION, 1) == 1
    near, far = image.convert("RGB").getpixel((8, 4)), image.convert("RGB").getpixel((56, 28))
    assert near[1] < 60  # type: ignore[index]
    assert far[1] > 200  # type: ignore[index]


def test_transparency_stays() -> None:
    clear = saved(Image.new("P", (48, 32), 0), "GIF", transparency=0)
    assert derived(clear).convert("RGBA").getpixel((1, 1))[3] == 0  # type: ignore[index]


def test_the_original_is_not_altered() -> None:
    data = picture(form="WEBP")
    original = stored(data)
    derive(original, "print")
    assert original.read() == data
