"""The bibliography: every address outside the book that its threads lead to.

Before: the chapters of a book. After: each address once, in full, with the posts that lead there, by sites and within
them in order. Addresses of posts that stand in the book are among them: a link may lead there by a shorter way, but
where the original was is kept.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import groupby

from threadbound.book.essay import host
from threadbound.book.matter import Reference, Site
from threadbound.book.order import collated
from threadbound.book.places import Chapters, Found


def bibliography(chapters: Chapters) -> tuple[Site, ...]:
    """The addresses by site."""
    found: dict[str, list[Found]] = defaultdict(list)
    titles: dict[str, str] = {}
    for spot in chapters.spots():
        for url in spot.urls:
            found[url].append((spot, url))
        for card in spot.post.cards:
            titles.setdefault(card.url, " ".join(card.title.split()))
    sites = {url: host(url) for url in found}
    order = {site: (collated(site), site) for site in sites.values()}
    rows = sorted(found, key=lambda url: (order[sites[url]], url))
    return tuple(
        Site(
            site,
            tuple(Reference(url, titles.get(url, ""), chapters.groups(found[url])) for url in urls),
        )
        for site, urls in groupby(rows, key=sites.__getitem__)
    )
