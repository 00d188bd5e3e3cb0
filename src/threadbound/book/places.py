"""Where in the book something is named: ids in posts, gathered by chapter.

Before: posts of a book's threads, in order. After: groups, one a chapter, each post once and in order.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from msgspec import Struct, field

from threadbound.book import dates
from threadbound.book.crossings import linked
from threadbound.book.heading import shorten
from threadbound.book.matter import Group, Place
from threadbound.book.named import Named
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
    named: Mapping[Named, str]
    """Ids of what its chapter names."""

    def of(self, name: str) -> Place:
        """Where something stands in it."""
        return Place(self.named.get((self.post.n, name), self.anchor), self.post.n)


#: A post, and what is named in it, as :mod:`threadbound.book.named` knows it.
Found = tuple[Spot, str]


class Chapters(Struct, frozen=True):
    """The chapters of a book, as places name them."""

    threads: Sequence[Thread]
    ids: Sequence[str]
    openings: Sequence[str]
    """The ids on their headings."""
    titles: Sequence[str]
    """Their short titles."""
    named: Sequence[Mapping[Named, str]]
    """Where what they name stands in each, as :func:`~threadbound.book.named.places` tells."""
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
                yield Spot(chapter, post, anchor, tuple(linked(post)), self.named[chapter])

    def groups(self, found: Iterable[Found]) -> tuple[Group, ...]:
        """Where something is named, by chapter, each post once; the posts must be in order."""
        once: dict[str, Found] = {}
        for spot, name in found:
            once.setdefault(spot.anchor, (spot, name))
        return tuple(
            Group(self.ids[chapter], self.label(chapter), tuple(spot.of(name) for spot, name in own))
            for chapter, own in groupby(once.values(), key=lambda each: each[0].chapter)
        )

    def label(self, chapter: int) -> str:
        """How a chapter is called in few words: by its day."""
        return dates.short(dates.parse(self.threads[chapter].published)) or shorten(self.titles[chapter], LABEL)
