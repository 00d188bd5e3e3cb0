"""What a Thread Reader page says of the thread as a whole: author, date, number of posts.

Before: the elements that begin before the first post, and the page. After: a :class:`Header`; what the page does not
say is ``None`` or empty. Other people's names and dates (the cards of other threads) are never looked at.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from msgspec import Struct

from threadbound.model.thread import Author
from threadbound.sites import threadreader_urls as urls
from threadbound.sites.dom import Element
from threadbound.sites.threadreader_layout import Layout

#: Elements of one kind that are looked into: a page has one or two, a hostile one ten thousand, nested.
FEW = 50
_NAME_IN_ALT = re.compile(r"\s*Profile picture\s*$")
_SCREEN_NAME = re.compile(r"@(\w{1,20})", re.ASCII)
_BY = re.compile(r"(?:Thread by )?@(\w{1,20})", re.ASCII)
#: Also in the words of a browser that translated the page.
_COUNT = re.compile(r"(\d[\d.,\u00a0\u202f]*)\s*(?:tweets?|posts?|tuits?|Beiträge|ツイート|твитов)", re.IGNORECASE)
_MINUTES = re.compile(r"(?<![\d.,])(\d{1,4})\s*min", re.IGNORECASE)
_LOGO = re.compile(r"Twitter_Logo|/images/(?!avatars/)")


class Header(Struct, frozen=True):
    """What the page says of the thread."""

    author: Author
    time: datetime | None
    """When its first post was made."""
    time_text: str | None
    """The date as printed."""
    status: str | None
    """Id of the post that the date links to."""
    declared_posts: int | None
    reading_minutes: int | None


def header_of(page: Element, layout: Layout) -> Header:
    """The header of a page with these parts."""
    time = next((each for each in layout.header if each.has("time") and seconds(each.get("data-time"))), None)
    # Where the header stands somewhere else: cards have a span there, the header always a link.
    time = time or next((each for each in _outside(page, layout) if each.tag == "a" and each.has("time")), None)
    info = _info(page, layout)
    return Header(
        author=_author(page, layout),
        time=seconds(time.get("data-time")) if time else None,
        time_text=(time.text(without=frozenset(layout.posts)) or None) if time else None,
        status=urls.status_id(urls.absolute(time.get("href"))) if time else None,
        declared_posts=count_in(info),
        reading_minutes=_minutes(info),
    )


def seconds(text: str) -> datetime | None:
    """A ``data-time``: seconds since 1970; ``None`` for what cannot be a post's time."""
    if not text.isascii() or not text.isdigit() or len(text) > 10:
        return None
    time = datetime.fromtimestamp(int(text), UTC)
    return time if 2006 <= time.year < 2100 else None


def count_in(text: str) -> int | None:
    """The number in "102 tweets"."""
    match = _COUNT.search(text)
    digits = re.sub(r"\D", "", match[1]) if match else ""
    return int(digits) if 0 < len(digits) <= 6 else None


def metas(page: Element, *names: str) -> Iterator[str]:
    """The contents of the ``meta`` elements of these names, in order of the names."""
    held = [(meta.get("property") or meta.get("name"), meta.get("content")) for meta in page.all("meta")]
    return (content for name in names for key, content in held if key == name and content)


def title(page: Element) -> str:
    """The page's ``title``."""
    element = page.first("title")
    return element.text() if element else ""


def _minutes(text: str) -> int | None:
    match = _MINUTES.search(text)
    return int(match[1]) if match else None


def _info(page: Element, layout: Layout) -> str:
    """The words of the header's line about the thread, or of the whole header where that line is not marked."""
    posts = frozenset(layout.posts)
    boxes = [each for each in layout.header if each.has("thread-info")]
    boxes = boxes or [each for each in _outside(page, layout) if each.has("thread-info", "count")]
    text = " ".join(box.text(without=posts) for box in boxes[:FEW])
    if count_in(text) is None:
        own = (child for each in layout.header for child in each.children if isinstance(child, str))
        text = next((words for words in own if count_in(words) and _MINUTES.search(words)), text)
    return text


def _outside(page: Element, layout: Layout) -> Iterator[Element]:
    """Every element of the page that is in no post and no card."""
    inside: set[Element] = set()
    for part in (*layout.posts, *layout.cards):
        if part not in inside:
            inside.update(part.walk())
    return (each for each in page.walk() if each not in inside)


def _author(page: Element, layout: Layout) -> Author:
    """Who wrote the thread."""
    handle = next((found for find in _HANDLES for found in find(page, layout) if found), "")
    profiles = [urls.absolute(link.get("href")) for link in layout.header if link.tag == "a"]
    profiles += map(urls.absolute, metas(page, "article:author"))
    own = [
        url for url in profiles if url and (urls.handle_of(url) or "").lower() == handle.lower() and _is_profile(url)
    ]
    portrait = _portrait(layout)
    source = urls.source(portrait.get("data-src") or portrait.get("src")) if portrait else ""
    shown = urls.source(portrait.get("src")) if portrait else ""
    return Author(
        handle=handle,
        name=_name(layout, portrait),
        url=own[0] if own else f"https://twitter.com/{handle}" if handle else None,
        avatar=source if urls.is_web(source) else None,
        avatar_references=tuple(dict.fromkeys(filter(None, (shown, source)))),
    )


def _is_profile(url: str) -> bool:
    return urls.urlsplit_or_empty(url)[1].strip("/").count("/") == 0


def _name(layout: Layout, portrait: Element | None) -> str:
    """The display name, emoji included; the portrait's description ends with the site's own two words."""
    posts = frozenset(layout.posts)
    named = [each for each in layout.header if each.has("twitter_name", "username")]
    for each in named[:FEW]:
        if name := each.text(without=posts):
            return name
    return _NAME_IN_ALT.sub("", portrait.get("alt")) if portrait else ""


def _portrait(layout: Layout) -> Element | None:
    """The author's picture; the Twitter logo has the same description."""
    frames = [each for each in layout.header if each.has("avatar", "prof-image")]
    header = frozenset(layout.header)
    framed = [image for frame in frames[:FEW] for image in frame.all("img") if image in header]
    described = [each for each in layout.header if each.tag == "img" and _NAME_IN_ALT.search(each.get("alt"))]
    return next((image for image in framed + described if not _LOGO.search(image.get("src"))), None)


def _shown_handles(_page: Element, layout: Layout) -> Iterator[str]:
    """Under the author's name."""
    posts = frozenset(layout.posts)
    signed = [each for each in layout.header if each.has("screenName", "twitter_screen_name", "twitter-follow-button")]
    for each in signed[:FEW]:
        match = _SCREEN_NAME.search(each.text(without=posts))
        yield match[1] if match else ""


def _declared_handles(page: Element, _layout: Layout) -> Iterator[str]:
    """In the page's head."""
    for address in metas(page, "article:author"):
        yield urls.handle_of(address) or ""
    for text in (*metas(page, "twitter:creator", "og:title"), title(page)):
        match = _BY.match(text)
        yield match[1] if match else ""


def _linked_handles(_page: Element, layout: Layout) -> Iterator[str]:
    """In the link from the date to the first post."""
    for each in layout.header:
        if each.tag == "a" and each.has("time"):
            yield urls.handle_of(urls.absolute(each.get("href"))) or ""


def _posting_handles(_page: Element, layout: Layout) -> Iterator[str]:
    """At the posts."""
    return (urls.handle_in(post.get("data-screenname")) for post in layout.posts)


_HANDLES: tuple[Callable[[Element, Layout], Iterator[str]], ...] = (
    _shown_handles,
    _declared_handles,
    _linked_handles,
    _posting_handles,
)
