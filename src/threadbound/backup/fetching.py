"""What a run has of the network: pages of the address lists, and pictures that threads of the library lack.

Before: a writer's session. After: what came is in the library; what did not is told, and when it is to be asked for
again is known to the next run. Nothing is asked while offline.
"""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from threadbound import archive, disk
from threadbound.backup.pages import add_options, tell_added
from threadbound.backup.settings import AddressList
from threadbound.backup.work import Run
from threadbound.errors import ExitCode
from threadbound.library import query
from threadbound.library.catalogue import Entry
from threadbound.library.layout import versions_in
from threadbound.library.shelves import version
from threadbound.library.writing import Desk
from threadbound.media.store import BELIEVED
from threadbound.survey import Failure

Record = TypeVar("Record", bound=Struct)
FETCHED = "fetched"
ASKED = "addresses.json"
TRIED = "pictures-tried.json"
#: Pictures that are lost for now are looked for in the next run; what is gone, when nobody believes it any more.
AGAIN = timedelta(hours=1)


def fetch_list(run: Run, desk: Desk, wanted: AddressList) -> None:
    """Ask for the pages of a list, and take in what came.

    Raises:
        FileTrouble: the list cannot be read, or the library cannot be written.
    """
    if run.options.base.fetch.offline:
        run.report.tell("note", step="addresses", message=f"{wanted.path}: not asked for anything: offline")
        return
    from threadbound.backup.addresses import (  # noqa: PLC0415 - nothing of the network is loaded until it is asked
        Fetched,
        Known,
        Missed,
        fetch,
        read_list,
    )

    place = run.library.state / ASKED
    known = _records(place, Known)
    found, wrong = read_list(Path(wanted.path))
    for line in wrong:
        run.report.fail("addresses", line, ExitCode.LOSSES)
    outcomes = fetch(found, run.library.state / FETCHED, known, run.options.base.fetch, wanted.wait)
    came = {str(each.page): each for each in outcomes if isinstance(each, Fetched)}
    for each in outcomes:
        if isinstance(each, Missed):
            run.report.count("failed")
            run.report.fail("addresses", f"{each.address}: {each.reason}", ExitCode.LOSSES)
    for item in archive.add(desk, list(came), add_options(run), run.options.step) if came else ():
        page = came[item.name]
        if isinstance(item, Failure):
            run.report.count("failed")
            kept = f"what came is in {page.page}"
            run.report.fail("addresses", f"{page.address}: {item.error}; {kept}", ExitCode.LOSSES, item.trace)
            continue
        known[page.address] = page.known
        run.report.count("fetched")
        tell_added(run, item, name=page.address)
        page.page.unlink(missing_ok=True)
        shutil.rmtree(page.page.with_name(f"{page.page.stem}_files"), ignore_errors=True)
    with disk.explained(place):
        disk.put(place, msgspec.json.encode(known))


class _Tried(Struct, frozen=True):
    """When a thread's missing pictures were looked for."""

    digest: str
    """Of the thread then."""
    when: datetime
    is_gone: bool
    """Whether every one of them is gone, as its server said."""


def fetch_pictures(run: Run, desk: Desk) -> None:
    """Look for the pictures that threads of the library lack.

    Raises:
        FileTrouble: the library cannot be written.
    """
    if run.options.base.fetch.offline:
        return
    place = run.library.state / TRIED
    tried = _records(place, _Tried)
    due = [entry for entry in query.threads(desk.connection) if entry.missing and _is_due(entry, tried, run.now)]
    pages = {str(page): entry for entry in due if (page := _page_of(run, entry)) is not None}
    if not pages:
        return
    for item in archive.add(desk, list(pages), add_options(run), run.options.step):
        if isinstance(item, Failure):
            run.report.fail("pictures", f"{item.name}: {item.error}", ExitCode.LOSSES, item.trace)
            continue
        lost = [notice.code for notice in item.outcome.thread.notices if notice.is_loss and notice.code[:6] == "media."]
        entry = query.thread(desk.connection, pages[item.name].id)
        tried[entry.id] = _Tried(entry.digest, run.now, all(code == "media.gone" for code in lost))
        if item.outcome.is_change:
            tell_added(run, item)
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


def _records(place: Path, kind: type[Record]) -> dict[str, Record]:
    """What an earlier run noted; nothing where that cannot be read."""
    try:
        found = msgspec.json.decode(place.read_bytes(), type=dict[str, Any])
        return {name: msgspec.convert(each, kind) for name, each in found.items()}
    except (OSError, msgspec.MsgspecError):
        return {}
