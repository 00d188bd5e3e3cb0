"""The media store: pictures that were fetched, kept on the disk for every run to come.

Before: a folder, which need not be there. After: ``sha256/ab/abcd…`` holds each original as it came, never altered;
``index/`` says of each picture's identity which original it is, or that it is gone, and what its server said when;
``proofs/`` says what bytes proved to be, so that nothing is decoded twice.

Every file is written under a name of its own and renamed, so that two processes may use one store: each sees a file
whole or not at all, and an entry keeps saying when its bytes came first. What is read is verified: originals by their
names, what is said of them by its seal (:mod:`threadbound.tools.kept`). What is damaged, or was sealed by another
version, counts as absent, and is fetched or proven again. Where the disk becomes full, what comes after lies in
a folder that is gone when the run ends: that must cost no book its pictures.
"""

from __future__ import annotations

import errno
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar

import msgspec
import PIL

from threadbound.digests import sha256
from threadbound.disk import spare
from threadbound.errors import FileTrouble, refused
from threadbound.media.parts import clear
from threadbound.media.pictures import StoredPicture
from threadbound.media.probe import MAX_PIXELS, NotAPicture, Probe, probe, refuse_unreadable
from threadbound.model.media import Origin
from threadbound.tools.kept import PARTS, into_folder, put, taken, write

#: How long "it is gone" is believed, and a lesser copy is not asked for again.
BELIEVED = timedelta(days=30)
#: What decides, beside its bytes, what a picture proves to be; its first part is counted up whenever we ask otherwise.
PROVEN_BY = f"2 {PIL.__version__}"
#: What a disk says that has no room.
FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
Record = TypeVar("Record")


class Entry(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the index knows of one picture."""

    identity: str
    origin: Origin
    fetched: datetime
    """When its server was asked, in UTC, to the second."""
    url: str
    """The address that gave it; of one that is gone, the last that was asked."""
    sha256: str | None = None
    """``None``: it is gone."""
    proof: Probe | None = None
    """What it proved to be."""
    is_best: bool = False
    """Its own server, or a mirror of it, gave the largest size."""
    checked: datetime | None = None
    """When the same bytes came again."""
    headers: dict[str, str] = {}
    """What the server said of it."""


#: Made here, where one thread alone asks: see :func:`threadbound.tools.worker.decoder`.
_ENTRIES, _PROBES = msgspec.json.Decoder(Entry), msgspec.json.Decoder(Probe)


class MediaStore:
    """The store in a folder."""

    def __init__(self, folder: Path, max_pixels: int = MAX_PIXELS) -> None:
        self.folder = folder
        self.max_pixels = max_pixels
        self.places = [folder]
        """Where things lie; new ones are put into the last."""

    def entry(self, identity: str) -> Entry | None:
        """What is known of the picture that is there."""
        return self._told("index", identity, _ENTRIES)

    def gone(self, identity: str, origin: Origin, place: str, since: datetime) -> Entry | None:
        """What ``place`` (a mirror's address, or nothing) said, if later than ``since`` it said that it is gone."""
        entry = self._told("index", _gone_key(identity, origin, place), _ENTRIES)
        return entry if entry is not None and entry.sha256 is None and entry.fetched >= since else None

    def remember(self, entry: Entry, place: str = "") -> None:
        """Write what a server said to the index."""
        if entry.sha256 is None:
            self._tell("index", _gone_key(entry.identity, entry.origin, place), entry)
            return
        known = self.entry(entry.identity)
        if known and known.sha256 == entry.sha256:  # told as it was first found, so that a book made again is the same
            is_best = known.is_best or entry.is_best
            entry = msgspec.structs.replace(known, proof=entry.proof, is_best=is_best, checked=entry.fetched)
        self._tell("index", entry.identity, entry)

    def picture(self, entry: Entry) -> StoredPicture | None:
        """The original that an entry names, verified; ``None`` where it is absent or damaged.

        Raises:
            NotAPicture: it has more pixels than this run allows.
        """
        digest, proof = entry.sha256, entry.proof
        if digest is None or proof is None:
            return None
        if proof.width * proof.height > self.max_pixels:
            raise NotAPicture(f"{proof.width} × {proof.height} pixels are too many", "media.too-large")
        refuse_unreadable(proof.media_type)
        try:
            data = self._object(digest).read_bytes()
        except OSError:
            return None
        if sha256(data) != digest:
            with suppress(OSError):
                self._object(digest).unlink()
            return None
        return StoredPicture(digest, proof, partial(self._read, digest))

    def take(self, part: Path, entry: Entry) -> None:
        """Prove the fetched file ``part``, make it the original of its digest, and tell the index.

        Args:
            part: the file.
            entry: what is known of it beside its bytes.

        Raises:
            NotAPicture: it is none; the file is still there.
            OSError: the store cannot be written.
        """
        data = part.read_bytes()
        digest = sha256(data)
        proof = probe(data, self.max_pixels)
        into_folder(part.replace, part.parents[1] / _object(digest))
        self.remember(msgspec.structs.replace(entry, sha256=digest, proof=proof))

    def prove(self, digest: str, data: bytes) -> Probe:
        """What ``data`` of a saved page proves to be, remembered from an earlier run where it was proven then.

        Raises:
            NotAPicture: it is no picture, or too large.
        """
        key = f"{PROVEN_BY} {digest}"
        known = self._told("proofs", key, _PROBES)
        if known is not None and known.width * known.height <= self.max_pixels:
            refuse_unreadable(known.media_type)
            return known
        proof = probe(data, self.max_pixels)
        with suppress(OSError):  # no more than time is lost
            self._tell("proofs", key, proof)
        return proof

    def keep(self, data: bytes) -> bool:
        """Keep the bytes of a picture that lies inside a saved page; whether that could be done."""
        place = self._object(sha256(data))
        if not place.exists():
            with suppress(OSError):
                write(place, data, self._parts)
        return place.exists()

    def has(self, digest: str) -> bool:
        """Whether an original lies here; whether it is whole is seen when it is read."""
        return self._object(digest).exists()

    def original(self, digest: str) -> bytes:
        """The original of that digest.

        Raises:
            FileTrouble: it is damaged.
            OSError: it is not here.
        """
        return self._read(digest)

    @contextmanager
    def part(self) -> Iterator[Path]:
        """A name for a file that is being fetched; what is left of it goes."""
        path = self._parts / f"{secrets.token_hex(8)}.part"
        try:
            yield path
        finally:
            with suppress(OSError):
                path.unlink(missing_ok=True)

    def open(self) -> None:
        """Make ready for fetching: what killed runs left half-fetched long ago goes.

        Raises:
            FileTrouble: the store cannot be written.
        """
        try:
            self._parts.mkdir(parents=True, exist_ok=True)
            clear(self._parts)
        except OSError as error:
            if not self.goes_elsewhere(error):
                raise self.trouble(error) from error

    def goes_elsewhere(self, error: OSError) -> bool:
        """Whether what had no room on the disk has some now, in a folder that is gone when the command ends."""
        if error.errno not in FULL:
            return False
        if len(self.places) == 1:
            try:
                folder = spare()
                (folder / PARTS).mkdir()
            except OSError:
                return False
            self.places.append(folder)
        return True

    def went_elsewhere(self, identity: str) -> bool:
        """Whether this run has fetched the picture already, and found no room for it on the disk."""
        return any(taken(place / _named("index", identity)) for place in self.places[1:])

    def trouble(self, error: OSError) -> FileTrouble:
        """What a user is told when the store cannot be written."""
        return FileTrouble(f"{self.folder}: {refused(error)}; XDG_CACHE_HOME sets another folder")

    def _read(self, digest: str) -> bytes:
        data = self._object(digest).read_bytes()
        if sha256(data) != digest:
            with suppress(OSError):
                self._object(digest).unlink()
            raise FileTrouble(f"{self._object(digest)}: the stored picture was damaged just now; run again")
        return data

    def _object(self, digest: str) -> Path:
        """Where it lies, else where it would be put."""
        places = [place / _object(digest) for place in reversed(self.places)]  # what was fetched last first
        return next((place for place in places if place.exists()), places[0])

    def _told(self, what: str, key: str, decoder: msgspec.json.Decoder[Record]) -> Record | None:
        """What was told last."""
        found = (_decoded(place / _named(what, key), decoder) for place in reversed(self.places))
        return next((record for record in found if record is not None), None)

    def _tell(self, what: str, key: str, record: Entry | Probe) -> None:
        put(self.places[-1] / _named(what, key), msgspec.json.encode(record), self._parts)

    @property
    def _parts(self) -> Path:
        return self.places[-1] / PARTS


def _object(digest: str) -> Path:
    """In a folder of the store."""
    return Path("sha256", digest[:2], digest)


def _named(what: str, key: str) -> Path:
    """In a folder of the store."""
    digest = sha256(key.encode("utf-8", "surrogatepass"))
    return Path(what, digest[:2], digest)


def now() -> datetime:
    """The time, in UTC, to the second."""
    return datetime.now(UTC).replace(microsecond=0)


def _gone_key(identity: str, origin: Origin, place: str) -> str:
    """Where the index says that it is gone: from one place it may be, from another not."""
    return f"gone from {origin} {place}: {identity}"


def _decoded(path: Path, decoder: msgspec.json.Decoder[Record]) -> Record | None:
    """The record in a file; ``None`` where there is none, or it is of another version or damaged."""
    data = taken(path)
    with suppress(msgspec.MsgspecError):
        return None if data is None else decoder.decode(data)
    return None
