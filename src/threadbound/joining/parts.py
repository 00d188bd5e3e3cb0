"""A piece's PDF, taken apart so that it can be written behind others. The only module here that imports pikepdf.

Before: a PDF of any engine, and what the engine told of it. After: a :class:`~.piece.Held`. Every object is written out
as qpdf does, with holes for the numbers of others; fonts are left out, and so is all that a book has once (catalogue,
outline, metadata): the join makes those.
"""

from __future__ import annotations

import hashlib
import io
import re
import zlib
from collections.abc import Iterator
from typing import Any

import pikepdf
from msgspec import Struct, field
from pikepdf import Array, Dictionary, Name, Pdf, String

from threadbound.digests import sha256
from threadbound.joining.operators import divided, taken_apart
from threadbound.joining.packing import LEVEL, packed
from threadbound.joining.piece import DOCUMENT, FONTS, PAGES, Held, Link, PiecePage, Shared, Template
from threadbound.readers import pdf_pages
from threadbound.rendering.places import BASE

#: A string, or a reference to an object: in a string, what looks like one is none.
_TOKEN = re.compile(rb"\((?:[^()\\]|\\.)*\)|(\d+) 0 R")
#: The boxes of a page.
_BOXES = ("MediaBox", "CropBox", "BleedBox", "TrimBox", "ArtBox")
#: Elements that are called by a name, which is to be one of a kind in the book.
_NAMED = ("/TH", "/TD", "/Note")
_END = b"\0"


class Fonts(Struct, frozen=True):
    """What a PDF says of one of its fonts, beside widths and words."""

    name: str
    """Without the solidus."""
    descriptor: tuple[tuple[str, str], ...]
    """Key and value, as they are written; without the program."""


class Apart(Struct, frozen=True):
    """A PDF, taken apart."""

    held: Held
    streams: bytes
    """What :attr:`~.piece.Shared.start` points into."""
    fonts: dict[str, Fonts]
    """By their names in the resources."""


def take_apart(data: bytes, name: str) -> Apart:
    """Take the PDF ``data`` apart.

    Args:
        data: the file.
        name: of the piece, unlike any other of the book's.

    Raises:
        ValueError: it is built otherwise than is known here.
    """
    with Pdf.open(io.BytesIO(data)) as pdf:
        return _Workbench(pdf, name).apart()


class _Sheet(Struct):
    """Objects while they are written out, with holes."""

    chunks: list[list[bytes]] = field(default_factory=lambda: [[]])
    holes: list[int] = field(default_factory=list)

    def text(self, data: bytes) -> None:
        self.chunks[-1].append(data)

    def hole(self, index: int) -> None:
        self.holes.append(index)
        self.chunks.append([])

    def done(self) -> Template:
        return Template(tuple(b"".join(chunk) for chunk in self.chunks), tuple(self.holes))


class _Workbench:
    """One PDF on its way to its parts."""

    def __init__(self, pdf: Pdf, name: str) -> None:
        self.pdf, self.name = pdf, name
        self.size = PAGES + len(pdf.pages)
        self.local: dict[int, int] = {int(page.objgen[0]): PAGES + k for k, page in enumerate(pdf.pages)}
        self.inline = dict(_inline(pdf))
        """Number in the PDF → what is written in the object's place."""
        self.waiting: list[int] = []
        """Numbers in the PDF of objects that are not written out yet."""
        self.sheet = _Sheet()
        self.objects: list[int] = []
        self.links: list[Link] = []
        self.shared: list[Shared] = []
        self.digests: dict[int, bytes] = {}
        self.streams: list[bytes] = []
        self.at = 0

    def apart(self) -> Apart:
        root = self.pdf.Root
        fonts = {key[1:]: _font(font) for key, font in self._resources().items()}
        structure: Any = root.get("/StructTreeRoot")
        document = structure.K[0] if structure is not None else None
        if document is not None:
            self.local[document.objgen[0]] = DOCUMENT
        keys = self._keys(structure)
        annotations = [self._annotations(page.obj, keys) for page in self.pdf.pages]
        pages = tuple(self._page(page.obj, links) for page, links in zip(self.pdf.pages, annotations, strict=True))
        self._share()
        intents = root.get("/OutputIntents")
        intent = -1 if intents is None else self._own(intents)
        top = tuple(self._ref(kid.objgen[0]) for kid in document.K) if document is not None else ()
        self._write_waiting()
        leaf = self._leaf(structure.ParentTree, keys) if structure is not None else -1
        held = Held(
            pages=pages,
            links=tuple(self.links),
            objects=tuple(self.objects),
            template=self.sheet.done(),
            shared=tuple(self.shared),
            size=self.size,
            keys=tuple(keys),
            leaf=leaf,
            top=top,
            intent=intent,
        )
        return Apart(held, b"".join(self.streams), fonts)

    def _new(self) -> int:
        self.size += 1
        return self.size - 1

    def _ref(self, number: int) -> int:
        """The local number of an object that something refers to."""
        if number not in self.local:
            self.local[number] = self._new()
            self.waiting.append(number)
        return self.local[number]

    def _resources(self) -> Any:  # noqa: ANN401 - a pikepdf object
        """The fonts, which all pages must have in common."""
        found = {page.obj.Resources.Font.objgen: page.obj.Resources.Font for page in self.pdf.pages}
        if len(found) != 1:
            raise ValueError("its pages do not have their fonts in common")
        ((number, fonts),) = found.items()
        self.local[number[0]] = FONTS
        return fonts

    def _keys(self, structure: Any) -> list[int]:  # noqa: ANN401 - as above
        """Holes for the keys of the parent tree."""
        if structure is None:
            return []
        nums = structure.ParentTree.Nums
        found = [int(key) for key in list(nums)[::2]]
        if found != list(range(len(found))):
            raise ValueError("the keys of its parent tree are not in order")
        return [self._new() for _ in found]

    def _page(self, page: Any, links: tuple[int, ...]) -> PiecePage:  # noqa: ANN401 - as above
        content = page.Contents.read_bytes()
        known, gaps = divided(taken_apart(content))
        boxes = tuple((box, tuple(map(float, page[f"/{box}"]))) for box in _BOXES if f"/{box}" in page)
        key = int(page.get("/StructParents", -1))
        return PiecePage(boxes, links, self._ref(page.Resources.objgen[0]), key, packed(known), gaps)

    def _annotations(self, page: Any, keys: list[int]) -> tuple[int, ...]:  # noqa: ANN401 - as above
        return tuple(self._annotation(each, keys) for each in page.get("/Annots", ()))

    def _annotation(self, annotation: Any, keys: list[int]) -> int:  # noqa: ANN401 - as above
        """Write a link out, with holes for where it is and where it leads."""
        number = self.local[annotation.objgen[0]] = self._new()
        link = _link(annotation, self._new(), self._new(), self._new())
        self.links.append(link)
        said = {key: value for key, value in annotation.items() if key not in _FILLED}
        self._begin(number)
        self.sheet.hole(link.action_at)
        for key, value in sorted(said.items()):
            self.sheet.text(key.encode() + b" " + _written(value))
        self.sheet.text(b"/Contents ")
        self.sheet.hole(link.says_at)
        self.sheet.text(b"/Rect ")
        self.sheet.hole(link.rectangle_at)
        if "/StructParent" in annotation:
            self.sheet.text(b"/StructParent ")
            self.sheet.hole(keys[int(annotation.StructParent)])
        self._end()
        return number

    def _begin(self, number: int) -> None:
        self.objects.append(number)
        self.sheet.text(b"<<")

    def _end(self) -> None:
        self.sheet.text(b">>" + _END)

    def _own(self, value: Any) -> int:  # noqa: ANN401 - as above
        """Write a direct object out as one of its own, which other pieces may have too."""
        number, sheet, data = self._new(), _Sheet(), _written(value)
        self._fill(sheet, data)
        self._share()
        self.shared.append(Shared(number, self._summed(data, b""), sheet.done(), 0, -1))
        return number

    def _fill(self, sheet: _Sheet, data: bytes) -> None:
        end = 0
        for found in _TOKEN.finditer(data):
            if found[1]:
                number = int(found[1])
                sheet.text(data[end : found.start()])
                if number in self.inline:
                    self._fill(sheet, self.inline[number])
                else:
                    sheet.hole(self._ref(number))
                end = found.end()
        sheet.text(data[end:])

    def _write_waiting(self) -> None:
        """Write out what belongs to this piece alone, and all that it refers to."""
        while self.waiting:
            number = self.waiting.pop(0)
            element = self.pdf.get_object(number, 0)
            if isinstance(element, pikepdf.Stream):
                raise ValueError("its structure holds a stream")  # noqa: TRY004 - it is the file that is wrong
            self._name(element)
            self.objects.append(self.local[number])
            self._fill(self.sheet, bytes(element.unparse(resolved=True)))
            self.sheet.text(_END)

    def _name(self, element: Any) -> None:  # noqa: ANN401 - as above
        """Give the cells of a table, and notes, names that no other piece has."""
        if not isinstance(element, Dictionary) or str(element.get("/S")) not in _NAMED:
            return
        if "/ID" in element:
            element.ID = String(f"{self.name}-{element.ID}")
        attributes = element.get("/A", Dictionary())
        if "/Headers" in attributes:
            attributes.Headers = Array([String(f"{self.name}-{each}") for each in attributes.Headers])

    def _share(self) -> None:
        """Write out what other pieces may have too: pictures, colours, and what they refer to."""
        while self.waiting:
            number = self.waiting.pop(0)
            each: Any = self.pdf.get_object(number, 0)
            sheet, start, length, plain = _Sheet(), 0, -1, ""
            if isinstance(each, pikepdf.Stream):
                data, said = _stream(each)
                start, length, plain = self.at, len(data), _plain(each)
                self.streams.append(data)
                self.at += length
                self._fill(sheet, said)
            else:
                self._fill(sheet, bytes(each.unparse(resolved=True)))
            self.shared.append(Shared(self.local[number], self._digest(number), sheet.done(), start, length, plain))

    def _digest(self, number: int) -> bytes:
        """Of an object and all that it refers to; empty where the fonts are among that, which are the piece's own."""
        if number not in self.digests:
            if self.local.get(number) == FONTS:
                return b""
            each: Any = self.pdf.get_object(number, 0)
            data, said = _stream(each) if isinstance(each, pikepdf.Stream) else (b"", each.unparse(resolved=True))
            self.digests[number] = self._summed(said, data)
        return self.digests[number]

    def _summed(self, said: bytes, data: bytes) -> bytes:
        """The digest of an object that is written so, and of the bytes of its stream."""
        others = {int(found[1]): b"" for found in _TOKEN.finditer(said) if found[1]}
        others = {other: self._digest(other) for other in others}
        named = _TOKEN.sub(lambda found: others[int(found[1])] if found[1] else found[0], said)
        return hashlib.sha256(b"%d %b%b" % (len(named), named, data)).digest() if all(others.values()) else b""

    def _leaf(self, tree: Any, keys: list[int]) -> int:  # noqa: ANN401 - as above
        """Write the parent tree out, as a leaf of the book's."""
        number = self._new()
        self._begin(number)
        self.sheet.text(b"/Limits[")
        self.sheet.hole(keys[0])
        self.sheet.text(b" ")
        self.sheet.hole(keys[-1])
        self.sheet.text(b"]/Nums[")
        for key, value in zip(keys, list(tree.Nums)[1::2], strict=True):
            self.sheet.hole(key)
            self.sheet.text(b" ")
            self._fill(self.sheet, _written(value))
            self.sheet.text(b" ")
        self.sheet.text(b"]")
        self._end()
        return number


def _inline(pdf: Pdf) -> Iterator[tuple[int, bytes]]:
    """What need be no object of its own: references to links from the structure, one for each line of each link."""
    for each in pdf.objects:
        if isinstance(each, Dictionary) and each.get("/Type") == Name.OBJR:
            yield int(each.objgen[0]), bytes(each.unparse(resolved=True))


#: What of a link is known only when the book is, or is written apart.
_FILLED = frozenset({"/A", "/Dest", "/Rect", "/Contents", "/StructParent"})


def _link(annotation: Any, *holes: int) -> Link:  # noqa: ANN401 - as above
    anchor, address, action = "", "", b""
    if "/Dest" in annotation:
        anchor = str(annotation.Dest)
    else:
        address, action = str(annotation.A.get("/URI", "")), _written(annotation.A)
        if address.startswith(BASE):
            anchor, address = address.removeprefix(BASE), ""
    contents = _written(annotation.Contents) if "/Contents" in annotation else b"()"
    left, low, right, high = map(float, annotation.Rect)
    return Link((left, low, right, high), action, anchor, contents, address, *holes)


def _font(font: Any) -> Fonts:  # noqa: ANN401 - as above
    descriptor = font.DescendantFonts[0].FontDescriptor
    told = tuple((key, _written(value).decode("latin-1")) for key, value in sorted(descriptor.items()))
    return Fonts(str(font.BaseFont)[1:], tuple(each for each in told if not each[0].startswith("/FontFile")))


def _stream(each: Any) -> tuple[bytes, bytes]:  # noqa: ANN401 - as above
    """The bytes of a stream, packed, and its dictionary without brackets and length."""
    said = Dictionary({key: value for key, value in each.stream_dict.items() if key != "/Length"})
    data = bytes(each.read_raw_bytes())
    if "/Filter" not in said:
        said.Filter = Name.FlateDecode
        data = zlib.compress(data, LEVEL)
    return data, bytes(said.unparse())[2:-2]


def _plain(each: Any) -> str:  # noqa: ANN401 - as above
    """The digest of a stream's bytes, unpacked."""
    packed_bytes = bytes(each.read_raw_bytes())
    return sha256(pdf_pages.opened(packed_bytes, each.get("/Filter"), each.get("/DecodeParms")))


def _written(value: Any) -> bytes:  # noqa: ANN401 - a pikepdf object, or a number
    return bytes(value.unparse()) if isinstance(value, pikepdf.Object) else str(value).encode()
