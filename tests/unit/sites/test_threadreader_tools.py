"""The small tools of the sites: the tree, the time in an id, addresses, titles."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from threadbound.model.text import UNPRINTABLE, Break, Link, Mention, Text
from threadbound.sites import dom, snowflake, titles
from threadbound.sites import threadreader_urls as urls


@given(st.datetimes(datetime(2011, 2, 1), datetime(2060, 1, 1)), st.integers(0, 2**22 - 1))  # noqa: DTZ001 - made aware below
def test_an_id_tells_its_time_to_the_second(when: datetime, low: int) -> None:
    when = when.replace(tzinfo=UTC)
    milliseconds = (when - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)
    ident = ((milliseconds - snowflake.EPOCH) << 22) + low
    assert snowflake.time_of(str(ident)) == when.replace(microsecond=0)


@pytest.mark.parametrize("ident", [None, "", "20", "28999999999999999", "9" * 19 + "9", str(2**63), "x", "-1", "١٢"])
def test_what_is_no_id_tells_no_time(ident: str | None) -> None:
    assert snowflake.time_of(ident) is None


def test_a_tree_holds_what_stood_in_the_page() -> None:
    page = dom.parse(
        '<p id="a" class="x  y">one<br>two <img class="emoji" alt="🌿"> <script>no</script>&amp;&nbsp;three</p>'
    )
    paragraph = page.first("p")
    assert paragraph is not None
    assert paragraph.classes == {"x", "y"}
    assert paragraph.has("y", "z")
    assert not paragraph.has("z")
    assert paragraph.text() == "one two 🌿 &\xa0three"
    assert paragraph.lines() == "one\ntwo 🌿 &\xa0three"
    assert page.first("table") is None


@pytest.mark.parametrize(
    "markup", ["", " ", "\x00", "\ud800", "<", "<!--", "<!DOCTYPE html>", "</p>", "&#0;&#xD800;&#1;"]
)
def test_any_text_gives_a_tree(markup: str) -> None:
    assert not dom.parse(markup).text().strip("�<")


def test_neither_nul_nor_surrogates_end_the_reading() -> None:
    assert dom.parse("<p>a\x00b \ud800 c\r\nd\fe</p>").text() == "ab c d e"


def test_more_than_ten_million_characters_of_text() -> None:
    assert len(dom.parse(f"<p>{'x' * 11_000_000}</p>").text()) == 11_000_000


@pytest.mark.parametrize(
    ("href", "whole"),
    [
        ("https://a.example/b?c=1&d=2#e", "https://a.example/b?c=1&d=2#e"),
        ("HTTPS://A.example/B", "https://A.example/B"),
        ("//a.example", "https://a.example"),
        ("/user/x", "https://threadreaderapp.com/user/x"),
        (" mailto:a@b.example ", "mailto:a@b.example"),
        ("https://a.example/#", "https://a.example/#"),
        ("#", None),
        ("#top#", None),
        ("https://threadreaderapp.com/thread/1.html#", None),
        ("", None),
        ("javascript:x", None),
        ("ftp://a.example", None),
        ("https://", None),
        ("http:", None),
        ("//[broken", None),
    ],
)
def test_addresses_are_made_whole_or_refused(href: str, whole: str | None) -> None:
    assert urls.absolute(href) == whole


@pytest.mark.parametrize(
    ("address", "handle"),
    [
        ("https://twitter.com/ada", "ada"),
        ("https://x.com/@ada/status/1", "ada"),
        ("https://mobile.twitter.com/ada?lang=en", "ada"),
        ("https://twitter.com/i/status/1", None),
        ("https://twitter.com/intent/like", None),
        ("https://nottwitter.com/ada", None),
        ("https://twitter.com.evil.example/ada", None),
        (None, None),
    ],
)
def test_whose_address(address: str | None, handle: str | None) -> None:
    assert urls.handle_of(address) == handle


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ("Short and whole.", "Short and whole."),
        ("One. Two! Three?", "One. Two! Three?"),
        ("A first sentence of some length. And then a second one that goes on for far too long.",
         "A first sentence of some length."),
        ("Hi. This is a sentence that goes on and on, past every bound that a title could have.",
         "Hi. This is a sentence that goes on and on, past every bound that a title could…"),
        ("Listen to this (every word!) because it goes on and on, past every bound that titles have.",
         "Listen to this (every word!) because it goes on and on, past every bound that…"),
        ('Some of it, e.g. "this", is never the end of a title, since it goes on and on and on.',
         'Some of it, e.g. "this", is never the end of a title, since it goes on and on…'),
        ("x" * 100, "x" * 79 + "…"),
        ("これは長い文です。" * 12, "これは長い文です。" * 8),
        ("1/ Bread, a history", "Bread, a history"),
        ("Bread, a history (1/12)", "Bread, a history"),
        ("", ""),
    ],
)  # fmt: skip
def test_a_title_is_the_first_words(words: str, title: str) -> None:
    assert titles.title_of([(Text(words),)]) == title


def test_a_title_leaves_replies_and_links_out_and_may_end_with_a_line() -> None:
    body = (
        Mention("a", reply=True), Text(" Bread, a history of it"), Break(), Break(),
        Text("It begins with "), Link("https://a.example/" + "x" * 80, "a"),
        Text(" and the story of rye and of water and of salt is a long one."),
    )  # fmt: skip
    assert titles.title_of([(), body]) == "Bread, a history of it"


@given(st.text(max_size=300))
def test_no_title_is_longer_than_it_may_be(words: str) -> None:
    title = titles.title_of([(Text(words),)])
    assert len(title) <= titles.LIMIT
    assert "\n" not in title


@pytest.mark.parametrize(
    "address",
    [
        "https://", "https://?x", "https://:80/", "https://[broken/a", "https://[x]/", "https://a.example:65536/",
        "https://a.example:99999999/", "https://a.example:x/", "https://a b.example/", "https://a\u3000b.example/",
        "https://a\nb.example/", "https://a\\b.example/", "https://1.2.3/", "https://256.1.1.1/", "https://.../",
        "//a b.example/", "HTTP://[::1", 'https://"><b>/',
    ],
)  # fmt: skip
def test_what_cannot_be_an_address_is_none(address: str) -> None:
    assert urls.absolute(address) is None
    assert not urls.is_web(address)
    assert urls.unusable(address) == address


@pytest.mark.parametrize(
    "address",
    [
        "https://a.example:65535/", "https://a.example:/", "https://u:p@a.example", "https://[::1]:80/a", "http://1.2.3.4",
        "https://bücher.example/ü?x#y", "https://a_b.example?x", "https://a.example/[x]", "https://1.2.example",
    ],
)  # fmt: skip
def test_odd_addresses_are_addresses(address: str) -> None:
    assert urls.absolute(address) == address
    assert urls.unusable(address) == ""


@pytest.mark.parametrize("href", ["", "#", "javascript:x", "ftp://a b", "/a b", "https://threadreaderapp.com/x#"])
def test_what_was_never_meant_as_an_address_is_not_printed(href: str) -> None:
    assert urls.unusable(href) == ""


def test_an_address_that_ends_with_a_bare_fragment_is_the_authors() -> None:
    assert urls.absolute("//a.example/#") == "https://a.example/"
    assert urls.absolute("https://a.example/?u=threadreaderapp.com#") == "https://a.example/?u=threadreaderapp.com#"


@pytest.mark.parametrize("text", ["", "../x", '../x?"><b', "a/b", "a" * 21, "a b", "ä"])
def test_what_is_no_handle(text: str) -> None:
    assert urls.handle_in(text) == ""
    assert urls.handle_in("@ada_1") == "ada_1"


@pytest.mark.parametrize("number", [0, 1, 8, 0x0B, 0x1F, 0x7F, 0x81, 0xD800, 0xFDD0, 0xFFFE, 0xFFFF, 0x110000])
@pytest.mark.parametrize("form", ["&#{};", "&#x{:x};"])
def test_references_bring_nothing_unprintable(number: int, form: str) -> None:
    reference = form.format(number)
    paragraph = dom.parse(f'<p title="a{reference}b">a{reference}b</p>').first("p")
    assert paragraph is not None
    for text in (paragraph.get("title"), str(paragraph.children[0]), paragraph.text()):
        assert not UNPRINTABLE.search(text)
        assert text.replace("\ufffd", "") == "ab"


@pytest.mark.parametrize("reference", ["&#9;", "&#10;", "&#12;", "&#13;"])
def test_references_to_white_space_part_words(reference: str) -> None:
    assert dom.parse(f"<p>a{reference}b</p>").text() == "a b"
