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
from threadbound.sites.dom import SILENT, Element, pruned, squeeze
from threadbound.sites.snowflake import time_of
from threadbound.sites.threadreader_parts import is_chrome

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
#: The classes of the box of a quote.
BOXES = ("twitter-tweet", "twitter-video")


class Words(Struct, frozen=True):
    """What a reader of posts finds in the box of a quote."""

    text: str
    """Line feeds between lines, each link as its full target, behind its words where it has words of its own."""
    media: tuple[Media, ...]


class _Box(Struct, frozen=True):
    """The box of a quote, looked through."""

    url: str | None
    chrome: frozenset[Element]
    """Links that only say where the post is, and frames that show it."""
    inside: frozenset[Element]
    """The paragraphs and all that is in them: surely words of the post."""
    nested: frozenset[Element]
    """The boxes of posts that it quotes itself."""


def quote_of(frame: Element, read: Callable[[Element], Words]) -> Quote | None:
    """The quoted post of ``frame``; ``read`` finds the words in what is left of it without the site's own links."""
    box = _box(frame)
    words = read(pruned(frame, box.chrome, ()))
    text = _without_boilerplate(words.text)
    if not box.url and not text:
        return None
    handle = urls.handle_of(box.url)
    # Only what stands outside the post's paragraphs, and not in a post that it quotes, can be its signature.
    outside = frame.text(without=box.chrome | box.inside | box.nested).rstrip()
    signature = _signature(text)
    if signature and _is_signed(outside, signature, handle):
        text = text[: signature.start()].rstrip()
    else:  # it may stand before a post that is quoted inside: there it stays, and says who wrote where no address does
        signature = _signature(outside) if box.nested and not box.url else None
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
    # A post quoted inside has its own, deeper down: whoever takes that for this post's says that one wrote what the
    # other did. Only a box that says nothing itself is no post, but stands round one.
    level = _levels(frame)
    base = _base(frame, level, [each for each, _ in links])
    # The last one: before it, the words of a quoted post may link to further posts.
    own = [link for link in links if level[link[0]] == base][-1:]
    nested = frozenset(each for each, depth in level.items() if depth > base)
    if own and own[0][0] in inside:  # one of the words; it may be all that there is, but not where another has signed
        signature = _signature(frame.text(without=inside | nested).rstrip())
        if signature and signature["handle"].lower() != (urls.handle_of(own[0][1]) or "").lower():
            own = []
    chrome = {each for each, _ in own}
    chrome.update(each for each in anchors if _BOILERPLATE.fullmatch(each.text()))
    frames = [frame] if frame.tag == "iframe" else [each for each in frame.all("iframe") if level[each] <= base]
    url = own[0][1] if own else next(filter(None, map(framed, frames)), None)
    known = urls.status_id(url)
    shown = {each for each in frame.all("iframe") if known and urls.status_id(framed(each)) == known}
    return _Box(url, frozenset((chrome - inside) | shown), frozenset(inside), nested)


def _signature(text: str) -> re.Match[str] | None:
    return next(filter(None, (form.search(text) for form in _SIGNATURES)), None)


def _is_signed(outside: str, signature: re.Match[str], handle: str | None) -> bool:
    """Whether a signature is the end of what stands ``outside``, and is of the person whose post it is."""
    same = handle is None or handle.lower() == signature["handle"].lower()
    return same and outside.endswith(signature[0].strip())


def _base(frame: Element, level: dict[Element, int], links: list[Element]) -> int:
    """In how many boxes the quoted post itself stands: where the first words are, or links to posts, or else frames."""
    words: dict[int, list[str]] = {}
    stack: list[tuple[Element | str, int]] = [(frame, 0)]
    while stack:
        node, depth = stack.pop()
        if isinstance(node, str):
            words.setdefault(depth, []).append(node)
        elif node.tag not in SILENT:
            stack.extend((child, level.get(node, 0)) for child in reversed(node.children))
    lines = {depth: squeeze(" ".join(said)).strip() for depth, said in words.items()}
    spoken = {depth for depth, line in lines.items() if line and not _BOILERPLATE.fullmatch(line)}
    spoken.update(level[each] for each in links)
    spoken.update(level[each] for each in frame.all("img") if not is_chrome(each))
    return min(spoken or {level[each] for each in frame.all("iframe")}, default=0)


def _levels(frame: Element) -> dict[Element, int]:
    """In how many boxes of quotes, this one not counted, each element inside stands."""
    levels: dict[Element, int] = {}
    stack = [(frame, 0)]
    while stack:
        box, level = stack.pop()
        for each in box.children:
            if isinstance(each, Element):
                levels[each] = level + each.has(*BOXES)
                stack.append((each, levels[each]))
    return levels


def framed(frame: Element) -> str | None:
    """The address of the post that a frame shows."""
    iframe = frame if frame.tag == "iframe" else frame.first("iframe")
    ident = (iframe.get("data-tweet-id") or urls.query(iframe.get("src"), "id") or "") if iframe else ""
    return f"https://twitter.com/i/status/{ident}" if _ID.fullmatch(ident) else None


def _without_boilerplate(text: str) -> str:
    """``text`` without the lines of the site; a line with any other word stays whole."""
    if not _PLACEHOLDER.search(text):
        return text
    return "\n".join(line for line in text.split("\n") if line and not _BOILERPLATE.fullmatch(line))
