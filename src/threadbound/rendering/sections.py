"""What of a collection is laid out by itself: its pieces, in reading order.

Before: a book of several threads. After: a :class:`Section` for each piece: those of the front matter, the title of
each part, each chapter, and what follows them. A piece is kept for later books of the same threads, so its markup is
made of nothing but what its section holds. Those that give numbers of pages are set in a later round, when others are
there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from typing import Literal, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from threadbound.book.book import Book, Chapter
from threadbound.book.matter import Index, Matter
from threadbound.digests import sha256

Part = Literal["front", "part", "chapter", "back"]
#: Kind of piece → the template that prints it.
TEMPLATES: dict[Part, str] = {
    "front": "front.html.j2",
    "part": "part.html.j2",
    "chapter": "chapter.html.j2",
    "back": "back.html.j2",
}
#: Rounds: what gives no number of a page, what gives those of chapters, and the contents, which give all.
PLAIN, NUMBERED, LAST = 0, 1, 2
#: About how much is set in one piece, where a whole is longer: each piece begins a page. Chapters whose provenances
#: stand in the colophon, chapters in the contents, entries of an index, addresses.
PROVENANCES, CONTENTS, TERMS, ADDRESSES = 50, 150, 300, 300
Item = TypeVar("Item")


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


def sections(book: Book) -> tuple[Section, ...]:
    """The pieces of a collection."""
    return (
        Section("front", "front", book.title, kind="title"),
        *_contents(book),
        Section("about", "front", "About this edition", kind="about", matter=book.matter),
        *_body(book),
        *_back(book),
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
    runs = list(_runs(parts, CONTENTS, lambda part: part.count, lambda part: part.id))
    pieces = runs if runs and not book.matter.volume else [parts]
    for number, piece in enumerate(pieces):
        yield _piece("contents", "front", (number, len(pieces)), replace(book.matter, parts=piece), LAST)


def _back(book: Book) -> Iterator[Section]:
    matter = book.matter
    yield from _indexes(matter.indexes)
    if matter.pictures:
        yield Section("pictures", "back", "Pictures", kind="pictures", matter=matter, round=NUMBERED)
    sites = list(_runs(matter.bibliography, ADDRESSES, lambda site: len(site.references), lambda site: site.host))
    for number, piece in enumerate(sites):
        yield _piece("bibliography", "back", (number, len(sites)), Matter(bibliography=piece), NUMBERED)
    first = 0
    chapters = list(_runs(book.chapters, PROVENANCES, lambda _: 1, lambda chapter: chapter.id))
    for number, some in enumerate(chapters):
        yield replace(_piece("colophon", "back", (number, len(chapters)), Matter()), first=first, count=len(some))
        first += len(some)


def _indexes(indexes: Sequence[Index]) -> Iterator[Section]:
    """The indexes; a piece may hold some, or some letters of a long one."""
    runs = list(_runs(list(_letters(indexes)), TERMS, _terms, lambda index: f"{index.id} {index.letters[0].head}"))
    last = ""
    for number, letters in enumerate(runs):
        piece = _piece("indexes", "back", (number, len(runs)), Matter(indexes=tuple(_joined(letters))), NUMBERED)
        yield replace(piece, continued=letters[0].id == last)
        last = letters[-1].id


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


def _runs(
    items: Sequence[Item], about: int, size: Callable[[Item], int], name: Callable[[Item], str]
) -> Iterator[tuple[Item, ...]]:
    """The items in runs of about that size, none divided and few longer than twice.

    Where a run begins is said by an item's own name, the likelier the larger it is: where one comes to many, the runs
    before and behind it stay as they were.
    """
    run: list[Item] = []
    length = 0
    for item in items:
        if run and (length + size(item) > 2 * about or _draw(name(item)) < size(item) / about):
            yield tuple(run)
            run, length = [], 0
        run.append(item)
        length += size(item)
    if run:
        yield tuple(run)


def _draw(name: str) -> float:
    """A number from 0 to 1 that is a name's own."""
    return int(sha256(name.encode("utf-8", "surrogatepass"))[:8], 16) / 16**8


def _letters(indexes: Iterable[Index]) -> Iterator[Index]:
    """Each letter of each index as an index of its own."""
    for index in indexes:
        yield from (replace(index, letters=(letter,)) for letter in index.letters)


def _terms(index: Index) -> int:
    return sum(len(letter.terms) for letter in index.letters)


def _joined(letters: Iterable[Index]) -> Iterator[Index]:
    """Letters of the same index put together again."""
    for _, same in groupby(letters, lambda index: index.id):
        own = list(same)
        yield replace(own[0], letters=tuple(letter for index in own for letter in index.letters))
