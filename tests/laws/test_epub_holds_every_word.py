"""Whatever a thread says, its EPUB holds it: built, rendered, written, read back, nothing missing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from threadbound.book.build import Binding, build
from threadbound.checks.epub import check
from threadbound.media.pictures import Pictures
from threadbound.model.media import Media
from threadbound.model.text import Break, Hashtag, Inline, Link, Mention, Text, clean, tidy
from threadbound.model.thread import Author, Card, Choice, Poll, Post, Quote, Thread, Wording
from threadbound.rendering.render import Rendering, render
from threadbound.rendering.rendered import RenderedPicture
from threadbound.rendering.theme import load
from threadbound.writers.epub import EPUB

pytestmark = pytest.mark.slow

WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40).map(clean)
#: What has tripped typesetters: own numbers, lists, dashes, joiners, other directions, markup.
PHRASES = st.sampled_from(
    [
        "2/ and so on",
        "1. first",
        "– dash",
        "a -- b",
        "“so” ‘it’ is",
        "👩🏽‍🔬🧵",
        "1️⃣ one",
        "كل خريطة",
        "<b>&amp;</b>",
        "]]>",
        "soft\u00adhyphen",
        "One sentence of a fair length ends here. Another one.",
        "It ends!",
        "n\u0303o",
        "…",
    ]
)
TEXTS = st.builds(Text, st.one_of(WORDS, PHRASES, st.tuples(PHRASES, WORDS).map(" ".join)))
URLS = st.sampled_from(
    [
        "https://example.org/",
        "https://example.org/a?b=1&c=%20d",
        "https://example.org/é/“x”",
        "http://example.net/[1]|2",
    ]
)
HANDLES = st.from_regex(r"[A-Za-z0-9_]{1,15}", fullmatch=True)
NODES: st.SearchStrategy[Inline] = st.one_of(
    TEXTS,
    TEXTS,
    st.just(Break()),
    st.builds(Link, URLS, st.sampled_from(["", "example.org/a…", "the words of a link"])),
    st.builds(Mention, HANDLES, st.none() | URLS, st.booleans()),
    st.builds(Hashtag, HANDLES, st.none() | URLS),
)
BODIES = st.lists(NODES, max_size=6).map(tidy)
LOST = st.builds(Media, st.sampled_from(["image", "video", "gif"]), URLS | st.just("lost.jpg"), WORDS | st.just(""))
MEDIA = st.lists(LOST, max_size=2).map(tuple)
QUOTES = st.lists(st.builds(Quote, url=st.none() | URLS, name=WORDS, text=WORDS, media=MEDIA), max_size=1).map(tuple)
CARDS = st.lists(st.builds(Card, URLS, WORDS, WORDS), max_size=1).map(tuple)
POLLS = st.lists(st.builds(Poll, st.lists(st.builds(Choice, WORDS), min_size=1).map(tuple)), max_size=1).map(tuple)
WORDINGS = st.lists(st.builds(Wording, st.just(("0" * 64,)), BODIES), max_size=1).map(tuple)
POSTS = st.lists(
    st.builds(Post, st.just(0), body=BODIES, media=MEDIA, quotes=QUOTES, cards=CARDS, polls=POLLS, wordings=WORDINGS),
    min_size=1,
    max_size=4,
)


def _thread(posts: list[Post], name: str) -> Thread:
    numbered = tuple(replace(post, n=n) for n, post in enumerate(posts, 1))
    return Thread("threadreader", Author("mara", name), numbered, id="1", language="en")


@pytest.mark.filterwarnings("default")
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(
    st.lists(st.tuples(POSTS, WORDS), min_size=1, max_size=2),
    st.sampled_from(["essay", "posts"]),
    st.sampled_from(["endnote", "footnote", "inline", "none"]),
    st.sampled_from(["", "polish"]),
)
def test_every_word_and_link_of_any_thread_is_in_its_epub(
    tmp_path: Path, drawn: list[tuple[list[Post], str]], style: str, links: Any, polish: str
) -> None:
    threads = [_thread(posts, name) for posts, name in drawn]
    binding = Binding("Threadbound", "2022-03-01T10:20:30Z", style=style, links=links, polish=bool(polish))
    book = build(threads, binding)
    rendered = render(book, Pictures(), Rendering(load("serif"), "epub", "Threadbound"))
    # The cover has tests of its own, and drawing it takes longer than all the rest.
    blank = RenderedPicture("images/cover.png", "image/png", lambda: b"cover")
    EPUB.write(replace(rendered, pictures=(blank,)), tmp_path / "book.epub")
    assert check(tmp_path / "book.epub", threads).findings == ()
