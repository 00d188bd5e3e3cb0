"""Having the system start the run: a systemd timer of the user's, a launchd job, or a line of a crontab.

Before: which command is to run, and when. After: the texts that say it to the system, the places where they belong, and
the commands that make it read them. What is shown is what is installed.
"""

from __future__ import annotations

import plistlib
import re
import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from msgspec import Struct

from threadbound.errors import UsageError

Kind = Literal["systemd", "launchd", "cron"]
#: What begins and ends our own lines of a crontab.
BEGIN, END = "# threadbound {name}: begin", "# threadbound {name}: end"
#: Folders that are everybody's.
PUBLIC = ("/tmp", "/var/tmp")  # noqa: S108 - nothing is written there
_TIME = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)", re.ASCII)
SERVICE = """[Unit]
Description=Threadbound: take in saved threads and back them up ({config})
Documentation=https://www.freedesktop.org/software/systemd/man/latest/systemd.timer.html
OnFailure={name}-failed.service

[Service]
Type=oneshot
ExecStart={command}
# Code 3 (a page lacks pictures, or holds no thread) counts as a failure too, unless you say otherwise:
# SuccessExitStatus=3
Nice=19
IOSchedulingClass=idle
TimeoutStartSec=6h
# What follows needs user namespaces; where a system forbids them, remove these lines
PrivateUsers=yes
NoNewPrivileges=yes
{private}ProtectSystem=strict
ProtectKernelTunables=yes
ProtectControlGroups=yes
RestrictSUIDSGID=yes
RestrictRealtime=yes
LockPersonality=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
{writable}
"""
TIMER = """[Unit]
Description=Threadbound: every day at {at}

[Timer]
OnCalendar=*-*-* {at}:00
Persistent=true
RandomizedDelaySec={delay}m

[Install]
WantedBy=timers.target
"""
FAILED = """[Unit]
Description=Threadbound: the run has failed

[Service]
Type=oneshot
ExecStart={command}
"""


class Job(Struct, frozen=True):
    """What is to run, and when."""

    name: str
    """Of the units; two configurations have two."""
    command: tuple[str, ...]
    """Program and words, absolute."""
    config: Path
    at: str
    """``HH:MM``."""
    writable: tuple[Path, ...]
    """Folders that the run writes to."""
    delay: int = 30
    """Minutes by which the start may be put off, so that not every machine asks at once."""


class Text(Struct, frozen=True):
    """A file to install."""

    path: Path
    text: str


class Plan(Struct, frozen=True):
    """What is installed, and how the system learns of it."""

    files: tuple[Text, ...]
    install: tuple[tuple[str, ...], ...]
    """Commands that are run once the files are there."""
    remove: tuple[tuple[str, ...], ...]
    """Commands that are run before the files go."""
    after: tuple[tuple[str, ...], ...] = ()
    """Commands that are run when the files are gone."""
    judge: tuple[str, ...] = ()
    """Command that says what is wrong with the files, which it is called with."""


def checked_time(at: str) -> str:
    """``HH:MM``, as it is.

    Raises:
        UsageError: it is no time of day.
    """
    match = _TIME.fullmatch(at)
    if match is None:
        raise UsageError(f"--at {at}: give a time of day like 04:17")
    return f"{int(match[1]):02}:{match[2]}"


def systemd(job: Job, folder: Path) -> Plan:
    """A timer and its service for ``systemctl --user``.

    Args:
        job: what and when.
        folder: where the user's units are.
    """
    # A service with a /tmp of its own would not see what lies in everybody's.
    is_public = any(path.is_relative_to(public) for path in (*job.writable, job.config) for public in PUBLIC)
    private = "" if is_public else "PrivateTmp=yes\n"
    places = [*job.writable, *(map(Path, PUBLIC) if is_public else ())]
    writable = "\n".join(f'ReadWritePaths="-{_unspecified(str(path))}"' for path in places)
    config, command = str(job.config).replace("%", "%%"), _words(job.command)
    service = SERVICE.format(config=config, name=job.name, command=command, writable=writable, private=private)
    said = f"{job.name}.service has failed: systemctl --user status {job.name}.service"
    failed = FAILED.format(command=_words(("/usr/bin/env", "logger", "-p", "user.err", "-t", job.name, said)))
    texts = {
        f"{job.name}.service": service,
        f"{job.name}.timer": TIMER.format(at=job.at, delay=job.delay),
        f"{job.name}-failed.service": failed,
    }
    call = ("systemctl", "--user")
    return Plan(
        tuple(Text(folder / name, text) for name, text in texts.items()),
        install=((*call, "daemon-reload"), (*call, "enable", "--now", f"{job.name}.timer")),
        remove=((*call, "disable", "--now", f"{job.name}.timer"),),
        after=((*call, "daemon-reload"),),
        judge=("systemd-analyze", "verify", "--man=no", "--recursive-errors=no"),
    )


def launchd(job: Job, folder: Path, logs: Path) -> Plan:
    """A launch agent (launchd.plist(5)); one whose time was slept through is started on waking."""
    label = f"org.threadbound.{job.name}"
    hour, minute = job.at.split(":")
    said = {
        "Label": label,
        "ProgramArguments": list(job.command),
        "StartCalendarInterval": {"Hour": int(hour), "Minute": int(minute)},
        "ProcessType": "Background",
        "LowPriorityIO": True,
        "Nice": 19,
        "StandardErrorPath": str(logs / f"{job.name}.log"),
    }
    path = folder / f"{label}.plist"
    text = plistlib.dumps(said, sort_keys=False).decode()
    return Plan(
        (Text(path, text),),
        install=(("launchctl", "load", "-w", str(path)),),
        remove=(("launchctl", "unload", "-w", str(path)),),
    )


def crontab(job: Job, before: str) -> str:
    """The user's crontab with our lines in it, in the place of those that were there; ``job.command`` runs daily."""
    hour, minute = job.at.split(":")
    # A per cent sign ends a command in a crontab (crontab(5)).
    words = shlex.join(job.command).replace("%", "\\%")
    lines = [BEGIN.format(name=job.name), f"{int(minute)} {int(hour)} * * * {words}", END.format(name=job.name)]
    rest = without(job.name, before)
    return (f"{rest.rstrip()}\n" if rest.strip() else "") + "\n".join(lines) + "\n"


def without(name: str, crontab: str) -> str:
    """A crontab without our lines of that name."""
    kept: list[str] = []
    is_ours = False
    for line in crontab.splitlines():
        is_ours = is_ours or line.strip() == BEGIN.format(name=name)
        if not is_ours:
            kept.append(line)
        if line.strip() == END.format(name=name):
            is_ours = False
    return "\n".join(kept) + ("\n" if kept else "")


def _words(words: Sequence[str]) -> str:
    """A command line as systemd reads it (systemd.service(5), "Command lines")."""
    return " ".join(f'"{_escaped(word)}"' if word == "" or set(word) - _PLAIN else word for word in words)


#: What needs no quotes in a command line of systemd's.
_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-=:@+,")


def _escaped(word: str) -> str:
    """Without what systemd would replace in a command line: variables too."""
    return _unspecified(word).replace("$", "$$")


def _unspecified(word: str) -> str:
    """Without what systemd would replace everywhere."""
    return word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
