"""A writer's session: lock, mend what a killed run left, work, renew the indexes.

Before: the folder of a library. After :func:`writing`: what was taken in lies on the disk, catalogue and indexes know
it. ``state/incoming`` is there as long as a session is: a session that finds it knows that the one before was killed,
throws away what it had half done, and makes the catalogue agree with the files.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from msgspec import Struct, field

from threadbound import disk
from threadbound.library import catalogue
from threadbound.library.exclusive import exclusive
from threadbound.library.indexes import renew
from threadbound.library.layout import Library
from threadbound.library.opening import opened
from threadbound.library.reindexing import agree


class Desk(Struct):
    """Where a writer works."""

    library: Library
    connection: sqlite3.Connection
    """The catalogue."""
    mended: bool = False
    """Whether the session before was killed."""
    changed: set[str] = field(default_factory=set)
    """Keys of the threads that this session changed."""

    @property
    def incoming(self) -> Path:
        """For work that is not done yet."""
        return self.library.incoming


@contextmanager
def writing(root: Path) -> Iterator[Desk]:
    """The only writer of the library in ``root``.

    Raises:
        NoLibrary: there is none.
        Locked: there is another writer.
        FileTrouble: the disk refuses, or the catalogue is of a newer version.
    """
    library = opened(root)
    with exclusive(library):
        is_new = not library.catalogue.exists()
        with closing(catalogue.connect(library.catalogue)) as connection:
            desk = Desk(library, connection)
            if library.incoming.exists() or is_new:
                _mend(desk)
            with disk.explained(library.incoming):
                library.incoming.mkdir(parents=True)
            yield desk
            if desk.changed or desk.mended:
                renew(library, connection)
            with disk.explained(library.incoming):
                shutil.rmtree(library.incoming)


def _mend(desk: Desk) -> None:
    """Throw away what was half done; what was done but not told is told."""
    shutil.rmtree(desk.incoming, ignore_errors=True)
    agree(desk.library, desk.connection)
    desk.mended = True
