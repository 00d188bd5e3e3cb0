"""The one door out: every error becomes a message of one line on stderr and an exit code.

After :func:`boundary` nothing has escaped: no traceback reaches a user unless ``-v`` asks for it, and everything said
has left the process or never will.
"""

from __future__ import annotations

import io
import os
import signal
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from types import FrameType
from typing import TextIO

from threadbound.errors import ExitCode, ThreadboundError, refused, unexpected

#: ZWNJ and ZWJ.
JOINERS = "\u200c\u200d"


@dataclass(slots=True)  # no Struct: --help needs no msgspec
class Door:
    """What the options tell the boundary, once they are read."""

    verbose: bool = False
    is_resumed: bool = False
    """The same run, started again, goes on from what this one kept in the cache."""


class Terminated(BaseException):
    """SIGTERM or SIGHUP: like a keyboard interrupt, so that nothing half-written stays."""

    def __init__(self, code: ExitCode) -> None:
        super().__init__()
        self.code = code


def boundary(work: Callable[[Door], int]) -> int:
    """Run ``work`` and give the exit code: its own, or that of the error it met."""
    door = Door()
    signal.signal(signal.SIGTERM, _terminate)
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # nohup: the run is to outlive its terminal
        signal.signal(signal.SIGHUP, _terminate)
    # What a terminal's charset lacks is no reason to stop.
    speak(sys.stdout)
    speak(sys.stderr)
    code = _guarded(work, door)
    _let_go(sys.stdout)
    return code


def _guarded(work: Callable[[Door], int], door: Door) -> int:
    try:
        code = work(door)
        sys.stdout.flush()
    except KeyboardInterrupt:
        message(_stopped("interrupted", door))
        return ExitCode.INTERRUPTED
    except Terminated as stopped:
        message(_stopped("terminated", door))
        return stopped.code
    except BrokenPipeError:
        # Whoever read our output has gone; say nothing, as other filters do.
        return 128 + signal.SIGPIPE
    except Exception as error:  # noqa: BLE001 - the last door: a bug must not look like a result
        if isinstance(error.__cause__, KeyboardInterrupt):  # it met Python 3.11 while a class was being defined
            message(_stopped("interrupted", door))
            return ExitCode.INTERRUPTED
        return _told(error, verbose=door.verbose)
    return code


def _stopped(how: str, door: Door) -> str:
    onward = "; the next run goes on from what is kept" if door.is_resumed else ""
    return f"{how}; nothing half-written was left{onward}"


def _told(error: Exception, *, verbose: bool) -> int:
    code, text = ExitCode.BUG, unexpected(error)
    if isinstance(error, ThreadboundError):
        code, text = error.exit_code, str(error)
    elif isinstance(error, OSError):
        code, text = ExitCode.FILE, refused(error)
    message(text)
    if verbose:
        traceback.print_exception(error)
    return code


def message(text: str) -> None:
    """One line to stderr, with the program's name. A terminal that has gone hears nothing."""
    try:
        sys.stderr.write(f"threadbound: {one_line(text)}\n")
        sys.stderr.flush()
    except OSError:
        _let_go(sys.stderr)


def speak(stream: TextIO, encoding: str | None = None) -> None:
    """Let ``stream`` write every character, as an escape where its charset has none."""
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(encoding=encoding, errors="backslashreplace")


def one_line(text: str) -> str:
    """``text`` on one line, without control characters that could play with a terminal."""
    return visible(" ".join(text.split()))


def visible(text: str, instead: str = "\ufffd") -> str:
    """``text`` with ``instead`` of each control character; joiners stay: words and emoji are spelled with them."""
    return "".join(each if each.isprintable() or each in JOINERS else instead for each in text)


def _let_go(stream: TextIO) -> None:
    """Lose what cannot be written; Python would complain of it at exit otherwise."""
    try:
        stream.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _terminate(number: int, _frame: FrameType | None) -> None:
    raise Terminated(ExitCode.TERMINATED if number == signal.SIGTERM else ExitCode.HUNG_UP)
