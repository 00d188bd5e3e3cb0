"""One thread's part of an EPUB, held against the thread.

Before: what must be found of each post, and the documents that hold the chapter, read. After: a finding for every word,
link and picture of the thread that is not there, or not in its place.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from threadbound.checks import pages
from threadbound.checks.report import Finding
from threadbound.checks.words import ExpectedPost, fold, fold_url, lost_runs


class Part(Struct, frozen=True):
    """One thread's part of a book."""

    id: str
    documents: dict[str, pages.Page]
    """The documents that hold its posts."""
    linked: frozenset[str]
    """What they link to, folded."""
    inside: Mapping[str, str]
    """Addresses of what stands in the book → its id there: a link may lead to the one or to the other …"""
    addresses: frozenset[str]
    """… but then the address stands in a document without posts, as these do."""

    def posts(self) -> list[pages.PostText]:
        """The posts, in the order of the pages."""
        return [post for page in self.documents.values() for post in page.posts if post.chapter == self.id]

    def links(self, url: str) -> bool:
        """Whether the chapter links to what stands at ``url``."""
        if fold_url(url) in self.linked:
            return True
        place = self.inside.get(url, "")
        forms = (f"#{place}", f"#{place.partition('-')[0]}-h")  # the heading's own id where posts stand apart
        return bool(place) and fold_url(url) in self.addresses and any(link.endswith(forms) for link in self.linked)


def linked(documents: Iterable[pages.Page]) -> frozenset[str]:
    """What documents link to, folded."""
    return frozenset(fold_url(link) for page in documents for link in page.links)


def findings(
    posts: Iterable[ExpectedPost], chapter: Part, sizes: Mapping[str, int], slices: Mapping[str, Sequence[str]]
) -> Iterator[Finding]:
    """What a chapter lacks of its thread.

    Args:
        posts: what must be there.
        chapter: what is.
        sizes: stem of the name of each part that it shows → bytes.
        slices: digest of an original that is divided → the stems of its slices' names.
    """
    found = {post.n: post for post in reversed(chapter.posts())}
    front = fold("".join(words for page in chapter.documents.values() for words in page.front))
    for post in posts:
        where = f"{chapter.id}, post {post.n}"
        if post.n not in found:
            yield Finding("post.missing", "the post is not in its chapter", where)
        else:
            yield from _words(post, found[post.n], front, where)
        for url in post.links:
            if not chapter.links(url):
                yield Finding("link.missing", f"nothing links to {url}", where)
        for digest in post.pictures:
            parts = slices.get(digest)
            if not sizes.get(digest) and not (parts and all(sizes.get(part) for part in parts)):
                yield Finding("picture.missing", f"the picture {digest} is not shown in its chapter", where)
    yield from _order(chapter)


def _words(post: ExpectedPost, found: pages.PostText, front: str, where: str) -> Iterator[Finding]:
    text, breaks = found.folded()
    runs = list(map(fold, post.runs))
    for place in lost_runs(runs, text, breaks):
        yield Finding("words.missing", f"words are missing or changed: {_excerpt(runs[place])}", where)
    for words in post.loose:
        if fold(words) not in text and fold(words) not in front:
            yield Finding("words.missing", f"words are missing: {_excerpt(words)}", where)


def _order(chapter: Part) -> Iterator[Finding]:
    """Posts that do not stand in the order of the thread, or stand there twice."""
    last = 0
    for post in chapter.posts():
        if post.n <= last:
            yield Finding("post.order", f"the post stands after post {last}", f"{chapter.id}, post {post.n}")
        last = max(last, post.n)


def _excerpt(text: str) -> str:
    return f"“{text[:60]}…”" if len(text) > 61 else f"“{text}”"
