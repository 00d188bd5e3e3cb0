"""Dates for people."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from threadbound.book import dates
from threadbound.book.direction import direction


@pytest.mark.parametrize(
    ("iso", "day"),
    [
        ("2022-09-29", date(2022, 9, 29)),
        ("2022-09-29T12:34:56Z", date(2022, 9, 29)),
        (None, None),
        ("", None),
        ("2022-13-01", None),
        ("yesterday", None),
    ],
)
def test_only_dates_are_dates(iso: str | None, day: date | None) -> None:
    assert dates.parse(iso) == day


def test_how_dates_are_said() -> None:
    assert dates.long(date(2022, 9, 29)) == "29 September 2022"
    assert dates.long(None) == ""
    assert dates.moment(datetime(2024, 5, 2, 9, 4, tzinfo=UTC)) == "2 May 2024, 09:04 UTC"
    assert [dates.count(n, "post") for n in (0, 1, 2)] == ["0 posts", "1 post", "2 posts"]


@pytest.mark.parametrize(
    ("text", "way"),
    [
        ("rain", None),
        ("مطر", "rtl"),
        ("גשם rain", "rtl"),
        ("12 — «مطر»", "rtl"),
        ("漢字", None),
        ("", None),
        ("🧵 12", None),
    ],
)
def test_the_first_strong_character_tells_the_direction(text: str, way: str | None) -> None:
    assert direction(text) == way
