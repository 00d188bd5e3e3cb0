"""The options of fetching, declared once for every verb that looks for pictures."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Annotated

import typer

from threadbound.cli import environment
from threadbound.errors import FileTrouble, UsageError
from threadbound.options import Authorities, FetchOptions

DEFAULTS = FetchOptions()
#: A host as a user names it, and a mirror's address: more is judged when they are asked.
HOST = re.compile(r"[\w-]+(\.[\w-]+)*")
MIRROR = re.compile(r"https?://[^\s/?#@]+(/[^\s?#]*)?", re.IGNORECASE)
#: Seconds that anybody may want to wait.
LONGEST = 3600


def fetch_options(  # noqa: PLR0913 - options are parameters
    *,
    offline: Annotated[
        bool, typer.Option("--offline", help="Never open a connection.", envvar="THREADBOUND_OFFLINE")
    ] = False,
    resources: Annotated[
        list[Path],
        typer.Option("--resources", metavar="DIR", help="A folder to look for pictures in; may be given again."),
    ] = [],  # noqa: B006 - typer makes a list of its own
    wayback: Annotated[
        bool, typer.Option("--wayback", help="Ask the Wayback Machine for what a picture's own server does not give.")
    ] = False,
    allow_host: Annotated[
        list[str],
        typer.Option("--allow-host", metavar="HOST", help="Fetch pictures from this host too; may be given again."),
    ] = [],  # noqa: B006 - as above
    any_host: Annotated[
        bool, typer.Option("--any-host", help="Fetch pictures from every public host that a page names.")
    ] = False,
    mirror: Annotated[
        str | None,
        typer.Option("--mirror", metavar="URL", help="Fetch from URL/HOST/PATH?QUERY instead of the hosts themselves."),
    ] = None,
    wait: Annotated[
        float, typer.Option("--wait", metavar="SECONDS", min=0, help="Between two requests to one host.")
    ] = DEFAULTS.wait,
    retries: Annotated[
        int, typer.Option("--retries", metavar="N", min=0, help="How often a failed request is made again.")
    ] = DEFAULTS.retries,
    timeout: Annotated[
        float, typer.Option("--timeout", metavar="SECONDS", min=0.1, help="How long a server may be silent.")
    ] = DEFAULTS.timeout,
    jobs: Annotated[
        int, typer.Option("--jobs", "-j", metavar="N", min=1, max=64, help="How many pictures are fetched at a time.")
    ] = DEFAULTS.jobs,
    ask_again: Annotated[
        bool, typer.Option("--ask-again", help="Ask even for what a server said lately is gone, and for larger sizes.")
    ] = False,
) -> FetchOptions:
    """What the user says of fetching.

    Raises:
        UsageError: a folder that is not there, a host or a mirror that can be none, or no connection is to be opened
            and yet one is needed.
        FileTrouble: a folder that may not be read.
    """
    for name, is_wanted in (("--wayback", wayback), ("--mirror", mirror is not None)):
        refuse_offline(name, is_wanted=is_wanted and offline)
    for folder in resources:
        if not folder.is_dir():
            raise UsageError(f"--resources {folder}: there is no such folder")
        if not os.access(folder, os.R_OK | os.X_OK):
            raise FileTrouble(f"--resources {folder}: the folder cannot be read; change its permissions")
    if mirror is not None and not (MIRROR.fullmatch(mirror) and _is_address(mirror)):
        raise UsageError(f"--mirror {mirror}: give an address like http://localhost:8000/pictures")
    for name, seconds in (("--wait", wait), ("--timeout", timeout)):
        if not seconds <= LONGEST:  # nor is what is no number at all
            raise UsageError(f"{name} {seconds}: give seconds, {LONGEST} at most")
    return FetchOptions(
        offline=offline,
        resources=tuple(resources),
        wayback=wayback,
        allow_hosts=tuple(map(_host, allow_host)),
        any_host=any_host,
        mirror=mirror,
        wait=wait,
        retries=retries,
        timeout=timeout,
        jobs=jobs,
        ask_again=ask_again,
        proxy_for=environment.proxies(),
        authorities=Authorities() if offline else environment.authorities(),
    )


def refuse_offline(name: str, *, is_wanted: bool) -> None:
    """Refuse an option that needs a connection where none is to be opened.

    Raises:
        UsageError: ``is_wanted``.
    """
    if is_wanted:
        raise UsageError(f"{name} needs a connection, and --offline or THREADBOUND_OFFLINE allows none: leave one out")


def _host(name: str) -> str:
    """The name in ASCII, as addresses are compared.

    Raises:
        UsageError: it is no host's.
    """
    from threadbound.media.policy import ascii_host  # noqa: PLC0415 - not for --help

    try:
        if HOST.fullmatch(name):
            return ascii_host(name)
    except UnicodeError:
        pass
    raise UsageError(f"--allow-host {name}: give a host's name alone, like images.example.org")


def _is_address(url: str) -> bool:
    """Whether it has a host, and a port that can be one."""
    from urllib.parse import urlsplit  # noqa: PLC0415 - not for --help

    try:
        parts = urlsplit(url)
        return bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
