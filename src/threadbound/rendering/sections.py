"""What of a collection is laid out by itself: its pieces, in reading order.

Before: a book of several threads. After: a :class:`Section` for each piece: the front matter, the title of each part,
each chapter, and what follows them. A piece is kept for later books of the same threads, so its markup is made of
nothing but what its section holds; the first and the last are set when all others are, and know the numbers of pages.
"""

from __future__ import annotations

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


def sections(book: Book) -> tuple[Section, ...]:
    """The pieces of a collection."""
    return (
        Section("front", "front", book.title),
        Section("part-1", "part", book.years or "Threads", book.subtitle),
        *(Section(chapter.id, "chapter", chapter.heading.short, chapter=chapter) for chapter in book.chapters),
        Section("colophon", "back", "Colophon"),
    )
