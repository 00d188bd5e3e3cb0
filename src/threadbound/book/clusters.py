"""Captures of one thread, found among many.

Before: threads as their pages have them. After: groups of those that are one thread: of one id, or with a post of the
author's in common, since a page may begin or end elsewhere than another of the same thread; and copies of its words
without any id, where they say what another says from its beginning. Whatever is not surely the same stays apart.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from threadbound.book.identity import key
from threadbound.model.text import Break, Link, clean, plain
from threadbound.model.thread import Author, Post, Thread

#: Fewer characters than this at a thread's beginning prove nothing, unless they are all that it says.
TELLING = 30


def clusters(threads: Sequence[Thread]) -> list[list[int]]:
    """The places of the captures of each thread, in the order in which the threads first come."""
    chosen = list(range(len(threads)))

    def root(place: int) -> int:
        while chosen[place] != place:
            chosen[place] = place = chosen[chosen[place]]
        return place

    for one, other in _alike(threads):
        first, second = sorted((root(one), root(other)))
        chosen[second] = first
    groups: dict[int, list[int]] = defaultdict(list)
    for place in range(len(threads)):
        groups[root(place)].append(place)
    return list(groups.values())


def echoes(threads: Sequence[Thread]) -> frozenset[int]:
    """The places of those copies of words that say nothing which another does not: their posts are guesses."""
    if len(threads) < 2 or not any(map(is_nameless, threads)):
        return frozenset()
    found: set[int] = set()
    words = [_words(thread) for thread in threads]
    for place in sorted(range(len(threads)), key=lambda place: len(words[place])):
        others = [k for k in range(len(threads)) if k != place and k not in found]
        if is_nameless(threads[place]) and any(
            _says(threads[k], words[k], threads[place], words[place]) for k in others
        ):
            found.add(place)
    return frozenset(found)


def is_nameless(thread: Thread) -> bool:
    """Whether nothing in it has an id, as in a copy of the words: the borders between its posts are computed."""
    return thread.id is None and not any(post.id for post in thread.posts)


def _alike(threads: Sequence[Thread]) -> Iterator[tuple[int, int]]:
    """Pairs of places of captures of one thread; enough of them to tie all of it together."""
    by_key: dict[str, int] = {}
    by_post: dict[tuple[str, str], list[int]] = defaultdict(list)
    for place, thread in enumerate(threads):
        yield by_key.setdefault(key(thread), place), place
        for ident in _own_ids(thread):
            holders = by_post[thread.site, ident]
            for holder in holders:
                if _may_be_one(threads[holder].author, thread.author):
                    yield holder, place
                    break
            else:
                holders.append(place)
    yield from _echoing(threads)


def _own_ids(thread: Thread) -> Iterable[str]:
    """Ids of the posts that the author wrote: a post of somebody else's may stand in many threads."""
    author = thread.author.handle.casefold()
    return {post.id for post in thread.posts if post.id and (post.author or "").casefold() in {"", author}}


def _may_be_one(one: Author, other: Author) -> bool:
    """Whether two captures may be of one author: by the handles, where one of them has none by the names."""
    if one.handle and other.handle:
        return one.handle.casefold() == other.handle.casefold()
    return not (one.name and other.name) or one.name == other.name


def _echoing(threads: Sequence[Thread]) -> Iterator[tuple[int, int]]:
    """Copies of words, each with a thread that says the same."""
    nameless = [place for place, thread in enumerate(threads) if is_nameless(thread)]
    if not nameless:
        return
    words = [_words(thread) for thread in threads]
    beginnings: dict[str, list[int]] = defaultdict(list)
    for place, said in enumerate(words):
        beginnings[said[:TELLING]].append(place)
    for place in nameless:
        for other in beginnings[words[place][:TELLING]]:
            if other != place and _says(threads[other], words[other], threads[place], words[place]):
                yield other, place


def _says(thread: Thread, said: str, copy: Thread, words: str) -> bool:
    """Whether ``thread`` begins with all that a copy of the words says, and shows all that it shows."""
    if thread.site != copy.site or not words or not said.startswith(words):
        return False
    if len(words) < TELLING and words != said:
        return False
    shown = [media.url for post in thread.posts for media in post.all_media]
    copied = [media for post in copy.posts for media in post.all_media]
    has_all = all(media.url in shown for media in copied if media.url or media.sha256)
    return has_all and len(copied) <= len(shown) and _may_be_one(thread.author, copy.author)


def _words(thread: Thread) -> str:
    """All that is said, without white space and links: of an address copies have what is shown, not where it leads."""
    return "".join(map(_said, thread.posts))


def _said(post: Post) -> str:
    return "".join(clean("".join(plain(node) for node in post.body if not isinstance(node, Link | Break))).split())
