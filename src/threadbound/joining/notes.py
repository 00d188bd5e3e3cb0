"""The digests of pages, found by other processes while the book is written.

Before: what stands on pages, as it is about to be written. After: the name and the digest of each, in their order, as
:mod:`threadbound.readers.pdf_pages` finds them in the file. Each link is parsed and written out for that, which takes
as long as a sixth of what the join does itself.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Executor, Future

from msgspec import Struct, field

from threadbound.readers import pdf_pages
from threadbound.tools.workers import WorkerLost, ahead

#: Links whose pages are handed over together.
TOGETHER = 500


class Sheet(Struct, frozen=True):
    """A page."""

    number: int
    """From 1."""
    content: bytes
    """The sha256 of its operators."""
    boxes: tuple[bytes, ...]
    """As they are written; empty where it has none."""
    annotations: tuple[bytes, ...]


class Sheets(Struct, frozen=True):
    """Some pages."""

    sheets: tuple[Sheet, ...]


def digested(some: Sheets) -> tuple[str, ...]:
    """The digests of some pages, in whatever process."""
    return tuple(
        pdf_pages.page(
            sheet.content,
            [pdf_pages.written(box) if box else b"" for box in sheet.boxes],
            map(pdf_pages.written, sheet.annotations),
        )
        for sheet in some.sheets
    )


class Notes(Struct):
    """What was taken down of pages."""

    workers: Executor
    waiting: list[Sheet] = field(default_factory=list)
    links: int = 0
    """On the pages that wait."""
    under_way: deque[tuple[Sheets, Future[tuple[str, ...]]]] = field(default_factory=deque)
    known: list[tuple[str, str]] = field(default_factory=list)
    """Name and digest."""

    def add(self, sheet: Sheet) -> None:
        """Take down a page."""
        self.waiting.append(sheet)
        self.links += len(sheet.annotations)
        if self.links >= TOGETHER:
            self._hand_over()

    def all(self) -> Iterator[tuple[str, str]]:
        """Name and digest of every page, when all are known."""
        self._hand_over()
        self._settle(0)
        yield from self.known

    def _hand_over(self) -> None:
        some = Sheets(tuple(self.waiting))
        self.under_way.append((some, self.workers.submit(digested, some)))
        self.waiting.clear()
        self.links = 0
        self._settle(ahead(self.workers))

    def _settle(self, left: int) -> None:
        """Wait until no more are under way than that."""
        while len(self.under_way) > left:
            some, future = self.under_way.popleft()
            names = (pdf_pages.name(sheet.number) for sheet in some.sheets)
            self.known += zip(names, _result(some, future), strict=True)


def _result(some: Sheets, future: Future[tuple[str, ...]]) -> tuple[str, ...]:
    try:
        return future.result()
    except WorkerLost:  # for want of memory, perhaps: here it is alone
        return digested(some)
