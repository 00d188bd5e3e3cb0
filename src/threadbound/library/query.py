"""Questions to the catalogue."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import msgspec

from threadbound.errors import UsageError
from threadbound.library.catalogue import Entry, Held
from threadbound.options import ThreadFilter

_COLUMNS = ", ".join(f"thread.{name}" for name in Entry.__struct_fields__ if name not in {"id", "versions", "whole"})
_SELECT = (
    f"SELECT thread.key AS id, {_COLUMNS},"  # noqa: S608 - our own names
    " max(thread.whole, thread.posts) AS whole,"  # an older version does not say how many there should be
    " (SELECT count(*) FROM version WHERE version.key = thread.key) AS versions FROM thread"
)


_VERSIONS = f"SELECT {', '.join(Held.__struct_fields__)} FROM version"  # noqa: S608 - our own names
#: No filter.
EVERYTHING = ThreadFilter()


def conditions(wanted: ThreadFilter) -> tuple[str, dict[str, Any]]:
    """The condition in SQL, and its values."""
    terms, values = ["1"], dict[str, Any]()
    if wanted.author:
        terms.append("(thread.handle = :handle COLLATE NOCASE OR instr(lower(thread.author), :author))")
        values |= {"handle": wanted.author.lstrip("@"), "author": wanted.author.lower()}
    if wanted.since:
        terms.append("thread.published >= :since")
        values["since"] = wanted.since
    if wanted.until:
        terms.append("substr(thread.published, 1, length(:until)) <= :until")
        values["until"] = wanted.until
    for k, tag in enumerate(wanted.tags):
        terms.append(f"EXISTS (SELECT 1 FROM json_each(thread.tags) WHERE value = :tag{k})")  # noqa: S608 - a number
        values[f"tag{k}"] = tag.lstrip("#").casefold()
    if wanted.complete is not None:
        terms.append("thread.losses = 0" if wanted.complete else "thread.losses > 0")
    return " AND ".join(terms), values


def threads(connection: sqlite3.Connection, wanted: ThreadFilter = EVERYTHING) -> Iterator[Entry]:
    """The threads, by date of publication; those without a date last."""
    where, values = conditions(wanted)
    for row in _rows(connection, f"{_SELECT} WHERE {where} ORDER BY published IS NULL, published, key", values):
        yield _entry(row)


def undated(connection: sqlite3.Connection, wanted: ThreadFilter) -> list[str]:
    """The keys of the threads that ``wanted`` leaves out for their days alone, which are not known."""
    if not (wanted.since or wanted.until):
        return []
    where, values = conditions(replace(wanted, since=None, until=None))
    rows = _rows(connection, f"{_SELECT} WHERE {where} AND published IS NULL ORDER BY key", values)
    return [row["id"] for row in rows]


def thread(connection: sqlite3.Connection, key: str) -> Entry:
    """The thread of that name, or the only one whose name begins so.

    Raises:
        UsageError: there is none, or more than one.
    """
    found = [*_rows(connection, f"{_SELECT} WHERE key = ?", (key,))] or [
        *_rows(connection, f"{_SELECT} WHERE substr(key, 1, length(:key)) = :key LIMIT 3", {"key": key})
    ]
    if len(found) == 1:
        return _entry(found[0])
    if found:
        names = ", ".join(row["id"] for row in found)
        raise UsageError(f"{key}: more than one thread begins so ({names}): give more of the id")
    raise UsageError(f"{key}: no such thread in this library; threadbound list shows those that are")


def versions(connection: sqlite3.Connection, key: str) -> list[Held]:
    """The versions of a thread, by number."""
    return [_held(row) for row in _rows(connection, f"{_VERSIONS} WHERE key = ? ORDER BY number", (key,))]


def all_versions(connection: sqlite3.Connection) -> Iterator[Held]:
    """The versions of all threads, by number."""
    return (_held(row) for row in _rows(connection, f"{_VERSIONS} ORDER BY key, number", ()))


def _held(row: dict[str, Any]) -> Held:
    return Held(**{**row, "media": frozenset(msgspec.json.decode(row["media"]))})


def folder(connection: sqlite3.Connection, key: str) -> str | None:
    """The folder of a thread, under the root; ``None`` where it is not there."""
    row = connection.execute("SELECT folder FROM thread WHERE key = ?", (key,)).fetchone()
    return str(row[0]) if row else None


def _entry(row: dict[str, Any]) -> Entry:
    return Entry(**{**row, "tags": tuple(msgspec.json.decode(row["tags"]))})


def _rows(connection: sqlite3.Connection, sql: str, values: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401 - what SQLite binds
    cursor = connection.execute(sql, values)
    names = [column[0] for column in cursor.description]
    for row in cursor:
        yield dict(zip(names, row, strict=True))
