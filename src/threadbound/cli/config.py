"""``threadbound config``: write, show, check and find the configuration."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from threadbound.cli import console, environment
from threadbound.cli import parameters as p
from threadbound.cli.boundary import message
from threadbound.cli.configured import NAME, ConfigFile, configuration, files
from threadbound.cli.usage import Verb

if TYPE_CHECKING:
    from threadbound.backup.configuration import Configuration

HELP = """Write, show, check and find the configuration.

\b
  threadbound config init               writes a threadbound.toml into this folder
  threadbound config check              can it be used
  threadbound config show               what holds, and which file says so
  threadbound config path               which files are read
"""
BEGINNING = """# What threadbound backup does. Paths are relative to this file. All keys: docs/configuration.md
library = "my-threads"

[[inbox]]
path = "saved"          # folder or glob
mode = "copy"           # or "move"

[[destination]]
path = "/mnt/backup/threads"

# Snapshots are kept for ever unless this says otherwise:
# [retention]
# keep_daily = 7
# keep_weekly = 4
# keep_monthly = 12

# Books to keep up to date in my-threads/products:
# [[product]]
# of = "thread"         # or "author", "library"
# formats = ["pdf"]     # or ["epub"], or both
"""

app = typer.Typer(help=HELP, no_args_is_help=True, rich_markup_mode=None)


@app.command("init", cls=Verb)
def init(*, config: ConfigFile = None, force: p.Force = False, json: p.Json = False) -> None:
    """Write a configuration to begin with."""
    from threadbound.writers.output import atomic  # noqa: PLC0415 - not for --help

    file = config or Path(NAME)
    with atomic(file, force=force) as temporary:
        temporary.write_text(BEGINNING, "utf-8")
    if json:
        console.emit(type="written", path=str(file))
        return
    message(f"{file}: written; change it, then: threadbound backup --dry-run")


@app.command("check", cls=Verb)
def check(*, config: ConfigFile = None, json: p.Json = False, quiet: p.Quiet = False) -> None:
    """Say whether the configuration can be used. Exit code 9: it cannot."""
    from threadbound.backup import bookmaking  # noqa: PLC0415 - not for --help
    from threadbound.cli.backup import run_options  # noqa: PLC0415 - as above

    found = configuration(config)
    bookmaking.check(found.settings, run_options(found, offline=True).base)
    if json:
        console.emit(type="configuration", path=str(found.file), library=found.settings.library)
    elif not quiet:
        message(f"{found.file}: it can be used")
    for text in _warnings(found):
        message(f"{found.file}: {text}")


def _warnings(found: Configuration) -> Iterator[str]:
    """What can be used, and may yet not be what the user wants."""
    from threadbound.backup.bookmaking import without_formats  # noqa: PLC0415 - not for --help
    from threadbound.backup.configuration import NO_DESTINATION  # noqa: PLC0415 - as above
    from threadbound.backup.destinations import nearest, shares_disk, used_in, would_share_disk  # noqa: PLC0415 - as above
    from threadbound.backup.shelving import USED  # noqa: PLC0415 - as above
    from threadbound.library.layout import STATE  # noqa: PLC0415 - as above

    if not found.settings.destination:
        yield NO_DESTINATION
    used, home = used_in(found.library / STATE / USED), nearest(found.library)
    for each in found.settings.destination:
        if shares_disk(Path(each.path), home):
            yield f"destination {each.path} lies on the library's own disk, and is lost with it"
        elif would_share_disk(Path(each.path), home, used):
            cure = "mount its disk before the first run, or name a folder on another disk"
            yield f"destination {each.path} is not there yet, and would lie on the library's own disk: {cure}"
    for number in without_formats(found.settings):
        yield f'product {number} makes no book; give it formats = ["pdf"], ["epub"] or both'


@app.command("show", cls=Verb)
def show(*, config: ConfigFile = None, json: p.Json = False) -> None:
    """Show what holds: a line each, with its source."""
    import msgspec  # noqa: PLC0415 - not for --help

    from threadbound.backup.layers import flat  # noqa: PLC0415 - as above

    found = configuration(config)
    for name, value in flat(msgspec.to_builtins(found.settings)):
        source = str(found.sources.get(name, "default"))
        if name == "fetch.offline" and environment.offline():
            value, source = True, "THREADBOUND_OFFLINE"  # noqa: PLW2901 - the environment goes before every file
        if json:
            console.emit(type="setting", name=name, value=value, source=source)
        elif value is not None and value != []:
            typer.echo(f"{name} = {msgspec.json.encode(value).decode()}  # {source}")


@app.command("path", cls=Verb)
def path(*, config: ConfigFile = None, json: p.Json = False) -> None:
    """Say which files are read: what a later one says holds before what an earlier one says."""
    for file in files(config):
        if json:
            console.emit(type="file", path=str(file))
        else:
            typer.echo(str(file))
