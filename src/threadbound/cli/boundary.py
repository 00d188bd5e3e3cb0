"""The one door out: every error becomes a message of one line on stderr and an exit code.

After :func:`boundary` nothing has escaped: no traceback reaches a user unless ``-v`` asks for it.
"""

from __future__ import annotations

import os
import signal
import sys
import traceback
from collections.abc import Callable
from types import FrameType

from threadbound.errors import ExitCode, ThreadboundError

ISSUES = "please report it with the page, if you can share it"


class Terminated(BaseException):
    """SIGTERM: like a keyboard interrupt, so that nothing half-written stays."""


def boundary(work: Callable[[], int], *, verbose: bool) -> int:
    """Run ``work`` and give the exit code: its own, or that of the error it met."""
    signal.signal(signal.SIGTERM, _terminate)
    try:
        return work()
    except ThreadboundError as error:
        message(str(error))
        if verbose:
            traceback.print_exc()
        return error.exit_code
    except KeyboardInterrupt:
        message("interrupted; nothing half-written was left")
        return ExitCode.INTERRUPTED
    except Terminated:
        message("terminated; nothing half-written was left")
        return ExitCode.TERMINATED
    except BrokenPipeError:
        # Whoever read our output has gone; say nothing, as other filters do. Python would complain at exit otherwise.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 128 + signal.SIGPIPE
    except Exception as error:  # noqa: BLE001 - the last door: a bug must not look like a result
        message(f"unexpected error: {type(error).__name__}: {one_line(str(error))} ({ISSUES}; -v shows where)")
        if verbose:
            traceback.print_exc()
        return ExitCode.BUG


def message(text: str) -> None:
    """One line to stderr, with the program's name."""
    sys.stderr.write(f"threadbound: {one_line(text)}\n")
    sys.stderr.flush()


def one_line(text: str) -> str:
    """``text`` on one line, without control characters that could play with a terminal."""
    line = " ".join(text.split())
    return "".join(character if character.isprintable() else "\ufffd" for character in line)


def _terminate(_signal: int, _frame: FrameType | None) -> None:
    raise Terminated
