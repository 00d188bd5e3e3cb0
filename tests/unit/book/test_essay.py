"""Posts become an essay: headings, pauses, figures, quotations, and a mark where each post begins."""

from __future__ import annotations

import runpy
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from threadbound.book.blocks import (
    Clip,
    Figure,
    Gap,
    LinkCard,
    LostPicture,
    Paragraph,
    Pause,
    Quotation,
    leads_to,
)
from threadbound.book.essay import essay, figures, host, one_by_one, quotation
from threadbound.model.media import Media
from threadbound.model.text import Break, Mention, Text, plain_text
from threadbound.model.thread import Author, Card, Post, Quote, Wording

SAMPLES = runpy.run_path(str(Path(__file__).parents[2] / "samples.py"))
post, thread, sized = SAMPLES["post"], SAMPLES["thread"], SAMPLES["sized"]
LOST, CLIP = Media("image", "https://media.example.com/2", ""), Media("video", "https://video.example.com/1", "")
RIEL, ONO = Mention("riel", reply=True), Mention("ono", reply=True)


def at(day: int, year: int = 2022) -> datetime:
    return datetime(year, 3, day, 12, tzinfo=UTC)


def words(paragraph: object) -> str:
    assert isinstance(paragraph, Paragraph)
    return plain_text(paragraph.words)


def test_the_first_sentence_opens_and_every_post_is_marked() -> None:
    done = essay(thread(post(1, "Maps leave things out. Here is why."), post(2, "They must", Break(), "end.")), "t1")
    assert plain_text(done.heading.words) == "Maps leave things out."
    assert done.heading.mark is None
    assert [words(block) for block in done.blocks] == ["Here is why.", "They must", "end."]
    marks = [block.mark for block in done.blocks if isinstance(block, Paragraph)]
    assert [mark and (mark.n, mark.label, mark.anchor) for mark in marks] == [
        (1, "1", "t1-p1"),
        (2, "2", "t1-p2"),
        None,
    ]


EMPTY = (Break(), Break())


def test_where_a_post_has_stanzas_it_stands_apart_from_its_neighbours() -> None:
    """Else its last stanza would stand nearer to the next post than to its own first one."""
    posts = (
        post(1, "Maps leave things out. So"),
        post(2, "They must."),
        post(3, "End", Break(), "it", *EMPTY, "or"),
        post(4, "not."),
    )
    done = essay(thread(*posts, post(5, "Fin.")), "t1")
    told = [(words(block), block.is_apart) for block in done.blocks if isinstance(block, Paragraph)]
    assert told == [
        ("So", False),
        ("They must.", False),
        ("End", True),
        ("it", False),
        ("or", True),
        ("not.", True),
        ("Fin.", False),
    ]


def test_a_title_line_belongs_to_the_stanzas_that_it_stands_over() -> None:
    done = essay(thread(post(1, "Ebb and flood, in order.", Break(), "The drum sinks", *EMPTY, "and the pen")), "t1")
    assert [(words(block), block.is_apart) for block in done.blocks if isinstance(block, Paragraph)] == [
        ("The drum sinks", False),
        ("and the pen", True),
    ]


def test_nothing_stands_apart_from_what_has_room_already() -> None:
    posts = (
        post(1, "Maps leave things out.", *EMPTY, "So", Break(), "it", *EMPTY, "goes", media=(LOST,)),
        post(2, "They", Break(), "must", *EMPTY, "end."),
    )
    first, second = essay(thread(*posts), "t1"), one_by_one(thread(*posts), "t1")
    told = [
        [(words(block), block.is_apart) for block in done.blocks if isinstance(block, Paragraph)]
        for done in (first, second)
    ]
    assert told[0] == [("So", False), ("it", False), ("goes", True), ("They", False), ("must", False), ("end.", True)]
    assert told[1] == [("Maps leave things out.", False), ("So", True), *told[0][1:]]


def test_a_heading_that_is_the_whole_post_carries_its_mark() -> None:
    done = essay(thread(post(1, "1/ Maps leave things out."), post(2, "2/ They must.")), "t1")
    assert done.heading.mark
    assert done.heading.mark.label == "1/"
    (second,) = done.blocks
    assert isinstance(second, Paragraph)
    assert second.mark
    assert (second.mark.label, words(second)) == ("2/", "They must.")


def test_a_reply_says_whom_it_answers_with_a_space_after_each_name() -> None:
    body = (RIEL, Text(" "), ONO, Text(" They must."))
    done = essay(thread(post(1, RIEL, " Maps leave things out."), Post(2, body=body)), "t1")
    assert done.reply_to == (RIEL,)
    assert words(done.blocks[0]) == "@riel @ono They must."


def test_a_reply_s_own_number_stands_in_its_mark() -> None:
    (second,) = essay(thread(post(1, "Maps leave things out."), post(2, RIEL, Text(" 2/ They must."))), "t1").blocks
    assert words(second) == "@riel They must."
    assert isinstance(second, Paragraph)
    assert second.mark
    assert second.mark.label == "2/"


@pytest.mark.parametrize("body", [(), (Break(), Break()), (RIEL,)])
def test_a_post_of_pictures_alone_still_has_its_mark(body: tuple[Text, ...]) -> None:
    picture = sized(300, 200)
    done = essay(thread(post(1, "Maps leave things out."), Post(2, body=body, media=(picture,)), post(3, "End")), "t1")
    empty, figure, end = done.blocks
    assert isinstance(empty, Paragraph)
    assert empty.mark
    assert figure == Figure((picture,), 2)
    assert isinstance(end, Paragraph)
    assert end.flush


@pytest.mark.parametrize("body", [(), (Break(),), (Text(" "),)])
def test_a_first_post_of_pictures_alone_is_headed_by_its_author(body: tuple[Text, ...]) -> None:
    done = essay(thread(Post(1, body=body, media=(LOST,)), published="2022-09-29"), "t1")
    assert plain_text(done.heading.words) == "Thread by Mara Lindqvist, 29 September 2022"
    assert LostPicture(LOST, 1) in done.blocks
    marks = [block.mark for block in done.blocks if isinstance(block, Paragraph) and block.mark]
    assert len(marks) + (done.heading.mark is not None) == 1


@pytest.mark.parametrize(
    ("author", "title"),
    [
        (Author("mara", "Mara"), "Thread by Mara"),
        (Author("mara"), "Thread by @mara"),
        (Author(""), "Thread by an unknown author"),
    ],
)
def test_a_thread_without_words_is_called_by_what_is_known(author: Author, title: str) -> None:
    assert essay(thread(Post(1), author=author), "t1").heading.title == title


@pytest.mark.parametrize(
    ("before", "after", "text"),
    [
        (at(1), at(1), None),
        (at(1), at(2), None),
        (at(1), at(3), "Two days later, 3 March"),
        (at(1), at(20), "19 days later, 20 March"),
        (at(1), at(1, 2026), "Later, 1 March 2026"),
        (at(3), at(1), None),
        (None, at(3), None),
        (at(3), None, None),
    ],
)
def test_a_pause_of_more_than_a_day_is_told(before: datetime | None, after: datetime | None, text: str | None) -> None:
    posts = (post(1, "Maps leave things out. So", time=before), post(2, "They must.", time=after))
    blocks = essay(thread(*posts), "t1").blocks
    assert [block.text for block in blocks if isinstance(block, Pause)] == ([text] if text else [])
    last = blocks[-1]
    assert isinstance(last, Paragraph)
    assert last.flush == bool(text)


def test_what_a_post_carries_follows_its_words_in_order() -> None:
    a, b = sized(30, 20, "a"), sized(20, 30, "b")
    quote, card = Quote(url="https://example.com/q", text="One\n\n two "), Card("https://www.example.net/x", "T", "D")
    carrying = post(1, "Maps leave things out. So", media=(a, b, LOST, CLIP, a), quotes=(quote,), cards=(card,))
    assert essay(thread(carrying), "t1").blocks[1:] == [
        Figure((a, b), 1),
        LostPicture(LOST, 1),
        Clip(CLIP, 1),
        Figure((a,), 1),
        Quotation("", "", "", "https://example.com/q", ((Text("One"),), (Text(" two "),))),
        LinkCard("https://www.example.net/x", "example.net", "T", "D"),
    ]


def test_a_quoted_post_is_dated_and_keeps_its_pictures() -> None:
    made = quotation(Quote(author="riel", name="Riel", text="", time=at(3), media=(LOST,)), 4)
    assert made == Quotation("Riel", "riel", "3 March 2022", None, (), (LostPicture(LOST, 4),))


@pytest.mark.parametrize(
    ("words", "goes"),
    [("a" * 130, True), ("a" * 131, False), ("糸" * 65, True), ("糸" * 66, False), ("한" * 66, False)],
)
def test_a_line_or_two_go_with_the_picture_under_them(*, words: str, goes: bool) -> None:
    text, picture = essay(thread(Post(1), post(2, words, media=(sized(10, 10),))), "t1").blocks[-2:]
    assert isinstance(picture, Figure)
    assert leads_to(text, picture) is goes
    assert not leads_to(picture, text)


@pytest.mark.parametrize("count", [1, 4, 6, 7, 50])
def test_many_pictures_become_several_figures(count: int) -> None:
    pictures = tuple(sized(10 + k, 10) for k in range(count))
    made = [block for block in figures(pictures, 1) if isinstance(block, Figure)]
    assert tuple(picture for figure in made for picture in figure.pictures) == pictures
    assert all(len(figure.pictures) <= 6 for figure in made)


@pytest.mark.parametrize(
    ("language", "kept"),
    [("ar", "ar"), ("zh-Hant", "zh-Hant"), ("de-1996", "de-1996"), ('en" x="', None), ("", None), ("english", None)],
)
def test_a_language_is_believed_where_it_is_a_tag(language: str, kept: str | None) -> None:
    (block,) = essay(thread(Post(1), post(2, "Words", language=language)), "t1").blocks
    assert isinstance(block, Paragraph)
    assert block.language == kept


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://www.example.org/a", "example.org"),
        ("https://user:word@example.org:8080/", "example.org"),
        ("http://[broken/", "http://[broken/"),
        ("https://ex\u2100mple.org/", "https://ex\u2100mple.org/"),
        ("mailto:mara@example.org", "mailto:mara@example.org"),
        ("", ""),
    ],
)
def test_the_site_of_an_address(url: str, name: str) -> None:
    assert host(url) == name


def test_a_post_that_the_page_numbers_but_does_not_hold_leaves_a_line() -> None:
    found = essay(thread(post(1, "First of all."), post(2, "Second of all."), post(5, "Fifth of all.")), "t1").blocks
    assert [block.text for block in found if isinstance(block, Gap)] == ["Posts 3 and 4 are not in the saved page"]


def test_a_page_that_begins_in_the_middle_opens_with_its_first_post() -> None:
    found = essay(thread(post(4, "Fourth, but the first here. And more."), post(5, "Fifth.")), "t1")
    assert plain_text(found.heading.words) == "Fourth, but the first here."
    assert [block.mark.anchor for block in found.blocks if isinstance(block, Paragraph) and block.mark] == [
        "t1-p4",
        "t1-p5",
    ]


@pytest.mark.parametrize("style", [essay, one_by_one])
@pytest.mark.parametrize(
    ("declared", "said"), [(5, ["The page declares 5 posts; here it ends, after 2"]), (2, []), (1, []), (None, [])]
)
def test_a_page_that_was_cut_off_says_so_at_its_end(style: Any, declared: int | None, said: list[str]) -> None:
    done = style(thread(post(1, "Maps leave things out. Why?"), post(2, "They must."), declared_posts=declared), "t1")
    assert [block.text for block in done.blocks[-1:] if isinstance(block, Gap)] == said


def steps(work: Callable[[], object]) -> int:
    """How many instructions of Python ``work`` takes, those of loops too, which are no calls."""
    taken, before = 0, sys.gettrace()

    def trace(frame: Any, event: str, _: object) -> Any:
        nonlocal taken
        frame.f_trace_opcodes, frame.f_trace_lines = True, False
        taken += event == "opcode"
        return trace

    sys.settrace(trace)
    try:
        work()
    finally:
        sys.settrace(before)
    return taken


@pytest.mark.parametrize("style", [essay, one_by_one])
def test_a_post_of_twice_as_many_verses_takes_twice_the_work(style: Any) -> None:
    def taken(stanzas: int) -> int:
        lines = ("The lamp is lit,", Break(), "the sheet is wet,", Break(), "and no one sleeps.", *EMPTY)
        long = replace(post(1, *lines * stanzas), wordings=(Wording(("0" * 64,), post(1, *lines * stanzas).body),))
        poem = thread(long, replace(long, n=2))
        style(poem, "t1")  # what is found out once is not counted
        return steps(lambda: style(poem, "t1"))

    assert taken(80) <= 2.3 * taken(40)
