"""The catalogue from the files.

Before: a library and a catalogue that may know less, more or something else. After: it says what the files say. A
version counts as known when the digest of its manifest is the one that the catalogue has.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

from threadbound.digests import sha256_of
from threadbound.errors import FileTrouble
from threadbound.library import catalogue
from threadbound.library.layout import MANIFEST, Library, folders, versions_in
from threadbound.library.shelves import thread_at, version
from threadbound.options import Step, no_step


def agree(library: Library, connection: sqlite3.Connection, step: Step = no_step) -> list[str]:
    """Make the catalogue say what the files say; gives a line for each thread that could not be read."""
    known = {row[0]: row[1] for row in connection.execute("SELECT key, folder FROM thread")}
    found = list(_threads(library))
    troubles: list[str] = []
    there: set[str] = set()
    for done, folder in enumerate(found):
        step("reading the library", done, len(found))
        try:
            there.add(_told(library, connection, folder))
        except FileTrouble as error:
            troubles.append(str(error))
    for key in known.keys() - there:
        with catalogue.transaction(connection):
            catalogue.forget(connection, key)
    return troubles


def _told(library: Library, connection: sqlite3.Connection, folder: Path) -> str:
    manifests = {int(each.name[1:]): sha256_of(each / MANIFEST) for each in _whole(folder)}
    key = version(next(iter(_whole(folder)))).key
    said = dict(connection.execute("SELECT number, manifest FROM version WHERE key = ?", (key,)))
    if said != manifests:
        place = folder.relative_to(library.root).as_posix()
        kept = thread_at(library, place)
        with catalogue.transaction(connection):
            catalogue.record(connection, place, kept, manifests)
    return key


def _threads(library: Library) -> Iterator[Path]:
    for author in folders(library.threads):
        yield from (folder for folder in folders(author) if _whole(folder))


def _whole(folder: Path) -> list[Path]:
    return [each for each in versions_in(folder) if (each / MANIFEST).exists()]
