"""The pictures of a run, by digest. Originals are never altered; bytes are read again when they are asked for."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct, field

from threadbound.digests import sha256
from threadbound.media.probe import Probe, probe


class StoredPicture(Struct, frozen=True):
    """One proven original."""

    sha256: str
    probe: Probe
    read: Callable[[], bytes]


def prove(digest: str, data: bytes) -> Probe:  # noqa: ARG001 - the signature of Pictures.prove
    """What ``data`` proves to be, each time anew."""
    return probe(data)


class Pictures(Struct):
    """Originals by sha256. Identical pictures are held once."""

    prove: Callable[[str, bytes], Probe] = prove
    """Proves the bytes of a digest; raises :class:`~threadbound.media.probe.NotAPicture`."""
    pictures: dict[str, StoredPicture] = field(default_factory=dict)

    def put(self, read: Callable[[], bytes]) -> StoredPicture:
        """Prove and keep the picture that ``read`` gives.

        Raises:
            NotAPicture: the bytes are no picture.
        """
        data = read()
        digest = sha256(data)
        return self.find(digest) or self.add(StoredPicture(digest, self.prove(digest, data), read))

    def add(self, picture: StoredPicture) -> StoredPicture:
        """Keep a picture that is proven."""
        return self.pictures.setdefault(picture.sha256, picture)

    def find(self, digest: str) -> StoredPicture | None:
        """The picture of that digest, if it is here."""
        return self.pictures.get(digest)

    def get(self, digest: str) -> StoredPicture:
        """The picture of that digest; a ``KeyError`` is a bug of the caller."""
        return self.pictures[digest]
