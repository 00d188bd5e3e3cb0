"""Finding a library.

Before: a path. After: a :class:`~threadbound.library.layout.Library` whose format this version knows, or one line that
says what is there instead and what to do.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import msgspec

from threadbound import __version__
from threadbound.errors import NoLibrary
from threadbound.library.layout import MARKER, Library
from threadbound.library.records import FORMAT, Marker

SOFTWARE = f"Threadbound {__version__}"
CURE = "make one with: threadbound init DIR"


def is_library(root: Path) -> bool:
    """Whether a folder says that it is one."""
    return (root / MARKER).exists()


def opened(root: Path) -> Library:
    """The library in ``root``.

    Raises:
        NoLibrary: there is none, or one of a newer format.
    """
    path = root / MARKER
    try:
        data = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        raise NoLibrary(f"{root}: no library is there; {CURE}") from None
    except OSError as error:
        raise NoLibrary(f"{path}: it cannot be read: {error.strerror}; change its permissions") from error
    try:
        marker = msgspec.json.decode(data, type=Marker)
    except (ValueError, msgspec.MsgspecError) as error:
        cure = "threadbound verify --repair FOLDER takes it from a backup"
        raise NoLibrary(f"{path}: it is damaged, so this is no library any more: {error}; {cure}") from None
    if marker.format > FORMAT:
        found = f"format {marker.format}, made by {marker.software}"
        raise NoLibrary(f"{root}: a library of {found}; this version knows up to format {FORMAT}: install a newer one")
    return Library(root, marker)


def now() -> datetime:
    """The time, in UTC, to the second."""
    return datetime.now(UTC).replace(microsecond=0)
