"""The time inside a post's id.

Since November 2010 Twitter's ids carry the millisecond of their making. Before: an id as text. After: the time to the
second (rounded down, as the sites print it), or ``None`` where the id is older or no id at all.
"""

from __future__ import annotations

from datetime import UTC, datetime

#: The first ids that hold a time are a little above this; smaller ones were counted one by one.
FIRST = 29_000_000_000_000_000
#: Ids are signed 64-bit numbers.
LAST = 2**63 - 1
#: Milliseconds from 1970 to the zero of the ids' clock.
EPOCH = 1_288_834_974_657


def time_of(post_id: str | None) -> datetime | None:
    """When the post with this id was made, in UTC, to the second; ``None`` where the id does not say."""
    if not post_id or not post_id.isascii() or not post_id.isdigit() or len(post_id) > 19:
        return None
    number = int(post_id)
    if not FIRST < number <= LAST:
        return None
    return datetime.fromtimestamp(((number >> 22) + EPOCH) // 1000, UTC)
