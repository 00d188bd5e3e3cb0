"""Volumes of a book that is too large, what devices take, and what a run would bind."""

from __future__ import annotations

import io
import json
import runpy
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image

from threadbound.cli.app import run
from threadbound.cli.collection import size
from threadbound.errors import UsageError

pytestmark = pytest.mark.usefixtures("no_judges")
BOOKS = runpy.run_path(str(Path(__file__).with_name("books.py")))
catalogued, said, check = (BOOKS[name] for name in ("catalogued", "said", "check"))
PRODUCTS = ("pdf", "epub")


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
