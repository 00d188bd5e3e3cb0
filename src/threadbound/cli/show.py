"""``threadbound show``: one thread of the library."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from threadbound.cli import console
from threadbound.cli import parameters as p
from threadbound.cli.boundary import one_line
from threadbound.cli.shelf import LibraryFolder, library_at
from threadbound.errors import UsageError

if TYPE_CHECKING:
    from threadbound.library.history import Kept

HELP = """Show a thread of the library: its posts, its captures, what was lost.

\b
  threadbound show 1898301191378579461
  threadbound show 18983                     the beginning of an id will do
  threadbound show 18983 --version 1         as one capture has it
  threadbound show 18983 --json | jq .title

All captures are shown as one: posts that the newest lacks stay, and are named below. The JSON is that of docs/json.md.
"""
Key = Annotated[str, typer.Argument(metavar="ID", help="As list shows it, or its beginning.", show_default=False)]
Number = Annotated[
    int | None,
    typer.Option("--version", metavar="N", min=1, help="Only the capture of that number.", show_default=False),
]


def show(
    key: Key,
    *,
    library: LibraryFolder = None,
    version: Number = None,
    json: p.Json = False,
    verbose: p.Verbose = False,
) -> None:
    """Show a thread of the library."""
    from threadbound.library import query  # noqa: PLC0415 - not for --help
    from threadbound.library.reading import reading  # noqa: PLC0415 - not for --help
    from threadbound.library.shelves import thread_at  # noqa: PLC0415 - not for --help
    from threadbound.model import codec  # noqa: PLC0415 - not for --help

    with reading(library_at(library)) as desk:
        found = thread_at(desk.library, query.thread(desk.connection, key).folder)
    chosen = [each for each in found.captures if version in {None, each.version.number}]
    if not chosen:
        numbers = ", ".join(str(each.version.number) for each in reversed(found.captures))
        raise UsageError(f"{found.newest.key}: no version {version}; there are {numbers}")
    thread = chosen[0].thread if version else found.thread
    if json:
        sys.stdout.write(codec.encode(thread).decode() + "\n")
        return
    from threadbound.cli.inspect import describe  # noqa: PLC0415 - not for --help

    describe(thread, verbose=verbose)
    _captures(found)
    console.tell_notices(found.newest.key, thread.notices, verbose=verbose)


#: Who says when a page was saved.
BY = {"page": "as the page says", "file": "by the time of its file", "arrival": "or before: nobody says when"}


def _captures(found: Kept) -> None:
    from rich.table import Table  # noqa: PLC0415 - not for --help

    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim", expand=sys.stdout.isatty())
    for heading in ("version", "saved (UTC)", "", "posts", "added"):
        table.add_column(heading, no_wrap=True)
    table.add_column("page", no_wrap=True, overflow="ellipsis", ratio=1)
    for each in found.captures:
        version = each.version
        table.add_row(
            f"{version.number}{' *' if version is found.newest else ''}",
            f"{version.captured:%Y-%m-%d %H:%M}",
            BY[version.captured_by],
            str(len(each.thread.posts)),
            f"{version.added:%Y-%m-%d}",
            one_line(version.page.removeprefix("source/")) or "(without its page)",
        )
    console.show(table)
