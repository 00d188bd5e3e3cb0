"""The navigation of an EPUB: what its contents list, and the document that shows them.

Before: a rendered book. After: entries in reading order, landmarks, and the XHTML of ``nav.xhtml``. ebooklib's own
navigation document shows its landmarks as text and knows no direction, so it is written here.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from msgspec import Struct

from threadbound.rendering.rendered import Document, RenderedBook
from threadbound.writers.epub_metadata import line, progression

#: Roles that a reader turns to from the contents.
_LISTED = frozenset({"chapter", "colophon"})
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


class Landmark(Struct, frozen=True):
    """One place that reading systems know how to find."""

    kind: str
    """Of the EPUB 3 structure vocabulary, e.g. ``bodymatter``."""
    guide: str
    """The same in the words of EPUB 2, e.g. ``text``."""
    href: str
    title: str


def entries(rendered: RenderedBook) -> tuple[Entry, ...]:
    """The contents: chapters by their headings, and the colophon. Never empty while there is a document."""
    chapters = {chapter.id: chapter for chapter in rendered.book.chapters}
    listed = [document for document in rendered.documents if document.role in _LISTED] or rendered.documents
    found = []
    for document in listed:
        chapter = chapters.get(document.name)
        heading = chapter.heading if chapter else None
        language = (heading.language if heading else None) or (chapter.language if chapter else "en")
        title = line(heading.short if heading else document.title) or line(document.title) or document.name
        direction_ = heading.direction if heading else None
        found.append(Entry(f"{document.name}.xhtml", title, direction_, None if language == "en" else language))
    return tuple(found)


def landmarks(rendered: RenderedBook) -> tuple[Landmark, ...]:
    """Cover, title page, contents, the beginning of the text and the colophon, as far as there are any."""
    cover, title, end = (_first(rendered, role) for role in ("cover", "titlepage", "colophon"))
    contents = _first(rendered, "contents")
    toc = f"{contents.name}.xhtml" if contents else "nav.xhtml" if is_read(rendered) else None
    text = _first(rendered, "chapter") or rendered.documents[-1]
    return (
        *([Landmark("cover", "cover", f"{cover.name}.xhtml", "Cover")] if cover else []),
        *([Landmark("titlepage", "title-page", f"{title.name}.xhtml", "Title page")] if title else []),
        *([Landmark("toc", "toc", toc, "Contents")] if toc else []),
        Landmark("bodymatter", "text", f"{text.name}.xhtml", "Beginning of the text"),
        *([Landmark("colophon", "colophon", f"{end.name}.xhtml", "Colophon")] if end else []),
    )


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
    return f'<li><a href="{escape(entry.href)}"{said}>{escape(entry.title)}</a></li>'


def _first(rendered: RenderedBook, role: str) -> Document | None:
    return next((document for document in rendered.documents if document.role == role), None)


def _attributes(**values: str | None) -> str:
    return "".join(f' {name}="{escape(value)}"' for name, value in values.items() if value)


def _list(items: Sequence[str]) -> str:
    return "\n".join(items)
