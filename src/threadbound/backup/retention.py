"""Which snapshots are kept: a pure function of what there is.

Before: snapshots in the order in which they were made, and how many to keep of each kind. After: which of them may go.
The newest good one never may, nor may any where no newer one is good; without a rule nothing may. What a clock says
decides only which day a snapshot counts for, never which one is newer: a clock that goes backwards harms nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

Count = Annotated[int, Meta(ge=0)]


class Keep(Struct, frozen=True, forbid_unknown_fields=True):
    """How many snapshots are kept; ``0`` or nothing: none for this reason. No rule at all keeps every one."""

    keep_last: Count = 0
    """The newest, whatever their day."""
    keep_daily: Count = 0
    """The last of each of so many days that have one; and so on."""
    keep_weekly: Count = 0
    keep_monthly: Count = 0
    keep_yearly: Count = 0


class Kept(Struct, frozen=True):
    """What is known of one snapshot."""

    name: str
    made: datetime
    """By the clock of the day, with its zone."""
    is_good: bool = True
    """Whole, as far as was found out."""


#: Rule → which snapshots stand for one another: the newest of each such group is kept.
GROUPS: dict[str, Callable[[Kept], object]] = {
    "keep_last": lambda each: each.name,
    "keep_daily": lambda each: each.made.date(),
    "keep_weekly": lambda each: each.made.isocalendar()[:2],
    "keep_monthly": lambda each: (each.made.year, each.made.month),
    "keep_yearly": lambda each: each.made.year,
}


def may_go(snapshots: Sequence[Kept], keep: Keep) -> list[Kept]:
    """Those that no rule keeps, oldest first.

    Args:
        snapshots: in the order in which they were made, oldest first; their names differ.
        keep: the rules.
    """
    wanted = {rule: count for rule in GROUPS if (count := getattr(keep, rule)) > 0}
    good = [each for each in reversed(snapshots) if each.is_good]
    if not wanted or not good:
        return []
    kept = {good[0].name}
    for rule, count in wanted.items():
        kept |= _newest_of_groups(good, GROUPS[rule], count)
    older = snapshots[: snapshots.index(good[0])]
    return [each for each in older if each.name not in kept]


def _newest_of_groups(newest_first: Sequence[Kept], group: Callable[[Kept], object], count: int) -> set[str]:
    """The newest of each group, of at most ``count`` groups."""
    found: dict[object, str] = {}
    for each in newest_first:
        if len(found) == count:
            break
        found.setdefault(group(each), each.name)
    return set(found.values())
