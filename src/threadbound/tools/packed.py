"""Bytes, packed as a zip file has them.

Before: bytes. After: the same deflated, with size and checksum: whoever made them can pack them, wherever that was, and
whoever writes the file need not. They take a quarter of the memory meanwhile.
"""

from __future__ import annotations

import zlib

from msgspec import Struct

from threadbound.digests import sha256

#: How hard it is tried; a zip file does not say.
LEVEL = 6


class Packed(Struct, frozen=True):
    """Deflated bytes (RFC 1951)."""

    deflated: bytes
    size: int
    """Of the bytes."""
    checksum: int
    """Their CRC-32."""
    sha256: str

    def unpacked(self) -> bytes:
        """The bytes."""
        return zlib.decompress(self.deflated, -zlib.MAX_WBITS, self.size)


def packed(data: bytes) -> Packed:
    """``data``, packed."""
    deflating = zlib.compressobj(LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    return Packed(deflating.compress(data) + deflating.flush(), len(data), zlib.crc32(data), sha256(data))
