"""A user's style sheet: what is broken or would load something is refused with its line; the rest passes as it is."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from threadbound.errors import BadConfiguration, FileTrouble
from threadbound.rendering.css_rules import declarations
from threadbound.rendering.own_css import DEEPEST, has_page_rules, read


@pytest.mark.parametrize("target", ["print", "epub"])
def test_a_sound_sheet_passes_as_it_is(target: str, tmp_path: Path) -> None:
    css = (
        "\ufeffp { color: #333 }\n@media print { .n { color: teal } }\n"
        "@page :first { @top-left { content: none; margin: 1cm } }\n.k[title='\\7d\\28'] { color: teal } /* } { */\n"
    )
    (tmp_path / "own.css").write_text(css, "utf-8")
    assert read(tmp_path / "own.css", target).css == css[1:]


@pytest.mark.parametrize(
    ("css", "target", "trouble"),
    [
        ("p { color: red }\nh1 { color", "print", "line 2: the style sheet is broken"),
        ("p { color red }", "print", "line 1: the style sheet is broken"),
        ("p }", "print", "line 1"),
        ("p {}\nh1 { color: red", "epub", "line 2: the style sheet is broken: what begins here is never closed"),
        ("p {}\n\n/* h1 { color: red }", "print", "line 3: the style sheet is broken: what begins here"),
        ("@media print { p { color: red }\nh1 {}", "print", "line 1: the style sheet is broken: what begins here"),
        ("@import 'other.css';", "print", "line 1: @import loads another file"),
        ("\n@font-face { font-family: X; src: local(X) }", "print", "line 2: @font-face loads a font"),
        ("p { background: url(x.png) }", "epub", "background would load a file"),
        ("p { background: URL('http://x/') }", "print", "background would load a file"),
        ("p { background: image-set('x.png' 1x) }", "print", "background would load a file"),
        ("@media print { p { cursor: url(x) , auto } }", "print", "cursor would load a file"),
        ("p { --x: { background: url(x) } }", "print", "would load a file"),
        ("@page { size: a5 }", "print", "line 1: size of @page: say --page-size"),
        ("p {}\n@page :first { margin-left: 4cm }", "print", "line 2: margin-left of @page"),
        ("p { direction: rtl }", "epub", "direction is not allowed in an EPUB"),
    ],
)
def test_what_cannot_be_used_is_said_with_its_line(css: str, target: str, trouble: str, tmp_path: Path) -> None:
    (tmp_path / "own.css").write_text(css)
    with pytest.raises(BadConfiguration, match=rf"--css .*own\.css: .*{trouble}"):
        read(tmp_path / "own.css", target)


def test_what_is_no_style_sheet_is_said(tmp_path: Path) -> None:
    with pytest.raises(FileTrouble, match=r"none\.css: cannot be read"):
        read(tmp_path / "none.css", "print")
    (tmp_path / "a.css").write_bytes(b"\xff\xfe\x00p")
    with pytest.raises(BadConfiguration, match="not UTF-8"):
        read(tmp_path / "a.css", "print")
    (tmp_path / "b.css").write_bytes(b" " * 1_000_001)
    with pytest.raises(BadConfiguration, match="larger than 1,000,000"):
        read(tmp_path / "b.css", "print")


@pytest.mark.parametrize("target", ["print", "epub"])
@pytest.mark.parametrize(
    "css", ["a{" * 5_000, "@media{" * 3_000, "a{color:" + "(" * 20_000, "a{color:" + "f(" * 20_000]
)
def test_brackets_without_end_are_said(css: str, target: str, tmp_path: Path) -> None:
    (tmp_path / "own.css").write_text(css)
    with pytest.raises(BadConfiguration, match=rf"own\.css: line 1: more than {DEEPEST} brackets"):
        read(tmp_path / "own.css", target)


def test_brackets_as_deep_as_allowed_pass(tmp_path: Path) -> None:
    (tmp_path / "own.css").write_text("a {" + "(" * (DEEPEST - 1) + "x" + ")" * (DEEPEST - 1) + "}")
    with pytest.raises(BadConfiguration, match="broken"):  # by what it says, not by how deep
        read(tmp_path / "own.css", "print")


@pytest.mark.timeout(20)
def test_only_plain_files_are_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", Path("/dev/zero"), tmp_path):
        with pytest.raises(FileTrouble, match="no plain file"):
            read(path, "print")


def test_every_declaration_is_found() -> None:
    css = "p { color: red; & b { margin: 0 } }\n@media print { @page { @top-left { font: 1em serif } size: a4 } }"
    assert [(node.source_line, node.lower_name) for node in declarations(css)] == [
        (1, "color"),
        (1, "margin"),
        (2, "font"),
        (2, "size"),
    ]


@pytest.mark.parametrize(
    "css",
    [
        "@page { color: red }",
        "@PAGE :first { @bottom-center { content: counter(page) } }",
        "@\\70 age { color: red }",
        "@media print { h1 { color: red } @page :left { color: red } }",
    ],
)
def test_rules_for_pages_are_found_however_they_are_written(css: str) -> None:
    assert has_page_rules(css)


@pytest.mark.parametrize("css", ["", "h1 { color: red } /* @page { } */", "@media print { h1 { page: front } }"])
def test_a_sheet_without_rules_for_pages_has_none(css: str) -> None:
    assert not has_page_rules(css)
