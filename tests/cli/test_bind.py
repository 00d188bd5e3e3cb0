"""``threadbound pdf`` and ``epub``: exit codes, messages, files."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pypdfium2
import pytest

from threadbound.cli.app import run

PRODUCTS = ("pdf", "epub")


@pytest.mark.parametrize("product", PRODUCTS)
def test_the_example_binds_without_a_loss(
    product: str, example: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([product, str(example), "-d", str(tmp_path)]) == 0
    (book,) = tmp_path.iterdir()
    assert book.name.startswith("2025-03-08-perpetuabinds-1898301191378579461-over-the-door-of-my")
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == f"threadbound: {book}: 12 posts, 5 of 5 pictures\n"


@pytest.mark.parametrize("product", PRODUCTS)
def test_nothing_is_overwritten_unless_asked(
    product: str, make_page: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page, book = make_page(["A first post of a few words."]), tmp_path / "b"
    book.write_text("precious")
    assert run([product, str(page), "-o", str(book)]) == 5
    assert book.read_text() == "precious"
    assert "use --force" in capsys.readouterr().err
    assert run([product, str(page), "-o", str(book), "-f"]) == 0
    assert book.read_bytes()[:4] in {b"%PDF", b"PK\x03\x04"}


@pytest.mark.parametrize("product", PRODUCTS)
def test_a_book_made_twice_is_the_same_bytes(product: str, example: Path, tmp_path: Path) -> None:
    books = [tmp_path / f"{k}" for k in range(2)]
    for book in books:
        assert run([product, str(example), "-o", str(book), "-q"]) == 0
    assert books[0].read_bytes() == books[1].read_bytes()


def test_a_book_goes_to_standard_output_and_the_words_about_it_elsewhere(
    make_page: Callable[..., Path], capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert run(["epub", str(make_page(["Words that go out."])), "-o", "-"]) == 0
    said = capfdbinary.readouterr()
    assert zipfile.ZipFile(io.BytesIO(said.out)).testzip() is None
    assert b"1 post" in said.err


def test_a_lost_picture_is_told_and_is_exit_3(
    make_page: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    picture = '<span class="entity-image"><a href="https://pbs.twimg.com/media/GLost.jpg"><img src="/images/1px.png"'
    page = make_page([f'Look. {picture} data-src="https://pbs.twimg.com/media/GLost.jpg"></a></span>'])
    assert run(["pdf", str(page), "-d", str(tmp_path / "out")]) == 3
    said = capsys.readouterr().err
    assert (
        "page.html: lost: a picture was not saved with the page (post 1, https://pbs.twimg.com/media/GLost.jpg)" in said
    )
    assert "0 of 1 picture, 1 loss" in said
    assert run(["pdf", str(page), "-d", str(tmp_path / "strict"), "--strict"]) == 7
    assert not (tmp_path / "strict").exists()


def test_several_pages_are_one_book_in_order_of_date(make_page: Callable[..., Path], tmp_path: Path) -> None:
    folder = tmp_path / "saved"
    make_page(["Second thread, from the later day."], folder=folder, name="a.html", first=1898301191378579461)
    make_page(["First thread, from the earlier day."], folder=folder, name="b.html", first=1498301191378579461)
    assert run(["pdf", str(folder), "-o", str(tmp_path / "b.pdf")]) == 0
    with pypdfium2.PdfDocument(tmp_path / "b.pdf") as document:
        text = "".join(page.get_textpage().get_text_range() for page in document)
        assert [item.get_title() for item in document.get_toc()][:4] == [
            "Contents",
            "2022–2025",
            "First thread, from the earlier day",
            "Second thread, from the later day",
        ]
    assert text.rindex("First thread, from the earlier day.") < text.rindex("Second thread, from the later day.")


def test_individual_gives_a_book_of_each_page(make_page: Callable[..., Path], tmp_path: Path) -> None:
    folder = tmp_path / "saved"
    for k in range(3):
        make_page([f"Thread number {k} of three."], folder=folder, name=f"{k}.html", first=1898301191378579461 + k)
    assert run(["epub", str(folder), "--individual", "-d", str(tmp_path / "out"), "--name", "{id}"]) == 0
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        f"{1898301191378579461 + k}.epub" for k in range(3)
    ]


def test_a_bad_page_costs_its_own_chapter_only(
    make_page: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good, bad = make_page(["A good page, as pages go."]), tmp_path / "empty.html"
    bad.write_bytes(b"")
    assert run(["epub", str(bad), str(good), "-o", str(tmp_path / "b.epub")]) == 3
    assert (tmp_path / "b.epub").exists()
    assert "empty.html" in capsys.readouterr().err


def test_json_has_a_line_for_each_book_and_failure_and_a_summary(
    make_page: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = make_page(["Said in JSON as well."])
    assert run(["epub", str(page), str(tmp_path / "none.html"), "--json", "-o", str(tmp_path / "b.epub")]) == 3
    failure, result, summary = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert (failure["type"], failure["exit_code"]) == ("failure", 5)
    assert result["type"] == "result"
    assert result["threads"][0]["posts"] == 1
    assert summary == {"type": "summary", "books": 1, "failures": 1, "exit_code": 3}


@pytest.mark.parametrize(
    "arguments",
    [
        ["pdf"],
        ["pdf", "--no-such-option", "x"],
        ["pdf", "x.html", "--attach", "everything"],
        ["pdf", "x.html", "-o", "b.pdf", "--individual"],
        ["pdf", "x.html", "-o", "-", "--json"],
        ["pdf", "x.html", "--name", "{unknown}"],
        ["pdf", "x.html", "--language", "english please"],
        ["bind", "x.html"],
    ],
)
def test_wrong_usage_is_exit_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(arguments) == 2
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.parametrize("attach", ["page,json", "json", "none"])
def test_evidence_is_what_was_asked_for(attach: str, example: Path, tmp_path: Path) -> None:
    assert run(["epub", str(example), "--attach", attach, "-o", str(tmp_path / "b.epub")]) == 0
    with zipfile.ZipFile(tmp_path / "b.epub") as book:
        inside = {Path(name).name for name in book.namelist() if "/evidence/" in name}
        assert (
            inside
            == {
                "page,json": {"how-a-book-is-sewn.html", "thread.json"},
                "json": {"thread.json"},
                "none": set(),
            }[attach]
        )
        if attach == "page,json":
            assert book.read("EPUB/evidence/how-a-book-is-sewn.html") == example.read_bytes()


def test_source_date_epoch_dates_the_book(
    make_page: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = make_page(["A page for all times."])
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    assert run(["epub", str(page), "-o", str(tmp_path / "b.epub")]) == 0
    assert b"1970-01-02T00:00:00Z" in zipfile.ZipFile(tmp_path / "b.epub").read("EPUB/content.opf")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "yesterday")
    assert run(["epub", str(page), "-o", str(tmp_path / "c.epub")]) == 2


def test_notes_beside_the_pages_are_no_failure(
    make_page: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "saved"
    make_page(["A page beside somebody's notes."], folder=folder)
    notes = folder / "notes.txt"
    notes.write_text("Remember to save the others before Friday.\nAnd the cat needs food.\n" * 5)
    assert run(["epub", str(folder), "-o", str(tmp_path / "b.epub")]) == 0
    assert "notes.txt" in capsys.readouterr().err
    assert run(["epub", str(folder), str(notes), "-o", str(tmp_path / "c.epub")]) == 3
    assert run(["epub", str(notes), "-o", str(tmp_path / "d.epub")]) == 4
