"""Which part of a Thread Reader page is what.

Before: the tree of any page. After: a :class:`Layout`: the thread's posts in order, the header before them, the cards
of other threads (which reuse the posts' class, in some pages many of them), and where the thread ends. What stands
where is told by marks of the page (ids, classes, the words after the last post), never by nesting alone: in a damaged
page a post may lie inside a card, or everything after the thread inside the last post.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator

from msgspec import Struct

from threadbound.sites.dom import SILENT, Element

#: The class of a post, and of each card's first posts.
POST = "content-tweet"
#: Areas and cards of other threads.
_AREAS = ("thread-card", "card-tweets", "card-tweetsv2", "t-user-related", "t-trending-thread", "t-selection-thread")
#: What follows the last post.
_AFTER = ("col-force-refresh", "list-content-header", "t-user-2", "t-support", "entry-ads", "modal")
_MISSING = re.compile(r"\s*Missing some Tweets? in this thread\?")
_AFTER_WORDS = re.compile(rf"\s*• • •\s*$|{_MISSING.pattern}")
_DOTS = re.compile(r"\s*• • •\s*")
#: Those that no author can put into a post: found there, they prove that the page lost the post's end.
_NEVER_INSIDE = ("col-force-refresh", "list-content-header", "t-user-2", "t-support")
_NUMBERED = re.compile(r"tweet_(\d{1,6})", re.ASCII)
_LEAVE_AREA, _LEAVE_POST = object(), object()


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
    doubtful: frozenset[Element]
    """Those of them that lie in a post and are known by their words alone: it seems that the post was never closed."""


class _Seen(Struct, frozen=True):
    """One element on the way through the page."""

    place: int
    element: Element
    in_card: bool
    in_post: bool
    is_post: bool
    """It has the class of posts."""
    is_card: bool


@functools.lru_cache(maxsize=1)  # a page is recognised, then read
def layout_of(page: Element) -> Layout:
    """The parts of ``page``; no posts where it is no thread's page."""
    seen = tuple(_seen(page))
    sure = [one for one in seen if one.is_post and _is_surely_post(one)]
    likely = [one for one in seen if one.is_post and not one.in_card]
    last = max((one.place for one in sure or likely[:1]), default=-1)
    ends, doubtful = _ends(page, seen[last + 1 :])
    end = next((one.place for one in seen if one.element in ends), len(seen))
    places = sorted({one.place for one in sure} | {one.place for one in likely if one.place < end})
    first = places[0] if places else len(seen)
    return Layout(
        posts=tuple(seen[place].element for place in places),
        header=tuple(one.element for one in seen[:first] if not one.in_card),
        cards=tuple(_outermost(seen)),
        ends=ends,
        doubtful=doubtful,
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
    """Of what has their class: posts have a number; where that was lost, an id that no card has."""
    return number_of(one.element) is not None or (not one.in_card and is_marked(one.element))


def _is_after(element: Element) -> bool:
    return element.has(*_AFTER) or element.tag == "footer" or _says(element, _AFTER_WORDS)


def _says(element: Element, words: re.Pattern[str]) -> bool:
    return any(words.match(child) for child in element.children if isinstance(child, str))


def _ends(page: Element, after: tuple[_Seen, ...]) -> tuple[frozenset[Element], frozenset[Element]]:
    """The ends among what begins ``after`` the last sure post, and which of them are doubtful.

    An author may write dots, or what the foot says. So inside a post only the site's own classes are an end; where
    there is none at all, the foot's words.
    """
    marks = [one for one in after if _is_after(one.element)]
    sure = [one for one in marks if not one.in_post or one.element.has(*_NEVER_INSIDE)]
    doubtful = [] if sure else [one for one in marks if one.in_post and _says(one.element, _MISSING)]
    ends = sure or doubtful
    found = frozenset(one.element for one in ends)
    dots = _dots_above(page, ends[0].element) if ends and ends[0].in_post else None
    return (found | {dots} if dots else found), frozenset(one.element for one in doubtful)


def _dots_above(page: Element, end: Element) -> Element | None:
    """The element of the dots between which and ``end`` no words stand."""
    dots: Element | None = None
    stack: list[tuple[Element | str, Element]] = [(page, page)]
    while stack:
        node, parent = stack.pop()
        if node is end:
            break
        if isinstance(node, Element):
            stack.extend((child, node) for child in reversed(node.children) if node.tag not in SILENT)
        elif node.strip():
            dots = parent if _DOTS.fullmatch(node) and len(parent.children) == 1 else None
    return dots


def _outermost(seen: tuple[_Seen, ...]) -> Iterator[Element]:
    """The cards that lie in no other card."""
    inner: set[Element] = set()
    for one in seen:
        if one.is_card and one.element not in inner:
            inner.update(one.element.walk())
            yield one.element


def _seen(page: Element) -> Iterator[_Seen]:
    """Every element in order, with whether it lies in a card or is one, and whether in a post."""
    place = areas = posts = 0
    stack: list[object] = [page]
    while stack:
        node = stack.pop()
        if node is _LEAVE_AREA:
            areas -= 1
        elif node is _LEAVE_POST:
            posts -= 1
        elif isinstance(node, Element):
            marked = bool(node.attributes)  # half of them are not
            is_post, card = marked and node.has(POST), marked and is_card(node)
            if card or (marked and node.has(*_AREAS)):
                areas += 1
                stack.append(_LEAVE_AREA)
            yield _Seen(place, node, areas > 0, posts > 0, is_post, card)
            place += 1
            if is_post and (areas == 0 or number_of(node) is not None):
                posts += 1
                stack.append(_LEAVE_POST)
            stack.extend(reversed(node.children))
