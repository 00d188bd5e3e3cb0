"""RenderedBook → PDF, by WeasyPrint, in one document.

After writing, the file is of the variant that was asked for (by default PDF/A-3a and PDF/UA-1), carries the book's
evidence, and is the same bytes for the same book.
WeasyPrint gets nothing but the book's own pictures and style sheet: no file, no network.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

from threadbound.book.book import Book, Evidence
from threadbound.rendering.own_css import StyleSheet
from threadbound.rendering.places import BASE
from threadbound.rendering.rendered import RenderedBook
from threadbound.writers import (
    fonts,
    footnotes,
    hyphenation,
    own_sheet,
    pdf_fixity,
    pdf_labels,
    pdf_metadata,
    pdf_pictures,
    pdf_speed,
    pdf_variants,
    spaces,
    tuning,
)
from threadbound.writers import pdf_library as library
from threadbound.writers.pdf_numbers import PIXEL
from threadbound.writers.pdf_variants import DEFAULT, VARIANTS, Variant
from threadbound.writers.writer import Writer

#: What lays out the pieces of a collection.
ENGINE = "weasyprint"
#: Counts the books of this process.
_WRITTEN = count()


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
    return Writer("pdf", ".pdf", "application/pdf", "print", make, _refuse, variant.standards, lacking, ENGINE)


def _refuse(sheet: StyleSheet) -> None:
    own_sheet.refuse_unusable(sheet, library.weasyprint())


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
    if next(_WRITTEN):
        gc.collect(1)  # what fetched the pictures before refers to itself and holds them: three megabytes a book
    weasyprint = library.weasyprint()
    pdf_speed.install(weasyprint)
    hyphenation.warm({rendered.book.language, *(chapter.language for chapter in rendered.book.chapters)}, cache)
    with library.nothing_silent(), library.clock_stands_still(rendered.book.modified):
        html = weasyprint.HTML(
            string=rendered.documents[0].content, base_url=BASE, url_fetcher=_files(rendered), encoding="utf-8"
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


def _attachment(weasyprint: Any, item: Evidence, book: Book) -> Any:  # noqa: ANN401 - WeasyPrint has no types
    moment = library.time(book.modified)
    return weasyprint.Attachment(
        string=item.data,
        name=item.name,
        description=item.description,
        relationship=item.relationship,
        created=moment,
        modified=moment,
    )


def _sorted(evidence: Iterable[Evidence]) -> list[Evidence]:
    """As a PDF's tree of names must be sorted (ISO 32000-1 §7.9.6), which WeasyPrint leaves to its caller."""
    return sorted(evidence, key=lambda item: (not item.name.isascii(), item.name.encode("utf-16-be")))


def _files(rendered: RenderedBook) -> Any:  # noqa: ANN401 - as above
    sheets = {"style.css": rendered.css, "own.css": rendered.own.css if rendered.own else ""}
    return library.fetcher(sheets, {picture.name: picture for picture in rendered.pictures})


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
        frame_the_words(document, pdf)
        pdf_labels.write(document, pdf)
        pdf_fixity.complete(pdf, book.evidence)

    return finish


def _open_with_outline(pdf: Any) -> None:  # noqa: ANN401 - as above
    """Show the outline when the file is opened, and the book's title in place of the file's name."""
    from pydyf import Dictionary  # noqa: PLC0415 - see pdf_library

    pdf.catalog["PageMode"] = "/UseOutlines"
    pdf.catalog["ViewerPreferences"] = Dictionary({"DisplayDocTitle": "true"})


def frame_the_words(document: Any, pdf: Any) -> None:  # noqa: ANN401 - as above
    """Say of each page where its words stand, without head and folio.

    ArtBox: "the extent of the page's meaningful content" (ISO 32000-1, 14.11.2).
    """
    for page, reference in zip(document.pages, pdf.pages["Kids"][::3], strict=True):
        box = page._page_box  # noqa: SLF001 - there is no other way to a page's margins
        left, top = box.content_box_x(), box.content_box_y()
        edges = (left, page.height - top - box.height, left + box.width, page.height - top)
        pdf.objects[reference]["ArtBox"] = f"[{' '.join(f'{edge * PIXEL:.2f}' for edge in edges)}]"
