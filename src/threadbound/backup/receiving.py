"""What a run takes from an inbox, and how that is told.

Before: an inbox in which something changed. After: what is new is in the library; each page is told, and what was taken
in is known to the next run.
"""

from __future__ import annotations

from pathlib import Path

from threadbound.backup.inbox import Seen
from threadbound.backup.pages import add_options, tell_added
from threadbound.backup.settings import Inbox
from threadbound.backup.taking import Left, Taken, take_in
from threadbound.backup.work import Run
from threadbound.errors import ExitCode
from threadbound.library.writing import Desk
from threadbound.survey import Failure


def receive(run: Run, desk: Desk, inbox: Inbox, seen: Seen) -> None:
    """Take in what lies in an inbox.

    Raises:
        FileTrouble: the inbox is not there, or the library cannot be written.
    """
    skips: list[str] = []
    try:
        for result in take_in(desk, inbox, add_options(run), seen, run.options.step):
            _tell(run, result)
            if isinstance(result, Failure) and result.is_skip:
                skips.append(result.name)
    finally:
        seen.save()
    if skips:
        others = len(skips) - 1
        more = f" and {others} other text {'file' if others == 1 else 'files'}"
        text = f"{more}: they stay; they hold no thread; -v lists them"
        said = text if others else ": stays; the text file holds no thread"
        run.report.tell("note", step="inbox", message=f"{skips[0]}{said}")


def _tell(run: Run, result: Taken | Failure | Left) -> None:
    report = run.report
    match result:
        case Taken(added, has_moved):
            tell_added(run, added, has_moved=has_moved)
        case Left(name, reason):
            report.count("left")
            report.tell("left", name=name, message=reason)
        case Failure(is_skip=True):
            report.tell("skipped", name=result.name, message=_said(result))
        case _:
            report.count("failed")
            report.fail("inbox", f"{result.name}: {_said(result)}", ExitCode.LOSSES, result.trace)


def _said(failure: Failure) -> str:
    """Why, without the page's name, which stands before it."""
    return str(failure.error).removeprefix(f"{Path(failure.name).name}: ").removeprefix(f"{failure.name}: ")
