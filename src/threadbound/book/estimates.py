"""How many pages and bytes a book will have, before it is made: estimates, from the words and pictures alone.

Before: threads, and how much a page holds. After: numbers that are near what is made of them (measured on books of 5 to
80 real threads: within a fifth). They are said to be estimates wherever they are shown.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from msgspec import Struct

from threadbound.book.collection import Parts
from threadbound.book.parts import divided, fitting
from threadbound.model.text import plain_text
from threadbound.model.thread import Post, Thread

#: Lines that the opening of a chapter takes, and its end.
OPENING, END = 11.0, 3.0
#: Lines that a post takes beside its words.
POST = 0.2
#: Lines of one picture with the space round it, of the frame of one that is missing, and of a note with an address.
PICTURE, FRAME, NOTE = 18.0, 13.0, 0.9
#: Lines that a thread takes in the contents, and in the colophon with each of its posts.
LISTED, SOURCE, PERMALINK = 2.1, 5.5, 0.28
#: Pages of the title of a part: with what stays blank round it where pages face each other.
PART = {True: 2.4, False: 1.5}
#: Pages of cover, title, and what is blank beside them; of what is said of the edition.
FRONT, ABOUT = 4, 1
#: Links of which a page of addresses holds, and names of which a page of an index does.
ADDRESSES, NAMES = 24, 60
#: Bytes of a PDF without pages and of a page; of an EPUB without threads and of a byte of JSON.
PDF, PAGE, EPUB, JSON = 100_000, 4_500, 65_000, 0.44


class Measure(Struct, frozen=True):
    """How much a page holds."""

    characters: float
    """On a line."""
    lines: float
    """On a page."""
    is_facing: bool = True
    """Whether the title of a part begins on the right, behind a page that may be blank."""


def pages(threads: Sequence[Thread], measure: Measure, kind: Parts | None = None) -> int:
    """About how many pages a printed book of these threads has, in parts of that kind, or as suits them by date."""
    chapters = sum(max(1, math.ceil(_lines(thread, measure) / measure.lines)) for thread in threads)
    colophon = sum(SOURCE + PERMALINK * len(thread.posts) for thread in threads)
    if len(threads) == 1:
        return chapters + math.ceil(colophon / measure.lines)
    parts = len(divided(threads, fitting(threads, "date") if kind is None else kind))
    listed = LISTED * (len(threads) + parts)
    links = len({link for thread in threads for post in thread.posts for link in post.links})
    titles = FRONT + ABOUT + PART[measure.is_facing] * parts
    back = math.ceil(links / ADDRESSES) + math.ceil(links / NAMES)
    return round(titles + (listed + colophon) / measure.lines + chapters + back)


def _lines(thread: Thread, measure: Measure) -> float:
    return OPENING + END + sum(_of(post, measure) for post in thread.posts)


def _of(post: Post, measure: Measure) -> float:
    """Lines of a post: every line of its own is a paragraph."""
    words = _set(post.text, measure.characters)
    quoted = sum(2 + 0.9 * _set(quote.text, measure.characters) for quote in post.quotes)
    quoted += sum(2 + 0.9 * _set(plain_text(each.body), measure.characters) for each in post.wordings)
    cards = sum(3 + 0.9 * _set(f"{card.title}{card.description}", measure.characters) for card in post.cards)
    shown = sum(PICTURE if media.sha256 else FRAME for media in post.all_media)
    return POST + words + quoted + cards + shown + NOTE * len(post.links)


def _set(text: str, characters: float) -> int:
    return sum(math.ceil(len(line) / characters) for line in text.split("\n") if line.strip())
