"""The pieces of a book, written one after another.

Before: pieces, each in a file of its own, and what is said of the whole. After: one PDF, tagged where the pieces are:
one structure, one outline, one set of fonts, identical pictures once, names for all places, labels for all pages, the
numbers of pages in margins and in the text, the book's metadata and what it carries. Each piece is opened once,
written and let go. The same pieces give the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain, islice

from msgspec import Struct, field

from threadbound.joining import catalogue, labels, trees, written
from threadbound.joining.catalogue import Frame, Parts
from threadbound.joining.digests import Digests, Page
from threadbound.joining.fonts import FontSet
from threadbound.joining.operators import LAST, drifts, put_together, united
from threadbound.joining.packing import packed, stream, unpacked
from threadbound.joining.pagination import Pagination, Place, anchors
from threadbound.joining.pdf_file import PdfFile
from threadbound.joining.piece import (
    DOCUMENT,
    FONTS,
    PAGES,
    Held,
    Link,
    Mark,
    Number,
    Operators,
    PiecePage,
    Shared,
    Template,
    Told,
)
from threadbound.joining.stored import Stored
from threadbound.joining.trees import Entry, Target
from threadbound.readers import pdf_pages
from threadbound.readers.bookfile import UNPACKED
from threadbound.rendering.places import BASE, PAGE

#: Where the number of a page is asked for, before the anchor.
_PAGE = PAGE.removeprefix(BASE)
#: Boxes of a page that move with what is on it.
_MOVING = frozenset({"ArtBox"})
_MARGIN = b"\nQ\n/Artifact <</Type/Pagination>> BDC\nq\n"
_MARGIN_END = b"\nQ\nEMC"


class Join(Struct):
    """A book while it is written."""

    file: PdfFile
    frame: Frame
    pagination: Pagination
    told: Sequence[Told]
    fonts: FontSet
    found: Digests
    root: int = 0
    tree: int = 0
    structure: int = 0
    document: int = 0
    pages: range = range(0)
    nodes: list[int] = field(default_factory=list)
    """Of each page, its node in the tree of pages."""
    places: dict[str, int] = field(default_factory=dict)
    """Anchor → index of its page."""
    shared: dict[bytes, int] = field(default_factory=dict)
    """Digest → number of an object that is in the file."""
    top: list[int] = field(default_factory=list)
    leaves: list[int] = field(default_factory=list)
    intent: int = -1
    key: int = 0
    """First free one of the parent tree."""
    contents: set[int] = field(default_factory=set)
    """Numbers of the streams that pages show."""
    begins: dict[bytes, bytes] = field(default_factory=dict)
    """How pages begin → packed."""
    parts: Parts = field(default_factory=list)
    addresses: set[str] = field(default_factory=set)
    """Outside the book, to which it leads."""
    digests: list[str] = field(default_factory=list)
    """Of every stream that pages are drawn with, unpacked."""

    def write(self, opened: Callable[[int], Stored], step: Callable[[int], None]) -> Parts:
        """Write the book.

        Args:
            opened: gives a piece by its index.
            step: told how many pieces are written.
        """
        file = self.file
        file.open()
        self.root, self.tree, self.structure, self.document = (file.number() for _ in range(4))
        self.pages = file.numbers(len(self.pagination.places))
        self.places = dict(anchors(self.pagination, self.told))
        self.nodes = trees.page_nodes(file, self.tree, self.pages)
        self.fonts.write(file)
        for index in range(len(self.told)):
            step(index)
            self._add(index, opened(index))
        self._finish()
        return self.parts

    def _add(self, index: int, piece: Stored) -> None:
        """Write one piece."""
        held, start = piece.held, self.pagination.starts[index]
        places = self.pagination.places[start : start + len(held.pages)]
        if start and self.pagination.places[start - 1].piece < 0:
            self._blank(start - 1, held.pages[0])
        table: list[bytes] = [b""] * held.size
        own = self._number(table, held, start)
        table[FONTS] = written.reference(self.fonts.of(self.file, piece.lettering))
        self._share(table, held, piece.streams)
        self._point(table, held, places, self.told[index])
        links = {number for page in held.pages for number in page.links}
        written_out = filled(held.template, table).split(b"\0")[:-1]  # each ends so, the last one too
        objects = dict(zip(held.objects, written_out, strict=True))
        for number, (local, data) in zip(own, objects.items(), strict=True):
            self.file.add(data, number, "links" if local in links else "structure")
        for at, page in enumerate(held.pages, start):
            self._page(at, page, self.told[index], table, objects)
        self.top += [_number_of(table[number]) for number in held.top]
        if held.leaf >= 0:
            self.leaves.append(_number_of(table[held.leaf]))
        if held.intent >= 0 and self.intent < 0:
            self.intent = _number_of(table[held.intent])
        self.key += len(held.keys)

    def _number(self, table: list[bytes], held: Held, start: int) -> range:
        """Numbers for all that the piece has alone; gives those of its objects."""
        table[DOCUMENT] = written.reference(self.document)
        for k in range(len(held.pages)):
            table[PAGES + k] = written.reference(self.pages[start + k])
        own = self.file.numbers(len(held.objects))
        for local, number in zip(held.objects, own, strict=True):
            table[local] = written.reference(number)
        for k, local in enumerate(held.keys):
            table[local] = b"%d" % (self.key + k)
        return own

    def _share(self, table: list[bytes], held: Held, streams: bytes | memoryview) -> None:
        """Write what neither a piece before nor this one had already; of the rest say where it is."""
        new: list[Shared] = []
        for each in held.shared:
            known = self.shared.get(each.digest) if each.digest else None
            number = known or self.file.number()
            table[each.number] = written.reference(number)
            if known is None:
                new.append(each)
            if each.digest:
                self.shared[each.digest] = number
        for each in new:
            said, number = filled(each.template, table), _number_of(table[each.number])
            if each.length < 0:
                self.file.add(said, number)
            else:
                data = bytes(streams[each.start : each.start + each.length])
                self.digests.append(each.plain)
                self.file.add_stream(said, data, number)

    def _point(self, table: list[bytes], held: Held, places: Sequence[Place], told: Told) -> None:
        """Say where links are and lead."""
        links = iter(held.links)
        for page, place in zip(held.pages, places, strict=True):
            shift = place.of(told).shift
            moves = drifts((part for _, part in page.gaps), self._text(place))
            for link in islice(links, len(page.links)):
                left, low, right, high = link.rectangle
                before, behind = next(moves, (0.0, 0.0)) if link.anchor.startswith(_PAGE) else (0.0, 0.0)
                table[link.rectangle_at] = written.numbers((left + shift + before, low, right + shift + behind, high))
                table[link.action_at], table[link.says_at] = self._leads(link)

    def _leads(self, link: Link) -> tuple[bytes, bytes]:
        """Where a link leads, and what is said of it."""
        if not link.anchor:
            self.addresses.add(link.address)
            return b"/A " + link.action, link.says
        asked, _, anchor = link.anchor.rpartition("#")
        if anchor not in self.places:
            raise ValueError(f"a link leads to {anchor}, which is nowhere in the book")
        says = link.says
        if asked == _PAGE.rstrip("#"):
            says = written.string(f"page {self._printed(anchor)}")
        return b"/Dest " + written.string(anchor), says

    def _printed(self, anchor: str) -> str:
        return self.pagination.places[self.places[anchor]].label.printed

    def _text(self, place: Place) -> Callable[[Number], str]:
        """The numbers that a page shows."""

        def text(number: Number) -> str:
            if not number.anchor:
                return labels.STYLES[number.style](place.label.number)
            if number.anchor == LAST:
                return labels.STYLES[number.style](self.pagination.places[-1].label.number)
            return self._printed(number.anchor)

        return text

    def _page(self, at: int, page: PiecePage, told: Told, table: list[bytes], objects: Mapping[int, bytes]) -> None:
        """Write a page, with what stands in its margins."""
        place = self.pagination.places[at]
        side = place.of(told)
        text = self._text(place)
        data, plain = self._content(page, told.margins[side.margin], side.shift, text)
        content = self.file.add_stream(b"/Filter/FlateDecode", data)
        self.contents.add(content)
        boxes = {name: _moved(corners, side.shift if name in _MOVING else 0.0) for name, corners in page.boxes}
        said = [b"/%b%b" % (name.encode(), written.numbers(corners)) for name, corners in boxes.items()]
        said.append(b"/Contents %d 0 R/Resources %b" % (content, table[page.resources]))
        if page.key >= 0:
            said.append(b"/StructParents %d/Tabs/S" % (self.key + page.key))
        if page.links:
            said.append(b"/Annots[%b]" % b" ".join(table[number] for number in page.links))
        self._put(at, said)
        self._note(at, plain, boxes, [objects[number] for number in page.links])

    def _put(self, at: int, said: Sequence[bytes]) -> None:
        head = b"<</Type/Page/Parent %d 0 R" % self.nodes[at]
        self.file.add(head + b"".join(said) + b">>", self.pages[at], "pages")

    def _note(
        self, at: int, plain: bytes, boxes: Mapping[str, Sequence[float]], annotations: Sequence[bytes] = ()
    ) -> None:
        """Have the digest of a page found."""
        shown = tuple(written.numbers(boxes[box]) if box in boxes else b"" for box in pdf_pages.BOXES)
        self.found.add(Page(at + 1, pdf_pages.digest(plain), shown, tuple(annotations)))

    def _content(
        self, page: PiecePage, margin: Operators, shift: float, text: Callable[[Number], str]
    ) -> tuple[bytes, bytes]:
        """The operators of a page, packed and plain."""
        begin = b"q\n1 0 0 1 %b 0 cm\n" % written.number(shift) if shift else b"q\n"
        if begin not in self.begins:
            self.begins[begin] = packed(begin)
        pieces, plain = [self.begins[begin]], [begin]
        known = unpacked(page.content)
        if page.gaps:
            plain.append(put_together(united(known, page.gaps), text))
            pieces.append(packed(plain[-1]))
        else:
            plain.append(known)
            pieces.append(page.content)
        plain.append(_MARGIN + put_together(margin, text) + _MARGIN_END if margin else b"\nQ")
        pieces.append(packed(plain[-1]))
        whole = b"".join(plain)
        return stream(pieces, whole), whole

    def _blank(self, at: int, beside: PiecePage) -> None:
        """Write a page that no piece has, as large as the one beside it."""
        boxes = {name: corners for name, corners in beside.boxes if name not in _MOVING}
        said = [b"/%b%b" % (name.encode(), written.numbers(corners)) for name, corners in boxes.items()]
        content = self.file.packed_stream(b"", b"")
        self.contents.add(content)
        self._put(at, [*said, b"/Contents %d 0 R/Resources<<>>" % content])
        self._note(at, b"", boxes)

    def _outline(self) -> int | None:
        """Write the outline: chapters stand under the part before them, whichever piece that is in."""
        return trees.outline(self.file, (self._entry(start, told, mark) for start, told in self._pieces()
                                         for mark in told.outline))  # fmt: skip

    def _entry(self, start: int, told: Told, mark: Mark) -> Entry:
        return Entry(mark.level, mark.title, self._target(start, told, mark.page, (mark.x, mark.y)))

    def _target(self, start: int, told: Told, page: int, point: tuple[float, float]) -> Target:
        at = start + page
        shift = self.pagination.places[at].of(told).shift
        return Target(self.pages[at], point[0] + shift, point[1])

    def _names(self) -> int | None:
        """Write the names of all places."""
        targets = {
            name: self._target(start, told, page, (x, y))
            for start, told in self._pieces()
            for name, (page, x, y) in told.anchors.items()
        }
        first = self.pages[0]
        found = (
            pdf_pages.destination_known(written.name(name), target.page - first, target.place)
            for name, target in targets.items()
        )
        self.parts.append((pdf_pages.DESTINATIONS, pdf_pages.destinations(found)))
        return trees.names(self.file, ((name, target.written) for name, target in targets.items()))

    def _pieces(self) -> Iterator[tuple[int, Told]]:
        return zip(self.pagination.starts, self.told, strict=True)

    def _structure(self) -> None:
        """Write what holds the pieces' structures together."""
        parents = self.file.add(b"<</Kids%b>>" % written.references(self.leaves))
        root = (self.document, parents, self.key)
        self.file.add(
            b"<</Type/StructTreeRoot/K[%d 0 R]/ParentTree %d 0 R/ParentTreeNextKey %d>>" % root, self.structure
        )
        document = (self.structure, written.references(self.top))
        self.file.add(b"<</Type/StructElem/S/Document/P %d 0 R/K%b>>" % document, self.document)

    def _finish(self) -> None:
        """Write what the book has once."""
        self.parts += self.found.all()
        said: dict[str, bytes | None] = {
            "Pages": written.reference(self.tree),
            "PageLabels": labels.tree([place.label for place in self.pagination.places]),
            "Outlines": _optional(self._outline()),
            "OutputIntents": _optional(self.intent if self.intent >= 0 else None),
            "StructTreeRoot": None,
            "MarkInfo": None,
        }
        if self.frame.is_tagged:
            self._structure()
            said |= {"StructTreeRoot": written.reference(self.structure), "MarkInfo": b"<</Marked true>>"}
        said["Dests"] = _optional(self._names())
        self.parts.append((UNPACKED, pdf_pages.streams([*self.digests, *self.fonts.digests])))
        catalogue.finish(self.file, self.frame, self.root, said, self.parts)


def _optional(number: int | None) -> bytes | None:
    return None if number is None else written.reference(number)


def _moved(corners: Sequence[float], shift: float) -> tuple[float, ...]:
    left, low, right, high = corners
    return left + shift, low, right + shift, high


def _number_of(reference: bytes) -> int:
    return int(reference.split(b" ", 1)[0])


def filled(template: Template, table: Sequence[bytes]) -> bytes:
    """The template, its holes filled from a table."""
    chunks = template.chunks
    pairs = zip(chunks, map(table.__getitem__, template.holes), strict=False)
    return b"".join(chain(chain.from_iterable(pairs), chunks[-1:]))
