"""``threadbound watch``: the backup run whenever a page arrives."""

from __future__ import annotations

from typing import Annotated

import typer

from threadbound.cli import console
from threadbound.cli import parameters as p
from threadbound.cli.backup import Listener, Offline, run_options
from threadbound.cli.boundary import message
from threadbound.cli.configured import ConfigFile, configuration
from threadbound.cli.console import Talk
from threadbound.errors import UsageError, unexpected

HELP = """Make the run of threadbound backup whenever a page arrives in an inbox.

\b
  threadbound watch                     until it is stopped (Ctrl-C, SIGTERM)
  threadbound watch --poll 60           inboxes on a network share, which tell of nothing
  threadbound watch --pause 3600        at most one run an hour

A page is taken in once nothing is written to it any more. A page that cannot be read, and a run that fails, are told
and stop nothing. Lists of addresses are left to threadbound backup.
"""
Poll = Annotated[
    float | None,
    typer.Option(
        "--poll", metavar="SECONDS", min=0.1, max=86_400, help="Look at every file so often.", show_default=False
    ),
]
Pause = Annotated[
    float, typer.Option("--pause", metavar="SECONDS", min=0, max=86_400, help="Between two runs, at least.")
]
#: Seconds to wait for another run: a verb that is called by hand, or the nightly one.
PATIENCE = 3600.0


def watch(  # noqa: PLR0913 - a command's options are its parameters
    *,
    config: ConfigFile = None,
    offline: Offline = False,
    poll: Poll = None,
    pause: Pause = 10.0,
    json: p.Json = False,
    quiet: p.Quiet = False,
    verbose: p.Verbose = False,
) -> None:
    """Make the run whenever a page arrives."""
    from msgspec.structs import replace  # noqa: PLC0415 - not for --help

    from threadbound.backup.run import backup  # noqa: PLC0415 - as above
    from threadbound.backup.watching import watch as watching  # noqa: PLC0415 - as above

    found = configuration(config)
    if not found.settings.inbox:
        raise UsageError(f"{found.file}: there is no [[inbox]] to watch; name one")
    listener = Listener(Talk(json=json, quiet=quiet, verbose=verbose))

    def run() -> int:
        options = replace(run_options(found, offline=offline), wait_lock=PATIENCE, asks_addresses=False)
        try:
            return int(backup(found, options, listener))
        except Exception as error:  # noqa: BLE001 - one run never stops the watch
            message(unexpected(error))
            return 1

    if json:
        console.emit(type="watching", configuration=str(found.file))
    elif not quiet:
        message(f"watching {', '.join(each.path for each in found.settings.inbox)}")
    watching(found, run, pause=pause, poll=poll)
