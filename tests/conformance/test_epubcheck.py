"""EPUBCheck 5.3 has nothing to say against our books, and does have something to say against broken ones."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

from threadbound.rendering import cover
from threadbound.rendering.rendered import RenderedBook, RenderedPicture
from threadbound.tools import epubcheck
from threadbound.tools.epubcheck import Remark
from threadbound.writers.epub import EPUB

SAMPLE = runpy.run_path(str(Path(__file__).parents[1] / "unit" / "writers" / "epub_sample.py"))
pytestmark = pytest.mark.judge


def _with_cover(book: RenderedBook) -> RenderedBook:
    drawn = cover.draw(book.book.title, "Mara Lindqvist", book.book.subtitle)
    pictures = (RenderedPicture("images/cover.png", "image/png", lambda: drawn), *book.pictures[1:])
    return RenderedBook(book.book, book.documents, book.css, pictures)


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Remark, ...]]:
    """Every book of this module, judged in one go."""
    folder = tmp_path_factory.mktemp("epubcheck")
    books = {
        "single": _with_cover(SAMPLE["rendered"]()),
        "collection": SAMPLE["rendered"](chapters=2, language="ar", title="خريطة", date=None, sources=(), subjects=()),
    }
    for name, book in books.items():
        EPUB.write(book, folder / f"{name}.epub")
    (folder / "broken.epub").write_bytes((folder / "single.epub").read_bytes()[:-300])
    paths = [folder / f"{name}.epub" for name in (*books, "broken")]
    return {path.stem: remarks for path, remarks in epubcheck.validate(paths).items()}


@pytest.mark.parametrize("name", ["single", "collection"])
def test_a_book_is_without_fault(verdicts: dict[str, tuple[Remark, ...]], name: str) -> None:
    assert verdicts[name] == ()


def test_the_judge_is_awake(verdicts: dict[str, tuple[Remark, ...]]) -> None:
    assert verdicts["broken"]
