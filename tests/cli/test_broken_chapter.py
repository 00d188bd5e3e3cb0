"""A page that makes no book costs its own chapter, never the book."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from threadbound import pipeline
from threadbound.checks.report import CheckReport, Finding
from threadbound.cli.app import run
from threadbound.errors import BrokenChapters, FileTrouble


@pytest.fixture
def picky(monkeypatch: pytest.MonkeyPatch) -> None:
    """A check that finds something wrong with whatever the author called ``broken`` wrote, or says "broken"."""
    load = pipeline.checks.load

    def picky(name: str) -> Callable[..., CheckReport]:
        def check(path: Path, threads: tuple[pipeline.Thread, ...], *others: Any) -> CheckReport:
            if any("broken" in thread.author.handle + thread.posts[0].text for thread in threads):
                return CheckReport((Finding("words.missing", "words are missing", "post 1"),))
            return load(name)(path, threads, *others)

        return check

    monkeypatch.setattr(pipeline.checks, "load", picky)


@pytest.fixture
def saved(make_page: Callable[..., Path], tmp_path: Path) -> Path:
    for number, handle in enumerate(("first", "broken", "last")):
        page = {"handle": handle, "name": f"{handle}.html", "first": 1898301191378579461 + (number << 30)}
        make_page([f"Words that {handle} wrote."], folder=tmp_path / "saved", **page)
    return tmp_path / "saved"


@pytest.mark.usefixtures("picky")
def test_the_others_are_bound(saved: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["epub", str(saved), "-o", str(tmp_path / "b.epub")]) == 3
    with zipfile.ZipFile(tmp_path / "b.epub") as book:
        chapters = [book.read(name).decode() for name in book.namelist() if "/t" in name and "title" not in name]
        about = book.read("EPUB/about.xhtml").decode()
    words = "".join(chapters)
    assert "1 page that was given could not be read, or makes no chapter." in about
    assert "Words that first wrote" in words
    assert "Words that last wrote" in words
    assert "Words that broken wrote" not in words
    said = capsys.readouterr().err.splitlines()
    assert "broken.html: left out of the book" in said[0]
    assert "2 threads" in said[1]


@pytest.mark.usefixtures("picky")
def test_captures_of_one_thread_are_counted_each(
    saved: Path, make_page: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    again = {"handle": "broken", "name": "again.html", "first": 1898301191378579461 + (1 << 30)}
    make_page(["Words that broken wrote.", "And more."], folder=saved, **again)
    assert run(["epub", str(saved), "-o", str(tmp_path / "b.epub")]) == 3
    with zipfile.ZipFile(tmp_path / "b.epub") as book:
        about = book.read("EPUB/about.xhtml").decode()
    assert "2 pages that were given could not be read, or make no chapter." in about
    (line,) = [line for line in capsys.readouterr().err.splitlines() if "left out of the book" in line]
    assert "again.html" in line


@pytest.mark.usefixtures("picky")
def test_strict_leaves_nothing_out(saved: Path, tmp_path: Path) -> None:
    assert run(["epub", str(saved), "-o", str(tmp_path / "b.epub"), "--strict"]) == 7
    assert not (tmp_path / "b.epub").exists()


@pytest.mark.usefixtures("picky")
def test_a_single_broken_page_is_told_as_it_is(saved: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["epub", str(saved / "broken.html"), "-o", str(tmp_path / "b.epub")]) == 7
    assert "would not be whole" in capsys.readouterr().err
    assert not (tmp_path / "b.epub").exists()


@pytest.mark.usefixtures("picky")
@pytest.mark.parametrize("drop", [[], ["--drop-missing"]])
def test_a_new_edition_is_made_without_it_and_keeps_what_the_book_has(
    drop: list[str], saved: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book, broken = tmp_path / "b.epub", saved / "broken.html"
    aside = broken.rename(tmp_path / "aside.html")
    (saved / "last.html").rename(tmp_path / "last.html")
    assert run(["epub", str(saved), "-o", str(book)]) == 0
    aside.rename(broken)
    (tmp_path / "last.html").rename(saved / "last.html")
    capsys.readouterr()
    assert run(["epub", str(saved), "--update", str(book), *drop]) == 3
    said = capsys.readouterr().err.splitlines()
    assert [line for line in said if "broken.html" in line] == [line for line in said if "left out of the book" in line]
    assert f"threadbound: {book}: edition 2: 1 new" in said
    with zipfile.ZipFile(book) as archive:
        listed = archive.read("EPUB/evidence/threads.jsonl").decode()
    assert "Words that first wrote" in listed
    assert "Words that last wrote" in listed
    assert "Words that broken wrote" not in listed
    before = book.read_bytes()
    assert run(["epub", str(saved), "--update", str(book), *drop]) == 3  # and again: nothing else is new
    assert book.read_bytes() == before


@pytest.mark.parametrize("names", [("o0.html", "o1.html"), ("n0.html", "n1.html")])
def test_old_chapters_stay_of_which_a_newer_capture_makes_none(
    names: tuple[str, str],
    make_page: Callable[..., Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Whatever the file is called, and in whichever round it is found."""
    book, old, new = tmp_path / "b.epub", tmp_path / "old", tmp_path / "new"
    ids = [1898301191378579461 + (number << 30) for number in range(4)]
    make_page(["Good words."], folder=old, name="good.html", first=ids[2])
    make_page(["Words that went."], folder=old, name="gone.html", first=ids[3])
    make_page(["Good words.", "And more."], folder=new, name="good.html", first=ids[2])
    for number, name in enumerate(names):
        words = [f"Old words {number}.", "Second."]
        make_page(words, folder=old, name=f"o{number}.html", first=ids[number])
        make_page([*words, "broken"], folder=new, name=name, first=ids[number])
    assert run(["epub", str(old), "-o", str(book)]) == 0
    make = pipeline.make

    def killed(content: Any, *others: Any) -> Any:
        for place, page in enumerate(content.pages):
            if any("broken" in post.text for post in page.thread.posts):
                raise BrokenChapters({place: FileTrouble("the system ended it")}, page.name)  # one a round
        return make(content, *others)

    monkeypatch.setattr(pipeline, "make", killed)
    capsys.readouterr()
    assert run(["epub", str(new), "--update", str(book), "--drop-missing"]) == 3
    said = capsys.readouterr().err
    assert said.count("left out of the book: the system ended it") == 2
    assert f"threadbound: {book}: edition 2: 1 changed, 1 let go\n" in said
    with zipfile.ZipFile(book) as archive:
        listed = archive.read("EPUB/evidence/threads.jsonl").decode()
    assert [f"Old words {number}" in listed for number in range(2)] == [True, True]
    assert "Words that went" not in listed


@pytest.mark.usefixtures("picky")
def test_the_others_are_bound_in_volumes_no_larger_than_asked_for(
    saved: Path, make_page: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    noise = "".join(chr(0x4E00 + (k * 7919) % 20000) for k in range(60_000))
    for number in range(4):
        page = {"handle": "first", "name": f"{number}.html", "first": 1898301191378579461 + ((number + 9) << 30)}
        make_page([f"Thread {number} begins. Yes.", noise[number * 9000 : number * 9000 + 8000]], folder=saved, **page)
    assert run(["epub", str(saved), "-d", str(tmp_path / "out"), "--max-size", "150kB"]) == 3
    books = sorted((tmp_path / "out").iterdir())
    assert len(books) > 1
    assert all(book.stat().st_size <= 150_000 for book in books)
    error = capsys.readouterr().err
    assert error.count("left out of the book") == 1
    for book in books:
        with zipfile.ZipFile(book) as archive:
            assert "broken wrote" not in archive.read("EPUB/contents.xhtml").decode()


@pytest.mark.usefixtures("picky")
@pytest.mark.parametrize("most", ["1", "2"])
def test_volumes_are_what_they_would_be_if_the_page_had_never_been_there(
    most: str, saved: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each of them lists the chapters of them all, and says how many there are."""

    def bound(name: str) -> tuple[int, dict[str, bytes]]:
        out = tmp_path / name
        code = run(["epub", str(saved), "-o", str(out / "b.epub"), "--max-threads", most])
        return code, {path.name: path.read_bytes() for path in out.iterdir()}

    code, made = bound("with")
    assert code == 3
    assert [line for line in capsys.readouterr().err.splitlines() if "left out of the book" in line] != []
    # in its place another that makes no chapter, which the book counts
    (saved / "broken.html").write_text("<!DOCTYPE html><title>Torn</title>", "utf-8")
    assert bound("without") == (3, made)
    assert len(made) == 3 - int(most)


@pytest.mark.parametrize("given", [[], ["--max-size", "1MB"]])
def test_where_a_volume_is_not_whole_and_no_page_is_to_blame_none_is_written(
    given: list[str], saved: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    load = pipeline.checks.load

    def picky(name: str) -> Callable[..., CheckReport]:
        def check(path: Path, threads: tuple[pipeline.Thread, ...], *others: Any) -> CheckReport:
            with zipfile.ZipFile(path) as book:
                words = b"".join(map(book.read, book.namelist()))
            if b"Volume 2 of 3" in words:
                return CheckReport((Finding("words.missing", "words are missing", "the title page"),))
            return load(name)(path, threads, *others)

        return check

    monkeypatch.setattr(pipeline.checks, "load", picky)
    out = tmp_path / "out"
    out.mkdir()
    (out / "b-volume-1-of-3.epub").write_bytes(b"PK\x03\x04 an older edition")
    assert run(["epub", str(saved), "-o", str(out / "b.epub"), "--max-threads", "1", "--force", *given]) == 7
    (said,) = capsys.readouterr().err.splitlines()
    assert f"{out}/b-volume-2-of-3.epub: not written, it would not be whole: " in said
    assert ("; none of its 3 volumes was written" in said) is not given
    assert [path.read_bytes() for path in out.iterdir()] == [b"PK\x03\x04 an older edition"]


@pytest.mark.usefixtures("picky")
def test_a_book_that_is_made_again_without_a_page_takes_no_name_of_another(
    saved: Path, make_page: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    again = {"handle": "last", "name": "again.html", "first": 1898301191378579461 + (9 << 30)}
    make_page(["These words are broken."], folder=saved, **again)
    (saved / "broken.html").unlink()
    out = tmp_path / "out"
    assert run(["epub", str(saved), "-d", str(out), "--by-author", "--name", "{slug}", "--title", "Tales"]) == 3
    assert "again.html: left out of the book" in capsys.readouterr().err
    assert sorted(path.name for path in out.iterdir()) == ["tales-2.epub", "tales.epub"]


@pytest.mark.parametrize("how", ["-o", "--update"])
def test_chapters_that_break_one_after_another_are_left_out_one_after_another(
    how: str, saved: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    make = pipeline.make

    def killed(content: pipeline.Content, *others: Any) -> pipeline.Product:
        for place, page in enumerate(content.pages):
            if page.thread.author.handle == "broken":
                raise BrokenChapters({place: FileTrouble("the system ended it")}, page.name)
        return make(content, *others)

    broken = (saved / "broken.html").read_text()
    more = broken.replace("Words that", "More that").replace("1898301192452321285", "1898301199968514053")
    (saved / "more.html").write_text(more)
    book = tmp_path / "b.epub"
    if how == "--update":
        assert run(["epub", str(saved / "first.html"), "-o", str(book)]) == 0
    monkeypatch.setattr(pipeline, "make", killed)
    capsys.readouterr()
    assert run(["epub", str(saved), how, str(book)]) == 3
    said = [line for line in capsys.readouterr().err.splitlines() if "left out of the book" in line]
    assert len(said) == 2
    with zipfile.ZipFile(book) as archive:
        listed = archive.read("EPUB/evidence/threads.jsonl").decode()
    assert "Words that last wrote" in listed
    assert "broken wrote" not in listed
