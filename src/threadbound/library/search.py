"""Finding posts by their words.

Before: what a user typed: words, ``"phrases in quotes"``, ``begin*``, ``-without``. After: the posts that have all of
it, with the place where the first of it stands. Few hits come best first; where there are many, those that came into
the library last.
"""

from __future__ import annotations

import re
import sqlite3
import unicodedata
from typing import Any

from msgspec import Struct

from threadbound.errors import UsageError
from threadbound.library.query import conditions
from threadbound.library.schema import ROOM
from threadbound.library.text import comparable
from threadbound.options import ThreadFilter

#: Hits that are put in order of how well they fit: to weigh all of a common word would take longer than to look again.
WEIGHED = 2000
#: Characters of a post that are shown.
EXCERPT = 160
_TERM = re.compile(r'(-?)(?:"([^"]*)"?|(\S+?))(\*?)(?=\s|$|")')


class Hit(Struct, frozen=True):
    """A post that has what was looked for."""

    id: str
    """Of its thread."""
    post: int
    """Its number in the thread."""
    post_id: str | None
    time: str | None
    handle: str
    title: str
    gone: bool
    """Whether the newest capture has it no more."""
    text: str
    """All of its words."""
    start: int
    """Where in ``text`` the first of what was looked for stands."""
    length: int
    """How long that is; 0 where it cannot be shown."""


class Found(Struct, frozen=True):
    """What a search gave."""

    hits: tuple[Hit, ...]
    total: int
    """How many posts there are, however many were asked for."""


def search(connection: sqlite3.Connection, text: str, wanted: ThreadFilter, limit: int) -> Found:
    """The posts that have all of what was typed, ``limit`` of them at most.

    Raises:
        UsageError: there is nothing to look for in it.
    """
    expression, first = parsed(text)
    where, values = conditions(wanted)
    values |= {"words": expression, "limit": limit}
    matching = "FROM words WHERE words MATCH :words"
    if where != "1":
        matching += f" AND rowid / {ROOM} IN (SELECT place FROM thread WHERE {where})"  # noqa: S608 - our own words
    total = connection.execute(f"SELECT count(*) {matching}", values).fetchone()[0]
    order = "rank" if total <= WEIGHED else "rowid DESC"
    rows = connection.execute(
        "SELECT thread.key, post.n, post.id, post.time, thread.handle, thread.title, post.gone, post.text"  # noqa: S608 - our own words
        f" FROM (SELECT rowid AS found {matching} ORDER BY {order} LIMIT :limit)"
        " JOIN post ON post.row = found JOIN thread USING (key)",
        values,
    )
    return Found(tuple(_hit(row, first) for row in rows), total)


def _hit(row: tuple[Any, ...], first: str) -> Hit:
    key, n, post_id, time, handle, title, gone, text = row
    start, length = place(text, first)
    return Hit(key, n, post_id, time, handle, title, bool(gone), text, start, length)


def parsed(text: str) -> tuple[str, str]:
    """What was typed as SQLite asks for it, and the first of it, comparable.

    Raises:
        UsageError: there is nothing to look for in it.
    """
    wanted: list[str] = []
    unwanted: list[str] = []
    first = ""
    for minus, phrase, word, star in _TERM.findall(text):
        term = " ".join(comparable(phrase or word).split()).replace('"', " ")
        if not any(unicodedata.category(character)[0] in "LMNS" for character in term):
            continue
        begins = star or ("*" if phrase.rstrip().endswith("*") else "")
        (unwanted if minus else wanted).append(f'"{term}"{begins}')
        first = first or ("" if minus else term)
    if not wanted:
        what = "words to leave out, but none to find" if unwanted else "no words in it"
        raise UsageError(f"{text}: {what}; give a word, begin*, or 'a \"whole phrase\"'")
    return " ".join([f"({' AND '.join(wanted)})", *(f"NOT {each}" for each in unwanted)]), first


def place(text: str, term: str) -> tuple[int, int]:
    """Where ``term`` (comparable) stands in ``text``: start and length; ``(0, 0)`` where it cannot be told."""
    letters: list[str] = []
    places: list[int] = []
    for at, character in enumerate(text):
        for each in _bare(character):
            letters.append(each)
            places.append(at)
    wanted = _bare(term)
    found = "".join(letters).find(wanted) if wanted else -1
    if found < 0:
        return 0, 0
    start, last = places[found], places[found + len(wanted) - 1]
    return start, last + 1 - start


def _bare(text: str) -> str:
    """Letters, digits and signs alone, without accents: what a match is about."""
    apart = unicodedata.normalize("NFD", comparable(text))
    kept = ((each, unicodedata.category(each)) for each in apart)
    return "".join(each for each, kind in kept if kind[0] in "LMNS" and kind != "Mn")
