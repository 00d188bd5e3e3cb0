"""What of a collection is laid out by itself: its pieces, in reading order.

Before: a book of several threads. After: a :class:`Section` for each piece: those of the front matter, the title of
each part, each chapter, and what follows them. A piece is kept for later books of the same threads, so its markup is
made of nothing but what its section holds. Those that give numbers of pages are set in a later round, when others are
there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from threadbound.book.book import Book, Chapter
from threadbound.book.matter import Index, Letter, Matter, Site
from threadbound.rendering.runs import Galley, on_pages, runs

Part = Literal["front", "part", "chapter", "back"]
#: Kind of piece → the template that prints it.
TEMPLATES: dict[Part, str] = {
    "front": "front.html.j2",
    "part": "part.html.j2",
    "chapter": "chapter.html.j2",
    "back": "back.html.j2",
}
#: Rounds: what gives no number of a page, what gives those of chapters, and the end of the contents, which gives those
#: of what stands behind the chapters too.
PLAIN, NUMBERED, LAST = 0, 1, 2
#: About how much is set in one piece, where a whole is longer: each piece begins a page. Lines of the colophon, some
#: six pages, and chapters in the contents. Of indexes and addresses see :mod:`threadbound.rendering.runs`.
PROVENANCES, CONTENTS = 240, 150
#: Lines of one provenance beside those of its posts, and how many posts stand in a line.
SAID, ABREAST = 9, 2
#: So few addresses follow the indexes on their page.
FEW = 12


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
    round: int = PLAIN
    kind: str = ""
    """What of the front matter, or of what follows the chapters."""
    matter: Matter = Matter()
    """As much of it as stands in this piece."""
    first: int = 0
    count: int = 0
    """Of a piece of the colophon: the place of its first chapter, and how many stand in it."""
    continued: bool = False
    """It goes on with what the piece before it began."""
    more: bool = False
    """One follows."""
    length: float = 0.0
    """About how many pages it fills, where that is known."""

    def words(self, book: Book) -> dict[str, object]:
        """What its template is told of it.

        Args:
            book: that it is a piece of.
        """
        words: dict[str, object] = {
            "name": self.name,
            "title": self.title,
            "subtitle": self.subtitle,
            "chapter": self.chapter,
            "level": self.level,
            "language": book.language,
        }
        if self.role in ("front", "back"):
            words |= {
                "book": replace(book, matter=self.matter),
                "kind": self.kind,
                "first": self.first,
                "count": self.count,
                "continued": self.continued,
                "more": self.more,
            }
        return words


def sections(book: Book, galley: Galley | None = None) -> tuple[Section, ...]:
    """The pieces of a collection.

    Args:
        book: which.
        galley: the room that its lists have on a page.
    """
    return (
        Section("front", "front", book.title, kind="title"),
        *_contents(book),
        Section("about", "front", "About this edition", kind="about", matter=book.matter),
        *_body(book),
        *_back(book, galley or Galley()),
    )


def _body(book: Book) -> Iterator[Section]:
    level = 2 if book.matter.parts else 1
    opens = {part.first: part for part in book.matter.parts}
    for place, chapter in enumerate(book.chapters):
        if part := opens.get(place):
            yield Section(part.id, "part", part.title, part.note)
        yield Section(chapter.id, "chapter", chapter.heading.short, chapter=chapter, level=level)


def _contents(book: Book) -> Iterator[Section]:
    """The contents, divided between parts where they are long; those of a volume name all volumes, and are whole."""
    parts = book.matter.parts
    divided = list(runs(parts, CONTENTS, lambda part: part.count, lambda part: part.title))
    pieces = divided if divided and not book.matter.volume else [parts]
    for number, piece in enumerate(pieces):
        turn = NUMBERED if number < len(pieces) - 1 else LAST
        yield _piece("contents", "front", (number, len(pieces)), replace(book.matter, parts=piece), turn)


def _back(book: Book, galley: Galley) -> Iterator[Section]:
    matter = book.matter
    indexes = list(_indexes(matter.indexes, galley))
    addresses = list(_bibliography(matter.bibliography, galley))
    if indexes and not matter.pictures and sum(len(site.references) for site in matter.bibliography) <= FEW:
        indexes[-1] = replace(indexes[-1], matter=replace(indexes[-1].matter, bibliography=matter.bibliography))
        addresses = []
    yield from indexes
    if matter.pictures:
        yield Section("pictures", "back", "Pictures", kind="pictures", matter=matter, round=NUMBERED)
    yield from addresses
    first = 0
    chapters = list(runs(book.chapters, PROVENANCES, _lines, lambda chapter: chapter.id))
    for number, some in enumerate(chapters):
        yield replace(_piece("colophon", "back", (number, len(chapters)), Matter()), first=first, count=len(some))
        first += len(some)


def _lines(chapter: Chapter) -> float:
    """About how many a chapter's provenance takes."""
    return SAID + chapter.post_count / ABREAST


def _bibliography(sites: Sequence[Site], galley: Galley) -> Iterator[Section]:
    every = on_pages(galley.references(sites), lambda site: site.references[0].url)
    for number, some in enumerate(every):
        together = (
            Site(host, tuple(reference for site in same for reference in site.references))
            for host, same in groupby((site for _, site in some), lambda site: site.host)
        )
        matter = Matter(bibliography=tuple(together))
        piece = _piece("bibliography", "back", (number, len(every)), matter, NUMBERED)
        yield replace(piece, length=sum(length for length, _ in some))


def _indexes(indexes: Sequence[Index], galley: Galley) -> Iterator[Section]:
    """The indexes; a piece may hold some, or a part of a long one, and begins with its letter."""
    every = on_pages(galley.terms(indexes), _named)
    last = ""
    for number, some in enumerate(every):
        terms = [index for _, index in some]
        piece = _piece("indexes", "back", (number, len(every)), Matter(indexes=tuple(_joined(terms))), NUMBERED)
        yield replace(piece, continued=terms[0].id == last, length=sum(length for length, _ in some))
        last = terms[-1].id


def _piece(kind: str, role: Part, place: tuple[int, int], matter: Matter, turn: int = PLAIN) -> Section:
    """One of several pieces of a kind: which, and of how many."""
    number, whole = place
    return Section(
        f"{kind}{number or ''}",
        role,
        kind.capitalize(),
        round=turn,
        kind=kind,
        matter=matter,
        continued=number > 0,
        more=number < whole - 1,
    )


def _named(index: Index) -> str:
    return f"{index.id} {index.letters[0].terms[0].words}"


def _joined(terms: Iterable[Index]) -> Iterator[Index]:
    """Terms of the same index put together again."""
    for _, same in groupby(terms, lambda index: index.id):
        own = list(same)
        letters = (
            Letter(head, tuple(term for letter in some for term in letter.terms))
            for head, some in groupby((index.letters[0] for index in own), lambda letter: letter.head)
        )
        yield replace(own[0], letters=tuple(letters))
