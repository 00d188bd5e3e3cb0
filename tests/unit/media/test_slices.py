"""Slices lose no row and double none, and end where it is quiet."""

from __future__ import annotations

import random
import runpy
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from threadbound.media.recipes import PRESETS, Wishes, plan
from threadbound.media.slices import cut, slices

SAMPLES = runpy.run_path(str(Path(__file__).parents[2] / "samples.py"))


def lines(height: int, pitch: int, ink: int, width: int = 120) -> Image.Image:
    """Lines of dotted ink: each ``pitch`` rows high, of which ``ink`` are not white."""
    page = Image.new("L", (width, height), 250)
    draw = ImageDraw.Draw(page)
    for top in range(0, height, pitch):
        for x in range(4, width - 4, 6):
            draw.rectangle((x, top, x + 2, min(height, top + ink) - 1), fill=20)
    return page


@settings(deadline=None)
@given(st.integers(1, 3000), st.integers(20, 900), st.integers(2, 60), st.floats(0.1, 1))
def test_slices_are_the_picture(height: int, most: int, pitch: int, part: float) -> None:
    page = lines(height, pitch, max(1, int(pitch * part)), width=16)
    ends = cut(page, most)
    tops = (0, *ends[:-1])
    assert ends[-1] == height
    assert all(0 < end - top <= most for top, end in zip(tops, ends, strict=True))
    again = Image.new("L", page.size)
    for top, end in zip(tops, ends, strict=True):
        again.paste(page.crop((0, top, page.width, end)), (0, top))
    assert again.tobytes() == page.tobytes()


@settings(deadline=None)
@given(st.integers(400, 3000), st.integers(200, 900), st.integers(6, 40), st.integers(2, 4))
def test_no_slice_ends_in_a_line_where_a_quiet_row_is_near(height: int, most: int, pitch: int, gap: int) -> None:
    page = lines(height, pitch, pitch - gap)
    for end in cut(page, most)[:-1]:
        assert end % pitch == 0 or end % pitch >= pitch - gap


def test_one_dot_in_a_row_is_a_line_too() -> None:
    page = Image.new("L", (1080, 1000), 255)
    ImageDraw.Draw(page).rectangle((5, 430, 9, 570), fill=0)
    (end, _) = cut(page, 600)
    assert not 430 < end <= 570


def test_a_wide_pause_is_better_than_a_narrow_one() -> None:
    page = lines(1000, 20, 15)
    ImageDraw.Draw(page).rectangle((0, 560, 120, 599), fill=250)
    assert 555 < cut(page, 700)[0] < 600


def test_a_photograph_is_divided_all_the_same() -> None:
    noise = Image.frombytes("L", (80, 1000), random.Random(7).randbytes(80_000))  # noqa: S311 - no secret
    assert len(cut(noise, 300)) in {4, 5}


def test_the_rows_are_those_of_the_derivative() -> None:
    (original,) = SAMPLES["store_of"](SAMPLES["picture"]((400, 3000), form="JPEG")).pictures.values()
    recipe = plan(original.probe, PRESETS["print"], Wishes(), (16.93, 127.0))
    assert recipe.size == (200, 1500)
    assert slices(original.read(), recipe, 400)[-1] == 1500
