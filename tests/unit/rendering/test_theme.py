"""Themes are whole: every file they name is there, and one that is not there is said to be missing."""

from __future__ import annotations

import pytest

from threadbound.errors import SomethingMissing
from threadbound.rendering.theme import fonts_dir, load, templates_dir


def test_the_default_theme_is_whole() -> None:
    theme = load("serif")
    assert theme.heading_font.is_file()
    assert {"a4", "a5"} <= set(theme.pages)
    for page in theme.pages.values():
        assert theme.css(page.css).strip()
        assert 0 < page.landscape < page.portrait
        assert page.group <= page.portrait
    assert "body" in theme.css(theme.epub_css)


def test_style_sheets_follow_one_another_in_order() -> None:
    theme = load("serif")
    first, second = theme.pages["a5"].css
    assert theme.css((first, second)) == f"{theme.css((first,))}\n{theme.css((second,))}"


@pytest.mark.parametrize("name", ["no-such-theme", "fonts"])
def test_a_theme_that_is_not_there_is_named(name: str) -> None:
    with pytest.raises(SomethingMissing, match=name):
        load(name)


def test_the_e_readers_sheet_obeys_epub() -> None:
    css = load("serif").css(load("serif").epub_css)
    for forbidden in ("direction:", "unicode-bidi:", "@import", "url(", "http"):
        assert forbidden not in css


def test_every_font_has_its_licence_beside_it() -> None:
    assert fonts_dir().parent == templates_dir()
    families = [folder for folder in fonts_dir().iterdir() if folder.is_dir()]
    assert families
    assert all((folder / "OFL.txt").is_file() for folder in families)
