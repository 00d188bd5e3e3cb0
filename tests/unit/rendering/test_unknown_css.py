"""What no reader can know in a style sheet is refused with what was meant; whatever some reader knows passes."""

from __future__ import annotations

import json
import re
import string
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from threadbound.errors import BadConfiguration
from threadbound.rendering import css_names, css_rules, css_values, unknown_css
from threadbound.rendering.own_css import read
from threadbound.rendering.theme import templates_dir

SHEETS = sorted(templates_dir().rglob("*.css"))


def troubles(css: str) -> list[tuple[int, str]]:
    nodes = css_rules.everything(css_rules.rules(css))
    return [trouble for node, place in nodes for trouble in unknown_css.troubles(node, place)]


@pytest.mark.parametrize("target", ["print", "epub"])
@pytest.mark.parametrize(
    ("css", "trouble"),
    [
        ("p { colr: red }", 'there is no property "colr"; did you mean color?'),
        ("@media all { p { & b { colr: red } } }", 'there is no property "colr"; did you mean color?'),
        ("p { xyzzy: red }", 'there is no property "xyzzy"'),
        ("p { margin: 1remm }", 'there is no unit "remm"; did you mean rem?'),
        ("p { width: calc(100% - (1emm + 2px)) }", 'there is no unit "emm"; did you mean'),
        ("@media (min-width: 3remm) { p { color: red } }", 'there is no unit "remm"; did you mean rem?'),
        ("p:hoverr { color: red }", 'there is no pseudo-class ":hoverr"; did you mean hover?'),
        ("p:not(a, :is(b:hoverr)) { color: red }", 'there is no pseudo-class ":hoverr"; did you mean hover?'),
        ("p::befor { color: red }", 'there is no pseudo-element "::befor"; did you mean before?'),
        ("p::hover { color: red }", 'there is no pseudo-element "::hover"'),
        ("@suports (color: red) { p { color: red } }", 'there is no at-rule "@suports"; did you mean supports?'),
        ("@page :frist { color: red }", 'there is no page ":frist"; did you mean first?'),
        ("p { color: re }", 'color: "re" cannot stand there; did you mean red?'),
        ("p { border-color: red gren }", 'border-color: "gren" cannot stand there; did you mean green?'),
        ("p { color: #12 }", 'color: "#12" cannot stand there'),
    ],
)
def test_what_no_reader_can_know_is_said_with_what_was_meant(
    css: str, trouble: str, target: str, tmp_path: Path
) -> None:
    (tmp_path / "own.css").write_text("p {}\n\n" + css)
    with pytest.raises(BadConfiguration, match=rf"^--css .*own\.css: line 3: {re.escape(trouble)}"):
        read(tmp_path / "own.css", target)


@pytest.mark.parametrize(
    "css",
    [
        "p { -webkit-hyphens: auto; -epub-hyphens: auto; adobe-hyphenate: none; -amzn-x: y; --own: 1remm; color: red }",
        "p::-moz-x, p:-ms-x { COLOR: RED; outline-color: invert; border-color: CanvasText transparent #abc }",
        "p:BEFORE, p::before, a:nth-child(2n+1 of .x), [title=':hoverr'], *|a:any-link, |b { margin: 1REM }",
        "@-webkit-keyframes x { from { left: 0 } } @supports (colr: red) { p { color: var(--x) } }",
        "@font-feature-values X { @styleset { nice: 12 } }",
        "@page x:first { @top-left { color: red } @footnote { margin: 1lh } }",
        "@counter-style x { system: cyclic; symbols: '*' }",
        "p { voice-family: male; cue-after: none; writing-mode: vertical-rl; page-break-before: always; zoom: 1 }",
    ],
)
def test_names_of_makers_of_users_and_of_old_readers_pass(css: str) -> None:
    assert troubles(css) == []


@pytest.mark.parametrize("path", SHEETS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_our_own_sheets_have_only_names_of_css(path: Path) -> None:
    assert troubles(path.read_text("utf-8")) == []


#: In a process of its own: WeasyPrint reads the configuration of fonts when it is first imported.
ASK = """
import json
from weasyprint.css import PAGE_MARGIN_BOXES, PSEUDO_ELEMENTS
from weasyprint.css.properties import KNOWN_PROPERTIES
from weasyprint.css.units import ANGLE_UNITS, LENGTH_UNITS
print(json.dumps([[str(name or "") for name in names] for names in (
    KNOWN_PROPERTIES, PSEUDO_ELEMENTS, PAGE_MARGIN_BOXES, {*ANGLE_UNITS, *LENGTH_UNITS})]))
"""


def test_whatever_weasyprint_knows_is_known() -> None:
    told = subprocess.run([sys.executable, "-c", ASK], capture_output=True, check=True).stdout
    properties, elements, boxes, units = json.loads(told)
    assert {name.replace("_", "-") for name in properties} <= css_names.PROPERTIES
    assert {name for name in elements if name} <= css_names.ELEMENTS
    assert {name.lstrip("@") for name in boxes} <= css_names.AT_RULES
    assert {unit.lower() for unit in units} <= css_names.UNITS


@given(st.text(string.ascii_lowercase, min_size=1, max_size=12))
def test_a_name_passes_if_and_only_if_css_has_it(name: str) -> None:
    assert bool(troubles(f"p {{ {name}: inherit }}")) == (
        name not in css_names.PROPERTIES - css_values.only_described()
    )
