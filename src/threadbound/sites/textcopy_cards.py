"""The cards of the author's other threads at the foot of a plain-text copy.

Before: the lines after the thread. After: an ``OtherThread`` for each card under "More from @x"; a card begins with a
date and ends with "Read 4 tweets". Its address is not in the copy.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from threadbound.model.thread import OtherThread
from threadbound.sites.textcopy_dates import is_date, iso_date

#: Characters of an excerpt.
LIMIT = 280
_MORE_FROM = re.compile(r"More from @(\w{1,20})", re.ASCII)
_READ = re.compile(r"Read (\d{1,5}) (?:tweets?|posts?)", re.ASCII)
_END = re.compile(r"Did Thread Reader help you today\?|Related threads|Trending .*threads.*")


def other_threads(foot: Sequence[str], saved_at: datetime | None) -> tuple[OtherThread, ...]:
    """The cards in the foot of a page, in order."""
    found: list[OtherThread] = []
    author, date, words = None, None, list[str]()
    for line in foot:
        if match := _MORE_FROM.fullmatch(line[:100]):
            author = match[1]
        elif author and _END.fullmatch(line[:100]):
            break
        elif author and is_date(line):
            date, words = line, []
        elif date and (match := _READ.fullmatch(line[:100])):
            published = iso_date(date, saved_at=saved_at)
            excerpt = _excerpt(words)
            found.append(OtherThread(author=author, published=published, declared_posts=int(match[1]), excerpt=excerpt))
            date = None
        elif date:
            words.append(line)
    return tuple(found)


def _excerpt(words: Sequence[str]) -> str:
    """The first words of a card, cut between two of them."""
    text = " ".join(" ".join(words).split())
    return text if len(text) <= LIMIT else text[: LIMIT - 1].rsplit(" ", 1)[0] + "…"
