"""The run, from the lock to the stamp; it reads like a table of contents.

Before: a configuration. After: what came is in the library, books are up to date, each destination has a snapshot that
was looked at, and old ones are gone by the rules. What failed is in the log, the stamp, the exit code and whatever the
user wants to be told by; a step that fails does not keep the others from their work, except that nothing is removed
where something is damaged.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path

from threadbound import disk
from threadbound.backup import bookmaking, destinations, telling
from threadbound.backup.configuration import NO_DESTINATION, Configuration
from threadbound.backup.filling import fill
from threadbound.backup.report import Listener, Report
from threadbound.backup.runlog import GOOD, RunLog
from threadbound.backup.shelving import look_at_library, snapshot_to
from threadbound.backup.telling import Told
from threadbound.backup.work import Run, RunOptions
from threadbound.errors import ExitCode, NoLibrary, ThreadboundError
from threadbound.library import founding, opening
from threadbound.library.layout import Library
from threadbound.lock import held

VERB = "threadbound backup"
RUNS = "runs"


def backup(configuration: Configuration, options: RunOptions, listener: Listener) -> ExitCode:
    """A whole run; gives its exit code. Nothing is raised that a user can meet: it is told, and whoever should know is.

    Args:
        configuration: what the user wants.
        options: what the call says.
        listener: told of everything that happens.
    """
    began = time.monotonic()
    _ping(configuration, options, "start", listener)
    told = Told(ExitCode.BUG, "", configuration.settings.library, "")
    try:
        told = _guarded(configuration, options, listener)
    except BaseException as stopped:
        told = Told(_code_of(stopped), _stopped(stopped), configuration.settings.library, "")
        raise
    finally:
        _tell_others(configuration, options, told, listener)
        seconds = round(time.monotonic() - began, 1)
        listener("summary", message=told.summary, exit_code=told.code, seconds=seconds, log=told.log)
    return ExitCode(told.code)


def _guarded(configuration: Configuration, options: RunOptions, listener: Listener) -> Told:
    settings = configuration.settings
    try:
        bookmaking.check(settings, options.base)
        library = _library(configuration)
        with disk.explained(library.state):
            library.state.mkdir(exist_ok=True)
        with held(library.state, VERB, options.wait_lock):
            return _locked(configuration, options, library, listener)
    except ThreadboundError as error:
        listener("failure", step="begin", message=str(error), exit_code=int(error.exit_code))
        return Told(error.exit_code, str(error), settings.library, "")


def _library(configuration: Configuration) -> Library:
    """The library; one that is not there is made, unless a destination says that there was one."""
    root = configuration.library
    if not opening.is_library(root):
        for each in configuration.settings.destination:
            if destinations.marker_of(Path(each.path)) is not None:
                cure = f"is its disk mounted? threadbound restore {each.path} {root} brings it back"
                raise NoLibrary(f"{root}: no library is there, but {each.path} has backups of one; {cure}")
        return founding.init(root)
    return opening.opened(root)


def _locked(configuration: Configuration, options: RunOptions, library: Library, listener: Listener) -> Told:
    """The run proper: its log is open, and its stamp is the last thing that it writes."""
    now = datetime.now(UTC)
    report = Report(RunLog(library.state / RUNS, now), listener)
    run = Run(configuration, options, library, report, now)
    code, summary = int(ExitCode.BUG), ""
    try:
        report.tell("start", library=str(library.root), configuration=str(configuration.file))
        _steps(run)
        _note_no_destination(run)
        code, summary = int(report.code), report.summary
    except BaseException as stopped:
        code, summary = _code_of(stopped), _stopped(stopped)
        raise
    finally:
        try:
            # The stamp: the last that the run writes.
            report.log.end(code, summary, is_backup=bool(run.settings.destination))
        except ThreadboundError as error:
            report.codes.add(error.exit_code)
            code, summary = int(report.code), str(error)
            listener("failure", step="report", message=summary, exit_code=int(error.exit_code))
    return Told(code, summary, str(library.root), str(report.log.path))


def _code_of(stopped: BaseException) -> int:
    """What the process will say: a signal has its own code."""
    if isinstance(stopped, KeyboardInterrupt):
        return int(ExitCode.INTERRUPTED)
    return int(getattr(stopped, "code", ExitCode.BUG))


def _stopped(stopped: BaseException) -> str:
    if isinstance(stopped, KeyboardInterrupt):
        return "interrupted"
    return f"stopped before it was done: {str(stopped) or type(stopped).__name__}"


def _steps(run: Run) -> None:
    """The steps in order."""
    run.attempt("library", lambda: fill(run))
    is_whole = run.attempt("verify", lambda: look_at_library(run)) and not run.report.counts["damaged"]
    for destination in run.settings.destination:
        snapshot_to(run, destination, may_remove=is_whole)


def _note_no_destination(run: Run) -> None:
    """A run that backs nothing up is no good one, and says so."""
    if not run.settings.destination:
        run.report.fail("snapshot", f"{run.configuration.file}: {NO_DESTINATION}", ExitCode.LOSSES)


def _tell_others(configuration: Configuration, options: RunOptions, told: Told, listener: Listener) -> None:
    """Run the user's commands, tell the ping address."""
    settings = configuration.settings
    is_failure = told.code != ExitCode.DONE
    commands = [options.notify_command, settings.notify_command, settings.on_failure if is_failure else None]
    for command in commands:
        if command and (trouble := telling.run_command(command, told, options.environment)):
            listener("failure", step="notify", message=f"telling of this run failed: {trouble}", exit_code=0)
    if told.code == ExitCode.LOCKED:
        return  # that run tells of itself
    is_good = told.code in GOOD and bool(settings.destination)
    _ping(configuration, options, "success" if is_good else "failure", listener)


def _ping(configuration: Configuration, options: RunOptions, what: str, listener: Listener) -> None:
    address = configuration.settings.ping
    if address and (trouble := telling.ping(address, what, options.base.fetch)):
        listener("failure", step="ping", message=f"the ping address was not told: {trouble}", exit_code=0)
