"""Volumes: a collection that would be too large for one book, divided in its order.

Before: threads in the order of the book, with a weight each. After: the runs of threads that make a volume; and for
each volume the record that says its number, of how many, and what the contents of all of them list.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from msgspec.structs import replace

from threadbound.book import dates
from threadbound.book.collection import Collection, Listed, Volume
from threadbound.book.extent import extent
from threadbound.book.identity import author_key, authors_of, identifier, key
from threadbound.book.people import told_apart
from threadbound.book.titles import short_title, usual_title
from threadbound.model.thread import Thread


def by_number(count: int, most: int) -> list[range]:
    """The places of each volume's threads, of which there are at most ``most``."""
    return [range(start, min(start + most, count)) for start in range(0, count, most)]


def by_weight(weights: Sequence[float], most: float) -> list[range]:
    """The places of each volume's threads, together at most ``most``; what alone is more has a volume to itself."""
    starts, filled = [0], 0.0
    for place, weight in enumerate(weights):
        if place > starts[-1] and filled + weight > most:
            starts.append(place)
            filled = 0.0
        filled += weight
    return [range(*pair) for pair in pairwise([*starts, len(weights)])]


def numbered(threads: Sequence[Thread], runs: Sequence[range], collection: Collection) -> list[Collection]:
    """What was decided, of each volume; of one alone as it was."""
    if len(runs) < 2:
        return [collection]
    listed = tuple(_listed(threads, runs, collection))
    whole = collection.identifier or identifier(threads)
    out = []
    for number, run in enumerate(runs, 1):
        own = {key(threads[place]) for place in run}
        titles = {name: title for name, title in collection.titles.items() if name in own}
        volume = Volume(number, len(runs), listed, whole, usual_title(threads))
        out.append(replace(collection, volume=volume, titles=titles, identifier=""))
    return out


def _listed(threads: Sequence[Thread], runs: Sequence[range], collection: Collection) -> Iterator[Listed]:
    people = authors_of(threads)
    called = [f"{name}\u200e" for name in told_apart(list(people.values()))]  # else a day behind would turn with it
    names = dict(zip(people, called, strict=True)) if len(people) > 1 else {}
    for number, run in enumerate(runs, 1):
        for place in run:
            thread = threads[place]
            day = dates.long(dates.parse(thread.published)) or thread.published_text or ""
            words = (names.get(author_key(thread), ""), day, extent([thread]))
            title = collection.titles.get(key(thread)) or short_title(thread)
            yield Listed(title, " · ".join(filter(None, words)), number)
