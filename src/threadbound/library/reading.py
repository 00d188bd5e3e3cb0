"""Asking a library without writing to it.

Before: its folder. After :func:`reading`: a catalogue that fits the files. One that is not there, damaged or of an
older version is made from them first: on the disk where that can be, else in the memory.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from threadbound.errors import FileTrouble, Locked
from threadbound.library import catalogue
from threadbound.library.catalogue import REINDEX, Damaged
from threadbound.library.layout import Library
from threadbound.library.opening import opened
from threadbound.library.reindexing import outdated, reindex
from threadbound.library.writing import Desk, writing


@contextmanager
def reading(root: Path) -> Iterator[Desk]:
    """The library in ``root``, to be asked only.

    Raises:
        NoLibrary: there is none.
        FileTrouble: its catalogue is of a newer version.
    """
    library = opened(root)
    with closing(_connected(library)) as connection:
        try:
            yield Desk(library, connection)
        except sqlite3.DatabaseError as error:
            raise Damaged(f"{library.catalogue}: the catalogue cannot be used: {error}; {REINDEX}") from error


def _connected(library: Library) -> sqlite3.Connection:
    try:
        connection = catalogue.connect(library.catalogue)
    except Damaged:
        return _made(library)
    try:
        knows_none = connection.execute("SELECT 1 FROM thread LIMIT 1").fetchone() is None
        is_behind = bool(outdated(library, connection))
    except sqlite3.DatabaseError:
        knows_none, is_behind = True, False
    if is_behind or (knows_none and next(library.versions(), None)):
        connection.close()
        return _made(library)
    return connection


def _made(library: Library) -> sqlite3.Connection:
    try:
        with writing(library.root):
            pass
        return catalogue.connect(library.catalogue)
    except (FileTrouble, Locked):  # it may not be written, or another run is at it
        connection = catalogue.in_memory()
        reindex(library, connection)
        return connection
