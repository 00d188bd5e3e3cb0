"""What an EPUB carries. Before: a path. After: a :class:`BookFile`; nothing is unpacked beyond what it declares."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path, PurePosixPath

from msgspec.structs import replace

from threadbound.digests import sha256
from threadbound.errors import FileTrouble
from threadbound.readers import bounds
from threadbound.readers.bookfile import BookFile, HeldPicture, NotWhole, Part, too_much
from threadbound.readers.remains import mended

_PICTURE = re.compile(r"([0-9a-f]{64})(?:-([0-9]{2,4}))?(\.(?:jpg|png|gif))")
#: What parsers read as a whole.
_PARSED = frozenset({".xhtml", ".html", ".htm", ".xml", ".opf", ".ncx", ".css", ".svg"})
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError)
#: Every other way is forbidden, and its unpackers fail in ways of their own.
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})


def is_epub(head: bytes) -> bool:
    """Whether a file that begins so is a zip archive that calls itself an EPUB (OCF 3.3 §4.2.2)."""
    return head.startswith(b"PK\x03\x04") and b"application/epub+zip" in head[:256]


@contextmanager
def opened(path: Path) -> Iterator[BookFile]:
    """The EPUB at ``path``.

    Raises:
        FileTrouble: it is no whole zip archive, or unpacks to more than is bearable.
    """
    try:
        archive = zipfile.ZipFile(path)
    except (*_BROKEN, ValueError) as error:
        raise NotWhole(f"{path}: no whole EPUB: {error}; get another copy of it") from error
    with archive:
        yield _book(path, archive)


@contextmanager
def remains(path: Path) -> Iterator[BookFile]:
    """What is left of an EPUB that was cut short.

    Raises:
        FileTrouble: nothing of it can be read, or it holds more than is bearable.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(mended(path.read_bytes())))
    except (*_BROKEN, ValueError) as error:
        raise NotWhole(f"{path}: no whole EPUB: {error}; get another copy of it") from error
    with archive:
        yield replace(_book(path, archive), is_cut=True)


def _book(path: Path, archive: zipfile.ZipFile) -> BookFile:
    _refuse_bombs(path, archive)
    members = {member.filename: member for member in archive.infolist() if not member.is_dir()}
    read = partial(_read, path, archive)
    evidence = [name for name in members if _is_evidence(name)]
    return BookFile(
        "epub",
        tuple(Part(PurePosixPath(name).name, partial(read, members[name])) for name in evidence),
        lambda wanted: _pictures(wanted, {name: partial(read, member) for name, member in members.items()}),
        lambda: _parts({name: partial(read, member) for name, member in members.items()}),
    )


def _refuse_bombs(path: Path, archive: zipfile.ZipFile) -> None:
    """Judge by what the archive declares: its reader never gives more than that."""
    members = archive.infolist()
    if strange := next((member.filename for member in members if member.compress_type not in _METHODS), None):
        raise FileTrouble(
            f"{path}: {strange[:80]!r} in it is packed as no EPUB may be (OCF 3.3 §4.3); get another copy"
        )
    if len(members) > bounds.MAX_PARTS:
        raise too_much(path, f"{len(members):,} parts")
    if sum(member.file_size for member in members) > bounds.MAX_BOOK:
        raise too_much(path, f"it unpacks to more than {bounds.MAX_BOOK >> 20} MiB")
    if sum(member.file_size for member in members if _is_evidence(member.filename)) > bounds.MAX_CARRIED:
        raise too_much(path, f"it carries more than {bounds.MAX_CARRIED >> 20} MiB")
    for member in members:
        place = PurePosixPath(member.filename)
        is_parsed = place.suffix.lower() in _PARSED and not _is_evidence(member.filename)
        bound = bounds.MAX_DOCUMENT if is_parsed else bounds.MAX_FILE
        if member.file_size > bound:
            raise too_much(path, f"a part of it unpacks to more than {bound >> 20} MiB")


def _is_evidence(name: str) -> bool:
    return PurePosixPath(name).parent.name == "evidence"


def _pictures(wanted: Collection[str], members: dict[str, partial[bytes]]) -> list[HeldPicture]:
    found: dict[str, HeldPicture] = {}
    for name, read in members.items():
        named = _PICTURE.fullmatch(PurePosixPath(name).name)
        if named and named[1] in wanted and PurePosixPath(name).parent.name == "images":
            picture = HeldPicture(named[1], named[3], read, int(named[2] or 0))
            found.setdefault(picture.name, picture)
    return [found[name] for name in sorted(found)]


def _parts(members: dict[str, partial[bytes]]) -> Iterator[tuple[str, str]]:
    for name, read in members.items():
        try:
            yield name, sha256(read())
        except FileTrouble:
            yield name, ""


def _read(path: Path, archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    try:
        return archive.read(member)
    except _BROKEN as error:
        raise FileTrouble(f"{path}: a part of it is damaged: {member.filename}; get another copy of it") from error
