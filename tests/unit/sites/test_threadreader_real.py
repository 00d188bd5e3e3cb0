"""Real pages of Thread Reader, where they are at hand."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from threadbound.containers.capture import Capture, nothing
from threadbound.digests import sha256
from threadbound.model import codec
from threadbound.model.text import Link, Mention
from threadbound.model.thread import CaptureNote, Thread
from threadbound.notices import losses
from threadbound.sites import registry, threadreader

pytestmark = pytest.mark.corpus


def capture(markup: str) -> Capture:
    data = markup.encode()
    return Capture(CaptureNote("page.html", "html", sha256(data)), data, markup, "html", nothing)


@pytest.fixture
def fragment(corpus: Path) -> Callable[[str], str]:
    def read(pattern: str) -> str:
        (path,) = (corpus / "threadreader" / "fragment").glob(pattern)
        return path.read_text("utf-8")

    return read


@pytest.fixture
def whole(corpus: Path) -> Capture:
    (path,) = (corpus / "threadreader" / "full-html").glob("2020-01_*.html")
    return capture(path.read_text("utf-8"))


def test_the_whole_page_of_2020(whole: Capture) -> None:
    thread = registry.extract(whole)
    assert (thread.declared_posts, thread.reading_minutes, len(thread.posts)) == (102, 21, 102)
    assert [post.n for post in thread.posts] == list(range(1, 103))
    ids = [int(post.id or 0) for post in thread.posts]
    assert ids == sorted(set(ids))
    assert losses(thread.notices) == ()
    assert thread.url == "https://threadreaderapp.com/thread/1215710451343904768.html"
    assert (thread.published, thread.published_text) == ("2020-01-10T19:02:13Z", None)
    assert [post.time_source for post in thread.posts] == ["page"] + 101 * ["id"]
    assert (thread.author.handle, thread.author.name) == ("QuinnyPig", "Corey Quinn")
    assert thread.author.avatar == "https://threadreaderapp.com/images/avatars/97114171.jpg"


def test_the_whole_pages_quotes_mentions_and_cards(whole: Capture) -> None:
    thread = registry.extract(whole)
    assert [post.n for post in thread.posts if post.quotes] == [66, 68, 82]
    assert [quote.author for post in thread.posts for quote in post.quotes] == ["QuinnyPig", "sakjur", "jpaulreed"]
    replies = [[node.handle for node in post.body if isinstance(node, Mention) and node.reply] for post in thread.posts]
    assert sum(map(len, replies)) == 28  # every a.entity-mention-first of the page
    assert [n for n, handles in enumerate(replies, 1) if handles] == list(range(90, 102))
    assert sum(isinstance(node, Link) for post in thread.posts for node in post.body) == 3
    assert len(thread.other_threads) == 9
    assert [card.declared_posts for card in thread.other_threads] == [4, 4, 6, 73, 33, 432, 9, 31, 135]


def test_the_whole_page_holds_every_word_of_its_posts(whole: Capture) -> None:
    """Against a reading of the markup by other means."""
    thread = registry.extract(whole)
    pieces = re.findall(r'<div id="tweet_\d+"[^>]*>(.*?)(?:<sup|</div>)', whole.markup, re.DOTALL)
    assert len(pieces) == len(thread.posts)
    for piece, post in zip(pieces, thread.posts, strict=True):
        text = re.sub(r"<blockquote.*?</blockquote>|<[^>]+>", " ", piece)
        shown = post.text + " ".join(node.text for node in post.body if isinstance(node, Link))
        for word in re.findall(r"\w{3,}", re.sub(r"&\w+;|&#\d+;", " ", text)):
            assert word in shown


def test_a_fragment_of_2019_without_ids(fragment: Callable[[str], str]) -> None:
    thread = registry.extract(capture(fragment("papertweeter*")))
    assert len(thread.posts) == 9
    assert [media.kind for post in thread.posts for media in post.media] == ["gif"] + 6 * ["image"]
    assert {post.id for post in thread.posts} == {None}
    assert thread.author.handle == ""


def test_a_fragment_of_2026(fragment: Callable[[str], str]) -> None:
    thread = registry.extract(capture(fragment("2026-08_MXS*")))
    assert (thread.author.handle, thread.published_text) == ("MXS_Nightmare", "Aug 18")
    assert thread.author.name == "🇺🇲Miller🦅 🌡Show More Replies! ⭐Independent🌟"
    assert thread.author.url == "https://twitter.com/MXS_Nightmare"
    assert thread.published == "2026-08-18T23:33:37Z"
    assert [(post.id, post.time_source) for post in thread.posts] == [
        ("2089858284660662307", "page"),
        ("2089858616614687166", "id"),
    ]


def test_cards_of_the_home_page_of_2018_are_no_thread_but_their_posts_can_be_read(
    fragment: Callable[[str], str],
) -> None:
    cards = fragment("2018-03*")
    assert not threadreader.matches(capture(cards))
    counter = iter(range(1, 100))
    page = re.sub('class="content-tweet"', lambda match: f'id="tweet_{next(counter)}" {match[0]}', cards)
    thread = registry.extract(capture(page))
    assert len(thread.posts) == 18
    assert [quote.author for post in thread.posts for quote in post.quotes] == ["tpflug", "ektrit"]
    assert sum("youtube.com/watch" in post.text for post in thread.posts) == 3
    assert [media.kind for post in thread.posts for media in post.media] == ["image", "gif", "image"]
    assert losses(thread.notices) == ()


def _browsers_page(saved: str) -> Thread:
    """Posts as a browser had made them, that their author put on a page of his own, in posts again."""
    body = saved[saved.index("<div id=container>") + 18 :]
    posts = (
        f'<div id="tweet_{n}" class="content-tweet" data-tweet="{1677279550957568000 + n}">{post}</div>'
        for n, post in enumerate(body.split("<hr>"), 1)
    )
    return registry.extract(capture("".join(posts)))


@pytest.mark.parametrize("name", ["intro-snow", "realms-sec", "proto-tree", "scuttling", "snow", "n-clob"])
def test_what_a_browser_makes_of_posts(fragment: Callable[[str], str], name: str) -> None:
    saved = fragment(f"weizman_{name}.md")
    thread = _browsers_page(saved)
    assert len(thread.posts) == saved.count("<hr>") + 1
    assert sum(len(post.quotes) for post in thread.posts) == saved.count("data-tweet-id=")
    assert sum(len(post.cards) for post in thread.posts) == saved.count('class="entity-url-preview"')
    assert sum(len(post.media) for post in thread.posts) == saved.count('class="entity-image"')
    assert losses(thread.notices) == ()
    assert "adsbygoogle" not in codec.encode(thread).decode()


def _seconds(run: Callable[[], object]) -> float:
    began = time.process_time()
    run()
    return time.process_time() - began
