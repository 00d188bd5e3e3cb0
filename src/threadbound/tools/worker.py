"""What a process of :mod:`threadbound.tools.workers` does: read a job, call the function that it names, answer.

Before: pipes. After: standard input has ended. Both sides speak as here: a length, then msgpack.
"""

from __future__ import annotations

import builtins
import contextlib
import gc
import importlib
import os
import re
import resource
import select
import threading
import time
import traceback
from collections.abc import Callable
from functools import cache
from typing import IO, Any, get_type_hints

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from threadbound import errors
from threadbound.tools.memory import give_back, with_room

#: What every process is started with.
STANDARD_INPUT, STANDARD_OUTPUT = 0, 1
#: How often a worker looks whether its leader is there.
SECOND = 1.0
#: What a worker says first: so it is known when its first job begins.
READY = b""
#: Bytes that tell the length of a message.
HEAD = 8
#: Bytes of memory after a job from which on what is free of them is given back: a layout or a PDF leaves much behind.
MUCH = 80 << 20
#: Bytes of memory after a job that are enough.
ENOUGH = 200 << 20
#: Bytes that are read at a time.
PIECE = 1 << 20


class Job(Struct, frozen=True):
    """A function, and what it is called with."""

    function: str
    """``module:name``."""
    argument: msgspec.Raw


class Failure(Struct, frozen=True):
    """An exception, as data."""

    kind: str
    """Name of its class."""
    arguments: tuple[str | int | None, ...]
    trace: str


class Answer(Struct, frozen=True):
    """What came of a job."""

    result: msgspec.Raw = msgspec.Raw(b"\xc0")
    failure: Failure | None = None
    is_last: bool = False
    """The worker has grown too large, and ends: another one takes the next job."""


def main() -> None:
    """Work until nobody sends, or the libraries that were used hold too much of what they met."""
    with_room(_work)


def _work() -> None:
    """As :func:`main`, which gives it room."""
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    gc.set_threshold(50_000, 20, 20)  # as our own __main__ does, but of templates that are compiled much is left
    own = os.dup(STANDARD_OUTPUT)
    with os.fdopen(STANDARD_INPUT, "rb") as jobs, os.fdopen(own, "wb", buffering=0) as answers:
        # What a library prints must not stand among the answers.
        os.dup2(os.open(os.devnull, os.O_WRONLY), STANDARD_OUTPUT)
        send(answers, READY)
        while True:
            try:
                job = receive(jobs)
            except EOFError:
                return
            answer = _answered(job)
            if size() > MUCH:
                give_back()
            answer = replace(answer, is_last=size() > ENOUGH)
            send(answers, msgspec.msgpack.encode(answer))
            if answer.is_last:
                return


def _end_with(leader: int) -> None:
    """End when the process that started us has: in the middle of a job the pipe is not looked at."""
    while os.getppid() == leader:
        time.sleep(SECOND)
    os._exit(1)


def size() -> int:
    """Bytes of memory that this process holds, as far as the system tells them cheaply."""
    try:
        with open("/proc/self/statm", "rb") as told:  # noqa: PTH123 - at every job
            return int(told.read().split()[1]) * resource.getpagesize()
    except OSError:
        return 0


def _answered(message: bytes) -> Answer:
    try:
        job = msgspec.msgpack.decode(message, type=Job)
        work = _function(job.function)
        result = work(msgspec.msgpack.decode(job.argument, type=types_of(work)[0]))
        return Answer(msgspec.Raw(msgspec.msgpack.encode(result)))
    except Exception as error:  # noqa: BLE001 - whoever asked for the job meets it
        return Answer(failure=_told(error))


@cache
def _function(name: str) -> Callable[..., Any]:
    module, _, function = name.partition(":")
    found: Callable[..., Any] = getattr(importlib.import_module(module), function)
    return found


@cache
def types_of(work: Callable[..., Any]) -> tuple[Any, Any]:
    """What a function takes, and what it gives."""
    hints = get_type_hints(work)
    given = hints.pop("return")
    return next(iter(hints.values())), given


@cache
def decoder(work: Callable[..., Any]) -> msgspec.msgpack.Decoder[Any]:
    """What reads the results of a function.

    Made by one thread alone: msgspec gets to know a record when it is first asked for, and another thread that asks for
    it meanwhile crashes the process.
    """
    return msgspec.msgpack.Decoder(types_of(work)[1])


def _told(error: Exception) -> Failure:
    told = error.args
    if isinstance(error, OSError) and error.errno is not None:
        told = (error.errno, error.strerror, error.filename)
    arguments = tuple(each if isinstance(each, int | None) else _sayable(str(each)) for each in told)
    return Failure(type(error).__name__, arguments, _sayable("".join(traceback.format_exception(error))))


def _sayable(text: str) -> str:
    """``text`` with a mark for what is no character: names of files may hold any bytes."""
    return re.sub("[\ud800-\udfff]", "\ufffd", text)


def raised(failure: Failure) -> Exception:
    """The exception again: one of ours or of Python's as it was, another by its name alone."""
    kind = getattr(errors, failure.kind, None) or getattr(builtins, failure.kind, None)
    if isinstance(kind, type) and issubclass(kind, Exception):
        with contextlib.suppress(Exception):  # one that takes other arguments
            error = kind(*failure.arguments)
            if not isinstance(error, errors.ThreadboundError):
                error.add_note(failure.trace)
            return error
    other = RuntimeError(f"{failure.kind}: {', '.join(map(str, failure.arguments))}")
    other.add_note(failure.trace)
    return other


def send(pipe: IO[bytes], message: bytes) -> None:
    """Write a message.

    Raises:
        OSError: nobody reads.
    """
    rest = memoryview(len(message).to_bytes(HEAD, "big") + message)
    while rest:
        rest = rest[pipe.write(rest) :]


def receive(pipe: IO[bytes], until: float | None = None) -> bytes:
    """Read a message.

    Raises:
        EOFError: nobody writes, or not until then.
    """
    return _read(pipe, int.from_bytes(_read(pipe, HEAD, until), "big"), until)


def _read(pipe: IO[bytes], size: int, until: float | None) -> bytes:
    parts: list[bytes] = []
    while size:
        if until is not None and not _is_ready(pipe, until):
            raise EOFError
        part = pipe.read(min(size, PIECE))
        if not part:
            raise EOFError
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def _is_ready(pipe: IO[bytes], until: float) -> bool:
    """Whether there is something to read, or the other side has gone, before then."""
    waiting = select.poll()  # select() knows no descriptor above 1,023, and who joins a book has many
    waiting.register(pipe, select.POLLIN)
    return bool(waiting.poll(max(0.0, until - time.monotonic()) * 1000))
