"""In an EPUB no style sheet of the user's hides, changes or adds words; what only looks otherwise passes."""

from __future__ import annotations

from pathlib import Path

import pytest

from threadbound.errors import BadConfiguration
from threadbound.rendering.own_css import read
from threadbound.rendering.theme import templates_dir

HIDING = """display: none | display: NONE !important | display: var(--x) | display: list-item
visibility: hidden | visibility: collapse | content-visibility: hidden | content: "NOT "
content: attr(title) | content: "\\25B6" "n" | content: counter(x) | content: open-quote
content: \\22 NOT\\22 | content: url() | quotes: "not " "" | list-style: "NO " | opacity: 0
opacity: 0.0 | opacity: .01 | opacity: 5% | opacity: calc(1 - 1) | zoom: 0 | font-size: 0
font-size: 0px | font-size: .1px | font-size: 1% | font-size: calc(1px - 1px) | font-size: var(--x)
font: 0/0 serif | font: var(--x) | font-size: .01em | color: transparent | color: rgba(0, 0, 0, 0)
color: #0000 | color: rgb(0 0 0 / 1%) | color: var(--x) | -webkit-text-fill-color: transparent
text-transform: uppercase | position: absolute | position: fixed | overflow: hidden
overflow-x: clip | clip: rect(0 0 0 0) | clip-path: circle(0) | mask: linear-gradient(red, red)
filter: opacity(0) | transform: scale(0) | scale: 0 | order: 2 | flex-direction: row-reverse
flex-flow: wrap column-reverse | text-indent: -9999px | text-indent: 9999px | margin: 0 0 0 -900px
margin-left: -200em | left: -99em | word-spacing: -20em | -webkit-line-clamp: 1
-webkit-text-security: disc | text-emphasis: "x" | hyphenate-character: "no" | direction: rtl
unicode-bidi: bidi-override"""
HARMLESS = """content: none | content: "" | content: normal | content: "\\25B6\\A0" | display: block
display: inline-block | visibility: visible | opacity: 1 | opacity: .8 | opacity: 90%
font-size: .62em | font-size: 90% | font-size: small | font: 600 .9rem/1 "EB Garamond", serif
font-family: "Noto Sans", serif | font-feature-settings: "smcp" | color: #8b2616 | color: teal
color: currentColor | color: inherit | color: oklch(50% .1 20) | color: rgb(1 2 3 / 90%)
text-transform: none | position: relative | position: static | overflow: visible
overflow-wrap: anywhere | clip: auto | transform: none | text-indent: -1.2em | margin: 0 auto 1em
margin: -5px | padding-left: 2em | letter-spacing: .06em | line-height: 0 | border: 0
max-height: 0.5em | width: calc(100% - 1em) | --x: 0"""


def cases(text: str) -> list[str]:
    return [case.strip() for line in text.splitlines() for case in line.split(" | ")]


@pytest.mark.parametrize("declaration", cases(HIDING))
@pytest.mark.parametrize("rule", ["p, figure {{ {} }}", "@media all {{ p {{ & b::before {{ color: red; {} }} }} }}"])
def test_what_hides_or_adds_words_is_refused(declaration: str, rule: str, tmp_path: Path) -> None:
    (tmp_path / "own.css").write_text("\n" + rule.format(declaration))
    with pytest.raises(BadConfiguration, match=r"own\.css: line 2: "):
        read(tmp_path / "own.css", "epub")


@pytest.mark.parametrize("declaration", cases(HARMLESS))
def test_what_only_looks_otherwise_passes(declaration: str, tmp_path: Path) -> None:
    (tmp_path / "own.css").write_text(f"p {{ {declaration} }}")
    assert read(tmp_path / "own.css", "epub").css == f"p {{ {declaration} }}"


def test_a_counter_style_adds_no_words(tmp_path: Path) -> None:
    (tmp_path / "own.css").write_text('@counter-style x { system: cyclic; symbols: "NOT"; suffix: " " }')
    with pytest.raises(BadConfiguration, match="symbols: this may hide, change or add words"):
        read(tmp_path / "own.css", "epub")


@pytest.mark.parametrize("path", sorted(templates_dir().glob("*/*epub.css")), ids=lambda path: path.name)
def test_our_own_sheets_would_pass(path: Path) -> None:
    assert read(path, "epub").css


def test_a_pdf_is_checked_as_it_looks_instead(tmp_path: Path) -> None:
    (tmp_path / "own.css").write_text("p { display: none; font-size: 0; margin: 0 0 0 60mm }")
    assert read(tmp_path / "own.css", "print").css


UNSEEN = """text-transform: uppercase | text-transform: CAPITALIZE !important | opacity: 0
opacity: 20% | color: transparent | color: rgb(0 0 0 / 1%) | text-indent: -900em | clip: rect(0 0 0 0)
hyphenate-character: "no" | quotes: "not " "" | list-style: "NO " | text-emphasis: "x" | content: "NOT " """


@pytest.mark.parametrize("declaration", cases(UNSEEN))
@pytest.mark.parametrize("rule", ["p {{ {} }}", "@media print {{ p {{ & b::before {{ color: red; {} }} }} }}"])
def test_a_pdf_has_no_words_that_are_changed_added_or_cannot_be_seen(
    declaration: str, rule: str, tmp_path: Path
) -> None:
    (tmp_path / "own.css").write_text("\n" + rule.format(declaration))
    with pytest.raises(BadConfiguration, match=r"own\.css: line 2: "):
        read(tmp_path / "own.css", "print")


@pytest.mark.parametrize("declaration", cases(UNSEEN))
def test_a_margin_of_the_page_says_what_it_likes(declaration: str, tmp_path: Path) -> None:
    (tmp_path / "own.css").write_text(f"@media print {{ @page {{ @top-left {{ {declaration} }} }} }}")
    assert read(tmp_path / "own.css", "print").css


@pytest.mark.parametrize(
    "declaration",
    [*cases(HARMLESS), "color: var(--accent, red)", "text-indent: calc(1em + 1px)", "opacity: var(--x, 1)"],
)
def test_what_only_looks_otherwise_passes_in_a_pdf_too(declaration: str, tmp_path: Path) -> None:
    (tmp_path / "own.css").write_text(f"p {{ {declaration} }}")
    assert read(tmp_path / "own.css", "print").css
