"""``threadbound list``: what is in the library."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from threadbound.cli import console
from threadbound.cli import parameters as p
from threadbound.cli.boundary import message, one_line
from threadbound.cli.shared import with_options
from threadbound.cli.shelf import LibraryFolder, library_at
from threadbound.errors import UsageError
from threadbound.options import ThreadFilter

if TYPE_CHECKING:
    from threadbound.library.catalogue import Entry

HELP = """List the threads of the library, by date.

\b
  threadbound list
  threadbound list --author maralindqvist --since 2024
  threadbound list --incomplete --json | jq -r .id     a thread a line

Also by --tag (your own, or a hashtag in the thread) and --until.
"""


def wanted_options(
    *,
    author: Annotated[
        str | None, typer.Option("--author", metavar="NAME", help="Only by this @handle, or with this in the name.")
    ] = None,
    since: Annotated[
        str | None, typer.Option("--since", metavar="DATE", help="Published then or later: 2024, 2024-05, 2024-05-17.")
    ] = None,
    until: Annotated[str | None, typer.Option("--until", metavar="DATE", help="Published then or earlier.")] = None,
    tag: Annotated[
        list[str],
        typer.Option("--tag", metavar="NAME", help="With this tag or hashtag; may be given again: all of them."),
    ] = [],  # noqa: B006 - typer makes a list of its own
    complete: Annotated[
        bool | None, typer.Option("--complete/--incomplete", help="Only without losses, or only with some.")
    ] = None,
) -> ThreadFilter:
    """Which threads the user asks for.

    Raises:
        UsageError: a date that can be none.
    """
    import re  # noqa: PLC0415 - not for --help

    for name, value in (("--since", since), ("--until", until)):
        if value is not None and not re.fullmatch(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?", value):
            raise UsageError(f"{name} {value}: give a day, a month or a year, like 2024-05-17, 2024-05 or 2024")
    return ThreadFilter(author, since, until, tuple(tag), complete)


@with_options(wanted=wanted_options)
def list_(
    *,
    library: LibraryFolder = None,
    wanted: ThreadFilter,
    json: p.Json = False,
    verbose: p.Verbose = False,
) -> None:
    """List the threads of the library."""
    del verbose  # what it asks for, the boundary does
    from threadbound.library import query  # noqa: PLC0415 - not for --help
    from threadbound.library.reading import reading  # noqa: PLC0415 - not for --help

    with reading(library_at(library)) as desk:
        entries = query.threads(desk.connection, wanted)
        if json:
            import msgspec  # noqa: PLC0415 - not for --help

            for entry in entries:
                sys.stdout.write(msgspec.json.encode(entry).decode() + "\n")
        else:
            _show(list(entries))


def _show(entries: list[Entry]) -> None:
    if not entries:
        message("no thread was found")
        return
    from rich.table import Table  # noqa: PLC0415 - not for --help
    from rich.text import Text  # noqa: PLC0415 - not for --help

    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim", expand=sys.stdout.isatty())
    for heading in ("id", "date", "author", "posts", "lost"):
        table.add_column(heading, no_wrap=True, justify="right" if heading in {"posts", "lost"} else "left")
    table.add_column("title", no_wrap=True, overflow="ellipsis", ratio=1)
    for each in entries:
        of = f" of {each.whole}" if each.posts < each.whole else ""
        posts = f"{each.posts}{of}{f' ({each.gone} gone)' if each.gone else ''}"
        day = (each.published or "")[:10] or "–"
        author = f"@{each.handle}" if each.handle else each.author or "–"
        table.add_row(each.id, day, Text(one_line(author)), posts, str(each.losses or ""), Text(one_line(each.title)))
    console.show(table)
