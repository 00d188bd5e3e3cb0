"""Headings of several lines are balanced; those of one line are left alone."""

from __future__ import annotations

import pytest

from threadbound.rendering.balance import balanced_width, fitting, with_room
from threadbound.rendering.theme import load

FACE = load("serif").heading_font


def width(text: str, measure: float = 102.0) -> float | None:
    return balanced_width(text, FACE, 22.4, measure)


@pytest.mark.parametrize("text", ["", " ", "Rain", "🧵", "a" * 2000])
def test_a_single_line_needs_no_balance(text: str) -> None:
    assert width(text) is None


def test_two_lines_are_made_alike() -> None:
    found = width("Every map leaves something out and that is the point of it")
    assert found
    assert 102 * 0.5 < found < 102


@pytest.mark.parametrize(
    "text", ["a" * 100_000 + " b", "word " * 5000, "漢字 " * 60, "\u202eleft " * 30, "مرحبا " * 40]
)
def test_a_width_is_always_within_the_measure(text: str) -> None:
    found = width(text)
    assert found is None or 102 * 0.5 < found <= 102


def test_the_width_holds_as_many_lines_as_the_measure() -> None:
    text = "Every map leaves something out and that is the point of it, said the surveyor"
    narrow = width(text)
    assert narrow
    again = balanced_width(text, FACE, 22.4, narrow)
    assert again
    assert abs(again - narrow) < 6


def test_the_last_line_of_a_title_leaves_room_for_the_number_of_its_page() -> None:
    title = "How a book is sewn, for people who have only ever seen one glued"
    head, tail = with_room(title, FACE, 11.2, 102, 16)
    assert f"{head} {tail}" == title
    assert tail == "only ever seen one glued"
    for whole in ("A short one", "Unbreakable" * 40, "", "word " * 22 + "and so on and on and on and on"):
        assert with_room(whole, FACE, 11.2, 102, 16) == (whole, "")


def test_the_last_line_of_a_title_is_no_single_word() -> None:
    title = "I asked you four things about maps last winter, and here is what you said"
    head, tail = with_room(title, FACE, 11.2, 102, 16)
    assert f"{head} {tail}" == title
    assert tail == "and here is what you said"


@pytest.mark.parametrize("measure", [40.0, 60.0, 90.0])
def test_a_running_head_ends_between_words(measure: float) -> None:
    text = "Over the door of my grandmother’s bindery she had painted one line, which said"
    head = fitting(text, FACE, 9.5, measure)
    assert head.endswith("…")
    assert text.startswith(head[:-1])
    assert text[len(head) - 1] in " ,"
    longer = text[: text.index(" ", len(head)) if " " in text[len(head) :] else None]
    assert fitting(longer + "…", FACE, 9.5, measure) != longer + "…"


def test_no_running_head_ends_with_what_leads_on() -> None:
    text = "For every retweet this gets I’ll add a thought / tip / observation | about ( speaking at ) conferences"
    heads = {fitting(text, FACE, 9.5, measure) for measure in range(30, 130, 3)} - {text}
    assert len(heads) > 8
    assert not [head for head in heads if head[-2] in " /|("]


@pytest.mark.parametrize("text", ["", "Rain", "a" * 500])
def test_a_running_head_that_fits_or_has_one_word_stays(text: str) -> None:
    assert fitting(text, FACE, 9.5, 90) == text
