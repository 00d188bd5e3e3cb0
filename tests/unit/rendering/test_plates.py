"""Plates: pictures with their words, clips with their stills, and frames for what is lost."""

from __future__ import annotations

import io
import re
import runpy
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from threadbound.book.blocks import Clip, Figure, LostPicture
from threadbound.digests import sha256
from threadbound.media.recipes import Wishes
from threadbound.model.media import Media
from threadbound.options import PageOptions
from threadbound.rendering.pages import page_of
from threadbound.rendering.plates import Caption, Plates
from threadbound.rendering.theme import load

SAMPLES = runpy.run_path(str(Path(__file__).parents[2] / "samples.py"))
picture, photo = SAMPLES["picture"], SAMPLES["photo"]
RED, TALL, WEBP = picture(), picture((40, 120), "#223399"), picture(form="WEBP")
A4, A5 = (page_of(load("serif"), PageOptions(), size) for size in ("a4", "a5"))
WIDE = picture((800, 100))
MOVING = picture(form="GIF", mode="P", colour=None)


def plates(product: str = "print") -> Plates:
    return Plates(SAMPLES["store_of"](RED, TALL, WIDE, WEBP, MOVING), A4, product)


def test_identical_pictures_are_one_file_shown_twice() -> None:
    made = plates()
    plate = made.place(Figure((photo(RED), photo(RED)), 3))
    assert [image.src for row in plate.rows for image in row] == [f"images/{sha256(RED)}.png"] * 2
    assert [used.media_type for used in made.used.values()] == ["image/png"]
    assert made.used[f"images/{sha256(RED)}.png"].read() == RED


@pytest.mark.parametrize(
    ("data", "product", "suffix"),
    [(WEBP, "print", ".jpg"), (MOVING, "print", ".png"), (MOVING, "epub", ".gif"), (RED, "epub", ".png")],
)
def test_names_tell_what_the_files_are(data: bytes, product: str, suffix: str) -> None:
    made = plates(product)
    name = made.thumb(photo(data))
    assert name == f"images/{sha256(data)}{suffix}"
    assert made.used[name].media_type == {".jpg": "image/jpeg", ".png": "image/png", ".gif": "image/gif"}[suffix]


def test_descriptions_are_alternative_and_caption_and_never_empty() -> None:
    plate = plates().place(Figure((photo(RED, 'A <red> "sheet"'), photo(TALL)), 3))
    assert [image.alt for row in plate.rows for image in row] == ['A <red> "sheet"', "Picture in post 3"]
    assert plate.captions == (Caption("Left:", 'A <red> "sheet"'),)


@pytest.mark.parametrize(
    ("count", "places"), [(1, ["", ""]), (2, ["Left:", "Right:"]), (3, ["Picture 1:", "Picture 2:", "Picture 3:"])]
)
def test_captions_say_which_picture_is_meant(count: int, places: list[str]) -> None:
    plate = plates().place(Figure((photo(RED, "Red"),) * count, 3))
    assert [caption.place for caption in plate.captions] == places[:count]


@pytest.mark.parametrize("product", ["print", "epub"])
def test_pictures_one_above_the_other_are_not_called_left_and_right(product: str) -> None:
    plate = plates(product).place(Figure((photo(WIDE, "Bay"), photo(TALL, "Tower")), 3))
    assert [len(row) for row in plate.rows] == [1, 1]
    assert [caption.place for caption in plate.captions] == ["Top:", "Bottom:"]


def test_print_has_lengths_and_an_e_reader_shares() -> None:
    (((image,),), ((one, two),)) = (
        plates(product).place(Figure(pictures, 1)).rows
        for product, pictures in (("print", (photo(RED),)), ("epub", (photo(RED), photo(TALL))))
    )
    assert image.style.endswith("mm")
    assert one.style.endswith("%")
    assert float(one.style[6:-1]) + float(two.style[6:-1]) < 100
    assert plates("epub").place(Figure((photo(RED),), 1)).rows[0][0].style == ""


def test_a_narrow_picture_has_its_caption_beside_it_in_print_only() -> None:
    figure = Figure((photo(TALL, "A blue sheet"),), 1)
    assert plates("print").place(figure).beside.endswith("mm")
    assert plates("epub").place(figure).beside == ""


def clip(**known: Any) -> Clip:
    return Clip(Media("video", "https://video.example.com/1.mp4", "He speaks", duration=102, **known), 4)


def test_a_clip_says_where_it_is() -> None:
    plate = plates().place(clip())
    assert (plate.rows, plate.label, plate.address) == ((), "Video", "https://video.example.com/1.mp4")
    assert plate.text == "1 min 42 s, not in this book. He speaks"


def test_a_clip_with_its_still_shows_it() -> None:
    plate = plates().place(clip(sha256=sha256(RED), media_type="image/png", width=48, height=32))
    assert plate.rows[0][0].alt == "He speaks"
    assert plate.captions == (Caption("", "1 min 42 s, not in this book. He speaks"),)


def test_a_still_without_a_description_says_what_it_is() -> None:
    found = Media("gif", "https://video.example.com/1.mp4", "", sha256=sha256(RED), width=48, height=32)
    assert plates().place(Clip(found, 4)).rows[0][0].alt == "Still from a GIF in post 4"


@pytest.mark.parametrize(
    ("url", "alt", "address", "text"),
    [
        ("https://media.example.com/1", "A burn hole", "https://media.example.com/1", "A burn hole"),
        ("https://media.example.com/1", "", "https://media.example.com/1", ""),
        ("", "", "", "The page gives no address."),
        ("javascript:alert(1)", "", "", "The page gives no address."),
        ("http://[broken/", "", "http://[broken/", ""),
    ],
)
def test_a_lost_picture_leaves_its_frame(url: str, alt: str, address: str, text: str) -> None:
    plate = plates().place(LostPicture(Media("image", url, alt), 2))
    assert (plate.rows, plate.label, plate.address, plate.text) == ((), "Picture not preserved", address, text)


def screenshot(height: int = 4800) -> bytes:
    return bytes(picture((640, height), "#445566", form="JPEG"))


def test_a_tall_screenshot_is_one_picture_in_several_windows() -> None:
    data = screenshot()
    made = Plates(SAMPLES["store_of"](data), A4, "print")
    plate = made.place(Figure((photo(data, "A talk"),), 3))
    images = [row[0] for row in plate.rows]
    assert plate.is_divided
    assert not plate.beside
    assert len({image.src for image in images}) == len(made.used) == 1
    assert next(iter(made.used.values())).windows == len(images) > 3
    assert [image.alt for image in images[:2]] == ["A talk", f"Picture in post 3, continued: part 2 of {len(images)}"]
    assert [image.continues for image in images] == [False] + [True] * (len(images) - 1)
    heights, tops = zip(
        *(map(float, re.findall(r"(?:height:|0 )(-?[\d.]+)mm", image.style)) for image in images), strict=True
    )
    assert sum(heights) == pytest.approx(640 / 150 * 25.4 * 4800 / 640, rel=0.01)
    assert all(-top == pytest.approx(sum(heights[:k]), abs=0.01) for k, top in enumerate(tops))
    assert max(heights) <= made.page.height / 3


def test_an_e_reader_gets_slices_that_are_pictures_of_their_own() -> None:
    data = screenshot()
    made = Plates(SAMPLES["store_of"](data), A5, "epub")
    plate = made.place(Figure((photo(data, "A talk"),), 3))
    images = [row[0] for row in plate.rows]
    assert plate.is_divided
    assert [image.src for image in images] == sorted(made.used)
    assert [image.alt for image in images[:2]] == ["A talk", f"Picture in post 3, continued: part 2 of {len(images)}"]
    heights = []
    with Image.open(io.BytesIO(data)) as whole:
        for image in images:
            with Image.open(io.BytesIO(made.used[image.src].read())) as part:
                assert part.width == whole.width
                heights.append(part.height)
        assert sum(heights) == whole.height
    assert max(heights) <= 0.7 * 640


@pytest.mark.parametrize("size", [(2000, 12_000), (400, 60_000)])
def test_no_slice_is_longer_than_the_preset_allows(size: tuple[int, int]) -> None:
    data = picture(size, "#445566", form="PNG")
    made = Plates(SAMPLES["store_of"](data), A5, "epub")
    slices = made.place(Figure((photo(data),), 3)).rows
    for name in made.used:
        with Image.open(io.BytesIO(made.used[name].read())) as part:
            assert max(part.size) <= 1600
            assert part.width == min(size[0], 1600)
    assert len(slices) <= 2 * 48


def test_an_animation_is_not_divided_where_it_can_move() -> None:
    frames = [Image.new("P", (400, 3000), shade) for shade in (1, 2)]
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    data = out.getvalue()
    for product, parts in (("epub", False), ("print", True)):
        made = Plates(SAMPLES["store_of"](data), A5, product)
        assert made.place(Figure((photo(data),), 3)).is_divided == parts


def test_captions_beside_a_tall_picture_count_instead_of_pointing_left() -> None:
    data = screenshot()
    made = Plates(SAMPLES["store_of"](data, RED), A4, "print")
    plate = made.place(Figure((photo(data, "A talk"), photo(RED, "Red")), 3))
    assert [caption.place for caption in plate.captions] == ["Picture 1:", "Picture 2:"]


def test_the_largest_use_counts_wherever_it_stands() -> None:
    data = picture((2400, 1600), form="JPEG")
    other = picture((2400, 1600), "#123456", form="JPEG")
    sizes = []
    for order in (1, -1):
        made = Plates(SAMPLES["store_of"](data, other), A4, "print")
        for figure in [(photo(data),), (photo(data), photo(other))][::order]:
            made.place(Figure(figure, 3))
        made.thumb(photo(data))
        used = [item.derivative for item in made.used.values()]
        sizes.append([item.recipe.size for item in used if item])
    assert sizes[0] == sizes[1]
    assert sizes[0][0] == (1418, 945)
    assert sizes[0][1][0] < 710


def test_wishes_reach_the_pictures() -> None:
    data = picture((800, 600), form="JPEG")
    made = Plates(SAMPLES["store_of"](data), A4, "print", wishes=Wishes(90, 80, grey=True))
    made.place(Figure((photo(data),), 3))
    (used,) = made.used.values()
    assert used.derivative
    assert (used.derivative.recipe.size, used.derivative.recipe.grey) == ((90, 68), True)


def test_a_description_of_nothing_that_shows_is_none() -> None:
    plate = plates().place(Figure((photo(RED, " \x07\u0000\n "),), 3))
    assert [image.alt for row in plate.rows for image in row] == ["Picture in post 3"]
    assert plate.captions == ()
