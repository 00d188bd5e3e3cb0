"""Inline nodes: what they say, and what no node may hold."""

from __future__ import annotations

import pytest

from threadbound.model.text import Break, Hashtag, Inline, Link, Mention, Text, clean, plain_text, tidy


@pytest.mark.parametrize(
    ("node", "words"),
    [
        (Text("Rain & wind"), "Rain & wind"),
        (Break(), "\n"),
        (Link("https://example.org/whole", "example.org/wh…"), "https://example.org/whole"),
        (Mention("riel"), "@riel"),
        (Mention("riel", reply=True), "@riel"),
        (Hashtag("maps"), "#maps"),
    ],
)
def test_every_node_has_its_words(node: Inline, words: str) -> None:
    assert plain_text([node]) == words


@pytest.mark.parametrize("kept", ["tab\t", "line\n", "é", "👩🏽‍🔬", "\u202e", "\ufffd", "\U00010000", "\U0001ffff"])
def test_clean_keeps_what_xml_can_hold(kept: str) -> None:
    assert clean(kept) == kept


@pytest.mark.parametrize("bad", ["\x00", "\x0b", "\r", "\x1f", "\x7f", "\x85", "\ud800", "\ufdd0", "\ufffe"])
def test_clean_drops_what_no_book_can_print(bad: str) -> None:
    assert clean(f"a{bad}b") == "ab"


def test_tidy_merges_texts_and_trims_lines() -> None:
    nodes = [
        Break(),
        Text(" Rain "),
        Text("falls "),
        Break(),
        Text("  "),
        Break(),
        Text(" on "),
        Mention("riel"),
        Text(" "),
    ]
    assert tidy(nodes) == (Text("Rain falls"), Break(), Break(), Text("on "), Mention("riel"))


def test_tidy_keeps_spaces_inside_a_line() -> None:
    assert tidy([Text("a  b\u00a0")]) == (Text("a  b\u00a0"),)


@pytest.mark.parametrize("nodes", [[], [Text("")], [Text(" \n\t")], [Break(), Break()], [Break(), Text(" ")]])
def test_nothing_stays_nothing(nodes: list[Inline]) -> None:
    assert tidy(nodes) == ()
