"""Reading what lies in a library: versions, threads, pictures. Nothing is believed that its digest does not prove."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TypeVar

import msgspec
from msgspec import Struct

from threadbound.digests import sha256
from threadbound.errors import FileTrouble
from threadbound.library.history import Captured, Kept, kept
from threadbound.library.layout import THREAD, VERSION, Library, versions_in
from threadbound.library.records import Version
from threadbound.media.pictures import Pictures, StoredPicture
from threadbound.media.probe import NotAPicture, probe
from threadbound.model import codec

CURE = "threadbound verify says what is damaged, and --repair FOLDER heals it from a backup"
Record = TypeVar("Record", bound=Struct)


def version(folder: Path) -> Version:
    """The version in a folder.

    Raises:
        FileTrouble: it cannot be read.
    """
    return record(folder / VERSION, Version)


def record(path: Path, kind: type[Record]) -> Record:
    """The record in a file.

    Raises:
        FileTrouble: it cannot be read.
    """
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except (OSError, ValueError, msgspec.MsgspecError, RecursionError) as error:
        raise FileTrouble(f"{path}: it cannot be read: {error}; {CURE}") from None


def captured(folder: Path) -> Captured:
    """The version in a folder, and the thread as it was read then.

    Raises:
        FileTrouble: something of it is damaged.
    """
    found = version(folder)
    path = folder / THREAD
    wanted = next((file.sha256 for file in found.files if file.name == THREAD), "")
    try:
        data = path.read_bytes()
        if sha256(data) != wanted:
            raise FileTrouble(f"{path}: it is not what it was; {CURE}")
        return Captured(found, codec.decode(data))
    except (OSError, ValueError, msgspec.MsgspecError, RecursionError) as error:
        raise FileTrouble(f"{path}: it cannot be read: {error}; {CURE}") from None


def thread_at(library: Library, folder: str) -> Kept:
    """The thread in a folder (``threads/HANDLE/KEY``), all its captures as one.

    Raises:
        FileTrouble: something of it is damaged.
    """
    return kept(captured(each) for each in versions_in(library.root / folder))


def pictures(library: Library, versions: Iterable[Version]) -> Pictures:
    """The pictures of these versions that are there; their bytes are read again when they are asked for."""
    found = Pictures()
    for media in dict.fromkeys(each for version in versions for each in version.media):
        read = partial(_read, library.picture(media.sha256), media.sha256)
        with suppress(NotAPicture, FileTrouble):
            found.add(StoredPicture(media.original, probe(read()), read, media.sha256 if media.of else ""))
    return found


def _read(path: Path, digest: str) -> bytes:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise FileTrouble(f"{path}: the picture cannot be read: {error.strerror}; {CURE}") from None
    if sha256(data) != digest:
        raise FileTrouble(f"{path}: the picture is not what it was; {CURE}")
    return data
