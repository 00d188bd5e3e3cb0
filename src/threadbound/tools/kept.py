"""Files that a run keeps for the next one, each with a digest of its own.

Before: a place, and bytes that can be had again. After: they lie there, whole or not at all; what was cut short or
altered since counts as not there. Whoever names the place names in it everything that the bytes depend on.
"""

from __future__ import annotations

import hashlib
import secrets
from pathlib import Path

from threadbound.digests import sha256

#: The folder of a cache in which files are written before they are renamed.
PARTS = "parts"
#: A kept file begins with the digest of what follows.
DIGEST_LENGTH = 64


def put(place: Path, data: bytes) -> None:
    """Keep ``data`` at ``place``, two folders below the cache's own, whole or not at all.

    Raises:
        OSError: the disk refuses.
    """
    temporary = place.parents[1] / PARTS / f"{secrets.token_hex(8)}.part"
    for folder in (temporary.parent, place.parent):
        folder.mkdir(parents=True, exist_ok=True)
    try:
        temporary.write_bytes(sha256(data).encode("ascii") + data)
        temporary.replace(place)
    finally:
        temporary.unlink(missing_ok=True)


def taken(place: Path) -> bytes | None:
    """What lies there, if it is what was put there."""
    try:
        kept = place.read_bytes()
    except OSError:
        return None
    data = kept[DIGEST_LENGTH:]
    return data if sha256(data).encode("ascii") == kept[:DIGEST_LENGTH] else None


def is_there(place: Path) -> bool:
    """Whether what was put there lies there; it may be larger than the memory."""
    try:
        with place.open("rb") as file:
            return file.read(DIGEST_LENGTH) == hashlib.file_digest(file, "sha256").hexdigest().encode("ascii")
    except OSError:
        return False
