"""Derivatives: upright, eight bits, grey or RGB; what is that already passes byte for byte."""

from __future__ import annotations

import io
import runpy
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from PIL import Image, ImageChops, ImageCms

from threadbound.media.derive import MOVING_PIXELS, derive
from threadbound.media.pictures import StoredPicture
from threadbound.media.probe import ORIENTATION, probe
from threadbound.media.recipes import PRESETS, Wishes, plan, slice_of

SAMPLES = runpy.run_path(str(Path(__file__).parents[2] / "samples.py"))
picture = SAMPLES["picture"]


def stored(data: bytes) -> StoredPicture:
    (found,) = SAMPLES["store_of"](data).pictures.values()
    assert isinstance(found, StoredPicture)
    return found


def made(data: bytes, preset: str = "print", box: tuple[float, float] | None = None, **wishes: Any) -> bytes:
    recipe = plan(stored(data).probe, PRESETS[preset], Wishes(**wishes), box)
    return derive(data, recipe)


def derived(data: bytes, preset: str = "print", box: Any = None, **wishes: Any) -> Image.Image:
    """The derivative, decoded; its type and size are the promised ones."""
    recipe = plan(stored(data).probe, PRESETS[preset], Wishes(**wishes), box)
    image = Image.open(io.BytesIO(derive(data, recipe)))
    image.load()
    assert Image.MIME[str(image.format)] == recipe.media_type
    assert image.size == recipe.size
    return image


def saved(image: Image.Image, form: str = "PNG", **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


@pytest.mark.parametrize(
    ("form", "mode", "product"),
    [
        ("JPEG", "RGB", "print"),
        ("JPEG", "L", "reader"),
        ("PNG", "RGBA", "print"),
        ("PNG", "P", "print"),
        ("PNG", "LA", "reader"),
        ("GIF", "P", "reader"),
    ],
)
def test_what_can_be_shown_passes_byte_for_byte(form: str, mode: str, product: str) -> None:
    data = picture(colour=None, form=form, mode=mode)
    assert made(data, product) == data


@pytest.mark.parametrize(
    ("width", "most", "size"),
    [
        (1200, None, (1200, 800)),
        (1500, None, (1500, 1000)),
        (1503, None, (1000, 667)),
        (1200, 1100, (1100, 733)),
        (3000, 1400, (1000, 667)),
        (3000, 900, (900, 600)),
    ],
)
def test_in_print_only_what_is_much_too_fine_is_made_coarser(
    width: int, most: int | None, size: tuple[int, int]
) -> None:
    seen = replace(stored(picture((6, 4))).probe, width=width, height=width * 2 // 3)
    recipe = plan(seen, PRESETS["print"], Wishes(max_size=most), (1000 / 300 * 25.4 - 0.01, 500.0))
    assert recipe.size == size
    assert recipe.passes == (size[0] == width)


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
    made(original.read())
    assert original.read() == data


@pytest.mark.parametrize(
    ("preset", "box", "wishes", "size"),
    [
        ("print", (101.6, 67.7), {}, (1200, 800)),
        ("print", (50.8, 33.9), {}, (600, 400)),
        ("print", None, {}, (2400, 1600)),
        ("print", (101.6, 67.7), {"max_size": 300}, (300, 200)),
        ("reader", None, {}, (1600, 1067)),
        ("reader", None, {"max_size": 800}, (800, 533)),
        ("reader", None, {"max_size": 9000}, (2400, 1600)),
    ],
)
@pytest.mark.parametrize(("form", "turn"), [("JPEG", 1), ("JPEG", 6), ("PNG", 1), ("WEBP", 1)])
def test_pictures_are_made_as_large_as_they_are_shown(  # noqa: PLR0917 - a table
    preset: str, box: Any, wishes: dict[str, Any], size: tuple[int, int], form: str, turn: int
) -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = turn
    data = picture((1600, 2400) if turn == 6 else (2400, 1600), form=form, exif=exif)
    assert derived(data, preset, box, **wishes).size == size


def test_a_small_picture_is_never_enlarged() -> None:
    data = picture((60, 40), form="JPEG")
    assert made(data, "print", (120, 80)) == made(data, "reader") == made(data, "reader", max_size=5000) == data


def test_the_bound_of_the_longer_side_is_that_of_what_is_shown_at_once() -> None:
    assert max(derived(picture((1080, 2400), form="PNG"), "reader").size) == 1600
    seen = probe(picture((1080, 9000), form="PNG"))
    assert plan(seen, PRESETS["reader"], Wishes(), part=1 / 20).size == (1080, 9000)
    assert plan(seen, PRESETS["reader"], Wishes(max_size=540), part=1 / 20).size == (540, 4500)
    assert plan(seen, PRESETS["reader"], Wishes(max_size=540), part=1 / 5).size == (324, 2700)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_slices_put_together_are_the_picture(form: str) -> None:
    data = saved(SAMPLES["screenshot"](400, 1500), form)
    seen = probe(data)
    whole = plan(seen, PRESETS["reader"], Wishes(), part=0.2)
    with Image.open(io.BytesIO(data)) as image:
        expected = image.convert("RGB")
    for rows in ((0, 300), (300, 777), (777, 1500)):
        with Image.open(io.BytesIO(derive(data, slice_of(whole, seen, rows)))) as part:
            difference = ImageChops.difference(part.convert("RGB"), expected.crop((0, rows[0], 400, rows[1])))
            assert max(high for _, high in difference.getextrema()) <= (0 if form == "PNG" else 24)
    assert derived(picture((1080, 9000), form="PNG"), "reader", max_size=900).size == (108, 900)


@pytest.mark.parametrize(("form", "mode"), [("JPEG", "RGB"), ("PNG", "RGBA"), ("PNG", "P"), ("WEBP", "RGB")])
def test_grey_has_no_colours_and_no_profile(form: str, mode: str) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    image = derived(picture(colour=None, form=form, mode=mode, icc_profile=profile), grey=True)
    assert image.mode in {"L", "LA"}
    assert "icc_profile" not in image.info


def test_what_is_grey_already_passes_grey() -> None:
    data = picture(colour=90, form="JPEG", mode="L")
    assert made(data, grey=True) == data


def test_quality_is_the_user_s() -> None:
    noise = saved(Image.effect_noise((200, 200), 80).convert("RGB"), "WEBP", lossless=True)
    assert len(made(noise, quality=40)) < len(made(noise)) < len(made(noise, quality=95))


def cmyk_profile() -> bytes:
    """A profile of inks that shows everything as one grey: nobody could take it for plain arithmetic."""
    grid = bytes([128, 128, 128]) * 16  # L*, a*, b* at the corners of the four inks
    ramp = bytes(range(256))
    matrix = b"".join(struct.pack(">i", 0x10000 if k % 4 == 0 else 0) for k in range(9))
    lut = b"mft1" + bytes(4) + bytes([4, 3, 2, 0]) + matrix + ramp * 4 + grid + ramp * 3
    white = b"XYZ " + bytes(4) + struct.pack(">3i", 0xF6D6, 0x10000, 0xD32D)
    text = b"desc" + bytes(4) + struct.pack(">I", 2) + b"x\0" + bytes(78)
    tags, body, table = [(b"desc", text), (b"wtpt", white), (b"A2B0", lut)], b"", b""
    at = 128 + 4 + 12 * len(tags)
    for name, data in tags:
        padded = data + bytes(-len(data) % 4)
        table += name + struct.pack(">II", at + len(body), len(data))
        body += padded
    head = struct.pack(">I4sI4s4s4s", at + len(body), b"lcms", 0x02400000, b"prtr", b"CMYK", b"Lab ")
    head += bytes(12) + b"acsp" + bytes(28) + struct.pack(">3i", 0xF6D6, 0x10000, 0xD32D)
    return head + bytes(128 - len(head)) + struct.pack(">I", len(tags)) + table + body


@pytest.mark.parametrize("form", ["JPEG", "TIFF"])
def test_cmyk_is_shown_by_the_profile_of_its_inks(form: str) -> None:
    inks = saved(Image.new("CMYK", (48, 32), (0, 255, 255, 0)), form, icc_profile=cmyk_profile())
    image = derived(inks)
    red, green, blue = image.getpixel((5, 5))  # type: ignore[misc]
    assert max(red, green, blue) - min(red, green, blue) < 3
    assert "icc_profile" not in image.info


def gps() -> Image.Exif:
    exif = Image.Exif()
    exif[0x010F] = "a telephone of Mara's"
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (60.0, 23.0, 30.0)
    return exif


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "MPO"])
@pytest.mark.parametrize("preset", ["print", "reader"])
@pytest.mark.parametrize("wishes", [{}, {"max_size": 20}, {"grey": True}])
def test_no_derivative_says_where_it_was_taken(form: str, preset: str, wishes: dict[str, Any]) -> None:
    data = picture(form=form, exif=gps(), **({"comment": b"by Mara"} if form == "JPEG" else {}))
    assert b"Mara" in data
    result = made(data, preset, **wishes)
    assert b"Mara" not in result
    assert not Image.open(io.BytesIO(result)).getexif()


def frames(form: str, count: int = 3, size: tuple[int, int] = (60, 40), **options: Any) -> bytes:
    shades = [Image.new("RGB", size, (k * 80 % 256, 90, 200)) for k in range(count)]
    return saved(shades[0], form, save_all=True, append_images=shades[1:], duration=120, loop=0, **options)


@pytest.mark.parametrize("form", ["GIF", "PNG"])
def test_an_e_reader_gets_the_animation_as_it_is(form: str) -> None:
    assert made(frames(form), "reader") == frames(form)


@pytest.mark.parametrize(("form", "wishes"), [("WEBP", {}), ("GIF", {"max_size": 30}), ("PNG", {"grey": True})])
def test_an_animation_made_anew_still_moves(form: str, wishes: dict[str, Any]) -> None:
    image: Any = derived(frames(form), "reader", **wishes)
    assert (image.format, image.n_frames, image.info["duration"], image.info["loop"]) == ("PNG", 3, 120, 0)
    image.seek(1)
    red, _, blue = image.convert("RGB").getpixel((9, 9))
    assert abs(red - 80) < 4 or wishes.get("grey")
    assert blue > red or wishes.get("grey")


@pytest.mark.parametrize("form", ["GIF", "WEBP", "AVIF"])
def test_print_has_the_first_frame(form: str) -> None:
    image: Any = derived(frames(form), "print")
    assert getattr(image, "n_frames", 1) == 1
    assert image.convert("RGB").getpixel((9, 9))[0] < 6


def test_an_animation_that_is_too_long_keeps_its_first_frame(monkeypatch: pytest.MonkeyPatch) -> None:
    assert MOVING_PIXELS > 60 * 40 * 3
    monkeypatch.setattr("threadbound.media.derive.MOVING_PIXELS", 60 * 40 * 3 - 1)
    image: Any = derived(frames("WEBP"), "reader")
    assert (image.format, image.n_frames) == ("PNG", 1)


def test_an_animation_that_is_damaged_later_keeps_its_first_frame(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(image: Image.Image) -> Iterator[Image.Image]:
        yield image
        raise OSError("image file is truncated")

    monkeypatch.setattr("threadbound.media.derive.ImageSequence.Iterator", broken)
    image: Any = derived(frames("WEBP"), "reader")
    assert (image.format, image.n_frames) == ("PNG", 1)


def test_the_same_bytes_twice() -> None:
    for form in ("JPEG", "PNG", "WEBP", "GIF", "AVIF"):
        data = picture((300, 200), form=form)
        assert made(data, "reader", max_size=100) == made(data, "reader", max_size=100)


def test_what_passes_but_is_oddly_built_is_made_anew() -> None:
    data = picture(form="JPEG", comment=b"by Mara")
    odd = data[:20] + b"\0\0" + data[20:]  # what no decoder minds, and no segment
    assert stored(odd).probe.width == 48
    assert b"Mara" not in made(odd)


def test_a_heic_becomes_a_jpeg() -> None:
    pillow_heif = pytest.importorskip("pillow_heif")
    out = io.BytesIO()
    pillow_heif.from_pillow(Image.new("RGB", (64, 48), "#993322")).save(out)
    assert derived(out.getvalue()).format == "JPEG"
