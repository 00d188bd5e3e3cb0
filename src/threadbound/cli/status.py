"""``threadbound status``: how the library is."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from threadbound.cli import console
from threadbound.cli import parameters as p
from threadbound.cli.boundary import message
from threadbound.cli.shelf import LibraryFolder, library_at
from threadbound.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from threadbound.backup.runlog import Age
    from threadbound.library.standing import Standing

HELP = """Say how the library is: what is in it, when it was last looked at, and how the last backup went.

\b
  threadbound status
  threadbound status --json
  threadbound status --max-age 36h      exit code 7 where no good backup was made for 36 hours: for monitoring

A good run is one whose exit code was 0 or 3, and that had a destination to back up to.
"""
MaxAge = Annotated[
    str | None,
    typer.Option(
        "--max-age", metavar="TIME", help="How old the last good backup may be: 90m, 36h, 7d.", show_default=False
    ),
]
_AGE = re.compile(r"(\d{1,6})([smhd])")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
#: A stamp that lies so far in the future was made by another clock, which says nothing of how old it is.
FUTURE = timedelta(minutes=10)


def status(
    *, library: LibraryFolder = None, max_age: MaxAge = None, json: p.Json = False, verbose: p.Verbose = False
) -> None:
    """Say how the library is."""
    del verbose  # what it asks for, the boundary does
    from threadbound.backup.run import RUNS  # noqa: PLC0415 - not for --help
    from threadbound.backup.runlog import age  # noqa: PLC0415 - not for --help
    from threadbound.library.reading import reading  # noqa: PLC0415 - not for --help
    from threadbound.library.standing import standing  # noqa: PLC0415 - not for --help

    root = library_at(library)
    longest = _age(max_age)
    with reading(root) as desk:
        found = standing(desk)
        runs = age(desk.library.state / RUNS, datetime.now(UTC))
    trouble = _trouble(runs, longest)
    if json:
        import msgspec  # noqa: PLC0415 - not for --help

        last = {"last_run": msgspec.to_builtins(runs.stamp), "unfinished_run": runs.unfinished, "trouble": trouble}
        console.emit(type="status", library=str(root), **msgspec.to_builtins(found), **last)
    else:
        for line in (*_lines(found), *_run_lines(runs), *_disk_lines(root, desk.library.state)):
            message(f"{root}: {line}")
    if trouble:
        message(f"{root}: {trouble}")
        raise typer.Exit(ExitCode.CHECK)


def _age(text: str | None) -> timedelta | None:
    if text is None:
        return None
    match = _AGE.fullmatch(text)
    if match is None:
        raise UsageError(f"--max-age {text}: give a time like 90m, 36h or 7d")
    return timedelta(seconds=int(match[1]) * _SECONDS[match[2]])


def _trouble(runs: Age, longest: timedelta | None) -> str:
    """Why the last good run is not good enough; empty where it is, or where nobody asks."""
    if longest is None:
        return ""
    if runs.since_good is None:
        return "no good backup was ever made"
    if runs.since_good < -FUTURE:
        return "the last good backup lies in the future: the clock was set back, and how old it is nobody knows"
    if runs.since_good > longest:
        return f"the last good backup is {_said(runs.since_good)} old, which is older than --max-age allows"
    return ""


def _run_lines(runs: Age) -> list[str]:
    lines = []
    if runs.stamp:
        lines.append(
            f"the last backup: {runs.stamp.ended:%Y-%m-%d %H:%M} UTC, code {runs.stamp.code}: {runs.stamp.summary}"
        )
    if runs.since_good is not None and runs.stamp and runs.stamp.last_good != runs.stamp.ended:
        lines.append(f"the last good backup is {_said(runs.since_good)} old")
    if runs.unfinished:
        lines.append(f"a backup is at work, or was killed: {runs.unfinished} has no end")
    return lines


def _disk_lines(root: Path, state: Path) -> list[str]:
    """Destinations that are lost with the library's disk, as long as they are there."""
    from threadbound.backup.destinations import shares_disk, used_in  # noqa: PLC0415 - not for --help
    from threadbound.backup.shelving import USED  # noqa: PLC0415 - as above

    places = [path for path in used_in(state / USED).ids if shares_disk(Path(path), root)]
    return [f"the backups at {path} lie on the library's own disk, and are lost with it" for path in places]


def _said(time: timedelta) -> str:
    from threadbound.book.dates import count  # noqa: PLC0415 - not for --help

    hours = time.total_seconds() / 3600
    if 0 <= hours < 1:
        return count(int(hours * 60), "minute")
    return f"{hours / 24:.0f} days" if hours > 72 else f"{hours:.0f} hours"


def _lines(found: Standing) -> list[str]:
    from threadbound.book.dates import count  # noqa: PLC0415 - not for --help

    what = [count(found.threads, "thread"), count(found.captures, "capture"), count(found.posts, "post")]
    lines = [f"{', '.join(what)}, {count(found.pictures, 'picture')}"]
    if found.incomplete:
        lines.append(f"{count(found.incomplete, 'thread')} with losses; list --incomplete shows them")
    if found.gone:
        lines.append(f"{count(found.gone, 'post')} that later captures lack")
    if found.forgotten:
        lines.append(f"{count(found.forgotten, 'thread')} forgotten on purpose")
    if found.added:
        lines.append(f"the last addition: {found.added[:10]}")
    read = f"{count(found.verified, 'file')} found sound when last read, the longest ago on {(found.oldest or '')[:10]}"
    lines.append(read if found.verified else "never verified: threadbound verify does it")
    if found.unfinished:
        lines.append("a run was stopped before it was done; the next add, or threadbound reindex, finishes it")
    return lines
