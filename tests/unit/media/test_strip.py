"""Metadata go, pixels stay: the coded pixels are the same bytes, and bad bytes never raise."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageCms, PngImagePlugin

from threadbound.media.strip import PARTS, strip

NOISE = Image.effect_noise((90, 60), 60).convert("RGB")
PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
SECRET = b"60 23 30 N"


def saved(form: str, **options: Any) -> bytes:
    out = io.BytesIO()
    NOISE.save(out, form, **options)
    return out.getvalue()


def moving(form: str) -> bytes:
    return saved(form, save_all=True, append_images=[NOISE.rotate(90), NOISE.rotate(180)], duration=70, loop=3)


CLEAN = {
    "baseline": ("image/jpeg", saved("JPEG")),
    "progressive": ("image/jpeg", saved("JPEG", progressive=True)),
    "restarts": ("image/jpeg", saved("JPEG", restart_marker_rows=1)),
    "with a profile": ("image/jpeg", saved("JPEG", icc_profile=PROFILE)),
    "png": ("image/png", saved("PNG", icc_profile=PROFILE)),
    "moving png": ("image/png", moving("PNG")),
    "gif": ("image/gif", saved("GIF")),
    "moving gif": ("image/gif", moving("GIF")),
}


def segment(kind: int, data: bytes) -> bytes:
    return bytes((0xFF, kind)) + struct.pack(">H", len(data) + 2) + data


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


#: What can be put where: after the start of a JPEG, before a PNG's pixels, before a GIF's end.
DIRT = {
    "image/jpeg": [
        segment(0xE1, b"Exif\0\0" + SECRET),
        segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + SECRET),
        segment(0xE2, b"MPF\0" + SECRET),
        segment(0xE2, b"FPXR\0" + SECRET),
        segment(0xE0, b"JFXX\0" + SECRET),
        segment(0xED, b"Photoshop 3.0\0" + SECRET),
        segment(0xEB, SECRET),
        segment(0xEE, b"Other" + SECRET),
        b"\xff\xff" + segment(0xFE, SECRET),
    ],
    "image/png": [chunk(name, SECRET) for name in b"tEXt zTXt iTXt eXIf tIME prVt sTER".split()],
    "image/gif": [
        b"\x21\xfe" + bytes([len(SECRET)]) + SECRET + b"\0",
        b"\x21\xff\x0bXMP DataXMP" + bytes([len(SECRET)]) + SECRET + b"\0",
    ],
}


def dirty(media_type: str, data: bytes, dirt: bytes) -> bytes:
    at = {"image/jpeg": 2, "image/png": data.find(b"IDAT") - 4, "image/gif": len(data) - 1}[media_type]
    return data[:at] + dirt + data[at:] + (SECRET if media_type != "image/gif" else b"")


@pytest.mark.parametrize("name", CLEAN)
def test_a_picture_without_metadata_comes_back_as_it_was(name: str) -> None:
    media_type, data = CLEAN[name]
    assert strip(data, media_type) == data


@pytest.mark.parametrize("name", CLEAN)
@given(data=st.data())
def test_metadata_go_and_nothing_else(name: str, data: st.DataObject) -> None:
    media_type, clean = CLEAN[name]
    dirt = b"".join(data.draw(st.lists(st.sampled_from(DIRT[media_type]), max_size=4)))
    assert strip(dirty(media_type, clean, dirt), media_type) == clean


@pytest.mark.parametrize("name", CLEAN)
def test_what_says_how_pixels_look_stays(name: str) -> None:
    media_type, clean = CLEAN[name]
    before = Image.open(io.BytesIO(clean))
    after: Any = Image.open(io.BytesIO(strip(dirty(media_type, clean, DIRT[media_type][0]), media_type) or b""))
    assert after.info.get("icc_profile") == before.info.get("icc_profile")
    assert after.info.get("loop") == before.info.get("loop")
    assert after.tobytes() == before.tobytes()


def test_a_png_s_own_words_go_with_its_time() -> None:
    words = PngImagePlugin.PngInfo()
    words.add_text("Author", "Mara")
    words.add_itxt("XML:com.adobe.xmp", "<x/>")
    assert strip(saved("PNG", pnginfo=words, exif=Image.Exif().tobytes()), "image/png") == saved("PNG")


def test_further_pictures_of_a_telephone_go() -> None:
    bare = strip(saved("MPO", save_all=True, append_images=[Image.new("RGB", (90, 60), "red")]), "image/jpeg")
    assert bare is not None
    assert bare.endswith(b"\xff\xd9")
    assert bare.count(b"\xff\xd8\xff") == 1
    assert Image.open(io.BytesIO(bare)).format == "JPEG"


@pytest.mark.parametrize("name", CLEAN)
@given(at=st.floats(0, 1, exclude_max=True), junk=st.binary(max_size=6), cut=st.booleans())
def test_damaged_bytes_never_raise(name: str, at: float, junk: bytes, cut: bool) -> None:  # noqa: FBT001 - drawn
    media_type, data = CLEAN[name]
    here = int(at * len(data))
    strip(data[:here] + junk + (b"" if cut else data[here + len(junk) :]), media_type)


@given(st.binary(max_size=60), st.sampled_from([*PARTS, "image/webp"]), st.booleans())
def test_no_bytes_raise(data: bytes, media_type: str, starts: bool) -> None:  # noqa: FBT001 - drawn
    start = {"image/jpeg": b"\xff\xd8", "image/png": b"\x89PNG\r\n\x1a\n", "image/gif": b"GIF89a"}.get(media_type, b"")
    strip((start if starts else b"") + data, media_type)


def test_a_form_without_such_parts_is_left_to_others() -> None:
    assert strip(saved("WEBP"), "image/webp") is None
