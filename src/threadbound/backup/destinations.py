"""Destinations: is what lies there the disk that snapshots belong on.

Before: a path of the configuration. After :func:`ready`: a folder with a marker that names this library; or a line that
says why nothing may be written there. A folder that was used before and has lost its marker is an empty mount point:
it is never filled. A path below ``/media`` or ``/Volumes`` whose disk's folder is not there is not made.
"""

from __future__ import annotations

import contextlib
import os
import uuid
from datetime import datetime
from pathlib import Path

import msgspec
from msgspec import Struct

from threadbound import disk
from threadbound.errors import FileTrouble

MARKER = "threadbound-backups.json"
#: Where systems put disks that come and go, with a folder that does; how many names below it are the disk's own.
MOUNTS = {"/media": 2, "/run/media": 2, "/Volumes": 1}
NEW_DISK = "if it is a new disk, say --new-destination"


class Marker(Struct, frozen=True):
    """What makes a folder a destination."""

    library: str
    """Id of the library whose snapshots are here."""
    id: str
    """Of this destination, wherever it is mounted."""
    created: str
    schema: str = "threadbound.destination/1"


class Used(Struct):
    """The destinations that this library has used: path → id."""

    file: Path
    ids: dict[str, str]

    def note(self, path: Path, marker: Marker) -> None:
        """Remember that a destination was used."""
        if self.ids.get(str(path)) != marker.id:
            self.ids[str(path)] = marker.id
            with disk.explained(self.file):
                disk.put(self.file, msgspec.json.encode(self.ids))


def used_in(file: Path) -> Used:
    """What ``file`` says of earlier runs."""
    try:
        return Used(file, msgspec.json.decode(file.read_bytes(), type=dict[str, str]))
    except (OSError, msgspec.MsgspecError):
        return Used(file, {})


def ready(path: Path, library: str, used: Used, now: datetime, *, is_new: bool = False) -> Marker:
    """Have a destination ready: it is there, and it is this library's.

    Args:
        path: the folder.
        library: id of the library.
        used: what earlier runs used.
        now: for a new marker.
        is_new: whether the user says that it is a new disk.

    Raises:
        FileTrouble: it is not there, not this library's, or cannot be written.
    """
    marker = marker_of(path)
    if marker is None:
        if reason := _refusal(path, used, is_new=is_new):
            raise FileTrouble(f"{path}: {reason}")
        marker = Marker(library, str(uuid.uuid4()), now.isoformat(timespec="seconds"))
        with disk.explained(path):
            path.mkdir(parents=True, exist_ok=True)
            disk.put(path / MARKER, msgspec.json.format(msgspec.json.encode(marker)) + b"\n")
    if marker.library != library:
        cure = "restore that one, or name another folder"
        raise FileTrouble(f"{path}: it holds the backups of another library ({marker.library}); {cure}")
    used.note(path, marker)
    return marker


def refusal(path: Path, library: str, used: Used) -> str:
    """Why a destination could not be used, for a plan; empty where it could."""
    try:
        marker = marker_of(path)
    except FileTrouble as error:
        return str(error)
    if marker is None:
        return _refusal(path, used, is_new=False)
    return "" if marker.library == library else f"it holds the backups of another library ({marker.library})"


def marker_of(path: Path) -> Marker | None:
    """The marker of a destination; ``None`` where there is none.

    Raises:
        FileTrouble: it cannot be read.
    """
    try:
        return msgspec.json.decode((path / MARKER).read_bytes(), type=Marker)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, msgspec.MsgspecError) as error:
        raise FileTrouble(f"{path / MARKER}: it cannot be read: {error}; is the disk damaged?") from None


def shares_disk(path: Path, library: Path) -> bool:
    """Whether a destination lies on the library's own file system: one broken disk costs both."""
    with contextlib.suppress(OSError):
        return path.stat().st_dev == library.stat().st_dev
    return False


def would_share_disk(path: Path, library: Path, used: Used) -> bool:
    """Whether a destination that is not there would be made on the library's own file system.

    One that a run would refuse is not made: its disk is not mounted.
    """
    above = nearest(path)
    with contextlib.suppress(OSError):
        return above != path and not _refusal(path, used, is_new=False) and shares_disk(above, library)
    return False


def nearest(path: Path) -> Path:
    """The path itself, or the nearest folder above it that is there."""
    return next(each for each in (path, *path.parents) if os.path.exists(each))  # noqa: PTH110 - never raises


def _refusal(path: Path, used: Used, *, is_new: bool) -> str:
    if str(path) in used.ids and not is_new:
        what = "no backups are in it any more" if path.is_dir() else "it is not there"
        return f"{what}: is its disk mounted? ({NEW_DISK})"
    disk_folder = _disk_of(path)
    if disk_folder is not None and not disk_folder.is_dir():
        return f"{disk_folder} is not there: mount its disk, or make the folder"
    return ""


def _disk_of(path: Path) -> Path | None:
    """The folder at which a disk is mounted that comes and goes, if the path is below one."""
    for root, depth in MOUNTS.items():
        if path.is_relative_to(root):
            return Path(root, *path.relative_to(root).parts[:depth])
    return None
