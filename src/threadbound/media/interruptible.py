"""``asyncio.run``, which a signal ends cleanly.

Before: a coroutine, and whatever handlers the process has. After: its result; or, when SIGTERM or SIGHUP came, every
task has been cancelled and the process's own handler has been called, outside of asyncio.

asyncio does so for SIGINT alone. An exception that a handler raises inside one of its callbacks, or inside one of
libcurl's, would be printed and forgotten, and the run would go on.
"""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Callable, Coroutine
from types import FrameType
from typing import Any, TypeVar

SIGNALS = (signal.SIGTERM, signal.SIGHUP)
Result = TypeVar("Result")
Handler = Callable[[int, FrameType | None], Any]


def run(work: Coroutine[Any, Any, Result]) -> Result:
    """Run ``work`` to its end, or to the process's end."""
    if threading.current_thread() is not threading.main_thread():  # signals are no business of other threads
        return asyncio.run(work)
    handlers = {number: known for number in SIGNALS if callable(known := signal.getsignal(number))}
    came: list[signal.Signals] = []
    try:
        return asyncio.run(_watched(work, handlers, came))
    finally:
        for number, handler in handlers.items():  # the loop, when it closed, left none
            signal.signal(number, handler)
        for number in came[:1]:
            handlers[number](number, None)


async def _watched(
    work: Coroutine[Any, Any, Result], handlers: dict[signal.Signals, Handler], came: list[signal.Signals]
) -> Result:
    loop = asyncio.get_running_loop()
    task = asyncio.ensure_future(work)

    def stop(number: signal.Signals) -> None:
        came.append(number)
        task.cancel()

    for number in handlers:
        loop.add_signal_handler(number, stop, number)
    return await task
