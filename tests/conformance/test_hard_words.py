"""Words that are hard to set, in every place that has some: names, titles, quoted posts, cards; alone and collected."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest
from msgspec.structs import replace

from threadbound import pipeline
from threadbound.media.pictures import Pictures
from threadbound.model.text import Hashtag, Mention, Text
from threadbound.model.thread import Author, Card, Quote, Thread
from threadbound.options import BindOptions
from threadbound.tools import epubcheck, verapdf

pytestmark = pytest.mark.slow

SAMPLES = runpy.run_path(str(Path(__file__).parents[1] / "samples.py"))
HARD: tuple[str, ...] = SAMPLES["HARD"]


def hard(k: int) -> Thread:
    """A thread that has different hard words in each of its places, other ones for each ``k``."""
    words = [*HARD[k:], *HARD[:k]]
    quote = Quote(url="https://example.org/q", author="mara", name=words[1], text=f"{words[2]}\n{words[3]}")
    tagged = (Hashtag("مرحبا"), Text(f" {words[7]} "), Mention("mara"), Text(f" {words[8]}"))
    posts = (
        SAMPLES["post"](1, f"{words[0]} is a first sentence. And more.", quotes=(quote,)),
        SAMPLES["post"](2, words[4], cards=(Card("https://example.org/", words[5], words[6]),)),
        SAMPLES["post"](3, *tagged),
    )
    note = replace(SAMPLES["NOTE"], sha256=f"{k:064x}")
    author = Author(f"mara{k}", words[9])
    language = ("en", "ar", None)[k % 3]
    made: Thread = SAMPLES["thread"](
        *posts, id=str(k), language=language, author=author, title=words[0], captures=(note,)
    )
    return made


def bound(threads: list[Thread], product: str, folder: Path, cache: Path) -> Path:
    store, path = Pictures(), folder / f"b.{product}"
    search = pipeline.Search((), store)
    pages = tuple(pipeline.Page("p", SAMPLES["capture"](), each, each, search) for each in threads)
    pipeline.make(pipeline.Content(pages), store, BindOptions(product, output=path, cache_dir=cache), path)
    return path


COUNTS = pytest.mark.parametrize("count", [1, len(HARD)])


@COUNTS
@pytest.mark.parametrize("product", ["pdf", "epub"])
def test_they_are_bound(product: str, count: int, tmp_path: Path, cache: Path) -> None:
    assert bound([hard(k) for k in range(count)], product, tmp_path, cache).is_file()


@pytest.mark.judge
@COUNTS
def test_their_pdf_obeys_the_standards(count: int, tmp_path: Path, cache: Path) -> None:
    verapdf.start()
    book = bound([hard(k) for k in range(count)], "pdf", tmp_path, cache)
    assert {flavour: verapdf.validate(book, flavour) for flavour in ("3a", "ua1")} == {"3a": [], "ua1": []}


@pytest.mark.judge
@COUNTS
def test_their_epub_obeys_the_standard(count: int, tmp_path: Path, cache: Path) -> None:
    book = bound([hard(k) for k in range(count)], "epub", tmp_path, cache)
    assert epubcheck.validate([book]) == {book: ()}
