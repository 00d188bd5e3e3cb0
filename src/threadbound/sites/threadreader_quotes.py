"""The posts quoted in Thread Reader's posts, of every year.

Before: the ``blockquote`` that the site sent, the frame that a browser made of it, or the box round either. After: a
:class:`Quote` with all the words that are not the site's, or ``None`` where there is nothing of a quoted post.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from msgspec import Struct

from threadbound.model.media import Media
from threadbound.model.thread import Quote
from threadbound.sites import threadreader_urls as urls
from threadbound.sites.dom import Element, pruned
from threadbound.sites.snowflake import time_of

#: What the site says instead of a quoted post ("External Tweet loading... by @x view original on Twitter").
_PLACEHOLDER = re.compile(
    r"External Tweet loading|it may have been deleted|view original on|Unroll available", re.IGNORECASE
)
_BOILERPLATE = re.compile(
    r"(?:(?:External Tweet loading\.*|If nothing shows, it may have been deleted|by @\w{1,20}"
    r"|view original on (?:Twitter|X)|Unroll available on Thread Reader)\s*)+",
    re.IGNORECASE,
)
#: ``— Name (@handle) May 1, 2020``, the date mostly in the link that is the post's own; else a hyphen.
_SIGNATURES = tuple(
    re.compile(
        rf"(?:^|(?<=\s))[{dash}]\s*(?P<name>(?:(?!\s[{dash}]\s).){{0,200}}?)\s*\(@(?P<handle>[A-Za-z0-9_]{{1,20}})\)"
        r"(?:\s*\w{1,12} \d\d?, \d{4})?\s*$"
    )
    for dash in ("—–", "-")
)
_ID = re.compile(r"\d{1,19}", re.ASCII)


class Words(Struct, frozen=True):
    """What a reader of posts finds in the box of a quote."""

    text: str
    """Line feeds between lines, each link as its full target."""
    media: tuple[Media, ...]


class _Box(Struct, frozen=True):
    """The box of a quote, looked through."""

    url: str | None
    chrome: frozenset[Element]
    """Links that only say where the post is."""
    inside: frozenset[Element]
    """The paragraphs and all that is in them: surely words of the post."""


def quote_of(frame: Element, read: Callable[[Element], Words]) -> Quote | None:
    """The quoted post of ``frame``; ``read`` finds the words in what is left of it without the site's own links."""
    box = _box(frame)
    words = read(pruned(frame, box.chrome, ()))
    text = _without_boilerplate(words.text)
    if not box.url and not text:
        return None
    handle = urls.handle_of(box.url)
    signature = next(filter(None, (form.search(text) for form in _SIGNATURES)), None)
    if signature and not _is_signed(frame, box, signature, handle):
        signature = None
    if signature:
        text = text[: signature.start()].rstrip()
    return Quote(
        id=urls.status_id(box.url),
        url=box.url,
        author=handle or (signature["handle"] if signature else None),
        name=(signature["name"] or None) if signature else None,
        text=text,
        time=time_of(urls.status_id(box.url)),
        media=words.media,
    )


def _box(frame: Element) -> _Box:
    inside: set[Element] = set()
    for paragraph in frame.all("p"):
        if paragraph not in inside:
            inside.update((paragraph, *paragraph.walk()))
    anchors = list(frame.all("a"))
    links = [(each, href) for each in anchors if (href := urls.absolute(each.get("href"))) and urls.status_id(href)]
    # The last one: before it, the words of a quoted post may link to further posts.
    own = links[-1:]
    chrome = {each for each, _ in own}
    chrome.update(each for each in anchors if _BOILERPLATE.fullmatch(each.text()))
    url = own[0][1] if own else _framed(frame)
    return _Box(url, frozenset(chrome - inside), frozenset(inside))


def _is_signed(frame: Element, box: _Box, signature: re.Match[str], handle: str | None) -> bool:
    """Whether a signature stands outside the post's paragraphs, and is of the person whose post it is."""
    outside = frame.text(without=box.chrome | box.inside).rstrip()
    same = handle is None or handle.lower() == signature["handle"].lower()
    return same and outside.endswith(signature[0].strip())


def _framed(frame: Element) -> str | None:
    """The address of the post that a frame shows."""
    iframe = frame if frame.tag == "iframe" else frame.first("iframe")
    ident = (iframe.get("data-tweet-id") or urls.query(iframe.get("src"), "id") or "") if iframe else ""
    return f"https://twitter.com/i/status/{ident}" if _ID.fullmatch(ident) else None


def _without_boilerplate(text: str) -> str:
    """``text`` without the lines of the site; a line with any other word stays whole."""
    if not _PLACEHOLDER.search(text):
        return text
    return "\n".join(line for line in text.split("\n") if line and not _BOILERPLATE.fullmatch(line))
