"""``threadbound init``: a new library."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from threadbound.cli import console
from threadbound.cli import parameters as p
from threadbound.cli.boundary import message

HELP = """Make a library: a folder that keeps threads.

\b
  threadbound init my-threads
  threadbound add -L my-threads saved/      then take pages in

The folder may be there if it is empty. A library that is there already stays as it is.
"""
Folder = Annotated[Path, typer.Argument(metavar="DIR", help="The library's folder.", show_default=False)]


def init(folder: Folder, *, json: p.Json = False, quiet: p.Quiet = False, verbose: p.Verbose = False) -> None:
    """Make a library."""
    del verbose  # what it asks for, the boundary does
    from threadbound.library import founding, opening  # noqa: PLC0415 - not for --help

    was_there = opening.is_library(folder)
    library = founding.init(folder)
    if json:
        console.emit(type="library", path=str(folder), id=library.marker.id, new=not was_there)
    elif not quiet:
        message(f"{folder}: {'it is a library already' if was_there else 'a new library'}")
