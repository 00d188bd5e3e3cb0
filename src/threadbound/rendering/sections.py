"""What of a collection is laid out by itself: its pieces, in reading order.

Before: a book of several threads. After: a :class:`Section` for each piece: the front matter, the title of each part,
each chapter, and what follows them. A piece is kept for later books of the same threads, so its markup is made of
nothing but what its section holds; the last and then the first are set when all others are, and know the numbers of
pages: the first those of the last piece too.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from msgspec import Struct

from threadbound.book.book import Book, Chapter

Part = Literal["front", "part", "chapter", "back"]
#: Kind of piece → the template that prints it.
TEMPLATES: dict[Part, str] = {
    "front": "front.html.j2",
    "part": "part.html.j2",
    "chapter": "chapter.html.j2",
    "back": "back.html.j2",
}
#: Those that give numbers of pages, and so are set last.
LAST: frozenset[Part] = frozenset({"front", "back"})


class Section(Struct, frozen=True):
    """One piece."""

    name: str
    """Of its document: of a chapter its id, which is also its anchor, as the name of a part's title is."""
    role: Part
    title: str
    subtitle: str = ""
    """Of a part."""
    chapter: Chapter | None = None
    level: int = 1
    """Of a chapter's heading: below its part's, where it stands in one."""


def sections(book: Book) -> tuple[Section, ...]:
    """The pieces of a collection."""
    return (Section("front", "front", book.title), *_body(book), Section("colophon", "back", "Colophon"))


def _body(book: Book) -> Iterator[Section]:
    level = 2 if book.matter.parts else 1
    opens = {part.first: part for part in book.matter.parts}
    for place, chapter in enumerate(book.chapters):
        if part := opens.get(place):
            yield Section(part.id, "part", part.title, part.note)
        yield Section(chapter.id, "chapter", chapter.heading.short, chapter=chapter, level=level)
