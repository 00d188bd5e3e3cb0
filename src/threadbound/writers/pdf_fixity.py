"""The book's own list of what it holds, completed with what only a laid-out PDF has.

Before: a PDF that lacks nothing but to be written, with the list as :mod:`threadbound.rendering.fixity` made it among
the files that it carries. After: the list names every page and what is drawn on it
(:mod:`threadbound.readers.pdf_pages`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from hashlib import md5
from typing import Any

from threadbound.book.book import Evidence
from threadbound.book.evidence import FIXITY
from threadbound.digests import sha256
from threadbound.readers import pdf_pages
from threadbound.readers.bookfile import UNPACKED
from threadbound.rendering.fixity import completed


def complete(pdf: Any, evidence: Iterable[Evidence]) -> None:  # noqa: ANN401 - pydyf has no types
    """Put the digests into the list that a ``pydyf.PDF`` carries, if it carries one."""
    listed = next((item.data for item in evidence if item.name == FIXITY), None)
    if listed is None:
        return
    file = next(each for each in _streams(pdf) if each.stream == [listed])
    data = completed(listed, _parts(pdf))
    file.stream = [data]
    file.extra["Params"]["Size"] = len(data)
    file.extra["Params"]["CheckSum"] = f"<{md5(data, usedforsecurity=False).hexdigest()}>"


def _parts(pdf: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - as above
    """As :func:`threadbound.readers.pdf_pages.parts` reads them."""
    pages = [pdf.objects[number] for number in pdf.pages["Kids"][::3]]
    contents = [_object(pdf, page["Contents"]) for page in pages]
    for number, (page, content) in enumerate(zip(pages, contents, strict=True), 1):
        boxes = [pdf_pages.written(page[box].data) if box in page else b"" for box in pdf_pages.BOXES]
        annotations = [pdf_pages.written(_object(pdf, each).data) for each in page.get("Annots", ())]
        yield pdf_pages.name(number), pdf_pages.page(pdf_pages.digest(_joined(content)), boxes, annotations)
    yield pdf_pages.DESTINATIONS, pdf_pages.destinations(_destinations(pdf, pages))
    drawn = (each for each in _streams(pdf) if pdf_pages.is_drawn(each.extra.get("Type", "")))
    numbers = {content.number for content in contents}
    yield UNPACKED, pdf_pages.streams(sha256(_unpacked(each)) for each in drawn if each.number not in numbers)


def _destinations(pdf: Any, pages: list[Any]) -> Iterator[tuple[bytes, int, bytes]]:  # noqa: ANN401 - as above
    index = {page.reference: k for k, page in enumerate(pages)}
    listed = pdf.catalog.get("Names", {}).get("Dests", {}).get("Names", ())
    for label, place in zip(listed[::2], listed[1::2], strict=True):
        rest = b"[" + b" ".join(map(_bytes, place[1:])) + b"]"
        yield pdf_pages.destination_written(label.data, index[place[0]], rest)


def _object(pdf: Any, reference: bytes) -> Any:  # noqa: ANN401 - as above
    """The object that ``12 0 R`` means."""
    return pdf.objects[int(reference.split()[0])]


def _streams(pdf: Any) -> Iterator[Any]:  # noqa: ANN401 - as above
    return (each for each in pdf.objects if hasattr(each, "stream"))


def _joined(stream: Any) -> bytes:  # noqa: ANN401 - as above
    """A stream's bytes, as pydyf joins them."""
    return b"\n".join(map(_bytes, stream.stream))


def _unpacked(stream: Any) -> bytes:  # noqa: ANN401 - as above
    """A stream's bytes, as they are before pydyf or WeasyPrint pack them."""
    how = None if stream.compress else stream.extra.get("Filter")
    parameters = stream.extra.get("DecodeParms")
    return pdf_pages.opened(
        _joined(stream),
        None if how is None else pdf_pages.parsed(_bytes(how)),
        None if parameters is None else pdf_pages.parsed(_bytes(parameters)),
    )


def _bytes(value: Any) -> bytes:  # noqa: ANN401 - as above
    from pydyf import _to_bytes  # noqa: PLC0415 - only beside WeasyPrint

    return bytes(_to_bytes(value))
