"""``threadbound schedule``: have the system start the run every day."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from threadbound.cli import console
from threadbound.cli import parameters as p
from threadbound.cli.boundary import message
from threadbound.cli.configured import ConfigFile, configuration
from threadbound.cli.console import Talk
from threadbound.errors import CheckFailed, FileTrouble, SomethingMissing, UsageError

if TYPE_CHECKING:
    from threadbound.backup.configuration import Configuration
    from threadbound.backup.schedule import Job, Plan

HELP = """Have the system start threadbound backup every day.

\b
  threadbound schedule                       shows what would be installed, and installs nothing
  threadbound schedule --install --at 04:17  shows it, and installs it
  threadbound schedule --remove
  threadbound schedule --as cron             a line for a crontab instead

By itself it is a systemd timer of yours on Linux (where systemd is), a launch agent on macOS, else a crontab line. The
first two make up for a run whose time was missed. A timer of yours runs while you are logged out after: loginctl
enable-linger. threadbound status --max-age 36h says when no good run was made for too long.
"""
#: What helps where the system's own scheduler does not answer.
CURE = "log in on a session of your own (not by su or sudo), or say --as cron"
KINDS = ("systemd", "launchd", "cron")
As = Annotated[str | None, typer.Option("--as", metavar="KIND", help="systemd, launchd or cron.", show_default=False)]
At = Annotated[str, typer.Option("--at", metavar="HH:MM", help="When, every day.")]
Install = Annotated[bool, typer.Option("--install", help="Install it.")]
Remove = Annotated[bool, typer.Option("--remove", help="Remove what --install installed.")]


def schedule(  # noqa: PLR0913 - a command's options are its parameters
    *,
    config: ConfigFile = None,
    kind: As = None,
    at: At = "04:17",
    install: Install = False,
    remove: Remove = False,
    force: p.Force = False,
    json: p.Json = False,
    quiet: p.Quiet = False,
) -> None:
    """Have the system start the run every day."""
    from threadbound.backup import schedule as made  # noqa: PLC0415 - not for --help

    if install and remove:
        raise UsageError("--install and --remove contradict each other: give one of them")
    talk = Talk(json=json, quiet=quiet, verbose=False)
    kind = kind or _usual()
    if kind not in KINDS:
        raise UsageError(f"--as {kind}: there is {', '.join(KINDS)}")
    found = configuration(config)
    job = _job(found, made.checked_time(at))
    if kind == "cron":
        _cron(job, talk, install=install, remove=remove)
        return
    if kind == "systemd":
        plan = made.systemd(job, _config_home() / "systemd" / "user")
    else:
        plan = made.launchd(job, Path("~/Library/LaunchAgents").expanduser(), Path("~/Library/Logs").expanduser())
    if remove:
        _remove(plan, quiet=quiet)
        return
    _show(plan, talk)
    if install:
        _judge(plan)
        _install(plan, force=force, quiet=quiet)


def _job(found: Configuration, at: str) -> Job:
    from threadbound.backup.schedule import Job  # noqa: PLC0415 - not for --help
    from threadbound.cli.environment import cache_dir  # noqa: PLC0415 - as above

    file = found.file.absolute()
    program = shutil.which("threadbound", path=str(Path(sys.executable).parent)) or shutil.which("threadbound")
    call = (program,) if program else (sys.executable, "-m", "threadbound")
    settings = found.settings
    moved = [Path(each.path) for each in settings.inbox if each.mode == "move"]
    places = [found.library, *(Path(each.path) for each in settings.destination), *moved, cache_dir()]
    # Two configurations have two timers.
    name = f"threadbound-{hashlib.sha256(str(file).encode()).hexdigest()[:8]}"
    return Job(name, (*call, "backup", "-q", "-c", str(file)), file, at, tuple(dict.fromkeys(map(_there, places))))


def _there(path: Path) -> Path:
    """The folder, or the nearest one above it that is there: what is not there cannot be opened to a service."""
    while not path.is_dir() and path != path.parent:
        path = path.parent
    return path


def _usual() -> str:
    if sys.platform == "darwin":
        return "launchd"
    return "systemd" if shutil.which("systemctl") else "cron"


def _config_home() -> Path:
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path("~/.config").expanduser())


def _show(plan: Plan, talk: Talk) -> None:
    for file in plan.files:
        if talk.json:
            console.emit(type="file", path=str(file.path), text=file.text)
        elif not talk.quiet:
            typer.echo(f"# {file.path}\n{file.text}")
    for command in plan.install:
        if talk.json:
            console.emit(type="command", words=command)
        elif not talk.quiet:
            typer.echo(f"# then: {' '.join(command)}")


def _judge(plan: Plan) -> None:
    """Have the system look at the files, where it can, before they are installed.

    Raises:
        CheckFailed: it finds a fault in them.
    """
    if not plan.judge or not shutil.which(plan.judge[0]):
        return
    with tempfile.TemporaryDirectory(prefix="threadbound-") as folder:
        files = [Path(folder, file.path.name) for file in plan.files]
        for file, wanted in zip(files, plan.files, strict=True):
            file.write_text(wanted.text, "utf-8")
        command = [*plan.judge, *map(str, files)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own words
        said = done.stderr.replace(f"{folder}/", "").splitlines()
    # An older systemd, or one that finds fault with units of others, keeps nobody from having a timer.
    if faults := [line for line in said if any(file.name in line for file in files)]:
        raise CheckFailed(f"{' '.join(plan.judge[:2])}: {faults[0]}; nothing was installed, please report it")


def _install(plan: Plan, *, force: bool, quiet: bool) -> None:
    from threadbound.writers.output import atomic  # noqa: PLC0415 - not for --help

    before = {file.path: file.path.read_bytes() if file.path.is_file() else None for file in plan.files}
    for file in plan.files:
        is_same = file.path.is_file() and file.path.read_text("utf-8") == file.text
        if not is_same:
            with atomic(file.path, force=force) as temporary:
                temporary.write_text(file.text, "utf-8")
    try:
        for command in plan.install:
            _call(command)
    except FileTrouble as error:
        _put_back(before)
        raise FileTrouble(f"{error}; nothing was installed; {CURE}") from None
    except SomethingMissing:
        _put_back(before)
        raise
    if not quiet:
        message(f"installed: {plan.files[0].path}")


def _put_back(before: Mapping[Path, bytes | None]) -> None:
    """The files as they were; ``None``: there was none."""
    for path, data in before.items():
        if data is None:
            path.unlink(missing_ok=True)
        else:
            path.write_bytes(data)


def _remove(plan: Plan, *, quiet: bool) -> None:
    there = [file.path for file in plan.files if file.path.exists()]
    if not there:
        message(f"{plan.files[0].path}: it is not installed")
        return
    try:
        for command in plan.remove:
            _call(command)
    except (FileTrouble, SomethingMissing) as error:
        raise type(error)(f"{error}; the files are removed all the same: it stops with your session") from None
    finally:
        for path in there:
            path.unlink()
    for command in plan.after:
        _call(command)
    if not quiet:
        message(f"removed: {', '.join(map(str, there))}")


def _cron(job: Job, talk: Talk, *, install: bool, remove: bool) -> None:
    from threadbound.backup.schedule import crontab, without  # noqa: PLC0415 - not for --help

    if not install and not remove:
        _show_lines(crontab(job, ""), talk)
        return
    if not shutil.which("crontab"):
        raise SomethingMissing("crontab: it is not installed; install cron, or choose another kind with --as")
    # A user without a crontab has an empty one; crontab says so with an exit code.
    before = subprocess.run(["crontab", "-l"], capture_output=True, text=True, check=False).stdout  # noqa: S607 - of the PATH
    after = without(job.name, before) if remove else crontab(job, before)
    if install:
        _show_lines(crontab(job, ""), talk)
    _call(("crontab", "-"), after)
    if not talk.quiet:
        message("removed from the crontab" if remove else "installed in the crontab")


def _show_lines(text: str, talk: Talk) -> None:
    if talk.json:
        console.emit(type="crontab", text=text)
    elif not talk.quiet:
        typer.echo(text, nl=False)


def _call(command: tuple[str, ...], text: str = "") -> None:
    """Run a command of the system's.

    Raises:
        SomethingMissing: it is not there.
        FileTrouble: it failed.
    """
    try:
        done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)  # noqa: S603 - our own words
    except FileNotFoundError:
        raise SomethingMissing(f"{command[0]}: it is not installed; choose another kind with --as") from None
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines()
        raise FileTrouble(f"{' '.join(command)}: it failed: {said[-1] if said else f'code {done.returncode}'}")
