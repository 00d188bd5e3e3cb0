"""The direction of a paragraph is the one that UAX #9 gives it (rules P2 and P3)."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from threadbound.book.direction import direction

LRI, RLI, FSI, PDI = "\u2066", "\u2067", "\u2068", "\u2069"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", None),
        ("123 … !", None),
        ("A book", None),
        ("ספר", "rtl"),
        ("1998: ספר", "rtl"),
        ("(«الكتاب» 2024)", "rtl"),
        ("كتاب then Latin", "rtl"),
        ("Latin then كتاب", None),
        ("🧵👇 کتاب", "rtl"),
        ("@maya @noa מה שלומכם", "rtl"),
        ("https://example.org/a/b קישור", "rtl"),
        ("www.example.org קישור", "rtl"),
        ("#books ספרים", None),
        ("#ספרים books", "rtl"),
        (f"{LRI}Latin{PDI} ספר", "rtl"),
        (f"{RLI}ספר{PDI} Latin", None),
        (f"{FSI}{LRI}a{PDI}b{PDI}ספר", "rtl"),
        (f"{PDI}ספר", "rtl"),
        (f"{LRI}never closed ספר", None),
        (f"{LRI}never closed\u2029ספר", "rtl"),
        ("\u200fLatin", "rtl"),
        ("\u200eספר", None),
        ("ߒߞߏ", "rtl"),
        ("܀ܣܘܪܝܝܐ", "rtl"),
    ],
)
def test_the_first_strong_character_decides(text: str, expected: str | None) -> None:
    assert direction(text) == expected


@given(
    st.text(st.characters(categories=("N", "P", "S", "Z"), exclude_characters="@")), st.sampled_from(["ספר", "كتاب"])
)
def test_what_has_no_direction_decides_nothing(before: str, word: str) -> None:
    neutral = "".join(one for one in before if unicodedata.bidirectional(one) not in {"L", "R", "AL"})
    assert direction(neutral + word) == "rtl"
    assert direction(neutral + "book " + word) is None
