"""Bytes, packed as a zip file has them.

Before: bytes, whole or piece by piece. After: the same deflated, with size and checksum: whoever made them can pack
them, wherever that was, and whoever writes the file need not. They take a quarter of the memory meanwhile.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor

from msgspec import Struct

#: How hard it is tried; a zip file does not say.
LEVEL = 6
#: Bytes that are packed at a time.
BLOCK = 1 << 20


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
    packing = _Packing()
    packing.add(data)
    return packing.done()


def packed_together(pieces: Iterable[bytes]) -> Packed:
    """All ``pieces`` as one, of which no more than two blocks are in memory: one is packed while the next is made."""
    packing, block = _Packing(), bytearray()
    with ThreadPoolExecutor(1) as aside:  # zlib and hashlib need no lock
        under_way: Future[None] = aside.submit(packing.add, b"")
        for piece in pieces:
            block += piece
            if len(block) >= BLOCK:
                under_way.result()
                under_way, block = aside.submit(packing.add, bytes(block)), bytearray()
        under_way.result()
    packing.add(bytes(block))
    return packing.done()


class _Packing:
    """Bytes while they are packed."""

    def __init__(self) -> None:
        self.deflating = zlib.compressobj(LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
        self.deflated = bytearray()
        self.digest = hashlib.sha256()
        self.size = self.checksum = 0

    def add(self, block: bytes) -> None:
        self.deflated += self.deflating.compress(block)
        self.digest.update(block)
        self.size += len(block)
        self.checksum = zlib.crc32(block, self.checksum)

    def done(self) -> Packed:
        self.deflated += self.deflating.flush()
        return Packed(bytes(self.deflated), self.size, self.checksum, self.digest.hexdigest())
