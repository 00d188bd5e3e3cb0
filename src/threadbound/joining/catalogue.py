"""What a book says of itself, and the files that it carries.

Before: a PDF that lacks nothing but its catalogue. After: it is whole, and its own list of what it holds
(``fixity.json``) is completed with the digests of its pages.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import md5

from msgspec import Struct

from threadbound.book.book import Evidence
from threadbound.book.evidence import FIXITY
from threadbound.joining import trees, written
from threadbound.joining.packing import whole
from threadbound.joining.pdf_file import PdfFile
from threadbound.rendering.fixity import completed
from threadbound.tools.packed import Packed

Parts = list[tuple[str, str]]
"""Name and digest of everything, as :func:`threadbound.readers.pdf_pages.parts` reads them."""


class Frame(Struct, frozen=True):
    """What is said of the whole book."""

    language: str
    info: Mapping[str, bytes]
    """Key and value, as written."""
    xmp: bytes
    modified: str
    """ISO 8601 with ``Z``: of the files that it carries."""
    evidence: tuple[Evidence, ...]
    """In the order of the tree of names."""
    is_tagged: bool
    has_relations: bool
    """Whether the files that it carries say how they are related to it (ISO 19005-3 §6.8)."""


def finish(file: PdfFile, frame: Frame, root: int, said: Mapping[str, bytes | None], parts: Parts) -> None:
    """Write the catalogue, the metadata and the files carried, and close the PDF.

    Args:
        file: to write to.
        frame: what is said of the book.
        root: number of the catalogue.
        said: entries of the catalogue; ``Dests`` among them belongs to its names.
        parts: for the book's own list.
    """
    names = {"Dests": said.get("Dests")}
    carried = [(item.name, _carry(file, frame, item, parts)) for item in frame.evidence]
    if carried:
        tree = trees.names(file, ((name, written.reference(number)) for name, number in carried))
        names["EmbeddedFiles"] = None if tree is None else written.reference(tree)
    entries: dict[str, bytes | None] = {
        "Type": b"/Catalog",
        "Lang": written.string(frame.language),
        "Metadata": written.reference(file.packed_stream(b"/Type/Metadata/Subtype/XML", frame.xmp)),
        "PageMode": b"/UseOutlines",
        "ViewerPreferences": b"<</DisplayDocTitle true>>",
        "Names": b"<<%b>>" % _entries(names),
        "AF": written.references(number for _, number in carried) if carried and frame.has_relations else None,
        **{key: value for key, value in said.items() if key != "Dests"},
    }
    file.add(b"<<%b>>" % _entries(entries), root)
    info = file.add(b"<<%b>>" % _entries(frame.info))
    file.close(root, info)


def _entries(said: Mapping[str, bytes | None]) -> bytes:
    return b"".join(b"/%b %b" % (key.encode(), value) for key, value in said.items() if value is not None)


def _carry(file: PdfFile, frame: Frame, item: Evidence, parts: Parts) -> int:
    """Write a file that the book carries; gives the number of its specification."""
    data = completed(item.data, parts) if item.name == FIXITY else item.data
    digest = md5(data, usedforsecurity=False).hexdigest().encode()
    moment = written.date(frame.modified)
    told = (item.media_type.replace("/", "#2f").encode(), len(data), digest, moment, moment)
    head = b"/Type/EmbeddedFile/Subtype/%b/Params<</Size %d/CheckSum<%b>/CreationDate%b/ModDate%b>>" % told
    if isinstance(item.held, Packed):  # many megabytes, deflated when they were made
        stream = file.add_stream(head + b"/Filter/FlateDecode", whole(item.held.deflated, data))
    else:
        stream = file.packed_stream(head, data)
    name = written.string(item.name)
    relation = b"/AFRelationship/%b" % item.relationship.encode() if frame.has_relations else b""
    said = (name, name, stream, stream, written.string(item.description), relation)
    return file.add(b"<</Type/Filespec/F%b/UF%b/EF<</F %d 0 R/UF %d 0 R>>/Desc%b%b>>" % said)
