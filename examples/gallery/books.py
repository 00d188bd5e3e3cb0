"""The gallery's books: bound by the real command line, drawn page by page.

Before: the name of a book in :data:`samples.BOOKS`. After: its saved pages, the product, and a picture of each page (a
PDF by PDFium, an EPUB by Chromium).
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
from PIL import Image

from gallery import page, reader
from gallery.samples import BOOKS, SAMPLES, Book

ROOT = Path(__file__).resolve().parents[2]
FULL = 110
"""Dots per inch of pages to look at."""


class NotBound(Exception):
    """The command line did not bind a book of the gallery."""


def bind(name: str, folder: Path) -> Path:
    """Write the pages of the book and bind them, all in ``folder``; the product.

    Raises:
        NotBound: with what the command said.
    """
    book = BOOKS[name]
    pages = [page.write(SAMPLES[sample], folder / "pages") for sample in book.samples]
    product = folder / f"{name}.{book.verb}"
    words = ["threadbound", book.verb, "--offline", "--force", "--quiet", "-o", str(product), *book.options]
    if any(SAMPLES[sample].amend for sample in book.samples):
        words = ["gallery.amended", name, str(product)]
    done = subprocess.run(
        [sys.executable, "-m", *words, *map(str, pages)],
        capture_output=True,
        text=True,
        check=False,
        timeout=280,
        env={**os.environ, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT / 'examples'}"},
    )
    if done.returncode not in book.codes:
        raise NotBound(f"{name}: code {done.returncode}\n{done.stderr}")
    return product


def pictures(book: Book, product: Path, dpi: float = FULL) -> Iterator[Image.Image]:
    """Every page of the product; ``dpi`` is of PDFs, screens have their own size."""
    if book.verb == "epub":
        with tempfile.TemporaryDirectory() as folder:
            yield from reader.screens(product, Path(folder))
        return
    with pypdfium2.PdfDocument(product) as document:
        for number in range(len(document)):
            yield document[number].render(scale=dpi / 72).to_pil().convert("RGB")


def can_draw(book: Book) -> bool:
    """Whether this machine has what draws the product."""
    return book.verb == "pdf" or reader.program() is not None
