"""New editions of a book, volumes of one that is too large, and what a run would bind."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from PIL import Image

from threadbound import pipeline, verification
from threadbound.cli.app import run
from threadbound.cli.collection import size
from threadbound.errors import FileTrouble, UsageError

PRODUCTS = ("pdf", "epub")


@pytest.fixture(autouse=True)
def _no_judges(monkeypatch: pytest.MonkeyPatch) -> None:
    """Outside judges take seconds: ``tests/conformance`` calls them."""
    monkeypatch.setattr(verification, "JUDGES", ())


def ident(day: int) -> int:
    """The id of a post of so many days after the first of January 2021."""
    return (1609459200000 - 1288834974657 + day * 86_400_000) << 22


@pytest.fixture
def page(make_page: Callable[..., Path], tmp_path: Path) -> Callable[..., Path]:
    """A maker of saved pages, one a day: ``page(3, "Words.", "More.")``."""

    def make(day: int, *bodies: str, name: str = "") -> Path:
        words = list(bodies or (f"Thread of day {day} it is. So much for that.", "And more."))
        return make_page(words, folder=tmp_path / "saved", name=name or f"{day}.html", first=ident(day))

    return make


def catalogued(book: Path) -> str:
    """The title that a library program lists a book by; in a PDF the two places of it agree."""
    if book.suffix == ".pdf":
        with pikepdf.open(book) as pdf:
            title = str(pdf.docinfo.Title)
            assert f">{title}<".encode() in pdf.Root.Metadata.read_bytes()
        return title
    with zipfile.ZipFile(book) as archive:
        found = re.search("<dc:title[^>]*>([^<]*)</dc:title>", archive.read("EPUB/content.opf").decode())
    return found[1] if found else ""


def said(book: Path, name: str) -> str:
    with zipfile.ZipFile(book) as archive:
        return archive.read(f"EPUB/{name}.xhtml").decode()


@pytest.mark.parametrize("product", PRODUCTS)
def test_a_new_edition_holds_what_is_new_and_marks_it_and_keeps_what_has_gone(
    product: str, page: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    gone, book = page(1), tmp_path / f"b.{product}"
    page(5)
    saved = str(tmp_path / "saved")
    assert run([product, saved, "-o", str(book), "--title", "Days"]) == 0
    first = book.read_bytes()
    assert run([product, saved, "--update", str(book)]) == 0
    assert "nothing is new; it was left as it is" in capsys.readouterr().err
    assert book.read_bytes() == first
    gone.unlink()
    page(9)
    changes = "1 new, 1 kept whose page was not given\n"
    assert run([product, saved, "--update", str(book), "--dry-run"]) == 0
    assert f"{book}: would be edition 2: {changes}" in capsys.readouterr().err
    assert run([product, saved, "--update", str(book)]) == 0
    assert f"{book}: edition 2: {changes}" in capsys.readouterr().err
    assert "3 threads, 6 posts" in check(book, capsys)
    assert run(["extract", str(book), "-d", str(tmp_path / "out")]) == 0
    assert run([product, str(tmp_path / "out"), "-o", str(tmp_path / "again")]) == 0
    assert (tmp_path / "again").read_bytes() == book.read_bytes()
    record = json.loads((tmp_path / "out" / "collection.json").read_text())["collection"]
    assert [each["number"] for each in record["editions"]] == [1, 2]
    assert record["editions"][1]["new"] == [f"threadreader:{ident(9)}"]
    assert record["title"] == "Days"
    if product == "epub":
        assert "New in this edition" in said(book, f"t{ident(9)}")
        assert "New in this edition" not in said(book, f"t{ident(5)}")
        assert "new in this edition" in said(book, "contents")
        assert "Edition 2, of pages and threads up to 10 January 2021: 3 threads, 6 posts; 1 new" in said(book, "about")
        assert "Edition 1, of pages and threads up to 6 January 2021: 2 threads, 4 posts." in said(book, "about")


def check(book: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """What ``verify`` says of a sound book."""
    assert run(["verify", str(book)]) == 0
    return capsys.readouterr().err


def test_every_edition_has_the_name_of_the_first(page: Callable[..., Path], tmp_path: Path) -> None:
    book, names = tmp_path / "b.epub", []
    for day in (1, 5, 9):
        page(day)
        options = ["--update", str(book)] if names else ["-o", str(book)]
        assert run(["epub", str(tmp_path / "saved"), *options]) == 0
        with zipfile.ZipFile(book) as archive:
            names.append(archive.read("EPUB/content.opf").decode().partition("urn:uuid:")[2][:36])
    assert len(set(names)) == 1
    assert "Edition 3, " in said(book, "about")


def test_a_thread_that_has_grown_is_marked_and_what_it_lost_is_kept(page: Callable[..., Path], tmp_path: Path) -> None:
    book = tmp_path / "b.epub"
    page(1, "Monday it rained. So we stayed.", "Then it stopped.", "The end of it.")
    page(5)
    assert run(["epub", str(tmp_path / "saved"), "-o", str(book)]) == 0
    newer = page(1, "Monday it rained. So we stayed.", "Then it stopped.", "The end of it.", "But no.", name="new.html")
    assert run(["epub", str(newer), "--update", str(book)]) == 0
    assert "Changed since the last edition" in said(book, f"t{ident(1)}")
    assert "But no." in said(book, f"t{ident(1)}")
    assert "1 changed: “Monday it rained”" in said(book, "about")


def test_what_is_missing_is_let_go_when_asked_but_not_what_cannot_be_read(
    page: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book, saved = tmp_path / "b.epub", tmp_path / "saved"
    for day in (1, 5, 9):
        page(day)
    assert run(["epub", str(saved), "-o", str(book)]) == 0
    (saved / "1.html").unlink()
    (saved / "5.html").write_text("<html>no thread any more</html>")
    assert run(["epub", str(saved), "--update", str(book), "--drop-missing"]) == 3
    assert "edition 2: 1 let go" in capsys.readouterr().err
    assert "Thread of day 5" in said(book, f"t{ident(5)}")
    assert "let go: “Thread of day 1 it is”" in said(book, "about")
    before = book.read_bytes()
    assert run(["epub", str(saved / "5.html"), "--update", str(book), "--drop-missing"]) == 2
    assert "would drop everything" in capsys.readouterr().err
    assert book.read_bytes() == before


def test_saved_pages_stay_in_a_book_that_carried_them(page: Callable[..., Path], tmp_path: Path) -> None:
    book = tmp_path / "b.epub"
    old = page(1)
    assert run(["epub", str(old), "-o", str(book)]) == 0
    data = old.read_bytes()
    old.unlink()
    assert run(["epub", str(page(5)), "--update", str(book)]) == 0
    assert run(["extract", str(book), "-d", str(tmp_path / "out")]) == 0
    assert any(path.read_bytes() == data for path in (tmp_path / "out").glob("*.html"))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--update", "{book}", "-o", "x.epub"], "the book stays where it is"),
        (["--update", "{book}", "--attach", "none"], "the last edition that can be made anew"),
        (["--update", "x.pdf"], "this verb makes an EPUB; call the other verb"),
        (["--update", "{book}", "--max-threads", "3"], "--update makes one book anew"),
        (["--update", "{book}", "--individual"], "--update is for a book of several threads"),
        (["--drop-missing"], "give --update BOOK"),
        (["--max-size", "lots"], "no size; give one like 50MB"),
        (["--max-size", "1kB"], "too small for any book"),
        (["--for", "kindel"], "did you mean kindle?"),
        (["--max-size", "50"], "50 bytes are too few for any book: did you mean 50MB?"),
        (["--max-size", "0"], "--max-size 0: too small for any book; give at least 100KB\n"),
        (["--max-size", "0.01"], "--max-size 0.01: too small for any book; give at least 100KB\n"),
        (["-o", "-", "--max-threads", "1"], "volumes may be several files: leave --max-threads out, or give -o FILE"),
        (["-o", "-", "--max-size", "5MB"], "volumes may be several files: leave --max-size out, or give -o FILE"),
    ],
)
def test_what_contradicts_itself_is_refused_before_anything_is_read(
    options: list[str], words: str, page: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = tmp_path / "b.epub"
    assert run(["epub", str(page(1)), *(option.format(book=book) for option in options)]) == 2
    assert words in capsys.readouterr().err


def test_a_book_that_is_none_or_damaged_is_left_alone(
    page: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str], example: Path
) -> None:
    stranger = tmp_path / "stranger.epub"
    stranger.write_bytes(b"no book")
    assert run(["epub", str(page(1)), "--update", str(stranger)]) == 4
    assert run(["epub", str(page(1)), "--update", str(tmp_path / "absent.epub")]) == 5
    book = tmp_path / "b.epub"
    assert run(["epub", str(example), "-o", str(book)]) == 0
    with zipfile.ZipFile(book) as archive:
        parts = {item: archive.read(item) for item in archive.namelist()}
    picture = next(name for name in parts if name.endswith(".jpg") and "cover" not in name)
    with zipfile.ZipFile(book, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data[:50] if name == picture else data)
    before = book.read_bytes()
    assert run(["epub", str(page(1)), "--update", str(book)]) == 5
    assert "it is damaged, so nothing was changed" in capsys.readouterr().err
    assert book.read_bytes() == before


@pytest.mark.parametrize("product", PRODUCTS)
def test_volumes_hold_all_threads_and_each_says_which_it_is(
    product: str, page: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for day in range(5):
        page(day)
    saved, out = str(tmp_path / "saved"), tmp_path / "out"
    assert run([product, saved, "-o", str(out / f"b.{product}"), "--max-threads", "2", "--json"]) == 0
    results = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [Path(each["path"]).name for each in results[:-1]] == [f"b-volume-{n}-of-3.{product}" for n in (1, 2, 3)]
    assert [len(each["threads"]) for each in results[:-1]] == [2, 2, 1]
    for each in results[:-1]:
        check(Path(each["path"]), capsys)
        assert run(["extract", each["path"], "-d", str(tmp_path / "x"), "-f"]) == 0
        assert run([product, str(tmp_path / "x"), "-o", str(tmp_path / "again"), "-f"]) == 0
        (again,) = tmp_path.glob("again*")
        assert again.read_bytes() == Path(each["path"]).read_bytes()
        assert catalogued(Path(each["path"])) == f"Threads, 2021, volume {each['path'].split('-')[-3]}"
        again.unlink()
    listing = json.loads((tmp_path / "x" / "extracted.json").read_text())
    assert "page" not in [
        file["kind"] for file in listing["files"]
    ]  # it is a part of a collection, though of one thread
    if product == "epub":
        last = out / "b-volume-3-of-3.epub"
        assert "Volume 3 of 3: 1 thread, 2 posts" in said(last, "titlepage")
        assert "Threads, 2021" in said(last, "titlepage")
        contents = said(last, "contents")
        assert contents.index("Volume 1<") < contents.index("Thread of day 0") < contents.index("Volume 3, this one")
        with zipfile.ZipFile(last) as archive:
            package = archive.read("EPUB/content.opf").decode()
        assert 'property="group-position">3<' in package


def test_the_title_of_volumes_grows_no_number_where_they_are_bound_together(
    page: Callable[..., Path], tmp_path: Path
) -> None:
    for day in range(3):
        page(day)
    saved, out = str(tmp_path / "saved"), tmp_path / "out"
    assert run(["pdf", saved, "-o", str(out / "b.pdf"), "--max-threads", "2", "--title", "Days"]) == 0
    volumes = sorted(out.iterdir())
    assert [catalogued(volume) for volume in volumes] == ["Days, volume 1", "Days, volume 2"]
    with pypdfium2.PdfDocument(volumes[1]) as document:
        title_page = document[2].get_textpage().get_text_range()
    assert "Volume 2 of 2" in title_page
    assert "volume 2" not in title_page  # not twice
    for volume in volumes:
        assert run(["extract", str(volume), "-d", str(tmp_path / "taken" / volume.stem)]) == 0
    taken = [str(folder) for folder in sorted((tmp_path / "taken").iterdir())]
    assert run(["epub", *taken, "-o", str(tmp_path / "whole.epub")]) == 0
    assert catalogued(tmp_path / "whole.epub") == "Days"


def test_of_a_volume_alone_there_is_no_new_edition_and_what_to_do_is_said(
    page: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for day in range(3):
        page(day)
    saved, out = tmp_path / "saved", tmp_path / "out"
    assert run(["epub", str(saved), "-o", str(out / "b.epub"), "--max-threads", "2", "--title", "Days"]) == 0
    volumes = sorted(out.iterdir())
    names: list[str] = []
    before = [volume.read_bytes() for volume in volumes]
    assert run(["epub", str(saved), "--update", str(volumes[1])]) == 2
    assert "it is volume 2 of 2" in (error := capsys.readouterr().err)
    assert "extract all 2, and bind what came out of them together with the new pages" in error
    assert [volume.read_bytes() for volume in volumes] == before
    for name in ("0.html", "1.html", "2.html"):  # they have gone: the books alone have their threads
        (saved / name).unlink()
    page(9)
    taken = [str(tmp_path / volume.stem) for volume in volumes]
    for volume, folder in zip(volumes, taken, strict=True):
        assert run(["extract", str(volume), "-d", folder]) == 0
    assert run(["epub", *taken, str(saved), "-o", str(tmp_path / "n" / "b.epub"), "--max-threads", "2"]) == 0
    made = sorted((tmp_path / "n").iterdir())
    assert [book.name for book in made] == ["b-volume-1-of-2.epub", "b-volume-2-of-2.epub"]
    assert all("Days" in said(book, "titlepage") for book in made)
    for books in (volumes, made):
        with zipfile.ZipFile(books[0]) as archive:
            sets = archive.read("EPUB/content.opf").decode().partition("belongs-to-collection")[2]
            names.append(sets.partition("urn:uuid:")[2][:36])
    assert len(set(names)) == 1
    assert "Thread of day 0" in said_of(made[0])
    assert "Thread of day 1" in said_of(made[0])
    assert "Thread of day 2" in said_of(made[1])
    assert "Thread of day 9" in said_of(made[1])


def test_volumes_sort_by_their_numbers_in_whatever_order_the_threads_stand(
    page: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for day in range(3):
        page(day)
    options = ["--max-threads", "1", "--order", "reverse", "-d", str(tmp_path / "out")]
    assert run(["epub", str(tmp_path / "saved"), *options]) == 0
    books = sorted((tmp_path / "out").iterdir())
    assert [f"Volume {n} of 3" in said(book, "titlepage") for n, book in enumerate(books, 1)] == [True] * 3
    assert [book.name.partition("-volume-")[0] for book in books] == ["2021-01-01-perpetuabinds-3-threads"] * 3
    capsys.readouterr()
    assert run(["epub", str(tmp_path / "saved"), *options, "--dry-run"]) == 0
    error = capsys.readouterr().err
    assert all(f"{book}: would hold" in error for book in books)


def said_of(book: Path) -> str:
    """The threads in a book, as it carries them."""
    with zipfile.ZipFile(book) as archive:
        return archive.read("EPUB/evidence/threads.jsonl").decode()


def test_no_volume_is_larger_than_asked_for_unless_a_single_thread_is(
    page: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    noise = "".join(chr(0x4E00 + (k * 7919) % 20000) for k in range(60_000))
    page(0, "A very long thread of it. So it goes.", noise)
    for day in range(1, 7):
        page(day, f"Thread of day {day} it is. So much for that.", noise[day * 900 : day * 900 + 8_000])
    out = tmp_path / "out"
    assert run(["epub", str(tmp_path / "saved"), "-d", str(out), "--max-size", "150kB"]) == 3
    books = sorted(out.iterdir())
    sizes = [book.stat().st_size for book in books]
    assert len(books) > 2
    assert sum(each > 150_000 for each in sizes) == 1
    error = capsys.readouterr().err
    assert f"larger than --max-size: {max(sizes):,} bytes, and no thread can be divided" in error
    assert error.count("larger than") == 1
    assert run(["epub", str(tmp_path / "saved"), "-d", str(out), "--max-size", "150kB", "--dry-run"]) == 3
    error = capsys.readouterr().err
    assert error.count("; larger than --max-size, and no thread can be divided\n") == 1
    assert run(["epub", str(tmp_path / "saved"), "-d", str(out), "--max-size", "150kB", "--dry-run", "--json"]) == 3
    plans = [json.loads(line) for line in capsys.readouterr().out.splitlines()][:-1]
    assert [each.get("remark") for each in plans if each["estimated_size"] > 150_000] == [
        "larger than --max-size, and no thread can be divided"
    ]
    assert sum("remark" in each for each in plans) == 1
    assert run(["epub", str(tmp_path / "saved"), "-d", str(tmp_path / "one"), "--max-size", "50MB", "--dry-run"]) == 0
    assert run(["epub", str(tmp_path / "saved"), "-d", str(tmp_path / "one"), "--max-size", "50MB"]) == 0
    assert len(list((tmp_path / "one").iterdir())) == 1


@pytest.mark.parametrize("product", PRODUCTS)
def test_a_dry_run_says_what_would_be_bound_and_writes_nothing(
    product: str, page: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for day in range(4):
        page(day)
    saved, out = str(tmp_path / "saved"), tmp_path / "out"
    assert run([product, saved, "-d", str(out), "--dry-run", "--json", "--max-threads", "3"]) == 0
    first, second, summary = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert (first["threads"], first["posts"], first["volume"], second["volume"]) == (3, 6, "1 of 2", "2 of 2")
    assert (first["estimated_pages"] is None) == (product == "epub")
    assert summary == {"type": "summary", "books": 2, "failures": 0, "exit_code": 0}
    assert run([product, saved, "-d", str(out), "--dry-run", "--author", "nobody"]) == 4
    assert run([product, saved, "-d", str(out), "--dry-run", "--individual"]) == 0
    said = capsys.readouterr().err
    assert said.count("would hold 1 thread, 2 posts, no pictures") == 4
    assert "pages and sizes are estimates" in said
    assert not out.exists()


def test_a_dry_run_of_a_new_edition_leaves_the_book_alone(
    page: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = tmp_path / "b.epub"
    assert run(["epub", str(page(1)), "-o", str(book)]) == 0
    before = book.read_bytes()
    assert run(["epub", str(page(5)), "--update", str(book), "--dry-run"]) == 0
    error = capsys.readouterr().err
    assert "would hold 2 threads, 4 posts" in error
    assert f"{book}: would be edition 2: 1 new, 1 kept whose page was not given\n" in error
    assert book.read_bytes() == before


def test_what_suits_a_device_gives_way_to_what_the_user_says(page: Callable[..., Path], tmp_path: Path) -> None:
    sizes = []
    for number, options in enumerate((["--for", "kobo"], ["--for", "kobo", "--page-size", "a5"])):
        book = tmp_path / f"{number}.pdf"
        assert run(["pdf", str(page(1)), "-o", str(book), *options]) == 0
        with pypdfium2.PdfDocument(book) as document:
            sizes.append(tuple(round(side / 72 * 25.4) for side in document[0].get_size()))
    assert sizes == [(107, 142), (148, 210)]


@pytest.mark.parametrize(("words", "number"), [("50MB", 50_000_000), ("700 KiB", 716_800), ("1.5mb", 1_500_000)])
def test_sizes_are_read_as_they_are_written(words: str, number: int) -> None:
    assert size(words) == number
    with pytest.raises(UsageError):
        size(f"{words}x")


@pytest.mark.parametrize("bad", ["", "<html>no thread at all</html>"])
def test_where_nothing_is_new_that_is_said_whatever_else_was_asked(
    bad: str, page: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book, saved = tmp_path / "b.pdf", str(tmp_path / "saved")
    page(1)
    page(5)
    assert run(["pdf", saved, "-o", str(book)]) == 0
    before, code = book.read_bytes(), 0
    if bad:  # the book is there, and one page is not in it
        code = 3
        (tmp_path / "saved" / "bad.html").write_text(bad)
    capsys.readouterr()
    for options, words in (
        (["--dry-run"], "nothing is new; it would be left as it is\n"),
        (["--dry-run", "--theme", "sans"], "it would be left as it is, and its look too: for another one extract it"),
        ([], "nothing is new; it was left as it is\n"),
        (["--page-size", "a4"], "it was left as it is, and its look too: for another one extract it"),
    ):
        assert run(["pdf", saved, "--update", str(book), *options]) == code
        said = capsys.readouterr().err
        assert f"{book}: nothing is new; " in said
        assert words in said
        assert ("bad.html: no thread in it" in said) == bool(bad)
    assert run(["pdf", saved, "--update", str(book), "--dry-run", "--json"]) == code
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["exit_code"] == code
    assert book.read_bytes() == before


def test_a_new_edition_for_which_nothing_can_be_chosen_is_no_book_that_is_up_to_date(
    page: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = tmp_path / "b.epub"
    page(1)
    assert run(["epub", str(tmp_path / "saved"), "-o", str(book)]) == 0
    (tmp_path / "order.txt").write_text("saved/absent.html\n")
    options = ["--update", str(book), "--order-file", str(tmp_path / "order.txt")]
    assert run(["epub", str(tmp_path / "saved"), *options]) == 2
    assert "nothing is new" not in capsys.readouterr().err


@pytest.mark.parametrize("inputs", [["saved", "taken"], ["taken", "saved"]])
def test_what_a_book_kept_of_a_thread_stays_whatever_is_named_first(
    inputs: list[str], page: Callable[..., Path], tmp_path: Path
) -> None:
    """The page that is still there is one of those that the book was made of; the other one has gone."""
    page(1, "Monday it rained. So we stayed.", "Then it stopped.", "The end of it.")
    other = page(1, "Monday it rained. So we stayed.", "Nobody saw this again.", name="other.html")
    other.write_text(other.read_text().replace(f'data-tweet="{ident(1) + (60_000 << 22)}"', f'data-tweet="{ident(2)}"'))
    page(5)
    book = tmp_path / "b.epub"
    assert run(["epub", str(tmp_path / "saved"), "-o", str(book)]) == 0
    assert run(["extract", str(book), "-d", str(tmp_path / "taken")]) == 0
    other.unlink()
    assert run(["epub", *(str(tmp_path / name) for name in inputs), "-o", str(tmp_path / "again.epub")]) == 0
    assert "Nobody saw this again" in said(tmp_path / "again.epub", f"t{ident(1)}")
    named = [str(tmp_path / name) for name in inputs]
    assert run(["epub", "--individual", "--attach", "json", *named, "-d", str(tmp_path / "each")]) == 0
    assert any("Nobody saw this again" in said(each, "t1") for each in (tmp_path / "each").iterdir())


def test_an_edition_in_which_only_the_order_changed_says_so(page: Callable[..., Path], tmp_path: Path) -> None:
    book, saved = tmp_path / "b.epub", str(tmp_path / "saved")
    page(1)
    page(5)
    assert run(["epub", saved, "-o", str(book)]) == 0
    assert run(["epub", saved, "--update", str(book), "--order", "reverse"]) == 0
    assert "2 threads, 4 posts; the same threads, otherwise arranged." in said(book, "about")


def test_an_edition_in_which_titles_changed_says_so(
    page: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book, saved, listed = tmp_path / "b.epub", str(page(1).parent), tmp_path / "order.txt"
    page(5)
    assert run(["epub", saved, "-o", str(book), "--title", "Days"]) == 0
    assert run(["epub", saved, "--update", str(book), "--title", "Days and nights"]) == 0
    assert f"{book}: edition 2: retitled\n" in capsys.readouterr().err
    assert "2 threads, 4 posts; retitled." in said(book, "about")
    listed.write_text("saved/1.html\nsaved/5.html | Mine\nsaved/9.html | New\n")
    page(9)
    assert run(["epub", saved, "--update", str(book), "--order-file", str(listed), "--json"]) == 0
    update = json.loads(capsys.readouterr().out.splitlines()[0])
    assert (update["retitled"], update["kept"], len(update["new"])) == (True, 0, 1)
    listed.write_text("saved/1.html\nsaved/5.html | Mine\nsaved/9.html | New\nsaved/12.html | Newer\n")
    page(12)
    (tmp_path / "saved" / "5.html").write_text("<html>no thread any more</html>")
    assert run(["epub", saved, "--update", str(book), "--order-file", str(listed)]) == 3
    assert f"{book}: edition 4: 1 new\n" in capsys.readouterr().err


@pytest.fixture
def two_authors(make_page: Callable[..., Path], tmp_path: Path) -> Callable[..., None]:
    """A maker of threads of a day, by an author, with a word in it."""

    def make(day: int, handle: str, word: str) -> None:
        bodies = [f"Thread of day {day} it is. So much for that.", f"And more {word}."]
        given = {"folder": tmp_path / "saved", "name": f"{day}.html", "first": ident(day)}
        make_page(bodies, handle=handle, author=handle.title(), **given)

    return make


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


@pytest.mark.parametrize(
    ("first", "then", "called"),
    [
        ([], "saved/1.html\nsaved/2.html\n", None),
        ([], "saved/1.html | Another word for it\nsaved/2.html\n", None),
        ([], "", None),
        ([], "saved/1.html\n", "Mine, and in few words"),
        (["--title", "Two of them"], "saved/1.html\nsaved/2.html\n", "Two of them"),
    ],
)
def test_a_book_of_several_threads_is_not_called_after_the_one_that_it_was_made_of(
    first: list[str], then: str, called: str | None, page: Callable[..., Path], tmp_path: Path
) -> None:
    book, saved, listed = tmp_path / "b.epub", str(tmp_path / "saved"), tmp_path / "order.txt"
    page(1)
    listed.write_text("saved/1.html | Mine, and in few words\n")
    assert run(["epub", saved, "--order-file", str(listed), "-o", str(book), *first]) == 0
    page(2)
    listed.write_text(then)
    how = ["--order-file", str(listed)] if then else ["--since", "2021"]
    assert run(["epub", saved, "--update", str(book), *how]) == 0
    with zipfile.ZipFile(book) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith("collection.json"))
        assert json.loads(archive.read(name))["collection"].get("title") == called


def test_nothing_is_let_go_that_may_lie_where_nobody_can_look(
    page: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book, saved = tmp_path / "b.epub", tmp_path / "saved"
    page(1)
    page(2)
    page(3, name="sub/3.html")
    assert run(["epub", str(saved), "-o", str(book)]) == 0
    before = book.read_bytes()
    (saved / "sub").rename(tmp_path / "elsewhere")
    for inputs in ([str(saved), str(saved / "sub")], [str(saved)]):
        capsys.readouterr()
        assert run(["epub", *inputs, "--update", str(book), "--drop-missing"]) == 5
        assert "sub shows no pages, so nobody knows which have gone" in capsys.readouterr().err
        assert book.read_bytes() == before
        (saved / "sub").unlink(missing_ok=True)
        (saved / "sub").symlink_to(tmp_path / "nowhere")
    (saved / "sub").unlink()
    (tmp_path / "mount").mkdir()  # nothing is mounted there today
    assert run(["epub", str(saved), str(tmp_path / "mount"), "--update", str(book), "--drop-missing"]) == 5
    assert "mount shows no pages" in capsys.readouterr().err
    (saved / "3.html").symlink_to(tmp_path / "nowhere")
    (saved / "1.html").unlink()
    assert run(["epub", str(saved), "--update", str(book), "--drop-missing"]) == 3
    assert "edition 2: 1 let go" in capsys.readouterr().err
    assert "Thread of day 3" in said(book, f"t{ident(3)}")


def test_a_page_with_an_earlier_beginning_makes_a_chapter_grow_and_keeps_its_title(
    make_page: Callable[..., Path], page: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    saved, book, listed, step = tmp_path / "saved", tmp_path / "b.epub", tmp_path / "o.txt", 60_000 << 22
    bodies = [f"Words of post {n}. And more of it." for n in range(1, 7)]
    make_page(bodies[2:], folder=saved, name="late.html", first=ident(1) + 2 * step)
    page(5)
    listed.write_text("saved/late.html | Mine\nsaved/5.html\n")
    assert run(["epub", str(saved), "-o", str(book), "--order-file", str(listed)]) == 0
    make_page(bodies[:4], folder=saved, name="early.html", first=ident(1))
    assert run(["epub", str(saved), "--update", str(book)]) == 0
    assert "edition 2: 1 changed" in capsys.readouterr().err
    assert "Words of post 1" in said(book, f"t{ident(1)}")
    assert "Mine" in said(book, "contents")


@pytest.mark.parametrize(
    "asked", [("epub",), ("epub", "--attach", "none"), ("pdf",), ("pdf", "--for", "kobo")], ids=" ".join
)
def test_a_dry_run_says_what_is_then_bound(
    asked: tuple[str, ...], make_page: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One large picture, of which a small page shows less (noise made smaller is less noise), and a page that the book
    carries.
    """
    body = 'Look. At this.<span class="entity-image"><img src="a_files/Fabc.jpg" data-src="https://pbs.twimg.com/media/Fabc.jpg"/></span>'
    saved = make_page([body, *(f"Post {n}. And some more words of it." for n in range(40))], name="a.html")
    (tmp_path / "a_files").mkdir()
    noise = Image.effect_noise((1600, 1200), 90).convert("RGB")
    noise.save(tmp_path / "a_files" / "Fabc.jpg", quality=90)
    saved.write_text(saved.read_text() + f"<!-- {''.join(chr(0x4E00 + k * 7919 % 20000) for k in range(40_000))} -->")
    product, *options = asked
    near = 1.5 if options == ["--for", "kobo"] else 0.25
    book = tmp_path / f"b.{product}"
    assert run([product, str(saved), "-o", str(book), *options, "--dry-run", "--json"]) == 0
    plan = json.loads(capsys.readouterr().out.splitlines()[0])
    assert run([product, str(saved), "-o", str(book), *options]) == 0
    assert plan["estimated_size"] == pytest.approx(book.stat().st_size, rel=near)
    assert (plan["posts"], plan["pictures"], plan["pictures_at_hand"]) == (41, 1, 1)
    if product == "pdf":
        with pypdfium2.PdfDocument(book) as opened:
            assert plan["estimated_pages"] == pytest.approx(len(opened), rel=0.25, abs=2)


def test_standard_output_is_one_book_whatever_a_device_takes(page: Callable[..., Path], tmp_path: Path) -> None:
    page(1)
    page(5)
    command = [sys.executable, "-m", "threadbound", "epub", str(tmp_path / "saved"), "--for", "kindle", "-o", "-"]
    done = subprocess.run(command, capture_output=True, check=True)
    assert zipfile.is_zipfile(io.BytesIO(done.stdout))


@pytest.fixture
def written(make_page: Callable[..., Path], tmp_path: Path) -> Callable[[int, str, str], None]:
    """A maker of threads of a day, by an author with a handle, or with none, and a display name."""

    def make(day: int, handle: str, name: str) -> None:
        given = {"folder": tmp_path / "saved", "name": f"{day}.html", "first": ident(day)}
        make_page([f"Thread of day {day} it is. So much."], handle=handle, author=name, **given)

    return make


def days_of(book: Path) -> list[int]:
    """The days of the threads that a book holds."""
    with zipfile.ZipFile(book) as archive:
        listed = archive.read("EPUB/evidence/threads.jsonl").decode()
    return sorted({int(day) for day in re.findall(r"Thread of day (\d+) it is", listed)})


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


@pytest.mark.parametrize("product", PRODUCTS)
@pytest.mark.parametrize("others", [0, 1])
def test_words_that_an_edited_post_had_are_in_the_book_and_stay_in_later_ones(
    product: str, others: int, page: Callable[..., Path], tmp_path: Path
) -> None:
    saved, book = tmp_path / "saved", tmp_path / f"b.{product}"
    old = page(1, "Monday it rained. So we stayed.", "It was the cat’s fault.", name="old.html")
    page(1, "Monday it rained. So we stayed.", "It was nobody’s fault: we say no more of it.", name="new.html")
    for day in range(2, 2 + others):
        page(day)
    assert run([product, str(saved), "-o", str(book)]) == 0

    def words(out: Path) -> str:
        assert run(["extract", str(book), "-d", str(out), "-q"]) == 0
        (file,) = out.glob("thread*.json*")
        thread = json.loads(file.read_text().splitlines()[0] if file.suffix == ".jsonl" else file.read_text())
        (other,) = thread["posts"][1]["wordings"]
        assert [note["name"] for note in thread["captures"] if note["sha256"] in other["captures"]] == ["old.html"]
        return str(other["text"])

    assert words(tmp_path / "out") == "It was the cat’s fault."
    assert run([product, str(tmp_path / "out"), "-o", str(tmp_path / "again")]) == 0
    assert (tmp_path / "again").read_bytes() == book.read_bytes()
    shown = _text(book, product)
    assert "Post 2 reads otherwise in the capture old.html:" in " ".join(shown.split())
    assert "It was the cat’s fault." in shown
    old.unlink()
    page(9)
    assert run([product, str(saved), "--update", str(book)]) == 0
    assert words(tmp_path / "later") == "It was the cat’s fault."


def _text(book: Path, product: str) -> str:
    """All that stands in a book's documents or on its pages."""
    if product == "epub":
        with zipfile.ZipFile(book) as archive:
            return "".join(archive.read(name).decode() for name in archive.namelist() if name.endswith(".xhtml"))
    document = pypdfium2.PdfDocument(book)
    return "".join(each.get_textpage().get_text_range() for each in document)


LOST = '<span class="entity-image"><img src="/images/1px.png" data-src="https://pbs.twimg.com/media/A.jpg"></span>'


@pytest.mark.parametrize("how", [[], ["--dry-run"], ["-v"], ["--strict"]])
@pytest.mark.parametrize("others", [0, 1])
def test_what_the_chapters_of_a_book_lack_is_said_with_the_name_of_the_book(
    how: list[str], others: int, page: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = tmp_path / "b.epub"
    page(1, f"Monday it rained. So we stayed.{LOST}")
    for day in range(2, 2 + others):
        page(day)
    assert run(["epub", str(tmp_path / "saved"), "-o", str(book)]) == 3
    capsys.readouterr()
    assert run(["epub", str(page(9)), "--update", str(book), *how]) == {"--strict": 7}.get(
        "".join(how), 3 * (how != ["--dry-run"])
    )
    told = capsys.readouterr().err
    own = f"threadbound: {book}: 1.html: "
    assert f"{own}{'losses are not allowed with --strict: ' if how == ['--strict'] else 'lost: '}a picture" in told
    assert told.replace(str(tmp_path), "").count(str(Path(tempfile.gettempdir()))) == 0


def test_a_book_that_cannot_be_read_when_it_is_unpacked_is_named_too(
    page: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    book = tmp_path / "b.epub"
    assert run(["epub", str(page(1)), "-o", str(book)]) == 0

    def refuse(name: str, *_: object) -> None:
        raise FileTrouble(f"{name}: it is none of ours")

    monkeypatch.setattr(pipeline, "read_all", refuse)
    assert run(["epub", str(page(2)), "--update", str(book)]) == 5
    assert f"threadbound: {book}: it is none of ours\n" in capsys.readouterr().err


@pytest.mark.parametrize("product", PRODUCTS)
def test_that_the_book_of_one_thread_becomes_a_collection_is_said(
    product: str, page: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = tmp_path / f"b.{product}"
    assert run([product, str(page(1)), "-o", str(book)]) == 0
    page(5)
    saved = str(page(9).parent)
    now = f"threadbound: {book}: it was the book of one thread and becomes a collection of 3; bind new pages without"
    capsys.readouterr()
    for how in (["--dry-run"], []):
        assert run([product, saved, "--update", str(book), *how]) == 0
        assert capsys.readouterr().err.count(now) == 1
    page(12)
    assert run([product, saved, "--update", str(book)]) == 0
    assert "the book of one thread" not in capsys.readouterr().err


def test_a_collection_that_has_one_thread_as_yet_grows_in_silence(
    page: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = tmp_path / "b.epub"
    saved = str(page(1).parent)
    assert run(["epub", saved, "-o", str(book), "--since", "2021"]) == 0
    page(9)
    assert run(["epub", saved, "--update", str(book)]) == 0
    assert "the book of one thread" not in capsys.readouterr().err


def record_of(book: Path, out: Path) -> dict[str, object]:
    """What a book says that was decided about it."""
    assert run(["extract", str(book), "-d", str(out), "-q"]) == 0
    found: dict[str, object] = json.loads((out / "collection.json").read_text())["collection"]
    return found


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


def test_a_look_that_no_option_takes_back_goes_with_binding_anew(page: Callable[..., Path], tmp_path: Path) -> None:
    book, out = tmp_path / "b.epub", tmp_path / "out"
    page(5)
    saved = str(page(1).parent)
    assert run(["epub", saved, "-o", str(book), "--language", "fr", "--image-max-size", "300"]) == 0
    assert record_of(book, out)["look"] == {"language": "fr", "image_max_size": 300}
    assert run(["epub", str(out), "-o", str(book), "--force", "--title", "Anew"]) == 0
    assert "look" not in record_of(book, tmp_path / "anew")
