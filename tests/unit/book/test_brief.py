"""Names that are too long for where they stand are cut with an ellipsis, and never in a sign."""

from __future__ import annotations

import time

import pytest

from threadbound.book.brief import LONGEST_NAME, brief
from threadbound.book.people import byline, told_apart
from threadbound.model.thread import Author

AWLS = "Keeper of threads, needles and bone folders, awls, "
FAMILY = "👨\u200d👩\u200d👧\u200d👦"


@pytest.mark.parametrize("name", ["", "Mara", "🪡🧵📚", "x" * LONGEST_NAME, "製本職人" * 8, "Two  spaces", "مريم"])
def test_a_name_that_has_room_stays_as_it_is(name: str) -> None:
    assert brief(name) == name


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        (f"{AWLS}beeswax and linen thread", f"{AWLS}beeswax and…"),
        (f"{AWLS}and beeswax - linen", f"{AWLS}and beeswax…"),
        ("Bindersneedle" * 15, ("Bindersneedle" * 15)[:63] + "…"),
        ("A " + "needle" * 30, "A " + ("needle" * 30)[:61] + "…"),
        ("製本職人の針と糸" * 25, ("製本職人の針と糸" * 4)[:31] + "…"),
        ("🪡🧵📚" * 40, "🪡🧵📚" * 10 + "🪡…"),
        (FAMILY * 20, FAMILY * 5 + "…"),
        ("👍🏽" * 40, "👍🏽" * 15 + "…"),
        ("🇩🇪" * 50, "🇩🇪" * 31 + "…"),
        ("x" + "🇩🇪" * 50, "x" + "🇩🇪" * 31 + "…"),
        ("e\u0301" * 50, "e\u0301" * 31 + "…"),
        ("\u1112\u1161\u11ab" * 60, "\u1112\u1161\u11ab" * 15 + "…"),
        ("x" + "\u1112\u1161\ud7cb" * 60, "x" + "\u1112\u1161\ud7cb" * 15 + "…"),
        ("क्ष" * 40, "क्ष" * 21 + "…"),
        ("خياط الكتب القديمة في السوق " * 3, "خياط الكتب القديمة في السوق خياط الكتب القديمة في السوق خياط…\u200f"),
        ("\u2067abc " * 30, "\u2067abc " * 11 + "\u2067abc…" + "\u2069" * 12),
        ("a" + "\u0301" * 500, "a" + "\u0301" * 62 + "…"),
    ],
)  # fmt: skip
def test_a_longer_one_is_cut_between_words_or_else_between_signs(name: str, shown: str) -> None:
    assert brief(name) == shown


def test_a_hostile_name_is_cut_quickly() -> None:
    began = time.process_time()
    for sign in ("🇩", "\u200d", "\u0301", "\u202e", " ", "a "):
        brief(sign * 100_000)
    assert time.process_time() - began < 3


def test_authors_who_differ_only_behind_the_cut_are_told_apart() -> None:
    long = "Keeper of threads and needles, bone folders, awls, beeswax and linen"
    names = told_apart([Author("a", f"{long} one"), Author("b", f"{long} two"), Author("c", "Mara")])
    cut = "Keeper of threads and needles, bone folders, awls, beeswax and…"
    assert names == [f"{cut} (@a)", f"{cut} (@b)", "Mara"]
    assert byline([Author("a", f"{long} one")]) == cut
