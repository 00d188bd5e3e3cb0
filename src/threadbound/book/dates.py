"""Dates for people, in English: the language of the apparatus. No locale, no clock."""

from __future__ import annotations

from datetime import date, datetime

MONTHS = "January February March April May June July August September October November December".split()
LONG_PAUSE = 60
NUMBERS = "one two three four five six seven eight nine ten eleven twelve".split()


def parse(iso: str | None) -> date | None:
    """The day of an ISO 8601 date or time; ``None`` for anything else."""
    try:
        return date.fromisoformat((iso or "")[:10])
    except ValueError:
        return None


def long(day: date | None) -> str:
    """``29 September 2022``; empty for ``None``."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}" if day else ""


def period(iso: str) -> str:
    """``29 September 2022``, ``September 2022`` or ``2022``, as exact as the date is; as it stands where it is none."""
    try:
        day = date.fromisoformat(iso + "0000-01-01"[len(iso) :])
    except ValueError:
        return iso
    return (iso, f"{MONTHS[day.month - 1]} {day.year}", long(day))[iso.count("-")]


def short(day: date | None) -> str:
    """``29 Sep 2022``; empty for ``None``."""
    return f"{day.day} {MONTHS[day.month - 1][:3]} {day.year}" if day else ""


def moment(time: datetime) -> str:
    """``12 May 2024, 09:41 UTC``."""
    return f"{long(time.date())}, {time:%H:%M} UTC"


def clock(time: datetime, before: datetime | None) -> str:
    """``09:41``, with the day in front where it is another one than ``before``: ``12 May 2024, 09:41 UTC``."""
    return f"{time:%H:%M}" if before and before.date() == time.date() else moment(time)


def pause(before: datetime | None, after: datetime | None) -> str:
    """How long the author paused, when more than a day: ``Two days later, 19 February``; else empty.

    The year is said when it changed. After more than :data:`LONG_PAUSE` days the date says enough.
    """
    if before is None or after is None or (after - before).total_seconds() <= 86_400:
        return ""
    days = max((after.date() - before.date()).days, 1)
    if days > LONG_PAUSE:
        return f"Later, {long(after.date())}"
    word = NUMBERS[days - 1].capitalize() if days <= len(NUMBERS) else str(days)
    year = f" {after.year}" if after.year != before.year else ""
    return f"{word} {'day' if days == 1 else 'days'} later, {after.day} {MONTHS[after.month - 1]}{year}"


def count(number: int, thing: str) -> str:
    """``1 post``, ``14 posts``."""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"
