"""What a process of the crew does: read a job from standard input, make the derivative, put it in its place, say so.

Before: pipes. After: standard input has ended. The answer to a job is one byte; what is made never goes through a pipe.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import IO

import msgspec
from msgspec import Struct

from threadbound.media.derive import derive
from threadbound.media.recipes import Recipe
from threadbound.tools.kept import put

#: What stands before a job: the length of its description and of the picture.
HEAD = 16
#: What every process is started with.
STANDARD_INPUT, STANDARD_OUTPUT = 0, 1
DONE, REFUSED = b"+", b"-"


class Job(Struct, frozen=True):
    """One derivative."""

    place: bytes
    """A path, in the bytes that the system has for it."""
    recipe: Recipe


def send(pipe: IO[bytes], job: Job, data: bytes) -> None:
    """Write a job and its picture.

    Raises:
        OSError: nobody reads.
    """
    told = msgspec.msgpack.encode(job)
    rest = memoryview(len(told).to_bytes(8, "big") + len(data).to_bytes(8, "big") + told + data)
    while rest:
        rest = rest[pipe.write(rest) :]


def main() -> None:
    """Work until nobody sends."""
    with open(STANDARD_INPUT, "rb") as jobs, open(STANDARD_OUTPUT, "wb", buffering=0) as answers:
        while len(head := jobs.read(HEAD)) == HEAD:
            job = msgspec.msgpack.decode(jobs.read(int.from_bytes(head[:8], "big")), type=Job)
            answers.write(DONE if _made(job, jobs.read(int.from_bytes(head[8:], "big"))) else REFUSED)


def _made(job: Job, data: bytes) -> bool:
    """Whether it lies in its place now. The reader makes it anew where it does not, and meets the error itself."""
    try:
        put(Path(os.fsdecode(job.place)), derive(data, job.recipe))
    except Exception:  # noqa: BLE001 - as said
        return False
    return True
