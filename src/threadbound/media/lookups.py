"""Names of hosts → addresses, asked of the system in threads that nobody waits for.

Before: a host. After: its addresses as the resolver gives them, not judged. The threads of an event loop are joined
when it ends, so that a name server which never answers would hold up Ctrl-C; these are not.
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import socket
import threading
from collections.abc import Callable
from functools import partial
from typing import Any

Addresses = list[str]


async def look_up(host: str, port: int) -> Addresses:
    """The addresses of ``host``, each once; of an address itself.

    Raises:
        OSError, UnicodeError: it is not found, or can be no name.
    """
    with contextlib.suppress(ValueError):
        return [str(numbers(host))]
    found = await _in_a_thread(partial(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM))
    return list(dict.fromkeys(str(info[4][0]) for info in found))


def numbers(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """The address, without the zone that it may name; raises ``ValueError`` for a name."""
    return ipaddress.ip_address(address.partition("%")[0])


def _in_a_thread(ask: Callable[[], list[Any]]) -> asyncio.Future[list[Any]]:
    """What ``ask`` gives."""
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[list[Any]] = loop.create_future()

    def settle(found: list[Any], error: Exception | None) -> None:
        if answer.cancelled():
            return
        if error:
            answer.set_exception(error)
        else:
            answer.set_result(found)

    def work() -> None:
        found: list[Any] = []
        trouble: Exception | None = None
        try:
            found = ask()
        except Exception as error:  # noqa: BLE001 - whatever it is, it is told where it is waited for
            trouble = error
        with contextlib.suppress(RuntimeError):  # the loop has ended
            loop.call_soon_threadsafe(settle, found, trouble)

    threading.Thread(target=work, daemon=True).start()
    return answer


class Lent(socket.socket):
    """A socket that libcurl makes a copy of: ours is closed as soon as nobody here holds it, and nobody is warned."""

    def __del__(self) -> None:
        self.close()
