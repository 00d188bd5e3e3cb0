"""Pages: every size that may be asked for has room for its text, and the reference sizes are the theme's own."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from threadbound.errors import UsageError
from threadbound.options import PageOptions
from threadbound.rendering.pages import FOLIO_LINE, GAPS, HEAD_LINE, SHEETS, page_of, sheet_of
from threadbound.rendering.theme import load, names


def page(**wanted: object) -> object:
    return page_of(load("serif"), PageOptions(**wanted))  # type: ignore[arg-type]


def test_the_sizes_that_the_theme_was_drawn_for() -> None:
    a4, a5 = (page_of(load("serif"), PageOptions(), size) for size in ("a4", "a5"))
    assert (a4.measure, a4.height, a4.rem, a4.landscape, a4.portrait, a4.group) == (120, 230, 15.5, 92, 165, 132)
    assert (a5.measure, a5.rem, a5.landscape, a5.portrait, a5.group) == (102, 14, 58, 104, 84)
    assert [int(page.height / 25.4 * 72 / page.rem) for page in (a4, a5)] == [42, 32]
    assert "size: 210mm 297mm; margin: 28mm 36mm 39mm 54mm" in a4.geometry
    assert "@page :left { margin: 21mm 20mm 30.9mm 26mm }" in a5.geometry
    assert a4.rail
    assert not a5.rail


@pytest.mark.parametrize("theme", names())
@pytest.mark.parametrize("size", [*SHEETS, "105x148", "120 x 190 mm", "6x9in", "30x20cm"])
def test_every_size_keeps_its_line_readable(theme: str, size: str) -> None:
    made = page_of(load(theme), PageOptions(size))
    characters = made.measure / 25.4 * 72 / (made.rem * load(theme).fonts.text) * 2.25
    assert 38 <= characters <= 85
    assert made.rem >= 11
    assert made.portrait <= made.height


@pytest.mark.parametrize(
    ("size", "found"),
    [
        ("A4", (210, 297, "rail")),
        ("6x9in", (152.4, 228.6, "facing")),
        ("20 × 30 cm", (200, 300, "rail")),
        ("80mmx15cm", (80, 150, "facing")),
    ],
)
def test_sizes_have_names_or_lengths(size: str, found: tuple[float, float, str]) -> None:
    width, height, layout = sheet_of(size)
    assert (pytest.approx(width), pytest.approx(height), layout) == found


@pytest.mark.parametrize(
    ("wanted", "trouble"),
    [
        ({"size": "leter"}, "did you mean letter"),
        ({"size": "A4 landscape"}, "WIDTHxHEIGHT"),
        ({"size": "20x20"}, "at least 70 x 100"),
        ({"size": "9000x9000"}, "at most 2000"),
        ({"margin": "wide"}, "one to four lengths"),
        ({"margin": "1 2 3 4 5"}, "one to four lengths"),
        ({"margin": "5"}, "the numbers of the posts need 11 mm"),
        ({"size": "a5", "margin": "60"}, "for the text"),
        ({"font_size": 2.0}, "from 6 to 30"),
        ({"size": "70x100", "font_size": 30.0}, "too large for"),
        ({"font_size": float("nan")}, "from 6 to 30"),
    ],
)
def test_what_cannot_be_is_said(wanted: dict[str, object], trouble: str) -> None:
    with pytest.raises(UsageError, match=trouble):
        page(**wanted)


def test_margins_are_taken_in_the_order_of_css() -> None:
    made = page_of(load("serif"), PageOptions("a5", "15 12 20 25"))
    assert "@page :right { margin: 15mm 12mm 20mm 25mm }" in made.geometry
    assert "@page :left { margin: 15mm 25mm 20mm 12mm }" in made.geometry
    assert made.measure == 148 - 12 - 25
    assert page_of(load("serif"), PageOptions("a4", "2cm")).measure == 170


def test_without_room_for_the_rail_the_author_stands_over_the_words() -> None:
    assert not page_of(load("serif"), PageOptions("a4", "25")).rail
    assert page_of(load("serif"), PageOptions("a4", "25 30 30 50")).rail


def test_the_size_of_the_text_decides_the_line() -> None:
    assert page_of(load("serif"), PageOptions(font_size=10)).rem == pytest.approx(12.5)


@given(st.floats(70, 2000), st.floats(100, 2000))
def test_any_sheet_has_a_page(width: float, height: float) -> None:
    made = page_of(load("serif"), PageOptions(f"{width:.1f}x{height:.1f}"))
    assert 0 < made.measure < width
    assert 0 < made.landscape < made.portrait < made.height < height


@pytest.mark.parametrize("size", ["kobo", "kindle-scribe", "remarkable", "70x100", "105x148", "a4 with 12 15 14 15"])
def test_running_head_and_folio_stand_clear_of_the_edge_of_narrow_margins(size: str) -> None:
    name, _, margin = size.partition(" with ")
    made = page_of(load("serif"), PageOptions(name, margin or None))
    top, bottom = (float(length) for length in re.findall(r"margin: ([\d.]+)mm [\d.]+mm ([\d.]+)mm", made.geometry)[0])
    for edge, length, line, drawn in (
        ("top", top, HEAD_LINE, GAPS[made.is_facing][0]),
        ("bottom", bottom, FOLIO_LINE, GAPS[made.is_facing][1]),
    ):
        said = re.findall(rf"@{edge}-(?:left|right) {{ padding-\w+: ([\d.]+)mm", made.geometry)
        gap = float(said[0]) if said else drawn
        assert len(said) in {0, 1 + made.is_facing}
        assert length - gap - line >= gap - 0.1
        assert gap >= 3.5


def test_wide_margins_have_the_gaps_of_the_theme() -> None:
    for size in ("a4", "a5"):
        assert "padding" not in page_of(load("serif"), PageOptions(size)).geometry
