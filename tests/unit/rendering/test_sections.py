"""The pieces of a collection: what each holds, and what it does not."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest
from lxml import etree

from threadbound.book.build import Binding, build
from threadbound.book.collection import Collection
from threadbound.book.identity import chapter_ids
from threadbound.model.text import Link
from threadbound.model.thread import Author, Thread
from threadbound.rendering.filters import address
from threadbound.rendering.places import PAGE, PLACE
from threadbound.rendering.render import Compositor, Rendering, compositor
from threadbound.rendering.sections import ABREAST, LAST, NUMBERED, PROVENANCES, SAID, sections
from threadbound.rendering.theme import load

SAMPLES = runpy.run_path(str(Path(__file__).parents[2] / "samples.py"))
post, thread = SAMPLES["post"], SAMPLES["thread"]
FIRST = "Maps leave things out. Here is why."
PAGES = {"t101": "1", "t102": "7", "colophon": "9", "bibliography": "8", "t101-p1": "1"}


def composing(*threads: Thread) -> Compositor:
    book = build(threads, Binding("Threadbound 1", "2022-03-01T10:20:30Z"))
    return compositor(book, SAMPLES["store_of"](), Rendering(load("serif"), "print", "Threadbound 1"))


def test_a_collection_is_front_matter_its_chapters_and_what_follows() -> None:
    composed = composing(thread(post(1, FIRST)), thread(post(1, FIRST), id="102"))
    found = sections(composed.book)
    assert [(each.name, each.role) for each in found] == [
        ("front", "front"),
        ("contents", "front"),
        ("about", "front"),
        ("t101", "chapter"),
        ("t102", "chapter"),
        ("colophon", "back"),
    ]
    for each in found:
        document = composed.section(each, PAGES)
        assert (document.name, document.role) == (each.name, each.role)
        etree.fromstring(document.content.encode())


def test_the_contents_have_room_for_the_number_that_is_printed_on_a_chapters_page() -> None:
    """In a long book as wide as the widest: so they stay as they are when pages move."""
    composed = composing(thread(post(1, FIRST)), thread(post(1, FIRST), id="102"))
    contents = sections(composed.book)[1]
    front = composed.section(contents, PAGES).content
    assert f'href="{PLACE}t102" data-page="0"' in front
    assert composed.section(contents, {**PAGES, "t102": "8"}).content == front
    assert f'href="{PLACE}t102" data-page="000"' in composed.section(contents, {**PAGES, "t102": "100"}).content
    long = composed.section(contents, {**PAGES, "t101": "9", "t102": "1000"}).content
    assert f'href="{PLACE}t101" data-page="0000"' in long
    assert composed.section(contents, {**PAGES, "t101": "10", "t102": "1001"}).content == long


def test_numbers_of_pages_in_letters_stand_for_themselves() -> None:
    """As a style sheet of the user's may have them: nobody knows their widths."""
    composed = composing(thread(post(1, FIRST)), thread(post(1, FIRST), id="102"))
    letters = dict.fromkeys(PAGES, "xvii")
    assert 'data-page="xvii"' in composed.section(sections(composed.book)[1], letters).content


def test_parts_stand_before_their_chapters_whose_headings_are_below_theirs() -> None:
    threads = [thread(post(1, FIRST), id=str(101 + n), published=f"202{n}-03-01") for n in range(2)]
    binding = Binding("Threadbound 1", "2022-03-01T10:20:30Z", collection=Collection(parts="year"))
    book = build(threads, binding)
    composed = compositor(book, SAMPLES["store_of"](), Rendering(load("serif"), "print", "Threadbound 1"))
    found = sections(book)
    assert [each.name for each in found] == ["front", "contents", "about", "part1", "t101", "part2", "t102", "colophon"]
    assert "<h1" in composed.section(found[3]).content
    assert 'h2 class="h1"' in composed.section(found[4]).content
    assert 'h1 class="h1"' in composing(*threads).section(sections(composing(*threads).book)[3]).content


def test_contents_that_go_on_give_numbers_of_chapters_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """So they need not wait until what stands behind the chapters is laid out."""
    monkeypatch.setattr("threadbound.rendering.sections.CONTENTS", 0.5)
    threads = [thread(post(1, FIRST), id=str(101 + n), published=f"202{n}-03-01") for n in range(2)]
    binding = Binding("Threadbound 1", "2022-03-01T10:20:30Z", collection=Collection(parts="year"))
    book = build(threads, binding)
    composed = compositor(book, SAMPLES["store_of"](), Rendering(load("serif"), "print", "Threadbound 1"))
    first, last = (each for each in sections(book) if each.kind == "contents")
    chapters = {name: number for name, number in PAGES.items() if name.startswith("t")}
    assert (first.round, last.round) == (NUMBERED, LAST)
    assert composed.section(first, chapters).content == composed.section(first, PAGES).content
    assert f'href="{PLACE}colophon" data-page="0"' in composed.section(last, PAGES).content


def test_a_colophon_of_long_threads_is_divided_more_often() -> None:
    """By the lines that it takes: forty long ones in one piece took twenty pages, and much memory."""

    def pieces(posts: int) -> list[int]:
        threads = [thread(*(post(n, FIRST) for n in range(1, posts + 1)), id=str(101 + k)) for k in range(60)]
        return [each.count for each in sections(composing(*threads).book) if each.kind == "colophon"]

    short, long = pieces(1), pieces(20)
    assert sum(short) == sum(long) == 60
    assert len(short) < len(long)
    assert max(long) * (SAID + 20 / ABREAST) <= 2 * PROVENANCES


def test_a_link_to_another_thread_of_the_book_waits_for_the_number_of_its_page() -> None:
    url = "https://threadreaderapp.com/thread/101.html"
    composed = composing(thread(post(1, FIRST)), thread(post(1, "See ", Link(url, "this"), " too."), id="102"))
    chapter = composed.section(sections(composed.book)[4]).content
    assert f'<a class="link" href="{PLACE}t101-p1">' in chapter
    assert f'<a class="pg" href="{PAGE}t101-p1">000</a>' in chapter
    assert f'href="{url}"' in chapter


def test_a_chapter_is_the_same_whatever_stands_round_it() -> None:
    own, other = thread(post(1, FIRST), id="102"), thread(post(1, "Rain falls. It does."), id="101")
    third = thread(post(1, "Snow falls."), id="99", author=Author("riel"))
    alone = {
        composed.section(each).content
        for composed in (composing(own, other), composing(third, other, own))
        for each in sections(composed.book)
        if each.name == "t102"
    }
    assert len(alone) == 1


def test_chapters_keep_their_names_when_others_join_and_no_two_have_one() -> None:
    one, other = thread(post(1, FIRST)), thread(post(1, FIRST), id="102")
    unnamed = thread(post(1, FIRST), id=None)
    assert chapter_ids([one]) == ("t1",)
    assert chapter_ids([one, other]) == ("t101", "t102")
    names = chapter_ids([unnamed, other, one, other, one])
    assert (names[1], names[2]) == ("t102", "t101")
    assert len(set(names)) == 5
    assert all(name[0] == "t" and name[1:].isdecimal() for name in names)


def test_a_link_of_a_posts_own_never_passes_for_one_of_the_books() -> None:
    for url in (f"{PLACE}t101", f"{PAGE}t101", f"{PAGE}t101".upper().replace("T101", "t101")):
        assert address(url).lower() == url.lower().replace("book.invalid", "book%2einvalid")
    composed = composing(thread(post(1, Link(PAGE + "t102", PAGE + "t102"), FIRST)), thread(post(1, FIRST), id="102"))
    (chapter,) = [each for each in sections(composed.book) if each.name == "t101"]
    assert f'"{PAGE}' not in composed.section(chapter).content
