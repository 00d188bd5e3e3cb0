"""The command: its verbs, and what holds for all of them."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import partial
from typing import Annotated

import typer

from threadbound import __version__
from threadbound.cli import (
    add,
    backup,
    bind,
    cache,
    config,
    diff,
    export,
    extract,
    forget,
    init,
    inspect,
    listing,
    reindex,
    restore,
    schedule,
    search,
    show,
    status,
    usage,
    verify,
    watch,
)
from threadbound.cli.boundary import Door, boundary
from threadbound.cli.contradictions import KINDS
from threadbound.errors import ExitCode, UsageError

HELP = """Bind saved thread pages into books that last.

\b
  threadbound pdf page.html             a PDF of one thread
  threadbound epub saved/               an EPUB of all pages in a folder
  threadbound inspect page.html         what a page holds, and what it lost
  threadbound verify book.epub          is a book still whole
  threadbound extract book.pdf          the page, the JSON and the pictures out of a book
  threadbound init my-threads           a library: a plain folder that keeps every capture
  threadbound add -L my-threads saved/  pages into it; list, show, search, diff and export ask it
  threadbound backup                    all that is to be done every night, by a threadbound.toml

Pictures that a page lacks are fetched from the site's own picture servers and kept; --offline fetches nothing.
Nothing is overwritten unless you ask. Products go to output/.
"""

app = typer.Typer(
    name="threadbound",
    help=HELP,
    no_args_is_help=True,
    rich_markup_mode=None,  # plain help: a third of the time, and it works in every terminal
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
_verb = partial(app.command, cls=usage.Verb)
for product in KINDS:
    _verb(product, help=bind.help_for(product))(bind.command(product))
_verb("inspect", help=inspect.HELP)(inspect.inspect)
_verb("verify", help=verify.HELP)(verify.verify)
_verb("extract", help=extract.HELP)(extract.extract)
_verb("init", help=init.HELP)(init.init)
_verb("add", help=add.HELP)(add.add)
_verb("list", help=listing.HELP)(listing.list_)
_verb("show", help=show.HELP)(show.show)
_verb("search", help=search.HELP)(search.search)
_verb("diff", help=diff.HELP)(diff.diff)
_verb("export", help=export.HELP)(export.export)
_verb("forget", help=forget.FORGET)(forget.forget)
_verb("prune", help=forget.PRUNE)(forget.prune)
_verb("status", help=status.HELP)(status.status)
_verb("backup", help=backup.HELP)(backup.backup)
_verb("watch", help=watch.HELP)(watch.watch)
_verb("schedule", help=schedule.HELP)(schedule.schedule)
_verb("restore", help=restore.HELP)(restore.restore)
app.add_typer(config.app, name="config")
_verb("reindex", help=reindex.HELP)(reindex.reindex)


def _version(value: bool) -> None:  # noqa: FBT001 - a typer callback
    if value:
        typer.echo(f"threadbound {__version__}")
        raise typer.Exit


@app.callback()
def _common(
    *,
    version: Annotated[
        bool, typer.Option("--version", "-V", help="Show the version.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    """What holds for all verbs."""


def run(arguments: list[str] | None = None) -> int:
    """Run the command line; gives the exit code."""
    words = sys.argv[1:] if arguments is None else arguments

    def work(door: Door) -> int:
        try:
            code = app(args=words, prog_name="threadbound", obj=door, standalone_mode=False)
        except SystemExit as leaving:
            if isinstance(leaving.__context__, BrokenPipeError):  # typer made an exit of it
                raise leaving.__context__ from None
            return int(leaving.code or 0)
        except typer.Abort:  # a question that nobody answered
            raise KeyboardInterrupt from None
        except typer.TyperException as error:
            return _refused(error, words)
        if code == ExitCode.INTERRUPTED:
            raise KeyboardInterrupt
        return int(code or ExitCode.DONE)

    try:
        return boundary(work)
    finally:
        cache.end()


def _refused(error: typer.TyperException, words: Sequence[str]) -> int:
    """A call that cannot be meant; one without any words gets the help."""
    if not usage.is_help(error):
        raise UsageError(usage.said(error, words)) from None
    typer.echo(error.message, err=True)
    return ExitCode.USAGE
