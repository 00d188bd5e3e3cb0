"""What stands behind a link: the number of its note, in print the note itself, its address, or nothing."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any, Literal

import pytest

from threadbound.options import PageOptions
from threadbound.rendering.notes import Notes, longest
from threadbound.rendering.pages import SINGLE, page_of
from threadbound.rendering.theme import load

A, B = "https://example.org/a", "https://example.org/b?c=<d>"


def chapter(links: str, *urls: str) -> Any:
    return SimpleNamespace(id="t1", links=links, notes=urls, note=lambda url: urls.index(url) + 1)


def behind(links: str, *urls: str, target: Literal["print", "epub"] = "print", most: int = 500) -> list[str]:
    notes, of = Notes(target, most), chapter(links, *dict.fromkeys(urls))
    return [str(notes.beside(url, of)) for url in urls]


def test_an_address_has_one_note_at_the_end_however_often_it_is_linked() -> None:
    marks = behind("endnote", A, B, A)
    assert marks[0] == marks[2] == '<a class="x" role="doc-noteref" href="#t1-n1">1</a>'
    assert 'href="#t1-n2">2<' in marks[1]


def test_at_the_foot_of_the_page_each_link_has_a_note() -> None:
    marks = behind("footnote", A, B, A)
    assert [re.findall(r'id="(t1-foot\d)"', mark) for mark in marks] == [["t1-foot1"], ["t1-foot2"], ["t1-foot3"]]
    assert "b?c=&lt;d&gt;</a>" in marks[1]


def test_a_preview_under_its_own_link_has_the_same_note() -> None:
    marks = behind("footnote", A, A, B)
    assert "fn" in marks[0]
    assert marks[1] == '<a class="x" role="doc-noteref" href="#t1-foot1">1</a>'
    assert 'id="t1-foot2"' in marks[2]


def test_an_address_too_long_for_the_foot_stands_at_the_end_under_its_number() -> None:
    notes, of = Notes("print", 40), chapter("footnote")
    marks = [str(notes.beside(url, of)) for url in (A, f"{A}/{'x' * 40}", B)]
    assert ["fn" in mark for mark in marks] == [True, False, True]
    assert 'href="#t1-n2">2<' in marks[1]
    assert notes.at_end(of) == [(2, f"{A}/{'x' * 40}")]


def test_in_an_epub_a_note_says_that_it_may_pop_up() -> None:
    (mark,) = behind("footnote", A, target="epub")
    assert mark == '<a class="x" epub:type="noteref" role="doc-noteref" href="#t1-n1">1</a>'
    assert Notes("epub", 500).at_end(chapter("footnote", A, B)) == [(1, A), (2, B)]


def test_an_address_in_the_text_is_not_divided_in_its_host() -> None:
    (printed,) = behind("inline", A)
    link = '<a class="u{}" href="https://example.org/a">{}</a>'
    parts = link.format(" k", "https://example.org") + link.format("", "/a")
    assert f'(<span dir="ltr">{parts}</span>)' in printed
    assert f"({link.format('', 'https://example.org/<wbr/>a')})" in behind("inline", A, target="epub")[0]
    assert behind("inline", "javascript:alert(1)") == behind("none", A) == [""]


@pytest.mark.parametrize(("size", "least", "most"), [("a4", 800, 1500), ("a5", 400, 900), ("70x110", 150, 500)])
def test_a_note_may_fill_a_quarter_of_a_page(size: str, least: int, most: int) -> None:
    assert least < longest(page_of(load("serif"), PageOptions(size), SINGLE)) < most
