"""Which threads a new edition takes in: what was chosen for the book holds on."""

from __future__ import annotations

import runpy
from collections.abc import Callable
from pathlib import Path

import pytest

from threadbound.cli.app import run

pytestmark = pytest.mark.usefixtures("no_judges")
BOOKS = runpy.run_path(str(Path(__file__).with_name("books.py")))
ident, said, days_of = (BOOKS[name] for name in ("ident", "said", "days_of"))


@pytest.mark.parametrize(
    ("options", "said_of_it"),
    [
        (["--by-author"], "by @mara"),
        (["--author", "Mara"], "by @Mara"),
        (["--match", "linen"], "with the words “linen”"),
    ],
)
def test_a_book_of_chosen_threads_stays_one_of_such_threads(
    options: list[str],
    said_of_it: str,
    two_authors: Callable[..., None],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    saved, folder = str(tmp_path / "saved"), tmp_path / "out"
    two_authors(1, "mara", "linen")
    two_authors(2, "ono", "paper")
    assert run(["epub", saved, *options, "-d", str(folder)]) == 0
    (book,) = folder.glob("*mara*")
    two_authors(3, "mara", "linen")
    two_authors(4, "ono", "paper")
    capsys.readouterr()
    assert run(["epub", saved, "--update", str(book)]) == 0
    error = capsys.readouterr().err
    assert "edition 2: 1 new" in error
    assert f"2 threads were left out: the book is of threads {said_of_it}" in error
    assert f"Of the pages at hand, the threads {said_of_it}." in said(book, "about")
    assert run(["epub", saved, "--update", str(book)]) == 0
    assert "nothing is new" in capsys.readouterr().err
    assert run(["epub", saved, "--update", str(book), "--author", "ono"]) == 0
    error = capsys.readouterr().err
    assert "edition 3: 2 new" in error
    assert "left out" not in error
    assert f"Of the pages at hand, the threads {said_of_it}, or by @ono." in said(book, "about")
    two_authors(5, "ono", "paper")
    assert run(["epub", saved, "--update", str(book)]) == 0
    assert "edition 4: 1 new" in capsys.readouterr().err
    before = book.read_bytes()
    assert run(["epub", saved, "--update", str(book), "--author", "onno"]) == 4
    assert "--author onno: no thread is by @onno; did you mean ono?" in capsys.readouterr().err
    assert book.read_bytes() == before


def test_what_is_chosen_for_an_edition_is_not_asked_of_the_threads_that_the_book_has(
    two_authors: Callable[..., None], page: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book, saved = tmp_path / "b.epub", str(tmp_path / "saved")
    page(1, "Monday it rained. So we stayed.", "Then it stopped.")
    two_authors(2, "ono", "paper")
    assert run(["epub", saved, "-o", str(book)]) == 0
    page(1, "Monday it rained. So we stayed.", "Then it stopped.", "But no.", name="new.html")
    page(3)
    assert run(["epub", saved, "--update", str(book), "--author", "ono"]) == 0
    error = capsys.readouterr().err
    assert "edition 2: 1 changed" in error
    assert "1 thread was left out: not by @ono\n" in error
    assert "But no." in said(book, f"t{ident(1)}")


def test_a_book_that_a_file_listed_takes_in_what_is_listed_and_keeps_what_is_not(
    page: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book, saved, listed = tmp_path / "b.epub", str(tmp_path / "saved"), tmp_path / "order.txt"
    for day in (1, 2, 3):
        page(day)
    listed.write_text("saved/3.html\nsaved/1.html\n")
    assert run(["epub", saved, "--order-file", str(listed), "-o", str(book)]) == 0
    capsys.readouterr()
    assert run(["epub", saved, "--update", str(book)]) == 0
    assert "nothing is new" in capsys.readouterr().err
    page(4)
    listed.write_text("saved/4.html\nsaved/1.html | The first\n")
    (tmp_path / "saved" / "1.html").unlink()  # the book has it, and knows what it was called
    assert run(["epub", saved, "--update", str(book), "--order-file", str(listed)]) == 0
    assert "edition 2: 1 new" in capsys.readouterr().err
    contents = said(book, "contents")
    places = [contents.index(f"t{ident(day)}.xhtml") for day in (4, 1, 3)]
    assert places == sorted(places)
    assert "The first" in contents
    page(1)
    assert run(["epub", saved, "--update", str(book), "--order-file", str(listed), "--drop-missing"]) == 0
    assert "edition 3: 1 let go" in capsys.readouterr().err
    assert "let go: “Thread of day 3 it is”" in said(book, "about")


def test_authors_are_told_apart_by_their_handles_and_where_there_are_none_by_their_names(
    written: Callable[[int, str, str], None], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Two of one name, one in two spellings, and two of whom no handle is known."""
    saved, out = str(tmp_path / "saved"), tmp_path / "out"
    authors = [("mara", "Mara Quill"), ("quill", "Mara Quill"), ("MARA", "Mara"), ("", "Mara Quill"), ("", "Ono")]
    for day, author in enumerate(authors * 2, 1):
        written(day, *author)
    assert run(["epub", saved, "--by-author", "-d", str(out), "--name", "{handle}"]) == 0
    books = {path.name: days_of(path) for path in out.iterdir()}
    assert books == {
        "MARA.epub": [1, 3, 6, 8],
        "quill.epub": [2, 7],
        "mara-quill.epub": [4, 9],
        "ono.epub": [5, 10],
    }
    for day, author in enumerate(authors, 11):
        written(day, *author)
    capsys.readouterr()
    added = {"MARA.epub": [11, 13], "quill.epub": [12], "mara-quill.epub": [14], "ono.epub": [15]}
    for name, days in added.items():
        assert run(["epub", saved, "--update", str(out / name)]) == 0
        assert f"{15 - len(books[name]) - len(days)} threads were left out: " in capsys.readouterr().err
        assert days_of(out / name) == books[name] + days
    by_name = ["epub", saved, "--author", "mara QUILL", "-o", str(tmp_path / "b.epub")]
    assert run(by_name) == 0
    assert days_of(tmp_path / "b.epub") == [4, 9, 14]
    assert run(["epub", saved, "--update", str(out / "ono.epub"), "--author", "Mara"]) == 0
    assert days_of(out / "ono.epub") == [1, 3, 5, 6, 8, 10, 11, 13, 15]


def test_of_an_author_who_has_a_handle_the_name_alone_chooses_nothing(
    written: Callable[[int, str, str], None], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    written(1, "mara", "Mara Quill")
    written(2, "quill", "Mara Quill")
    assert run(["epub", str(tmp_path / "saved"), "--author", "Mara Quill", "-o", str(tmp_path / "b.epub")]) == 4
    assert "no thread is by mara quill; so are called @mara and @quill: give the handle" in capsys.readouterr().err


def test_what_is_not_said_of_a_choice_holds_on_as_the_book_has_it(
    page: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book, saved = tmp_path / "b.epub", str(page(400).parent)
    page(500)
    assert run(["epub", saved, "-o", str(book), "--since", "2022", "--until", "2022-06"]) == 0
    page(1)
    page(700)
    page(2000)
    capsys.readouterr()
    assert run(["epub", saved, "--update", str(book), "--until", "2023"]) == 0
    assert days_of(book) == [400, 500, 700]
    told = capsys.readouterr().err
    assert f"{book}: 2 threads were left out: not from 1 January 2022 to 31 December 2023\n" in told
    assert "the threads from 1 January 2022 to 31 December 2023.<" in said(book, "about")
    page(701)
    assert run(["epub", saved, "--update", str(book)]) == 0
    assert days_of(book) == [400, 500, 700, 701]


def test_an_author_who_is_let_in_later_has_the_same_bounds(
    written: Callable[[int, str, str], None], tmp_path: Path
) -> None:
    book, saved = tmp_path / "b.epub", str(tmp_path / "saved")
    for day, handle in ((1, "mara"), (400, "mara"), (2, "quill"), (401, "quill")):
        written(day, handle, handle.title())
    assert run(["epub", saved, "-o", str(book), "--author", "mara", "--since", "2022"]) == 0
    assert run(["epub", saved, "--update", str(book), "--author", "quill"]) == 0
    assert days_of(book) == [400, 401]
    how = "the threads by @mara, since 1 January 2022, or by @quill, since 1 January 2022.<"
    assert how in said(book, "about")
    written(700, "ono", "Ono")
    written(701, "mara", "Mara")
    assert run(["epub", saved, "--update", str(book), "--until", "2024"]) == 0
    assert days_of(book) == [400, 401, 701]


@pytest.mark.parametrize(
    ("made", "asked", "told"),
    [
        ("--since", "--until 2020", "--until 2020-12-31: the book is of threads since 1 January 2022: "),
        ("--until", "--since 2023", "--since 2023-01-01: the book is of threads until 31 December 2022: "),
    ],
)
def test_of_days_among_which_there_is_none_no_edition_is_made(
    *, made: str, asked: str, told: str, page: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book, saved = tmp_path / "b.epub", str(page(400).parent)
    assert run(["epub", saved, "-o", str(book), made, "2022"]) == 0
    before = book.read_bytes()
    page(1)
    page(800)
    capsys.readouterr()
    for how in (["--dry-run"], []):
        assert run(["epub", saved, "--update", str(book), *asked.split(), *how]) == 2
        cure = f"no day lies between them; give {made} too"
        assert capsys.readouterr().err.endswith(f"threadbound: {told}{cure}\n")
    assert book.read_bytes() == before


def test_what_a_book_was_chosen_by_waits_while_others_are_asked_for(
    two_authors: Callable[..., None], tmp_path: Path
) -> None:
    book, saved = tmp_path / "b.epub", str(tmp_path / "saved")
    two_authors(1, "mara", "linen")
    two_authors(2, "ono", "paper")
    assert run(["epub", saved, "-o", str(book), "--author", "mara"]) == 0
    two_authors(3, "mara", "linen")
    assert run(["epub", saved, "--update", str(book), "--author", "ono"]) == 0
    assert days_of(book) == [1, 2]
    assert run(["epub", saved, "--update", str(book)]) == 0
    assert days_of(book) == [1, 2, 3]
