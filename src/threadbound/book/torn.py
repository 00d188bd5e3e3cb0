"""Captures that end too early: a file that was cut, and the post in which it was.

Before: the captures of one thread. After: the same without the beginnings of posts that another of them has whole, and
which of them are cut. What such a capture lacks was not gone when it was saved.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from threadbound.model.text import clean
from threadbound.model.thread import Post, Thread

#: What the reading of a page says of a file that ends too early.
TRUNCATED = "capture.truncated"
#: What is left where a character was torn.
_STUMP = re.compile("(?:&#?\\w{0,31}|\ufffd)\\Z")


def without_torn(captured: Sequence[Thread]) -> tuple[list[Thread], frozenset[str]]:
    """The captures without their torn posts, and the digests of those that are cut.

    One is cut if its file ends too early, or if it ends within a post that another capture has whole.
    """
    made: list[Thread] = []
    cut: set[str] = set()
    for thread in captured:
        torn = _is_torn(thread, (other for other in captured if other is not thread))
        made.append(replace(thread, posts=thread.posts[:-1]) if torn else thread)
        if torn or is_truncated(thread):
            cut.add(thread.captures[0].sha256)
    return made, frozenset(cut)


def is_truncated(thread: Thread) -> bool:
    """Whether the file that a thread was read from ends too early."""
    return any(notice.code == TRUNCATED for notice in thread.notices)


def _is_torn(thread: Thread, others: Iterable[Thread]) -> bool:
    """Whether the last post is the beginning of one that another capture has, and in no whole file all of it."""
    last, is_cut = thread.posts[-1], is_truncated(thread)
    words = _words(last)
    begun = _STUMP.sub("", words) if is_cut else words
    if not begun and (last.media or not is_cut):
        return False  # a picture without words is whole, and so is a post without any in a whole file
    is_torn = False
    for other in others:
        there = [_words(post) for post in _candidates(thread, other)]
        if words in there and not is_truncated(other):
            return False
        is_torn = is_torn or any(len(whole) > len(begun) and whole.startswith(begun) for whole in there)
    return is_torn


def _candidates(thread: Thread, other: Thread) -> list[Post]:
    """What the last post of ``thread`` may be in ``other``: the post of its id; where one of the two has none, what
    follows there behind all that both have, and of a file that does not end too early only the very next.
    """
    *before, last = thread.posts
    ids, known = {post.id for post in before if post.id}, {_words(post) for post in before}
    common = [place for place, post in enumerate(other.posts) if post.id in ids or _words(post) in known]
    behind = other.posts[max(common, default=-1) + 1 :]
    nameless = [post for post in (behind if is_truncated(thread) else behind[:1]) if not (post.id and last.id)]
    return [*(post for post in other.posts if last.id and post.id == last.id), *nameless]


def _words(post: Post) -> str:
    """Without white space."""
    return "".join(clean(post.text).split())
