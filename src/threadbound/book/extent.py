"""How many posts of a thread are there, of how many: one count and one wording for every place that shows it.

Before: threads. After: ``14 posts``; or ``7 of 41 posts``, where the page itself says or numbers more than it holds.
"""

from __future__ import annotations

from collections.abc import Sequence

from threadbound.book import dates
from threadbound.model.thread import Thread


def posts_in_all(thread: Thread) -> int:
    """How many posts there should be: as many as the page declares, numbers or holds, whichever is most."""
    return max(thread.declared_posts or 0, thread.posts[-1].n, len(thread.posts))


def extent(threads: Sequence[Thread]) -> str:
    """``7 of 41 posts``: of one thread, or of several together."""
    return said(sum(len(thread.posts) for thread in threads), sum(map(posts_in_all, threads)))


def said(held: int, total: int) -> str:
    """``7 of 41 posts``, ``14 posts``."""
    return f"{f'{held} of ' if held < total else ''}{dates.count(total, 'post')}"
