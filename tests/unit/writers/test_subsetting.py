"""A font that HarfBuzz cannot cut down is cut by fontTools; nobody hears of it, and the file is as small."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pikepdf
import pypdfium2

from threadbound.cli.app import run
from threadbound.writers import pdf, pdf_library, subsetting

SIGNS = "Signs → ⇔ ⟷ ∀x∈ℝ of many kinds."


def test_arrows_and_signs_of_mathematics_are_set(make_page: Callable[..., Path], tmp_path: Path) -> None:
    book, again = tmp_path / "a.pdf", tmp_path / "b.pdf"
    for path in (book, again):
        assert run(["pdf", str(make_page([SIGNS])), "-o", str(path), "--offline"]) == 0
    assert book.read_bytes() == again.read_bytes()
    with pypdfium2.PdfDocument(book) as document:
        assert "→ ⇔ ⟷ ∀x∈ℝ" in " ".join(document[0].get_textpage().get_text_range().split())
    with pikepdf.open(book) as document:
        fonts = [item for item in document.objects if isinstance(item, pikepdf.Stream) and "/Length1" in item]
        sizes = [len(item.read_bytes()) for item in (*fonts, *_open_type(document))]
    assert sizes
    assert max(sizes) < 200_000  # of STIX Two Math whole: 1.4 million


def _open_type(document: pikepdf.Pdf) -> list[pikepdf.Stream]:
    return [
        item for item in document.objects if isinstance(item, pikepdf.Stream) and item.get("/Subtype") == "/OpenType"
    ]


def test_it_is_done_once_and_only_to_what_it_knows(tmp_path: Path) -> None:
    pdf.writer(tmp_path)  # first the book's own fonts
    pdf_library.weasyprint()
    from weasyprint.pdf.fonts import Font  # noqa: PLC0415 - not before its fonts are known

    before = Font._harfbuzz_subset
    subsetting.install(Font, pdf_library.LOGGER)
    assert Font._harfbuzz_subset is before

    class Other:
        pass

    subsetting.install(Other, pdf_library.LOGGER)
    assert not hasattr(Other, "_harfbuzz_subset")
