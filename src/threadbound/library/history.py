"""The captures of one thread, as one thread: nothing that any of them has is lost.

Before: the thread as each capture has it. After: :class:`Kept`: the newest capture's posts, and in their places those
that only older captures have, each with a notice that says since when it is gone. Pictures whose bytes only an older
capture had are there too. A thread with one capture is that capture's, unaltered.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from threadbound.library.records import Version
from threadbound.model.media import Media
from threadbound.model.text import clean
from threadbound.model.thread import Post, Thread
from threadbound.notices import Notice

_PLACE = re.compile(r"post (\d+)\b(.*)", re.DOTALL)


class Captured(Struct, frozen=True):
    """A version and its thread."""

    version: Version
    thread: Thread


class Kept(Struct, frozen=True):
    """What the library has of a thread."""

    thread: Thread
    newest: Version
    """The capture that says what the thread is now."""
    captures: tuple[Captured, ...]
    """All of them, newest first."""
    gone: frozenset[int] = frozenset()
    """Numbers of the posts that the newest capture has no more."""


def kept(captures: Iterable[Captured]) -> Kept:
    """The captures of one thread as one; there is at least one."""
    ordered = sorted(captures, key=lambda each: each.version.age, reverse=True)
    newest = ordered[0]
    if len(ordered) == 1:
        return Kept(newest.thread, newest.version, tuple(ordered))
    base = next((each for each in ordered if _has_ids(each.thread)), newest)
    merged = _merged(base.thread, [each.thread for each in ordered if each is not base])
    now = Posts(newest.thread)
    gone = {place for place, each in enumerate(merged, 1) if not now.holds(each.post)}
    thread = _numbered(base.thread, merged, {n: _last_seen(merged[n - 1].post, ordered) for n in gone})
    notes = (*base.thread.captures, *(note for each in ordered if each is not base for note in each.thread.captures))
    return Kept(replace(thread, captures=notes), newest.version, tuple(ordered), frozenset(gone))


def _has_ids(thread: Thread) -> bool:
    """Whether its posts can be told apart: in a copy of the words the borders between them are computed."""
    return all(post.id for post in thread.posts)


def words(post: Post) -> str:
    """A post's words without white space."""
    return "".join(clean(post.text).split())


class Posts:
    """The posts of one capture, to be looked up."""

    def __init__(self, thread: Thread) -> None:
        self.by_id = {post.id: post for post in thread.posts if post.id}
        self.by_words = {words(post): post for post in thread.posts}
        self.all = "" if _has_ids(thread) else "".join(self.by_words)

    def find(self, post: Post) -> Post | None:
        """The same post, whatever became of its words; one without an id is known by its words."""
        found = self.by_id.get(post.id) if post.id else None
        if found is None:
            alike = self.by_words.get(words(post))
            found = alike if alike and not (alike.id and post.id) else None
        return found

    def holds(self, post: Post) -> bool:
        """Whether the capture has the post, or where the borders of its posts are computed, the post's words."""
        return self.find(post) is not None or bool(self.all and words(post) in self.all)


class _Placed(Struct, frozen=True):
    post: Post
    source: Thread
    """The capture that it comes from."""


def _merged(base: Thread, others: Sequence[Thread]) -> list[_Placed]:
    """The posts of all captures in one order, each once: those that base lacks after the one that they followed."""
    indexes = [Posts(other) for other in others]
    merged = [_Placed(_with_pictures(post, indexes), base) for post in base.posts]
    known = [Posts(base)]
    for number, other in enumerate(others):
        places = {id(post): place for place, post in _matched(merged, other)}
        place = 0
        for post in other.posts:
            if id(post) in places:
                place = places[id(post)] + 1
            elif not any(each.holds(post) for each in known):
                merged.insert(place, _Placed(_with_pictures(post, indexes[number + 1 :]), other))
                places = {key: at + (at >= place) for key, at in places.items()}
                place += 1
        known.append(indexes[number])
    return merged


def _matched(merged: Sequence[_Placed], other: Thread) -> Iterator[tuple[int, Post]]:
    """Which posts of the other capture stand where already."""
    index = Posts(other)
    for place, each in enumerate(merged):
        if (post := index.find(each.post)) is not None:
            yield place, post


def _with_pictures(post: Post, others: Iterable[Posts]) -> Post:
    """The post with the bytes of its pictures that only another capture had."""
    if all(media.sha256 for media in post.media):
        return post
    found: dict[str, Media] = {}
    for other in others:
        for media in getattr(other.find(post), "media", ()):
            if media.sha256 and media.url:
                found.setdefault(media.url, media)
    return replace(post, media=tuple(_filled(media, found.get(media.url)) for media in post.media))


def _filled(media: Media, other: Media | None) -> Media:
    if media.sha256 or other is None:
        return media
    return replace(
        media,
        sha256=other.sha256,
        media_type=other.media_type,
        width=other.width,
        height=other.height,
        found=other.found,
    )


def _last_seen(post: Post, ordered: Sequence[Captured]) -> datetime:
    return next(each.version.captured for each in ordered if Posts(each.thread).holds(post))


def _numbered(base: Thread, merged: Sequence[_Placed], gone: dict[int, datetime]) -> Thread:
    """The thread of these posts, numbered anew, with the notices of each at its new place."""
    posts = tuple(replace(each.post, n=n) for n, each in enumerate(merged, 1))
    notices = [notice for notice in base.notices if not _PLACE.match(notice.where)]
    if base.declared_posts is not None and len(posts) >= base.declared_posts:
        notices = [notice for notice in notices if notice.code != "posts.missing"]
    for n, each in enumerate(merged, 1):
        notices += _moved(each, posts[n - 1])
        if n in gone:
            said = f"is on the page no more: the newest capture lacks it, that of {gone[n]:%Y-%m-%d} has it"
            notices.append(Notice("post.gone", said, f"post {n}"))
    return replace(base, posts=posts, notices=tuple(dict.fromkeys(notices)))


def _moved(placed: _Placed, post: Post) -> Iterable[Notice]:
    """The notices of a post in its capture, at its new place; without those of pictures that another capture had."""
    had = {media.url for media in post.media if media.sha256}
    for notice in placed.source.notices:
        match = _PLACE.match(notice.where)
        if match and int(match[1]) == placed.post.n:
            found = notice.code.startswith("media.") and notice.is_loss and any(url in match[2] for url in had if url)
            if not found:
                yield replace(notice, where=f"post {post.n}{match[2]}")
