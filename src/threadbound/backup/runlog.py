"""What runs say of themselves: a log of each, and a stamp that is written last.

Before: a library's ``state/runs``. After: ``TIME-PID.jsonl`` has a line (JSON) for everything that happened, written as
soon as it happened, so that the log of a killed run ends where the run did; ``last.json`` says how the last run that
ended did so, and when the last good one did. A run is good when it did all it should: its code is 0, or 3 where pages
lacked pictures or one of them held no thread, and there was a destination.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TextIO

import msgspec
from msgspec import Struct

from threadbound import disk
from threadbound.errors import ExitCode

STAMP = "last.json"
GOOD = frozenset({ExitCode.DONE, ExitCode.LOSSES})
#: Logs that are kept; older ones go.
KEPT = 400


class Stamp(Struct, frozen=True):
    """How the last run ended."""

    started: datetime
    ended: datetime
    code: int
    summary: str
    log: str
    """Name of its log."""
    last_good: datetime | None = None
    """When the last good run ended."""
    schema: str = "threadbound.stamp/1"


class Age(Struct, frozen=True):
    """How long ago the last good run was."""

    stamp: Stamp | None
    """``None``: no run has ended yet."""
    since_good: timedelta | None
    """``None``: there was no good one. Less than nothing: the clock was set back since."""
    unfinished: str = ""
    """Log of a newer run that never ended: it was killed, or is at work."""


class RunLog:
    """The log of one run."""

    def __init__(self, folder: Path, started: datetime) -> None:
        with disk.explained(folder):
            folder.mkdir(parents=True, exist_ok=True)
            self.folder = folder
            self.started = started
            self.path = folder / f"{started:%Y-%m-%dT%H%M%SZ}-{os.getpid()}.jsonl"
            self._file: TextIO = self.path.open("a", encoding="utf-8")

    def note(self, kind: str, **facts: Any) -> None:  # noqa: ANN401 - any JSON
        """A line."""
        line = {"type": kind, "time": datetime.now(UTC).isoformat(timespec="milliseconds"), **facts}
        with disk.explained(self.path):
            self._file.write(msgspec.json.encode(_sayable(line)).decode() + "\n")
            self._file.flush()

    def end(self, code: int, summary: str, *, is_backup: bool = True) -> Stamp:
        """The last line, and then the stamp; a run that had nowhere to back up to is no good one.

        Raises:
            FileTrouble: the disk refuses.
        """
        ended = datetime.now(UTC)
        try:
            self.note("exit", code=code, summary=summary)
        finally:
            self._file.close()
        before = stamp_in(self.folder)
        last_good = ended if code in GOOD and is_backup else before.last_good if before else None
        stamp = Stamp(self.started, ended, code, _sayable(summary), self.path.name, last_good)
        with disk.explained(self.folder):
            disk.sync(self.path)
            disk.put(self.folder / STAMP, msgspec.json.format(msgspec.json.encode(stamp)) + b"\n")
        for old in sorted(self.folder.glob("*.jsonl"))[:-KEPT]:
            with suppress(OSError):
                old.unlink()
        return stamp


def _sayable(value: Any) -> Any:  # noqa: ANN401 - any JSON
    """The value, its texts without what is no character: names of files may hold any bytes, which JSON does not."""
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, dict):
        return {key: _sayable(each) for key, each in value.items()}
    return [_sayable(each) for each in value] if isinstance(value, list | tuple) else value


def stamp_in(folder: Path) -> Stamp | None:
    """The stamp in ``state/runs``; ``None`` where there is none that can be read."""
    try:
        return msgspec.json.decode((folder / STAMP).read_bytes(), type=Stamp)
    except (OSError, msgspec.MsgspecError):
        return None


def age(folder: Path, now: datetime) -> Age:
    """How long ago the last good run was."""
    stamp = stamp_in(folder)
    newest = max((path.name for path in folder.glob("*.jsonl")), default="")
    unfinished = newest if newest and (stamp is None or newest != stamp.log) else ""
    since = None if stamp is None or stamp.last_good is None else now - stamp.last_good
    return Age(stamp, since, unfinished if not unfinished or not _has_ended(folder / unfinished) else "")


def lines(path: Path) -> Iterator[dict[str, Any]]:
    """What a log says; a line that was cut off by the run's end is left out."""
    with path.open("rb") as file:
        for line in file:
            with suppress(msgspec.MsgspecError):
                yield msgspec.json.decode(line, type=dict[str, Any])


def _has_ended(path: Path) -> bool:
    with suppress(OSError):
        return any(line.get("type") == "exit" for line in lines(path))
    return True
