"""The search for the best split: numbers only, no words.

Before: for each line how much speaks for a post beginning there (log-odds) and how large it is; how large a post may
be; how many posts there are. After: the lines at which posts begin, the cheapest such choice, and by how much it beats
the next best (:class:`Partition`).

One pass over the lines with a price for each post is dynamic programming; the price that gives the declared number of
posts is found by bisection (Lagrange's multiplier). So the time grows with the lines, not with lines times posts.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
from collections.abc import Sequence
from itertools import accumulate, pairwise
from math import inf

from msgspec import Struct

#: Bisections of the price: beyond this the two prices are equal in floating point.
_STEPS = 60
#: Rounds of improvement after the bisection; real pages need none or one.
_ROUNDS = 50
#: Sums of weights that differ by less are equal.
_NOTHING = 1e-9


class Partition(Struct, frozen=True):
    """A choice of first lines."""

    starts: tuple[int, ...]
    """Index of each post's first line; the first is 0."""
    margin: float
    """Log-odds by which the choice beats the best one that moves a boundary; infinite if there is none."""


class Measures(Struct, frozen=True):
    """What the search knows of the lines."""

    gains: tuple[float, ...]
    """For each line the log-odds that a post begins there."""
    begins: tuple[int, ...]
    """For each line the characters before its first."""
    ends: tuple[int, ...]
    """For each number of lines the characters up to the last of them."""

    @classmethod
    def of(cls, gains: Sequence[float], sizes: Sequence[int], joins: Sequence[int]) -> Measures:
        """From the lines' own numbers; ``joins`` are the line feeds before each."""
        ends = tuple(accumulate(map(sum, zip(sizes, joins, strict=True)), initial=0))
        begins = tuple(end + join for end, join in zip(ends[:-1], joins, strict=True))
        return cls(tuple(gains), begins, ends)

    @property
    def count(self) -> int:
        """How many lines there are."""
        return len(self.gains)

    def size(self, start: int, end: int) -> int:
        """Characters of a post that holds lines ``start`` to before ``end``."""
        return self.ends[end] - self.begins[start]

    def fits(self, start: int, end: int, limit: int) -> bool:
        """Whether these lines may be one post; a single line always may."""
        return end - start <= 1 or self.size(start, end) <= limit

    def fewest(self, limit: int) -> int:
        """The least number of posts within ``limit``: each takes as many lines as it can."""
        posts, start = 0, 0
        while start < self.count:
            start = max(bisect_right(self.ends, self.begins[start] + limit) - 1, start + 1)
            posts += 1
        return posts

    def largest(self, starts: Sequence[int]) -> int:
        """The size of the largest post in a choice."""
        return max(self.size(start, end) for start, end in pairwise([*starts, self.count]))


def partition(measures: Measures, limit: int, count: int | None) -> Partition:
    """The best choice of ``count`` posts (``None``: of as many as the gains speak for), each within ``limit``.

    Where ``count`` posts within ``limit`` are impossible, the count is kept and the limit raised as little as may be.
    ``count`` must lie between 1 and the number of lines.
    """
    if count is None:
        starts = _priced(measures, limit, 0.0)
        return Partition(starts, _free_margin(measures, starts, limit))
    limit = _possible_limit(measures, limit, count)
    starts = _counted(measures, limit, count)
    margin, other = _exchange(measures, starts, limit)
    for _ in range(_ROUNDS):
        if margin >= -_NOTHING:
            break
        starts = other
        margin, other = _exchange(measures, starts, limit)
    return Partition(starts, max(margin, 0.0))


def _possible_limit(measures: Measures, limit: int, count: int) -> int:
    """``limit``, or the least one above it with which ``count`` posts can hold all lines."""
    low, high = limit, max(limit, measures.ends[-1])
    while low < high:
        middle = (low + high) // 2
        if measures.fewest(middle) <= count:
            high = middle
        else:
            low = middle + 1
    return low


def _priced(measures: Measures, limit: int, price: float) -> tuple[int, ...]:
    """The cheapest choice when every post costs ``price`` and every boundary saves its gain."""
    gains, begins, ends = measures.gains, measures.begins, measures.ends
    cost, come_from = [0.0], [0]
    window: deque[tuple[float, int]] = deque()  # first lines that the next post may have, cheapest first
    for start in range(measures.count):
        value = cost[start] - (gains[start] if start else 0.0)
        while window and window[-1][0] >= value:
            window.pop()
        window.append((value, start))
        while window[0][1] != start and ends[start + 1] - begins[window[0][1]] > limit:
            window.popleft()
        cost.append(window[0][0] + price)
        come_from.append(window[0][1])
    starts, end = [], measures.count
    while end:
        end = come_from[end]
        starts.append(end)
    return tuple(reversed(starts))


def _counted(measures: Measures, limit: int, count: int) -> tuple[int, ...]:
    """A cheapest choice of exactly ``count`` posts, by finding the price that gives it.

    Equal gains can make the number of posts jump over ``count``; then the last choice below is filled up with the
    likeliest boundaries, which never makes a post too long.
    """
    high = 1.0 + sum(abs(gain) for gain in measures.gains)
    low, few = -high, _priced(measures, limit, high)
    for _ in range(_STEPS):
        if len(few) == count:
            return few
        price = (low + high) / 2
        starts = _priced(measures, limit, price)
        if len(starts) <= count:
            high, few = price, starts
        else:
            low = price
    chosen = set(few)
    others = [line for line in range(1, measures.count) if line not in chosen]
    others.sort(key=lambda line: -measures.gains[line])
    return tuple(sorted([*few, *others[: count - len(few)]]))


def _exchange(measures: Measures, starts: tuple[int, ...], limit: int) -> tuple[float, tuple[int, ...]]:
    """The best choice that gives up one boundary for another, and what it costs more."""
    gains, chosen = measures.gains, set(starts)
    others = [line for line in range(1, measures.count) if line not in chosen]
    best_other = max(others, key=lambda line: gains[line], default=None)
    best = (inf, 0, 0)
    for before, start, end in zip(starts, starts[1:], [*starts[2:], measures.count], strict=False):
        if best_other is not None and measures.fits(before, end, limit):
            best = min(best, (gains[start] - gains[best_other], start, best_other))
            continue
        for line in range(before + 1, end):
            if line != start and measures.fits(before, line, limit) and measures.fits(line, end, limit):
                best = min(best, (gains[start] - gains[line], start, line))
    cost, old, new = best
    return cost, tuple(sorted((chosen - {old}) | {new})) if new else starts


def _free_margin(measures: Measures, starts: tuple[int, ...], limit: int) -> float:
    """How much it costs to add or remove one boundary where no count is declared."""
    chosen = set(starts)
    added = [-measures.gains[line] for line in range(1, measures.count) if line not in chosen]
    removed = [
        measures.gains[start]
        for before, start, end in zip(starts, starts[1:], [*starts[2:], measures.count], strict=False)
        if measures.fits(before, end, limit)
    ]
    return max(min([*added, *removed], default=inf), 0.0)
