"""Lines become paragraphs; hand-made numbers, lists and the names of those answered are told apart."""

from __future__ import annotations

import pytest

from threadbound.book.blocks import Mark
from threadbound.book.paragraphs import has_stanzas, lines, paragraphs, split_replies, take_number
from threadbound.model.text import Break, Inline, Link, Mention, Text, plain_text, tidy

MARK = Mark(3, "3", None, "t1-p3")
RIEL, ONO = Mention("riel", reply=True), Mention("ono", reply=True)
LINK = Link("https://example.org/", "example.org")


def test_every_line_is_a_paragraph_and_empty_lines_vanish() -> None:
    body = [Break(), Text("one"), Break(), Break(), Text("two "), LINK, Break()]
    assert lines(body) == [(Text("one"),), (Text("two "), LINK)]


def test_an_empty_line_of_the_author_s_is_told_from_a_line_s_end() -> None:
    body = [Text("one"), Break(), Text("two"), Break(), Break(), Text("- three"), *[Break()] * 3, LINK]
    assert has_stanzas(body)
    done = paragraphs(body, MARK, None, flush=True, stanzas=True)
    assert [each.is_apart for each in done] == [False, False, True, True]


def test_the_first_two_lines_of_a_stanza_stand_on_one_page_and_so_do_the_last() -> None:
    stanza = [node for line in "abcd" for node in (Text(line), Break())]
    body = [
        Text("She sang:"),
        Break(),
        Break(),
        *stanza,
        Break(),
        *stanza[:4],
        Break(),
        Text("e" * 90),
        Break(),
        Text("f"),
    ]
    done = paragraphs(body, MARK, None, flush=True, stanzas=True)
    kept = "".join(str(int(each.is_kept)) for each in done)
    assert kept == "010101000"
    assert not any(each.is_kept for each in paragraphs(body, MARK, None, flush=True))


def test_where_lines_end_in_one_way_there_are_no_stanzas() -> None:
    empty = [Text("one"), Break(), Break(), Text("two"), Break(), Break(), Text("three")]
    assert not has_stanzas(empty)
    assert not has_stanzas([Break(), Break(), Text("one"), Break(), Text("two"), Break()])
    assert not any(each.is_apart for each in paragraphs(empty, MARK, None, flush=True))


def test_a_post_s_first_paragraph_stands_behind_no_empty_line_of_its_own() -> None:
    (one,) = paragraphs([Break(), Break(), Text("one")], MARK, None, flush=False, stanzas=True)
    assert not one.is_apart


@pytest.mark.parametrize(
    ("text", "n", "number", "rest"),
    [
        ("3/ Rain", 3, "3/", "Rain"),
        ("3/12 Rain", 3, "3/12", "Rain"),
        ("3 / 12 Rain", 3, "3 / 12", "Rain"),
        ("3 / Rain", 3, "3 /", "Rain"),
        ("2/n Rain", 2, "2/n", "Rain"),
        ("2/N rain", 2, "2/N", "rain"),
        ("(3) Rain", 3, "(3)", "Rain"),
        ("(3/12) rain", 3, "", "(3/12) rain"),
        ("[3/12] Rain", 3, "[3/12]", "Rain"),
        ("3) Rain", 3, "3)", "Rain"),
        ("٣/ مطر", 3, "٣/", "مطر"),
        ("1/ 12 Angry Men", 1, "1/", "12 Angry Men"),
        ("3/", 3, "3/", ""),
        ("4/ Rain", 3, "", "4/ Rain"),
        ("3. Rain", 3, "", "3. Rain"),
        ("3 Rain", 3, "", "3 Rain"),
        ("3/4 of us", 3, "", "3/4 of us"),
        ("1/2 price", 1, "", "1/2 price"),
        ("3/2 Rain", 3, "", "3/2 Rain"),
        ("3/Rain", 3, "", "3/Rain"),
        ("24/7 we work", 24, "", "24/7 we work"),
        ("🧵 3/ Rain", 3, "", "🧵 3/ Rain"),
        ("99999/ Rain", 3, "", "99999/ Rain"),
    ],
)
def test_the_author_s_own_number_is_taken_where_it_is_the_post_s(text: str, n: int, number: str, rest: str) -> None:
    found, words = take_number((Text(text),), n)
    assert (found, plain_text(words)) == (number, rest)


@pytest.mark.parametrize("after", [Break(), LINK, Mention("riel")])
def test_a_number_may_stand_before_anything(after: Inline) -> None:
    number, rest = take_number(tidy([Text("3/ "), after, Text("rain")]), 3)
    assert number == "3/"
    assert plain_text(rest).strip() == plain_text([after, Text("rain")]).strip()


def test_no_number_is_taken_from_other_nodes() -> None:
    assert take_number((LINK, Text("3/ ")), 3)[0] == ""
    assert take_number((), 3) == ("", ())


@pytest.mark.parametrize(
    ("text", "item"),
    [
        ("1. Rain", "1."),
        ("12) Rain", "12)"),
        ("• Rain", "•"),
        ("- Rain", "-"),
        ("→ Rain", "→"),
        ("✅ Rain", "✅"),
        ("▶️ Rain", "▶️"),
        ("-5 degrees", None),
        ("1.5 metres", None),
        ("2019. Rain", None),
        ("-", None),
        ("*rain*", None),
    ],
)
def test_the_author_s_own_lists_hang(text: str, item: str | None) -> None:
    (paragraph,) = paragraphs([Text(text)], MARK, None, flush=False)
    assert paragraph.item == item
    assert "".join(((item or "") + plain_text(paragraph.words)).split()) == "".join(text.split())


def test_an_item_may_begin_with_a_link() -> None:
    (paragraph,) = paragraphs([Text("• "), LINK], MARK, None, flush=False)
    assert (paragraph.item, paragraph.words) == ("•", (LINK,))


def test_mark_and_flush_belong_to_the_first_paragraph() -> None:
    one, two = paragraphs([Text("one"), Break(), Text("two")], MARK, "en", flush=True)
    assert (one.mark, one.flush, one.language) == (MARK, True, "en")
    assert (two.mark, two.flush, two.language) == (None, False, "en")


@pytest.mark.parametrize(
    ("body", "replies", "rest"),
    [
        ([RIEL, Text(" "), ONO, Text(" Rain")], (RIEL, ONO), (Text("Rain"),)),
        ([RIEL, ONO, Text("Rain")], (RIEL, ONO), (Text("Rain"),)),
        ([RIEL, Break(), Break(), Text("Rain")], (RIEL,), (Text("Rain"),)),
        ([RIEL], (RIEL,), ()),
        ([Mention("riel"), Text(" Rain")], (), (Mention("riel"), Text(" Rain"))),
        ([RIEL, Text(" "), Mention("mara"), Text(" Rain")], (RIEL,), (Mention("mara"), Text(" Rain"))),
        ([Text("Rain "), RIEL], (), (Text("Rain "), RIEL)),
        ([], (), ()),
    ],
)
def test_whom_a_reply_answers_is_told_apart(
    body: list[Inline], replies: tuple[Mention, ...], rest: tuple[Inline, ...]
) -> None:
    assert split_replies(body) == (replies, rest)


@pytest.mark.parametrize(
    ("body", "direction"),
    [
        ([Text("مطر")], "rtl"),
        ([Text("rain مطر")], None),
        ([Text("12 — مطر rain")], "rtl"),
        ([RIEL, Text(" مطر")], "rtl"),
        ([LINK, Text(" גשם")], "rtl"),
        ([Text("漢字")], None),
        ([LINK], None),
    ],
)
def test_names_and_addresses_do_not_turn_a_paragraph_round(body: list[Inline], direction: str | None) -> None:
    assert paragraphs(body, MARK, None, flush=True)[0].direction == direction
