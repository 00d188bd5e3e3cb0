"""The one error tree and its exit codes.

Every failure that a user can meet is one of these classes. Each carries the exit code of the table in
``docs/design.md`` and a message of one line: which file, what happened, what to do. Only ``cli/boundary.py`` turns
them into output.

    ThreadboundError
    ├── UsageError      2   the options contradict each other or the input
    ├── LeftOut         3   a page makes no chapter, and the others are bound without it
    ├── NoThread        4   the input holds no thread
    │   └── NoThreadText 4  … and is plain text: skipped in a folder
    ├── FileTrouble     5   a file cannot be read or written
    ├── SomethingMissing 6  a library, font or program is not installed
    ├── CheckFailed     7   the product lacks something, or losses under ``--strict``
    ├── BadConfiguration 9  a theme or a style sheet that cannot be used
    ├── NoLibrary      10   there is no library where one is wanted
    ├── Locked         11   another run is at work in the library
    ├── Unjoinable     7   a collection that is not whole though its chapters are
    ├── BrokenChapters 7   chapters of a collection that cannot be made; the others can (5: the system is at fault)
    └── Unexpected      1   a bug, met at one page or book while the others go on
"""

from __future__ import annotations

import difflib
import errno
import re
from collections.abc import Iterable, Mapping
from enum import IntEnum

#: What Python says where no temporary folder can be written.
_NO_ROOM = re.compile("No usable temporary directory found in (.*)")
#: What a system says of a path that can be none, in words.
_PATH = {errno.ENOTDIR: "a part of its path is no folder", errno.ENAMETOOLONG: "the name is too long"}


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
    DAMAGE = 8
    CONFIGURATION = 9
    NO_LIBRARY = 10
    LOCKED = 11
    HUNG_UP = 129
    INTERRUPTED = 130
    TERMINATED = 143


class ThreadboundError(Exception):
    """Base of everything that is the user's to know; ``str(error)`` is the whole message."""

    exit_code = ExitCode.BUG


class UsageError(ThreadboundError):
    """The call cannot be what was meant."""

    exit_code = ExitCode.USAGE


class LeftOut(ThreadboundError):
    """A page of which no chapter can be made: what is wrong with it costs the book that one chapter."""

    exit_code = ExitCode.LOSSES


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


class Unjoinable(CheckFailed):
    """A collection whose chapters are all sound, and that is not whole: no page of it is at fault."""


class BrokenChapters(CheckFailed):
    """Chapters of a collection that cannot be made: each costs itself, not the book."""

    def __init__(self, errors: Mapping[int, Exception], first: str = "") -> None:
        others = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
        why = next(iter(errors.values()))
        super().__init__(f"no chapter can be made of {first or 'a page'}{others}: {why}")
        self.errors = dict(errors)
        """Place of the chapter, from 0 → why."""
        if all(isinstance(error, FileTrouble) for error in errors.values()):
            self.exit_code = ExitCode.FILE


class BadConfiguration(ThreadboundError):
    """A file of the user's that says how books are made cannot be used."""

    exit_code = ExitCode.CONFIGURATION


class NoLibrary(ThreadboundError):
    """No library there, or one that this version cannot use."""

    exit_code = ExitCode.NO_LIBRARY


class Locked(ThreadboundError):
    """Another run is at work in the library."""

    exit_code = ExitCode.LOCKED


class Unexpected(ThreadboundError):
    """A bug, met at one page or book while the others go on."""

    exit_code = ExitCode.BUG


def meant(given: str, known: Iterable[str]) -> str:
    """``; did you mean …?`` where something known is much like what was given."""
    near = difflib.get_close_matches(given, list(known), 1)
    return f"; did you mean {near[0]}?" if near else ""


def unexpected(error: Exception) -> str:
    """What a user is told of a bug."""
    cure = "please report it with the page, if you can share it; -v shows where"
    return f"unexpected error: {type(error).__name__}: {error} ({cure})"


def refused(error: OSError) -> str:
    """What a user is told when the system refuses, and nobody nearer could say more."""
    if found := _NO_ROOM.match(error.strerror or ""):
        places = ", ".join(re.findall("'(.*?)'", found[1]))
        return f"there is no folder with room for what is needed meanwhile ({places}): set TMPDIR to one"
    where = f"{error.filename}: " if isinstance(error.filename, str) else ""
    if where and error.errno in _PATH:
        return f"{where}{_PATH[error.errno]}; check the path"
    return f"{where}reading or writing failed: {error.strerror or error}; check the disk and the permissions"
