"""All that changes the library in a run: what comes in, what is fetched, the books.

Before: a library whose lock is held. After: each step did what it could, each page and book that failed is told, and
the library's indexes say what is in it.
"""

from __future__ import annotations

from threadbound.backup import bookmaking
from threadbound.backup.bookmaking import Order
from threadbound.backup.fetching import fetch_list, fetch_pictures
from threadbound.backup.inbox import seen_in
from threadbound.backup.pages import add_options, tell_added
from threadbound.backup.settings import Inbox
from threadbound.backup.taking import Left, Taken, take_in
from threadbound.backup.work import Run
from threadbound.batch import Failure
from threadbound.errors import ExitCode
from threadbound.library import query
from threadbound.library.products import Products, products
from threadbound.library.writing import Desk, writing

SEEN = "inboxes.json"


def fill(run: Run) -> None:
    """Take in, fetch, and make books."""
    with writing(run.library.root) as desk:
        for each in run.settings.addresses if run.options.asks_addresses else ():
            run.attempt(f"addresses {each.path}", lambda: fetch_list(run, desk, each))  # noqa: B023 - called at once
        for inbox in run.settings.inbox:
            run.attempt(f"inbox {inbox.path}", lambda: _take_in(run, desk, inbox))  # noqa: B023 - called at once
        run.attempt("pictures", lambda: fetch_pictures(run, desk))
        run.attempt("books", lambda: _make_books(run, desk))


def _take_in(run: Run, desk: Desk, inbox: Inbox) -> None:
    seen = seen_in(run.library.state / SEEN)
    try:
        for result in take_in(desk, inbox, add_options(run), seen, run.options.step):
            _tell(run, result)
    finally:
        seen.save()


def _tell(run: Run, result: Taken | Failure | Left) -> None:
    report = run.report
    match result:
        case Taken(added, has_moved):
            tell_added(run, added, has_moved=has_moved)
        case Left(name, reason):
            report.count("left")
            report.tell("left", name=name, message=reason)
        case Failure(is_skip=True):
            report.tell("skipped", name=result.name, message=str(result.error))
        case _:
            report.count("failed")
            report.fail("inbox", f"{result.name}: {result.error}", ExitCode.LOSSES, result.trace)


def _make_books(run: Run, desk: Desk) -> None:
    """Make anew what changed; a book that fails leaves the one before it, and the others are made."""
    made = products(desk.library)
    orders = bookmaking.wanted(run.settings, query.threads(desk.connection), run.options.base, made)
    due = [order for order in orders if not made.is_current(order.name, order.threads, order.described)]
    try:
        for order in due:
            run.attempt(f"book {order.name}", lambda: _make_book(run, order, made))  # noqa: B023 - called at once
    finally:
        if due:
            made.commit()


def _make_book(run: Run, order: Order, made: Products) -> None:
    product = bookmaking.make(run.library, order, made, run.options.step)
    run.report.count("book")
    lost = [str(notice) for notice in product.losses]
    run.report.tell("book", path=str(run.library.products / order.name), sha256=product.sha256, losses=lost)
