"""Pictures are whole, in order, inside the page, and of one height in a row."""

from __future__ import annotations

import math
import runpy
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from threadbound.model.media import Media
from threadbound.options import PageOptions
from threadbound.rendering.figures import BESIDE, GUTTER, SMALLEST, layout
from threadbound.rendering.pages import SHEETS, page_of
from threadbound.rendering.theme import load

SAMPLES = runpy.run_path(str(Path(__file__).parents[2] / "samples.py"))
sized = SAMPLES["sized"]
PAGES = {size: page_of(load("serif"), PageOptions(), size) for size in SHEETS}
A4 = PAGES["a4"]
PIXELS = st.integers(1, 20_000)


@given(
    st.lists(st.builds(sized, PIXELS, PIXELS), min_size=1, max_size=6), st.sampled_from(sorted(PAGES)), st.booleans()
)
def test_every_figure_fits_its_page(pictures: list[object], name: str, caption: bool) -> None:  # noqa: FBT001 - drawn
    page = PAGES[name]
    done = layout(pictures, page, has_caption=caption)  # type: ignore[arg-type]
    assert [placed.media for row in done.rows for placed in row] == pictures
    for row in done.rows:
        assert sum(placed.width for placed in row) + GUTTER * (len(row) - 1) <= page.measure + 0.01
        assert max(p.height for p in row) - min(p.height for p in row) < 0.01
        assert all(placed.width > 0 and placed.height > 0 for placed in row)
    height = sum(row[0].height for row in done.rows)
    assert height <= max(page.portrait, page.landscape) + 0.01
    if done.beside:
        assert done.rows[0][0].width + done.beside <= page.measure


@given(st.integers(60, 4000), st.integers(60, 4000))
def test_a_picture_keeps_its_shape(width: int, height: int) -> None:
    if 1 / 20 < width / height < 20:
        ((placed,),) = layout([sized(width, height)], A4, has_caption=False).rows
        assert math.isclose(placed.width / placed.height, width / height, rel_tol=1e-6)


@pytest.mark.parametrize("size", [(20_000, 1), (1, 20_000)])
def test_an_extreme_strip_is_still_seen(size: tuple[int, int]) -> None:
    ((placed,),) = layout([sized(*size)], A4, has_caption=False).rows
    assert placed.width > 4
    assert placed.height > 4


def test_a_small_picture_is_not_blown_up() -> None:
    ((placed,),) = layout([sized(16, 16)], A4, has_caption=False).rows
    assert placed.width == pytest.approx(A4.measure * SMALLEST)


@pytest.mark.parametrize(
    ("shapes", "rows"),
    [
        ([(3, 2)], [1]),
        ([(3, 2), (3, 2)], [2]),
        ([(3, 2)] * 3, [1, 2]),
        ([(2, 3)] * 3, [3]),
        ([(3, 2)] * 4, [2, 2]),
        ([(2, 3)] * 4, [4]),
        ([(3, 2)] * 5, [1, 2, 2]),
        ([(3, 2)] * 6, [2, 2, 2]),
    ],
)
def test_how_many_stand_side_by_side(shapes: list[tuple[int, int]], rows: list[int]) -> None:
    pictures = [sized(width * 400, height * 400) for width, height in shapes]
    assert [len(row) for row in layout(pictures, A4, has_caption=False).rows] == rows


@pytest.mark.parametrize("size", sorted(SHEETS))
@pytest.mark.parametrize("shapes", [[(4000, 500), (900, 1600)], [(900, 1600), (4000, 500)]])
def test_a_panorama_and_a_portrait_stand_one_above_the_other(shapes: list[tuple[int, int]], size: str) -> None:
    page = PAGES[size]
    rows = layout([sized(*shape) for shape in shapes], page, has_caption=False).rows
    assert [len(row) for row in rows] == [1, 1]
    panorama, portrait = sorted((row[0] for row in rows), key=lambda placed: -placed.width)
    assert panorama.width == pytest.approx(page.measure)
    assert portrait.width >= page.measure * BESIDE


def test_of_several_pictures_only_those_too_narrow_for_their_row_stand_apart() -> None:
    shapes = [(1200, 800), (1200, 800), (4000, 500), (900, 1600)]
    rows = layout([sized(*shape) for shape in shapes], A4, has_caption=False).rows
    assert [len(row) for row in rows] == [2, 1, 1]


@pytest.mark.parametrize("shape", [(100, 2000), (400, 1200)])
def test_a_strip_that_would_be_hardly_wider_alone_stays_beside_its_neighbour(shape: tuple[int, int]) -> None:
    rows = layout([sized(*shape), sized(1200, 800)], A4, has_caption=False).rows
    assert [len(row) for row in rows] == [2]


def test_a_narrow_portrait_has_its_caption_beside_it() -> None:
    tall, wide = [sized(400, 1200)], [sized(1200, 400)]
    assert layout(tall, A4, has_caption=True).beside
    assert not layout(tall, A4, has_caption=False).beside
    assert not layout(wide, A4, has_caption=True).beside
    assert not layout([*tall, *tall], A4, has_caption=True).beside


def test_pictures_without_known_pixels_count_as_squares() -> None:
    ((placed,),) = layout([sized(0, 0)], A4, has_caption=False).rows
    assert placed.width == placed.height


def anything(picture: Media) -> bool:
    return bool(picture)


@pytest.mark.parametrize(
    ("size", "page", "tall"),
    [
        ((1080, 2400), "a4", False),
        ((1080, 2400), "a5", False),
        ((1080, 4800), "a4", True),
        ((1080, 4000), "a4", False),
        ((1080, 2800), "a5", True),
        ((300, 6000), "a4", False),
    ],
)
def test_what_fitting_would_make_illegible_is_divided(size: tuple[int, int], page: str, tall: bool) -> None:  # noqa: FBT001 - a table
    done = layout([sized(*size)], PAGES[page], has_caption=True, divides=anything)
    assert done.is_divided == tall
    assert not layout([sized(*size)], PAGES[page], has_caption=True).is_divided
    if tall:
        ((placed,),) = done.rows
        assert placed.width == PAGES[page].measure
        assert math.isclose(placed.width / placed.height, size[0] / size[1])


def test_a_tall_picture_is_no_wider_than_it_is_sharp_nor_longer_than_a_chapter() -> None:
    ((narrow,),) = layout([sized(400, 6000)], A4, has_caption=False, divides=anything).rows
    assert narrow.width == pytest.approx(400 / 150 * 25.4)
    ((endless,),) = layout([sized(400, 200_000)], A4, has_caption=False, divides=anything).rows
    assert endless.height == pytest.approx(24 * A4.height)


def test_pictures_beside_a_tall_one_keep_their_order() -> None:
    wide, tall = sized(1200, 800), sized(1080, 9000)
    done = layout([wide, wide, tall, wide], A4, has_caption=False, divides=anything)
    assert [[placed.media for placed in row] for row in done.rows] == [[wide, wide], [tall], [wide]]
