"""The catalogue's tables, as numbered migrations: number N brings a catalogue of version N - 1 to version N.

After :func:`migrate` the database is of version :data:`NEWEST`. A migration that was released is never changed, and
none empties a table: of a thread that was lost the catalogue alone knows. What has to be read from the files again is
marked, and the next writer does it (:func:`~threadbound.library.reindexing.agree`).
"""

from __future__ import annotations

import sqlite3

_FIRST = """
CREATE TABLE thread (
    key TEXT PRIMARY KEY,       -- the thread's name in the library
    place INTEGER NOT NULL UNIQUE, -- its number here: the rows of its posts begin with it
    folder TEXT NOT NULL,       -- its folder under threads/
    site TEXT NOT NULL,
    url TEXT,
    handle TEXT NOT NULL,
    author TEXT NOT NULL,       -- the display name
    title TEXT NOT NULL,
    published TEXT,             -- ISO 8601, as exact as is known
    language TEXT,
    posts INTEGER NOT NULL,     -- those that are gone from the newest capture too
    gone INTEGER NOT NULL,      -- posts that the newest capture has no more
    pictures INTEGER NOT NULL,
    missing INTEGER NOT NULL,   -- pictures whose bytes were never had
    losses INTEGER NOT NULL,
    tags TEXT NOT NULL,         -- JSON: the user's own and the hashtags, lower case, sorted
    newest INTEGER NOT NULL,    -- number of the newest capture
    captured TEXT NOT NULL,     -- when that was saved
    added TEXT NOT NULL,        -- of the version that came last
    digest TEXT NOT NULL        -- changes whenever a product of the thread would
) WITHOUT ROWID;
CREATE INDEX thread_by_date ON thread (published);
CREATE INDEX thread_by_author ON thread (handle COLLATE NOCASE);
CREATE TABLE version (
    key TEXT NOT NULL,
    number INTEGER NOT NULL,
    capture TEXT NOT NULL,      -- sha256 of the saved page
    captured TEXT NOT NULL,
    manifest TEXT NOT NULL,     -- sha256 of manifest-sha256.txt
    page TEXT NOT NULL,         -- the saved page, in the version's folder; empty where there is none
    media TEXT NOT NULL,        -- JSON: sha256 of the pictures
    PRIMARY KEY (key, number)
) WITHOUT ROWID;
CREATE INDEX version_by_capture ON version (capture);
CREATE TABLE post (
    row INTEGER PRIMARY KEY,    -- place of the thread, times ROOM, and place in the thread
    key TEXT NOT NULL,
    n INTEGER NOT NULL,
    id TEXT,
    time TEXT,
    gone INTEGER NOT NULL,
    text TEXT NOT NULL,         -- what a reader sees: words, quoted words, descriptions of pictures
    sought TEXT NOT NULL        -- the same as any capture has it, comparable
);
CREATE INDEX post_by_thread ON post (key);
CREATE VIRTUAL TABLE words USING fts5 (
    sought, content = 'post', content_rowid = 'row',
    tokenize = "unicode61 remove_diacritics 2 categories 'L* M* N* Co So Sk'",
    prefix = '1 2 3'
);
CREATE TABLE reading (          -- when each file was last read whole and found as it should be
    path TEXT PRIMARY KEY,
    read TEXT NOT NULL
) WITHOUT ROWID;
"""
#: Posts are found by the words of every capture, and by Greek and Cyrillic words without their accents: the third has
#: every thread read again.
_SECOND = ""
#: How many posts there should be: as many as the page declares, numbers or holds; 0 where an older version recorded
#: the thread and it was not read again yet.
_THIRD = "ALTER TABLE thread ADD COLUMN whole INTEGER NOT NULL DEFAULT 0;"
#: More posts than any thread has, so the row of a post tells its thread without a look. No higher number of posts is
#: recorded, whatever a thread's JSON says: SQLite does not take every number.
ROOM = 1 << 20
MIGRATIONS: tuple[str, ...] = (_FIRST, _SECOND, _THIRD)
NEWEST = len(MIGRATIONS)


def version_of(connection: sqlite3.Connection) -> int:
    """The version of a catalogue; 0 for a new one."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def migrate(connection: sqlite3.Connection) -> None:
    """Bring a catalogue to the newest version, each step whole or not at all.

    Raises:
        sqlite3.DatabaseError: it is not what its version says, or cannot be written.
    """
    while (number := version_of(connection) + 1) <= NEWEST:
        try:
            connection.executescript(f"BEGIN IMMEDIATE;{MIGRATIONS[number - 1]}PRAGMA user_version = {number};COMMIT;")
        except sqlite3.DatabaseError:
            if connection.in_transaction:
                connection.rollback()
            if version_of(connection) < number:  # else another process was quicker
                raise
