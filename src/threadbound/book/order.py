"""The order of chapters.

Before: threads. After: their places, in the order of the book; ties are broken by ids, so that the same threads give
the same book however they were given.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

from threadbound.book.collection import Order
from threadbound.book.identity import key
from threadbound.book.titles import short_title
from threadbound.model.thread import Thread

Key = tuple[bool, str, str]


def date_key(thread: Thread) -> Key:
    """What threads are sorted by: date, then id; those without a date last."""
    return thread.published is None, thread.published or "", thread.id or ""


def ordered(threads: Sequence[Thread], order: Order, titles: Mapping[str, str]) -> list[int]:
    """The places of ``threads`` in the order of the book.

    Args:
        threads: as given.
        order: a key of :data:`ORDERS`.
        titles: key of a thread → its short title, where the user gave one.
    """
    return ORDERS[order](threads, titles)


@lru_cache(maxsize=4096)  # an index asks for each term's several times
def collated(text: str) -> str:
    """What words are sorted by: letters without their accents, capitals and marks; figures by their values."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    kept = (c for c in plain if not unicodedata.category(c).startswith("M"))
    words = "".join(c if c.isalnum() else " " for c in kept).split()
    return " ".join(word.zfill(12) if word.isdecimal() else word for word in words)


def _by_date(threads: Sequence[Thread], titles: Mapping[str, str]) -> list[int]:
    del titles
    return sorted(range(len(threads)), key=lambda place: date_key(threads[place]))


def _backwards(threads: Sequence[Thread], titles: Mapping[str, str]) -> list[int]:
    """The latest first; those without a date are last here too."""
    places = _by_date(threads, titles)
    dated = [place for place in places if threads[place].published]
    return dated[::-1] + [place for place in places if not threads[place].published]


def _by_title(threads: Sequence[Thread], titles: Mapping[str, str]) -> list[int]:
    def words(place: int) -> tuple[str, Key]:
        thread = threads[place]
        return collated(titles.get(key(thread)) or short_title(thread)), date_key(thread)

    return sorted(range(len(threads)), key=words)


def _as_given(threads: Sequence[Thread], titles: Mapping[str, str]) -> list[int]:
    del titles
    return list(range(len(threads)))


#: Name → how.
ORDERS: dict[Order, Callable[[Sequence[Thread], Mapping[str, str]], list[int]]] = {
    "date": _by_date,
    "reverse": _backwards,
    "title": _by_title,
    "given": _as_given,
}
