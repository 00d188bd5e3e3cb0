"""What threads and books of them are called, before any chapter is made."""

from __future__ import annotations

from collections.abc import Iterable

from threadbound.book import dates
from threadbound.book.essay import fallback_title
from threadbound.book.heading import open_thread
from threadbound.book.paragraphs import split_replies, take_number
from threadbound.model.thread import Thread


def short_title(thread: Thread) -> str:
    """As the heading of its chapter gives it: the first words, at most 80 characters."""
    first = thread.posts[0]
    _, body = split_replies(first.body)
    _, body = take_number(body, first.n)
    return open_thread(body, fallback_title(thread)).heading.short


def usual_title(threads: Iterable[Thread]) -> str:
    """Of a book of several threads: ``Threads, 2020–2025``, or ``Threads`` where no date is known."""
    spoken = years(threads)
    return f"Threads, {spoken}" if spoken else "Threads"


def years(threads: Iterable[Thread]) -> str:
    """``2020`` or ``2020–2025``; empty where no date is known."""
    known = sorted({day.year for thread in threads if (day := dates.parse(thread.published))})
    return "–".join(str(year) for year in dict.fromkeys(known[:1] + known[-1:]))
