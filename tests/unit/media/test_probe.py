"""A picture is what its bytes prove to be, whatever it is called."""

from __future__ import annotations

import io
import runpy
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
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


@pytest.mark.parametrize(
    "data",
    [
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        b'\xef\xbb\xbf<?xml version="1.0"?>\n<!-- drawn --><!DOCTYPE svg PUBLIC "-//W3C" "x">\n<svg>',
        '<?xml version="1.0"?><s:svg xmlns:s="http://www.w3.org/2000/svg"/>'.encode("utf-16"),
    ],
)
def test_an_svg_is_known_and_refused(data: bytes) -> None:
    with pytest.raises(NotAPicture, match="SVG") as refusal:
        probe(data)
    assert refusal.value.code == "media.unsupported"


def test_a_page_with_a_drawing_in_it_is_no_svg() -> None:
    with pytest.raises(NotAPicture) as refusal:
        probe(b"<!DOCTYPE html><html><body><svg></svg></body></html>")
    assert refusal.value.code == "media.not-an-image"


@pytest.mark.parametrize("progressive", [False, True])
@pytest.mark.parametrize("subsampling", [0, 2])
@given(part=st.floats(0, 1, exclude_max=True))
@settings(max_examples=60, deadline=None)
def test_a_jpeg_cut_anywhere_is_refused_however_cheaply_it_is_proven(
    progressive: bool,  # noqa: FBT001 - drawn
    subsampling: int,
    part: float,
) -> None:
    out = io.BytesIO()
    Image.effect_noise((160, 120), 70).convert("RGB").save(
        out, "JPEG", progressive=progressive, subsampling=subsampling
    )
    data = out.getvalue()
    with pytest.raises(NotAPicture):
        probe(data[: int(part * (len(data) - 16))])


@pytest.mark.parametrize("most", [48 * 32 - 1, 100])
def test_the_bound_of_pixels_is_the_caller_s(most: int) -> None:
    assert probe(picture(), 48 * 32).width == 48
    with pytest.raises(NotAPicture) as refusal:
        probe(picture(), most)
    assert refusal.value.code == "media.too-large"


def test_pillow_s_own_bound_gives_way_and_comes_back() -> None:
    before = Image.MAX_IMAGE_PIXELS
    assert probe(picture((20_000, 9_400), 0, mode="1"), 200_000_000).width == 20_000
    assert before == Image.MAX_IMAGE_PIXELS


@pytest.mark.parametrize(("form", "moves"), [("GIF", True), ("WEBP", True), ("PNG", True), ("TIFF", False)])
def test_animations_are_told_from_pages(form: str, moves: bool) -> None:  # noqa: FBT001 - a table
    out = io.BytesIO()
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "green", "blue")]
    frames[0].save(out, form, save_all=True, append_images=frames[1:])
    assert probe(out.getvalue()).is_animated == moves
    assert not probe(picture(form=form)).is_animated


def test_a_telephone_s_jpeg_does_not_move() -> None:
    out = io.BytesIO()
    Image.new("RGB", (48, 32)).save(out, "MPO", save_all=True, append_images=[Image.new("RGB", (48, 32), "red")])
    assert not probe(out.getvalue()).is_animated


def heic(size: tuple[int, int] = (64, 48)) -> bytes:
    pillow_heif = pytest.importorskip("pillow_heif")
    out = io.BytesIO()
    pillow_heif.from_pillow(Image.new("RGB", size, "#993322")).save(out, quality=80)
    return out.getvalue()


def test_a_heic_is_read_where_the_extra_is_installed() -> None:
    seen = probe(heic())
    assert (seen.media_type, seen.width, seen.height, seen.mode) == ("image/heic", 64, 48, "RGB")
    with pytest.raises(NotAPicture):
        probe(heic()[:-200])


def test_without_the_extra_a_heic_is_refused_with_the_cure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("threadbound.media.probe._can_read_heic", lambda: False)
    with pytest.raises(NotAPicture, match=r"pip install 'threadbound\[heic\]'") as refusal:
        probe(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 40)
    assert refusal.value.code == "media.unsupported"


def test_an_avif_needs_no_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("threadbound.media.probe._can_read_heic", lambda: False)
    assert probe(picture(form="AVIF")).media_type == "image/avif"
