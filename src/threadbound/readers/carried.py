"""A book's own evidence: the threads that it was bound from, and their saved pages.

Before: an open book. After: :class:`Carried`. The pages are known by their digests, not by their names: the JSON says
of each thread which bytes it was read from.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from threadbound.book.book import Evidence
from threadbound.book.collection import NAME
from threadbound.book.collection import decode as decode_collection
from threadbound.book.evidence import FIXITY, evidence
from threadbound.containers.capture import Capture, nothing
from threadbound.digests import sha256
from threadbound.errors import FileTrouble, NoThread
from threadbound.model.thread import Thread
from threadbound.readers.bookfile import THREADS, BookFile, HeldPicture, Part, TooMuch
from threadbound.readers.threads import decode, digests


class Carried(Struct, frozen=True):
    """What came out of a book."""

    product: str
    threads: tuple[Thread, ...]
    data: Evidence
    """Their JSON, as the book has it."""
    captures: tuple[Capture, ...]
    """Their pages, one a capture; without data where the book does not carry the page."""
    pictures: tuple[HeldPicture, ...]
    strangers: tuple[str, ...]
    """Names of carried files that are neither the JSON nor a page of one of the threads."""
    decided: tuple[Evidence, ...] = ()
    """The record of what was decided about a collection, and its cover, as the book has them."""
    fixity: bytes = b""
    """The book's list of what it holds; empty where it has none."""
    damaged: tuple[tuple[str, str], ...] = ()
    """Name of a carried file that cannot be read, and why."""

    @property
    def pages(self) -> tuple[Evidence, ...]:
        """The pages that are there, under the names that a book gives them."""
        present = [capture for capture in self.captures if capture.data]
        more = len(self.decided)
        return evidence(self.threads, present, "page,json", self.decided)[: -1 - more] if present else ()


def carried(book: BookFile, path: object) -> Carried:
    """What ``book`` carries.

    Args:
        book: open.
        path: its name, for messages.

    Raises:
        NoThread: it carries no thread.
        FileTrouble: its threads cannot be read, or it is larger than can be borne.
    """
    part = next((part for part in book.carried if part.name in THREADS), None)
    if part is None:
        raise NoThread(f"{path}: it carries no thread as data: not made by threadbound, or with --attach none")
    data = part.read()
    threads = decode(f"{path}: {part.name}", data)
    files, damaged = _read([each for each in book.carried if each.name != part.name])
    fixity = files.pop(FIXITY, b"")
    decided = tuple(_decided(files, path))
    captures, strangers = _captures(threads, files)
    json = Evidence(part.name, "application/json", "The threads as data", "Data", data)
    pictures = tuple(book.pictures(digests(threads)))
    return Carried(book.product, threads, json, captures, pictures, strangers, decided, fixity, damaged)


def _read(parts: list[Part]) -> tuple[dict[str, bytes], tuple[tuple[str, str], ...]]:
    """Name → bytes of what can be read, and the others with their reasons."""
    files: dict[str, bytes] = {}
    damaged: list[tuple[str, str]] = []
    for part in parts:
        try:
            files[part.name] = part.read()
        except TooMuch:
            raise
        except FileTrouble as error:
            damaged.append((part.name, str(error)))
    return files, tuple(damaged)


def _decided(files: dict[str, bytes], path: object) -> Iterator[Evidence]:
    """What was decided about a collection, taken out of ``files``; a cover only where it is the one that is meant."""
    if NAME not in files:
        return
    data = files.pop(NAME)
    yield Evidence(NAME, "application/json", "What was decided about this book", "Data", data)
    cover = decode_collection(f"{path}: {NAME}", data).cover
    if cover.kind == "file" and sha256(files.get(cover.name, b"")) == cover.sha256:
        yield Evidence(cover.name, cover.media_type, "The picture on the cover", "Source", files.pop(cover.name))


def _captures(threads: tuple[Thread, ...], files: dict[str, bytes]) -> tuple[tuple[Capture, ...], tuple[str, ...]]:
    """The page of each thread, and the names of what is none."""
    by_digest = {sha256(data): data for data in files.values()}
    notes = [note for thread in threads for note in thread.captures]
    known = {note.sha256 for note in notes}
    pages = (Capture(note, by_digest.get(note.sha256, b""), "", "html", nothing) for note in notes)
    return tuple(pages), tuple(name for name, data in files.items() if sha256(data) not in known)
