"""What a run tells while it goes, and what it comes to.

Before: nothing has happened. After: every event is in the log and was told to whoever listens; :attr:`Report.code` is
the worst of what happened, and :attr:`Report.summary` a line that says it all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Protocol

from msgspec import Struct, field

from threadbound.backup.runlog import RunLog
from threadbound.errors import ExitCode

#: What a run that met several things says: the first of these.
WORST_FIRST = (
    ExitCode.BUG,
    ExitCode.DAMAGE,
    ExitCode.FILE,
    ExitCode.CHECK,
    ExitCode.MISSING,
    ExitCode.USAGE,
    ExitCode.CONFIGURATION,
    ExitCode.NO_LIBRARY,
    ExitCode.NO_THREAD,
    ExitCode.LOCKED,
    ExitCode.LOSSES,
)
#: What is counted, and how one of it and more are said.
COUNTED = {
    "new": ("1 new thread", "{} new threads"),
    "version": ("1 new version", "{} new versions"),
    "completed": ("1 thread completed", "{} threads completed"),
    "known": ("1 page known already", "{} pages known already"),
    "left": ("1 page left for later", "{} pages left for later"),
    "failed": ("1 page failed", "{} pages failed"),
    "fetched": ("1 page fetched", "{} pages fetched"),
    "book": ("1 book made", "{} books made"),
    "snapshot": ("1 snapshot taken", "{} snapshots taken"),
    "removed": ("1 snapshot removed", "{} snapshots removed"),
    "damaged": ("1 damaged file", "{} damaged files"),
}


class Listener(Protocol):
    """Told of everything that happens."""

    def __call__(self, kind: str, **facts: Any) -> None:  # noqa: ANN401 - any JSON
        """What kind of thing, and what is to be said of it."""


class Report(Struct):
    """What happened."""

    log: RunLog
    listener: Listener
    codes: set[ExitCode] = field(default_factory=set)
    counts: Counter[str] = field(default_factory=Counter)
    damaged: set[str | tuple[int, int]] = field(default_factory=set)
    """The damaged files: one that has two names, or is met by two steps, is one."""
    first: str = ""
    """The first failure, in words."""

    def tell(self, kind: str, **facts: Any) -> None:  # noqa: ANN401 - any JSON
        """Something happened."""
        self.log.note(kind, **facts)
        self.listener(kind, **facts)

    def count(self, what: str, number: int = 1) -> None:
        """A number for the summary."""
        self.counts[what] += number

    def count_damaged(self, paths: Iterable[Path]) -> None:
        """Files that are not what they were, or are not there, for the summary."""
        self.damaged.update(map(_identity, paths))
        self.counts["damaged"] = len(self.damaged)

    def fail(self, step: str, message: str, code: ExitCode, trace: str = "") -> None:
        """Something failed."""
        self.codes.add(code)
        self.first = self.first or message
        self.tell("failure", step=step, message=message, exit_code=int(code), **({"trace": trace} if trace else {}))

    @property
    def code(self) -> ExitCode:
        """The worst of it."""
        return next((code for code in WORST_FIRST if code in self.codes), ExitCode.DONE)

    @property
    def summary(self) -> str:
        """A line."""
        numbers = ((self.counts[what], texts) for what, texts in COUNTED.items())
        said = [texts[number > 1].format(number) for number, texts in numbers if number]
        text = ", ".join(said) or "nothing new"
        return f"{text}; {self.first}" if self.first else text


def _identity(path: Path) -> str | tuple[int, int]:
    """What two names of one file have in common; a file that is not there has its name alone."""
    try:
        status = path.lstat()
    except OSError:
        return str(path)
    return (status.st_dev, status.st_ino)
