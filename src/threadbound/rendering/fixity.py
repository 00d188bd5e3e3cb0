"""The list of what a book holds, carried by the book itself: so that a picture exchanged or a page taken out is found.

Before: a rendered book with its evidence. After: the same with one more file to carry, which gives the sha256 of every
picture and of every other file carried. A PDF stores PNGs in its own way: of those it is that of the pixels. Writers
complete the list (:func:`completed`) with the digests of what they make, in the last moment before it is written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Literal

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from threadbound.book.book import Evidence
from threadbound.book.evidence import FIXITY
from threadbound.digests import sha256
from threadbound.media.derive import pixels
from threadbound.media.shelf import Shelf
from threadbound.rendering.rendered import RenderedBook, RenderedPicture

#: Name and version of the shape.
SCHEMA = "threadbound.fixity/1"
Kind = Literal["bytes", "pixels"]


class Fixed(Struct, frozen=True, omit_defaults=True):
    """One file of the book."""

    name: str
    """Of a picture as the documents have it, of evidence as it was before the product's own rules for names."""
    sha256: str
    of: Kind = "bytes"
    """Of a picture in ``pixels``: of its size and its pixels in RGBA."""
    windows: int = 1
    """How often a picture is drawn at least, a part each time."""


class Fixity(Struct, frozen=True):
    """The whole list."""

    pictures: tuple[Fixed, ...]
    evidence: tuple[Fixed, ...]
    parts: tuple[Fixed, ...]
    """What the writer makes: of an EPUB every other file in it, of a PDF what :mod:`threadbound.readers.pdf_pages`
    tells apart."""
    schema: str = SCHEMA


def with_fixity(rendered: RenderedBook, product: str, shelf: Shelf) -> RenderedBook:
    """``rendered`` with its list, if it carries any evidence at all."""
    evidence = rendered.book.evidence
    if not evidence:
        return rendered
    fixity = Fixity(
        tuple(_pictures(rendered.pictures, product, shelf)),
        tuple(Fixed(item.name, item.sha256) for item in evidence),
        (),
    )
    item = Evidence(FIXITY, "application/json", "Digests of what this book holds (JSON)", "Data", _encoded(fixity))
    return replace(rendered, book=replace(rendered.book, evidence=(*evidence, item)))


def completed(data: bytes, parts: Iterable[tuple[str, str]]) -> bytes:
    """The list, now that the digests of the parts are known.

    Args:
        data: as :func:`with_fixity` made it.
        parts: name and sha256 of each.
    """
    fixity = msgspec.json.decode(data, type=Fixity)
    made = tuple(Fixed(name, digest) for name, digest in parts)
    own = {fixed.name.partition("/")[2]: fixed.sha256 for fixed in made}
    pictures = tuple(fixed if fixed.sha256 else replace(fixed, sha256=own[fixed.name]) for fixed in fixity.pictures)
    return _encoded(replace(fixity, pictures=pictures, parts=made))


def _encoded(fixity: Fixity) -> bytes:
    return msgspec.json.format(msgspec.json.encode(fixity), indent=2) + b"\n"


def _pictures(pictures: tuple[RenderedPicture, ...], product: str, shelf: Shelf) -> Iterator[Fixed]:
    """Those that are made of originals; the cover is drawn."""
    for picture in pictures:
        if picture.derivative:
            if product == "epub":  # each is a part, whose digest is known when it is written: it is read once less
                yield Fixed(picture.name, "", windows=picture.windows)
            elif picture.media_type == "image/png":
                yield Fixed(picture.name, shelf.pixels(picture.derivative), "pixels", picture.windows)
            else:
                yield Fixed(picture.name, sha256(picture.read()), windows=picture.windows)


#: What of a picture is digested → how.
DIGESTS: dict[Kind, Callable[[bytes], str]] = {"bytes": sha256, "pixels": pixels}
