"""``extracted.json``: what ``threadbound extract`` wrote into a folder, and what each file stands for.

Before: a folder. After: a :class:`Manifest`, and only files that are byte for byte what was extracted.
"""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import Literal

import msgspec

from threadbound.digests import sha256
from threadbound.errors import FileTrouble, refused
from threadbound.readers import bounds

#: Name and version of the shape.
SCHEMA = "threadbound.extracted/1"
NAME = "extracted.json"
LINK_MAP = "link-map.json"
PICTURES = "pictures"
CURE = "extract the book again"


class Bound(msgspec.Struct, frozen=True):
    """The book that was taken apart."""

    name: str
    product: str
    sha256: str
    size: int


class File(msgspec.Struct, frozen=True, omit_defaults=True):
    """One file beside the manifest."""

    name: str
    """Its place in the folder, with ``/``."""
    kind: Literal["threads", "page", "link-map", "picture", "collection", "cover"]
    sha256: str
    size: int
    of: str | None = None
    """sha256 of what it stands for: a picture's original, a page's own."""
    part: int | None = None
    """Of a slice of a tall picture its number, from 1 at the top."""


class Lacking(msgspec.Struct, frozen=True, omit_defaults=True):
    """Something that the book names or holds, and that did not come out of it."""

    kind: Literal["page", "picture", "other"]
    reason: str
    name: str | None = None
    """Of a file that the book carries."""
    of: str | None = None
    """As in :class:`File`."""
    part: int | None = None


class Manifest(msgspec.Struct, frozen=True):
    """The whole of it."""

    book: Bound
    files: tuple[File, ...]
    missing: tuple[Lacking, ...] = ()
    software: str = ""
    schema: str = SCHEMA


def is_extracted(folder: Path) -> bool:
    """Whether a book was extracted into the folder."""
    try:
        with (folder / NAME).open("rb") as file:
            return b'"threadbound.extracted/' in file.read(bounds.MAX_METADATA)
    except (OSError, ValueError):
        return False


def read(folder: Path) -> Manifest:
    """The manifest of a folder.

    Raises:
        FileTrouble: it cannot be read.
    """
    try:
        manifest = msgspec.json.decode(_bytes(folder, NAME, bounds.MAX_JSON), type=Manifest)
    except msgspec.MsgspecError as error:
        raise FileTrouble(f"{folder / NAME}: no list of extracted files: {error}; {CURE}") from error
    if manifest.schema != SCHEMA:
        raise FileTrouble(
            f"{folder / NAME}: {manifest.schema[:60]}, which this version does not read; update threadbound"
        )
    return manifest


def held(folder: Path, file: File) -> bytes:
    """The bytes of a listed file, as they were extracted.

    Raises:
        FileTrouble: it is not there, lies elsewhere, or is not what it was.
    """
    place = PurePosixPath(file.name)
    if place.is_absolute() or ".." in place.parts or "\\" in file.name:
        raise FileTrouble(f"{folder / NAME}: {file.name[:80]!r} lies outside the folder; {CURE}")
    data = _bytes(folder, place, bounds.MAX_FILE)
    if sha256(data) != file.sha256:
        raise FileTrouble(f"{folder / place}: not what was extracted; {CURE}")
    return data


def _bytes(folder: Path, name: str | PurePosixPath, most: int) -> bytes:
    """The bytes of a file that lies in the folder itself: no link, of the file or of a folder on the way, leads out."""
    path = folder / name
    try:
        if path.resolve().is_relative_to(folder.resolve()) and path.is_file():
            with path.open("rb") as file:
                data = file.read(most + 1)
        else:
            raise FileTrouble(f"{path}: there is no such file in the folder; {CURE}")
    except (OSError, ValueError) as error:
        reason = refused(error) if isinstance(error, OSError) else "no possible path"
        raise FileTrouble(f"{path}: {reason.removeprefix(f'{path}: ')}") from error
    if len(data) > most:
        raise FileTrouble(f"{path}: larger than {most >> 20} MiB, so nothing that was extracted")
    return data
