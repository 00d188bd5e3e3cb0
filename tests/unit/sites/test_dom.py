"""The tree is the one that lxml makes itself, wherever that makes one: BeautifulSoup reads, over it."""

from __future__ import annotations

import gc
import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from threadbound.model.text import clean
from threadbound.sites import dom
from threadbound.sites.dom import Element

TAGS = "div p a b table tr td ul li span pre h1 form o:p iframe DIV svg".split()
PIECES = st.sampled_from(
    [
        *(f"<{tag}>" for tag in TAGS),
        *(f"</{tag}>" for tag in TAGS),
        *("<br>", "<img src=x alt>", '<span class="a b" ID=q>', "<a href='x&amp;y' href=z>", "<p p p='1'>"),
        *("words ", " ", "\n", "&amp;", "&lt", "&bogus;", "é😀", "<!-- a note -->", "<", ">"),
    ]
)
END = object()


def of_lxml(element: Any) -> Iterator[object]:
    """Beginning, words and end of each element."""
    if isinstance(element.tag, str):
        yield element.tag.lower(), tuple(element.attrib.items())
        yield element.text or ""
        for child in element:
            yield from of_lxml(child)
            yield child.tail or ""
        yield END


def of_ours(element: Element) -> Iterator[object]:
    for child in element.children:
        if isinstance(child, str):
            yield child
        else:
            yield child.tag, tuple(child.attributes.items())
            yield from of_ours(child)
            yield END


def joined(parts: Iterator[object]) -> list[object]:
    """Neighbouring words as one; BeautifulSoup keeps one of several spaces where there is nothing else."""
    out: list[object] = []
    for part in parts:
        if isinstance(part, str) and out and isinstance(out[-1], str):
            out[-1] += part
        elif part != "":
            out.append(part)
    return [dom.squeeze(part) if isinstance(part, str) else part for part in out]


@given(st.lists(PIECES, max_size=20))
def test_the_tree_is_lxmls_own(pieces: list[str]) -> None:
    markup = f"<html>{''.join(pieces)}"
    root = etree.HTML(markup, etree.HTMLParser(recover=True, huge_tree=True))
    assert joined(of_ours(dom.parse(markup))) == joined(of_lxml(root))


def test_what_stands_deeper_than_lxml_goes_is_there_too() -> None:
    deep = "<div>" * 10_000 + "the bottom"
    assert dom.parse(deep).text() == "the bottom"
    assert dom.parse(f"{deep}{'</div>' * 10_000}<p>after").first("p") is not None


@pytest.mark.parametrize("markup", ["", " ", "\n\n", "<!-- a note -->", "</p>", "<!doctype html>"])
def test_where_there_is_nothing_there_is_an_empty_tree(markup: str) -> None:
    assert dom.parse(markup).text() == ""
    assert list(dom.parse(markup).walk()) == []


def test_notes_and_declarations_part_words_and_are_none() -> None:
    paragraph = dom.parse("<p>one<!-- two -->three<?four five?>six<!doctype seven>eight</p>").first("p")
    assert paragraph is not None
    assert paragraph.children == ["one", "three", "six", "eight"]


def test_an_end_that_never_began_ends_nothing_and_what_was_never_closed_ends_with_what_holds_it() -> None:
    page = dom.parse("<div id=a><span>in</section> still in</div><p>out")
    first = page.first("div")
    assert first is not None
    assert first.text() == "in still in"
    assert [each.tag for each in first.walk()] == ["span"]


def test_an_attribute_is_called_what_stands_in_the_page() -> None:
    paragraph = dom.parse("<p {example}id=a xlink:href=b c d='1' D='2'>words").first("p")
    assert paragraph is not None
    assert paragraph.attributes == {"{example}id": "a", "xlink:href": "b", "c": "", "d": "1"}


@given(st.text(st.sampled_from("ab \t\n\r\f\u00a0\u200d\x07")))
def test_a_run_of_white_space_is_one_space(text: str) -> None:
    assert dom.squeeze(text) == re.sub("[ \t\n\r\f]+", " ", clean(text))


def test_a_tree_goes_when_nobody_holds_it() -> None:
    """A folder has thousands of pages: none may stay until Python looks for garbage."""

    def trees() -> int:
        return sum(isinstance(each, dom.Page) for each in gc.get_objects())

    dom.parse.cache_clear()
    gc.collect()
    before = trees()
    gc.disable()
    try:
        dom.parse.__wrapped__("<p>One<p>Two <b>three</b>")
        assert trees() == before
    finally:
        gc.enable()
