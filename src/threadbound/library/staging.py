"""One capture as it will lie in the library, in a folder where nothing counts yet.

Before: an :class:`Arrival`. After: a folder with ``source/``, ``thread.json``, ``version.json`` and, last, the
manifest; pictures that the library does not have lie beside it under their digests. Pictures that lay beside the page
are one file under two names (a hard link) where the file system has such, and two copies where it has not.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path, PurePath, PurePosixPath
from typing import Literal

from msgspec import Struct, field

from threadbound.book.evidence import own_name
from threadbound.book.naming import RESERVED, safe
from threadbound.containers.capture import Capture
from threadbound.digests import sha256, sha256_of
from threadbound.errors import FileTrouble
from threadbound.library import inventory
from threadbound.library.layout import MANIFEST, SOURCE, THREAD, VERSION, Library
from threadbound.library.opening import SOFTWARE, now
from threadbound.library.records import File, MediaFile, Version, written
from threadbound.media.pictures import Pictures
from threadbound.model import codec
from threadbound.model.thread import Thread

#: Files of evidence are not written to again.
READ_ONLY = 0o444
#: What some file system cannot have in a name, or a manifest only in code, which not every reader of manifests knows;
#: a name without them stays as it was.
FORBIDDEN = frozenset('<>:"|?*\\/%')
#: Bytes of a name that stays as it was: file systems know 255.
LONGEST = 240


class Arrival(Struct, frozen=True):
    """A page that was read."""

    thread: Thread
    """With what was found of its pictures."""
    capture: Capture
    pictures: Pictures
    others: tuple[Capture, ...] = ()
    """Of a book that was extracted: the other captures that its thread was united from."""
    modified: datetime | None = None
    """Time of the page's file."""
    tags: tuple[str, ...] = ()
    form: Literal["page", "extracted"] = "page"

    @property
    def digests(self) -> frozenset[str]:
        """The pictures that its thread shows and that are at hand, by the digests of the originals."""
        found = [media.sha256 for post in self.thread.posts for media in post.all_media]
        found += [card.image.sha256 for post in self.thread.posts for card in post.cards if card.image]
        found.append(self.thread.author.avatar_sha256)
        return frozenset(digest for digest in found if digest and self.pictures.find(digest))


class Stage(Struct):
    """Where captures are made ready."""

    library: Library
    pictures: dict[str, Path] = field(default_factory=dict)
    """sha256 → where a picture waits that the library does not have."""
    sizes: dict[str, int] = field(default_factory=dict)
    """sha256 → bytes of each picture that this session has seen, and found in the library or made ready."""
    count: int = 0

    def put(self, key: str, number: int, arrival: Arrival) -> tuple[Path, Version, str]:
        """Make a version ready; gives its folder, its record, and its manifest's digest.

        Raises:
            FileTrouble: a file changed since it was read.
            OSError: the disk refuses.
        """
        self.count += 1
        place = self.library.incoming / str(self.count)
        place.mkdir()
        files = list(self._source(place, arrival))
        data = codec.encode(arrival.thread, indent=1) + b"\n"
        files.append(_put(place, File(THREAD, sha256(data), len(data), "thread"), data))
        captured, captured_by = _when(arrival)
        version = Version(
            key=key,
            number=number,
            capture=arrival.capture.note.sha256,
            captured=captured,
            captured_by=captured_by,
            added=now(),
            software=SOFTWARE,
            form=arrival.form,
            files=tuple(files),
            media=tuple(self._picture(digest, arrival) for digest in sorted(arrival.digests)),
            tags=arrival.tags,
        )
        return place, version, _seal(place, version)

    def _source(self, place: Path, arrival: Arrival) -> Iterator[File]:
        """The saved page and what lay beside it, byte for byte."""
        taken: set[str] = set()
        for capture in (arrival.capture, *arrival.others):
            if saved := capture.bytes():
                note = capture.note
                page = own_name(_portable(note.name) or "page.html", taken)
                file = File(f"{SOURCE}/{page}", note.sha256, note.size, "page", "" if page == note.name else note.name)
                yield _put(place, file, saved)
        for path, name in arrival.capture.beside():
            data = path.read_bytes()
            own = own_name("/".join(_portable(part) or "_" for part in PurePosixPath(name).parts), taken)
            file = File(f"{SOURCE}/{own}", sha256(data), len(data), "beside", "" if own == name else name)
            if file.sha256 in arrival.digests:
                self._store(file.sha256, data)
                _link(self._place(file.sha256), place / file.name, data)
                yield file
            else:
                yield _put(place, file, data)

    def _picture(self, digest: str, arrival: Arrival) -> MediaFile:
        """The picture of that original, once it is in the library or waits for it."""
        picture = arrival.pictures.get(digest)
        own = picture.identity
        if own not in self.sizes:
            data = picture.read()
            if sha256(data) != own:
                raise FileTrouble(f"{arrival.capture.note.name}: a picture changed since it was read; run again")
            self._store(own, data)
        return MediaFile(own, self.sizes[own], "" if own == digest else digest)

    def _store(self, digest: str, data: bytes) -> None:
        """Have the picture wait for its place, unless it is there and sound."""
        if digest in self.sizes:
            return
        self.sizes[digest] = len(data)
        if _is(self.library.picture(digest), digest):
            return
        place = self.library.incoming / "media" / digest
        _write(place, data)
        self.pictures[digest] = place

    def _place(self, digest: str) -> Path:
        return self.pictures.get(digest) or self.library.picture(digest)


def _seal(place: Path, version: Version) -> str:
    """Write record and manifest; gives the manifest's digest."""
    said = written(version)
    _write(place / VERSION, said)
    listing = inventory.listing({**{file.name: file.sha256 for file in version.files}, VERSION: sha256(said)})
    _write(place / MANIFEST, listing)
    return sha256(listing)


def _when(arrival: Arrival) -> tuple[datetime, Literal["page", "file", "arrival"]]:
    """When the page was saved, and who says so."""
    if saved := arrival.capture.note.saved_at:
        return saved.astimezone(UTC), "page"
    if arrival.modified:
        return arrival.modified.astimezone(UTC).replace(microsecond=0), "file"
    return now(), "arrival"


def _portable(name: str) -> str:
    """A part of a path that any file system takes: as it was, wherever that can be."""
    odd = FORBIDDEN & set(name) or name != name.strip(" ") or name.endswith(".") or RESERVED.match(name)
    if name.isprintable() and not odd and len(name.encode()) <= LONGEST:
        return name
    path = PurePath(name)
    return safe(path.stem) + (f".{safe(path.suffix)}" if safe(path.suffix) else "")


def _put(place: Path, file: File, data: bytes) -> File:
    _write(place / file.name, data)
    return file


def _write(path: Path, data: bytes) -> None:
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, READ_ONLY)
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, READ_ONLY)
    with os.fdopen(handle, "wb") as file:
        file.write(data)


def _link(source: Path, target: Path, data: bytes) -> None:
    """The same file under another name; a copy where the file system has no such thing."""
    if not target.parent.exists():
        target.parent.mkdir(parents=True)
    try:
        target.hardlink_to(source)
    except OSError:
        _write(target, data)


def _is(path: Path, digest: str) -> bool:
    try:
        return sha256_of(path) == digest
    except OSError:
        return False
