"""The navigation of an EPUB: what its contents list, and the document that shows them.

Before: a rendered book. After: entries in reading order, landmarks, and the XHTML of ``nav.xhtml``. ebooklib's own
navigation document shows its landmarks as text and knows no direction, so it is written here.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from msgspec import Struct
from msgspec.structs import replace

from threadbound.book.book import Chapter
from threadbound.book.people import line
from threadbound.rendering.rendered import Document, RenderedBook
from threadbound.writers.epub_metadata import progression

#: Roles that a reader turns to from the contents.
_LISTED = frozenset({"about", "part", "chapter", "index", "pictures", "bibliography", "colophon"})
_PAGE = """<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"{attributes}>
<head><title>{title}</title><link rel="stylesheet" type="text/css" href="style.css"/></head>
<body>
<nav epub:type="toc" id="toc" role="doc-toc" aria-labelledby="toc-title">
<h1 id="toc-title">Contents</h1>
<ol>
{entries}
</ol>
</nav>
<nav epub:type="landmarks" id="landmarks" aria-label="Landmarks" hidden="hidden">
<ol>
{landmarks}
</ol>
</nav>
</body>
</html>
"""


class Entry(Struct, frozen=True):
    """One line of the contents."""

    href: str
    title: str
    direction: str | None = None
    language: str | None = None
    """Where it is not English, the language of the page."""
    below: tuple[Entry, ...] = ()
    """Of a part its chapters."""


class Landmark(Struct, frozen=True):
    """One place that reading systems know how to find."""

    kind: str
    """Of the EPUB 3 structure vocabulary, e.g. ``bodymatter``."""
    guide: str
    """The same in the words of EPUB 2, e.g. ``text``."""
    href: str
    title: str


def entries(rendered: RenderedBook) -> tuple[Entry, ...]:
    """The contents: chapters by their headings, below their parts; what stands round them. Never empty."""
    chapters = {chapter.id: chapter for chapter in rendered.book.chapters}
    listed = [document for document in rendered.documents if document.role in _LISTED] or rendered.documents
    found: list[Entry] = []
    is_parted = False
    for document in listed:
        entry = _entry(document, chapters.get(document.name))
        is_parted = document.role == "part" or (is_parted and document.role == "chapter")
        if is_parted and document.role == "chapter":
            found[-1] = replace(found[-1], below=(*found[-1].below, entry))
        else:
            found.append(entry)
    return tuple(found)


def _entry(document: Document, chapter: Chapter | None) -> Entry:
    heading = chapter.heading if chapter else None
    language = (heading.title_language if heading else None) or (chapter.language if chapter else "en")
    title = line(heading.short if heading else document.title) or line(document.title) or document.name
    way = heading.title_direction if heading else None
    return Entry(f"{document.name}.xhtml", title, way, None if language == "en" else language)


#: Role → what EPUB 3 and EPUB 2 call the place where it begins, and people.
_MARKS: tuple[tuple[str, str, str, str], ...] = (
    ("cover", "cover", "cover", "Cover"),
    ("titlepage", "titlepage", "title-page", "Title page"),
    ("contents", "toc", "toc", "Contents"),
    ("about", "preface", "preface", "About this edition"),
    ("index", "index", "index", "Index"),
    ("pictures", "loi", "loi", "Pictures"),
    ("bibliography", "bibliography", "bibliography", "Addresses"),
    ("colophon", "colophon", "colophon", "Colophon"),
)


def landmarks(rendered: RenderedBook) -> tuple[Landmark, ...]:
    """The first place of each kind, as far as there is any, and the beginning of the text."""
    found = [
        Landmark(kind, guide, f"{first.name}.xhtml", title)
        for role, kind, guide, title in _MARKS
        if (first := _first(rendered, role))
    ]
    if is_read(rendered):
        found.append(Landmark("toc", "toc", "nav.xhtml", "Contents"))
    body = next((each for each in rendered.documents if each.role in {"part", "chapter"}), rendered.documents[-1])
    text = Landmark("bodymatter", "text", f"{body.name}.xhtml", "Beginning of the text")
    places = {f"{document.name}.xhtml": place for place, document in enumerate(rendered.documents)}
    return tuple(sorted((*found, text), key=lambda mark: places.get(mark.href, places[text.href] - 0.5)))


def is_read(rendered: RenderedBook) -> bool:
    """Whether ``nav.xhtml`` is a page of the book: in a collection, where the theme has no page of contents."""
    roles = [document.role for document in rendered.documents]
    return roles.count("chapter") > 1 and "contents" not in roles


def page(rendered: RenderedBook) -> bytes:
    """The XHTML of ``nav.xhtml``."""
    book = rendered.book
    return _PAGE.format(
        attributes=_attributes(lang="en", **{"xml:lang": "en", "dir": progression(book)}),
        title=escape(line(book.title) or "Contents"),
        entries=_list([_item(entry) for entry in entries(rendered)]),
        landmarks=_list(
            [
                f'<li><a epub:type="{mark.kind}" href="{escape(mark.href)}">{mark.title}</a></li>'
                for mark in landmarks(rendered)
            ]
        ),
    ).encode()


def _item(entry: Entry) -> str:
    said = _attributes(lang=entry.language, **{"xml:lang": entry.language, "dir": entry.direction})
    below = f"\n<ol>\n{_list([_item(each) for each in entry.below])}\n</ol>\n" if entry.below else ""
    return f'<li><a href="{escape(entry.href)}"{said}>{escape(entry.title)}</a>{below}</li>'


def _first(rendered: RenderedBook, role: str) -> Document | None:
    return next((document for document in rendered.documents if document.role == role), None)


def _attributes(**values: str | None) -> str:
    return "".join(f' {name}="{escape(value)}"' for name, value in values.items() if value)


def _list(items: Sequence[str]) -> str:
    return "\n".join(items)
