"""What was read of a page, kept for the next run.

Before: a page's name. After: its capture, and its thread before pictures are looked for: read now, or as it was read
when these very bytes were read by this very program. Pictures are looked for each time anew, and proven by their
digests; those that lie inside the page are kept as originals in the media store, so that it need not be opened again.
"""

from __future__ import annotations

import contextlib
import importlib.metadata
from collections.abc import Iterator
from functools import cache, lru_cache, partial
from pathlib import Path
from typing import Literal

import msgspec
from msgspec import Struct

import threadbound
from threadbound.containers.beside import Beside
from threadbound.containers.capture import Capture
from threadbound.containers.data_uris import is_inlined
from threadbound.containers.registry import open_page, read_source, recognise
from threadbound.digests import sha256
from threadbound.errors import FileTrouble
from threadbound.media.collect import Search
from threadbound.media.store import MediaStore
from threadbound.media.wanted import Trouble
from threadbound.model.thread import CaptureNote, Thread
from threadbound.notices import Notice
from threadbound.sites.registry import extract
from threadbound.tools.kept import put, taken

#: What decides how a page is read: a change in any of it, and every page is read again.
READERS = ("containers", "sites", "model")
LIBRARIES = ("beautifulsoup4", "lxml", "charset-normalizer", "msgspec")
#: The form whose pictures never lie beside it.
ALL_INSIDE = "mhtml"


class Facts(Struct, frozen=True):
    """What is known of a page that is not open."""

    note: CaptureNote
    kind: Literal["html", "text"]
    notices: tuple[Notice, ...]
    held: dict[str, str]
    """Reference → digest of each picture that lies inside the page."""


class Remembered(Struct, frozen=True):
    """What is kept of one page."""

    facts: Facts
    thread: Thread


class Opened(Struct, frozen=True):
    """A page, opened."""

    name: str
    capture: Capture
    thread: Thread
    """As the page has it."""
    facts: Facts | None
    """``None`` where it was not remembered."""
    place: Path
    """Where it is kept."""


def opened(name: str, folder: Path, store: MediaStore) -> Opened:
    """The page of that name.

    Args:
        name: path of a page.
        folder: where pages are kept.
        store: where the pictures inside them are.

    Raises:
        ThreadboundError: it cannot be read, or holds no thread.
    """
    source = read_source(name)
    container = recognise(source)
    key = sha256(msgspec.msgpack.encode((_version(), source.name, container.name, sha256(source.data))))
    place = folder / key[:2] / key
    known = _known(place, store)
    if known:
        return Opened(name, closed(name, known.facts, store), known.thread, known.facts, place)
    capture = container.open(source)
    return Opened(name, capture, extract(capture), None, place)


def remember(page: Opened, search: Search, store: MediaStore) -> Facts:
    """Keep what was read, now that its pictures have been looked for.

    A page with a picture that was refused is read again each time.
    """
    if page.facts:
        return page.facts
    capture = page.capture
    facts = Facts(capture.note, capture.kind, capture.notices, dict(_inside(page, search)))
    lacking = [reference for reference in facts.held if not store.keep(capture.find(reference) or b"")]
    if not lacking and not any(isinstance(each, Trouble) for each in search.seen.values()):
        with contextlib.suppress(OSError, UnicodeEncodeError):  # no more than time is lost
            put(page.place, msgspec.msgpack.encode(Remembered(facts, page.thread)))
    return facts


def closed(name: str, facts: Facts, store: MediaStore) -> Capture:
    """The capture of a page that is not open: without its bytes, but whatever it finds is found."""
    lying = Beside(None if facts.note.container == ALL_INSIDE else Path(name))

    def find(reference: str) -> bytes | None:
        digest = facts.held.get(reference)
        if digest is None:
            return lying.find(reference)
        with contextlib.suppress(OSError, FileTrouble):
            return store.original(digest)
        return _reopened(name).find(reference)

    again = partial(_bytes_again, name, facts.note.sha256)
    used = tuple if facts.note.container == ALL_INSIDE else lying.used
    return Capture(facts.note, b"", "", facts.kind, find, facts.notices, used, again)


def _inside(page: Opened, search: Search) -> Iterator[tuple[str, str]]:
    """Reference and digest of what was found in the page itself: what lies beside it needs no keeping."""
    is_all = page.capture.note.container == ALL_INSIDE
    for digest, (origin, reference) in search.whence.items():
        if origin == "capture" and (is_all or is_inlined(reference)):
            yield reference, digest


def _known(place: Path, store: MediaStore) -> Remembered | None:
    """What is kept at ``place``, if it is whole and its pictures are there."""
    data = taken(place)
    if data is None:
        return None
    try:
        known = msgspec.msgpack.decode(data, type=Remembered)
    except msgspec.MsgspecError:
        return None
    return known if all(map(store.has, known.facts.held.values())) else None


def _bytes_again(name: str, digest: str) -> bytes:
    """The page's bytes, as they were when it was read.

    Raises:
        FileTrouble: they are others now.
    """
    source = read_source(name)
    if sha256(source.data) != digest:
        raise FileTrouble(f"{source.name}: the page has changed since it was read; run again")
    return source.data


@lru_cache(maxsize=1)
def _reopened(name: str) -> Capture:
    """The page once more, where the store could not keep what lies in it."""
    return open_page(name)


@cache
def _version() -> str:
    """What tells this program from one that might read a page otherwise: the text of its readers, and its libraries."""
    package = Path(threadbound.__file__).parent
    texts = [path.read_bytes() for name in READERS for path in sorted((package / name).glob("*.py"))]
    versions = "".join(map(importlib.metadata.version, LIBRARIES))
    return sha256(b"".join(texts) + versions.encode())
