"""The pictures of a run, by digest. Originals are never altered; bytes are read again when they are asked for."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct, field

from threadbound.digests import sha256
from threadbound.media.probe import Probe, probe


class StoredPicture(Struct, frozen=True):
    """One proven original, or what a book shows of it, standing for it."""

    sha256: str
    """Of the original."""
    probe: Probe
    """Of the bytes that are here."""
    read: Callable[[], bytes]
    held: str = ""
    """sha256 of the bytes, where they are not the original's own."""
    slices: tuple[StoredPicture, ...] = ()
    """Where an EPUB showed it divided: the slices as they are, from the top."""
    is_whole: bool = False
    """An EPUB showed it undivided, whatever the derivative looks like: of an animation a single frame may be left."""

    @property
    def identity(self) -> str:
        """sha256 of the bytes that are here: what is made of a stand-in is nothing that is made of the original."""
        return self.held or self.sha256

    @property
    def stands_in(self) -> bool:
        """Whether the bytes are not the original's: what a book showed of it is smaller."""
        return self.identity != self.sha256


class Described(Struct, frozen=True):
    """What is known of a stored picture, without its bytes and slices: it can go to another process."""

    sha256: str
    probe: Probe
    held: str
    is_whole: bool

    def stored(self, read: Callable[[], bytes]) -> StoredPicture:
        """The picture, with its bytes."""
        return StoredPicture(self.sha256, self.probe, read, self.held, is_whole=self.is_whole)


def described(picture: StoredPicture) -> Described:
    """What is known of a picture."""
    return Described(picture.sha256, picture.probe, picture.held, picture.is_whole)


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
        known = self.find(digest)
        if known and not known.stands_in:
            return known
        return self.add(StoredPicture(digest, self.prove(digest, data), read))

    def add(self, picture: StoredPicture) -> StoredPicture:
        """Keep a picture that is proven; of one that is here already the original, whatever came first."""
        known = self.pictures.setdefault(picture.sha256, picture)
        if known.stands_in and not picture.stands_in:
            known = self.pictures[picture.sha256] = picture
        return known

    def find(self, digest: str) -> StoredPicture | None:
        """The picture of that digest, if it is here."""
        return self.pictures.get(digest)

    def get(self, digest: str) -> StoredPicture:
        """The picture of that digest; a ``KeyError`` is a bug of the caller."""
        return self.pictures[digest]
