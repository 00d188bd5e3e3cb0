"""All that changes the library in a run: what comes in, what is fetched, the books.

Before: a library whose lock is held. After: each step did what it could, each page and book that failed is told, and
the library's indexes say what is in it.
"""

from __future__ import annotations

from threadbound.backup import bookmaking
from threadbound.backup.bookmaking import Order
from threadbound.backup.inbox import seen_in, state_of_inbox
from threadbound.backup.settings import AddressList, Inbox
from threadbound.backup.work import Run
from threadbound.library import query
from threadbound.library.products import Products, products
from threadbound.library.writing import Desk, writing

SEEN = "inboxes.json"


def fill(run: Run) -> None:
    """Take in, fetch, and make books."""
    with writing(run.library.root) as desk:
        for each in run.settings.addresses if run.options.asks_addresses else ():
            run.attempt(f"addresses {each.path}", lambda: _fetch_list(run, desk, each))  # noqa: B023 - called at once
        for inbox in run.settings.inbox:
            run.attempt(f"inbox {inbox.path}", lambda: _take_in(run, desk, inbox))  # noqa: B023 - called at once
        run.attempt("pictures", lambda: _fetch_pictures(run, desk))
        run.attempt("books", lambda: _make_books(run, desk))


def _take_in(run: Run, desk: Desk, inbox: Inbox) -> None:
    seen = seen_in(run.library.state / SEEN)
    if seen.inboxes.get(inbox.path) == state_of_inbox(inbox):
        return
    from threadbound.backup.receiving import receive  # noqa: PLC0415 - a night with nothing new needs nothing that reads

    receive(run, desk, inbox, seen)


def _fetch_pictures(run: Run, desk: Desk) -> None:
    if run.options.base.fetch.offline or not any(entry.missing for entry in query.threads(desk.connection)):
        return
    from threadbound.backup.fetching import fetch_pictures  # noqa: PLC0415 - as above

    fetch_pictures(run, desk)


def _fetch_list(run: Run, desk: Desk, wanted: AddressList) -> None:
    from threadbound.backup.fetching import fetch_list  # noqa: PLC0415 - as above

    fetch_list(run, desk, wanted)


def _make_books(run: Run, desk: Desk) -> None:
    """Make anew what changed; a book that fails leaves the one before it, and the others are made."""
    made = products(desk.library)
    orders = bookmaking.wanted(run.settings, query.threads(desk.connection), run.options.base, made)
    due = [order for order in orders if not bookmaking.is_current(order, made)]
    try:
        for order in due:
            run.attempt(f"book {order.name}", lambda: _make_book(run, order, made))  # noqa: B023 - called at once
    finally:
        if due:
            made.commit()
            desk.renew()  # the indexes lead to the books


def _make_book(run: Run, order: Order, made: Products) -> None:
    from threadbound.backup.binding import make  # noqa: PLC0415 - a night with nothing new needs no typesetter

    bound = make(run.library, order, made, run.options.step)
    for failure in bound.failures:
        run.fail(f"book {order.name}", failure.error, failure.trace)
    for name, book in bound.books.items():
        run.report.count("book")
        lost = [str(notice) for notice in book.losses]
        run.report.tell("book", path=str(run.library.products / name), sha256=book.sha256, losses=lost)
        if book.falls_short:
            run.report.tell("note", step=f"book {name}", message=book.remark)
