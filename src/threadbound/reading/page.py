"""One page, read wherever there is room: what a worker is asked, and what it answers.

Before: a page's name, and where its pictures are looked for, as data. After: all of the page but its bytes, as data;
and, in the process that asked, the page itself.
"""

from __future__ import annotations

import os
from functools import lru_cache, partial
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from threadbound.containers.beside import Resources
from threadbound.media.collect import Search, bytes_at, collect
from threadbound.media.pictures import Pictures, StoredPicture
from threadbound.media.probe import Probe
from threadbound.media.store import MediaStore
from threadbound.media.wanted import Trouble, Wanted
from threadbound.model.media import Found, Origin
from threadbound.model.thread import Thread
from threadbound.options import FetchOptions
from threadbound.pipeline import Page, Sources, search_for
from threadbound.reading.remembered import Facts, closed, opened, remember


class Places(Struct, frozen=True):
    """Where pictures are looked for. Paths are in the bytes that the system has for them."""

    resources: tuple[bytes, ...]
    store: bytes
    remembered: bytes
    max_pixels: int
    allow_hosts: tuple[str, ...]
    any_host: bool
    ask_again: bool


class Job(Struct, frozen=True):
    """A page to be read."""

    name: bytes
    places: Places


class Original(Struct, frozen=True):
    """A picture that was found."""

    sha256: str
    probe: Probe
    origin: Origin | None
    """Which place at hand has it; ``None``: the store."""
    reference: str


class Sought(Struct, frozen=True):
    """What the places at hand gave for some references."""

    references: tuple[str, ...]
    sha256: str | None
    found: Found | None
    trouble: Trouble | None


class Answer(Struct, frozen=True):
    """A page that was read."""

    facts: Facts
    thread: Thread
    """With the pictures that were found."""
    extracted: Thread | None
    """As the page has it, where pictures must be looked for again."""
    originals: tuple[Original, ...]
    sought: tuple[Sought, ...]
    missing: dict[str, Wanted]
    beside: tuple[tuple[bytes, str], ...]
    """The files beside the page that were read: path, and name under its folder."""


def places_of(sources: Sources) -> Places | None:
    """Where pictures are looked for, as data; ``None`` where nothing can be kept."""
    if sources.store is None or sources.remembered is None:
        return None
    options = sources.options
    return Places(
        tuple(os.fsencode(folder) for folder in options.resources),
        os.fsencode(sources.store.folder),
        os.fsencode(sources.remembered),
        sources.store.max_pixels,
        options.allow_hosts,
        options.any_host,
        options.ask_again,
    )


def read_page(job: Job) -> Answer:
    """Read a page.

    Raises:
        ThreadboundError: it cannot be read, or holds no thread.
    """
    name, (sources, store) = os.fsdecode(job.name), _sources(job.places)
    page = opened(name, Path(os.fsdecode(job.places.remembered)), store)
    pictures = Pictures(store.prove)
    search = search_for(page.capture, page.thread, pictures, sources)
    thread = collect(page.thread, search)
    return Answer(
        remember(page, search, store),
        thread,
        page.thread if search.missing else None,
        tuple(_original(picture, search) for picture in pictures.pictures.values()),
        tuple(_sought(references, result) for references, result in search.seen.items()),
        search.missing,
        tuple((os.fsencode(path), own) for path, own in page.capture.beside()),
    )


def page_of(name: str, answer: Answer, pictures: Pictures, sources: Sources) -> Page:
    """The page that was read; its pictures go into ``pictures``, to be read where they lie."""
    store = sources.store
    if store is None:
        raise TypeError("what is read elsewhere needs a store")
    beside = tuple((Path(os.fsdecode(path)), own) for path, own in answer.beside)
    capture = replace(closed(name, answer.facts, store), beside=lambda: beside)
    search = search_for(capture, answer.thread, pictures, sources)
    finds = dict(search.places)
    for each in answer.originals:
        kept = partial(store.original, each.sha256)
        read = partial(bytes_at, finds[each.origin], each.reference) if each.origin else kept
        pictures.add(StoredPicture(each.sha256, each.probe, read))
    search.missing.update(answer.missing)
    search.seen.update({sought.references: _result(sought, pictures) for sought in answer.sought})
    return Page(name, capture, answer.thread, answer.extracted or answer.thread, search)


def _original(picture: StoredPicture, search: Search) -> Original:
    origin, reference = search.whence.get(picture.sha256, (None, ""))
    return Original(picture.sha256, picture.probe, origin, reference)


def _sought(references: tuple[str, ...], result: tuple[StoredPicture, Found] | Trouble | None) -> Sought:
    if isinstance(result, tuple):
        return Sought(references, result[0].sha256, result[1], None)
    return Sought(references, None, None, result)


def _result(sought: Sought, pictures: Pictures) -> tuple[StoredPicture, Found] | Trouble | None:
    if sought.sha256 and sought.found:
        return pictures.get(sought.sha256), sought.found
    return sought.trouble


@lru_cache(maxsize=1)
def _sources(places: Places) -> tuple[Sources, MediaStore]:
    """The places as they were before they became data."""
    store = MediaStore(Path(os.fsdecode(places.store)), places.max_pixels)
    folders = tuple(Path(os.fsdecode(folder)) for folder in places.resources)
    options = FetchOptions(
        offline=True,
        resources=folders,
        allow_hosts=places.allow_hosts,
        any_host=places.any_host,
        ask_again=places.ask_again,
    )
    return Sources(options, tuple(map(Resources, folders)), store), store
