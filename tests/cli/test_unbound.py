"""A book says how many of the pages that were given could not be read, or make no chapter."""

from __future__ import annotations

import json
import re
import runpy
import zipfile
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest

from threadbound.cli.app import run

said = runpy.run_path(str(Path(__file__).with_name("books.py")))["said"]
FIRST = 1898301191378579461
TORN = "1 page that was given could not be read, or makes no chapter."


@pytest.fixture
def page(make_page: Callable[..., Path], tmp_path: Path) -> Callable[..., Path]:
    """A maker of pages in one folder."""

    def make(name: str, number: int, handle: str = "mara") -> Path:
        first = FIRST + (number << 30)
        return make_page([f"Words of {name}."], folder=tmp_path / "saved", name=name, first=first, handle=handle)

    return make


@pytest.fixture
def saved(page: Callable[..., Path], tmp_path: Path) -> Path:
    """Two good pages, and one that holds no thread."""
    page("a.html", 0)
    page("b.html", 1)
    torn(tmp_path / "saved" / "torn.html")
    return tmp_path / "saved"


def torn(path: Path) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text("<!DOCTYPE html><title>Torn</title><p>Nothing.", "utf-8")


def unbound(book: Path) -> int:
    with zipfile.ZipFile(book) as archive:
        if "EPUB/evidence/collection.json" not in archive.namelist():
            return 0
        found: int = json.loads(archive.read("EPUB/evidence/collection.json"))["collection"].get("unbound", 0)
    return found


def test_it_stays_said_in_what_is_made_of_the_book(saved: Path, tmp_path: Path) -> None:
    book, again = tmp_path / "b.epub", tmp_path / "again.epub"
    assert run(["epub", str(saved), "-o", str(book)]) == 3
    assert TORN in said(book, "about")
    assert run(["extract", str(book), "-d", str(tmp_path / "x")]) == 0
    assert run(["epub", str(tmp_path / "x"), "-o", str(again)]) == 0
    assert again.read_bytes() == book.read_bytes()


def test_pages_of_one_name_are_counted_each_and_odd_names_cost_nothing(saved: Path, tmp_path: Path) -> None:
    torn(tmp_path / "other" / "torn.html")
    torn(tmp_path / "other" / "\uf8ff\u202e<b>.html")
    book = tmp_path / "b.pdf"
    assert run(["pdf", str(saved), str(tmp_path / "other"), "-o", str(book), "--no-cover"]) == 3
    with pikepdf.open(book) as pdf:
        (record,) = (pdf.attachments[name] for name in pdf.attachments if name == "collection.json")
        assert json.loads(record.get_file().read_bytes())["collection"]["unbound"] == 3


def test_what_is_no_page_is_not_counted(saved: Path, tmp_path: Path) -> None:
    (saved / "torn.html").unlink()
    (saved / "note.txt").write_text("To be read again.", "utf-8")
    assert run(["epub", str(saved), "-o", str(tmp_path / "b.epub")]) == 0
    assert unbound(tmp_path / "b.epub") == 0
    (tmp_path / "empty").mkdir()
    assert run(["epub", str(saved), str(tmp_path / "empty"), "-o", str(tmp_path / "c.epub")]) == 3
    assert unbound(tmp_path / "c.epub") == 0


def test_each_authors_book_says_it_and_that_of_one_thread_has_nowhere_to(
    saved: Path, page: Callable[..., Path], tmp_path: Path
) -> None:
    page("c.html", 2, "ono")
    assert run(["epub", str(saved), "-d", str(tmp_path / "out"), "--name", "{handle}", "--by-author"]) == 3
    assert unbound(tmp_path / "out" / "mara.epub") == 1
    assert unbound(tmp_path / "out" / "ono.epub") == 0


def test_a_new_edition_says_it_of_what_was_given_for_it(saved: Path, page: Callable[..., Path], tmp_path: Path) -> None:
    book = tmp_path / "b.epub"
    update = ["epub", str(saved), "--update", str(book)]
    aside = (saved / "torn.html").rename(tmp_path / "torn.html")
    assert run(["epub", str(saved), "-o", str(book)]) == 0
    aside.rename(saved / "torn.html")
    assert run(update) == 3
    assert unbound(book) == 0  # nothing is new, so the book stays
    page("c.html", 2)
    assert run(update) == 3
    assert TORN in said(book, "about")
    assert run(update) == 3
    assert unbound(book) == 1
    page("torn.html", 3)
    assert run(update) == 0
    assert unbound(book) == 0
    told = said(book, "about")
    assert re.findall(r"Edition (\d)(?:(?!Edition).)*?; 1 page could not be bound\.", told) == ["2"]
    assert "Nothing that the pages declare." in told


def test_what_comes_beside_the_volumes_of_a_book_may_be_what_was_lost_then(
    saved: Path, page: Callable[..., Path], tmp_path: Path
) -> None:
    out, folder = tmp_path / "out", tmp_path / "x"
    assert run(["epub", str(saved), "-d", str(out), "--max-threads", "1"]) == 3
    books = sorted(out.iterdir())
    assert [unbound(book) for book in books] == [1, 1]
    for book in books:
        assert run(["extract", str(book), "-d", str(folder / book.stem)]) == 0
    volumes = [str(each) for each in sorted(folder.iterdir())]
    assert run(["epub", *volumes, "-o", str(tmp_path / "whole.epub")]) == 0
    assert unbound(tmp_path / "whole.epub") == 1
    mended = page("torn.html", 3)
    assert run(["epub", *volumes, str(mended), "-o", str(tmp_path / "more.epub")]) == 0
    assert unbound(tmp_path / "more.epub") == 0


def test_an_export_counts_the_threads_that_it_cannot_read(
    saved: Path, page: Callable[..., Path], tmp_path: Path
) -> None:
    page("torn.html", 3)
    library = tmp_path / "library"
    assert run(["init", str(library)]) == 0
    assert run(["add", "-L", str(library), str(saved)]) == 0
    damaged = min(library.glob("threads/*/*/v1/thread.json"))
    damaged.chmod(0o644)
    damaged.write_bytes(b"not what it was")
    call = ["export", "-L", str(library), "--all", "-t", "epub", "--together", "-d", str(tmp_path / "out")]
    assert run(call) == 3
    (book,) = (tmp_path / "out").iterdir()
    assert unbound(book) == 1
