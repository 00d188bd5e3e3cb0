"""Book → RenderedBook, through the theme's templates.

After rendering every document is whole XHTML: parsed by any XML parser, styled by ``style.css``, pointing at nothing
outside the book but through links that a reader may follow.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, partial
from pathlib import Path
from typing import Literal

from jinja2 import Environment
from msgspec import Struct

from threadbound.book import dates
from threadbound.book.blocks import leads_to
from threadbound.book.book import Book, Chapter
from threadbound.book.brief import brief
from threadbound.book.direction import direction, direction_of
from threadbound.book.essay import host
from threadbound.book.heading import shorten
from threadbound.book.language import language
from threadbound.book.people import byline, called
from threadbound.media.derive import Derivative
from threadbound.media.pictures import Pictures
from threadbound.media.recipes import SUFFIXES, Wishes
from threadbound.media.shelf import Shelf
from threadbound.model.text import clean, spelled_out, straight
from threadbound.options import LookOptions, PageOptions, Step, no_step
from threadbound.rendering import filters, headings, joined, printing
from threadbound.rendering.balance import fitting
from threadbound.rendering.leaves import Leaf, leaves
from threadbound.rendering.notes import Notes, longest
from threadbound.rendering.own_css import StyleSheet
from threadbound.rendering.own_templates import blamed
from threadbound.rendering.pages import COLLECTION, SINGLE, Page, page_of
from threadbound.rendering.places import PAGE, PLACE
from threadbound.rendering.plates import Plates
from threadbound.rendering.rendered import Document, RenderedBook, RenderedPicture
from threadbound.rendering.sections import TEMPLATES, Section
from threadbound.rendering.theme import Theme, faces, scripts_css
from threadbound.rendering.ways import Ways, numbers, spans, stand_in, zeros

#: The cover on an e-reader's screen, and the width of one in print (213 dpi on A5), in pixels.
COVER, COVER_WIDTH = (1600, 2400), 1240
#: Counted up whenever the same words and portrait give another cover than before.
COVER_VERSION = 3
#: Languages whose lines break between letters: they are justified without a hyphen.
UNSPACED = frozenset({"zh", "yue", "nan", "hak", "wuu", "ja", "th", "lo", "km", "my"})
#: What takes the hyphens out again, in the words of each product's readers.
NO_HYPHENS = {
    "print": "\nbody { hyphens: manual }\n",
    "epub": "\nbody, p { hyphens: none; -webkit-hyphens: none; adobe-hyphenate: none }\n",
}
#: The template of every document of an EPUB.
DOCUMENT = "epub.xhtml.j2"
#: What it takes macros from.
MACROS = ("blocks.html.j2", "matter.html.j2")
#: What rendering is called where somebody watches.
CHAPTERS = "chapters"
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
    step: Step = no_step
    """Told how many chapters are rendered."""


class Compositor(Struct, frozen=True):
    """Prints the documents of one book, and knows what all of them share."""

    book: Book
    rendering: Rendering
    page: Page
    plates: Plates
    environment: Environment
    own: StyleSheet | None
    """The user's."""
    notes: Notes
    """Of the links."""
    cover: str = ""
    """Name of the picture on the cover, as the documents point at it; empty where there is none."""
    fonts: str = ""
    """In which print is set, for the colophon: found once, in all the words of the book."""

    @property
    def css(self) -> str:
        """The theme's style sheet."""
        theme, target = self.rendering.theme, self.rendering.target
        if target == "print":
            css = theme.css(self.page.css)
            css = "\n".join((css, scripts_css(css), self.page.geometry))
        else:
            css = "\n".join((theme.css(theme.epub_css), self.own.css if self.own else ""))
        return css if self.rendering.look.hyphenate else css + NO_HYPHENS[target]

    def section(self, section: Section, pages: Mapping[str, str] | None = None, room: str | None = None) -> Document:
        """One piece of a collection, for print.

        Args:
            section: which.
            pages: anchor → the number that is printed on its page; asked by the pieces that are set last.
            room: the :func:`~threadbound.rendering.ways.zeros` of these, where they were counted for another piece.
        """
        words = section.words(self.book) | {"rail": self.page.rail, "own": self.own, "cover": self.cover}
        words |= {"pages": pages or {}, "zeros": zeros(pages or {}) if room is None else room, **self._making()}
        markup = self.environment.get_template(TEMPLATES[section.role]).render(words)
        return Document(section.name, section.title, self._spelled(markup).encode(), section.role)

    def whole(self) -> Document:
        """The book as one document, for print."""
        words = {"book": self.book, "rail": self.page.rail, "own": self.own, "cover": self.cover, **self._making()}
        environment = self.environment.overlay()
        environment.filters = environment.filters | _ways(Ways("whole"), self.notes)
        markup = environment.get_template("print.html.j2").render(words)
        return Document("book", self.book.title, self._spelled(markup).encode(), "print")

    def leaf(self, leaf: Leaf) -> Document:
        """One document of an EPUB."""
        words = {"book": self.book, "leaf": leaf, "chapter": leaf.chapter, "cover": self.cover}
        markup = self.environment.get_template(DOCUMENT).render(words)
        return Document(leaf.name, leaf.title, markup.encode(), leaf.role)

    def _making(self) -> dict[str, str]:
        """What a colophon says of how the book was made."""
        rendering = self.rendering
        return {
            "software": rendering.software,
            "standards": rendering.standards,
            "fonts": self.fonts,
        }

    def _spelled(self, markup: str) -> str:
        return joined.whole(spelled_out(markup, self.rendering.uncovered))


def compositor(book: Book, store: Pictures, rendering: Rendering) -> Compositor:
    """The compositor of a book.

    Raises:
        BadConfiguration: a style sheet of the user's cannot be used.
    """
    page = _page(book, rendering)
    own = rendering.theme.laid_over(rendering.look.css, rendering.target) if rendering.look.css else None
    plates = Plates(store, page, rendering.target, rendering.shelf, rendering.wishes)
    cover = _cover_name(book, plates) if has_cover(book, rendering.target) else ""
    notes = Notes(rendering.target, longest(page))
    fonts = faces(rendering.theme.fonts.names, book.languages) if rendering.target == "print" else ""
    environment = _environment(rendering, plates, page, notes, _zeros(book))
    return Compositor(book, rendering, page, plates, environment, own, notes, cover, fonts)


def one_by_one(composing: Compositor, leaves: Sequence[Leaf]) -> Iterator[Document]:
    """Documents of an EPUB, each when it is asked for."""
    return map(composing.leaf, leaves)


#: What makes the documents of an EPUB that are long, in their order: they may be under way before they are asked for.
#: What pictures they use is in the compositor's plates when all have been.
Apart = Callable[[Compositor, Sequence[Leaf]], Iterator[Document]]


def render(book: Book, store: Pictures, rendering: Rendering, apart: Apart = one_by_one) -> RenderedBook:
    """The book in the look of a theme, for print (one document) or EPUB (one document a chapter).

    Raises:
        BadConfiguration: a template or style sheet of the user's cannot be used.
    """
    with blamed(rendering.theme):
        return _rendered(compositor(book, store, rendering), apart)


def _rendered(composing: Compositor, apart: Apart) -> RenderedBook:
    book, plates = composing.book, composing.plates
    is_print = composing.rendering.target == "print"
    documents = (composing.whole(),) if is_print else _epub(composing, apart)
    cover = [cover_picture(composing)] if composing.cover else []
    pictures = [plates.used[name] for name in sorted(plates.used)]
    return RenderedBook(book, documents, composing.css, (*cover, *pictures), composing.own if is_print else None)


def cover_picture(composing: Compositor) -> RenderedPicture:
    """The picture on the cover of a book that has one, after all others are known."""
    return _cover(composing.book, composing.plates)


def has_cover(book: Book, target: str) -> bool:
    """Whether there is a cover: none is drawn for one thread in print."""
    if book.cover.kind == "drawn":
        return target == "epub" or book.is_collection
    return book.cover.kind == "file"


def _page(book: Book, rendering: Rendering) -> Page:
    """The page that the book is set on; an EPUB has none, and its pictures are fitted as on a small one."""
    if rendering.target == "epub":
        return page_of(rendering.theme, PageOptions(), COLLECTION)
    return page_of(rendering.theme, rendering.page, COLLECTION if book.is_collection else SINGLE)


def _epub(composing: Compositor, apart: Apart) -> tuple[Document, ...]:
    """Every document. What is short is made while the chapters and the lists behind them are."""
    every = leaves(composing.book)
    long = [leaf for leaf in every if leaf.is_long]
    coming = apart(composing, long)
    made = {leaf.name: composing.leaf(leaf).packed() for leaf in every if not leaf.is_long}
    for done, document in enumerate(coming):
        composing.rendering.step(CHAPTERS, done, len(long))
        made[document.name] = document
    return tuple(made[leaf.name] for leaf in every)


def _own_cover(book: Book, plates: Plates) -> Derivative | None:
    """What is made of a picture of the user's, where one stands on the cover."""
    if book.cover.kind != "file":
        return None
    return plates.derivative(book.cover.sha256, (plates.page.width, plates.page.sheet))


def _cover_name(book: Book, plates: Plates) -> str:
    """The name of the picture on the cover, as documents point at it."""
    own = _own_cover(book, plates)
    return f"images/cover{SUFFIXES[own.recipe.media_type] if own else '.png'}"


def _cover(book: Book, plates: Plates) -> RenderedPicture:
    sheet = (COVER_WIDTH, round(COVER_WIDTH * plates.page.sheet / plates.page.width))
    size = COVER if plates.product == "epub" else sheet
    if own := _own_cover(book, plates):
        return RenderedPicture(_cover_name(book, plates), own.recipe.media_type, partial(plates.shelf.read, own))
    author = byline(book.authors)
    digest = book.authors[0].avatar_sha256 if len(book.authors) == 1 else None
    portrait = plates.cover_portrait(digest) if digest else None

    is_large = portrait and portrait.original.probe.width >= SMALLEST_PORTRAIT
    shown = portrait if is_large else None
    words = (book.title, author, book.subtitle)

    def draw() -> bytes:
        from threadbound.rendering import cover  # noqa: PLC0415 - most PDFs have none

        return cover.draw(*words, size=size, portrait=plates.shelf.read(shown) if shown else None)

    key = (COVER_VERSION, words, size, (shown.original.identity, shown.recipe) if shown else None)
    return RenderedPicture(_cover_name(book, plates), "image/png", lambda: plates.shelf.drawn(key, draw))


#: Size of the running heads in points, of facing pages and of others (``facing.css``, ``single.css``).
HEAD = {True: 8.6, False: 9.5}


def _environment(rendering: Rendering, plates: Plates, page: Page, notes: Notes, zeros: str) -> Environment:
    theme = rendering.theme
    environment = printing.environment(theme.folders, rendering.cache, is_own=theme.is_own)
    is_print = rendering.target == "print"
    linked, parted = (filters.linked_whole, filters.words) if is_print else (filters.linked_parted, filters.parted)
    tail = filters.tailed if is_print else filters.words
    environment.globals |= {"PLACE": PLACE, "PAGE": PAGE}
    environment.filters |= {
        "address": filters.address,
        "brief": brief,
        "called": called,
        "bare": lambda url: filters.words(url.removeprefix("https://")),
        "balance": headings.balanced(theme, page),
        "ragged": _ragged(hyphenate=rendering.look.hyphenate),
        "byline": byline,
        "beside": notes.beside,
        "phrases": lambda parts: filters.phrases(parts, linked),
        "closing": tail,
        "count": dates.count,
        "described_in": filters.described_in,
        "direction": direction,
        "displayed": headings.displayed(theme, page),
        "direction_of": direction_of,
        "host": host,
        "inline": lambda nodes, words: words(nodes),
        "flowing": lambda nodes, words, named=(): words(nodes, tail, named),
        "head": lambda text: fitting(
            straight(shorten(clean(text))), theme.heading_font, HEAD[page.is_facing], page.measure
        ),
        "headed": headings.whole_phrases(theme, page) if is_print else lambda heading, words: words(heading.words),
        "language": language,
        "linked": linked,
        "leads_to": leads_to,
        "kind": lambda block: type(block).__name__,
        "led": headings.led(theme, page),
        "kept_together": lambda text: text.replace("–", "\u2060–\u2060"),
        "no_emoji": filters.no_emoji,
        "monogram": filters.monogram,
        "numbers": numbers,
        "spans": spans,
        "stand_in": stand_in,
        "place": plates.place,
        "place_inset": plates.inset().place,
        "notes_at_end": notes.at_end,
        "parted": parted,
        "portrait": plates.portrait,
        "thumb": plates.thumb,
        "unbroken": filters.unbroken,
        "words": filters.words,
        **_ways(Ways("piece" if is_print else "epub", zeros), notes),
    }
    return environment


def _zeros(book: Book) -> str:
    """Room for the number of any page: a post takes two at most, but for one that has many to itself."""
    posts = sum(chapter.post_count for chapter in book.chapters)
    return "0" * max(3, len(str(2 * posts)))


def _ways(ways: Ways, notes: Notes) -> dict[str, Callable[..., object]]:
    """The filters that know where the links of a product lead."""

    def chapter_words(chapter: Chapter) -> filters.Inlines:
        notes.begin(chapter)
        return filters.inline(
            lambda url: ways.leads(url, chapter),
            lambda url: notes.beside(url, chapter) + ways.crossing(url, chapter),
            filters.PRINTED_DOT if notes.target == "print" else filters.DOT,
        )

    return {
        "chapter_words": chapter_words,
        "crossing": ways.crossing,
        "leads": ways.leads,
        "number": ways.number,
        "way": ways.way,
    }


def _ragged(*, hyphenate: bool) -> Callable[[str | None], bool]:
    """Whether lines in a language are better not justified: where no word may be divided, spaces would gape."""

    @cache
    def ragged(language: str | None) -> bool:
        import pyphen  # noqa: PLC0415 - a book of a language that is not known needs none

        if not language or language.partition("-")[0] in UNSPACED:
            return False
        return not hyphenate or pyphen.language_fallback(language) is None

    return ragged
