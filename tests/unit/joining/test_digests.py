"""The digests of pages that are about to be written: those that a reader finds, in the order of the pages."""

from __future__ import annotations

from concurrent.futures import Executor, Future
from typing import Any

import pytest

from threadbound.joining import digests
from threadbound.joining.digests import Digests, Page
from threadbound.readers import pdf_pages
from threadbound.tools.workers import AHEAD, Here, WorkerLost, Workers

PAGES = [
    Page(
        number,
        pdf_pages.digest(b"BT %d Tj ET" % number),
        (b"[0 0 %d 9.50]" % number, b"", b"", b"" if number % 3 else b"[1 2]"),
        tuple(b"<</Type/Annot/Subtype/Link/Rect[0 0 %d %d]>>" % (k, number) for k in range(number % 4)),
    )
    for number in range(1, 30)
]


class Lost(Executor):
    """Every process ends."""

    def submit(self, *_: Any, **__: Any) -> Future[Any]:
        """Nothing is done."""
        future: Future[Any] = Future()
        future.set_exception(WorkerLost("the system ended it"))
        return future


@pytest.fixture(autouse=True)
def _few_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(digests, "TOGETHER", 5)


@pytest.mark.parametrize("workers", [Here(), Lost(), Workers(2)], ids=["here", "lost", "elsewhere"])
def test_digests_are_those_of_the_pages_in_their_order(workers: Executor) -> None:
    with workers:
        found = Digests(workers)
        for page in PAGES:
            found.add(page)
        assert found.all() == [
            (
                pdf_pages.name(page.number),
                pdf_pages.page(
                    page.content,
                    [pdf_pages.written(box) if box else b"" for box in page.boxes],
                    [pdf_pages.written(each) for each in page.annotations],
                ),
            )
            for page in PAGES
        ]


def test_pages_wait_for_their_digests_neither_without_bound_nor_without_need() -> None:
    with Workers(2) as workers:
        found = Digests(workers)
        assert found.all() == []
        assert not [hand for hand in workers._hands if hand.process]  # nobody was started for nothing
        for page in PAGES * 4:
            found.add(page)
            assert len(found.waiting) <= 5
            assert len(found.under_way) <= 2 * AHEAD
        found.all()
