"""``threadbound diff``: what became of a thread between two captures."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from threadbound.cli import environment
from threadbound.cli import parameters as p
from threadbound.cli.boundary import message, one_line
from threadbound.cli.shelf import LibraryFolder, library_at
from threadbound.cli.show import Key
from threadbound.errors import UsageError

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

    from threadbound.library.changes import Change
    from threadbound.library.history import Captured, Kept

HELP = """Show what is new, gone or changed in a thread since the capture before.

\b
  threadbound diff 1898301191378579461
  threadbound diff 18983 --from 1 --to 3
  threadbound diff 18983 --json              a change a line

Captures are in order of the day on which they were saved. Exit code 0, whether there are changes or not.
"""
From = Annotated[int | None, typer.Option("--from", metavar="N", min=1, help="The older version.", show_default=False)]
To = Annotated[int | None, typer.Option("--to", metavar="N", min=1, help="The newer version.", show_default=False)]


def diff(  # noqa: PLR0913 - a command's options are its parameters
    key: Key,
    *,
    library: LibraryFolder = None,
    older: From = None,
    newer: To = None,
    json: p.Json = False,
    verbose: p.Verbose = False,
) -> None:
    """Show what is new, gone or changed in a thread."""
    del verbose  # what it asks for, the boundary does
    from threadbound.library import query  # noqa: PLC0415 - not for --help
    from threadbound.library.changes import changes  # noqa: PLC0415 - not for --help
    from threadbound.library.reading import reading  # noqa: PLC0415 - not for --help
    from threadbound.library.shelves import thread_at  # noqa: PLC0415 - not for --help

    with reading(library_at(library)) as desk:
        found = thread_at(desk.library, query.thread(desk.connection, key).folder)
    pair = _pair(found, older, newer)
    if pair is None:
        message(f"{found.newest.key}: there is one capture, so nothing to compare")
        return
    then, now = pair
    said = changes(then.thread, now.thread)
    if json:
        import msgspec  # noqa: PLC0415 - not for --help

        sys.stdout.writelines(msgspec.json.encode(change).decode() + "\n" for change in said)
        return
    days = [f"version {each.version.number} ({each.version.captured:%Y-%m-%d})" for each in pair]
    message(f"{found.newest.key}: {days[0]} to {days[1]}: {_summary(said)}")
    _show(said)


def _pair(found: Kept, older: int | None, newer: int | None) -> tuple[Captured, Captured] | None:
    """The two captures that are meant: by default the newest and the one before."""
    ordered = found.captures
    numbers = {each.version.number: place for place, each in enumerate(ordered)}
    for number in (older, newer):
        if number is not None and number not in numbers:
            there = ", ".join(map(str, sorted(numbers)))
            raise UsageError(f"{found.newest.key}: no version {number}; there are {there}")
    now = 0 if newer is None else numbers[newer]
    then = now + 1 if older is None else numbers[older]
    return (ordered[then], ordered[now]) if then < len(ordered) else None


def _summary(said: list[Change]) -> str:
    """``2 posts new, 1 gone, another title``."""
    posts = [each.kind for each in said if each.what == "post"]
    parts = [f"{posts.count(kind)} {kind}" for kind in SIGNS if kind in posts]
    if parts:
        number, kind = parts[0].split()
        parts[0] = f"{number} {'post' if number == '1' else 'posts'} {kind}"
    parts += [f"another {each.what}" for each in said if each.what != "post"]
    return ", ".join(parts) or "no difference"


#: Sign and style of each kind.
SIGNS = {"new": ("+", "green"), "gone": ("-", "red"), "changed": ("~", "yellow")}


def _show(said: list[Change]) -> None:
    from rich.console import Console  # noqa: PLC0415 - not for --help

    screen: Console = Console(highlight=False, color_system=None if environment.no_color() else "auto")
    for change in said:
        for line in _lines(change):
            screen.print(line, soft_wrap=True)


def _lines(change: Change) -> list[Text]:
    from rich.text import Text  # noqa: PLC0415 - not for --help

    sign, style = SIGNS[change.kind]
    what = f"post {change.post}" if change.what == "post" else change.what
    parts = f" ({', '.join(change.parts)})" if change.parts else ""
    head = Text(f"{sign} {what}{parts}", style=style)
    if change.kind == "changed" and change.was == change.now:
        return [head]
    was, now = ("    was: ", "    now: ") if change.kind == "changed" else ("    ", "    ")
    said = ((was, change.was), (now, change.now))
    return [head, *(Text(f"{label}{one_line(text)}") for label, text in said if text is not None)]
