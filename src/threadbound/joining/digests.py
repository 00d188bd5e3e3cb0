"""The digests of pages, found by other processes while the book is written.

Before: what stands on pages, as it is about to be written. After: the name and the digest of each, in their order, as
:mod:`threadbound.readers.pdf_pages` finds them in the file. Each link is parsed and written out for that, which would
be a sixth of the join.
"""

from __future__ import annotations

from collections import deque
from concurrent.futures import Executor, Future

from msgspec import Struct, field

from threadbound.readers import pdf_pages
from threadbound.tools.workers import WorkerLost, ahead

#: Pages and links on them that are handed over together.
TOGETHER = 500


class Page(Struct, frozen=True):
    """What stands on a page."""

    number: int
    """From 1."""
    content: bytes
    """The sha256 of its operators."""
    boxes: tuple[bytes, ...]
    """As they are written; empty where it has none."""
    annotations: tuple[bytes, ...]


class Pages(Struct, frozen=True):
    """Some pages."""

    pages: tuple[Page, ...]


def digests(some: Pages) -> tuple[str, ...]:
    """The digests of some pages, in whatever process."""
    return tuple(
        pdf_pages.page(
            page.content,
            [pdf_pages.written(box) if box else b"" for box in page.boxes],
            map(pdf_pages.written, page.annotations),
        )
        for page in some.pages
    )


class Digests(Struct):
    """The digests of the pages of a book while it is written."""

    workers: Executor
    waiting: list[Page] = field(default_factory=list)
    weight: int = 0
    """Of what waits: pages and links."""
    under_way: deque[tuple[Pages, Future[tuple[str, ...]]]] = field(default_factory=deque)
    known: list[tuple[str, str]] = field(default_factory=list)
    """Name and digest."""

    def add(self, page: Page) -> None:
        """Have the digest of the next page found."""
        self.waiting.append(page)
        self.weight += 1 + len(page.annotations)
        if self.weight >= TOGETHER:
            self._hand_over()

    def all(self) -> list[tuple[str, str]]:
        """Name and digest of every page, when all are known."""
        if self.waiting:
            self._hand_over()
        self._settle(0)
        return self.known

    def _hand_over(self) -> None:
        some = Pages(tuple(self.waiting))
        self.under_way.append((some, self.workers.submit(digests, some)))
        self.waiting.clear()
        self.weight = 0
        self._settle(ahead(self.workers))

    def _settle(self, left: int) -> None:
        """Wait until no more are under way than that."""
        while len(self.under_way) > left:
            some, future = self.under_way.popleft()
            names = (pdf_pages.name(page.number) for page in some.pages)
            self.known += zip(names, _result(some, future), strict=True)


def _result(some: Pages, future: Future[tuple[str, ...]]) -> tuple[str, ...]:
    try:
        return future.result()
    except WorkerLost:  # for want of memory, perhaps: here it is alone
        return digests(some)
