"""``threadbound backup``: the whole run, by a configuration."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from threadbound.cli import cache, console, environment
from threadbound.cli import parameters as p
from threadbound.cli.boundary import message
from threadbound.cli.configured import ConfigFile, configuration
from threadbound.cli.console import Talk
from threadbound.options import BindOptions, FetchOptions, Step

if TYPE_CHECKING:
    from threadbound.backup.configuration import Configuration
    from threadbound.backup.settings import Settings
    from threadbound.backup.work import RunOptions

HELP = """Take in what has come, keep books up to date, and back the library up.

\b
  threadbound config init                 writes a threadbound.toml to begin with
  threadbound backup --dry-run            what a run would do
  threadbound backup                      by the threadbound.toml of this folder
  threadbound backup -c ~/threadbound.toml --offline
  threadbound backup -q                   says nothing unless something is wrong: for cron

One run: lock, take pages in from the inboxes, fetch missing pictures, make anew the books that changed, take a snapshot
at every destination, read the new and a part of the old again, remove old snapshots by the rules of [retention], and
tell how it went. A snapshot is a BagIt bag (RFC 8493); threadbound restore makes a library of it.
Exit code 3: something was lost or failed that others can live without; 8: something is damaged; 9: the configuration
cannot be used; 11: another run is at work.
"""
DryRun = Annotated[bool, typer.Option("--dry-run", "-n", help="Say what would be done, and do nothing.")]
Offline = Annotated[
    bool, typer.Option("--offline", help="Never open a connection.", envvar="THREADBOUND_OFFLINE", show_default=False)
]
WaitLock = Annotated[
    float, typer.Option("--wait-lock", metavar="SECONDS", min=0, max=86_400, help="Wait for another run to end.")
]
Notify = Annotated[
    str | None,
    typer.Option("--notify-command", metavar="COMMAND", help="Run this afterwards; its environment says how it went."),
]
NewDestination = Annotated[
    bool, typer.Option("--new-destination", help="A destination that was used before may be empty: it is a new disk.")
]


def backup(  # noqa: PLR0913 - a command's options are its parameters
    *,
    config: ConfigFile = None,
    offline: Offline = False,
    dry_run: DryRun = False,
    wait_lock: WaitLock = 0.0,
    notify_command: Notify = None,
    new_destination: NewDestination = False,
    json: p.Json = False,
    quiet: p.Quiet = False,
    verbose: p.Verbose = False,
) -> None:
    """Take in what has come, keep books up to date, and back the library up."""
    from threadbound.backup.run import backup as run  # noqa: PLC0415 - not for --help

    found = configuration(config)
    talk = Talk(json=json, quiet=quiet, verbose=verbose)
    if dry_run:
        raise typer.Exit(_plan(found, run_options(found, offline=offline), talk))
    with console.progress(quiet=quiet or json) as step:
        options = run_options(found, offline=offline, step=step)
        options = _with(options, wait_lock=wait_lock, notify_command=notify_command, is_new_destination=new_destination)
        raise typer.Exit(run(found, options, Listener(talk)))


def run_options(found: Configuration, *, offline: bool, step: Step | None = None) -> RunOptions:
    """What every run has of the call and of the environment."""
    from threadbound.backup.work import RunOptions  # noqa: PLC0415 - not for --help
    from threadbound.options import no_step  # noqa: PLC0415 - as above

    base = BindOptions(
        product="",
        modified=environment.source_date(),
        cache_dir=cache.cache_dir(for_fonts=True),
        fetch=_fetching(found.settings, offline=offline),
    )
    return RunOptions(base, environment=dict(os.environ), step=step or no_step)


def _with(options: RunOptions, **changes: Any) -> RunOptions:  # noqa: ANN401 - values of its fields
    from msgspec.structs import replace  # noqa: PLC0415 - not for --help

    return replace(options, **changes)


def _fetching(settings: Settings, *, offline: bool) -> FetchOptions:
    said = {name: getattr(settings.fetch, name) for name in settings.fetch.__struct_fields__}
    said["resources"] = tuple(Path(folder) for folder in settings.fetch.resources)
    said["offline"] = is_offline = offline or settings.fetch.offline
    options = FetchOptions(**said)
    if is_offline:
        return options
    return dataclasses.replace(options, proxy_for=environment.proxies(), authorities=environment.authorities())


def _plan(found: Configuration, options: RunOptions, talk: Talk) -> int:
    from threadbound.backup.plan import plan  # noqa: PLC0415 - not for --help

    code = 0
    for line in plan(found, options):
        if talk.json:
            console.emit(type="plan", step=line.step, message=line.text, exit_code=int(line.code))
        else:
            message(f"{line.step}: {line.text}")
        code = code or int(line.code)
    return code


class Listener:
    """Says what happens: a line of JSON for everything, or a message for what people want to know."""

    def __init__(self, talk: Talk) -> None:
        self.talk = talk
        self.told: set[str] = set()
        """Failures that were said."""

    def __call__(self, kind: str, **facts: Any) -> None:  # noqa: ANN401 - any JSON
        """Say one thing."""
        if self.talk.json:
            console.emit(type=kind, **facts)
        if kind == "summary" and not self._is_news(facts):
            return
        if kind == "failure":
            self._fail(facts["message"])
        elif self.talk.quiet and (facts.get("losses") or (kind == "summary" and facts["exit_code"])):
            message(SAID[kind](facts))  # cron mails what is said
        elif not self.talk.quiet and not self.talk.json and (text := SAID.get(kind)):
            if kind in ALWAYS or self.talk.verbose:
                message(text(facts))
            for lost in facts.get("losses", ()):
                if self.talk.verbose:
                    message(f"{facts.get('name') or facts.get('path')}: lost: {lost}")

    def _fail(self, text: str) -> None:
        if text not in self.told:
            message(text)
        self.told.add(text)

    def _is_news(self, summary: dict[str, Any]) -> bool:
        """Take the failures that were said from a summary; gives whether anything is left of it."""
        text = summary["message"]
        for each in self.told:
            summary["message"] = summary["message"].removesuffix(f"; {each}")
        return text not in self.told


def _page(facts: dict[str, Any]) -> str:
    moved = ", moved" if facts["moved"] else ""
    status = "known already" if facts["status"] == "known" else facts["status"]
    number = f" {facts['version']}" if facts["status"] == "version" else ""
    return f"{facts['name']}: {facts['id']}: {status}{number}{moved}{_losses(facts)}"


def _losses(facts: dict[str, Any]) -> str:
    from threadbound.notices import first_of  # noqa: PLC0415 - not for --help

    return f"; lost: {first_of(facts['losses'])}" if facts["losses"] else ""


#: How an event is said.
SAID: dict[str, Callable[[dict[str, Any]], str]] = {
    "step": lambda facts: facts["step"],
    "note": lambda facts: facts["message"],
    "left": lambda facts: f"{facts['name']}: stays in the inbox: {facts['message']}",
    "skipped": lambda facts: f"{facts['name']}: skipped: {facts['message']}",
    "page": _page,
    "fetched": lambda facts: f"{facts['name']}: {facts['message']}",
    "book": lambda facts: f"{facts['path']}: made{_losses(facts)}",
    "snapshot": lambda facts: f"{facts['path']}: {facts['files']} files, {facts['copied']} of them new",
    "verified": lambda facts: f"{facts['path']}: {facts['read']} of {facts['files']} files read again",
    "removed": lambda facts: f"{facts['path']}: removed by the rules of [retention]",
    "summary": lambda facts: f"{facts['message']} ({facts['seconds']} s)",
}
#: What is said without ``-v``.
ALWAYS = frozenset({"note", "left", "page", "book", "snapshot", "removed", "summary"})
