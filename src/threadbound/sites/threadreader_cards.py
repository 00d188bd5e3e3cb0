"""The other threads that a Thread Reader page shows: "More from @x", "Related threads", the cards of a list.

Before: the element of a card, of any year. After: an :class:`OtherThread`; it is a lead, no part of the thread.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from threadbound.model.text import plain_text
from threadbound.model.thread import OtherThread
from threadbound.sites import threadreader_urls as urls
from threadbound.sites.dom import Element
from threadbound.sites.threadreader_body import read_post
from threadbound.sites.threadreader_header import FEW, count_in, seconds

#: Characters of an excerpt.
LIMIT = 280
_HANDLE = re.compile(r"@(\w{1,20})", re.ASCII)
_SPACES = re.compile(r"\s+")


def other_threads(cards: Iterable[Element], own: str | None) -> tuple[OtherThread, ...]:
    """The threads of these cards, each once, without the page's ``own``."""
    found: dict[str, OtherThread] = {}
    for card in cards:
        thread = _thread_of(card)
        if thread and thread.id and thread.id != own:
            found.setdefault(thread.id, thread)
    return tuple(found.values())


def _thread_of(card: Element) -> OtherThread | None:
    ident = next(filter(None, map(urls.thread_id, _addresses(card))), None)
    if ident is None:
        return None
    time = next(filter(None, (seconds(each.get("data-time")) for each in card.all("", "time"))), None)
    return OtherThread(
        id=ident,
        url=urls.thread_url(ident),
        author=_author(card),
        published=time.strftime("%Y-%m-%dT%H:%M:%SZ") if time else None,
        declared_posts=_count(card),
        excerpt=_excerpt(card),
    )


def _addresses(card: Element) -> Iterator[str | None]:
    for each in (card, *card.walk()):
        yield urls.absolute(each.get("data-link-href") or each.get("href"))


def _author(card: Element) -> str | None:
    names = (_HANDLE.search(each.text()) for each in islice(card.all("", "screenName", "twitter_screen_name"), FEW))
    return next((match[1] for match in names if match), None)


def _count(card: Element) -> int | None:
    """In its own line, or on the button ("Read 4 tweets"); never in the words of the posts."""
    spots = islice(card.all("", "thread-info", "tweet-url", "button", "btn", "count"), FEW)
    return next(filter(None, (count_in(each.text()) for each in spots)), None)


def _excerpt(card: Element) -> str:
    """The first words of its posts."""
    posts = list(islice(card.all("", "content-tweet"), FEW)) or list(card.all("", "card-tweetsv2", "card-tweets"))[:1]
    text = _SPACES.sub(" ", " ".join(plain_text(read_post(post).body) for post in posts)).strip()
    if len(text) <= LIMIT:
        return text
    return text[: LIMIT - 1].rpartition(" ")[0].rstrip() + "…"
