"""What a library writes beside the evidence: small JSON records, each named by its ``schema``."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec
from msgspec import Struct

#: The library's own format. A larger number means that older versions of the program must leave it alone.
FORMAT = 1
VERSION_SCHEMA = "threadbound.version/1"


class Marker(Struct, frozen=True):
    """What makes a folder a library (``threadbound-library.json``)."""

    id: str
    """A UUID: which library this is, wherever it is copied to."""
    created: datetime
    software: str
    """That made it, e.g. ``Threadbound 0.1.0``."""
    format: int = FORMAT
    schema: str = "threadbound.library/1"


class File(Struct, frozen=True, omit_defaults=True):
    """One file of a version."""

    name: str
    """Path in the version's folder, with ``/``."""
    sha256: str
    size: int
    """Bytes."""
    kind: Literal["page", "beside", "thread"]
    """The saved page, a file beside it that the thread was read from, or the thread as JSON."""
    was: str = ""
    """How it was called where it came from, if it could not keep that name."""


class MediaFile(Struct, frozen=True, omit_defaults=True):
    """A picture that a version's thread shows: it lies under its digest in ``media/``."""

    sha256: str
    size: int
    """Bytes."""
    of: str = ""
    """sha256 of the original, where a book's copy of it stands for it."""

    @property
    def original(self) -> str:
        """sha256 by which the thread names the picture."""
        return self.of or self.sha256


class Version(Struct, frozen=True):
    """One capture of one thread (``version.json``)."""

    key: str
    """The thread's name in the library: its root post's id, or ``page-`` and a digest where the page gives none."""
    number: int
    """In order of arrival, from 1; which capture is the newest is ``captured``'s to say."""
    capture: str
    """sha256 of the saved page."""
    captured: datetime
    """When the page was saved, in UTC, as well as is known."""
    captured_by: Literal["page", "file", "arrival"]
    """Who says so: the page itself, the time of its file, or nobody: then it is the time of its arrival."""
    added: datetime
    """When it came into the library, in UTC."""
    software: str
    form: Literal["page", "extracted"]
    """A saved page, or a book that was extracted."""
    files: tuple[File, ...]
    media: tuple[MediaFile, ...] = ()
    tags: tuple[str, ...] = ()
    """That the user gave."""
    schema: str = VERSION_SCHEMA

    @property
    def page(self) -> str:
        """Path of the saved page in the version's folder; empty where there is none."""
        return next((file.name for file in self.files if file.kind == "page"), "")

    @property
    def originals(self) -> frozenset[str]:
        """The pictures of its thread that are in the library."""
        return frozenset(media.original for media in self.media)

    @property
    def age(self) -> tuple[datetime, str, int, str]:
        """Versions in this order are in the order of capture, whatever the order of arrival was."""
        thread = next((file.sha256 for file in self.files if file.kind == "thread"), "")
        return self.captured, self.capture, len(self.media), thread


class Tombstone(Struct, frozen=True):
    """What is left of a thread that was forgotten (``forgotten/KEY/tombstone.json``)."""

    key: str
    forgotten: datetime
    software: str
    captures: tuple[str, ...]
    """sha256 of the saved pages: they are not taken in again unless the user says so."""
    reason: str = ""
    schema: str = "threadbound.tombstone/1"


def written(record: Struct) -> bytes:
    """A record as it lies on the disk: indented JSON, always the same bytes for the same record."""
    return msgspec.json.format(msgspec.json.encode(record), indent=2) + b"\n"
