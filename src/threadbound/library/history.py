"""The captures of one thread, as one thread: nothing that any of them has is lost.

Before: the thread as each capture has it. After: :class:`Kept`: one thread of them all, as books have it
(:mod:`threadbound.book.captures`), and which of its posts the newest capture has no more: each of these has a notice. A
capture that is cut (:mod:`threadbound.book.torn`) does not say what is gone. A thread with one capture is that
capture's, unaltered.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

from msgspec import Struct
from msgspec.structs import replace

from threadbound.book import captures
from threadbound.book.dates import long
from threadbound.book.torn import without_torn
from threadbound.library.records import Version
from threadbound.model.media import Media
from threadbound.model.text import clean
from threadbound.model.thread import Post, Thread
from threadbound.notices import Notice


class Captured(Struct, frozen=True):
    """A version and its thread."""

    version: Version
    thread: Thread


class Kept(Struct, frozen=True):
    """What the library has of a thread."""

    thread: Thread
    newest: Version
    """The capture that was saved last."""
    captures: tuple[Captured, ...]
    """All of them, newest first."""
    gone: frozenset[int] = frozenset()
    """Numbers of the posts that the newest capture has no more, those that are cut left aside."""


def kept(versions: Iterable[Captured]) -> Kept:
    """The captures of one thread as one; there is at least one."""
    ordered = sorted(versions, key=lambda each: each.version.age, reverse=True)
    newest = ordered[0]
    if len(ordered) == 1:
        return Kept(newest.thread, newest.version, tuple(ordered))
    whole = captures.one(_telling(_completed([each.thread for each in ordered])), newest_first=True)
    _, cut = without_torn([each.thread for each in ordered])
    newest_whole = next((each for each in ordered if each.thread.captures[0].sha256 not in cut), newest)
    same = [each for each in ordered if each.version.capture == newest_whole.version.capture]
    now = Posts(max(same, key=lambda each: len(each.thread.captures)).thread)  # a page is no newer than itself
    gone = frozenset(post.n for post in whole.posts if not now.holds(post))
    notes = {note.sha256: note for note in whole.captures}
    for each in ordered:
        notes |= {note.sha256: note for note in each.thread.captures if note.sha256 not in notes}
    said = tuple(_marks(whole, gone, newest_whole.version))
    thread = replace(whole, captures=tuple(notes.values()), notices=(*whole.notices, *said))
    thread = captures.as_first_said(thread, [each.thread for each in ordered])
    return Kept(thread, newest.version, tuple(ordered), gone)


def _marks(whole: Thread, gone: Iterable[int], newest: Version) -> Iterator[Notice]:
    """A notice for each post that is gone, where none says so yet: pages seldom say when they were saved."""
    marked = captures.kept(whole)
    for n in sorted(gone):
        if n not in marked:
            yield Notice(captures.KEPT, f"not in the capture of {long(newest.captured.date())}", f"post {n}")


def _telling(threads: Sequence[Thread]) -> list[Thread]:
    """The captures without the copies of words that say nothing which the others do not: their posts are guesses."""
    sure = [Posts(thread) for thread in threads if has_ids(thread)]
    return [
        thread
        for thread in threads
        if not sure or has_ids(thread) or not all(any(each.says(post) for each in sure) for post in thread.posts)
    ]


def _completed(threads: Sequence[Thread]) -> list[Thread]:
    """One thread for each saved page, with the pictures that any reading of that page had.

    What came out of a book may hold several pages as one: it is no reading of the first of them.
    """
    groups: dict[frozenset[str], list[Thread]] = {}
    for thread in threads:
        groups.setdefault(frozenset(note.sha256 for note in thread.captures), []).append(thread)
    return [_joined(group) for group in groups.values()]


def _joined(readings: Sequence[Thread]) -> Thread:
    """The readings of one page as one."""
    first, *others = readings
    if not others:
        return first
    known = {
        media.url: media
        for thread in reversed(readings)
        for post in thread.posts
        for media in post.all_media
        if media.sha256 and media.url
    }

    def filled(media: tuple[Media, ...]) -> tuple[Media, ...]:
        return tuple(each if each.sha256 else known.get(each.url, each) for each in media)

    def shown(post: Post) -> Post:
        quotes = tuple(replace(quote, media=filled(quote.media)) for quote in post.quotes)
        return replace(post, media=filled(post.media), quotes=quotes)

    lasting = (
        notice
        for notice in first.notices
        if not (notice.code.startswith("media.") and notice.is_loss and notice.where.rpartition(", ")[2] in known)
    )
    return replace(first, posts=tuple(map(shown, first.posts)), notices=tuple(lasting))


def has_ids(thread: Thread) -> bool:
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
        self.has_ids = has_ids(thread)

    def find(self, post: Post) -> Post | None:
        """The same post, whatever became of its words; one without an id is known by its words."""
        found = self.by_id.get(post.id) if post.id else None
        if found is None:
            alike = self.by_words.get(words(post))
            found = alike if alike and not (alike.id and post.id) else None
        return found

    def holds(self, post: Post) -> bool:
        """Whether the capture has the post; where borders of posts are computed, whether it has the words."""
        return self.find(post) is not None or (not (post.id and self.has_ids) and self.says(post))

    def says(self, post: Post) -> bool:
        """Whether the capture has the post's words, in whatever posts."""
        return words(post) in self.all

    @cached_property
    def all(self) -> str:
        """All words of the capture, in order."""
        return "".join(self.by_words)
