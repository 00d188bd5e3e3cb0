"""An EPUB brings no fonts: its style sheet says what is taken where the reader lacks one, and the user is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from threadbound.errors import BadConfiguration
from threadbound.rendering import epub_fonts
from threadbound.rendering.css_rules import declarations
from threadbound.rendering.own_css import read


@pytest.mark.parametrize(
    ("css", "lacking"),
    [
        ("font-family: Georgia", "Georgia"),
        ("font-family: 'Times New Roman'", "Times New Roman"),
        ("font-family: serif, Georgia", "Georgia"),
        ("font-family: Geogia, Foo serif", "Foo serif"),
        ("font: 12px/1.4 Georgia", "Georgia"),
        ("font: italic 12px/1.4 serif, 'Nope'", "Nope"),
        ("font: bold medium Foo serif", "Foo serif"),
    ],
)
def test_a_font_without_one_to_take_for_it_is_refused(css: str, lacking: str, tmp_path: Path) -> None:
    (tmp_path / "own.css").write_text(f"p {{ {css} }}")
    name = css.partition(":")[0]
    with pytest.raises(BadConfiguration, match=f"line 1: {name}: an EPUB brings no fonts: .* without {lacking} takes"):
        read(tmp_path / "own.css", "epub")


@pytest.mark.parametrize("css", ["font-family: var(--own)", "font: 1em var(--own)"])
def test_fonts_behind_a_variable_are_refused(css: str, tmp_path: Path) -> None:
    (tmp_path / "own.css").write_text(f":root {{ --own: serif }} p {{ {css} }}")
    with pytest.raises(BadConfiguration, match="the names of fonts cannot stand in a variable"):
        read(tmp_path / "own.css", "epub")


@pytest.mark.parametrize(
    ("css", "named"),
    [
        ("font-family: Georgia, Times New  Roman, serif", ["Georgia", "Times New Roman"]),
        ("FONT-FAMILY: 'Gentium', Sans-Serif", ["Gentium"]),
        ("font: italic 12px/1.4 Georgia, serif", ["Georgia"]),
        ("font: 12px/normal serif", []),
        ("font: larger sans-serif", []),
        ("font: caption", []),
        ("font-family: inherit", []),
        ("font-family: ui-monospace", []),
        ("color: red", []),
    ],
)
def test_fonts_that_a_reader_may_lack_are_named(css: str, named: list[str], tmp_path: Path) -> None:
    (tmp_path / "own.css").write_text(f"p {{ {css} }}")
    assert epub_fonts.named(declarations(read(tmp_path / "own.css", "epub").css)) == named
