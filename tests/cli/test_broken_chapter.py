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


@pytest.fixture
def picky(monkeypatch: pytest.MonkeyPatch) -> None:
    """A check that finds something wrong with whatever the author called ``broken`` wrote."""
    load = pipeline.checks.load

    def picky(name: str) -> Callable[..., CheckReport]:
        def check(path: Path, threads: tuple[pipeline.Thread, ...], *others: Any) -> CheckReport:
            if any(thread.author.handle == "broken" for thread in threads):
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
    words = "".join(chapters)
    assert "Words that first wrote" in words
    assert "Words that last wrote" in words
    assert "Words that broken wrote" not in words
    said = capsys.readouterr().err.splitlines()
    assert "broken.html: left out of the book" in said[0]
    assert "2 threads" in said[1]


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
