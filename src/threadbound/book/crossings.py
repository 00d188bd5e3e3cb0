"""Links inside the book: addresses of posts and threads that stand in it.

Before: the threads of a book, in order. After: a map from every address under which one of their posts is linked to its
id in the book. What is mapped is what the threads themselves link to or quote, so a book that crosses nothing has none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from threadbound.model.text import Link
from threadbound.model.thread import Post, Thread
from threadbound.sites.threadreader_urls import is_web, mirrored_id, post_id


def crossings(threads: Sequence[Thread], ids: Sequence[str], openings: Sequence[str]) -> Iterator[dict[str, str]]:
    """For each thread in turn the addresses in it that lead into the book, with the ids that they lead to.

    Args:
        threads: in the order of their chapters.
        ids: of the chapters.
        openings: the ids on the chapters' headings.
    """
    known = _known(threads, ids, openings)
    for thread in threads:
        addresses = dict.fromkeys(url for post in thread.posts for url in linked(post))
        ways = ((url, _way(url, known)) for url in addresses)
        yield {url: anchor for url, anchor in ways if anchor}


def linked(post: Post) -> Iterator[str]:
    """Every address that a reader can follow out of a post: of its links, cards, quoted posts and other wordings."""
    yield from post.links
    for quote in post.quotes:
        if quote.url:
            yield quote.url
        yield from filter(is_web, quote.links)
    for wording in post.wordings:
        yield from (node.url for node in wording.body if isinstance(node, Link))


def _known(threads: Sequence[Thread], ids: Sequence[str], openings: Sequence[str]) -> dict[str, str]:
    """Addresses and ids of threads and posts → ids in the book. What two threads hold is the first one's."""
    known: dict[str, str] = {}
    for thread, opening in zip(threads, openings, strict=True):
        for name in (thread.url, thread.id):
            if name:
                known.setdefault(name, opening)
    for thread, own, opening in zip(threads, ids, openings, strict=True):
        for place, post in enumerate(thread.posts):
            for name in (post.url, post.id):
                if name:
                    known.setdefault(name, f"{own}-p{post.n}" if place else opening)
    return known


def _way(url: str, known: Mapping[str, str]) -> str | None:
    """Where ``url`` leads in the book, whichever of its addresses it is."""
    return known.get(url) or known.get(post_id(url) or mirrored_id(url) or "")
