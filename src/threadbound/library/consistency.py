"""Whether threads, catalogue and indexes say the same.

Before: the stock of a library, of which some files were just read. After: a finding for each thread that is none any
more, and for each place where the catalogue or an index says something else than the files.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from typing import Any

from threadbound.errors import FileTrouble
from threadbound.library import catalogue, indexes
from threadbound.library.findings import Finding
from threadbound.library.history import Captured, kept
from threadbound.library.layout import MANIFEST, STATE, THREAD, VERSION, Library, key_of
from threadbound.library.opening import now
from threadbound.library.reindexing import outdated
from threadbound.library.shelves import captured
from threadbound.library.stock import Stock

#: Under the root, as findings name it.
CATALOGUE = f"{STATE}/catalogue.sqlite3"


class Told:
    """What the catalogue says, as far as it can be used."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self.trouble = ""
        self.connection: sqlite3.Connection | None = None
        try:
            self.connection = catalogue.connect(library.catalogue)
        except FileTrouble as error:
            self.trouble = str(error)

    def close(self) -> None:
        """Let the file go."""
        if self.connection:
            self.connection.close()

    def rows(self, sql: str, *values: object) -> list[dict[str, Any]]:
        """What it answers, a dict a row; nothing where it cannot be used."""
        if self.connection is None:
            return []
        cursor = self.connection.execute(sql, values)
        names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor]

    def readings(self) -> dict[str, str]:
        """When each file was last read and found sound; a catalogue that cannot say it is of no use."""
        try:
            return {row["path"]: row["read"] for row in self.rows("SELECT path, read FROM reading")}
        except sqlite3.DatabaseError as error:
            self.trouble = str(error)
            self.close()
            self.connection = None
            return {}

    def remember(self, paths: Iterable[str]) -> None:
        """Note that these were read now; where the catalogue cannot be written, the next time they are read again."""
        if self.connection is None:
            return
        moment = now().isoformat()
        with suppress(sqlite3.DatabaseError), catalogue.transaction(self.connection):
            sql = "INSERT INTO reading (path, read) VALUES (?, ?) ON CONFLICT (path) DO UPDATE SET read = excluded.read"
            self.connection.executemany(sql, ((path, moment) for path in paths))


def consistent(found: Stock, told: Told, sound: Collection[str], *, in_use: bool) -> Iterator[Finding]:
    """What does not agree, among the threads that were read.

    Args:
        found: all that should be there.
        told: the catalogue.
        sound: paths of the files that were read and are what they were.
        in_use: another run may be between files and catalogue.
    """
    if told.connection is None:
        yield Finding("catalogue.unusable", CATALOGUE, told.trouble)
    elif in_use:
        yield Finding("work.running", STATE, "another run is at work: catalogue and indexes were not compared")
    else:
        yield from _catalogue(found, told, whole=len(sound) == len(found.wanted))
    for folder, numbers in _threads(found).items():
        if all(f"{folder}/v{number}/{THREAD}" in sound for number in numbers):
            yield from _thread(found, None if in_use else told, folder, numbers)
    if told.connection and not in_use:
        yield from _indexes(found.library, told.connection)


def _catalogue(found: Stock, told: Told, *, whole: bool) -> Iterator[Finding]:
    """Whether the catalogue is whole, and knows every version and no other."""
    try:
        yield from _versions(found, told)
        if told.connection and outdated(found.library, told.connection):
            yield Finding("catalogue.behind", CATALOGUE, "an older version of threadbound made it")
        if whole:
            for row in told.rows("PRAGMA integrity_check(1)"):
                if row["integrity_check"] != "ok":
                    yield Finding("catalogue.unusable", CATALOGUE, row["integrity_check"])
            told.rows("INSERT INTO words (words, rank) VALUES ('integrity-check', 1)")
    except sqlite3.DatabaseError as error:
        if not _is_read_only(error):
            yield Finding("catalogue.unusable", CATALOGUE, str(error))


def _is_read_only(error: sqlite3.DatabaseError) -> bool:
    return getattr(error, "sqlite_errorname", "").startswith("SQLITE_READONLY")


def _versions(found: Stock, told: Told) -> Iterator[Finding]:
    sql = "SELECT folder, number, manifest FROM version JOIN thread USING (key)"
    known = {f"{row['folder']}/v{row['number']}": row["manifest"] for row in told.rows(sql)}
    for name in sorted(known.keys() - found.manifests.keys()):
        yield Finding("version.missing", name, "the catalogue knows it, and it is not there")
    for name in sorted(found.manifests.keys() - known.keys()):
        yield Finding("catalogue.behind", name, "the catalogue does not know it yet")
    for name in sorted(known.keys() & found.manifests.keys()):
        if known[name] != found.manifests[name]:
            yield Finding("manifest.damaged", f"{name}/{MANIFEST}", "its sha256 is not what the catalogue has")


def _threads(found: Stock) -> dict[str, list[int]]:
    """The folders of the threads whose records can be read → the numbers of their versions."""
    threads: dict[str, list[int]] = {}
    for name, version in found.versions.items():
        threads.setdefault(name.rpartition("/")[0], []).append(version.number)
    return threads


def _thread(found: Stock, told: Told | None, folder: str, numbers: Sequence[int]) -> Iterator[Finding]:
    """Whether each capture's JSON is the thread that its record names, and the catalogue says what they say."""
    captures: list[Captured] = []
    for number in numbers:
        name = f"{folder}/v{number}"
        try:
            each = captured(found.library.root / name)
        except FileTrouble as error:
            yield Finding("thread.invalid", f"{name}/{THREAD}", str(error).partition(": ")[2])
            continue
        captures.append(each)
        note = each.thread.captures[0]
        if (key_of(each.thread), note.sha256) != (each.version.key, each.version.capture):
            yield Finding("thread.invalid", f"{name}/{THREAD}", f"it is another thread than {name}/{VERSION} says")
    if told and told.connection and len(captures) == len(numbers):
        yield from _row(found, told, folder, captures)


def _row(found: Stock, told: Told, folder: str, captures: Sequence[Captured]) -> Iterator[Finding]:
    """Whether the catalogue has of a thread what it would be told now."""
    thread = kept(captures)
    key = thread.newest.key
    manifests = {each.version.number: found.manifests[f"{folder}/v{each.version.number}"] for each in captures}
    wanted = (
        [catalogue.thread_row(folder, thread)],
        list(catalogue.version_rows(thread, manifests)),
        list(catalogue.post_rows(thread)),
    )
    with suppress(sqlite3.DatabaseError):  # said already
        has = (
            told.rows(f"SELECT {', '.join(wanted[0][0])} FROM thread WHERE key = ?", key),  # noqa: S608 - our own names
            told.rows("SELECT * FROM version WHERE key = ? ORDER BY number", key),
            told.rows(f"SELECT {', '.join(catalogue.POST)} FROM post WHERE key = ? ORDER BY row", key),  # noqa: S608 - our own names
        )
        if has[0] and not has[0][0]["whole"]:
            wanted[0][0]["whole"] = 0  # an older version did not say it: the catalogue is behind
        if has[0] and has != wanted:
            yield Finding("catalogue.differs", CATALOGUE, f"of {key} it says something else than the files")


def _indexes(library: Library, connection: sqlite3.Connection) -> Iterator[Finding]:
    with suppress(sqlite3.DatabaseError):  # said already
        is_older = connection.execute("SELECT 1 FROM thread WHERE whole = 0 LIMIT 1").fetchone() is not None
        for name, data in indexes.made(library, connection).items():
            try:
                is_same = (library.root / name).read_bytes() == data
            except OSError:
                is_same = False
            if not is_same:
                is_behind = is_older or library.incoming.exists()
                code = "index.behind" if is_behind else "index.differs"
                yield Finding(code, name, "it is not what the catalogue says")
