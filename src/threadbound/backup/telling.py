"""Telling others how a run went: commands of the user's, and a ping address.

Before: a run has begun, or has ended. After: whoever should know was told, or a line says why not. The ping goes to one
address that the user configured (as healthchecks.io and its like have it: ``/start``, nothing, ``/fail``), through the
one door to the network, and never while offline.
"""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from msgspec import Struct

from threadbound.errors import ThreadboundError
from threadbound.options import FetchOptions

#: Seconds that a command may take.
LONGEST = 120
#: Seconds that the ping address may take to answer.
PING = 10.0
#: How a ping address is told; what is added to its path.
PATHS = {"start": "/start", "success": "", "failure": "/fail"}


class Told(Struct, frozen=True):
    """How a run went, as commands learn it from their environment."""

    code: int
    summary: str
    library: str
    log: str

    @property
    def variables(self) -> dict[str, str]:
        """``THREADBOUND_EXIT_CODE`` and so on."""
        return {
            "THREADBOUND_EXIT_CODE": str(self.code),
            "THREADBOUND_SUMMARY": self.summary,
            "THREADBOUND_LIBRARY": self.library,
            "THREADBOUND_LOG": self.log,
        }


def run_command(command: str | list[str], told: Told, environment: Mapping[str, str]) -> str:
    """Run a command of the user's: words as they are, or a line for the shell. Gives what went wrong, or nothing.

    Args:
        command: the words.
        told: how the run went; the command's environment says it.
        environment: what else it has.
    """
    words = ["/bin/sh", "-c", command] if isinstance(command, str) else command
    if not words:
        return "an empty command"
    try:
        done = subprocess.run(  # noqa: S603 - the user's own command, from the user's own file
            words,
            env={**environment, **told.variables},
            timeout=LONGEST,
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
    except subprocess.TimeoutExpired:
        return f"{words[0]}: stopped after {LONGEST} seconds"
    except OSError as error:
        return f"{words[0]}: {error.strerror or error}"
    return f"{' '.join(words)[:200]}: it ended with code {done.returncode}" if done.returncode else ""


def ping(address: str, what: str, options: FetchOptions) -> str:
    """Tell a ping address; gives what went wrong, or nothing.

    Args:
        address: the user's.
        what: ``start``, ``success`` or ``failure``.
        options: proxies and authorities.
    """
    if options.offline:
        return ""
    import asyncio  # noqa: PLC0415 - only where somebody is to be told

    from threadbound.media import interruptible  # noqa: PLC0415 - only where somebody is to be told
    from threadbound.media.answers import FetchTrouble  # noqa: PLC0415 - as above
    from threadbound.media.client import Client  # noqa: PLC0415 - as above
    from threadbound.media.policy import origin_of  # noqa: PLC0415 - as above

    parts = urlsplit(address)
    url = parts._replace(path=parts.path.rstrip("/") + PATHS[what]).geturl()

    def hop(where: str) -> str:
        if origin_of(where) != origin_of(address):
            raise FetchTrouble("media.not-allowed", "it leads to another server")
        return where

    async def tell() -> None:
        # It is the user's own address: like the user's mirror it may stand in a private network.
        client = Client(options, origin_of(address))
        try:
            with tempfile.TemporaryDirectory(prefix="threadbound-") as folder:
                await asyncio.wait_for(client.download(url, Path(folder) / "answer", hop), PING)
        finally:
            await client.close()

    try:
        interruptible.run(tell())
    except TimeoutError:
        return f"{parts.hostname}: it did not answer in {PING:.0f} seconds"
    except (FetchTrouble, ThreadboundError, OSError) as error:
        return f"{parts.hostname}: {error}"
    return ""
