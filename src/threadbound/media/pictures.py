"""The pictures of a run, by digest. Originals are never altered; bytes are read again when they are asked for."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct, field

from threadbound.digests import sha256
from threadbound.media.probe import MAX_PIXELS, Probe, probe


class StoredPicture(Struct, frozen=True):
    """One proven original."""

    sha256: str
    probe: Probe
    read: Callable[[], bytes]


class Pictures(Struct):
    """Originals by sha256. Identical pictures are stored once."""

    pictures: dict[str, StoredPicture] = field(default_factory=dict)
    max_pixels: int = MAX_PIXELS
    """Larger ones are refused."""

    def put(self, read: Callable[[], bytes]) -> StoredPicture:
        """Prove and keep the picture that ``read`` gives.

        Raises:
            NotAPicture: the bytes are no picture.
        """
        data = read()
        digest = sha256(data)
        if digest not in self.pictures:
            self.pictures[digest] = StoredPicture(digest, probe(data, self.max_pixels), read)
        return self.pictures[digest]

    def get(self, digest: str) -> StoredPicture:
        """The picture of that digest; a ``KeyError`` is a bug of the caller."""
        return self.pictures[digest]
