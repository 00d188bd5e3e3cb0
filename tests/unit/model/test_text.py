"""Inline nodes: what they say, and what no node may hold."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from threadbound.model.text import (
    UNPRINTABLE,
    Break,
    Hashtag,
    Inline,
    Link,
    Mention,
    Text,
    clean,
    closed,
    names_itself,
    plain_text,
    straight,
    tidy,
    with_links,
)


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


@given(st.text(st.characters(codec=None, exclude_categories=())))
def test_what_no_product_may_hold_is_taken_out_and_nothing_else(text: str) -> None:
    assert clean(text) == UNPRINTABLE.sub("", text)


@given(
    st.lists(st.one_of(st.text(max_size=6), st.sampled_from(["https://a.example/b", "http://", "(", ")", ". ", "\n"])))
)
def test_words_with_links_are_the_same_words(pieces: list[str]) -> None:
    assert plain_text(with_links("".join(pieces))) == "".join(pieces)


@pytest.mark.parametrize(
    ("text", "urls"),
    [
        ("See https://example.org/a?b=c#d.", ["https://example.org/a?b=c#d"]),
        (
            "(https://example.org/a) and https://example.org/b_(c)!",
            ["https://example.org/a", "https://example.org/b_(c)"],
        ),
        ("https://a.example https://b.example", ["https://a.example", "https://b.example"]),
        ("none, not even https:// alone", []),
    ],
)
def test_addresses_in_words_are_links(text: str, urls: list[str]) -> None:
    assert [node.url for node in with_links(text) if isinstance(node, Link)] == urls


@pytest.mark.parametrize(
    ("url", "text", "is_address"),
    [
        ("https://www.example.org/long/way", "example.org/lo…", True),
        ("https://example.org", "https://example.org", True),
        ("https://t.co/abc", "example.org/piece", False),
        ("https://example.org", "my piece", False),
    ],
)
def test_a_link_names_itself_where_its_words_are_its_address(url: str, text: str, *, is_address: bool) -> None:
    assert names_itself(Link(url, text)) == is_address


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("plain", ""),
        ("עברית", ""),
        ("Mara \u202eLind", "\u202c"),
        ("\u202aa\u202c", ""),
        ("\u2067\u202bא", "\u202c\u2069"),
        ("\u2067\u202bא\u2069", ""),
        ("\u202b\u2068a\u202c", "\u2069\u202c"),
        ("stray \u2069\u202c", ""),
        ("\u202eends with its line\nb", ""),
        ("\u202b" * 3, "\u202c" * 3),
    ],
)
def test_turns_of_direction_are_closed(text: str, ends: str) -> None:
    assert closed(text) == text + ends
    assert closed(closed(text)) == closed(text)
    assert straight(text) == (
        "".join(c for c in text if c not in "\u202b\u202e\u2067\u2068\u202c") or text if ends else text
    )


def test_hostile_turns_take_no_time() -> None:
    assert len(closed("\u202b" * 100_000 + "\u2069\u202c" * 100_000)) == 300_000
