"""All that changes the library in a run: what comes in, what is fetched, the books.

Before: a library whose lock is held. After: each step did what it could, each page and book that failed is told, and
the library's indexes say what is in it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import msgspec
from msgspec import Struct

from threadbound import archive, disk
from threadbound.archive import Added, AddOptions
from threadbound.backup import bookmaking
from threadbound.backup.bookmaking import Order
from threadbound.backup.inbox import seen_in
from threadbound.backup.settings import Inbox
from threadbound.backup.taking import Left, Taken, take_in
from threadbound.backup.work import Run
from threadbound.batch import Failure
from threadbound.errors import ExitCode
from threadbound.library import query
from threadbound.library.catalogue import Entry
from threadbound.library.layout import versions_in
from threadbound.library.products import Products, products
from threadbound.library.shelves import version
from threadbound.library.writing import Desk, writing
from threadbound.media.store import BELIEVED

SEEN = "inboxes.json"
TRIED = "pictures-tried.json"
#: Pictures that are lost for now are looked for in the next run; what is gone, when nobody believes it any more.
AGAIN = timedelta(hours=1)


def fill(run: Run) -> None:
    """Take in, fetch, and make books."""
    with writing(run.library.root) as desk:
        for inbox in run.settings.inbox:
            run.attempt(f"inbox {inbox.path}", lambda: _take_in(run, desk, inbox))  # noqa: B023 - called at once
        run.attempt("pictures", lambda: _fetch_pictures(run, desk))
        run.attempt("books", lambda: _make_books(run, desk))


def _options(run: Run) -> AddOptions:
    base = run.options.base
    return AddOptions(base.cache_dir, base.fetch, base.max_image_pixels, companions=True)


def _take_in(run: Run, desk: Desk, inbox: Inbox) -> None:
    seen = seen_in(run.library.state / SEEN)
    try:
        for result in take_in(desk, inbox, _options(run), seen, run.options.step):
            _tell(run, result)
    finally:
        seen.save()


def _tell(run: Run, result: Taken | Failure | Left) -> None:
    report = run.report
    match result:
        case Taken(added, has_moved):
            _tell_added(run, added, has_moved=has_moved)
        case Left(name, reason):
            report.count("left")
            report.tell("left", name=name, message=reason)
        case Failure(is_skip=True):
            report.tell("skipped", name=result.name, message=str(result.error))
        case _:
            report.count("failed")
            report.fail("inbox", f"{result.name}: {result.error}", ExitCode.LOSSES, result.trace)


def _tell_added(run: Run, added: Added, *, has_moved: bool = False) -> None:
    outcome = added.outcome
    lost = [str(notice) for notice in outcome.thread.notices if notice.is_loss] if outcome.is_change else []
    if lost:
        run.report.codes.add(ExitCode.LOSSES)
    run.report.count(outcome.status)
    run.report.tell(
        "page",
        name=added.name,
        id=outcome.key,
        status=outcome.status,
        version=outcome.number,
        moved=has_moved,
        losses=lost,
    )


class _Tried(Struct, frozen=True):
    """When a thread's missing pictures were looked for."""

    digest: str
    """Of the thread then."""
    when: datetime
    is_gone: bool
    """Whether every one of them is gone, as its server said."""


def _fetch_pictures(run: Run, desk: Desk) -> None:
    """Look for the pictures that threads of the library lack."""
    if run.options.base.fetch.offline:
        return
    place = run.library.state / TRIED
    tried = _tried(place)
    due = [entry for entry in query.threads(desk.connection) if entry.missing and _is_due(entry, tried, run.now)]
    pages = {str(page): entry for entry in due if (page := _page_of(run, entry)) is not None}
    if not pages:
        return
    for item in archive.add(desk, list(pages), _options(run), run.options.step):
        if isinstance(item, Failure):
            run.report.fail("pictures", f"{item.name}: {item.error}", ExitCode.LOSSES, item.trace)
            continue
        lost = [notice.code for notice in item.outcome.thread.notices if notice.is_loss and notice.code[:6] == "media."]
        entry = pages[item.name]
        is_gone = all(code == "media.gone" for code in lost)
        tried[entry.id] = _Tried(query.thread(desk.connection, entry.id).digest, run.now, is_gone)
        if item.outcome.is_change:
            _tell_added(run, item)
    with disk.explained(place):
        disk.put(place, msgspec.json.encode(tried))


def _is_due(entry: Entry, tried: dict[str, _Tried], now: datetime) -> bool:
    last = tried.get(entry.id)
    if last is None or last.digest != entry.digest or last.when > now:
        return True
    return now - last.when >= (BELIEVED if last.is_gone else AGAIN)


def _page_of(run: Run, entry: Entry) -> Path | None:
    """The newest saved page of a thread."""
    for folder in reversed(versions_in(run.library.root / entry.folder)):
        said = version(folder)
        if said.form == "page" and said.page:
            return folder / said.page
    return None


def _tried(place: Path) -> dict[str, _Tried]:
    try:
        return msgspec.json.decode(place.read_bytes(), type=dict[str, _Tried])
    except (OSError, msgspec.MsgspecError):
        return {}


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
