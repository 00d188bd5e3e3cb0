"""Pages without a thread: the message says what they seem to be, and what to do."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Literal

import pytest

from threadbound.containers.capture import Capture, nothing
from threadbound.digests import sha256
from threadbound.errors import ExitCode, NoThread
from threadbound.model.thread import CaptureNote
from threadbound.sites import registry
from threadbound.sites.elsewhere import LOOKED_AT

CARDS = '<div class="thread-card"><div class="content-tweet">a card</div></div>'


def message(markup: str, address: str | None = None, kind: Literal["html", "text"] = "html") -> str:
    data = markup.encode(errors="replace")
    note = CaptureNote("saved.html", "html", sha256(data), source_url=address)
    with pytest.raises(NoThread) as caught:
        registry.extract(Capture(note, data, markup, kind, nothing))
    assert caught.value.exit_code == ExitCode.NO_THREAD
    text = str(caught.value)
    assert text.startswith("saved.html: no thread in it: ")
    assert "\n" not in text
    assert text.endswith(".")
    return text


@pytest.mark.parametrize(
    ("what", "markup"),
    [
        ("login wall of X", "<title>Log in to X / X</title><body>Log in</body>"),
        ("login wall of X", "<title>X. It’s what’s happening / X</title>"),
        ("X (Twitter) itself", "<title>Ada on X: “the tide is out” / X</title>"),
        ("X (Twitter) itself", '<article data-testid="tweet">the tide is out</article>'),
        ("X (Twitter) itself", '<link rel="canonical" href="https://twitter.com/ada/status/12">'),
        ("home page of Thread Reader", f"<title>Thread Reader</title>{CARDS}"),
        ("home page of Thread Reader", f'<div class="row t-selection-thread">{CARDS}</div>'),
        ("author's page of Thread Reader", f"<h2>Ada Keel's Threads</h2>{CARDS}"),
        ("author's page of Thread Reader", '<meta property="og:url" content="https://threadreaderapp.com/user/ada">'),
        ("hashtag page of Thread Reader", f"<h2>#tide</h2><p>Most recents (24)</p>{CARDS}"),
        ("account or login page of Thread", '<link rel="canonical" href="https://threadreaderapp.com/account/login">'),
        ("Nitter", '<a class="site-name" href="/">nitter</a><div class="timeline-item">'),
        ("Nitter", '<meta property="og:site_name" content="Nitter" />'),
        ("Mastodon", '<div id="mastodon"></div>'),
        ("Mastodon", '<div class="entry detailed-status">a toot</div>'),
        ("Bluesky", '<meta property="og:site_name" content="Bluesky Social">'),
        ("threader.app", '<link rel="canonical" href="https://threader.app/thread/12">'),
        ("lost the thread", "<p>This Thread may be Removed Anytime!</p>"),
        ("lost the thread", '<meta property="og:url" content="https://threadreaderapp.com/thread/12.html">'),
        ("error page", "<title>404 Not Found</title>"),
        ("error page", "<title>502 Bad Gateway</title>"),
        ("error page", "<title>Page not found - Thread Reader App</title>"),
        ("check for robots", "<title>Just a moment...</title>"),
        ("check for robots", "<title>threadreaderapp.com</title><script>window._cf_chl_opt={}</script>"),
        ("asks to log in", "<title>Sign in - Somewhere</title>"),
        ('a page called "Bread &amp; Salt" of another kind'.replace("&amp;", "&"), "<title>Bread &amp; Salt</title>"),
        ("a page of another kind", "<p>Bread</p>"),
        ("nothing in the page", " \n "),
    ],
)
def test_what_a_page_seems_to_be(what: str, markup: str) -> None:
    assert what in message(f"<html><head>{markup}" if markup.strip() else markup)


@pytest.mark.parametrize(
    ("what", "address"),
    [
        ("author's page", "https://threadreaderapp.com/user/ada"),
        ("hashtag page", "https://threadreaderapp.com:443/hashtag/tide"),
        ("Scrolly view", "https://threadreaderapp.com/scrolly/12"),
        ("home page", "https://threadreaderapp.com/?utm_source=x"),
        ("lost the thread", "https://threadreaderapp.com/thread/12.html?refreshed=yes"),
        ("X (Twitter) itself", "https://x.com/ada/status/12"),
        ("X (Twitter) itself", "https://mobile.twitter.com/ada"),
        ("Nitter", "https://nitter.example/ada/status/12"),
        ("Bluesky", "https://bsky.app/profile/ada/post/1"),
    ],
)
def test_the_captures_own_address_tells(what: str, address: str) -> None:
    assert what in message("<p>Bread</p>", address)


def test_words_without_a_thread() -> None:
    assert "text of another kind" in message("Bread and salt.", kind="text")


def test_a_list_of_threads_as_text() -> None:
    cards = "Ada Keel Profile picture\nApr 1, 2024 5 tweets 1 min read\nThe tide is out.\n"
    assert "list of threads" in message(cards * 3, kind="text")


@pytest.mark.parametrize(
    "piece", ["<h1", "<h1>", "class='", "class=site-name", "/i/flow/login?", "5 tweets 1 min read ", "<"]
)
def test_hostile_repetitions_are_looked_at_in_bounded_time(piece: str) -> None:
    began = time.process_time()
    message((piece * LOOKED_AT)[: 2 * LOOKED_AT])
    assert time.process_time() - began < 20


@pytest.mark.corpus
@pytest.mark.parametrize(
    ("folder", "what"),
    [
        ("other/nitter", "Nitter"),
        ("other/twitter-legacy-html", "X (Twitter) itself"),
        ("other/mastodon", "Mastodon"),
        ("other/bluesky", "Bluesky"),
        ("threadreader/fragment", "home page of Thread Reader"),
    ],
)
def test_real_pages_of_other_kinds(corpus: Path, folder: str, what: str) -> None:
    pages = [page for page in (corpus / folder).glob("*.html") if not page.name.startswith("2026-08_MXS")]
    assert pages
    assert all(what in message(page.read_text(errors="replace")) for page in pages)
