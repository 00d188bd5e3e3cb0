"""Parts: the years or months of a long book, each with a page of its own.

Before: the threads of a book, in order. After: parts that hold all of them, in order; or none, where one part would
hold everything: no page is spent on saying so.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from itertools import groupby

from msgspec import Struct

from threadbound.book import dates
from threadbound.book.collection import Collection, Order, Parts
from threadbound.book.extent import extent
from threadbound.model.thread import Thread

#: Fewer threads than this in several years, and in several months of one year, need no parts.
YEARS_FROM, MONTHS_FROM = 12, 24
UNDATED = "Without a date"


class Part(Struct, frozen=True):
    """Some of the chapters, one after another."""

    id: str
    """``part1``, ``part2``, …"""
    title: str
    note: str
    """What is in it, e.g. ``12 threads, 96 posts``."""
    first: int
    """The place of its first chapter, from 0."""
    count: int
    """Of its chapters."""


def fitting(threads: Sequence[Thread], order: Order) -> Parts:
    """What suits a book that nobody said anything of: years from 12 threads on, months from 24 on within one year.

    Threads that do not stand by date have no parts.
    """
    if order not in {"date", "reverse"} or len(threads) < YEARS_FROM:
        return "none"
    days = [day for thread in threads if (day := dates.parse(thread.published))]
    if len({day.year for day in days}) > 1:
        return "year"
    return "month" if len(threads) >= MONTHS_FROM and len({day.month for day in days}) > 1 else "none"


def kind_of(threads: Sequence[Thread], collection: Collection) -> Parts:
    """Into which parts a book of these threads is divided: those that were decided, else what suits it."""
    return collection.parts or fitting(threads, collection.order)


def divided(threads: Sequence[Thread], parts: Parts) -> tuple[Part, ...]:
    """The parts of a book of these threads, which stand by date."""
    runs: list[tuple[str, int, list[Thread]]] = []
    for name, group in groupby(enumerate(threads), key=lambda item: NAMES[parts](dates.parse(item[1].published))):
        items = list(group)
        runs.append((name, items[0][0], [thread for _, thread in items]))
    if len(runs) < 2:
        return ()
    return tuple(
        Part(f"part{number}", name, note(own), first, len(own)) for number, (name, first, own) in enumerate(runs, 1)
    )


def note(threads: Sequence[Thread]) -> str:
    """``12 threads, 96 posts``."""
    return f"{dates.count(len(threads), 'thread')}, {extent(threads)}"


def _year(day: date | None) -> str:
    return str(day.year) if day else UNDATED


def _month(day: date | None) -> str:
    return f"{dates.MONTHS[day.month - 1]} {day.year}" if day else UNDATED


def _nothing(day: date | None) -> str:
    del day
    return ""


#: Kind of parts → the name of the part in which a day lies.
NAMES: dict[Parts, Callable[[date | None], str]] = {"year": _year, "month": _month, "none": _nothing}
