"""The configuration, for every verb that asks it: where it is looked for, and the option that names it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from threadbound.backup.configuration import Configuration

NAME = "threadbound.toml"
VARIABLE = "THREADBOUND_CONFIG"
ConfigFile = Annotated[
    Path | None,
    typer.Option(
        "--config",
        "-c",
        metavar="FILE",
        help=f"The configuration. Default: ${VARIABLE}, then {NAME} here, then the user's config.toml.",
        show_default=False,
    ),
]


def places() -> Iterator[Path]:
    """Where a configuration is looked for that nobody names, in order."""
    if value := os.environ.get(VARIABLE, ""):
        yield Path(value)
        return
    yield Path(NAME)
    from platformdirs import user_config_path  # noqa: PLC0415 - not for --help

    yield user_config_path("threadbound", appauthor=False) / "config.toml"


def configuration(file: Path | None) -> Configuration:
    """The configuration.

    Raises:
        BadConfiguration: there is none, or it says what cannot be.
    """
    from threadbound.backup.configuration import find, read  # noqa: PLC0415 - not for --help

    return read(find(file, places()))


def library() -> Path | None:
    """The library that a configuration names, if there is one."""
    if not any(place.is_file() for place in places()):
        return None
    return configuration(None).library
