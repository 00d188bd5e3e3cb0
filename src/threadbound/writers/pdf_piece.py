"""The engine that lays out pieces with WeasyPrint.

Before: the markup of a piece. After: its PDF without fonts and without margins, and what is told of both; the same for
the same piece, wherever in its book it stands.
"""

from __future__ import annotations

import contextlib
import ctypes
from contextlib import ExitStack
from functools import cache, partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

from msgspec import Struct, field

from threadbound.errors import SomethingMissing, ThreadboundError
from threadbound.joining.piece import Mark, Operators, Side, Told, ToldPage
from threadbound.rendering.places import BASE
from threadbound.writers import (
    footnotes,
    hyphenation,
    pdf_faces,
    pdf_margins,
    pdf_numbers,
    pdf_spans,
    pdf_speed,
    spaces,
    tuning,
)
from threadbound.writers import pdf_library as library
from threadbound.writers.engine import Engine, LaidOut, Sheets
from threadbound.writers.pdf import frame_the_words
from threadbound.writers.pdf_library import NO_PANGO
from threadbound.writers.pdf_numbers import PIXEL

#: Where a piece stands: beside its pictures, and under another address than the places of its book.
PIECE = f"{BASE}piece"
#: Where the libraries that shape text are, on Linux and on macOS, and what tells their versions.
_SHAPERS = (
    (("libpango-1.0.so.0", "libpango-1.0.dylib"), "pango_version_string"),
    (("libharfbuzz.so.0", "libharfbuzz.0.dylib"), "hb_version_string"),
)
#: Counted up whenever the same piece is told otherwise than before.
VERSION = 1
#: The time that is stamped into what is thrown away later.
EPOCH = "1970-01-01T00:00:00Z"


def engine() -> Engine:
    """WeasyPrint, with what it is made of; it is loaded when a piece is laid out.

    Raises:
        SomethingMissing: Pango is not installed.
    """
    packages = ("weasyprint", "pydyf", "pyphen", "pillow", "tinycss2", "fonttools")
    made_of = (f"{name} {version(name)}" for name in packages)
    return Engine("WeasyPrint", version("weasyprint"), "; ".join((*made_of, *_libraries(), str(VERSION))), load, render)


@cache
def _libraries() -> tuple[str, ...]:
    """The versions of the libraries that shape text, asked without loading WeasyPrint."""
    found = []
    for names, function in _SHAPERS:
        library = _opened(names)
        answer = getattr(library, function, None)
        if answer is None:
            raise SomethingMissing(NO_PANGO)
        answer.restype = ctypes.c_char_p
        found.append(f"{names[0]} {(answer() or b'').decode()}")
    return tuple(found)


def _opened(names: tuple[str, ...]) -> ctypes.CDLL | None:
    for name in names:
        with contextlib.suppress(OSError):
            return ctypes.CDLL(name)
    return None


class _Painter(Struct):
    """Draws the pages of a document, and notes what stands round them, each once."""

    pages: list[ToldPage] = field(default_factory=list)
    operators: list[Operators] = field(default_factory=lambda: [()])
    known: dict[int, int] = field(default_factory=dict)
    """Identity of margins → index of their operators."""

    def paint(self, page: Any, draw: Any, stream: Any, scale: float = 1) -> None:  # noqa: ANN401 - WeasyPrint has no types
        """Draw a page: made into a method of it."""
        draw(stream, scale)
        box = page._page_box  # noqa: SLF001 - there is no other door
        sides = {
            side: Side(made.shift * PIXEL, self._margin(page, made, stream, scale))
            for side, made in pdf_margins.of(box).items()
        }
        words = "Cover" if box.page_type.name == "cover" else ""
        self.pages.append(ToldPage(sides["left"], sides["right"], words))

    def _margin(self, page: Any, made: pdf_margins.Margins, stream: Any, scale: float) -> int:  # noqa: ANN401 - as above
        """The index of what stands round a page on one side."""
        if not made.boxes:
            return 0
        if id(made) not in self.known:
            self.known[id(made)] = len(self.operators)
            self.operators.append(pdf_margins.painted(page, made, stream, scale))
        return self.known[id(made)]


def load() -> None:
    """Load WeasyPrint, and what it knows of fonts.

    Raises:
        SomethingMissing: Pango is not installed.
    """
    _fonts(_loaded())


def _loaded() -> Any:  # noqa: ANN401 - WeasyPrint has no types
    weasyprint = library.weasyprint()
    pdf_speed.install(weasyprint)
    return weasyprint


def render(sheets: Sheets, cache: Path) -> LaidOut:
    """Lay a piece out.

    Raises:
        SomethingMissing: Pango is not installed.
        Uncovered: no font has some of the characters.
        ThreadboundError: WeasyPrint met something that would be missing.
    """
    weasyprint = _loaded()
    hyphenation.warm(sheets.languages, cache)
    with ExitStack() as stack:
        for within in (
            library.nothing_silent(),
            library.clock_stands_still(EPOCH),
            spaces.vanishing(weasyprint),
            footnotes.kept(weasyprint),
            tuning.no_holes(weasyprint),
            pdf_margins.kept_apart(weasyprint),
            pdf_numbers.marked(weasyprint),
            pdf_faces.left_out(),
            pdf_spans.without_spans(weasyprint),
        ):
            stack.enter_context(within)
        return _rendered(weasyprint, sheets)
    raise ThreadboundError("the piece was left out")  # nothing_silent has said why already


@cache
def _fonts(weasyprint: Any) -> Any:  # noqa: ANN401 - WeasyPrint has no types
    """Fonts are looked for once a process."""
    return weasyprint.text.fonts.FontConfiguration()


def _rendered(weasyprint: Any, sheets: Sheets) -> LaidOut:  # noqa: ANN401 - WeasyPrint has no types
    variant = sheets.variant
    files = library.fetcher(sheets.css, sheets.pictures)
    html = weasyprint.HTML(string=sheets.markup, base_url=PIECE, url_fetcher=files, encoding="utf-8")
    # What stands in the pages' margins stays where it is.
    more = [weasyprint.CSS(string=f"@page {{ padding-bottom: {sheets.foot:.1f}mm }}")] if sheets.foot else []
    document = html.render(font_config=_fonts(weasyprint), stylesheets=more)
    painter = _Painter()
    for page in document.pages:
        page.paint = partial(painter.paint, page, page.paint)
    pdf = document.write_pdf(
        finisher=frame_the_words,
        pdf_variant=variant.name if variant.standards else None,
        pdf_tags=variant.is_accessible,
        uncompressed_pdf=True,
    )
    told = Told(
        pages=tuple(painter.pages),
        margins=tuple(painter.operators),
        anchors=_anchors(document),
        outline=_outline(document),
        opens=_opens(document),
    )
    for page in document.pages:
        del page.paint  # ours refers to the page, which would wait for a look for garbage
    return LaidOut(pdf, told, pdf_faces.faces(document.fonts))


def _anchors(document: Any) -> dict[str, tuple[int, float, float]]:  # noqa: ANN401 - as above
    found: dict[str, tuple[int, float, float]] = {}
    for number, page in enumerate(document.pages):
        for name, (x, y, *_) in page.anchors.items():
            found.setdefault(name, (number, *_point(page, x, y)))
    return found


def _outline(document: Any) -> tuple[Mark, ...]:  # noqa: ANN401 - as above
    return tuple(
        Mark(level, title, number, *_point(page, x, y))
        for number, page in enumerate(document.pages)
        for level, title, (x, y), _ in page.bookmarks
    )


def _point(page: Any, x: float, y: float) -> tuple[float, float]:  # noqa: ANN401 - as above
    """A point of the page in points, from below."""
    return round(x * PIXEL, 4), round((page.height - y) * PIXEL, 4)


def _opens(document: Any) -> str:  # noqa: ANN401 - as above
    """The side that the first page must be on: where the style sheet says so, or pages differ by more than a shift."""
    pages = [page._page_box for page in document.pages]  # noqa: SLF001 - there is no other door
    fixed = any(page.page_type.blank for page in pages) or not all(
        made.moves for page in pages for made in pdf_margins.of(page).values()
    )
    box = pages[0].children[0]
    while box is not None:
        side = box.style["break_before"]
        if side in ("left", "right", "recto", "verso"):
            return "left" if side in ("left", "verso") else "right"
        children = [child for child in getattr(box, "children", ()) if child.is_in_normal_flow()]
        box = children[0] if children and not hasattr(children[0], "text") else None
    return str(pages[0].page_type.side) if fixed else ""
