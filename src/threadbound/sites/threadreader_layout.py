"""Which part of a Thread Reader page is what.

Before: the tree of any page. After: a :class:`Layout`: the thread's posts in order, the header before them, the cards
of other threads (which reuse the posts' class, in some pages many of them), and where the thread ends. What stands
where is told by marks of the page (ids, classes, the words after the last post), never by nesting alone: in a damaged
page a post may lie inside a card, or everything after the thread inside the last post.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from threadbound.sites.dom import Element

#: The class of a post, and of each card's first posts.
POST = "content-tweet"
#: Areas and cards of other threads.
_AREAS = ("thread-card", "card-tweets", "card-tweetsv2", "t-user-related", "t-trending-thread", "t-selection-thread")
#: What follows the last post.
_AFTER = ("col-force-refresh", "list-content-header", "t-user-2", "t-support", "entry-ads", "modal")
_AFTER_WORDS = re.compile(r"\s*(?:• • •\s*$|Missing some Tweets? in this thread\?)")
_NUMBERED = re.compile(r"tweet_(\d{1,6})", re.ASCII)
_LEAVE = object()


class Layout(Struct, frozen=True):
    """The parts of one page."""

    posts: tuple[Element, ...]
    """The elements of the thread's posts, in the page's order."""
    header: tuple[Element, ...]
    """Every element that begins before the first post, outside cards: where author, date and count stand. Some
    enclose the posts."""
    cards: tuple[Element, ...]
    """The outermost card of each other thread."""
    ends: frozenset[Element]
    """The elements at which the thread is over."""


class _Seen(Struct, frozen=True):
    """One element on the way through the page."""

    place: int
    element: Element
    in_card: bool


def layout_of(page: Element) -> Layout:
    """The parts of ``page``; no posts where it is no thread's page."""
    seen = tuple(_seen(page))
    sure = [one for one in seen if _is_surely_post(one)]
    likely = [one for one in seen if one.element.has(POST) and not one.in_card]
    last = max((one.place for one in sure or likely[:1]), default=-1)
    ends = [one for one in seen if one.place > last and _is_after(one.element)]
    end = ends[0].place if ends else len(seen)
    places = sorted({one.place for one in sure} | {one.place for one in likely if one.place < end})
    first = places[0] if places else len(seen)
    return Layout(
        posts=tuple(seen[place].element for place in places),
        header=tuple(one.element for one in seen[:first] if not one.in_card),
        cards=tuple(_outermost(seen)),
        ends=frozenset(one.element for one in ends),
    )


def number_of(post: Element) -> int | None:
    """The post's number in the page's own count."""
    match = _NUMBERED.fullmatch(post.get("id"))
    return int(match[1]) if match else None


def is_marked(post: Element) -> bool:
    """Whether the page says that this is a post, by number or id; else only its class and place do."""
    return number_of(post) is not None or bool(post.get("data-tweet"))


def is_card(element: Element) -> bool:
    """Whether this is the card of another thread."""
    return element.has("thread-card") or "/thread/" in element.get("data-link-href")


def _is_surely_post(one: _Seen) -> bool:
    """Posts have a number; where that was lost, an id that no card has."""
    if not one.element.has(POST):
        return False
    return number_of(one.element) is not None or (not one.in_card and is_marked(one.element))


def _is_after(element: Element) -> bool:
    words = (child for child in element.children if isinstance(child, str))
    return element.has(*_AFTER) or element.tag == "footer" or any(map(_AFTER_WORDS.match, words))


def _outermost(seen: tuple[_Seen, ...]) -> Iterator[Element]:
    """The cards that lie in no other card."""
    inner: set[Element] = set()
    for one in seen:
        if is_card(one.element) and one.element not in inner:
            inner.update(one.element.walk())
            yield one.element


def _seen(page: Element) -> Iterator[_Seen]:
    """Every element in order, with whether it lies in a card or is one."""
    place = 0
    areas = 0
    stack: list[object] = [page]
    while stack:
        node = stack.pop()
        if node is _LEAVE:
            areas -= 1
        elif isinstance(node, Element):
            if node.has(*_AREAS) or is_card(node):
                areas += 1
                stack.append(_LEAVE)
            yield _Seen(place, node, areas > 0)
            place += 1
            stack.extend(reversed(node.children))
