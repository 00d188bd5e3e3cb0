"""Holes at the foot of a page: a picture that just misses is made a little smaller, others stay as they are."""

from __future__ import annotations

import base64
import runpy
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

import pypdfium2
import pytest
from pypdfium2 import raw

from threadbound.cli.app import run
from threadbound.writers import pdf, pdf_library, tuning

SAMPLES = runpy.run_path(str(Path(__file__).parents[2] / "samples.py"))
WORDS = (
    "Enough words to fill a line or two of the page, so that pictures come to stand near its foot, again and again. "
)


def holes(book: Path) -> list[float]:
    """The part of each page's text block that is empty at its foot, but for the last two pages."""
    out = []
    with pypdfium2.PdfDocument(book) as document:
        for page in list(document)[:-2]:
            _, bottom, _, top = page.get_artbox()
            kinds = [raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_TEXT]
            lowest = min(b for item in page.get_objects(filter=kinds) if (b := item.get_bounds()[1]) > bottom - 2)
            out.append((lowest - bottom) / (top - bottom))
    return out


@pytest.fixture
def bind(make_page: Callable[..., Path], tmp_path: Path) -> Callable[..., Path]:
    def bind(posts: int, size: tuple[int, int], name: str = "b") -> Path:
        data = base64.b64encode(SAMPLES["picture"](size, "#7a8", form="JPEG")).decode()
        picture = f'<span class="entity-image"><img alt="Image" src="data:image/jpeg;base64,{data}"></span>'
        page = make_page([*[WORDS * 2] * posts, WORDS + picture, *[WORDS * 2] * 12])
        book = tmp_path / f"{name}.pdf"
        assert run(["pdf", str(page), "-o", str(book), "-f", "--offline"]) == 0
        return book

    return bind


@pytest.mark.parametrize("posts", [1, 16])
def test_a_picture_that_just_misses_is_made_smaller(
    posts: int, bind: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    tuned = bind(posts, (900, 1200))
    again = bind(posts, (900, 1200), "again")
    assert tuned.read_bytes() == again.read_bytes()
    monkeypatch.setattr(tuning, "no_holes", nullcontext)
    plain = bind(posts, (900, 1200), "plain")
    assert max(holes(plain)[:3]) > tuning.HOLE * 3
    assert max(holes(tuned)[:2]) < tuning.HOLE


def test_a_picture_that_would_get_too_small_keeps_its_size(
    bind: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    tuned = bind(6, (900, 1200))
    monkeypatch.setattr(tuning, "no_holes", nullcontext)
    assert bind(6, (900, 1200), "plain").read_bytes() == tuned.read_bytes()


def test_a_picture_in_a_quoted_post_is_made_smaller_too(
    make_page: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = base64.b64encode(SAMPLES["picture"]((900, 700), "#7a8", form="JPEG")).decode()
    quoted = (
        '<span class="entity-embed"><span class="twitter-player"><blockquote class="twitter-tweet"><p>A bay.</p>'
        f'<img src="data:image/jpeg;base64,{data}">— Ingrid (@ingridsolli) '
        '<a href="https://twitter.com/ingridsolli/status/1520697030865846272"></a></blockquote></span></span>'
    )
    page = make_page([*[WORDS * 2] * 5, WORDS + quoted, *[WORDS * 2] * 12])
    for name in ("tuned", "plain"):
        assert run(["pdf", str(page), "-o", str(tmp_path / f"{name}.pdf"), "--offline"]) == 0
        monkeypatch.setattr(tuning, "no_holes", nullcontext)
    assert max(holes(tmp_path / "plain.pdf")[:2]) > tuning.HOLE * 2
    assert max(holes(tmp_path / "tuned.pdf")[:2]) < tuning.HOLE


def test_weasyprint_is_left_as_it_was(tmp_path: Path) -> None:
    pdf.writer(tmp_path)  # first the book's own fonts
    weasyprint = pdf_library.weasyprint()
    before = weasyprint.layout.page.remake_page
    with pytest.raises(KeyError), tuning.no_holes(weasyprint):
        raise KeyError
    assert weasyprint.layout.page.remake_page is before


@pytest.mark.parametrize("css", ["figure { display: table }", "figure img { height: auto !important }"])
def test_boxes_of_another_kind_cost_no_book(css: str, bind: Callable[..., Path], tmp_path: Path) -> None:
    bind(3, (900, 1200))
    (tmp_path / "own.css").write_text(css)
    page = tmp_path / "page.html"
    assert run(["pdf", str(page), "-o", str(tmp_path / "c.pdf"), "--offline", "--css", str(tmp_path / "own.css")]) == 0
