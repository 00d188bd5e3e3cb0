"""What a run would do, without doing it.

Before: a configuration. After: lines that say it, in the order of the steps; nothing was written, fetched or made, and
no page was read: whether one is new is known only to the run.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from msgspec import Struct

from threadbound.backup import bookmaking, destinations
from threadbound.backup.configuration import NO_DESTINATION, Configuration
from threadbound.backup.filling import SEEN
from threadbound.backup.inbox import arrivals, seen_in
from threadbound.backup.retention import Kept, may_go
from threadbound.backup.shelving import USED
from threadbound.backup.snapshot import snapshots
from threadbound.backup.work import RunOptions
from threadbound.errors import ExitCode, FileTrouble
from threadbound.library import opening, query
from threadbound.library.layout import STATE
from threadbound.library.products import products
from threadbound.library.reading import reading
from threadbound.lock import holder_of


class Line(Struct, frozen=True):
    """One thing that a run would do, or could not."""

    step: str
    text: str
    code: ExitCode = ExitCode.DONE


def plan(configuration: Configuration, options: RunOptions) -> Iterator[Line]:
    """What a run would do.

    Raises:
        BadConfiguration: a book could not look as it should.
        NoLibrary: the library is of a newer format.
    """
    bookmaking.check(configuration.settings, options.base)
    root = configuration.library
    yield from _library(root)
    yield from _inboxes(configuration)
    for each in configuration.settings.addresses:
        skipped = "offline: nothing" if options.base.fetch.offline else "ask for what is new"
        yield Line("addresses", f"{each.path}: {skipped}")
    if opening.is_library(root):
        yield from _books(configuration, options)
    yield from _destinations(configuration)


def _library(root: Path) -> Iterator[Line]:
    if not opening.is_library(root):
        yield Line("library", f"{root}: make it")
    elif (holder := holder_of(root / STATE)) is not None:
        yield Line("library", f"{root}: another run is at work: {holder}", ExitCode.LOCKED)


def _inboxes(configuration: Configuration) -> Iterator[Line]:
    seen = seen_in(configuration.library / STATE / SEEN)
    for inbox in configuration.settings.inbox:
        troubles: list[FileTrouble] = []
        try:
            found = arrivals(inbox, seen, troubles.append)
        except FileTrouble as error:
            yield Line("inbox", str(error), error.exit_code)
            continue
        yield from (Line("inbox", str(error), error.exit_code) for error in troubles)
        yield from (
            Line("inbox", f"{page.path}: {inbox.mode} it into the library, if it holds a thread") for page in found
        )
        if not found:
            yield Line("inbox", f"{inbox.path}: nothing new")


def _books(configuration: Configuration, options: RunOptions) -> Iterator[Line]:
    with reading(configuration.library) as desk:
        made = products(desk.library)
        orders = bookmaking.wanted(configuration.settings, query.threads(desk.connection), options.base, made)
        for order in orders:
            if bookmaking.is_current(order, made):
                continue
            volumes = bookmaking.lacking_only_broken(order, made)
            tried = "leave it; try again the chapters of which none could be made"
            yield Line("books", f"{desk.library.products / order.name}: {tried if volumes else 'make it'}")


def _destinations(configuration: Configuration) -> Iterator[Line]:
    now = datetime.now(UTC)
    root = configuration.library
    used = destinations.used_in(root / STATE / USED)
    if not configuration.settings.destination:
        yield Line("snapshot", NO_DESTINATION, ExitCode.LOSSES)
    library = opening.opened(root).marker.id if opening.is_library(root) else ""
    for each in configuration.settings.destination:
        place = Path(each.path)
        if reason := destinations.refusal(place, library, used):
            yield Line("snapshot", f"{place}: {reason}", ExitCode.FILE)
            continue
        yield Line("snapshot", f"{place}: take one")
        there = snapshots(place) if place.is_dir() else []
        keep = each.retention or configuration.settings.retention
        for old in may_go([*there, Kept("~", now)], keep):
            yield Line("prune", f"{place / old.name}: remove it")
