"""``threadbound search``: which posts say it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from threadbound.cli import environment
from threadbound.cli import parameters as p
from threadbound.cli.boundary import message, one_line, visible
from threadbound.cli.listing import wanted_options
from threadbound.cli.shared import with_options
from threadbound.cli.shelf import LibraryFolder, library_at
from threadbound.options import ThreadFilter

if TYPE_CHECKING:
    from threadbound.library.search import Found, Hit

HELP = """Find posts by their words, in every script.

\b
  threadbound search linen thread            posts with both words
  threadbound search '"waxed linen"'         with the phrase
  threadbound search 'bind* -glue'           words that begin so, and none of another
  threadbound search -- linen -glue          the same without quotes: a word alone that begins with - is an option
  threadbound search 製本 --author perpetuabinds --json

Capitals and accents tell no words apart. Posts that later captures lack are found too, and marked.
"""
Words = Annotated[list[str], typer.Argument(metavar="TEXT...", help="What to look for.", show_default=False)]
Limit = Annotated[int, typer.Option("--limit", "-n", metavar="N", min=1, help="So many posts at most.")]


@with_options(wanted=wanted_options)
def search(  # noqa: PLR0913 - a command's options are its parameters
    words: Words,
    *,
    library: LibraryFolder = None,
    wanted: ThreadFilter,
    limit: Limit = 50,
    json: p.Json = False,
    verbose: p.Verbose = False,
) -> None:
    """Find posts by their words."""
    del verbose  # what it asks for, the boundary does
    from threadbound.library.reading import reading  # noqa: PLC0415 - not for --help
    from threadbound.library.search import search as looked_for  # noqa: PLC0415 - not for --help

    with reading(library_at(library)) as desk:
        found = looked_for(desk.connection, " ".join(words), wanted, limit)
    if json:
        import msgspec  # noqa: PLC0415 - not for --help

        sys.stdout.writelines(msgspec.json.encode(hit).decode() + "\n" for hit in found.hits)
        return
    _show(found)


def _show(found: Found) -> None:
    from rich.console import Console  # noqa: PLC0415 - not for --help

    screen = Console(no_color=environment.no_color(), highlight=False)
    for hit in found.hits:
        screen.print(_line(hit), soft_wrap=True)
    more = found.total - len(found.hits)
    if more:
        message(f"{more} more; --limit {found.total} shows them")
    elif not found.hits:
        message("no post has that")


def _line(hit: Hit) -> object:
    """Where it stands, and the words round it."""
    from rich.text import Text  # noqa: PLC0415 - not for --help

    from threadbound.library.search import EXCERPT  # noqa: PLC0415 - not for --help

    begin = max(0, hit.start - EXCERPT // 3)
    end = min(len(hit.text), max(begin + EXCERPT, hit.start + hit.length))
    excerpt = Text(visible(hit.text[begin:end], " "))
    if hit.length:
        excerpt.stylize("bold", hit.start - begin, hit.start - begin + hit.length)
    who = f"@{one_line(hit.handle)} " if hit.handle else ""
    head = Text(f"{hit.id} {who}post {hit.post}{' (gone)' if hit.gone else ''}: ", style="dim")
    return head + Text("…" if begin else "") + excerpt + Text("…" if end < len(hit.text) else "")
