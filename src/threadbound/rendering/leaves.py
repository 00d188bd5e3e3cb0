"""The documents of an EPUB, in reading order.

Before: a book. After: a :class:`Leaf` for each document: cover, title page, of a collection contents and what is said
of the edition, parts and chapters, and what stands behind them. What would be empty is none.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from threadbound.book.book import Book, Chapter
from threadbound.book.matter import Index
from threadbound.book.parts import Part
from threadbound.rendering.rendered import Role


class Leaf(Struct, frozen=True):
    """One document."""

    name: str
    """Of its file, without the ending; also the anchor of what it holds."""
    title: str
    role: Role
    language: str = "en"
    chapter: Chapter | None = None
    part: Part | None = None
    index: Index | None = None

    @property
    def is_long(self) -> bool:
        """Whether it is worth being made beside others: so are chapters, and what lists the whole book's words."""
        return self.role in ("chapter", "index", "bibliography")


def leaves(book: Book) -> tuple[Leaf, ...]:
    """The documents of ``book``."""
    return (*_front(book), *_body(book), *_back(book))


def _front(book: Book) -> Iterator[Leaf]:
    if book.cover.kind != "none":
        yield Leaf("cover", "Cover", "cover", book.language)
    yield Leaf("titlepage", book.title, "titlepage", book.language)
    if book.is_collection:
        yield Leaf("contents", "Contents", "contents")
        yield Leaf("about", "About this edition", "about")


def _body(book: Book) -> Iterator[Leaf]:
    opens = {part.first: part for part in book.matter.parts}
    for place, chapter in enumerate(book.chapters):
        if part := opens.get(place):
            yield Leaf(part.id, part.title, "part", part=part)
        yield leaf_of(chapter)


def leaf_of(chapter: Chapter) -> Leaf:
    """The document of a chapter."""
    return Leaf(chapter.id, chapter.heading.short, "chapter", chapter.language, chapter)


def _back(book: Book) -> Iterator[Leaf]:
    for index in book.matter.indexes:
        yield Leaf(index.id, index.title, "index", index=index)
    if book.matter.pictures:
        yield Leaf("pictures", "Pictures", "pictures")
    if book.matter.bibliography:
        yield Leaf("bibliography", "Addresses", "bibliography")
    yield Leaf("colophon", "Colophon", "colophon")
