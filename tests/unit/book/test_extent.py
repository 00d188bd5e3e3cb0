"""How many posts of a thread there are, of how many: the same words in every place that shows a count."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

from threadbound.book.book import Book
from threadbound.book.build import Binding, build
from threadbound.book.collection import Collection
from threadbound.book.extent import extent, posts_in_all
from threadbound.book.volumes import numbered
from threadbound.model.thread import Thread

SAMPLES = runpy.run_path(str(Path(__file__).parents[2] / "samples.py"))
post, thread = SAMPLES["post"], SAMPLES["thread"]

FEW = (post(1, "Maps leave things out."), post(2, "So."))
CUT = thread(*FEW, declared_posts=41, published="2021-01-01")
FULL = thread(post(1, "Later it rained."), declared_posts=1, id="102", published="2021-02-01")


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (thread(*FEW), "2 posts"),
        (thread(*FEW, declared_posts=2), "2 posts"),
        (thread(*FEW, declared_posts=1), "2 posts"),
        (thread(*FEW, declared_posts=0), "2 posts"),
        (CUT, "2 of 41 posts"),
        (thread(post(1, "One."), post(9, "Nine.")), "2 of 9 posts"),
        (thread(post(1, "One."), post(9, "Nine."), declared_posts=41), "2 of 41 posts"),
        (thread(post(1, "One."), post(9, "Nine."), declared_posts=2), "2 of 9 posts"),
        (thread(post(1, "One."), declared_posts=2), "1 of 2 posts"),
    ],
)
def test_what_the_page_declares_or_numbers_is_what_there_should_be(found: Thread, said: str) -> None:
    assert extent([found]) == said


def test_of_several_threads_the_posts_are_counted_together() -> None:
    assert extent([CUT, FULL]) == "3 of 42 posts"
    assert (posts_in_all(CUT), posts_in_all(FULL)) == (41, 1)


def bound(*threads: Thread, **collection: object) -> Book:
    return build(threads, Binding("Threadbound 1", "2022-03-01T10:20:30Z", collection=Collection(**collection)))  # type: ignore[arg-type]


def test_title_block_subtitle_and_colophon_of_a_thread_say_the_same() -> None:
    book = bound(CUT)
    assert book.chapters[0].extent == "2 of 41 posts"
    assert book.subtitle == "A thread of 2 of 41 posts, 1 January 2021"
    assert "written in public, 41 posts long (2 of them are here), and" in book.colophon.opening
    entries = {entry.label: entry for entry in book.colophon.provenances[0].entries}
    assert entries["Completeness"].lines[0][0].text.startswith("2 of 41 posts that the page declares")


def test_a_page_that_only_numbers_its_posts_is_not_said_to_be_silent() -> None:
    book = bound(thread(post(1, "Maps leave things out."), post(9, "Nine.")))
    entries = {entry.label: entry for entry in book.colophon.provenances[0].entries}
    assert entries["Completeness"].lines[0][0].text.startswith("2 of 9 posts that the page numbers")


def test_a_collection_says_it_of_the_threads_and_of_their_sum() -> None:
    book = bound(CUT, FULL, parts="month")
    assert [chapter.extent for chapter in book.chapters] == ["2 of 41 posts", "1 post"]
    assert book.subtitle == "2 threads, 3 of 42 posts"
    assert [part.note for part in book.matter.parts] == ["1 thread, 2 of 41 posts", "1 thread, 1 post"]


def test_the_contents_that_volumes_have_in_common_say_it() -> None:
    first, _ = numbered([CUT, FULL], [range(1), range(1, 2)], Collection())
    assert first.volume
    assert [each.detail for each in first.volume.listed] == [
        "1 January 2021 · 2 of 41 posts",
        "1 February 2021 · 1 post",
    ]
