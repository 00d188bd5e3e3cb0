"""What became of a thread between two captures.

Before: two captures of it. After: :class:`Change` records: posts that are new, gone or changed, in the order of
reading, and what is said of the whole thread that is said otherwise now.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Literal

from msgspec import Struct

from threadbound.library.history import Posts
from threadbound.media.addresses import address_of
from threadbound.model.media import Media
from threadbound.model.thread import Post, Thread


class Change(Struct, frozen=True):
    """One thing that is not as it was."""

    kind: Literal["new", "gone", "changed"]
    what: str
    """``post``, or a field of the thread: ``title``, ``author`` …"""
    post: int | None = None
    """Number of the post: where it stands now, of one that is gone where it stood."""
    id: str | None = None
    """Of the post."""
    parts: tuple[str, ...] = ()
    """Of a changed post: ``words``, ``pictures``, ``quotes``, ``cards``, ``polls``."""
    was: str | None = None
    now: str | None = None
    """The words then and now."""


def changes(older: Thread, newer: Thread) -> list[Change]:
    """What is new, gone and changed."""
    return [*_about(older, newer), *_posts(older, newer)]


#: What is said of a whole thread.
_FACTS: dict[str, Callable[[Thread], str | None]] = {
    "title": lambda thread: thread.title,
    "author": lambda thread: f"{thread.author.name} @{thread.author.handle}".strip(" @"),
    "published": lambda thread: thread.published,
    "declared posts": lambda thread: None if thread.declared_posts is None else str(thread.declared_posts),
}


def _about(older: Thread, newer: Thread) -> Iterator[Change]:
    for name, fact in _FACTS.items():
        was, now = fact(older), fact(newer)
        if was != now:
            yield Change("changed", name, was=was, now=now)


def _posts(older: Thread, newer: Thread) -> Iterator[Change]:
    """The newer posts in their order; each that is gone before the one that followed it."""
    then, now = Posts(older), Posts(newer)
    gone = [post for post in older.posts if not now.holds(post)]
    for post in newer.posts:
        was = then.find(post)
        while gone and was is not None and gone[0].n < was.n:
            yield _gone(gone.pop(0))
        if was is not None:
            if parts := tuple(name for name, part in _PARTS.items() if part(was) != part(post)):
                yield Change("changed", "post", post.n, post.id, parts, was.text, post.text)
        elif not then.holds(post):
            yield Change("new", "post", post.n, post.id, now=post.text)
    yield from map(_gone, gone)


def _gone(post: Post) -> Change:
    return Change("gone", "post", post.n, post.id, was=post.text)


def _pictures(media: tuple[Media, ...]) -> list[tuple[str, str]]:
    """What a page says of pictures: whether their bytes were had is no change of the page's."""
    return [(_identity(each.url), each.alt) for each in media]


def _identity(url: str) -> str:
    """One picture has several addresses, for its sizes."""
    address = address_of(url)
    return address.identity if address else url


#: The parts of a post that may change.
_PARTS: dict[str, Callable[[Post], Any]] = {
    "words": lambda post: post.text,
    "pictures": lambda post: _pictures(post.media),
    "quotes": lambda post: [(each.url, each.text, _pictures(each.media)) for each in post.quotes],
    "cards": lambda post: [(each.url, each.title, each.description) for each in post.cards],
    "polls": lambda post: post.polls,
}
