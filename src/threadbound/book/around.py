"""All that stands round the chapters of a collection, put together.

Before: the threads of a book, its chapters, and what was decided about it. After: a :class:`Matter`, and what of it
stands in the chapters themselves: where their links lead inside the book, and which are new.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from msgspec.structs import replace

from threadbound.book import named, parts
from threadbound.book.about import about
from threadbound.book.bibliography import bibliography
from threadbound.book.blocks import Block, Clip, Figure
from threadbound.book.book import Chapter
from threadbound.book.collection import Collection
from threadbound.book.heading import titled
from threadbound.book.identity import key
from threadbound.book.indexes import indexes
from threadbound.book.matter import Matter, Shown
from threadbound.book.places import Chapters
from threadbound.model.text import clean
from threadbound.model.thread import Author, Thread


def crossed(
    threads: Sequence[Thread], chapters: Iterable[Chapter], ways: Iterable[dict[str, str]], collection: Collection
) -> Iterator[Chapter]:
    """The chapters with their ways into each other, the user's own titles, and what is new among them.

    Args:
        threads: of the chapters.
        chapters: taken one by one.
        ways: what leads out of each into the book, as :func:`~threadbound.book.crossings.crossings` gives it.
        collection: what was decided about the book.
    """
    latest = collection.latest
    fresh = set(latest.new) if latest else set()
    grown = set(latest.grown) if latest else set()
    for thread, chapter, own in zip(threads, chapters, ways, strict=True):
        name = key(thread)
        said = "New in this edition" if name in fresh else "Changed since the last edition" if name in grown else ""
        made = replace(chapter, crossings=own, fresh=said)
        if title := collection.titles.get(name):
            made = replace(made, heading=titled(made.heading, title))
        if collection.pictures:
            made = replace(made, blocks=tuple(_anchored(made)))
        yield made


def matter(
    threads: Sequence[Thread], chapters: Sequence[Chapter], authors: Sequence[Author], collection: Collection
) -> Matter:
    """What stands round the chapters, which are :func:`crossed`."""
    titles = [chapter.heading.short for chapter in chapters]
    ids, openings = zip(*((chapter.id, chapter.opening) for chapter in chapters), strict=True)
    places = Chapters(threads, ids, openings, titles, [named.places(chapter) for chapter in chapters])
    kind = parts.kind_of(threads, collection)
    volume = collection.volume
    return Matter(
        about=about(threads, authors, collection, titles),
        parts=parts.divided(threads, kind),
        indexes=indexes(places, {place: chapter.crossings for place, chapter in enumerate(chapters)}),
        bibliography=bibliography(places),
        pictures=tuple(shown for chapter in chapters for shown in _shown(chapter)),
        volume=volume,
        elsewhere=tuple(each for each in volume.listed if each.volume != volume.number) if volume else (),
    )


def detail(chapter: Chapter) -> str:
    """``8 March 2021 · 6 posts``: what the contents say of a chapter beside its title."""
    return " · ".join(words for words in (chapter.date, chapter.extent) if words)


def _anchored(chapter: Chapter) -> Iterator[Block]:
    """The blocks, figures and clips with ids."""
    number = 0
    for block in chapter.blocks:
        if isinstance(block, Figure | Clip):
            number += 1
            yield replace(block, anchor=f"{chapter.id}-f{number}")
        else:
            yield block


def _shown(chapter: Chapter) -> Iterator[Shown]:
    """A line for each picture of a chapter that has an id to lead to."""
    for block in chapter.blocks:
        match block:
            case Figure(pictures, post, anchor) if anchor:
                for picture in pictures:
                    words = " ".join(clean(picture.alt or "").split())
                    yield Shown(anchor, words or f"Picture in post {post}", chapter.heading.short)
            case Clip(media, post, anchor) if anchor:
                words = " ".join(clean(media.alt or "").split())
                yield Shown(anchor, words or f"Still from a clip in post {post}", chapter.heading.short)
            case _:
                pass
