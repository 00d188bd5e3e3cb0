"""Workers that the system kills, again and again, at one chapter: it alone is left out, and a line says so."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pypdfium2 as pdfium
import pytest

from threadbound.tools.workers import processors

COMMAND = [sys.executable, "-m", "threadbound"]
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(processors() < 2, reason="with one processor there are no workers"),
]
#: In a worker, and nowhere else, to be given such a job is the end of the process.
KILLER = """
import os, re, signal, sys
if any("worker.main" in argument for argument in sys.orig_argv):
    from threadbound.tools import worker
    answered = worker._answered
    def killed(message):
        if {function!r} in message and re.search({words!r}, message, re.DOTALL):
            os.kill(os.getpid(), signal.SIGKILL)
        return answered(message)
    worker._answered = killed
"""
#: What lays a chapter out, or sets it.
FUNCTIONS = {"pdf": b"collection.piece:make", "epub": b"setting.chapter:set_leaf"}
#: What stands in a job before the thread of a chapter, and in that of a piece that is none.
CHAPTER, NONE = {"pdf": rb"\xa7threads\x91.*", "epub": b""}, rb"\xa7threads\x90"
Bind = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def bind(tmp_path: Path) -> Bind:
    def bind(product: str, words: bytes, *given: str) -> subprocess.CompletedProcess[str]:
        """Bind, with the end of whoever is given a chapter in which such words are."""
        folder = tmp_path / "killing"
        folder.mkdir(exist_ok=True)
        (folder / "sitecustomize.py").write_text(KILLER.format(function=FUNCTIONS[product], words=words))
        here = {**os.environ, "PYTHONPATH": str(folder), "XDG_CACHE_HOME": str(tmp_path / "cache")}
        return subprocess.run([*COMMAND, product, *given], env=here, capture_output=True, text=True, check=False)

    return bind


def chapters(book: Path) -> set[int]:
    """Numbers of the pages whose words are in the book."""
    if book.suffix == ".pdf":
        with pdfium.PdfDocument(book) as opened:
            words = " ".join(" ".join(page.get_textpage().get_text_range().split()) for page in opened)
    else:
        with zipfile.ZipFile(book) as archive:
            names = [name for name in archive.namelist() if re.fullmatch(r"EPUB/t\d+\.xhtml", name)]
            words = " ".join(archive.read(name).decode() for name in names)
    return {int(number) for number in re.findall(r"Page number (\d+) has words of its own", words)}


@pytest.fixture
def saved(product: str, pages: Path) -> Path:
    """Of an EPUB as many pages as are worth workers; of a PDF few."""
    for path in sorted(pages.iterdir())[6 if product == "pdf" else 999 :]:
        path.unlink()
    return pages


@pytest.mark.parametrize("product", FUNCTIONS)
@pytest.mark.parametrize("lost", [(3,), (2, 4)])
def test_the_chapters_whose_workers_are_killed_are_left_out(
    product: str,
    lost: tuple[int, ...],
    saved: Path,
    bind: Bind,
    tmp_path: Path,
) -> None:
    book = tmp_path / f"b.{product}"
    words = CHAPTER[product] + b"Page number (%s) has" % "|".join(map(str, lost)).encode()
    done = bind(product, words, str(saved), "-o", str(book))
    assert done.returncode == 3, done.stderr
    said = [line for line in done.stderr.splitlines() if "left out of the book" in line]
    assert [line for n in lost for line in said if f"{n:03}.html: left out of the book" in line] == said
    assert len(said) == len(lost)
    assert all("though tried twice: the system ended it (signal 9)" in line for line in said)
    assert "Traceback" not in done.stderr
    assert chapters(book) == set(range(len(list(saved.iterdir())))) - set(lost)
    assert sorted(path.name for path in tmp_path.iterdir()) == [book.name, "cache", "killing", "saved"]


@pytest.mark.parametrize("product", FUNCTIONS)
def test_where_all_are_killed_there_is_no_book_and_the_system_is_named(
    product: str, saved: Path, bind: Bind, tmp_path: Path
) -> None:
    for given in ((), ("--strict",)):
        done = bind(product, b"", str(saved), "-o", str(tmp_path / f"b.{product}"), *given)
        assert done.returncode == 5, done.stderr
        assert "the system ended it (signal 9); see whether the memory is large enough" in done.stderr
        assert len(done.stderr.splitlines()) == 1
        assert sorted(path.name for path in tmp_path.iterdir()) == ["cache", "killing", "saved"]


@pytest.mark.parametrize("product", ["pdf"])
def test_a_part_of_the_book_that_is_no_chapter_cannot_be_left_out(
    product: str, saved: Path, bind: Bind, tmp_path: Path
) -> None:
    done = bind(product, NONE, str(saved), "-o", str(tmp_path / "b.pdf"))
    assert done.returncode == 5, done.stderr
    assert "the system ended it (signal 9)" in done.stderr


@pytest.mark.parametrize("product", ["epub"])
def test_a_list_whose_workers_are_killed_is_set_all_the_same(
    product: str, saved: Path, bind: Bind, tmp_path: Path, make_page: Callable[..., Path]
) -> None:
    make_page(['See <a href="https://www.example.org/list">there</a>'], name="000.html", folder=saved)
    whole, book = tmp_path / "whole.epub", tmp_path / "b.epub"
    assert bind(product, b"none has this", str(saved), "-o", str(whole)).returncode == 0
    assert "EPUB/bibliography.xhtml" in zipfile.ZipFile(whole).namelist()
    done = bind(product, rb"\xa4role\xacbibliography", str(saved), "-o", str(book))
    assert (done.returncode, book.read_bytes()) == (0, whole.read_bytes()), done.stderr


@pytest.mark.parametrize("product", FUNCTIONS)
def test_a_style_sheet_is_not_blamed_for_what_the_system_does(
    product: str, saved: Path, bind: Bind, tmp_path: Path
) -> None:
    sheet = tmp_path / "killing" / "own.css"
    sheet.parent.mkdir()
    sheet.write_text("p { color: #222 }")
    book = tmp_path / f"b.{product}"
    done = bind(product, CHAPTER[product] + b"Page number 3 has", str(saved), "-o", str(book), "--css", str(sheet))
    assert done.returncode == 3, done.stderr
    assert "003.html: left out of the book" in done.stderr
    assert "own.css" not in done.stderr


@pytest.mark.parametrize("given", [(), ("--max-threads", "3"), ("--max-threads", "3", "--max-size", "1MB")])
def test_a_book_is_what_it_would_be_without_the_chapters_that_are_left_out(
    given: tuple[str, ...], pages: Path, make_page: Callable[..., Path], bind: Bind, tmp_path: Path
) -> None:
    """No contents, index, reference or count of any volume may say anything of a chapter that is in none."""
    for path in sorted(pages.iterdir())[7:]:
        path.unlink()
    firsts = [1898301191378579461 + (n << 40) for n in range(7)]
    tagged = '<a href="https://twitter.com/hashtag/sewing">#sewing</a>'
    linked = f'<a href="https://twitter.com/perpetuabinds/status/{firsts[1]}">that thread</a>'
    for number, words in ((1, tagged), (2, linked)):
        body = f"Page number {number} has words of its own, {words}"
        make_page([body], name=f"{number:03}.html", first=firsts[number], folder=pages)

    def bound(words: bytes, name: str) -> tuple[subprocess.CompletedProcess[str], dict[str, bytes]]:
        done = bind("pdf", words, str(pages), "-o", str(tmp_path / name / "b.pdf"), *given)
        return done, {path.name: path.read_bytes() for path in (tmp_path / name).iterdir()}

    done, made = bound(CHAPTER["pdf"] + b"Page number [15] has", "with")
    assert done.returncode == 3, done.stderr
    assert [n for n in range(7) if f"{n:03}.html: left out of the book" in done.stderr] == [1, 5]
    for number in (1, 5):  # as many pages that make no chapter, which the book counts, and nothing of those
        (pages / f"{number:03}.html").write_text("<!DOCTYPE html><title>Torn</title>")
    done, whole = bound(b"nothing that is said", "without")
    assert done.returncode == 3, done.stderr
    assert len(made) == (2 if given else 1)
    assert made == whole
