"""Long lists divided into runs, each of which begins a page.

Before: what a list holds, in order. After: runs of it. Where one may begin is said by what it begins with, not by how
many stand before it, so that an entry more changes the run that it stands in and few others. Of indexes and addresses
it is known, before they are laid out, about how much of its last page a run leaves open: but for the last one, a run
ends where that is not much, and all its pages end a little higher.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from operator import itemgetter
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace

from threadbound.book.matter import Group, Index, Site
from threadbound.digests import sha256
from threadbound.rendering.pages import Page

Item = TypeVar("Item")
#: Pages of a run of an index or of addresses.
PAGES = 3
#: How much of its last page is full at least: the more, the fewer ends there are to choose from, and the farther behind
#: an entry more are runs that end elsewhere.
FILLED = 0.6
#: What a page loses at its foot on average, since entries are not divided everywhere, in lines of the text.
FOOT = 0.7
#: What is left open for an estimate that is too low, in pages.
SLACK = 0.12
#: Between the columns of an index, mm, and millimetres of a point.
_GAP, _POINT = 6.0, 25.4 / 72
#: Characters of a page's number with what divides it from the next.
_NUMBER = 5


class _Look(Struct, frozen=True):
    """How the theme sets a list, in lines of the text."""

    size: float
    leading: float
    white: float
    """Behind an entry."""
    group: float
    """What stands before the first entry of a site or letter, beside that."""
    heading: float
    letter: float
    """Width of a character on average, in sizes."""


_ADDRESSES = _Look(0.7, 0.875, 0.2, 0.25, 4.5, 0.388)
_INDEX = _Look(0.68, 0.85, 0.0, 1.7, 2.5, 0.4)


class Galley(Struct, frozen=True):
    """The room that lists have on a page, in lines of the text: by default on the sheet of a book."""

    height: float = 32.0
    measure: float = 20.65
    column: float = 9.72
    """Width of one of the two of an index."""

    def references(self, sites: Iterable[Site]) -> Iterator[tuple[float, Site]]:
        """Each address as a site of its own, and about how much of a page it takes."""
        look, above = _ADDRESSES, _ADDRESSES.heading
        for site in sites:
            above += look.group
            for each in site.references:
                letters = len(each.url) + (len(each.title) + 3 if each.title else 0)
                height = above + _height(letters, each.groups, self.measure, look)
                yield height / (self.height - FOOT), replace(site, references=(each,))
                above = 0.0

    def terms(self, indexes: Iterable[Index]) -> Iterator[tuple[float, Index]]:
        """Each term of each index as an index of its own, and about how much of a page it takes."""
        look = _INDEX
        for index in indexes:
            above = 2 * look.heading  # over both columns
            for letter in index.letters:
                above += look.group
                for term in letter.terms:
                    letters = len(term.words) + (len(term.note) + 1 if term.note else 0)
                    height = above + _height(letters, term.groups, self.column, look)
                    yield height / (self.height - FOOT) / 2, replace(index, letters=(replace(letter, terms=(term,)),))
                    above = 0.0


def galley_of(page: Page) -> Galley:
    """The room on a page."""
    line = page.rem * _POINT
    return Galley(page.height / line, page.measure / line, (page.measure - _GAP) / 2 / line)


def higher(length: float) -> float:
    """Which part of their height the pages of a run of about that length are to end higher, for all to be full."""
    pages = math.ceil(round(length, 6))
    return max(0.0, pages - length - SLACK) / pages if pages else 0.0


def _height(letters: int, groups: Iterable[Group], measure: float, look: _Look) -> float:
    """Of an entry with the numbers of pages behind it: two posts that follow each other are mostly on one page."""
    numbers = sum(len({place.n // 2 for place in group.places}) for group in groups)
    width = (letters + _NUMBER * numbers) * look.size * look.letter
    return math.ceil(width / measure) * look.leading + look.white


def on_pages(items: Iterable[tuple[float, Item]], name: Callable[[Item], str]) -> list[tuple[tuple[float, Item], ...]]:
    """Items, each with how much of a page it takes, in runs of about :data:`PAGES` pages whose last one is well filled.

    Args:
        items: what is divided.
        name: of an item.
    """
    return list(runs(list(items), PAGES, itemgetter(0), lambda each: name(each[1]), FILLED))


def runs(
    items: Sequence[Item],
    about: float,
    size: Callable[[Item], float],
    name: Callable[[Item], str],
    filled: float = 0.0,
) -> Iterator[tuple[Item, ...]]:
    """The items in runs of about that size, none divided, none much shorter and few longer than twice.

    What altogether is not longer than twice is one run.

    Where a run may begin is said by an item's own name, the likelier the larger it is: where one comes to many, the
    runs before and behind it stay as they were. With ``filled`` also by how full the page before it is, so that some
    runs behind may change, until one ends where it did.

    Args:
        items: what is divided.
        about: how large.
        size: of an item, of whatever measure; in pages, where ``filled`` is given.
        name: of an item.
        filled: a run ends only where at least so much of its last page is full, and not the last :data:`SLACK` of it;
            but for the last run, and one that would come to more than a page over twice that size.
    """
    run: list[Item] = []
    length, left, least = 0.0, float(sum(map(size, items))), about / 2
    is_long = left > 2 * about
    longest = 2 * about + (1 if filled else 0)
    window = 1 - SLACK - filled if filled else 1.0  # so much rarer are ends, and so much likelier is each taken
    for item in items:
        own = size(item)
        if is_long and length >= least and left >= least:
            may_end = not filled or filled <= length % 1 <= 1 - SLACK
            is_drawn = length > 2 * about or _draw(name(item)) < own / least / window
            if length + own > longest or (may_end and is_drawn):
                yield tuple(run)
                run, length = [], 0.0
        run.append(item)
        length += own
        left -= own
    if run:
        yield tuple(run)


def _draw(name: str) -> float:
    """A number from 0 to 1 that is a name's own."""
    return int(sha256(name.encode("utf-8", "surrogatepass"))[:8], 16) / 16**8
