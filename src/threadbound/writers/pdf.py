"""RenderedBook → PDF. The only module that imports WeasyPrint, and the place where its silences become errors.

After writing, the file is of the variant that was asked for (by default PDF/A-3a and PDF/UA-1), carries the book's
evidence, and is the same bytes for the same book.
WeasyPrint gets nothing but the book's own pictures and style sheet: no file, no network.
"""

from __future__ import annotations

import ctypes.util
import functools
import logging
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from threadbound.book.book import Book, Evidence
from threadbound.errors import SomethingMissing, ThreadboundError
from threadbound.rendering.own_css import StyleSheet
from threadbound.rendering.places import BASE
from threadbound.rendering.rendered import RenderedBook
from threadbound.writers import (
    actual_text,
    c_types,
    fonts,
    footnotes,
    hyphenation,
    joined_emoji,
    own_sheet,
    pdf_fixity,
    pdf_labels,
    pdf_metadata,
    pdf_pictures,
    pdf_structure,
    pdf_variants,
    spaces,
    subsetting,
    tested,
    tuning,
)
from threadbound.writers.pdf_variants import DEFAULT, VARIANTS, Variant
from threadbound.writers.writer import Uncovered, Writer

#: Points of a pixel of CSS.
PIXEL = 0.75
#: What WeasyPrint says of a character that no font has.
NOTDEF = re.compile(r"^\.notdef glyph .*\(U\+([0-9A-F]{4,6})\)$")
LOGGER = logging.getLogger("weasyprint")


def writer(cache: Path, variant: Variant = VARIANTS[DEFAULT]) -> Writer:
    """The writer of PDFs, the book's fonts made known to this process.

    Args:
        cache: a folder for what can be made again.
        variant: the kind of PDF.

    Raises:
        SomethingMissing: a package of fonts is not installed.
        FileTrouble: the folder cannot be written.
    """
    fonts.activate(cache)
    make = partial(write, cache=cache, variant=variant)
    lacking = partial(fonts.lacking, cache=cache)
    return Writer("pdf", ".pdf", "application/pdf", "print", make, _refuse, variant.standards, lacking)


def _refuse(sheet: StyleSheet) -> None:
    own_sheet.refuse_unusable(sheet, _weasyprint())


def write(rendered: RenderedBook, path: Path, *, cache: Path, variant: Variant = VARIANTS[DEFAULT]) -> None:
    """Write ``rendered`` to ``path``.

    Raises:
        UsageError: the book carries evidence, which the variant forbids.
        SomethingMissing: Pango, the library that sets the text, is not installed.
        Uncovered: no font has some of the characters.
        ThreadboundError: WeasyPrint met something that would be missing from the PDF.
        OSError: the file cannot be written.
    """
    pdf_variants.refuse_what_is_forbidden(variant, carries=bool(rendered.book.evidence))
    weasyprint = _weasyprint()
    hyphenation.warm({rendered.book.language, *(chapter.language for chapter in rendered.book.chapters)}, cache)
    with _nothing_silent(), _clock_stands_still(rendered.book):
        html = weasyprint.HTML(
            string=rendered.documents[0].content, base_url=BASE, url_fetcher=_fetcher(rendered), encoding="utf-8"
        )
        with spaces.vanishing(weasyprint), footnotes.kept(weasyprint), tuning.no_holes(weasyprint):
            document = pdf_pictures.lay_out(weasyprint, html, rendered, cache / "pdf-pictures")
        finish = _describe(document, rendered.book, variant, f"WeasyPrint {weasyprint.VERSION}")
        document.write_pdf(
            path,
            finisher=finish,
            pdf_variant=variant.name if variant.standards else None,
            pdf_tags=variant.is_accessible,
            pdf_identifier=True,
            attachments=[_attachment(weasyprint, item, rendered.book) for item in _sorted(rendered.book.evidence)],
        )


@functools.cache
def _weasyprint() -> Any:  # noqa: ANN401 - the library has no types
    try:
        with _quick_search():
            import weasyprint  # noqa: PLC0415 - half a second, and needs system libraries
    except OSError as error:
        raise SomethingMissing(
            "Pango is not installed: on Debian run apt-get install libpangoft2-1.0-0 libharfbuzz-subset0, "
            "on macOS brew install pango"
        ) from error
    import pydyf  # noqa: PLC0415 - as above
    from weasyprint.pdf import tags  # noqa: PLC0415 - as above
    from weasyprint.pdf.fonts import Font  # noqa: PLC0415 - as above
    from weasyprint.pdf.stream import Stream  # noqa: PLC0415 - as above
    from weasyprint.text.ffi import ffi  # noqa: PLC0415 - as above

    tested.refuse_others(weasyprint)
    c_types.name_fewer(ffi)
    pdf_structure.tell_more(tags, pydyf.String)
    pdf_structure.link_once(weasyprint.document)
    actual_text.install(Stream, pydyf)
    subsetting.install(Font, LOGGER)
    joined_emoji.install(Font)
    return weasyprint


def _nothing(name: str) -> str | None:  # noqa: ARG001 - the signature of find_library
    return None


@contextmanager
def _quick_search() -> Iterator[None]:
    """Keep WeasyPrint's search for its libraries from running the compiler.

    It tries a dozen names, most of other systems, and for each one that is not there ctypes calls ldconfig, gcc and ld.
    On Linux the loader itself knows the right names.
    """
    original = ctypes.util.find_library
    if sys.platform == "linux":
        ctypes.util.find_library = _nothing
    try:
        yield
    finally:
        ctypes.util.find_library = original


def _time(iso: str) -> datetime:
    return datetime.fromisoformat(iso).astimezone(UTC)


def _attachment(weasyprint: Any, item: Evidence, book: Book) -> Any:  # noqa: ANN401 - WeasyPrint has no types
    time = _time(book.modified)
    return weasyprint.Attachment(
        string=item.data,
        name=item.name,
        description=item.description,
        relationship=item.relationship,
        created=time,
        modified=time,
    )


def _sorted(evidence: Iterable[Evidence]) -> list[Evidence]:
    """As a PDF's tree of names must be sorted (ISO 32000-1 §7.9.6), which WeasyPrint leaves to its caller."""
    return sorted(evidence, key=lambda item: (not item.name.isascii(), item.name.encode("utf-16-be")))


def _fetcher(rendered: RenderedBook) -> Any:  # noqa: ANN401 - WeasyPrint has no types
    """A fetcher that serves the book's own files and ends the work at anything else."""
    from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse  # noqa: PLC0415 - see _weasyprint

    pictures = {BASE + picture.name: picture for picture in rendered.pictures}
    sheets = {f"{BASE}style.css": rendered.css, f"{BASE}own.css": rendered.own.css if rendered.own else ""}

    class BookFetcher(URLFetcher):  # type: ignore[misc] # no types
        def fetch(self, url: str, headers: dict[str, str] | None = None) -> Any:  # noqa: ANN401, ARG002 - its signature
            if url in sheets:
                return URLFetcherResponse(url, sheets[url], {"Content-Type": "text/css"})
            if url in pictures:
                return URLFetcherResponse(url, pictures[url].read(), {"Content-Type": pictures[url].media_type})
            LOGGER.error("the book points outside itself: %s", url[:200])
            raise FatalURLFetchingError(url)

    return BookFetcher()


def _describe(document: Any, book: Book, variant: Variant, producer: str) -> Callable[..., None]:  # noqa: ANN401 - as above
    """Put what is known of the book into ``document``; gives what must be done last, when the file is all but written.

    WeasyPrint's own XMP lacks most of this; its option for more writes a second ``rdf:RDF``, which validators ignore.
    """
    metadata = document.metadata
    pdf_metadata.describe(metadata, book)
    metadata.generate_rdf_metadata = lambda *_: pdf_metadata.xmp(metadata, book, variant, producer)

    def finish(_document: object, pdf: Any) -> None:  # noqa: ANN401 - as above
        if not variant.standards:  # WeasyPrint gives XMP to the standards alone
            metadata.include_in_pdf(pdf, "a", None, None, compress=True)
        _open_with_outline(pdf)
        _frame_the_words(document, pdf)
        pdf_labels.write(document, pdf)
        pdf_fixity.complete(pdf, book.evidence)

    return finish


def _open_with_outline(pdf: Any) -> None:  # noqa: ANN401 - as above
    """Show the outline when the file is opened, and the book's title in place of the file's name."""
    from pydyf import Dictionary  # noqa: PLC0415 - see _weasyprint

    pdf.catalog["PageMode"] = "/UseOutlines"
    pdf.catalog["ViewerPreferences"] = Dictionary({"DisplayDocTitle": "true"})


def _frame_the_words(document: Any, pdf: Any) -> None:  # noqa: ANN401 - as above
    """Say of each page where its words stand, without head and folio.

    ArtBox: "the extent of the page's meaningful content" (ISO 32000-1, 14.11.2).
    """
    for page, reference in zip(document.pages, pdf.pages["Kids"][::3], strict=True):
        box = page._page_box  # noqa: SLF001 - there is no other way to a page's margins
        left, top = box.content_box_x(), box.content_box_y()
        edges = (left, page.height - top - box.height, left + box.width, page.height - top)
        pdf.objects[reference]["ArtBox"] = f"[{' '.join(f'{edge * PIXEL:.2f}' for edge in edges)}]"


@contextmanager
def _clock_stands_still(book: Book) -> Iterator[None]:
    """FontTools stamps the time of day into the fonts that it finishes unless SOURCE_DATE_EPOCH says otherwise."""
    before = os.environ.get("SOURCE_DATE_EPOCH")
    os.environ["SOURCE_DATE_EPOCH"] = str(int(_time(book.modified).timestamp()))
    try:
        yield
    finally:
        del os.environ["SOURCE_DATE_EPOCH"]
        if before is not None:
            os.environ["SOURCE_DATE_EPOCH"] = before


class _Collector(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(" ".join(record.getMessage().split()))


@contextmanager
def _nothing_silent() -> Iterator[None]:
    """WeasyPrint logs what it leaves out: here that is an error."""
    collector = _Collector()
    handlers, LOGGER.handlers, propagate, LOGGER.propagate = LOGGER.handlers, [collector], LOGGER.propagate, False
    from weasyprint.urls import FatalURLFetchingError  # noqa: PLC0415 - see _weasyprint

    try:
        yield
    except FatalURLFetchingError:
        pass  # a BaseException; what it means is in the log
    finally:
        LOGGER.handlers, LOGGER.propagate = handlers, propagate
    found = [NOTDEF.search(message) for message in collector.messages]
    if others := [message for message, glyph in zip(collector.messages, found, strict=True) if not glyph]:
        raise ThreadboundError(f"WeasyPrint left something out: {others[0]}")
    if found:
        raise Uncovered(frozenset(chr(int(glyph[1], 16)) for glyph in found if glyph))
