"""What the package document of an EPUB says of its book, as plain statements.

Before: a rendered book. After: Dublin Core, the refinements of EPUB 3.3 and accessibility metadata that claims only
what is true of these pages. Nothing here knows ebooklib or XML.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct, field

from threadbound import __version__
from threadbound.book.blocks import Block, Clip, Figure, LinkCard, Quotation
from threadbound.book.book import UNDETERMINED, Book
from threadbound.book.people import file_as, line
from threadbound.model.media import Media
from threadbound.model.thread import Author
from threadbound.rendering.rendered import RenderedBook, RenderedPicture

#: Id of the item that is the picture on the cover, for the EPUB 2 way of naming it.
COVER_ID = "cover-image"
#: Languages written from right to left (primary subtags; of Azerbaijani, Kurdish etc. the Latin form is assumed), and
#: scripts that are: a tag that names its script says how it is written.
_RIGHT_TO_LEFT = frozenset({"ar", "arc", "ckb", "dv", "fa", "he", "ks", "nqo", "ps", "sd", "syr", "ug", "ur", "yi"})
_SCRIPTS_FROM_RIGHT = frozenset({"adlm", "arab", "aran", "hebr", "nkoo", "rohg", "syrc", "thaa"})
_MAYBE_MOVING = frozenset({"image/gif", "image/webp", "image/apng"})
#: What must be said of a book with animations; sound is in none. Of motion nothing is said, which means the same as
#: "unknownMotionSimulationHazard": Ace 1.4.6 misspells that word, and calls the right one wrong.
_MAYBE_HAZARDS = ("unknownFlashingHazard", "noSoundHazard")
#: What takes the size or the colour of letters out of the reader's hands.
_FIXED = re.compile(
    r"(?:font[\w-]*|line-height|color|background[\w-]*)\s*:[^;}]*!important"
    r"|font(?:-size)?\s*:[^;}]*?[\d.](?:px|pt|pc|cm|mm|in|q)\b",
    re.IGNORECASE,
)
#: Of words that are ours, whatever the thread's language.
_ENGLISH = {"{http://www.w3.org/XML/1998/namespace}lang": "en"}


class Statement(Struct, frozen=True):
    """One element of the package's metadata."""

    name: str
    """``title``, ``creator``, … of Dublin Core, or ``meta``."""
    value: str
    attributes: dict[str, str] = field(default_factory=dict)


def statements(rendered: RenderedBook) -> tuple[Statement, ...]:
    """Everything that the package says of the book, in order; the identifier first."""
    book = rendered.book
    ours = _ENGLISH if book.is_collection else {}
    return (
        Statement("identifier", line(book.identifier), {"id": "identifier"}),
        Statement("title", line(book.catalogue_title) or "Untitled", ours),
        *(Statement("language", language) for language in book.languages),
        *_people(book),
        *([Statement("date", book.date)] if book.date else []),
        *(Statement("source", line(source)) for source in book.sources),
        *(Statement("subject", line(subject)) for subject in book.subjects),
        *([Statement("description", line(book.description), ours)] if line(book.description) else []),
        *_series(book),
        *([Statement("meta", "", {"name": "cover", "content": COVER_ID})] if cover_picture(rendered) else []),
        *_accessibility(rendered),
    )


def direction(language: str) -> str | None:
    """``rtl`` for a language written from right to left."""
    primary, *others = language.lower().split("-")
    script = others[0] if others and len(others[0]) == 4 and others[0].isalpha() else ""
    is_from_right = script in _SCRIPTS_FROM_RIGHT if script else primary in _RIGHT_TO_LEFT
    return "rtl" if is_from_right else None


def progression(book: Book) -> str | None:
    """``rtl`` for a book whose pages turn the other way: most of it is written from right to left."""
    said = book.languages if book.language == UNDETERMINED else (book.language,)
    return "rtl" if {direction(language) for language in said} == {"rtl"} else None


def cover_picture(rendered: RenderedBook) -> RenderedPicture | None:
    """The picture on the cover, if there is one."""
    return next((picture for picture in rendered.pictures if picture.name.startswith("images/cover.")), None)


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


def _series(book: Book) -> Iterator[Statement]:
    """The group that the book stands in, as EPUB 3 says it and as Calibre says it; and what the book consists of."""
    for part in book.works:
        yield Statement("meta", line(part), {"property": "dcterms:hasPart"})
    if not book.series or not line(book.series.name):
        return
    name, position = line(book.series.name), book.series.position
    yield Statement("meta", name, {"property": "belongs-to-collection", "id": "series", **_ENGLISH})
    yield Statement("meta", book.series.kind, {"refines": "#series", "property": "collection-type"})
    yield Statement("meta", book.series.identifier, {"refines": "#series", "property": "dcterms:identifier"})
    if position:
        yield Statement("meta", position, {"refines": "#series", "property": "group-position"})
    if book.series.kind == "series" or position:
        yield Statement("meta", "", {"name": "calibre:series", "content": name})
        if position:
            yield Statement("meta", "", {"name": "calibre:series_index", "content": position})


def _accessibility(rendered: RenderedBook) -> Iterator[Statement]:
    """EPUB Accessibility 1.1: how the book can be read, and by whom not. Nobody evaluated it: no level is claimed."""
    shown = [media for chapter in rendered.book.chapters for block in chapter.blocks for media in _pictures(block)]
    described = all(media.alt for media in shown)
    yield _schema("accessMode", "textual")
    if shown:
        yield _schema("accessMode", "visual")
        yield _schema("accessModeSufficient", "textual,visual")
    if described:
        yield _schema("accessModeSufficient", "textual")
    for feature in ("tableOfContents", "readingOrder", "structuralNavigation"):
        yield _schema("accessibilityFeature", feature)
    if not _FIXED.search(rendered.css):
        yield _schema("accessibilityFeature", "displayTransformability")
    if shown and described:
        yield _schema("accessibilityFeature", "alternativeText")
    for hazard in _MAYBE_HAZARDS if any(map(_moves, rendered.pictures)) else ("none",):
        yield _schema("accessibilityHazard", hazard)
    summary = _summary(len(shown), sum(bool(media.alt) for media in shown))
    yield Statement("meta", summary, {"property": "schema:accessibilitySummary", **_ENGLISH})


def _pictures(block: Block) -> tuple[Media, ...]:
    """The pictures that a block shows, each with what its author says of it."""
    match block:
        case Figure(pictures):
            return pictures
        case Clip(media):
            return (media,) if media.sha256 else ()
        case Quotation():
            return tuple(media for figure in block.figures for media in _pictures(figure))
        case LinkCard(picture=Media() as picture):
            return (picture,)
        case _:
            return ()


def _moves(picture: RenderedPicture) -> bool:
    """Whether the picture is an animation that may move here: what it shows nobody has looked at."""
    made = picture.derivative
    if made is None:
        return picture.media_type in _MAYBE_MOVING
    return made.original.probe.is_animated and (made.recipe.passes or made.recipe.moves)


def _summary(shown: int, described: int) -> str:
    """A few sentences for a person."""
    opening = "Text in logical reading order with a table of contents and headings."
    closing = "Not evaluated against WCAG."
    if not shown:
        return f"{opening} There are no pictures besides covers and portraits. {closing}"
    if described == shown:
        return f"{opening} Every picture has a description by its author. {closing}"
    authors = (
        f"Of {shown} pictures, {described} have a description by their author; the others have only a short label."
    )
    return f"{opening} {authors} {closing}"


def _schema(name: str, value: str) -> Statement:
    return Statement("meta", value, {"property": f"schema:{name}"})
