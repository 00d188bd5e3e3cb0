"""Functions for the workers of the tests, in a module that they can import."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from msgspec import Struct, defstruct

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


#: How many families of records there are, each of records of one another: getting to know a family takes a while.
FAMILIES, EACH = 40, 12


def _family(name: str) -> type:
    """The first of a family."""
    every = [
        defstruct(f"{name}{n}", [(f"of{k}", f"{name}{k} | None", None) for k in range(EACH)], module=__name__)
        for n in range(EACH)
    ]
    globals().update({kind.__name__: kind for kind in every})
    return every[0]


def _born(kind: type) -> Callable[[int], Any]:
    def work(number: int) -> Any:
        return kind(**{f"of{number}": None})

    work.__name__ = work.__qualname__ = f"born{kind.__name__}"
    work.__annotations__ = {"number": int, "return": kind}
    return work


BORN = [_born(_family(f"Of{n}X")) for n in range(FAMILIES)]
globals().update({work.__name__: work for work in BORN})
