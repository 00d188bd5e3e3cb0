"""Where in the book something is named: ids of posts, gathered by chapter.

Before: posts of a book's threads, in order. After: groups, one a chapter, each place once and in order.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from msgspec import Struct, field

from threadbound.book import dates
from threadbound.book.crossings import linked
from threadbound.book.heading import shorten
from threadbound.book.matter import Group, Place
from threadbound.model.thread import Post, Thread

#: Characters of a short title that stands for a day.
LABEL = 32


class Spot(Struct, frozen=True):
    """A post, and where it stands in the book."""

    chapter: int
    """Its chapter's place, from 0."""
    post: Post
    anchor: str
    urls: tuple[str, ...]
    """Addresses that a reader can follow out of it."""


class Chapters(Struct, frozen=True):
    """The chapters of a book, as places name them."""

    threads: Sequence[Thread]
    ids: Sequence[str]
    openings: Sequence[str]
    """The ids on their headings."""
    titles: Sequence[str]
    """Their short titles."""
    known: list[Spot] = field(default_factory=list)
    """The posts, once they have been asked for."""

    def spots(self) -> Sequence[Spot]:
        """Every post, in order."""
        if not self.known:
            self.known.extend(self._spots())
        return self.known

    def _spots(self) -> Iterator[Spot]:
        for chapter, thread in enumerate(self.threads):
            for k, post in enumerate(thread.posts):
                anchor = f"{self.ids[chapter]}-p{post.n}" if k else self.openings[chapter]
                yield Spot(chapter, post, anchor, tuple(linked(post)))

    def groups(self, spots: Iterable[Spot]) -> tuple[Group, ...]:
        """The spots by chapter, each once; they must be in order."""
        once = {spot.anchor: spot for spot in spots}.values()
        return tuple(
            Group(self.ids[chapter], self.label(chapter), tuple(Place(spot.anchor, spot.post.n) for spot in own))
            for chapter, own in groupby(once, key=lambda spot: spot.chapter)
        )

    def label(self, chapter: int) -> str:
        """How a chapter is called in few words: by its day."""
        return dates.short(dates.parse(self.threads[chapter].published)) or shorten(self.titles[chapter], LABEL)
