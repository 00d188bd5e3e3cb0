"""Fixity: digests of bytes, as lower-case hexadecimal, and what a zip file has for one."""

from __future__ import annotations

import hashlib
import zlib
from pathlib import Path


def sha256(data: bytes | memoryview) -> str:
    """The sha256 of ``data``: 64 lower-case hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def sha256_of(path: Path) -> str:
    """The sha256 of a file, which may be larger than the memory.

    Raises:
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def stamp(data: bytes) -> tuple[int, int]:
    """How many bytes there are, and their CRC-32: what a zip file knows of them."""
    return len(data), zlib.crc32(data)


def sha512(data: bytes) -> str:
    """The sha512 of ``data``: 128 lower-case hexadecimal digits."""
    return hashlib.sha512(data).hexdigest()
