"""A book says of which of the pages that were given it holds nothing."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from threadbound.cli.app import run

TORN = "No chapter could be made of 1 page that was given: torn.html."


@pytest.fixture
def saved(make_page: Callable[..., Path], tmp_path: Path) -> Path:
    """Two good pages, and one that holds no thread."""
    for number, name in enumerate(("a.html", "b.html")):
        make_page(
            [f"Words of {name}."], folder=tmp_path / "saved", name=name, first=1898301191378579461 + (number << 30)
        )
    (tmp_path / "saved" / "torn.html").write_text("<!DOCTYPE html><title>Torn</title><p>Nothing.", "utf-8")
    return tmp_path / "saved"


def about(book: Path) -> str:
    with zipfile.ZipFile(book) as archive:
        return archive.read("EPUB/about.xhtml").decode()


def unbound(book: Path) -> list[str]:
    with zipfile.ZipFile(book) as archive:
        if "EPUB/evidence/collection.json" not in archive.namelist():
            return []
        found: list[str] = json.loads(archive.read("EPUB/evidence/collection.json"))["collection"].get("unbound", [])
    return found


def test_it_stays_said_in_what_is_made_of_the_book(saved: Path, tmp_path: Path) -> None:
    book, again = tmp_path / "b.epub", tmp_path / "again.epub"
    assert run(["epub", str(saved), "-o", str(book)]) == 3
    assert TORN in about(book)
    assert run(["extract", str(book), "-d", str(tmp_path / "x")]) == 0
    assert run(["epub", str(tmp_path / "x"), "-o", str(again)]) == 0
    assert again.read_bytes() == book.read_bytes()


def test_a_note_beside_the_pages_is_none_of_them(saved: Path, tmp_path: Path) -> None:
    (saved / "torn.html").unlink()
    (saved / "note.txt").write_text("To be read again.", "utf-8")
    assert run(["epub", str(saved), "-o", str(tmp_path / "b.epub")]) == 0
    assert unbound(tmp_path / "b.epub") == []


def test_a_new_edition_says_it_until_the_page_can_be_read(
    saved: Path, make_page: Callable[..., Path], tmp_path: Path
) -> None:
    book, update = tmp_path / "b.epub", ["epub", str(saved), "--update", str(tmp_path / "b.epub")]
    torn = (saved / "torn.html").rename(tmp_path / "torn.html")
    assert run(["epub", str(saved), "-o", str(book)]) == 0
    torn.rename(saved / "torn.html")
    assert run(update) == 3
    assert unbound(book) == []  # nothing is new
    make_page(["More."], folder=saved, name="c.html", first=1898301191378579461 + (5 << 30))
    assert run(update) == 3
    assert TORN in about(book)
    aside = (saved / "torn.html").rename(tmp_path / "torn.html")
    make_page(["And more."], folder=saved, name="d.html", first=1898301191378579461 + (6 << 30))
    assert run(update) == 0
    assert TORN in about(book)  # it was not given again, and the book lacks it still
    aside.unlink()
    make_page(["Whole."], folder=saved, name="torn.html", first=1898301191378579461 + (7 << 30))
    assert run(update) == 0
    assert unbound(book) == []


def test_with_drop_missing_it_goes_with_the_page(saved: Path, make_page: Callable[..., Path], tmp_path: Path) -> None:
    book = tmp_path / "b.epub"
    assert run(["epub", str(saved), "-o", str(book)]) == 3
    (saved / "torn.html").unlink()
    make_page(["More."], folder=saved, name="c.html", first=1898301191378579461 + (5 << 30))
    assert run(["epub", str(saved), "--update", str(book), "--drop-missing"]) == 0
    assert unbound(book) == []
