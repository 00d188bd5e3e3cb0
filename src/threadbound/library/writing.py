"""A writer's session: lock, mend what a killed run left, work, renew the indexes.

Before: the folder of a library. After :func:`writing`: what was taken in lies on the disk, catalogue and indexes know
it. ``state/incoming`` is there as long as a session is: a session that finds it knows that the one before was killed,
throws away what it had half done, and makes the catalogue agree with the files.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from msgspec import Struct, field

from threadbound import disk
from threadbound.errors import ThreadboundError
from threadbound.library import catalogue, indexes
from threadbound.library.catalogue import Damaged
from threadbound.library.exclusive import exclusive
from threadbound.library.layout import Library, temporary_files
from threadbound.library.opening import opened
from threadbound.library.products import products
from threadbound.library.reindexing import agree, outdated, reindex


class Desk(Struct):
    """Where a writer works."""

    library: Library
    connection: sqlite3.Connection
    """The catalogue."""
    mended: bool = False
    """Whether the session before was killed, or the catalogue had to be made anew or brought up to date."""
    changed: set[str] = field(default_factory=set)
    """Keys of the threads that this session changed."""

    def close(self) -> None:
        """Let go of the catalogue."""
        self.connection.close()

    def start_anew(self) -> None:
        """An empty catalogue in the place of one that is no use.

        Raises:
            FileTrouble: the disk refuses.
        """
        self.close()
        self.connection = _catalogue(self.library, anew=True)

    def renew(self) -> None:
        """Have the indexes say what the catalogue says.

        Raises:
            FileTrouble: the disk refuses.
        """
        indexes.renew(self.library, self.connection)


@contextmanager
def writing(root: Path, *, anew: bool = False) -> Iterator[Desk]:
    """The only writer of the library in ``root``.

    Args:
        root: its folder.
        anew: throw the catalogue away and make it from the files, whatever it is.

    Raises:
        NoLibrary: there is none.
        Locked: there is another writer.
        FileTrouble: the disk refuses, or the catalogue is of a newer version.
    """
    library = opened(root)
    with exclusive(library), closing(Desk(library, _catalogue(library, anew=anew))) as desk, explained(library):
        try:
            _mend(desk)
        except sqlite3.DatabaseError:
            desk.start_anew()
            _mend(desk)
        with disk.explained(library.incoming):
            library.incoming.mkdir(parents=True)
        try:
            yield desk
        except BaseException:
            with suppress(ThreadboundError, OSError, sqlite3.Error):  # else the next session does it
                _clear(desk)
                desk.renew()
            raise
        if desk.changed or desk.mended:
            desk.renew()
        with disk.explained(library.incoming):
            disk.removed(library.incoming)


@contextmanager
def explained(library: Library) -> Iterator[None]:
    """Say in a line that the catalogue is no use; one that is broken goes, so that the next session makes it anew.

    Raises:
        Damaged: that it is.
    """
    try:
        yield
    except sqlite3.DatabaseError as error:
        if catalogue.is_broken(error):
            catalogue.discard(library.catalogue)
        cure = "run it again: what it should say is read anew from the files, which are untouched"
        raise Damaged(f"{library.catalogue}: the catalogue cannot be used: {error}; {cure}") from error


def _catalogue(library: Library, *, anew: bool) -> sqlite3.Connection:
    """The catalogue; a damaged one is made anew."""
    try:
        if anew:
            raise Damaged
        return catalogue.connect(library.catalogue)
    except Damaged:
        catalogue.discard(library.catalogue)
        return catalogue.connect(library.catalogue)


def _clear(desk: Desk) -> None:
    """Throw away what is half done; tell the catalogue what is done and was not told."""
    products(desk.library).mend()
    agree(desk.library, desk.connection)
    with disk.explained(desk.library.incoming):
        for path in temporary_files(desk.library):
            path.unlink()
        disk.removed(desk.library.incoming)


def _mend(desk: Desk) -> None:
    """Put right what a killed session left; fill a catalogue that is new, bring one of an older version up to date."""
    is_new = desk.connection.execute("SELECT 1 FROM thread LIMIT 1").fetchone() is None
    was_killed = desk.library.incoming.exists()
    if was_killed:
        _clear(desk)
    elif is_new and desk.library.threads.exists():
        reindex(desk.library, desk.connection)
    elif outdated(desk.library, desk.connection):
        agree(desk.library, desk.connection)
    else:
        return
    desk.mended = True
