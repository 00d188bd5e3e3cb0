"""Book → RenderedBook, through the theme's templates.

After rendering every document is whole XHTML: parsed by any XML parser, styled by ``style.css``, pointing at nothing
outside the book but through links that a reader may follow.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Literal

from jinja2 import FileSystemBytecodeCache, FileSystemLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup
from msgspec import Struct

from threadbound.book import dates
from threadbound.book.blocks import leads_to
from threadbound.book.book import Book, Chapter, Heading
from threadbound.book.direction import direction
from threadbound.book.essay import host
from threadbound.book.language import language
from threadbound.book.people import byline, called
from threadbound.media.pictures import Pictures
from threadbound.media.recipes import Wishes
from threadbound.media.shelf import Shelf
from threadbound.model.text import Link, clean, plain, spelled_out
from threadbound.options import LookOptions, PageOptions
from threadbound.rendering import filters, joined, own_css
from threadbound.rendering.balance import balanced_width
from threadbound.rendering.notes import Notes, longest
from threadbound.rendering.own_templates import blamed
from threadbound.rendering.pages import COLLECTION, SINGLE, Page, page_of
from threadbound.rendering.phrases import phrases
from threadbound.rendering.plates import Plates
from threadbound.rendering.rendered import Document, RenderedBook, RenderedPicture, Role
from threadbound.rendering.theme import Theme, scripts_css

#: The cover on an e-reader's screen, and the width of one in print (213 dpi on A5), in pixels.
COVER, COVER_WIDTH = (1600, 2400), 1240
COVER_NAME = "images/cover.png"
#: Languages whose lines break between letters: they are justified without a hyphen.
UNSPACED = frozenset({"zh", "ja", "th", "lo", "km", "my"})
#: What takes the hyphens out again, in the words of each product's readers.
NO_HYPHENS = {
    "print": "\nbody { hyphens: manual }\n",
    "epub": "\nbody, p { hyphens: none; -webkit-hyphens: none; adobe-hyphenate: none }\n",
}
#: Names of compiled templates. They differ from those of an environment without a sandbox, which ask it nothing.
COMPILED = "sandboxed-%s.cache"
#: Pixels of a portrait that can be enlarged for a cover.
SMALLEST_PORTRAIT = 64


class Rendering(Struct, frozen=True):
    """What the caller decides about the look."""

    theme: Theme
    target: Literal["print", "epub"]
    software: str
    uncovered: frozenset[str] = frozenset()
    """Characters that no font has: their names are printed instead."""
    cache: Path | None = None
    """A folder where compiled templates may be kept."""
    shelf: Shelf = Shelf()
    """Where derivatives of pictures are kept."""
    wishes: Wishes = Wishes()
    """What the user says of pictures."""
    look: LookOptions = LookOptions()
    """What the user says of the look."""
    page: PageOptions = PageOptions()
    """What the user says of the pages."""
    standards: str = ""
    """What the writer's files obey, for the colophon."""


def render(book: Book, store: Pictures, rendering: Rendering) -> RenderedBook:
    """The book in the look of a theme, for print (one document) or EPUB (one document a chapter).

    Raises:
        BadConfiguration: a template or style sheet of the user's cannot be used.
    """
    with blamed(rendering.theme):
        return _rendered(book, store, rendering)


def _rendered(book: Book, store: Pictures, rendering: Rendering) -> RenderedBook:
    page = _page(book, rendering)
    own = own_css.read(rendering.look.css, rendering.target) if rendering.look.css else None
    plates = Plates(store, page, rendering.target, rendering.shelf, rendering.wishes)
    environment = _environment(rendering, plates, page)
    if rendering.target == "print":
        markup = environment.get_template("print.html.j2").render(
            book=book,
            software=rendering.software,
            standards=rendering.standards,
            rail=page.rail,
            fonts=rendering.theme.fonts.names,
            own=own,
        )
        documents: tuple[Document, ...] = (
            Document("book", book.title, joined.whole(spelled_out(markup, rendering.uncovered)), "print"),
        )
        css = rendering.theme.css(page.css)
        css = "\n".join((css, scripts_css(css), page.geometry))
    else:
        documents = _epub(book, environment)
        css = "\n".join((rendering.theme.css(rendering.theme.epub_css), own.css if own else ""))
    if not rendering.look.hyphenate:
        css += NO_HYPHENS[rendering.target]
    cover = [_cover(book, plates)] if rendering.target == "epub" or book.is_collection else []
    pictures = [plates.used[name] for name in sorted(plates.used)]
    return RenderedBook(book, documents, css, (*cover, *pictures), own if rendering.target == "print" else None)


def _page(book: Book, rendering: Rendering) -> Page:
    """The page that the book is set on; an EPUB has none, and its pictures are fitted as on a small one."""
    if rendering.target == "epub":
        return page_of(rendering.theme, PageOptions(), COLLECTION)
    return page_of(rendering.theme, rendering.page, COLLECTION if book.is_collection else SINGLE)


def _epub(book: Book, environment: ImmutableSandboxedEnvironment) -> tuple[Document, ...]:
    template = environment.get_template("epub.xhtml.j2")

    def document(name: str, title: str, role: Role, chapter: Chapter | None = None) -> Document:
        language = "en" if role == "colophon" else chapter.language if chapter else book.language
        markup = template.render(book=book, title=title, role=role, chapter=chapter, language=language)
        return Document(name, title, markup, role)

    return (
        document("cover", "Cover", "cover"),
        document("titlepage", book.title, "titlepage"),
        *(document(chapter.id, chapter.heading.short, "chapter", chapter) for chapter in book.chapters),
        document("colophon", "Colophon", "colophon"),
    )


def _cover(book: Book, plates: Plates) -> RenderedPicture:
    author = byline(book.authors)
    digest = book.authors[0].avatar_sha256 if len(book.authors) == 1 else None
    portrait = plates.cover_portrait(digest) if digest else None
    sheet = (COVER_WIDTH, round(COVER_WIDTH * plates.page.sheet / plates.page.width))
    size = COVER if plates.product == "epub" else sheet

    def draw() -> bytes:
        from threadbound.rendering import cover  # noqa: PLC0415 - most PDFs have none

        is_large = portrait and portrait.original.probe.width >= SMALLEST_PORTRAIT
        face = plates.shelf.read(portrait) if portrait and is_large else None
        return cover.draw(book.title, author, book.subtitle, size=size, portrait=face)

    return RenderedPicture(COVER_NAME, "image/png", draw)


def _environment(rendering: Rendering, plates: Plates, page: Page) -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(rendering.theme.folders),
        bytecode_cache=_kept(rendering.cache),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_printable,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    notes, is_print = Notes(rendering.target, longest(page)), rendering.target == "print"
    linked, tail = (filters.linked_whole, filters.tailed) if is_print else (filters.linked, filters.words)
    environment.filters |= {
        "address": filters.address,
        "called": called,
        "bare": lambda url: filters.words(url.removeprefix("https://")),
        "balance": _balance(rendering.theme, page),
        "ragged": _ragged(hyphenate=rendering.look.hyphenate),
        "byline": byline,
        "beside": notes.beside,
        "chapter_words": lambda chapter: filters.inline(lambda url: notes.beside(url, chapter)),
        "phrases": lambda parts: filters.phrases(parts, linked),
        "count": dates.count,
        "described_in": filters.described_in,
        "direction": direction,
        "host": host,
        "inline": lambda nodes, words: words(nodes),
        "flowing": lambda nodes, words: words(nodes, tail),
        "headed": _headed if is_print else lambda heading, words: words(heading.words),
        "language": language,
        "linked": linked,
        "leads_to": leads_to,
        "kind": lambda block: type(block).__name__,
        "kept_together": lambda text: text.replace("–", "\u2060–\u2060"),
        "no_emoji": filters.no_emoji,
        "monogram": filters.monogram,
        "place": plates.place,
        "place_inset": plates.inset().place,
        "notes_at_end": notes.at_end,
        "portrait": plates.portrait,
        "thumb": plates.thumb,
        "unbroken": filters.unbroken,
        "words": filters.words,
    }
    return environment


def _printable(value: object) -> object:
    """What a template prints without a filter of ours: without the characters that XML forbids."""
    return clean(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _kept(cache: Path | None) -> FileSystemBytecodeCache | None:
    """Compiled templates from the run before: a twentieth of a second. Where they cannot be kept, they are not."""
    if cache is None:
        return None
    folder = cache / "templates"
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
    return FileSystemBytecodeCache(str(folder), COMPILED) if os.access(folder, os.W_OK) else None


def _headed(heading: Heading, words: filters.Inlines) -> Markup:
    """The words of a heading whose lines end between its phrases where no spaces divide them."""

    def whole(text: str) -> Markup:
        parts = phrases(clean(text), heading.language)
        if parts is None:
            return filters.words(text)
        return Markup("").join(Markup('<span class="k">{}</span>').format(filters.words(part)) for part in parts)

    return Markup("").join(words((node,), whole) for node in heading.words)


def _balance(theme: Theme, page: Page) -> Callable[[Heading], Markup]:
    def balance(heading: Heading) -> Markup:
        text = clean("".join(filters.shown(node) if isinstance(node, Link) else plain(node) for node in heading.words))
        size = page.rem * (theme.fonts.long if heading.is_long else theme.fonts.h1)
        parts = phrases(text, heading.language)
        width = balanced_width(text if parts is None else parts, theme.heading_font, size, page.measure)
        return Markup(' style="width:{:.1f}mm"').format(width) if width else Markup("")

    return balance


def _ragged(*, hyphenate: bool) -> Callable[[str | None], bool]:
    """Whether lines in a language are better not justified: where no word may be divided, spaces would gape."""

    @cache
    def ragged(language: str | None) -> bool:
        import pyphen  # noqa: PLC0415 - a book of a language that is not known needs none

        if not language or language.partition("-")[0] in UNSPACED:
            return False
        return not hyphenate or pyphen.language_fallback(language) is None

    return ragged
