"""Every thread of the gallery, and the books that are made of them.

Before: the makers of threads. After: :data:`SAMPLES` by name, and :data:`BOOKS`: which pages go into which product.
"""

from __future__ import annotations

from dataclasses import dataclass

from gallery import latin, scripts
from gallery.page import Sample

SAMPLES: dict[str, Sample] = {
    sample.name: sample
    for sample in (
        latin.long_text(),
        latin.pictures(),
        latin.quotes(),
        latin.polls(),
        latin.tall(),
        latin.losses(),
        latin.alone(),
        scripts.arabic(),
        scripts.hebrew(),
        scripts.persian(),
        scripts.japanese(),
        scripts.simplified(),
        scripts.traditional(),
        scripts.korean(),
        scripts.emoji(),
    )
}


@dataclass(frozen=True)
class Book:
    """One product of the gallery."""

    name: str
    verb: str
    """``pdf`` or ``epub``."""
    samples: tuple[str, ...]
    options: tuple[str, ...] = ()
    codes: tuple[int, ...] = (0,)
    """The exit codes that are right: 3 where something is lost."""


_COLLECTED = ("losses", "long-text", "many-pictures", "hebrew", "japanese")
_ON_READERS = ("long-text", "many-pictures", "quotes-and-cards", "polls", "losses", "arabic", "japanese", "emoji")
_LOSING = frozenset({"losses"})


def _book(name: str, verb: str, *samples: str, options: str = "") -> Book:
    return Book(name, verb, samples, tuple(options.split()), (3,) if _LOSING & set(samples) else (0,))


#: Single threads on A4, a collection on A5, and what an e-reader shows.
BOOKS: dict[str, Book] = {
    book.name: book
    for book in (
        *(_book(name, "pdf", name) for name in SAMPLES),
        _book("collection", "pdf", *_COLLECTED),
        _book("as-posts", "pdf", "long-text", options="--style posts"),
        _book("sans-letter", "pdf", "quotes-and-cards", options="--theme sans --page-size letter --links inline"),
        _book("footnotes", "pdf", "quotes-and-cards", options="--links footnote --page-size a5"),
        *(_book(f"{name}-epub", "epub", name) for name in _ON_READERS),
        _book("collection-epub", "epub", "one-post", "tall-screenshots", "hebrew"),
    )
}
