"""Rules that a reader passes over, since they have no form or no place, are refused; those that it may know pass."""

from __future__ import annotations

from pathlib import Path

import pytest

from threadbound.errors import BadConfiguration
from threadbound.rendering.own_css import read

COLOUR = "{ color: red }"
#: Prelude → what is said of it.
SELECTORS = {
    "p, ": "a selector is missing",
    ".1a": '".1a" cannot stand in a selector',
    "p..x": '"." cannot stand in a selector',
    "p > > b": '">" cannot stand in a selector',
    "p >": "a selector is not complete",
    "#": '"#" cannot stand in a selector',
    "p[href=1]": "is no attribute",
    "p[1]": "is no attribute",
    "p[a b]": "is no attribute",
    "p:": "a colon stands before no name",
    "p: hover": "a colon stands before no name",
    "p::before b": '"b" cannot stand in a selector',
    "p:nth-child(foo)": ":nth-child counts by numbers, as 2n+1, odd or even",
    "p:nth-child(2n of > b)": '">" cannot stand in a selector',
    "p:not()": ":not has nothing in its brackets",
    "p:not(b,)": "a selector is missing",
    "p:not": ":not lacks its brackets",
    "p:first-child(2)": ":first-child takes nothing in brackets",
    "foo|p": '"|" cannot stand in a selector',
    "": "a selector is missing",
    "p { color: red }; b": '";" cannot stand in a selector',
    "// note\np": '"/" cannot stand in a selector',
    "p { color: red } > b": '">" cannot stand in a selector',
}
QUERIES = {
    "@media screen print": '@media: "print" cannot stand there',
    "@media screen and": "@media: its value is not complete",
    "@media screen (width)": '@media: "(" cannot stand there',
    "@media only (width)": '@media: "(" cannot stand there',
    "@media and": '@media: "and" cannot stand there',
    "@media ()": '@media: ")" cannot stand there',
    "@media (wdith > 1px)": 'there is no feature "wdith"; did you mean width?',
    "@media (1px < wdith < 2px)": 'there is no feature "wdith"; did you mean width?',
    "@media (min-width)": 'there is no feature "min-width"',
    "@media (width 1px)": "cannot stand there",
    "@media (color) and (grid) or (hover)": '@media: "or" cannot stand there',
    '@media "print"': "cannot stand there",
    "@supports anything": "@supports: ",
    "@supports display: grid": "@supports: ",
    "@supports": "@supports: its value is not complete",
    "@container (min-wdith: 30em)": 'there is no feature "wdith"; did you mean width?',
    "@container (min-width: red)": 'width: "red" cannot stand there',
    "@container": "@container: its value is not complete",
    "@layer a b": '@layer: "b" cannot stand there',
    "@layer 1": '@layer: "1" cannot stand there',
}
PLACES = {
    "@media print;": "@media has no braces after it",
    "@layer x { color: red }": "color stands in no rule",
    "@media print { color: red }": "color stands in no rule",
    "@keyframes { from { color: red } }": "@keyframes: its value is not complete",
    "@keyframes x { form { color: red } }": 'selector: "form" cannot stand there; did you mean from?',
    "@keyframes x { 101% { color: red } }": 'selector: "101%" cannot stand there',
    "@page { p { color: red } }": "a rule cannot stand in @page",
    "@property x { inherits: false }": '@property: "x" cannot stand there',
    "@counter-style x { sytem: cyclic }": 'there is no property "sytem"; did you mean system?',
    "p { @top-center { color: red } }": "@top-center cannot stand there",
    "@top-center { color: red }": "@top-center cannot stand there",
    "p { @keyframes x { from { color: red } } }": "@keyframes cannot stand in another rule",
    "p { suffix: x }": 'there is no property "suffix"',
    "p { orientation: portrait }": 'there is no property "orientation"',
    "p { -color: red }": 'there is no property "-color"; did you mean color?',
    "p { -foo: bar }": 'there is no property "-foo"',
    "p { color: red b { color: blue } }": "a colon stands before no name",
    "p { color: red !imporant }": "cannot stand there",
    "p { color red }": "the style sheet is broken",
    "@layer x { @import 'y'; }": "@import loads another file",
    "@media all { @font-face { font-family: x } }": "@font-face loads a font",
    "@namespace epub 'http://x';": "@namespace must come before all rules",
    "@charset 'latin-1';": "@charset says what is known",
    f"p {{ {'x' * 99}: 1 }}": f'there is no property "{"x" * 60}"',
}
WRONG = {f"{prelude} {COLOUR}": said for prelude, said in (SELECTORS | QUERIES).items()} | PLACES


@pytest.mark.parametrize("target", ["print", "epub"])
@pytest.mark.parametrize("css", list(WRONG))
def test_a_rule_without_form_or_place_is_said(css: str, target: str, tmp_path: Path) -> None:
    (tmp_path / "own.css").write_text(css)
    with pytest.raises(BadConfiguration) as caught:
        read(tmp_path / "own.css", target)
    assert f": {WRONG[css]}" in str(caught.value) or f" {WRONG[css]}" in str(caught.value)


def test_the_sheet_is_the_program_s_wherever_it_is_said(tmp_path: Path) -> None:
    (tmp_path / "own.css").write_text("@media print {\n@page { size: 300mm 400mm } }")
    with pytest.raises(BadConfiguration, match="line 2: size of @page: say --page-size"):
        read(tmp_path / "own.css", "print")
    assert read(tmp_path / "own.css", "epub").css


@pytest.mark.parametrize("target", ["print", "epub"])
@pytest.mark.parametrize(
    "css",
    [
        "p > b, p + b ~ i, *, a[href^='http' i], [epub\\:type~='x'], :root, ::selection, p::before { color: red }",
        "p:not(.x, #y) > b:nth-child(2n+1 of .z), :is(h1, h2):has(> p), li:nth-last-of-type(odd) { color: red }",
        "*|*, |p, q:lang(en) { color: red }",
        "p { & b { color: red } > i { color: red } .x & { color: red } &:hover { color: red } b:hover { color: red } }",
        "h1::after, a::-webkit-x:hover, ::cue(b), p::first-line, p:first-line, :-moz-any(a, b) { color: red }",
        "p {} p { color: red; ; margin: 0 } /* */ p /* */ > /* */ b { color: red }",
        "@supports (display: grid) and (not (display: inline-grid)) { p { color: red } }",
        "@supports selector(:has(a)) { p { color: red } } @supports not (x: y) { p { color: red } }",
        "@layer a, b.c; @layer a { p { color: red } } @layer { p { color: red } }",
        "@container side (min-width: 30em) and (orientation: portrait) { p { color: red } }",
        "@keyframes x { from { color: red } 50%, to { color: blue } }",
        "@page :first { @top-left { color: red } @footnote { color: red } } @page chapter { marks: crop }",
        "@counter-style x { system: cyclic; symbols: nice; range: 1 9 }",
        "@starting-style { p { color: red } } @scope (.a) to (.b) { p { color: red } }",
        "@-ms-viewport { width: device-width } @viewport { width: device-width }",
        "p { @media print { color: red } @supports (x: y) { & b { color: red } } }",
        "@font-palette-values --x { font-family: Bixa; base-palette: 1 }",
    ],
)
def test_rules_that_some_reader_knows_pass(css: str, target: str, tmp_path: Path) -> None:
    (tmp_path / "own.css").write_text(css)
    assert read(tmp_path / "own.css", target).css == css


def test_a_charset_that_is_true_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "own.css").write_text('@charset "utf-8";\np { color: red }')
    assert read(tmp_path / "own.css", "epub").css == "\np { color: red }"
