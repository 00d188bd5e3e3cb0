"""The command: its verbs, and what holds for all of them."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from threadbound import __version__
from threadbound.cli import (
    add,
    backup,
    bind,
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
for product in KINDS:
    app.command(product, help=bind.help_for(product))(bind.command(product))
app.command("inspect", help=inspect.HELP)(inspect.inspect)
app.command("verify", help=verify.HELP)(verify.verify)
app.command("extract", help=extract.HELP)(extract.extract)
app.command("init", help=init.HELP)(init.init)
app.command("add", help=add.HELP)(add.add)
app.command("list", help=listing.HELP)(listing.list_)
app.command("show", help=show.HELP)(show.show)
app.command("search", help=search.HELP)(search.search)
app.command("diff", help=diff.HELP)(diff.diff)
app.command("export", help=export.HELP)(export.export)
app.command("forget", help=forget.FORGET)(forget.forget)
app.command("prune", help=forget.PRUNE)(forget.prune)
app.command("status", help=status.HELP)(status.status)
app.command("backup", help=backup.HELP)(backup.backup)
app.command("watch", help=watch.HELP)(watch.watch)
app.command("schedule", help=schedule.HELP)(schedule.schedule)
app.command("restore", help=restore.HELP)(restore.restore)
app.add_typer(config.app, name="config")
app.command("reindex", help=reindex.HELP)(reindex.reindex)


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

    return boundary(work)


def _refused(error: typer.TyperException, words: Sequence[str]) -> int:
    """A call that cannot be meant; one without any words gets the help."""
    if not usage.is_help(error):
        raise UsageError(usage.said(error, words)) from None
    typer.echo(error.message, err=True)
    return ExitCode.USAGE
