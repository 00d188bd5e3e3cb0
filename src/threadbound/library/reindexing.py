"""The catalogue from the files.

Before: a library and a catalogue that may know less, more or something else. After :func:`reindex` it says what the
files say and nothing else. After :func:`agree` it knows what came in last and was not told of, and of what an older
version recorded all that this one does; of what is missing without having been forgotten it still knows, so that
``verify`` can miss it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

from threadbound.digests import sha256_of
from threadbound.errors import FileTrouble
from threadbound.library import catalogue
from threadbound.library.layout import MANIFEST, Library, folder_name, folders, versions_in
from threadbound.library.shelves import thread_at
from threadbound.options import Step, no_step

READING = "reading the library"


def reindex(library: Library, connection: sqlite3.Connection, step: Step = no_step) -> list[str]:
    """Have the catalogue say what the files say; gives a line for each thread that cannot be read.

    Of such a thread the catalogue keeps saying what it said.
    """
    troubles: list[str] = []
    found = list(_threads(library))
    with catalogue.transaction(connection):
        for done, folder in enumerate(found):
            step(READING, done, len(found))
            try:
                _record(library, connection, folder)
            except FileTrouble as error:
                troubles.append(str(error))
        for key, place in connection.execute("SELECT key, folder FROM thread").fetchall():
            if library.root / place not in found:
                catalogue.forget(connection, key)
    return troubles


def agree(library: Library, connection: sqlite3.Connection) -> None:
    """Tell the catalogue what it was not told of: new versions, what was forgotten, and what is :func:`outdated`."""
    for (key,) in connection.execute("SELECT key FROM thread").fetchall():
        if (library.forgotten / folder_name(key, "_")).exists():
            with catalogue.transaction(connection):
                catalogue.forget(connection, key)
    sql = "SELECT folder, number, manifest FROM version JOIN thread USING (key)"
    known = {f"{folder}/v{number}": manifest for folder, number, manifest in connection.execute(sql)}
    older = outdated(library, connection)
    for folder in _threads(library):
        place = folder.relative_to(library.root).as_posix()
        if folder in older or any(f"{place}/{each.name}" not in known for each in _whole(folder)):
            try:
                with catalogue.transaction(connection):
                    _record(library, connection, folder)
            except FileTrouble:
                continue  # verify says what is wrong with it


def outdated(library: Library, connection: sqlite3.Connection) -> set[Path]:
    """The folders of the threads that an older version recorded, where every version that it knew is still there.

    Recording a thread again forgets the versions that are lost, so such a thread is left alone.
    """
    places: dict[Path, bool] = {}
    sql = "SELECT folder, number FROM version JOIN thread USING (key) WHERE whole = 0"
    for place, number in connection.execute(sql):
        folder = library.root / place
        places[folder] = places.get(folder, True) and (folder / f"v{number}" / MANIFEST).exists()
    return {folder for folder, is_whole in places.items() if is_whole}


def _record(library: Library, connection: sqlite3.Connection, folder: Path) -> None:
    place = folder.relative_to(library.root).as_posix()
    manifests = {int(each.name[1:]): sha256_of(each / MANIFEST) for each in _whole(folder)}
    catalogue.record(connection, place, thread_at(library, place), manifests)


def _threads(library: Library) -> Iterator[Path]:
    for author in folders(library.threads):
        yield from (folder for folder in folders(author) if _whole(folder))


def _whole(folder: Path) -> list[Path]:
    return [each for each in versions_in(folder) if (each / MANIFEST).exists()]
