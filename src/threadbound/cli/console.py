"""What people and programs are told: messages on stderr, results on stdout, a progress bar on a terminal only."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterable, Iterator, Sized
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from threadbound.cli import environment
from threadbound.cli.boundary import message
from threadbound.options import Step, no_step

if TYPE_CHECKING:
    from rich.console import RenderableType

    from threadbound.gathering import Remark
    from threadbound.notices import Notice
    from threadbound.survey import Failure

#: What to do about a loss, where the user can do something.
CURES = {
    "media.other-host": "; --allow-host HOST or --any-host lets it be asked",
    "media.gone": "; --wayback asks elsewhere, --ask-again asks once more",
}
#: Notices that are no losses and are said all the same: something else than usual was done with a page.
WORTH_SAYING = frozenset({"capture.cut"})
#: Columns of what is no terminal.
UNBOUNDED = 10_000
#: Fewer steps than this need no bar.
WORTH_A_BAR = 3
#: Seconds between two lines that say how far work has come.
BETWEEN_LINES = 10.0


@dataclass(frozen=True, slots=True)  # no Struct: --help needs no msgspec
class Talk:
    """How much is said, and to whom."""

    json: bool
    quiet: bool
    verbose: bool


def emit(**fields: Any) -> None:  # noqa: ANN401 - any JSON
    """One JSON object on a line of stdout."""
    sys.stdout.write(json.dumps(fields, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def tell_failure(failure: Failure, talk: Talk, hidden: Path | None = None) -> None:
    """Say why an input came to nothing, naming it, even when quiet; ``hidden`` is standard output to the user."""
    from threadbound.batch import SELECTION  # noqa: PLC0415 - not for --help

    name, text = failure.name, str(failure.error)
    text = text.replace(str(hidden), "standard output") if hidden else text
    if talk.json:
        _emit_failure(failure, text)
    message(text if name == SELECTION else _named(name, text))
    if talk.verbose:
        sys.stderr.write(failure.trace)


def _emit_failure(failure: Failure, text: str) -> None:
    emit(type="failure", name=failure.name, message=text, exit_code=int(failure.error.exit_code))


def _named(name: str, text: str) -> str:
    """``text`` with the name as the user gave it: messages from further down know the file's name only."""
    short = Path(name).name
    if short and text.startswith(f"{short}:"):
        return name + text.removeprefix(short)
    return text if name in text or (short and short in text) else f"{name}: {text}"


def tell_skips(failures: Iterable[Failure], talk: Talk, *, made: int) -> None:
    """Files beside the pages that hold no thread, in one line; with ``verbose`` in one each, with ``quiet`` in none.

    Where nothing was ``made`` they are why, and that is said even when quiet.
    """
    skips = [failure for failure in failures if failure.is_skip]
    if talk.json:
        for failure in skips:
            _emit_failure(failure, str(failure.error))
    if not skips or (talk.quiet and made):
        return
    if talk.verbose:
        for failure in skips:
            tell_failure(failure, replace(talk, json=False))
    elif len(skips) == 1:
        message(f"{skips[0].name}: skipped; this text file holds no thread")
    else:
        others = len(skips) - 1
        more = f"{others} other text {'file' if others == 1 else 'files'}"
        message(f"{skips[0].name} and {more}: skipped; they hold no thread; -v lists them")


def tell_remarks(remarks: Iterable[Remark], talk: Talk) -> None:
    """A line for each thing that the user should know of what was chosen."""
    for remark in remarks:
        if talk.json:
            emit(type="remark", name=remark.name, message=remark.message)
        if not talk.quiet:
            message(f"{remark.name}: {remark.message}")


def tell_notices(name: str, notices: tuple[Notice, ...], *, verbose: bool) -> None:
    """A line for each kind of loss, and for what else should be known; with ``verbose`` a line for each notice."""
    if verbose:
        for notice in notices:
            message(f"{name}: {'lost: ' if notice.is_loss else ''}{notice} [{notice.code}]")
        return
    kinds: dict[tuple[str, str], list[Notice]] = {}
    for notice in notices:
        if notice.is_loss:
            kinds.setdefault((notice.code, notice.message), []).append(notice)
        elif notice.code in WORTH_SAYING:
            message(f"{name}: {notice}")
    for (code, _), same in kinds.items():
        more = f", and {len(same) - 1} more like it; -v lists them" if len(same) > 1 else ""
        message(f"{name}: lost: {same[0]}{more}{CURES.get(code, '')}")


def as_data(notice: Notice) -> dict[str, str | bool]:
    """A notice as programs are told of it."""
    return {"code": notice.code, "message": notice.message, "where": notice.where, "loss": notice.is_loss}


def losses(lost: Sized) -> str:
    """``1 loss``, ``2 losses``."""
    return f"{len(lost)} {'loss' if len(lost) == 1 else 'losses'}"


def show(*parts: RenderableType) -> None:
    """Tables, one below the other, on stdout; no line ends with spaces.

    A pipe has no width: lines are whole there, whatever ``COLUMNS`` says.
    """
    from rich.console import Console, Group  # noqa: PLC0415 - not for --help
    from rich.segment import Segment, Segments  # noqa: PLC0415 - as above

    width = None if sys.stdout.isatty() else UNBOUNDED
    screen = Console(highlight=False, color_system=None if environment.no_color() else "auto", width=width)
    said: list[Segment] = []
    for line in screen.render_lines(Group(*parts), pad=False):
        while line and not line[-1].text.strip(" "):
            line.pop()
        if line:
            line[-1] = Segment(line[-1].text.rstrip(" "), line[-1].style)
        said += [*line, Segment.line()]
    screen.print(Segments(said), end="")


@contextmanager
def progress(*, quiet: bool) -> Iterator[Step]:
    """How far work has come: a bar with an estimate on a terminal, elsewhere a line now and then if it takes long."""
    if quiet:
        yield no_step
    elif sys.stderr.isatty():
        with _bars() as step:
            yield step
    else:
        yield _Lines(time.monotonic()).step


@dataclass(slots=True)  # no Struct, as above
class _Lines:
    """Tells a pipe, or a log, how far work has come."""

    told: float
    """When the last line was written, or the work begun."""
    what: str = ""
    begun: float = 0.0
    """When this kind of work was."""

    def step(self, what: str, done: int, total: int, size: int = 0) -> None:  # noqa: ARG002 - the signature of Step
        """A line, unless there was one a moment ago."""
        now = time.monotonic()
        if what != self.what:
            self.what, self.begun = what, now
        if total < WORTH_A_BAR or now - self.told < BETWEEN_LINES:
            return
        self.told = now
        left = (now - self.begun) / done * (total - done) if done else 0.0
        message(f"{what}: {done:,} of {total:,}{f', {_span(left)} left' if left >= 1 else ''}")


def _span(seconds: float) -> str:
    """``40 s``, ``3 min``, ``2 h``."""
    for unit, size in (("h", 3600), ("min", 60)):
        if seconds >= 1.5 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} s"


@contextmanager
def _bars() -> Iterator[Step]:
    from rich.console import Console  # noqa: PLC0415 - not for --help
    from rich.filesize import decimal  # noqa: PLC0415 - not for --help
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn  # noqa: PLC0415 - not for --help
    from rich.progress import Progress as Bar  # noqa: PLC0415 - not for --help

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[size]}"),
        TimeRemainingColumn(),
    )
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        tasks: dict[str, Any] = {}

        def step(what: str, done: int, total: int, size: int = 0) -> None:
            if total < WORTH_A_BAR:
                return
            if what not in tasks:
                for other in bar.tasks:  # one kind of work after another: those before it are done
                    bar.update(other.id, completed=other.total)
                tasks[what] = bar.add_task(what, total=total, size="")
            bar.update(tasks[what], completed=done, total=total, size=decimal(size) if size else "")

        yield step
