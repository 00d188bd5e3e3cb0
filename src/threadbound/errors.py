"""The one error tree and its exit codes.

Every failure that a user can meet is one of these classes. Each carries the exit code of the table in
``docs/design.md`` and a message of one line: which file, what happened, what to do. Only ``cli/boundary.py`` turns
them into output.

    ThreadboundError
    ├── UsageError      2   the options contradict each other or the input
    ├── NoThread        4   the input holds no thread
    │   └── NoThreadText 4  … and is plain text: skipped in a folder
    ├── FileTrouble     5   a file cannot be read or written
    ├── SomethingMissing 6  a library, font or program is not installed
    └── CheckFailed     7   the product lacks something, or losses under ``--strict``
"""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """What the process tells its caller; part of the public interface."""

    DONE = 0
    BUG = 1
    USAGE = 2
    LOSSES = 3
    NO_THREAD = 4
    FILE = 5
    MISSING = 6
    CHECK = 7
    INTERRUPTED = 130
    TERMINATED = 143


class ThreadboundError(Exception):
    """Base of everything that is the user's to know; ``str(error)`` is the whole message."""

    exit_code = ExitCode.BUG


class UsageError(ThreadboundError):
    """The call cannot be what was meant."""

    exit_code = ExitCode.USAGE


class NoThread(ThreadboundError):
    """A readable page, but no thread in it."""

    exit_code = ExitCode.NO_THREAD


class NoThreadText(NoThread):
    """Plain text that is no copy of a thread: in a folder of pages somebody's notes, and no loss."""


class FileTrouble(ThreadboundError):
    """A file cannot be read, is no page of any known form, or cannot be written."""

    exit_code = ExitCode.FILE


class SomethingMissing(ThreadboundError):
    """Something that must be installed is not."""

    exit_code = ExitCode.MISSING


class CheckFailed(ThreadboundError):
    """The product fails its own check, or ``--strict`` met losses."""

    exit_code = ExitCode.CHECK
