"""What every container gives: one saved page, opened.

After opening, ``markup`` is the main document as text: decoded, without the archive's own additions, every ``data:``
address taken out (replaced by a ``resource:`` token) and every rewritten address turned back into the original one.
The bytes as they were are in ``data``, untouched.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Literal

from msgspec import Struct

from threadbound.model.thread import CaptureNote
from threadbound.notices import Notice


class Source(Struct, frozen=True):
    """Bytes before anybody knows what they are."""

    name: str
    """File name without folders; ``stdin`` for standard input."""
    data: bytes
    path: Path | None = None
    """Where it lies, if it is a file: the pictures may lie beside it."""


class Capture(Struct, frozen=True):
    """One saved page."""

    note: CaptureNote
    """Name, container, sha256, size, time and address: the provenance that goes into every product."""
    data: bytes
    """The file, byte for byte; of one of many pages nothing."""
    markup: str
    """The main document as text: HTML, or the words of a plain-text copy."""
    kind: Literal["html", "text"]
    find: Callable[[str], bytes | None]
    """Bytes for a reference of the page (relative name, ``resource:`` token, ``cid:``, address), or ``None``.
    Opens no network and no file outside the page's own folder."""
    notices: tuple[Notice, ...] = ()
    beside: Callable[[], tuple[tuple[Path, str], ...]] = tuple
    """The files beside the page that ``find`` has read so far: path, and name under the page's folder."""
    again: Callable[[], bytes] | None = None
    """Reads the file once more, where many pages are read and their bytes are not held."""

    @property
    def has_bytes(self) -> bool:
        """Whether the file's bytes can be had."""
        return bool(self.data) or self.again is not None

    def bytes(self) -> bytes:
        """The file, byte for byte; nothing where it is not here.

        Raises:
            FileTrouble: it has changed since it was read.
        """
        return self.again() if self.again else self.data


def nothing(reference: str) -> bytes | None:  # noqa: ARG001 - the signature of Capture.find
    """Resources of a page that brought none."""
    return None


class Container(Struct, frozen=True):
    """One form of saved page: how to recognise it by content, and how to open it."""

    name: str
    matches: Callable[[Source], bool]
    open: Callable[[Source], Capture]
