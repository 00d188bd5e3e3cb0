"""What the package document of an EPUB says of its book, as plain statements.

Before: a rendered book. After: Dublin Core, the refinements of EPUB 3.3 and accessibility metadata that claims only
what is true of these pages. Nothing here knows ebooklib or XML.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct, field

from threadbound import __version__
from threadbound.book.blocks import Block, Clip, Figure, Quotation
from threadbound.book.book import Book
from threadbound.model.media import Media
from threadbound.model.text import clean
from threadbound.model.thread import Author
from threadbound.rendering.rendered import RenderedBook, RenderedPicture

#: Id of the item that is the picture on the cover, for the EPUB 2 way of naming it.
COVER_ID = "cover-image"
#: Languages written from right to left (primary subtags; of Azerbaijani, Kurdish etc. the Latin form is assumed).
_RIGHT_TO_LEFT = frozenset(
    {"ar", "arc", "ckb", "dv", "fa", "he", "iw", "ks", "nqo", "ps", "sd", "syr", "ug", "ur", "yi"}
)
#: A given name and a surname, as far as letters can tell: two capitalised words and nothing else.
_TWO_NAMES = re.compile(r"([^\W\d_][\w'’.-]*) ([^\W\d_][\w'’-]*)")
_MAYBE_MOVING = frozenset({"image/gif", "image/webp", "image/apng"})


class Statement(Struct, frozen=True):
    """One element of the package's metadata."""

    name: str
    """``title``, ``creator``, … of Dublin Core, or ``meta``."""
    value: str
    attributes: dict[str, str] = field(default_factory=dict)


def statements(rendered: RenderedBook) -> tuple[Statement, ...]:
    """Everything that the package says of the book, in order; the identifier first."""
    book = rendered.book
    return (
        Statement("identifier", line(book.identifier), {"id": "identifier"}),
        Statement("title", line(book.title) or "Untitled"),
        Statement("language", book.language or "und"),
        *_people(book),
        *([Statement("date", book.date)] if book.date else []),
        *(Statement("source", line(source)) for source in book.sources),
        *(Statement("subject", line(subject)) for subject in book.subjects),
        *([Statement("description", line(book.description))] if line(book.description) else []),
        *([Statement("meta", "", {"name": "cover", "content": COVER_ID})] if cover_picture(rendered) else []),
        *_accessibility(rendered),
    )


def direction(language: str) -> str | None:
    """``rtl`` for a language written from right to left."""
    return "rtl" if language.lower().partition("-")[0] in _RIGHT_TO_LEFT else None


def cover_picture(rendered: RenderedBook) -> RenderedPicture | None:
    """The picture on the cover, if there is one."""
    return next((picture for picture in rendered.pictures if picture.name.startswith("images/cover.")), None)


def line(text: str) -> str:
    """``text`` on one line, without the characters that XML cannot hold (ebooklib drops such elements in silence)."""
    return " ".join(clean(text).split())


def file_as(name: str) -> str:
    """How a library sorts a name: surname first where there are just two names, otherwise as it is, without emoji."""
    plain = line("".join(c for c in name if c.isalnum() or c.isspace() or c in "'’.-,&_"))
    two = _TWO_NAMES.fullmatch(plain)
    if two and all(part[0].isupper() for part in two.groups()):
        return f"{two[2]}, {two[1]}"
    return plain or line(name)


def _people(book: Book) -> Iterator[Statement]:
    """The authors, and the program that bound them."""
    for number, author in enumerate(book.authors, 1):
        yield from _person("creator", f"creator-{number}", _called(author), "aut")
    yield from _person("contributor", "binder", f"Threadbound {__version__}", "bkp")


def _called(author: Author) -> str:
    return line(author.name) or (f"@{author.handle}" if line(author.handle) else "Unknown")


def _person(kind: str, uid: str, name: str, role: str) -> Iterator[Statement]:
    yield Statement(kind, name, {"id": uid})
    yield Statement("meta", role, {"refines": f"#{uid}", "property": "role", "scheme": "marc:relators"})
    if role == "aut":
        yield Statement("meta", file_as(name), {"refines": f"#{uid}", "property": "file-as"})


def _accessibility(rendered: RenderedBook) -> Iterator[Statement]:
    """EPUB Accessibility 1.1: how the book can be read, and by whom not."""
    shown = [media for chapter in rendered.book.chapters for block in chapter.blocks for media in _pictures(block)]
    described = all(media.alt for media in shown)
    moving = any(picture.media_type in _MAYBE_MOVING for picture in rendered.pictures)
    yield _schema("accessMode", "textual")
    if shown:
        yield _schema("accessMode", "visual")
        yield _schema("accessModeSufficient", "textual,visual")
    if described:
        yield _schema("accessModeSufficient", "textual")
    for feature in ("tableOfContents", "readingOrder", "structuralNavigation"):
        yield _schema("accessibilityFeature", feature)
    if shown and described:
        yield _schema("accessibilityFeature", "alternativeText")
    yield _schema("accessibilityHazard", "unknown" if moving else "none")
    yield _schema("accessibilitySummary", _summary(len(shown), sum(bool(media.alt) for media in shown)))


def _pictures(block: Block) -> tuple[Media, ...]:
    """The pictures that a block shows."""
    match block:
        case Figure(pictures):
            return pictures
        case Clip(media):
            return (media,) if media.sha256 else ()
        case Quotation():
            return tuple(media for figure in block.figures for media in _pictures(figure))
        case _:
            return ()


def _summary(shown: int, described: int) -> str:
    """One sentence or two for a person."""
    opening = "Text in logical reading order with a table of contents and headings."
    if not shown:
        return f"{opening} There are no pictures besides covers and portraits."
    if described == shown:
        return f"{opening} Every picture has a description by its author."
    return f"{opening} Of {shown} pictures, {described} have a description by their author; the others have none."


def _schema(name: str, value: str) -> Statement:
    return Statement("meta", value, {"property": f"schema:{name}"})
