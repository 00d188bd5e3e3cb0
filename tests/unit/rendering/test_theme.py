"""Themes are whole: every file they name is there, and one that is not there is said to be missing."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from threadbound.errors import BadConfiguration, UsageError
from threadbound.rendering.theme import LAYOUTS, faces, fonts_dir, load, names, scripts_css, templates_dir


@pytest.mark.parametrize("name", names())
def test_a_theme_is_whole(name: str) -> None:
    theme = load(name)
    assert theme.heading_font.is_file()
    assert set(theme.layouts) == {"rail", "facing", "single", "screen"}
    for layout in theme.layouts.values():
        assert theme.css(layout.css).strip()
        assert 0 < layout.landscape < layout.portrait
        assert layout.group <= layout.portrait
    assert "body" in theme.css(theme.epub_css)


def test_style_sheets_follow_one_another_in_order() -> None:
    theme = load("serif")
    first, second = theme.layouts["facing"].css
    assert theme.css((first, second)) == f"{theme.css((first,))}\n{theme.css((second,))}"


def test_the_theme_of_a_user_stands_on_another(tmp_path: Path) -> None:
    (tmp_path / "theme.toml").write_text('base = "serif"\n[fonts]\nh1 = 2.0\n[epub]\ncss = ["epub.css", "own.css"]')
    (tmp_path / "own.css").write_text("h1 { color: teal }")
    theme = load(str(tmp_path))
    assert theme.fonts.h1 == 2.0
    assert theme.fonts.long == load("serif").fonts.long
    assert theme.layouts == load("serif").layouts
    assert theme.css(theme.epub_css).endswith("h1 { color: teal }")
    assert load(str(tmp_path)) is theme


@pytest.mark.parametrize(
    ("settings", "trouble"),
    [
        ("base = ", "cannot be read"),
        ('base = "serf"', "did you mean serif"),
        ('base = "serif"\n[fonts]\nsize = 3', "size"),
        ('base = "serif"\n[fonts]\nh1 = "large"', "h1"),
        ('base = "serif"\n[fonts]\nheading = "none.ttf"', "none.ttf"),
        ('base = "serif"\n[epub]\ncss = ["none.css"]', "none.css"),
        ("", "layout"),
        ("a = " + "[" * 20_000, "too many brackets"),
        ("[layout.rial]\nwidth = 9.0", r"\[layout\] has no 'rial'; did you mean rail\?"),
        ('base = "serif"\n[layout.rail]\nwdith = 9.0', r"\[layout.rail\] has no 'wdith'; did you mean width\?"),
        ('bsae = "serif"', r"a theme has no 'bsae'; did you mean base\?"),
        ('base = "serif"\n[epub]\ncss = ["theme.tomk"]', r"no such file is there; did you mean theme.toml\?"),
        ('base = "serif"\n[layout.rail]\nwidth = -1.0', r"> 0.*width"),
        ('base = "serif"\n[layout.rail]\nwidth = 0', r"> 0.*width"),
        ('base = "serif"\n[layout.rail]\nheight = 0', r"> 0.*height"),
        ('base = "serif"\n[layout.rail]\nheight = 1e9', r"<= 2000.*height"),
        ('base = "serif"\n[layout.rail]\nrem = 0.0', r">= 4.*rem"),
        ('base = "serif"\n[layout.rail]\nrem = -11.0', r">= 4.*rem"),
        ('base = "serif"\n[layout.rail]\nrem = nan', "nan is no number"),
        ('base = "serif"\n[layout.rail]\nrem = -inf', "-inf is no number"),
        ('base = "serif"\n[layout.rail]\nrem = 1e999', "1e999 is no number"),
        ('base = "serif"\n[layout.rail]\nmargins = [100.0, 100.0, 200.0, 105.0]', "no room for the text"),
        ('base = "serif"\n[layout.rail]\nmargins = [-1.0, 0, 0, 0]', r">= 0.*margins"),
        ('base = "serif"\n[layout.rail]\nlandscape = 0.0', r"> 0.*landscape"),
        ('base = "serif"\n[layout.rail]\nface = -1.0', r"> 0.*face"),
        ('base = "serif"\n[layout.rail]\nthumb = [1.0, -1.0]', r"> 0.*thumb"),
        ('base = "serif"\n[layout.rail]\ncss = ["/etc/passwd"]', r"a plain name of a file in the theme - at .*css"),
        ('base = "serif"\n[layout.rail]\ncss = ["../book.css"]', r"css"),
        ('base = "serif"\n[layout.rail]\ncss = ["a/../../book.css"]', r"css"),
        ('base = "serif"\n[layout.rail]\ncss = ["."]', r"css"),
        ('base = "serif"\n[layout.rail]\ncss = ["a\\u0000b"]', r"css"),
        ('base = "serif"\n[layout.rail]\ncss = ["book.css\\n"]', r"css"),
        ('base = "serif"\n[layout.rail]\ncss = ["' + "a" * 5_000 + '"]', r"length <= 200.*css"),
        ('base = "serif"\n[epub]\nccs = ["epub.css"]', "ccs"),
        ('base = "serif"\n[fonts]\ntext = 0.0', r">= 0\.1.*text"),
        ('base = "serif"\n[fonts]\nh1 = -2.0', r">= 0\.1.*h1"),
        ('base = "serif"\n[fonts]\nlong = 0', r">= 0\.1.*long"),
        ('base = "serif"\n[fonts]\nheading = "/etc/passwd"', "heading"),
        ('base = "serif"\n[fonts]\nheading = "theme.toml"', "theme.toml"),
        ('base = "serif"\n[fonts]\nheading = "eb-garamond/OFL.txt"', r"OFL\.txt is no font"),
        ('base = "serif"\n[fonts]\nnames = "' + "a" * 5_000 + '"', "names"),
    ],
)
def test_a_broken_theme_says_what_is_wrong(settings: str, trouble: str, tmp_path: Path) -> None:
    (tmp_path / "theme.toml").write_text(settings)
    with pytest.raises(BadConfiguration, match=trouble):
        load(str(tmp_path))


def test_a_theme_brings_no_font_that_no_page_would_be_set_in(tmp_path: Path) -> None:
    shutil.copy(load("serif").heading_font, tmp_path / "own.ttf")
    (tmp_path / "theme.toml").write_text('base = "serif"\n[fonts]\nheading = "own.ttf"')
    with pytest.raises(BadConfiguration, match=r"theme\.toml: there is no font own\.ttf in .*brings none of its own"):
        load(str(tmp_path))


def test_a_theme_without_a_base_must_hold_everything(tmp_path: Path) -> None:
    whole = (templates_dir() / "serif" / "theme.toml").read_text("utf-8")
    for name in LAYOUTS:
        folder = tmp_path / name
        shutil.copytree(templates_dir() / "serif", folder)
        (folder / "theme.toml").write_text(re.sub(rf"\[layout\.{name}\][^[]*(\[[^a-z][^[]*)*", "", whole))
        with pytest.raises(BadConfiguration, match=f"the layout {name} is missing"):
            load(str(folder))
        (folder / "theme.toml").write_text(whole.replace(f"[layout.{name}]", f"[layout.{name}s]"))
        with pytest.raises(BadConfiguration, match=rf"\[layout\] has no '{name}s'; did you mean {name}\?"):
            load(str(folder))


@pytest.mark.parametrize("name", ["a theme that is not there" * 40, "a/" * 3_000])
def test_a_name_that_no_file_can_have_is_no_theme(name: str) -> None:
    with pytest.raises(UsageError, match="no such theme"):
        load(name)


@pytest.mark.parametrize(
    ("name", "near"),
    [("serf", "did you mean serif"), ("SANS", "did you mean sans"), ("fonts", "no such theme"), ("x/y", "x/y")],
)
def test_a_theme_that_is_not_there_is_named(name: str, near: str) -> None:
    with pytest.raises(UsageError, match=near):
        load(name)


def test_a_folder_without_a_theme_is_none(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"no theme\.toml"):
        load(str(tmp_path))


def test_the_e_readers_sheet_obeys_epub() -> None:
    css = load("serif").css(load("serif").epub_css)
    for forbidden in ("direction:", "unicode-bidi:", "@import", "url(", "http"):
        assert forbidden not in css


def test_every_font_has_its_licence_beside_it() -> None:
    assert fonts_dir().parent == templates_dir()
    families = [folder for folder in fonts_dir().iterdir() if folder.is_dir()]
    assert families
    assert all((folder / "OFL.txt").is_file() for folder in families)


@pytest.mark.parametrize(
    ("css", "family"),
    [
        (
            'body { margin: 0; font: 400 .8rem/1rem "EB Garamond", "Source Serif 4", serif; color: #000 }',
            '"EB Garamond"',
        ),
        ("html { font: 10pt serif }\nbody { font-family: 'My Own', sans-serif }", "'My Own'"),
        ('body { font: 1em "A" }\nbody { font-family: "B", "C" }', '"B"'),
        ("p { color: red }", "serif"),
        ('body { font-family: "A" }\n/* body { font-family: "B" } */', '"A"'),
    ],
)
def test_other_scripts_stand_behind_the_themes_own_face(css: str, family: str) -> None:
    scripts = scripts_css(css)
    assert f'[lang|=ko] body {{ font-family: {family}, "Noto Sans KR" }}' in scripts
    assert "TEXT," not in scripts


@pytest.mark.parametrize(("name", "face"), [("serif", "EB Garamond"), ("sans", "Source Sans 3")])
def test_the_themes_name_their_faces(name: str, face: str) -> None:
    theme = load(name)
    for layout in theme.layouts.values():
        assert f'"{face}", "Noto Sans JP"' in scripts_css(theme.css(layout.css))


@pytest.mark.parametrize(
    ("languages", "said"),
    [
        (("en", "de"), "EB Garamond"),
        (("en", "fa", "ar"), "EB Garamond, other scripts in Amiri,"),
        (("zh-Hant-HK", "ja", "en"), "EB Garamond, other scripts in Noto Sans JP and Noto Sans TC,"),
        (("ar", "ja", "zh", "en"), "EB Garamond, other scripts in Amiri, Noto Sans JP and Noto Sans SC,"),
        (("zh", "hil"), "EB Garamond, other scripts in Noto Sans SC,"),
    ],
)
def test_a_colophon_names_the_faces_of_other_scripts(languages: tuple[str, ...], said: str) -> None:
    assert faces("EB Garamond", languages).replace("\xa0", " ") == said


def test_faces_of_other_scripts_are_those_that_the_style_sheet_names() -> None:
    named = set(re.findall(r'font-family: (?:TEXT, )?"([^"]+)"', (fonts_dir() / "scripts.css").read_text("utf-8")))
    said = faces("", ["ar", "he", "ja", "ko", "zh", "zh-TW"]).replace("\xa0", " ")
    assert all(face in said for face in named if not face.startswith("Noto Color Emoji"))
