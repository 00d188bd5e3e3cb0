"""Which library a verb is about, and the options that verbs of the library share."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from threadbound.cli import configured
from threadbound.errors import NoLibrary

VARIABLE = "THREADBOUND_LIBRARY"
MARKER = "threadbound-library.json"
LibraryFolder = Annotated[
    Path | None,
    typer.Option(
        "--library",
        "-L",
        metavar="DIR",
        help=f"The library. Default: ${VARIABLE}, then the configuration, then this folder.",
        show_default=False,
    ),
]


def library_at(folder: Path | None) -> Path:
    """The library's folder: the one that was named, else what the environment says, the configuration, this folder.

    Raises:
        NoLibrary: none of them has one.
        BadConfiguration: the configuration cannot be read.
    """
    named = folder or (Path(value) if (value := os.environ.get(VARIABLE, "")) else None) or configured.library()
    if named:
        return named
    if Path(MARKER).exists():
        return Path()
    raise NoLibrary(f"no library here: name one with --library DIR or ${VARIABLE}, or make one: threadbound init DIR")
