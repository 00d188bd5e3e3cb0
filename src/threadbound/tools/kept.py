"""Files that a run keeps for the next one, each sealed: nothing of a cache is trusted for the name that it lies under.

Before: a place, and bytes that can be had again. After: they lie there, whole or not at all. What was cut short or
altered since, what was put somewhere else, and what another version sealed otherwise, counts as not there. Whoever
names the place names in it everything that the bytes depend on.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any

#: The folder of a cache in which files are written before they are renamed.
PARTS = "parts"
#: Counted up whenever files are sealed otherwise than before: those sealed before count as not there.
STAMP = b"threadbound 2\n"
#: A kept file begins with its seal: a digest of the stamp, of where it lies and of what follows. SHA-256, which
#: processors have in hardware: BLAKE2 takes twice as long.
DIGEST_LENGTH = 64


def put(place: Path, data: bytes, parts: Path | None = None) -> None:
    """Keep ``data`` at ``place``, sealed, whole or not at all.

    Args:
        place: where it belongs: two folders below the cache's own.
        data: all of it.
        parts: the folder in which it is written; by default in the cache's own.

    Raises:
        OSError: the disk refuses; it names ``place``.
    """
    sealing = _seal(place)
    sealing.update(data)
    write(place, sealing.hexdigest().encode("ascii") + data, parts or place.parents[1] / PARTS)


def write(place: Path, data: bytes, parts: Path) -> None:
    """Write ``data`` to ``place`` without a seal, as where the name is its digest; otherwise as :func:`put`."""
    temporary = parts / f"{secrets.token_hex(8)}.part"
    try:
        into_folder(lambda there: there.write_bytes(data), temporary)
        into_folder(temporary.replace, place)
    except OSError as error:  # of a write the system says no name, and whoever hears of it would take it for another's
        raise OSError(error.errno, error.strerror, str(place)) from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink()


def _seal(place: Path) -> Any:  # noqa: ANN401 - hashlib gives its type no name
    """What the digest of a file at ``place`` begins with. The cache as a whole may be moved."""
    return hashlib.sha256(STAMP + os.fsencode("/".join(place.parts[-2:])) + b"\n")


def into_folder(put: Callable[[Path], object], place: Path) -> None:
    """Put a file into a folder that need not be there yet."""
    try:
        put(place)
    except FileNotFoundError:
        place.parent.mkdir(parents=True, exist_ok=True)
        put(place)


def taken(place: Path) -> bytes | None:
    """What lies there, if it is what was put there."""
    try:
        kept = place.read_bytes()
    except OSError:
        return None
    sealing, data = _seal(place), kept[DIGEST_LENGTH:]
    sealing.update(data)
    return data if sealing.hexdigest().encode("ascii") == kept[:DIGEST_LENGTH] else None


def is_there(place: Path) -> bool:
    """Whether what was put there lies there; it may be larger than the memory."""
    try:
        with place.open("rb") as file:
            kept = file.read(DIGEST_LENGTH)
            return kept == hashlib.file_digest(file, lambda: _seal(place)).hexdigest().encode("ascii")
    except OSError:
        return False
