"""``threadbound pdf`` and ``epub``: exit codes, messages, files."""

from __future__ import annotations

import errno
import io
import json
import os
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from threadbound import pipeline
from threadbound.checks.report import CheckReport, Finding
from threadbound.cli.app import run
from threadbound.media.pictures import Pictures
from threadbound.model.thread import Thread

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
    precious = b"%PDF- precious"
    book.write_bytes(precious)
    assert run([product, str(page), "-o", str(book)]) == 5
    assert book.read_bytes() == precious
    assert "use --force" in capsys.readouterr().err
    assert run([product, str(page), "-o", str(book), "-f"]) == 0
    assert book.read_bytes()[:4] in {b"%PDF", b"PK\x03\x04"}


@pytest.mark.parametrize("product", PRODUCTS)
def test_a_saved_page_is_never_replaced_by_its_book(
    product: str, make_page: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    page = make_page(["A first post of a few words."])
    before = page.read_bytes()
    for given in ((), ("--force",)):
        assert run([product, str(page), "-o", str(page), *given]) == 5
        assert "a book replaces only its like" in capsys.readouterr().err
    assert page.read_bytes() == before


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
    assert said.err == b"threadbound: standard output: 1 post, no pictures\n"


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
            "About this edition",
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
                "page,json": {"how-a-book-is-sewn.html", "thread.json", "fixity.json"},
                "json": {"thread.json", "fixity.json"},
                "none": set(),
            }[attach]
        )
        if attach == "page,json":
            assert book.read("EPUB/evidence/how-a-book-is-sewn.html") == example.read_bytes()


def test_source_date_epoch_dates_the_book(
    make_page: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = make_page(["A page for all times."])
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "315619200")
    assert run(["epub", str(page), "-o", str(tmp_path / "b.epub")]) == 0
    assert b"1980-01-02T00:00:00Z" in zipfile.ZipFile(tmp_path / "b.epub").read("EPUB/content.opf")


@pytest.mark.parametrize("value", ["yesterday", "-60000000000", "86400", "315532799", "253402300800", "9" * 5000])
def test_a_source_date_that_no_product_can_name_is_wrong_usage(
    value: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", value)
    assert run(["epub", "page.html"]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "from 1980 to 9999" in said


def test_notes_beside_the_pages_are_no_failure(
    make_page: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "saved"
    make_page(["A page beside somebody's notes."], folder=folder)
    notes = folder / "notes.txt"
    notes.write_text("Remember to save the others before Friday.\nAnd the cat needs food.\n" * 5)
    assert run(["epub", str(folder), "-o", str(tmp_path / "b.epub")]) == 0
    assert "notes.txt" in capsys.readouterr().err
    (folder / "more.txt").write_text("Bread. Milk. The list for Friday.\n" * 5)
    for said, lines in (("-q", 0), ("--offline", 1), ("-v", 2)):
        assert run(["epub", str(folder), "-o", str(tmp_path / "b.epub"), "-f", said]) == 0
        assert sum(".txt" in line for line in capsys.readouterr().err.splitlines()) == lines, said
    assert run(["inspect", str(folder), "-q"]) == 0
    assert not capsys.readouterr().err
    assert run(["epub", str(folder), str(notes), "-o", str(tmp_path / "c.epub")]) == 3
    assert run(["epub", str(notes), "-o", str(tmp_path / "d.epub")]) == 4


def same_thread_twice(make_page: Callable[..., Path], folder: Path) -> Path:
    for name, words in (("a.html", "Saved on Monday."), ("b.html", "Saved again on Friday.")):
        make_page([words], folder=folder, name=name)
    return folder


def test_no_book_of_a_run_replaces_another(make_page: Callable[..., Path], tmp_path: Path) -> None:
    saved, out = same_thread_twice(make_page, tmp_path / "saved"), tmp_path / "out"
    call = ["epub", str(saved), "--individual", "-d", str(out), "--name", "{id}", "-q"]
    for forced in (["-f"], ["-f"]):
        assert run([*call, *forced]) == 0
        assert sorted(path.name for path in out.iterdir()) == [f"1898301191378579461{end}.epub" for end in ("-2", "")]
    books = [out / f"1898301191378579461{end}.epub" for end in ("", "-2")]
    for book, words in zip(books, (b"Monday", b"Friday"), strict=True):
        with zipfile.ZipFile(book) as archive:
            assert any(words in archive.read(name) for name in archive.namelist() if name.endswith(".xhtml"))
    assert run(call) == 5
    assert len(list(out.iterdir())) == 2


def test_individual_lets_a_page_go_before_it_reads_the_next(
    make_page: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    order: list[str] = []
    read, make = pipeline.read, pipeline.make

    def noted_read(name: str, store: Pictures, sources: pipeline.Sources) -> pipeline.Page:
        assert not store.pictures
        order.append(f"read {Path(name).name}")
        page = read(name, store, sources)
        assert not page.capture.markup
        return page

    def noted_make(content: pipeline.Content, *rest: Any) -> pipeline.Product:
        order.append(f"make {Path(content.pages[0].name).name}")
        return make(content, *rest)

    monkeypatch.setattr(pipeline, "read", noted_read)
    monkeypatch.setattr(pipeline, "make", noted_make)
    saved = same_thread_twice(make_page, tmp_path / "saved")
    assert run(["epub", str(saved), "--individual", "-d", str(tmp_path / "out")]) == 0
    assert order == ["read a.html", "make a.html", "read b.html", "make b.html"]


def break_on(monkeypatch: pytest.MonkeyPatch, name: str, error: BaseException) -> None:
    read = pipeline.read

    def broken(path: str, *rest: Any) -> pipeline.Page:
        if Path(path).name == name:
            raise error
        return read(path, *rest)

    monkeypatch.setattr(pipeline, "read", broken)


@pytest.mark.parametrize("individual", [[], ["--individual"]])
def test_a_bug_at_one_page_costs_that_page(
    individual: list[str],
    make_page: Callable[..., Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    saved = same_thread_twice(make_page, tmp_path / "saved")
    break_on(monkeypatch, "a.html", ZeroDivisionError("nothing to share"))
    call = ["epub", *individual, "-q", "-d"]
    assert run([*call, str(tmp_path / "out"), str(saved)]) == 3
    assert len(list((tmp_path / "out").iterdir())) == 1
    said = capsys.readouterr().err
    assert said.startswith(f"threadbound: {saved / 'a.html'}: unexpected error: ZeroDivisionError: nothing to share (")
    assert said.count("\n") == 1
    assert run([*call, str(tmp_path / "none"), str(saved / "a.html"), str(tmp_path / "gone.html")]) == 1
    assert run([*call, str(tmp_path / "loud"), str(saved), "-v"]) == 3
    assert "Traceback" in capsys.readouterr().err


def test_a_bug_in_one_book_costs_that_book(
    make_page: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved = same_thread_twice(make_page, tmp_path / "saved")
    build = pipeline.build

    def broken(threads: list[Thread], *others: Any) -> Any:
        if threads[0].captures[0].name == "a.html":
            raise RuntimeError
        return build(threads, *others)

    monkeypatch.setattr(pipeline, "build", broken)
    assert run(["epub", str(saved), "--individual", "-d", str(tmp_path / "out"), "--name", "x"]) == 3
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["x-2.epub"]


def test_an_interrupt_is_no_failure_of_a_page(
    make_page: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved = same_thread_twice(make_page, tmp_path / "saved")
    break_on(monkeypatch, "a.html", KeyboardInterrupt())
    assert run(["epub", str(saved), "-d", str(tmp_path / "out")]) == 130
    assert not (tmp_path / "out").exists()


def test_what_the_system_refuses_is_no_bug(
    make_page: Callable[..., Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    break_on(monkeypatch, "page.html", OSError(errno.EIO, "Input/output error", "font.ttf"))
    assert run(["epub", str(make_page(["Words."])), "-d", str(tmp_path / "out")]) == 5
    assert "page.html: font.ttf: reading or writing failed: Input/output error;" in capsys.readouterr().err


def test_short_flags_in_one_word_are_heard(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "never")
    assert run(["epub", "page.html", "-fv"]) == 2
    assert "Traceback" in capsys.readouterr().err
    assert run(["epub", "--", "-v"]) == 2
    assert "Traceback" not in capsys.readouterr().err


def test_a_book_that_is_not_whole_does_not_name_a_path_that_nobody_gave(
    make_page: Callable[..., Path], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lacking = CheckReport((Finding("words.missing", "a word is missing"),))
    monkeypatch.setattr(pipeline.checks, "load", lambda _: lambda *_: lacking)
    assert run(["epub", str(make_page(["Words."])), "-o", "-"]) == 7
    said = capsys.readouterr()
    assert said.out == ""
    assert "standard output: not written, it would not be whole" in said.err


def test_a_page_called_as_the_json_is_carried_too(make_page: Callable[..., Path], tmp_path: Path) -> None:
    page = make_page(["A page with an odd name."], name="thread.json")
    for product in PRODUCTS:
        assert run([product, str(page), "-o", str(tmp_path / f"b.{product}")]) == 0


@pytest.mark.parametrize("by_listing", [True, False])
def test_a_folder_that_cannot_be_read_costs_itself(
    by_listing: bool,  # noqa: FBT001 - a parameter of pytest
    make_page: Callable[..., Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    saved = tmp_path / "saved"
    make_page(["A page beside a closed folder."], folder=saved)
    make_page(["A page in a closed folder."], folder=saved / "closed")
    scandir, lstat = os.scandir, os.lstat

    def shut(real: Callable[..., Any], where: Path) -> Callable[..., Any]:
        def call(path: Any, *rest: Any, **named: Any) -> Any:
            if Path(path) == where:
                raise PermissionError(errno.EACCES, "Permission denied", str(path))
            return real(path, *rest, **named)

        return call

    if by_listing:
        monkeypatch.setattr(os, "scandir", shut(scandir, saved / "closed"))
    else:
        monkeypatch.setattr(os, "lstat", shut(lstat, saved / "closed" / "page.html"))
        monkeypatch.setattr(Path, "open", shut(Path.open, saved / "closed" / "page.html"))
    assert run(["epub", str(saved), "-o", str(tmp_path / "b.epub"), "-q"]) == 3
    said = capsys.readouterr().err
    assert said == (
        "threadbound: saved/closed: the folder cannot be read; change its permissions\n"
        if by_listing
        else f"threadbound: {saved / 'closed' / 'page.html'}: it may not be read; change its permissions\n"
    )


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["pdf", ""], "empty"),
        (["epub", "https://threadreaderapp.com/thread/1.html"], "save it"),
        (["pdf", "x.html", "-o", "book.epub"], "this verb makes a PDF; name it so"),
        (["pdf", "x.html", "-o", "poem.docx"], "-o poem.docx: this verb makes a PDF: name it poem.pdf"),
        (["epub", "x.html", "-o", "a/poem.MOBI"], "-o a/poem.MOBI: this verb makes an EPUB: name it a/poem.epub"),
        (["epub", "x.html", "-o", "poem.html"], "name it poem.epub"),
        (["pdf", "x.html", "-o", "poem.pdf.gz"], "-o poem.pdf.gz: this verb makes a PDF: name it poem.pdf\n"),
        (["pdf", "x.html", "-o", "Vol. 2.tar.GZ"], "name it Vol. 2.pdf\n"),
        (["pdf", "saved/", "-o", "poem.txt", "--max-threads", "2"], "name it poem.pdf"),
        (["pdf", "x.html", "-o", "books/"], "-o books/ names a folder: give the file too, or -d books/"),
        (["inspect", ""], "empty"),
    ],
)
def test_a_common_slip_is_told_with_its_cure(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(arguments) == 2
    assert words in (said := capsys.readouterr().err)
    assert said.count("\n") == 1


@pytest.mark.parametrize("name", ["poem", "poem.part", "poem.pdf.bak", "Vol. 2", "poem.PDF", "new/folder/poem.pdf"])
def test_a_name_that_promises_no_other_product_is_taken_and_its_folders_are_made(
    name: str, make_page: Callable[..., Path], tmp_path: Path
) -> None:
    assert run(["pdf", str(make_page(["Words."])), "-o", str(tmp_path / "out" / name), "-q"]) == 0
    assert (tmp_path / "out" / name).read_bytes().startswith(b"%PDF-")


def test_a_missing_post_leaves_a_line_in_the_book(make_page: Callable[..., Path], tmp_path: Path) -> None:
    page = make_page(["First of three.", "Second of three.", "Third of three."])
    cut = page.read_text().replace('id="tweet_2"', 'id="gone"').replace("Second of three.", "")
    page.write_text(cut.replace('<div id="gone" class="content-tweet', '<div class="hidden'))
    assert run(["epub", str(page), "-o", str(tmp_path / "b.epub")]) == 3
    assert b"Post 2 is not in the saved page" in zipfile.ZipFile(tmp_path / "b.epub").read("EPUB/t1.xhtml")


def test_what_is_called_a_page_and_is_none_is_named_and_counted(
    make_page: Callable[..., Path],
    make_picture: Callable[..., bytes],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    folder = tmp_path / "saved"
    make_page(["A page among others."], folder=folder)
    (folder / "photo.html").write_bytes(make_picture())
    (folder / "noise.html").write_bytes(bytes(range(256)) * 20)
    (folder / "gone.html").symlink_to(tmp_path / "nowhere")
    assert run(["epub", str(folder), "-o", str(tmp_path / "b.epub"), "--json"]) == 3
    out, said = capsys.readouterr()
    assert "photo.html: a picture, no page; " in said
    assert "noise.html: a binary file, no saved page; " in said
    assert "gone.html: a link that leads nowhere; " in said
    assert json.loads(out.splitlines()[-1])["failures"] == 3
    (folder / "page.html").unlink()
    assert run(["epub", str(folder), "-o", str(tmp_path / "c.epub")]) == 5


def test_a_title_of_ones_own_stands_on_one_threads_pages_above_its_first_words(
    make_page: Callable[..., Path], tmp_path: Path
) -> None:
    page = make_page(["Maps leave things out. Here is why."])
    pdf, again, epub = tmp_path / "a.pdf", tmp_path / "again.pdf", tmp_path / "a.epub"
    for book in (pdf, epub):
        assert run([book.suffix[1:], str(page), "-o", str(book), "--title", "On  maps 🗺"]) == 0
    with pypdfium2.PdfDocument(pdf) as document:
        words = document[0].get_textpage().get_text_range()
        assert words.index("On maps") < words.index("Maps leave things out")
        assert document.get_metadata_value("Title") == "On maps 🗺"
        assert next(mark.get_title() for mark in document.get_toc()) == "Maps leave things out"
    with zipfile.ZipFile(epub) as archive:
        assert "On maps" in archive.read("EPUB/titlepage.xhtml").decode()
        assert "<dc:title>On maps 🗺</dc:title>" in archive.read("EPUB/content.opf").decode()
        assert "Maps leave things out" in archive.read("EPUB/t1.xhtml").decode()
    assert run(["extract", str(pdf), "-d", str(tmp_path / "x")]) == 0
    assert run(["pdf", str(tmp_path / "x"), "-o", str(again)]) == 0
    assert again.read_bytes() == pdf.read_bytes()


def test_without_one_nothing_stands_above_a_threads_first_words(make_page: Callable[..., Path], tmp_path: Path) -> None:
    page, book = make_page(["Maps leave things out. Here is why."]), tmp_path / "a.pdf"
    assert run(["pdf", str(page), "-o", str(book)]) == 0
    with pypdfium2.PdfDocument(book) as document:
        assert document[0].get_textpage().get_text_range().count("Maps leave things out") == 1


@pytest.mark.parametrize("product", PRODUCTS)
@pytest.mark.parametrize("options", [["--list-of-pictures"], ["--parts", "year"], ["--parts", "month"]], ids=" ".join)
def test_what_only_several_threads_can_have_is_refused_for_one_page(
    product: str,
    options: list[str],
    make_page: Callable[..., Path],
    tmp_path: Path,
    *,
    capsys: pytest.CaptureFixture[str],
) -> None:
    page = str(make_page(["Maps leave things out."], folder=tmp_path / "saved"))
    call = [product, "-d", str(tmp_path / "out"), *options]
    assert run([*call, page]) == 2
    why = f"{options[0]} is for a book of several threads, and {page} is one: leave it out, or name the page's folder"
    assert f"threadbound: {why}\n" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
    assert run([*call, str(tmp_path / "saved")]) == 0
    (book,) = (tmp_path / "out").iterdir()
    assert run([product, page, "--update", str(book), *options]) == 0


@pytest.mark.parametrize("options", [["--order", "title"], ["--parts", "none"], ["--max-threads", "3"]], ids=" ".join)
def test_what_holds_of_one_thread_anyhow_is_accepted(
    options: list[str], make_page: Callable[..., Path], tmp_path: Path
) -> None:
    assert run(["epub", str(make_page(["Maps leave things out."])), "-d", str(tmp_path / "out"), *options]) == 0


@pytest.mark.parametrize("character", ["\uf8ff", "\U0002f81f"], ids=ascii)
def test_a_title_that_no_font_has_is_refused(
    character: str, make_page: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = str(make_page(["Maps leave things out."]))
    assert run(["pdf", page, "-o", str(tmp_path / "a.pdf"), "--title", f"Map {character}"]) == 2
    assert "--title: no font has U+" in capsys.readouterr().err
    assert not (tmp_path / "a.pdf").exists()
