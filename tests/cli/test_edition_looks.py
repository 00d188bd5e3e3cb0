"""How a new edition looks: as the book does, where the user says nothing else."""

from __future__ import annotations

import runpy
from collections.abc import Callable
from pathlib import Path

import pypdfium2
import pytest

from threadbound.cli.app import run

pytestmark = pytest.mark.usefixtures("no_judges")
BOOKS = runpy.run_path(str(Path(__file__).with_name("books.py")))
record_of = BOOKS["record_of"]


KOBO = ["--for", "kobo", "--theme", "sans", "--style", "posts", "--no-hyphenate"]


def test_a_new_edition_looks_as_the_book_does_where_the_user_says_nothing_else(
    page: Callable[..., Path], tmp_path: Path
) -> None:
    book, saved = tmp_path / "b.pdf", str(page(1).parent)
    page(5)
    assert run(["pdf", saved, "-o", str(book), *KOBO]) == 0
    look = {"theme": "sans", "style": "posts", "hyphenate": False, "page_size": "kobo", "image_max_size": 1680}
    assert record_of(book, tmp_path / "first")["look"] == look
    page(9)
    assert run(["pdf", saved, "--update", str(book)]) == 0
    assert record_of(book, tmp_path / "second")["look"] == look
    assert _sheet(book) == (303, 403)
    assert run(["pdf", str(tmp_path / "second"), "-o", str(tmp_path / "again.pdf"), *KOBO]) == 0
    assert (tmp_path / "again.pdf").read_bytes() == book.read_bytes()
    page(12)
    assert run(["pdf", saved, "--update", str(book), "--page-size", "a5", "--theme", "serif", "--hyphenate"]) == 0
    assert record_of(book, tmp_path / "third")["look"] == {"style": "posts", "page_size": "a5", "image_max_size": 1680}
    assert _sheet(book) == (420, 595)


def test_what_a_device_leaves_open_is_as_usual_whatever_the_book_had(page: Callable[..., Path], tmp_path: Path) -> None:
    book, saved = tmp_path / "b.pdf", str(page(1).parent)
    assert run(["pdf", saved, "-o", str(book), "--for", "kobo", "--style", "posts"]) == 0
    page(5)
    assert run(["pdf", saved, "--update", str(book), "--for", "print"]) == 0
    assert record_of(book, tmp_path / "out")["look"] == {"style": "posts", "page_size": "a5"}


def test_what_was_polished_and_grey_can_be_as_usual_again(
    page: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book, saved = tmp_path / "b.epub", str(page(1).parent)
    assert run(["epub", saved, "-o", str(book), "--polish", "--grayscale", "--theme", "sans"]) == 0
    capsys.readouterr()
    for usual in (["--theme", "serif"], ["--no-polish"], ["--no-grayscale"]):
        assert run(["epub", saved, "--update", str(book), *usual]) == 0
        assert "nothing is new; it was left as it is, and its look too: for another" in capsys.readouterr().err
    page(5)
    assert run(["epub", saved, "--update", str(book), "--no-polish", "--no-grayscale"]) == 0
    assert record_of(book, tmp_path / "out")["look"] == {"theme": "sans"}


def _sheet(book: Path) -> tuple[int, int]:
    """Width and height of a page in points."""
    with pypdfium2.PdfDocument(book) as opened:
        width, height = opened[1].get_size()
    return round(width), round(height)


def test_what_cannot_be_together_with_the_look_of_the_book_is_said_of_the_book(
    page: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = tmp_path / "b.pdf"
    assert run(["pdf", str(page(1)), "-o", str(book), "--for", "kobo"]) == 0
    before = book.read_bytes()
    assert run(["pdf", str(page(5)), "--update", str(book), "--margin", "35"]) == 2
    assert f"threadbound: {book}: as it looks: the page leaves 37 x 72 mm for the text: " in capsys.readouterr().err
    assert book.read_bytes() == before


def test_a_new_edition_of_a_book_of_one_thread_looks_so_too(page: Callable[..., Path], tmp_path: Path) -> None:
    book = tmp_path / "b.epub"
    assert run(["epub", str(page(1)), "-o", str(book), "--links", "inline", "--polish"]) == 0
    assert run(["epub", str(page(5)), "--update", str(book)]) == 0
    assert record_of(book, tmp_path / "out")["look"] == {"links": "inline", "polish": True}


def test_what_is_the_users_own_in_a_look_is_asked_for_again(
    page: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book, sheet, saved = tmp_path / "b.epub", tmp_path / "mine.css", str(page(1).parent)
    page(5)
    sheet.write_text("p { color: #333 }")
    (tmp_path / "house").mkdir()
    (tmp_path / "house" / "theme.toml").write_text('base = "sans"\n')
    own = ["--theme", str(tmp_path / "house"), "--css", str(sheet)]
    assert run(["epub", saved, "-o", str(book), *own]) == 0
    assert record_of(book, tmp_path / "out")["look"] == {"own_theme": "house", "css": "mine.css"}
    page(9)
    capsys.readouterr()
    assert run(["epub", saved, "--update", str(book), *own]) == 0
    assert "give it again" not in capsys.readouterr().err
    page(12)
    for how in (["--dry-run"], []):
        assert run(["epub", saved, "--update", str(book), *how]) == 0
        told = f"{book}: it had --theme house and --css mine.css, which no book carries: give it again; this edition is"
        assert capsys.readouterr().err.count(told) == 1
    assert "look" not in record_of(book, tmp_path / "later")


def test_a_look_that_no_option_takes_back_goes_with_binding_anew(page: Callable[..., Path], tmp_path: Path) -> None:
    book, out = tmp_path / "b.epub", tmp_path / "out"
    page(5)
    saved = str(page(1).parent)
    assert run(["epub", saved, "-o", str(book), "--language", "fr", "--image-max-size", "300"]) == 0
    assert record_of(book, out)["look"] == {"language": "fr", "image_max_size": 300}
    assert run(["epub", str(out), "-o", str(book), "--force", "--title", "Anew"]) == 0
    assert "look" not in record_of(book, tmp_path / "anew")
