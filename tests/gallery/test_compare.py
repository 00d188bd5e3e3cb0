"""The comparison of pages can fail, and does not fail for nothing."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from random import Random

import pytest
from PIL import Image, ImageChops, ImageDraw, ImageFont

from gallery import compare, drawings

FONTS = Path(__file__).resolve().parents[2] / "templates" / "fonts" / "eb-garamond"
SIZE = (463, 655)  # A4 as goldens are kept
LINES = range(60, 500, 12)
PICTURE = (118, 520, 218, 580)


@cache
def _page(
    cut: str = "400Regular", moved: float = 0, down: float = 0, *, marked: int = 96, picture: bool = True
) -> Image.Image:
    """A page of prose, a small picture, a number in the margin; a line ``moved``, all lines ``down``, in pixels."""
    fine = 4
    page = Image.new("L", (SIZE[0] * fine, SIZE[1] * fine), 255)
    pen = ImageDraw.Draw(page)
    font = ImageFont.truetype(FONTS / f"EBGaramond_{cut}.ttf", 9.7 * fine)
    for number, top in enumerate(LINES):
        words = "the paper keeps what water forgets and every gauge has a clock"[number % 7 :]
        pen.text((118 * fine, (top + down + (moved if number == 20 else 0)) * fine), words, font=font, fill=0)
    pen.text((marked * fine, 60 * fine), "2", font=font.font_variant(size=6 * fine), fill=67)
    page = page.reduce(fine)
    if picture:
        left, top, right, foot = PICTURE
        page.paste(drawings.landscape(4, right - left, foot - top).convert("L"), (left, top))
    return page


def test_a_page_is_itself() -> None:
    assert compare.difference(_page(), _page()).squares == 0


@pytest.mark.parametrize("tolerance", [compare.SAME, compare.OTHER], ids=["same", "other"])
def test_noise_and_edges_of_letters_pass(tolerance: compare.Tolerance) -> None:
    page = _page()
    noise = Image.frombytes("L", SIZE, Random(1).randbytes(SIZE[0] * SIZE[1]))  # noqa: S311 - grain
    noise = noise.point([tone * 10 // 256 for tone in range(256)])
    for other in (ImageChops.subtract(page, noise), ImageChops.add(page, noise), _page(down=0.1)):
        assert compare.is_same(other, page, tolerance)


def test_other_libraries_may_set_letters_a_hair_elsewhere() -> None:
    assert compare.is_same(_page(down=0.25), _page(), compare.OTHER)


def test_a_page_that_moved_by_half_a_millimetre_is_found() -> None:
    assert not compare.is_same(_page(down=1), _page())


@pytest.mark.parametrize("moved", [1, 2, -1, 6])
def test_one_line_that_moved_is_found(moved: int) -> None:
    assert not compare.is_same(_page(moved=moved), _page())


@pytest.mark.parametrize("tolerance", [compare.SAME, compare.OTHER], ids=["same", "other"])
@pytest.mark.parametrize(
    "change",
    [{"picture": False}, {"cut": "500Medium"}, {"cut": "400Regular_Italic"}, {"cut": "600SemiBold"}, {"down": 3}],
    ids=str,
)
def test_what_a_reader_would_see_is_found(change: dict[str, object], tolerance: compare.Tolerance) -> None:
    assert not compare.is_same(_page(**change), _page(), tolerance)  # type: ignore[arg-type]


@pytest.mark.parametrize("marked", [90, 0])
def test_a_number_in_the_margin_that_moved_is_found(marked: int) -> None:
    assert not compare.is_same(_page(marked=marked), _page())


def test_a_page_of_another_size_is_found() -> None:
    page = _page()
    assert compare.difference(page.crop((0, 0, SIZE[0], SIZE[1] - 1)), page).squares == -1
    assert not compare.is_same(page.crop((0, 0, SIZE[0] - 1, SIZE[1])), page, compare.OTHER)


def test_the_difference_is_red_where_it_is() -> None:
    seen = compare.difference(_page(picture=False), _page())
    assert seen.picture is not None
    red = [
        (x, y)
        for x in range(0, SIZE[0], 4)
        for y in range(0, SIZE[1], 4)
        if (pixel := seen.picture.getpixel((x, y)))[0] - pixel[1] > 40  # type: ignore[index,operator]
    ]
    assert red
    left, top, right, foot = PICTURE
    assert all(left - 8 <= x < right + 8 and top - 8 <= y < foot + 8 for x, y in red)


def test_sixteen_greys_are_kept_and_come_back(tmp_path: Path) -> None:
    page = compare.reduced(_page())
    compare.compact(page).save(tmp_path / "page.png", bits=4)
    with Image.open(tmp_path / "page.png") as kept:
        assert ImageChops.difference(kept.convert("L"), page).getbbox() is None
