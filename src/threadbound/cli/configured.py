"""The configuration, for every verb that asks it: where it is looked for, and the option that names it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from threadbound.errors import BadConfiguration

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
        help=f"The configuration. Default: ${VARIABLE}, then {NAME} here; over the user's config.toml.",
        show_default=False,
    ),
]


def files(named: Path | None = None) -> list[Path]:
    """The configurations that are read, the widest first: the system's, the user's, and this folder's or the named one.

    Raises:
        BadConfiguration: there is none.
    """
    from platformdirs import site_config_path, user_config_path  # noqa: PLC0415 - not for --help

    from threadbound.backup.configuration import find  # noqa: PLC0415 - as above

    value = os.environ.get(VARIABLE, "")
    wider = (site_config_path("threadbound", appauthor=False), user_config_path("threadbound", appauthor=False))
    return find(named or (Path(value) if value else None), Path(NAME), (place / "config.toml" for place in wider))


def configuration(file: Path | None) -> Configuration:
    """The configuration.

    Raises:
        BadConfiguration: there is none, or it says what cannot be.
    """
    from threadbound.backup.configuration import read  # noqa: PLC0415 - not for --help

    return read(*files(file))


def library() -> Path | None:
    """The library that a configuration names, if one does.

    Raises:
        BadConfiguration: one cannot be read.
    """
    from threadbound.backup.configuration import layer  # noqa: PLC0415 - not for --help
    from threadbound.backup.layers import joined  # noqa: PLC0415 - as above

    try:
        found = files()
    except BadConfiguration:
        return None
    if not found[-1].is_file() or "library" not in joined(map(layer, found)):
        return None
    return configuration(None).library
