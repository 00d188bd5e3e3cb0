"""Functions for the workers of the tests, in a module that they can import."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

from msgspec import Struct

from threadbound.errors import CheckFailed


class Sum(Struct, frozen=True):
    a: int
    b: int


class Total(Struct, frozen=True):
    total: int
    process: int


def add(numbers: Sum) -> Total:
    print("what a library says", flush=True)  # noqa: T201 - it must not stand among the answers
    return Total(numbers.a + numbers.b, os.getpid())


def refuse(name: str) -> str:
    raise CheckFailed(f"{name}: no")


def fail(name: str) -> str:
    raise ValueError(name)


def miss(name: str) -> str:
    return Path(name).read_text()


def die(name: str) -> str:
    """Be killed, as often as the file says."""
    left = int(Path(name).read_text())
    if left:
        Path(name).write_text(str(left - 1))
        os.kill(os.getpid(), signal.SIGKILL)
    return "alive"


def leave(name: str) -> str:
    sys.exit(name)


def sleep(seconds: float) -> float:
    time.sleep(seconds)
    return seconds


def length(data: bytes) -> int:
    return len(data)
