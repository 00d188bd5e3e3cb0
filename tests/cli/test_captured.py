"""When a page was saved, said by the user where the file does not: kept as said, never as evidence."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from threadbound.book import dates
from threadbound.book.captures import one
from threadbound.cli.app import run
from threadbound.model import codec

PRODUCTS = ("pdf", "epub")
SINGLEFILE = (
    "<!--\n Page saved with SingleFile \n url: {url} \n saved date: Wed May 01 2024 10:00:00 GMT+0000 (UTC)\n-->"
)


@pytest.fixture
def page(make_page: Callable[..., Path]) -> Path:
    return make_page(["A page of a browser, which says nothing of its day."], folder=make_page(["x"]).parent / "saved")


def dated(path: Path) -> Path:
    """The page as SingleFile saves it, with the time in it."""
    head, rest = path.read_text().split("<head>", 1)
    path.write_text(head + SINGLEFILE.format(url="https://threadreaderapp.com/thread/1.html") + "<head>" + rest)
    return path


def inspected(*given: str, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    assert run(["inspect", "--json", *given]) == 0
    (note,) = json.loads(capsys.readouterr().out)["captures"]
    return dict(note)


def colophon(book: Path) -> str:
    with zipfile.ZipFile(book) as archive:
        pages = [archive.read(name).decode() for name in sorted(archive.namelist()) if name.endswith(".xhtml")]
    return " ".join(" ".join(pages).split())


@pytest.mark.parametrize(
    ("given", "kept", "shown"),
    [("2024-5-1", "2024-05-01", "1 May 2024"), ("2024-05", "2024-05", "May 2024"), ("2024", "2024", "2024")],
)
def test_what_the_user_says_stands_there_as_said(
    given: str, kept: str, shown: str, page: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    note = inspected(str(page), "--captured", given, capsys=capsys)
    assert (note["saved_at"], note["saved_as_said"]) == (None, kept)
    book = page.with_name("b.epub")
    assert run(["epub", str(page), "-o", str(book), "--captured", given]) == 0
    assert f"At a time that the file does not say ({shown}, says whoever bound this book), " in colophon(book)


def test_what_nobody_says_is_not_in_the_json(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "saved_as_said" not in inspected(str(page), capsys=capsys)


def test_what_the_file_says_goes_before_it(
    make_page: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = dated(make_page(["A page of SingleFile."]))
    note = inspected(str(page), "--captured", "2023", capsys=capsys)
    assert note["saved_at"] == "2024-05-01T10:00:00Z"
    assert "saved_as_said" not in note
    books = [tmp_path / "a.epub", tmp_path / "b.epub"]
    for book, more in zip(books, ([], ["--captured", "2023"]), strict=True):
        assert run(["epub", str(page), "-o", str(book), *more]) == 0
    assert books[0].read_bytes() == books[1].read_bytes()


@pytest.mark.parametrize("product", PRODUCTS)
@pytest.mark.parametrize("threads", [1, 2])
def test_it_stays_through_extract_and_the_book_is_the_same_again(
    product: str, threads: int, page: Path, make_page: Callable[..., Path], tmp_path: Path
) -> None:
    if threads == 2:
        dated(make_page(["Another, which does."], folder=page.parent, name="b.html", first=1498301191378579461))
    book, again = tmp_path / f"a.{product}", tmp_path / f"b.{product}"
    assert run([product, str(page.parent), "-o", str(book), "--captured", "2024-05"]) == 0
    assert run(["extract", str(book), "-d", str(tmp_path / "out")]) == 0
    assert run([product, str(tmp_path / "out"), "-o", str(again), "--captured", "2025"]) == 0  # the book said it
    assert again.read_bytes() == book.read_bytes()
    if product == "epub" and threads == 2:
        said = "2 pages, saved on 1 May 2024; 1 page does not say when (May 2024, says whoever bound this book)."
        assert said in colophon(book)


def test_a_new_edition_keeps_what_was_said(page: Path, make_page: Callable[..., Path], tmp_path: Path) -> None:
    book = tmp_path / "a.epub"
    assert run(["epub", str(page.parent), "-o", str(book), "--captured", "2024-05"]) == 0
    make_page(["A new one."], folder=page.parent, name="b.html", first=1498301191378579461)
    assert run(["epub", str(page.parent), "--update", str(book), "--captured", "2025-06"]) == 0
    words = colophon(book)
    for shown in ("May 2024", "June 2025"):
        assert f"At a time that the file does not say ({shown}, says whoever bound this book)" in words
    assert "2 pages, which do not say when they were saved (from May 2024 to June 2025, says whoever bound" in words
    before = book.read_bytes()
    assert run(["epub", str(page.parent), "--update", str(book)]) == 0
    assert book.read_bytes() == before


@pytest.mark.parametrize("more", [[], ["--captured", "2025-06"]])
def test_what_was_said_of_each_capture_stays_when_the_same_captures_come_again(
    more: list[str], page: Path, make_page: Callable[..., Path]
) -> None:
    make_page(["A page of a browser, which says nothing of its day.", "More."], folder=page.parent, name="b.html")
    book = page.parent.with_name("a.epub")
    assert run(["epub", str(page.parent), "-o", str(book), "--captured", "2024-05"]) == 0
    assert colophon(book).count("(May 2024, says whoever bound this book), ") == 2
    before = book.read_bytes()
    for given in (page.parent, page):
        assert run(["epub", str(given), "--update", str(book), *more]) == 0
        assert book.read_bytes() == before


@pytest.mark.parametrize(
    "given", ["yesterday", "2024-13", "2024-02-30", "2005", "2204-05-01", "24-05-01", "2024-05-01T10:00"]
)
def test_what_is_no_day_on_which_a_thread_can_have_been_saved_is_refused(
    given: str, page: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["pdf", str(page), "--captured", given]) == 2
    said = capsys.readouterr().err
    assert said.startswith(f"threadbound: --captured {given}: ")
    assert said.count("\n") == 1


def test_of_a_book_of_somebodys_it_is_a_day_or_refused(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["inspect", "--json", str(page), "--captured", "2024-05"]) == 0
    data = capsys.readouterr().out.encode()
    assert codec.decode(data).captures[0].saved_as_said == "2024-05"
    with pytest.raises(msgspec.ValidationError, match="saved_as_said"):
        codec.decode(data.replace(b'"2024-05"', b'"<b>2024"'))
    assert dates.period("2024-99") == "2024-99"


def test_the_fuller_reading_of_a_page_keeps_what_was_said_of_the_other(
    page: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["inspect", "--json", str(page), "--captured", "2024-05"]) == 0
    said = codec.decode(capsys.readouterr().out.encode())
    (note,) = said.captures
    more = replace(said.posts[0], n=2, id=None)
    fuller = replace(said, posts=(*said.posts, more), captures=(replace(note, saved_as_said=msgspec.UNSET),))
    for readings in ([said, fuller], [fuller, said]):
        whole = one(readings)
        assert len(whole.posts) == 2
        assert whole.captures == said.captures
