"""A picture is what its bytes prove to be, whatever it is called."""

from __future__ import annotations

import io
import runpy
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image, ImageFile

from threadbound.media.probe import MAX_PIXELS, ORIENTATION, NotAPicture, probe

SAMPLES = runpy.run_path(str(Path(__file__).parents[2] / "samples.py"))
picture = SAMPLES["picture"]


def turned(value: object, form: str = "JPEG") -> bytes:
    exif = Image.Exif()
    exif[ORIENTATION] = value
    return bytes(picture((48, 32), form=form, exif=exif))


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def bomb(width: int, height: int) -> bytes:
    """A PNG that declares a size and holds nothing of it."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("form", "media_type"),
    [
        ("JPEG", "image/jpeg"),
        ("PNG", "image/png"),
        ("GIF", "image/gif"),
        ("WEBP", "image/webp"),
        ("AVIF", "image/avif"),
        ("BMP", "image/bmp"),
        ("TIFF", "image/tiff"),
    ],
)
def test_every_form_is_known_by_its_bytes(form: str, media_type: str) -> None:
    seen = probe(picture(form=form))
    assert (seen.media_type, seen.width, seen.height, seen.is_turned) == (media_type, 48, 32, False)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_the_mode_is_told(mode: str) -> None:
    assert probe(picture(colour=1 if mode in {"1", "P", "L", "I;16"} else None, mode=mode)).mode == mode


def test_sixteen_bits_a_channel_are_told_where_pillow_hides_them() -> None:
    header = struct.pack(">IIBBBBB", 4, 4, 16, 2, 0, 0, 0)
    pixels = zlib.compress((b"\0" + b"\x12\x34" * 12) * 4)
    deep = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    assert probe(deep).mode == "RGB;16"


@pytest.mark.parametrize("value", range(1, 9))
def test_the_size_is_that_of_the_upright_picture(value: int) -> None:
    seen = probe(turned(value))
    assert (seen.width, seen.height) == ((32, 48) if value >= 5 else (48, 32))
    assert seen.is_turned == (value != 1)


@pytest.mark.parametrize("value", [0, 9, 65535])
def test_an_impossible_rotation_is_none(value: int) -> None:
    assert not probe(turned(value)).is_turned


def test_damaged_metadata_do_not_cost_the_picture() -> None:
    data = picture(form="JPEG", exif=b"Exif\0\0II*\0\xff\xff\xff\xff" + b"\xff" * 40)
    assert probe(data).width == 48


def test_a_telephone_s_jpeg_of_several_pictures_is_a_jpeg() -> None:
    out = io.BytesIO()
    Image.new("RGB", (48, 32)).save(out, "MPO", save_all=True, append_images=[Image.new("RGB", (48, 32), "red")])
    assert probe(out.getvalue()).media_type == "image/jpeg"


@pytest.mark.parametrize("form", ["JPEG", "PNG", "GIF", "WEBP"])
def test_a_picture_cut_short_is_refused(form: str) -> None:
    noise = Image.effect_noise((200, 200), 90).convert("RGB")
    out = io.BytesIO()
    noise.save(out, form)
    with pytest.raises(NotAPicture) as refusal:
        probe(out.getvalue()[: len(out.getvalue()) // 2])
    assert refusal.value.code == "media.not-an-image"
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize("size", [(1, 1), (2, 2), (1, 4)])
def test_a_placeholder_means_that_the_picture_was_not_saved(size: tuple[int, int]) -> None:
    with pytest.raises(NotAPicture, match="placeholder") as refusal:
        probe(picture(size, form="GIF"))
    assert refusal.value.code == "media.not-in-capture"


def test_a_hair_line_is_a_picture() -> None:
    assert probe(picture((1, 400))).height == 400


@pytest.mark.parametrize("size", [(MAX_PIXELS, 2), (30_000, 30_000), (2**30, 2**30), (9_460, 9_460)])
def test_a_bomb_is_refused_before_it_is_decoded(size: tuple[int, int]) -> None:
    with pytest.raises(NotAPicture) as refusal:
        probe(bomb(*size))
    assert refusal.value.code == "media.too-large"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0",
        b"GIF89a",
        b"<html><body>Not found</body></html>",
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
        b"\x89PNG\r\n\x1a\n" + b"\xff" * 60,
        b"RIFF\xff\xff\xff\xffWEBPVP8 ",
    ],
)
def test_what_is_no_picture_is_refused_in_one_line(data: bytes) -> None:
    with pytest.raises(NotAPicture) as refusal:
        probe(data)
    assert refusal.value.code == "media.not-an-image"
    assert "\n" not in str(refusal.value)


def test_a_picture_cut_short_is_refused_whatever_weasyprint_sets(
    make_picture: Callable[..., bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)  # as importing WeasyPrint does
    with pytest.raises(NotAPicture):
        probe(make_picture("JPEG", (300, 200))[:-400])
    assert ImageFile.LOAD_TRUNCATED_IMAGES
