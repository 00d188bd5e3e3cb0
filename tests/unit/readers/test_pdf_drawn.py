"""What the glyphs of a page say, and what is said beside them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest

from threadbound.cli.app import run
from threadbound.readers import pdf_drawn


@pytest.fixture
def book(make_page: Callable[..., Path], tmp_path: Path) -> Path:
    page = make_page(["A post in English comes first.", "Then क्षत्रिय ज्ञान, and שלום 𝐐𝑪."])
    assert run(["pdf", str(page), "-o", str(tmp_path / "b.pdf")]) == 0
    return tmp_path / "b.pdf"


def test_words_are_read_of_the_file_and_of_its_bytes(book: Path) -> None:
    found = pdf_drawn.words(book, [0])
    assert "".join("A post in English comes first.".split()) in "".join(found.split())
    assert "क्षत्रिय" in found
    assert "𝐐𝑪" in found
    assert pdf_drawn.words(book.read_bytes(), [0]) == found


def test_what_cannot_be_read_says_nothing(book: Path) -> None:
    with pikepdf.open(book, allow_overwriting_input=True) as document:
        document.pages[0].Contents = document.make_stream(b"BT /F9 1 Tf <0001> Tj ET")
        document.save()
    assert pdf_drawn.words(book, [0]) == ""
    assert pdf_drawn.words(book, [900]) == ""
    assert pdf_drawn.words(b"no PDF", [0]) == ""
