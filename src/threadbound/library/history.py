"""The captures of one thread, as one thread: nothing that any of them has is lost.

Before: the thread as each capture has it. After: :class:`Kept`: the newest capture's posts, and in their places those
that only older captures have, each with a notice that says since when it is gone. Pictures whose bytes only an older
capture had are there too. A thread with one capture is that capture's, unaltered.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
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
    base = next((each for each in ordered if _has_ids(each.thread)), newest)
    if len(ordered) == 1:
        return Kept(base.thread, newest.version, tuple(ordered))
    merged = _merged(base.thread, [each.thread for each in ordered if each is not base])
    gone = {place for place, post in enumerate(merged, 1) if not _holds(newest.thread, post.post)}
    thread = _numbered(base.thread, merged, {n: _last_seen(merged[n - 1].post, ordered) for n in gone})
    notes = (*base.thread.captures, *(note for each in ordered if each is not base for note in each.thread.captures))
    return Kept(replace(thread, captures=notes), newest.version, tuple(ordered), frozenset(gone))


def _has_ids(thread: Thread) -> bool:
    """Whether its posts can be told apart: in a copy of the words the borders between them are computed."""
    return all(post.id for post in thread.posts)


def same(post: Post, other: Post) -> bool:
    """Whether they are one post, whatever became of its words."""
    return post.id == other.id if post.id and other.id else words(post) == words(other)


def _holds(thread: Thread, post: Post) -> bool:
    """Whether the thread has the post; where one of them has no ids, whether it has its words."""
    if post.id and _has_ids(thread):
        return any(other.id == post.id for other in thread.posts)
    return any(same(post, other) for other in thread.posts) or words(post) in "".join(map(words, thread.posts))


def words(post: Post) -> str:
    """A post's words without white space."""
    return "".join(clean(post.text).split())


class _Placed(Struct, frozen=True):
    post: Post
    source: Thread
    """The capture that it comes from."""


def _merged(base: Thread, others: Sequence[Thread]) -> list[_Placed]:
    """The posts of all captures in one order, each once: those that base lacks after the one that they followed."""
    merged = [_Placed(_with_pictures(post, others), base) for post in base.posts]
    for number, other in enumerate(others):
        place = 0
        for post in other.posts:
            at = next((k for k, each in enumerate(merged) if same(each.post, post)), None)
            if at is not None:
                place = at + 1
            elif not any(_holds(each, post) for each in (base, *others[:number])):
                merged.insert(place, _Placed(_with_pictures(post, others[number + 1 :]), other))
                place += 1
    return merged


def _with_pictures(post: Post, others: Iterable[Thread]) -> Post:
    """The post with the bytes of its pictures that only another capture had."""
    if all(media.sha256 for media in post.media):
        return post
    found: dict[str, Media] = {}
    for other in others:
        for each in other.posts:
            if same(post, each):
                for media in each.media:
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
    return next(each.version.captured for each in ordered if any(same(post, other) for other in each.thread.posts))


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
