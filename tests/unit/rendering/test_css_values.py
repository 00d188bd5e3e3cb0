"""A value passes if its property can have it, by the specifications' own grammars; css-tree reads these as we do."""

from __future__ import annotations

import json
import runpy
import shutil
import subprocess
from pathlib import Path
from random import Random
from typing import Any

import pytest
import tinycss2
from hypothesis import given
from hypothesis import strategies as st

from threadbound.errors import BadConfiguration
from threadbound.rendering import css_syntax, css_values
from threadbound.rendering.own_css import read

TESTS = Path(__file__).parents[2]
NPM = TESTS / "npm"
Writer = runpy.run_path(str(Path(__file__).with_name("css_writing.py")))["Writer"]
PROPERTIES = [name for name in css_values._grammars() if not name.startswith(("<", "@"))]


def trouble(css: str) -> str:
    node = tinycss2.parse_one_declaration(css)
    assert node.type == "declaration", node
    return css_values.trouble(node.lower_name, node.value)


@pytest.mark.parametrize(
    ("css", "said"),
    [
        ("display: blok", 'display: "blok" cannot stand there; did you mean block?'),
        ("color: re", 'color: "re" cannot stand there; did you mean red?'),
        ("background: re", 'background: "re" cannot stand there; did you mean red?'),
        ("color: #12", 'color: "#12" cannot stand there'),
        ("border: 1px solif red", 'border: "solif" cannot stand there; did you mean solid?'),
        ("margin: 1px 2px 3px 4px 5px", 'margin: "5px" cannot stand there'),
        ("margin: 12", 'margin: "12" cannot stand there'),
        ("margin: 1px, 2px", 'margin: "," cannot stand there'),
        ("padding: -1px", 'padding: "-1px" cannot stand there'),
        ("width: calc(1px) 2px", 'width: "2px" cannot stand there'),
        ("font: 12px", "font: its value is not complete"),
        ("font-family: serif,", 'font-family: "," cannot stand there'),
        ("font-family: , serif", 'font-family: "," cannot stand there'),
        ("color: rgb(1 2)", 'color: "rgb(1 2)" cannot stand there'),
        ("color: rbg(1 2 3)", 'color: "rbg(1 2 3)" cannot stand there'),
        ("text-decoration: blink blink", 'text-decoration: "blink" cannot stand there; did you mean pink?'),
        ("width: calc(1px+2px)", 'width: "calc(1px/**/+2px)" cannot stand there'),
        ("border: 1px solif -webkit-activelink", 'border: "solif" cannot stand there; did you mean solid?'),
        ("display: blok -webkit-box", 'display: "blok" cannot stand there; did you mean block?'),
        ("margin: -auto", 'margin: "-auto" cannot stand there; did you mean auto?'),
        ("z-index: 1.5", 'z-index: "1.5" cannot stand there'),
        ("color: inherit red", 'color: "inherit" cannot stand there'),
        (
            f"color: {'light-dark(red, ' * 9}red{')' * 9}",
            "color: its value has more than 1,000 parts, or more than 8 brackets in one another",
        ),
        (
            f"font-family: a{', a' * 600}",
            "font-family: its value has more than 1,000 parts, or more than 8 brackets in one another",
        ),
        ("grid-template-columns: [a] 1fr b", 'grid-template-columns: "b" cannot stand there'),
        ("animation-name: default", 'animation-name: "default" cannot stand there'),
    ],
)
def test_what_a_property_cannot_have_is_said_with_what_was_meant(css: str, said: str) -> None:
    assert trouble(css) == said


@pytest.mark.parametrize(
    "css",
    [
        "DISPLAY: Block",
        "margin: 0 auto -1px 2.5EM",
        "width: calc(100% - 2em)",
        "width: env(--wide)",
        "display: -webkit-box",
        f"width: {'calc(' * 8}1px{')' * 8}",
        "width: calc((100% - 2em) / 3 + max(1px, 2 * pi * 1em))",
        "width: round(up, 10px, 3px)",
        "border: 1px solid -webkit-activelink",
        "margin: env(--wide) auto",
        f"color: {'light-dark(red, color-mix(in oklch, ' * 4}red{'))' * 4}",
        f"background: {', '.join(['linear-gradient(red, blue) no-repeat center / cover'] * 100)}",
        "background: linear-gradient(to right, red, #fff 50%) no-repeat center / cover",
        "font: italic 12px/1.5 'A B', C D, serif",
        "color: rgb(1 2 3 / 50%)",
        "color: rgba(1, 2, 3)",
        "font-variant: small-caps oldstyle-nums",
        "grid-template-columns: [a b] 1fr repeat(2, minmax(10px, 1fr)) [c]",
        "grid-template-areas: 'a b' 'c d'",
        "quotes: '<' '>'",
        "clip: rect(1px, 2px, auto, 0)",
        "position: running(header)",
        "string-set: title content(text)",
        "content: target-counter(attr(href), page) '. ' leader('.')",
        "page-break-before: always",
        "writing-mode: tb-rl",
        "glyph-orientation-vertical: 90deg",
        "color: revert-layer",
        "no-such-property: anything",
        "corner-shape: superellipse(-infinity)",
    ],
)
def test_what_it_can_have_passes_old_and_new_whoever_knows_it(css: str) -> None:
    assert trouble(css) == ""


@pytest.mark.parametrize(
    ("css", "said"),
    [
        ("p { --wide: 1em; --Wide: 2; width: var(--wide) }", ""),
        ("p { width: var(--wide, 1em) }", ""),
        ("p { color: rgb(var(--red) 0 0 / var(--thin)) } b { --red: 12; --thin: 50% } i { --red: none }", ""),
        ("p { --a: var(--b); --b: 1px solid; border: var(--a) red }", ""),
        ("p { width: var(--wide) }", 'width: no variable is called "--wide"'),
        ("p { --Wide: 1em; width: var(--wide) }", 'width: no variable is called "--wide"; did you mean --Wide?'),
        ("p { --wide: 12; width: var(--wide) }", 'width: "12" cannot stand there'),
        ("b { --wide: 1em } i { --wide: big } p { width: var(--wide) }", 'width: "big" cannot stand there'),
        ("p { --b: 1px } p { --b: red; --a: var(--b); width: var(--a) }", 'width: "red" cannot stand there'),
        ("p { width: calc((var(--typo) + 1px) * 2) }", 'width: no variable is called "--typo"'),
        (
            "p { --a: var(--b) var(--b); --b: var(--c) var(--c); width: var(--a) }",
            'width: no variable is called "--c"; did you mean --b?',
        ),
        ("p { --a: initial; padding: 0 var(--a, 1em) }", ""),
        ("@property --a { syntax: '*'; inherits: false } p { width: var(--a) }", ""),
        ("p { width: var(--wide, 12) }", 'width: "12" cannot stand there'),
        ("p { --a: var(--b); --b: var(--a); width: var(--a) }", "width: --a stands for itself, or for too much"),
        (
            "".join(f"b {{ --a: {size}px }}" for size in range(65)) + "p { width: var(--a) }",
            "width: --a can have more than 64 values together",
        ),
    ],
)
def test_a_variable_is_what_the_sheet_says_wherever_it_says_so(css: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "own.css").write_text(css)
    if not said:
        assert read(tmp_path / "own.css", "print").css == css
        return
    with pytest.raises(BadConfiguration) as caught:
        read(tmp_path / "own.css", "print")
    assert str(caught.value).endswith(f"line 1: {said}")


@pytest.mark.parametrize("target", ["print", "epub"])
@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("(min-wdith: 3em)", 'there is no feature "wdith"; did you mean width?'),
        ("screen and (max-width: 3)", 'width: "3" cannot stand there'),
        ("not (prefers-color-scheme: drak)", 'prefers-color-scheme: "drak" cannot stand there; did you mean dark?'),
        ("scren", 'there is no kind of media "scren"; did you mean screen?'),
        ("(colour)", 'there is no feature "colour"; did you mean color?'),
    ],
)
def test_a_medium_that_is_none_is_said(query: str, said: str, target: str, tmp_path: Path) -> None:
    (tmp_path / "own.css").write_text(f"p {{}}\n@media {query} {{ p {{ color: red }} }}")
    with pytest.raises(BadConfiguration) as caught:
        read(tmp_path / "own.css", target)
    assert str(caught.value).endswith(f"own.css: line 2: {said}")


@pytest.mark.parametrize(
    "query",
    [
        "print",
        "amzn-kf8",
        "screen and (min-width: 3em), not all and (monochrome)",
        "(400px <= width < 700px)",
        "(-webkit-min-device-pixel-ratio: 2)",
        "((min-width: calc(1em + 2px)) or (orientation: portrait))",
    ],
)
def test_media_that_there_are_pass(query: str, tmp_path: Path) -> None:
    (tmp_path / "own.css").write_text(f"@media {query} {{ p {{ color: red }} }}")
    read(tmp_path / "own.css", "epub")


@given(st.sampled_from(PROPERTIES), st.randoms(use_true_random=False))
def test_whatever_a_grammar_writes_it_reads(name: str, random: Random) -> None:
    value = Writer(random).value(name)
    assert not value or not trouble(f"{name}: {value}")


@pytest.mark.parametrize("syntax", ["[ a", "a |", "f( a", "| a", "a ]", ""])
def test_what_is_no_grammar_is_refused(syntax: str) -> None:
    with pytest.raises(ValueError, match=r"grammar|cannot be read"):
        css_syntax.read(syntax)


def test_every_type_that_a_grammar_names_is_known() -> None:
    named = {kind.name for name in css_values._grammars() for kind in _kinds(_tree(name))}
    known = {name.strip("<>") for name in css_values._grammars()} | {f"'{name}'" for name in PROPERTIES}
    assert named - known <= css_values.KINDS.keys() | css_values.REST


def _tree(name: str) -> css_syntax.Node:
    node = css_values._grammar(name)
    assert node is not None
    return node


def _kinds(node: css_syntax.Node) -> list[css_syntax.Kind]:
    if isinstance(node, css_syntax.Kind):
        return [node]
    below = [getattr(node, field) for field in ("part", "inside") if hasattr(node, field)]
    return [kind for each in [*below, *getattr(node, "parts", ())] for kind in _kinds(each)]


@pytest.fixture(scope="module")
def index() -> dict[str, Any]:
    """``css_data.py``, where Node and what it reads are there."""
    module = runpy.run_path(str(TESTS / "conformance/css_data.py"))
    if not shutil.which("node") or not module["SOURCE"].exists():
        pytest.skip("Node or the packages of tests/npm are not installed: sh tests/run.sh --all")
    return module


@pytest.mark.judge
def test_the_grammars_are_those_of_the_index(index: dict[str, Any]) -> None:
    assert index["FILE"].read_text("utf-8").partition(index["OURS"])[0] == index["generated"]()


@pytest.mark.judge
@pytest.mark.usefixtures("index")
def test_css_tree_says_the_same() -> None:
    random = Random(2026)  # noqa: S311 - values, no secrets
    writer = Writer(random)
    written = [(name, value) for name in PROPERTIES for _ in range(4) if (value := writer.value(name))]
    values = written + [(name, changed) for name, value in written if (changed := _changed(value, written, random))]
    own = [not trouble(f"{name}: {value}") for name, value in values]
    theirs = _asked(values)
    assert [value for value, ours, is_one in zip(values, own, theirs, strict=True) if is_one and not ours] == []
    more = [value for value, ours, is_one in zip(values, own, theirs, strict=True) if ours and not is_one]
    assert len(more) < len(values) / 100, more  # words of makers, and lists in lists, which css-tree reads one way only
    assert theirs.count(False) > len(values) / 4


def _changed(value: str, others: list[tuple[str, str]], random: Random) -> str:
    """The value with a token more, less or another."""
    tokens = value.split(" ")
    place, kind = random.randrange(len(tokens)), random.random()
    other = random.choice(others)[1].split(" ")[0]
    tokens[place : place + (kind < 0.75)] = [] if kind < 0.25 else [other]
    changed = " ".join(tokens)
    return changed if changed.strip() and changed.count("(") == changed.count(")") else ""


def _asked(values: list[tuple[str, str]]) -> list[bool]:
    grammars = css_values._grammars()
    own = {name.strip("<>"): syntax for name, syntax in grammars.items() if name.startswith("<")}
    types = {name: syntax for name, syntax in own.items() if name not in css_values.KINDS}
    asked = {
        "properties": {name: grammars[name] for name in PROPERTIES},
        "types": types | {"id": "<hash-token>", "media-type": "<ident>"},
        "values": values,
    }
    told = subprocess.run(["node", NPM / "css.mjs"], input=json.dumps(asked).encode(), capture_output=True, check=True)
    answers: list[bool] = json.loads(told.stdout)
    return answers
