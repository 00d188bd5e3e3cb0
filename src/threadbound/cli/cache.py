"""The cache of a run: an aid, without which a book is made all the same.

Before: the user's folder for what can be made again, whatever the disk says of it. After :func:`cache_dir`: a folder
that can be written; where the user's cannot, one that is gone after :func:`end`, and a line has said so.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from threadbound.cli import environment
from threadbound.cli.boundary import message
from threadbound.disk import CAUSES, ENDING, TEMPORARY, spare

#: Bytes that are written to see whether there is room, and of whether there is some for the settings of the fonts.
TRIAL, FONTS = bytes(1000), bytes(16_384)
#: Bytes on a disk that is full: less than a piece of a book takes.
FULL = 1 << 20
CURE = "XDG_CACHE_HOME sets another folder"


def cache_dir(*, for_fonts: bool = False) -> Path:
    """The user's folder, or one that is gone when the command ends.

    Args:
        for_fonts: whether fontconfig works there too, as for a PDF: its settings are XML, which has no bytes that are
            not UTF-8.
    """
    place = environment.cache_dir()
    try:
        if for_fonts:
            _read_by_fontconfig(place)
        _try(place, FONTS if for_fonts else TRIAL)
    except OSError as error:
        with suppress(OSError):  # there is no other place either: whoever needs one says so
            temporary = spare()
            why = CAUSES.get(error.errno or 0, str(error)).partition(";")[0]
            message(f"{place}: nothing is kept for the next run: {why}; {CURE}")
            return temporary
    return place


def tell_if_full(place: Path) -> None:
    """Say that the disk of the cache became full meanwhile: not all that was made is kept."""
    with suppress(OSError, AttributeError):  # a system that cannot be asked
        room = os.statvfs(place)
        if room.f_bavail * room.f_frsize < FULL:
            message(f"{place}: not all is kept for the next run: the disk is full; {CURE}")


def end() -> None:
    """Remove what was for this command alone."""
    with suppress(OSError):
        ENDING.close()


def _read_by_fontconfig(place: Path) -> None:
    """See that it can be.

    Raises:
        OSError: it cannot.
    """
    try:
        str(place).encode()
    except UnicodeEncodeError as error:
        raise OSError("its name is not UTF-8, which fontconfig cannot read") from error


def _try(place: Path, data: bytes) -> None:
    """Write into the folder.

    Raises:
        OSError: the disk refuses.
    """
    place.mkdir(parents=True, exist_ok=True)
    trial = place / f"{TEMPORARY}{os.getpid()}.part"
    try:
        trial.write_bytes(data)
    finally:
        with suppress(OSError):
            trial.unlink()
