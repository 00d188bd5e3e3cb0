"""A chapter that breaks costs a book that a backup makes that one chapter, and never one that the book had before."""

from __future__ import annotations

import re
import runpy
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from threadbound import pipeline
from threadbound.checks.report import CheckReport, Finding
from threadbound.cli.app import run
from threadbound.model import codec

FIRST = runpy.run_path(str(Path(__file__).with_name("backing.py")))["FIRST"]
SHOWN = runpy.run_path(str(Path(__file__).with_name("test_pictures.py")))["shown"]
AUTHOR = '[[product]]\nof = "author"\nformats = ["epub"]\n'


@pytest.fixture(autouse=True)
def picky(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """A check that finds something wrong with whatever says the word; it may be changed."""
    load = pipeline.checks.load
    word = {"said": "broken"}

    def picky(name: str) -> Callable[..., CheckReport]:
        def check(path: Path, threads: tuple[pipeline.Thread, ...], *others: Any) -> CheckReport:
            if any(word["said"] in codec.encode(thread).decode() for thread in threads):
                return CheckReport((Finding("words.missing", "words are missing", "post 1"),))
            return load(name)(path, threads, *others)

        return check

    monkeypatch.setattr(pipeline.checks, "load", picky)
    return word


def books(place: Any) -> list[Path]:
    return sorted(place.library.glob("products/*/*.epub"))


def words(*paths: Path) -> str:
    """Of the chapters of the books."""
    found = []
    for path in paths:
        with zipfile.ZipFile(path) as book:
            found += [book.read(name).decode() for name in book.namelist() if name.startswith("EPUB/t")]
    return "".join(found)


def failures(place: Any) -> list[dict[str, Any]]:
    """Of the last run: two in one second have one log."""
    lines = place.log()
    start = max(number for number, line in enumerate(lines) if line["type"] == "start")
    return [line for line in lines[start:] if line["type"] == "failure"]


def test_the_other_chapters_are_bound_and_the_broken_one_is_named_until_it_can_be_made(
    place: Any, picky: dict[str, str]
) -> None:
    place.configure(AUTHOR)
    place.page(1, "good")
    place.page(2, "broken")
    place.page(3, "fine")
    for _ in range(2):  # the next night too
        assert place.backup() == 3
        (book,) = books(place)
        assert "good of 1" in words(book)
        assert "fine of 3" in words(book)
        assert "broken of 2" not in words(book)
        with zipfile.ZipFile(book) as archive:
            about = archive.read("EPUB/about.xhtml").decode()
        assert "1 page that was given could not be read, or makes no chapter." in about
        (said,) = failures(place)
        assert said["exit_code"] == 3
        assert said["step"] == "book perpetuabinds/threads-by-perpetuabinds.epub"
        (folder,) = (
            path.parent.parent
            for path in place.library.glob("threads/*/*/*/thread.json")
            if b"broken" in path.read_bytes()
        )
        assert said["message"].startswith(f"{folder.relative_to(place.library).as_posix()}: left out of the book: ")
        assert "words are missing" in said["message"]
        assert said["message"] in place.last().summary
        assert run(["verify", "-L", str(place.library)]) == 0
    picky["said"] = "nothing like that"
    assert place.backup() == 0
    assert "broken of 2" in words(*books(place))
    made = [path.stat().st_mtime_ns for path in books(place)]
    assert place.backup() == 0
    assert made == [path.stat().st_mtime_ns for path in books(place)]


@pytest.mark.parametrize("most", ["", "max_threads = 2\n"])
def test_a_chapter_that_the_older_edition_has_stays_as_it_was(place: Any, most: str) -> None:
    place.configure(AUTHOR + most)
    for number in (1, 2, 3):
        place.page(number, "old")
    assert place.backup() == 0
    place.page(2, "broken")
    place.page(3, "newer")
    for _ in range(2):  # the older edition is then that which the first night made
        assert place.backup() == 3
        held = words(*books(place))
        assert "old of 1" in held
        assert "old of 2" in held
        assert "newer of 3" in held
        assert "broken of 2" not in held
        (said,) = failures(place)
        assert "as the older edition has it" in said["message"]


def test_where_the_older_chapter_cannot_be_had_the_older_book_stays(place: Any) -> None:
    place.configure(AUTHOR + 'attach = "none"\n')
    place.page(1, "old")
    place.page(2, "old")
    assert place.backup() == 0
    (before,) = [path.read_bytes() for path in books(place)]
    place.page(2, "broken")
    place.page(3, "newer")
    assert place.backup() == 3
    assert [path.read_bytes() for path in books(place)] == [before]
    (said,) = failures(place)
    assert "would not be whole" in said["message"]
    assert "the older book stays" in said["message"]


def test_a_chapter_is_not_taken_from_an_older_book_that_lacks_a_picture_now(
    place: Any, make_picture: Callable[..., bytes]
) -> None:
    place.configure(AUTHOR)
    place.page(1, "old")
    shown = SHOWN(make_picture("PNG"))
    place.page(2, f"old {shown}")
    assert place.backup() == 0
    (book,) = books(place)
    with zipfile.ZipFile(book) as whole:
        (picture,) = (item for item in whole.infolist() if re.search("/images/(?!cover)", item.filename))
    data = bytearray(book.read_bytes())
    data[picture.header_offset + 200] ^= 1  # behind the name, in the picture
    book.chmod(0o644)
    book.write_bytes(data)
    place.page(2, f"broken {shown}")
    place.page(3, "newer")
    place.backup()
    assert book.read_bytes() == data
    (said,) = (line["message"] for line in failures(place) if line["step"].startswith("book "))
    assert "would not be whole" in said
    assert "the older book stays" in said


def test_where_all_chapters_are_broken_no_book_is_made(place: Any) -> None:
    place.configure(AUTHOR)
    place.page(1, "broken")
    place.page(2, "broken")
    assert place.backup() == 3
    assert books(place) == []
    (said,) = failures(place)
    assert "would not be whole" in said["message"]


@pytest.mark.parametrize("most", ["", "max_threads = 2\n"])
@pytest.mark.parametrize("had", [False, True])
def test_a_book_is_left_alone_as_long_as_nothing_but_its_broken_chapter_is_not_as_it_should_be(
    place: Any, picky: dict[str, str], most: str, *, had: bool
) -> None:
    def made() -> dict[Path, int]:
        return {path: path.stat().st_mtime_ns for path in books(place)}

    place.configure(AUTHOR + most)
    for number in (1, 2, 3):
        place.page(number, "old" if had or number != 2 else "broken")
    assert place.backup() == 3 * (not had)
    if had:
        place.page(2, "broken")
        assert place.backup() == 3
    (said,) = failures(place)
    before = made()
    for _ in range(2):
        assert place.backup() == 3
        assert failures(place) == [{**said, "time": failures(place)[0]["time"]}]
        assert made() == before
    place.page(4, "new")
    assert place.backup() == 3
    assert "new of 4" in words(*books(place))
    assert ("old of 2" in words(*books(place))) == had
    between = made()
    assert between != before
    place.page(2, "broken otherwise")
    assert place.backup() == 3
    picky["said"] = "nothing like that"
    assert place.backup() == 0
    assert "broken otherwise of 2" in words(*books(place))


def test_a_dry_run_says_of_a_book_that_lacks_only_a_broken_chapter_that_this_is_tried_again(
    place: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    def said() -> list[str]:
        capsys.readouterr()
        place.backup("--dry-run")
        return [line for line in capsys.readouterr().err.splitlines() if ": books: " in line]

    place.configure(AUTHOR)
    place.page(1, "good")
    place.page(2, "broken")
    assert place.backup() == 3
    (book,) = books(place)
    tried = "leave it; try again the chapters of which none could be made"
    assert said() == [f"threadbound: books: {book}: {tried}"]
    book.unlink()
    assert said() == [f"threadbound: books: {book}: make it"]


@pytest.mark.parametrize("more", ["", 'links = "inline"\n'])
@pytest.mark.parametrize("broken", [False, True])
def test_a_volume_of_an_earlier_edition_that_stayed_is_not_asked_what_the_book_lacks(
    place: Any, more: str, *, broken: bool
) -> None:
    """One that has a thread which is not among the book's may be another product's, and is not thrown away."""

    def said() -> list[str]:
        return [line["message"] for line in failures(place) if line["step"].startswith("book ")]

    place.configure(AUTHOR + "max_threads = 2\n")
    for number in (1, 2, 3):
        place.page(number, "old")
    assert place.backup() == 0
    stale = books(place)
    assert len(stale) == 2
    shutil.rmtree(place.library / "threads" / "perpetuabinds" / str(FIRST + (3 << 42)))  # an accident, told each night
    assert run(["reindex", "-L", str(place.library)]) == 0
    place.configure(AUTHOR + f"max_threads = 2\n{more}")
    place.page(2, "broken" if broken else "newer")
    assert place.backup() == 8
    told = said()
    assert ["in the book as the older edition has it" in each for each in told] == [True] * broken
    (book,) = set(books(place)) - set(stale)
    before = book.stat().st_mtime_ns
    assert place.backup() == 8
    assert said() == told
    assert book.stat().st_mtime_ns == before
