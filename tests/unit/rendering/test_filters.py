"""Words become markup here and nowhere else: escaped, safe for XML, links in order."""

from __future__ import annotations

import time
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape

from threadbound.book.phrases import Phrase
from threadbound.model.text import Break, Hashtag, Inline, Link, Mention, Text, clean, closed
from threadbound.rendering import filters
from threadbound.rendering.notes import Notes


def inline(*nodes: Inline) -> str:
    chapter: Any = SimpleNamespace(id="t1", links="endnote", note=lambda _: 7)
    return filters.inline(filters.address, lambda url: Notes("print", 500).beside(url, chapter))(nodes)


@pytest.mark.parametrize(
    ("text", "markup"),
    [
        ("rain & <b>wind</b>", "rain &amp; &lt;b&gt;wind&lt;/b&gt;"),
        ("]]> \"'", "]]&gt; &#34;&#39;"),
        ("a\x00b\ud800c\ufffe\x85", "abc"),
        ("{{ x }}", "{{ x }}"),
        ("\u202eleft", "\u202eleft\u202c"),
        ("a\u2028b\u2029c", "a b c"),
        ("", ""),
    ],
)
def test_words_are_escaped_and_fit_for_xml(text: str, markup: str) -> None:
    assert str(filters.words(text)) == markup


@pytest.mark.parametrize(
    ("text", "markup"),
    [
        ("rain 🧵 wind", 'rain <span class="e">🧵</span> wind'),
        ("👩🏽‍🔬👍🏿", '<span class="e">👩🏽‍🔬👍🏿</span>'),
        ("🇫🇮 1️⃣ ❤️", '<span class="e">🇫🇮</span> <span class="e">1️⃣</span> <span class="e">❤️</span>'),
        ("☎\ufe0e 12 * © #", "☎\ufe0e 12 * © #"),
        ("🏴󠁧󠁢󠁳󠁣󠁴󠁿", '<span class="e">🏴󠁧󠁢󠁳󠁣󠁴󠁿</span>'),
    ],
)
def test_emoji_are_wrapped_whole(text: str, markup: str) -> None:
    assert str(filters.words(text)) == markup


@pytest.mark.parametrize(
    ("text", "tail"),
    [
        ("The storm knows what to do, said the old keeper to us.", "to us."),
        ("The frontispiece. I described it, and that is all there is now.", "is now."),
        ("Two rolls on each other on her kitchen table, for the ferries.", "ferries."),
        ("The letter is the first sheet in the file called “Corrections”.", "“Corrections”."),
        ("The pen wrote on, and nobody in all of Sandvær saw it break.", "it break."),
        ("Short enough for one line, in any case.", None),
        ("A word that is much too long for a line, Donaudampfschifffahrtsgesellschaftskapitän", None),
        ("2011年の春、棚から落ちた本は全部で348冊。壊れたのは、糊だけで綴じてあった23冊だけだったと思う。", "思う。"),
        ("הראשון מתוך שבעה שהיו תלויים על הקיר לבין לוח שנה של Barclays Bank.", None),
        (" ", None),
    ],
)
def test_the_last_words_stay_together(text: str, tail: str | None) -> None:
    markup = filters.tailed(text)
    assert markup.striptags() == " ".join(text.split())
    assert len(filters.tailed(f"{text} ")) > len(text)
    assert (f'<span class="k">{tail}</span>' in markup) == bool(tail)
    assert ("<span" in markup) == bool(tail)


@pytest.mark.parametrize("text", ["🧵 " * 20_000, "1" * 200_000, "👩\u200d" * 50_000, "<" * 200_000])
def test_hostile_words_take_no_time(text: str) -> None:
    start = time.process_time()
    filters.words(text)
    assert time.process_time() - start < 3


@pytest.mark.parametrize(
    ("url", "href"),
    [
        ("https://example.org/a?b=1&c=2#d", "https://example.org/a?b=1&c=2#d"),
        ("https://example.org/a b\"c'<>", "https://example.org/a%20b%22c'%3C%3E"),
        ("https://example.org/é/漢", "https://example.org/%C3%A9/%E6%BC%A2"),
        ("https://example.org/%C3%A9%20", "https://example.org/%C3%A9%20"),
        ("https://example.org/100%", "https://example.org/100%25"),
        ("https://example.org/%zz", "https://example.org/%25zz"),
        ("https://example.org/\ud800\x00x", "https://example.org/x"),
        (" https://example.org/ ", "https://example.org/"),
        ("HTTPS://EXAMPLE.ORG", "HTTPS://EXAMPLE.ORG"),
        ("mailto:mara@example.org", "mailto:mara@example.org"),
        ("http://[broken/", "http://%5Bbroken/"),
        ("http://[::1]:80/a[1]#b#c", "http://[::1]:80/a%5B1%5D#b%23c"),
        ("https://example.org/a\\b|c", "https://example.org/a%5Cb%7Cc"),
        ("javascript:alert(1)", "#"),
        ("data:text/html,x", "#"),
        ("java\x00script:alert(1)", "#"),
        ("file:///etc/passwd", "#"),
        ("//example.org/", "#"),
        ("https", "#"),
        ("", "#"),
    ],
)
def test_an_address_is_one_that_may_be_followed(url: str, href: str) -> None:
    assert filters.address(url) == href
    if href != "#":
        assert filters.address(href) == href, "encoding twice changes nothing"


@pytest.mark.parametrize(
    ("url", "text", "shown"),
    [
        ("https://www.example.org/a/b", "example.org/a…", "example.org"),
        ("https://www.example.org/a/b", "https://www.example.org/a/b", "example.org"),
        ("https://example.org/a", "", "example.org"),
        ("https://example.org/a", "the essay", "the essay"),
        ("https://example.org/a.pdf", "report.pdf", "report.pdf"),
        ("https://example.org/v", "v2.0", "v2.0"),
        ("https://example.org/v", "short.example/x", "short.example/x"),
        ("https://example.org/", "example.org is down", "example.org is down"),
        ("http://[broken/", "", "http://[broken/"),
    ],
)
def test_a_link_shows_its_site_or_its_own_words(url: str, text: str, shown: str) -> None:
    assert filters.shown(Link(url, text)) == shown


def test_a_link_has_its_note_beside_it() -> None:
    assert inline(Text("See "), Link('https://example.org/"x', "essay & more")) == (
        'See <a class="link" href="https://example.org/%22x">essay &amp; more</a>'
        '<a class="x" role="doc-noteref" href="#t1-n7">7</a>'
    )


def test_names_and_subjects_link_where_the_page_links() -> None:
    assert inline(Mention("riel"), Break(), Mention("ono", "https://example.org/ono", reply=True)) == (
        '<span class="at">@riel</span><br/><a class="re" href="https://example.org/ono">@ono</a>'
    )
    assert inline(Hashtag("<maps>", "https://example.org/m")) == (
        '<a class="at" href="https://example.org/m">#&lt;maps&gt;</a>'
    )


def test_phrases_of_the_colophon() -> None:
    parts = (Phrase("From "), Phrase("a<b.html", is_code=True), Phrase("example.org", "https://example.org/"))
    assert filters.phrases(parts) == (
        'From <span class="u">a&lt;b.html</span><a class="u" href="https://example.org/">example.org</a>'
    )


@pytest.mark.parametrize(
    ("name", "initials"),
    [
        ("Mara Lindqvist", "ML"),
        ("mara", "M"),
        ("Mara von Lindqvist 🌊", "ML"),
        ("🌊", ""),
        ("", ""),
        ("_mara_", "M"),
        ("李 白", "李白"),
    ],
)
def test_a_monogram(name: str, initials: str) -> None:
    assert filters.monogram(name) == initials


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (None, ""),
        (0, ""),
        (0.4, ""),
        (59.6, "1 min"),
        (102, "1 min 42 s"),
        (3600, "60 min"),
        (float("nan"), ""),
        (float("inf"), ""),
    ],
)
def test_how_long_a_clip_is(seconds: float | None, said: str) -> None:
    assert filters.duration(seconds) == said


@pytest.mark.parametrize("url", [None, "", "https", "ftp://x", "javascript:x", "httpsx://x", "\nhttps://x"])
def test_what_is_no_web_address(url: str | None) -> None:
    assert not filters.is_web(url)


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("Picture in post 7", "en"),
        ("Still from a GIF in post 7", "en"),
        ("Picture in post 7, continued: part 2 of 3", "en"),
        ("Der Buchbinder sagte mir, dass Papier nur das ist, was der Faden hält.", "de"),
        ("Picture in post 7 ספר טוב אינו נגמר בעמוד האחרון, הוא רק מחכה", "he"),
        ("ok", None),
    ],
)
def test_in_which_language_a_picture_is_described(text: str, tag: str | None) -> None:
    assert filters.described_in(text) == tag


def test_names_and_addresses_keep_their_own_way() -> None:
    hebrew = Text("שלום ")
    assert 'dir="ltr">@maya</span>' in inline(Mention("maya"), hebrew)
    assert 'dir="ltr">example.org</a>' in inline(hebrew, Link("https://example.org/a", "example.org/a"))
    assert "dir=" not in inline(hebrew, Hashtag("ספרים"))
    assert 'dir="ltr">#books</span>' in inline(hebrew, Hashtag("books"))
    assert 'dir="rtl">#ספרים</span>' in inline(Text("Words "), Hashtag("ספרים"))
    assert "dir=" not in inline(Text("Words "), Mention("maya"), Hashtag("books"), Link("https://example.org", "x y"))


#: Bases, modifiers, joiners, keycaps, flags, signs, and letters beside them.
SIGNS = "a1#é<& \u200d\ufe0e\ufe0f\u20e3\u2600\u203c\u3030\u2139\u00a9"
SIGNS += "\U0001f3fd\U0001f1f3\U0001f1f4\U0001f9f5\U000e0067\U000e007f"


@given(st.text(st.sampled_from(SIGNS)) | st.text())
def test_no_emoji_is_missed(text: str) -> None:
    printed = clean(closed(text)).translate({0x2028: " ", 0x2029: " "})
    assert filters.words(text) == filters.EMOJI.sub(r'<span class="e">\g<0></span>', str(escape(printed)))


@given(st.text(st.sampled_from("az09:/?#[]@!$&'()*+,;=%~-._ é<\"")))
def test_what_needs_no_encoding_is_what_encoding_leaves(text: str) -> None:
    plain = filters.address(f"https://example.org/{text.replace('#', '')}")
    assert filters.address(plain) == plain


@given(st.lists(st.text(st.sampled_from("abcdefghij"), max_size=30)), st.sampled_from([" ", "\u00a0", "\n", "\u3000"]))
def test_a_word_is_too_long_wherever_it_stands(parts: list[str], space: str) -> None:
    body = (Text(space.join(parts)),)
    assert filters.unbroken(body) == any(len(part) > filters.LONGEST_WORD for part in parts)
