"""Where everything lies in a library (docs/library.md shows it as a tree).

A name in here comes from :func:`folder_name` or is a digest: nothing that a page says becomes a path unfiltered.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from msgspec import Struct

from threadbound import disk
from threadbound.book.naming import safe
from threadbound.digests import sha256
from threadbound.library.records import Marker
from threadbound.model.thread import Thread

MARKER = "threadbound-library.json"
README = "README.txt"
MANIFEST = "manifest-sha256.txt"
VERSION = "version.json"
THREAD = "thread.json"
SOURCE = "source"
INDEX_PAGE, INDEX_DATA = "index.html", "index.json"
THREADS, MEDIA, PRODUCTS, FORGOTTEN, STATE = "threads", "media", "products", "forgotten", "state"
#: What is evidence, or is made from it alone; ``state`` is neither and need not be copied.
KEPT = (MARKER, README, MANIFEST, INDEX_PAGE, INDEX_DATA, THREADS, MEDIA, PRODUCTS, FORGOTTEN)
#: Bytes of a folder's name: longer ones are of no use to anybody.
LONGEST = 80


class Library(Struct, frozen=True):
    """A library that is there."""

    root: Path
    marker: Marker

    @property
    def threads(self) -> Path:
        """``threads/HANDLE/KEY/v1`` and so on: a folder a capture."""
        return self.root / THREADS

    @property
    def media(self) -> Path:
        """``media/sha256/ab/abcd…``: a picture's bytes as they came, once each."""
        return self.root / MEDIA

    @property
    def products(self) -> Path:
        """``products/HANDLE/…``: books, which can be made again."""
        return self.root / PRODUCTS

    @property
    def forgotten(self) -> Path:
        """``forgotten/KEY/tombstone.json``: what was here once."""
        return self.root / FORGOTTEN

    @property
    def state(self) -> Path:
        """What can be made again, and belongs to this machine: catalogue, lock, half-done work, logs of runs."""
        return self.root / STATE

    @property
    def catalogue(self) -> Path:
        """The SQLite file."""
        return self.state / "catalogue.sqlite3"

    @property
    def incoming(self) -> Path:
        """Work that is not done yet. Whatever lies here when no run is at work was left by one that was killed."""
        return self.state / "incoming"

    def picture(self, digest: str) -> Path:
        """Where the picture with that sha256 lies."""
        return self.media / "sha256" / digest[:2] / digest

    def versions(self) -> Iterator[Path]:
        """The folders of all versions, sorted by path."""
        for author in folders(self.threads):
            for thread in folders(author):
                yield from versions_in(thread)


def versions_in(thread: Path) -> list[Path]:
    """The folders of a thread's versions, in order of arrival."""
    found = [folder for folder in folders(thread) if folder.name[:1] == "v" and folder.name[1:].isdecimal()]
    return sorted(found, key=lambda folder: int(folder.name[1:]))


def folders(parent: Path) -> list[Path]:
    """The folders in a folder, sorted, links left out; none where it is not there."""
    try:
        return sorted(path for path in parent.iterdir() if path.is_dir() and not path.is_symlink())
    except FileNotFoundError:
        return []


def without_own(files: Iterable[Path]) -> list[Path]:
    """The files but those that a library round them has written itself for whoever opens its folders: no pages."""
    given = list(files)
    roots = {file.parent for file in given if file.name in KEPT and (file.parent / MARKER).exists()}
    if not roots:
        return given
    return [
        file
        for file in given
        if not (file.parent in roots and file.name in KEPT)
        and not (file.name == MANIFEST and roots.intersection(file.parents))
    ]


def key_of(thread: Thread) -> str:
    """A thread's name in the library: the id of its root post, or a name made of its capture's digest."""
    given = thread.id or ""
    if given and given == safe(given) and len(given.encode()) <= LONGEST:
        return given
    return f"page-{(sha256(given.encode('utf-8', 'surrogatepass')) if given else thread.captures[0].sha256)[:16]}"


def folder_name(name: str, instead: str) -> str:
    """``name`` as the name of a folder on every system; ``instead`` where nothing of it is left."""
    return safe(name.lower()).encode()[:LONGEST].decode(errors="ignore").rstrip(" .-") or instead


def temporary_files(library: Library) -> list[Path]:
    """What runs that were killed left under temporary names, sorted."""
    places = [library.root / name for name in (THREADS, MEDIA, PRODUCTS, FORGOTTEN)]
    files = [Path(root, name) for place in places for root, _, names in os.walk(place) for name in names]
    files += [path for path in library.root.iterdir() if path.is_file()]
    return sorted(path for path in files if path.name.startswith(disk.TEMPORARY))
