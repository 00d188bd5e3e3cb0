"""The dates of Thread Reader's pages as they are printed.

Before: ``Feb 21, 2022``, ``Jun 30`` (the year of the visit), ``22 Feb`` (day first, 2021). After: an ISO date, if the
year is printed or something else tells it.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

_MONTHS = {name: n for n, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), start=1)}
_MONTH = r"(?P<month>Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)[a-z]{0,6}\.?"
_FORMS = tuple(
    re.compile(form + r"(?:,?\s+(?P<year>20\d\d))?\s*[•,]?", re.IGNORECASE | re.ASCII)
    for form in (rf"{_MONTH}\s+(?P<day>\d\d?)(?:st|nd|rd|th)?", rf"(?P<day>\d\d?)\s+{_MONTH}")
)


def is_date(text: str) -> bool:
    """Whether this is a date and nothing else."""
    return _match(text) is not None


def iso_date(text: str, *, near: datetime | None = None, saved_at: datetime | None = None) -> str | None:
    """The date in ISO 8601; ``None`` where the year is neither printed nor told.

    Args:
        text: the date as printed.
        near: when the thread began by its id, if that is known: the nearest year is taken.
        saved_at: when the page was saved: the page leaves out the year of the visit.
    """
    match = _match(text)
    if not match:
        return None
    month, day = _MONTHS[match["month"][:3].lower()], int(match["day"])
    if match["year"]:
        return _iso(_day(int(match["year"]), month, day))
    if near:
        days = [found for year in (near.year - 1, near.year, near.year + 1) if (found := _day(year, month, day))]
        return _iso(min(days, key=lambda found: abs(found - near.date()), default=None))
    if saved_at:
        days = [found for year in (saved_at.year, saved_at.year - 1) if (found := _day(year, month, day))]
        return _iso(next((found for found in days if found <= saved_at.date() + timedelta(days=1)), None))
    return None


def _match(text: str) -> re.Match[str] | None:
    text = text.strip(" ,•")[:40]
    return next((match for form in _FORMS if (match := form.fullmatch(text))), None)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:  # no such day, such as 29 February of most years
        return None


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
