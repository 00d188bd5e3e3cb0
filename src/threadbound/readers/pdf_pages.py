"""What of a PDF's pages is digested, so that whoever adds to them, covers them or takes one away is found out.

Before: an open PDF, or a page that is about to be written. After: digests of the parts: of every page its content, its
boxes and its annotations; of the destinations of links inside the book; and of every stream that pages are drawn with,
such as fonts. An object is digested as qpdf writes it and a stream as it is unpacked, so that a file that was only
packed anew has the same digests.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pikepdf

from threadbound.digests import sha256
from threadbound.errors import FileTrouble
from threadbound.readers import bounds
from threadbound.readers.bookfile import PACKED, UNPACKED, TooMuch, too_much

#: What decides how much of a page is seen, and which way up.
BOXES = ("MediaBox", "CropBox", "Rotate", "UserUnit")
DESTINATIONS = "destinations"
#: Types of streams with which nothing is drawn.
_NOT_DRAWN = frozenset({"/EmbeddedFile", "/Metadata", "/ObjStm", "/XRef"})
#: In a table of references: neither free nor in a stream of objects (ISO 32000-1 §7.5.8.3).
_BY_ITSELF = 1
_REFERENCE = re.compile(rb"(\d+) 0 R")
#: A place as this program writes it, numbers as qpdf does.
_POINT = re.compile(rb"\[ (\d+) 0 R (/XYZ(?: -?(?:0|[1-9]\d*)(?:\.\d+)?){3}) \]")
#: What objects that are not what they should be make their readers raise.
ODD = (pikepdf.PdfError, TypeError, ValueError, KeyError, AttributeError, RuntimeError, ArithmeticError)


def name(number: int) -> str:
    """What a page is called: from 1."""
    return f"page {number}"


def page(content_digest: bytes, boxes: Iterable[bytes], annotations: Iterable[bytes]) -> str:
    """The digest of one page.

    Args:
        content_digest: the sha256 of its operators, unpacked.
        boxes: those of :data:`BOXES`, written out; empty where it has none.
        annotations: written out, in their order.
    """
    return _of_digests([content_digest, *map(digest, (*boxes, *annotations))])


def is_drawn(kind: str) -> bool:
    """Whether pages are drawn with streams of this ``/Type``."""
    return kind not in _NOT_DRAWN


def streams(digests: Iterable[str]) -> str:
    """The digest of all streams that pages are drawn with, in any order."""
    return _of(digest.encode() for digest in sorted(digests))


def destinations(found: Iterable[tuple[bytes, int, bytes]]) -> str:
    """The digest of names, the index of the page that each leads to, and the place on it."""
    return _of(b"\0".join((label, str(index).encode(), place)) for label, index, place in sorted(found))


def _of(parts: Iterable[bytes]) -> str:
    """Of the digests of the parts: so no part can pass for the end of another."""
    return _of_digests(map(digest, parts))


def _of_digests(digests: Iterable[bytes]) -> str:
    whole = hashlib.sha256()
    for digest in digests:
        whole.update(digest)
    return whole.hexdigest()


def digest(part: bytes) -> bytes:
    """The sha256 of a part of a page."""
    return hashlib.sha256(part).digest()


def parsed(data: bytes) -> Any:  # noqa: ANN401 - a pikepdf object
    """An object that stands written out."""
    return pikepdf.Object.parse(data)


def written(data: bytes) -> bytes:
    """An object as qpdf writes it."""
    return bytes(pikepdf.Object.parse(data).unparse(resolved=True))


def destination(label: bytes, index: int, place: Sequence[Any]) -> tuple[bytes, int, bytes]:
    """One of :func:`destinations`; ``place`` is the array behind the page."""
    return label, index, bytes(pikepdf.Array(place).unparse())


def destination_written(label: bytes, index: int, place: bytes) -> tuple[bytes, int, bytes]:
    """The same of a label and an array that stand written out."""
    return destination(bytes(pikepdf.Object.parse(label)), index, list(pikepdf.Object.parse(place)))


def destination_known(label: bytes, index: int, place: bytes) -> tuple[bytes, int, bytes]:
    """The same of a label's bytes, and of what stands in the array where numbers are written as qpdf writes them."""
    return label, index, b"[ %b ]" % place


def every(document: pikepdf.Pdf, some: range) -> Iterator[tuple[int, Any]]:
    """Some pages with their numbers, as qpdf finds them in whatever tree."""
    there = range(some.start, min(some.stop, len(document.pages)))
    return ((number, document.pages[number].obj) for number in there)


def own(document: pikepdf.Pdf, some: range) -> Iterator[tuple[int, Any]]:
    """Some pages with their numbers, in a tree that this program wrote: no others are looked at, or kept."""
    for (number, _), place in numbered(document.Root["/Pages"], document):
        if place in some:
            yield place, document.get_object(number, 0)


def numbered(node: Any, document: pikepdf.Pdf, first: int = 0) -> Iterator[tuple[tuple[int, int], int]]:  # noqa: ANN401 - a pikepdf object
    """Which object is which page, in a tree that this program wrote.

    The kids are read as they are written: pikepdf would look at each that it gives.
    """
    kids = [int(found[1]) for found in _REFERENCE.finditer(node["/Kids"].unparse())]
    if int(node["/Count"]) == len(kids):
        yield from (((kid, 0), place) for place, kid in enumerate(kids, first))
        return
    for kid in kids:
        inner = document.get_object(kid, 0)
        yield from numbered(inner, document, first)
        first += int(inner["/Count"])


def pages(
    document: pikepdf.Pdf,
    unpacked: Callable[[Any], bytes],
    some: Iterable[tuple[int, Any]],
    left: int = bounds.MAX_CONTENT,
) -> Iterator[tuple[str, str, int]]:
    """Name and digest of some pages, the digest empty where something cannot be read, and the bytes of operators.

    Args:
        document: open.
        unpacked: gives the bytes of a stream of operators.
        some: the pages with their numbers, from 0.
        left: how many bytes of operators they may have together.

    Raises:
        TooMuch: as ``unpacked`` does.
    """
    for number, each in some:
        content = _tried(lambda: _content(each, unpacked))  # noqa: B023 - called at once
        left -= len(content or b"")
        if left < 0 or len(content or b"") > bounds.MAX_PAGE:
            raise too_much(Path(document.filename), "its pages unpack to more than judges can bear")
        found = _tried(lambda: page(digest(content), _boxes(each), _annotations(each)))  # noqa: B023 - called at once
        yield name(number + 1), "" if content is None else found or "", len(content or b"")


def rest(document: pikepdf.Pdf, unpacked: Callable[[Any], bytes]) -> Iterator[tuple[str, str]]:
    """Name and digest of everything else; the digest is empty where something cannot be read.

    Args:
        document: open.
        unpacked: as for :func:`pages`.

    Raises:
        TooMuch: as ``unpacked`` does.
    """
    every = [each.obj for each in document.pages]
    index = {each.objgen: k for k, each in enumerate(every)}
    return others(document, unpacked, index, lambda: _beside(document, every))


def others(
    document: pikepdf.Pdf,
    unpacked: Callable[[Any], bytes],
    index: Mapping[tuple[int, int], int],
    streams_beside: Callable[[], Iterable[int]],
) -> Iterator[tuple[str, str]]:
    """The same where it is known which object is which page, and which streams are no page's own."""
    yield DESTINATIONS, _tried(lambda: destinations(_destinations(document, index))) or ""
    digests = _tried(lambda: list(_streams(document, unpacked, streams_beside()))) or []
    yield PACKED, streams(packed for packed, _ in digests) if digests else ""
    yield UNPACKED, streams(opened for _, opened in digests) if digests else ""


def _tried(work: Callable[[], Any]) -> Any:  # noqa: ANN401 - what ``work`` gives
    try:
        return work()
    except TooMuch:
        raise
    except (FileTrouble, *ODD):
        return None


def _content(each: Any, unpacked: Callable[[Any], bytes]) -> bytes:  # noqa: ANN401 - a pikepdf object
    content = each["/Contents"]
    pieces = list(content) if isinstance(content, pikepdf.Array) else [content]
    data = b"\n".join(unpacked(piece) for piece in pieces[:1])
    for piece in pieces[1:]:
        data += b"\n" + unpacked(piece)
        if len(data) > bounds.MAX_PAGE:  # the caller refuses it
            break
    return data


def _boxes(each: Any) -> list[bytes]:  # noqa: ANN401 - as above
    found = [each.get(f"/{box}") for box in BOXES]
    return [b"" if box is None else _unparsed(box) for box in found]


def _unparsed(value: Any) -> bytes:  # noqa: ANN401 - a pikepdf object, or a number
    return bytes(value.unparse(resolved=True)) if isinstance(value, pikepdf.Object) else str(value).encode()


def _annotations(each: Any) -> list[bytes]:  # noqa: ANN401 - as above
    return [_unparsed(annotation) for annotation in each.get("/Annots", ())]


def _destinations(document: pikepdf.Pdf, index: Mapping[tuple[int, int], int]) -> Iterator[tuple[bytes, int, bytes]]:
    tree: Any = document.Root.get("/Names", pikepdf.Dictionary()).get("/Dests", pikepdf.Dictionary())
    for label, place in _named(tree):
        if found := _POINT.fullmatch(place.unparse(resolved=True)):  # pikepdf would look at the page
            yield destination_known(bytes(label), index.get((int(found[1]), 0), -1), found[2])
        else:
            yield destination(bytes(label), index.get(place[0].objgen, -1), list(place)[1:])


def _named(tree: Any) -> Iterator[tuple[Any, Any]]:  # noqa: ANN401 - as above
    """Names and values of a tree: in its root, or in leaves that are all directly under it."""
    for node in tree.get("/Kids", (tree,)):
        if any(key not in ("/Names", "/Limits") for key in node.keys()):  # noqa: SIM118 - a PDF's dictionary is none of Python's
            raise ValueError("a tree with branches: none that this tool wrote")
        listed = list(node.get("/Names", ()))
        yield from zip(listed[::2], listed[1::2], strict=True)


def _streams(
    document: pikepdf.Pdf, unpacked: Callable[[Any], bytes], numbers: Iterable[int]
) -> Iterator[tuple[str, str]]:
    """The digests of each stream that pages are drawn with, as it is packed and unpacked."""
    for each in (document.get_object(number, 0) for number in numbers):
        if isinstance(each, pikepdf.Stream) and is_drawn(str(each.get("/Type"))):
            if each.get("/Subtype") == "/Form" or "/PatternType" in each:
                unpacked(each)
            packed = bytes(each.read_raw_bytes())
            plain, digest = opened(packed, each.get("/Filter"), each.get("/DecodeParms")), sha256(packed)
            yield digest, digest if plain is packed else sha256(plain)


def _beside(document: pikepdf.Pdf, pages: Sequence[Any]) -> list[int]:
    """Numbers of the objects that may be streams, but for what pages show themselves."""
    contents = {each["/Contents"].objgen for each in pages}
    return [number for number in _plain(document) if (number, 0) not in contents]


def _plain(document: pikepdf.Pdf) -> list[int]:
    """Numbers of the objects that stand in the file by themselves, as every stream does (ISO 32000-1 §7.5.7).

    Of those that stand together in streams of objects there are many, and what was looked at stays in memory.
    """
    return [number for (number, _), entry in document.get_xref_table().items() if entry.type == _BY_ITSELF]


def opened(packed: bytes, how: Any, parameters: Any) -> bytes:  # noqa: ANN401 - pikepdf objects
    """The bytes of a stream, unpacked where they were packed without loss (ISO 32000-1 §7.4.4).

    Args:
        packed: as they stand in the file.
        how: the stream's ``/Filter``.
        parameters: its ``/DecodeParms``.
    """
    if isinstance(how, pikepdf.Array) and len(how) == 1:
        how, parameters = how[0], parameters[0] if isinstance(parameters, pikepdf.Array) else parameters
    if how != "/FlateDecode":
        return packed
    with pikepdf.new() as document:
        stream = pikepdf.Stream(document, packed, Filter=how)
        if parameters is not None:
            stream.DecodeParms = pikepdf.Dictionary({key: int(value) for key, value in parameters.items()})
        return bytes(stream.read_bytes())
