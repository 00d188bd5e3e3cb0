"""``threadbound reindex``: the catalogue anew, from the files."""

from __future__ import annotations

import typer

from threadbound.cli import console
from threadbound.cli import parameters as p
from threadbound.cli.boundary import message
from threadbound.cli.shelf import LibraryFolder, library_at
from threadbound.errors import ExitCode

HELP = """Make the catalogue and the indexes anew from the files of the library.

\b
  threadbound reindex
  threadbound reindex -L my-threads

For a catalogue that is damaged, of a newer version, or does not know of files that were put in by hand. The files are
only read. Exit code 8: some of them are damaged; verify says which.
"""


def reindex(
    *, library: LibraryFolder = None, json: p.Json = False, quiet: p.Quiet = False, verbose: p.Verbose = False
) -> None:
    """Make the catalogue anew."""
    del verbose  # what it asks for, the boundary does
    from threadbound.book.dates import count  # noqa: PLC0415 - not for --help
    from threadbound.library import query, reindexing  # noqa: PLC0415 - not for --help
    from threadbound.library.writing import writing  # noqa: PLC0415 - not for --help

    with writing(library_at(library), anew=True) as desk, console.progress(quiet=quiet or json) as step:
        troubles = reindexing.reindex(desk.library, desk.connection, step)
        desk.renew()
        threads = sum(1 for _ in query.threads(desk.connection))
        root = desk.library.root
    for trouble in troubles:
        message(trouble)
    if json:
        console.emit(type="reindexed", threads=threads, troubles=troubles)
    elif not quiet:
        message(f"{root}: {count(threads, 'thread')}")
    raise typer.Exit(ExitCode.DAMAGE if troubles else ExitCode.DONE)
