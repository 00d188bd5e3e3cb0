"""The catalogue: what is in the library, quick to ask. Made from the files, and thrown away whenever it does not fit.

Before: a library. After: a connection to a database of this version's shape, in WAL mode, so that readers never wait
for a writer.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from threadbound import disk
from threadbound.book.extent import posts_in_all
from threadbound.digests import sha256
from threadbound.errors import FileTrouble
from threadbound.library import schema
from threadbound.library.history import Kept, Posts
from threadbound.library.text import comparable
from threadbound.model.text import Hashtag, plain_text
from threadbound.model.thread import Post

#: Milliseconds that a writer waits for another one's transaction.
PATIENCE = 10_000
#: What SQLite says of a file that is no database of its kind, or not any more.
_BROKEN = ("SQLITE_NOTADB", "SQLITE_CORRUPT")
#: The same, of one that is only being opened: then it may also be of a shape that nobody knows.
_DAMAGE = (*_BROKEN, "SQLITE_ERROR", "SQLITE_READONLY")
#: What SQLite puts beside the file.
COMPANIONS = ("-wal", "-shm", "-journal")


#: What the catalogue has of a post, but for what is made of it.
POST = ("key", "n", "id", "time", "gone", "text")


class Entry(Struct, frozen=True):
    """A thread, as the catalogue has it: what ``list`` tells."""

    id: str
    """Its name in the library (``key`` elsewhere)."""
    folder: str
    """``threads/HANDLE/KEY``, under the library's root."""
    site: str
    url: str | None
    handle: str
    author: str
    title: str
    published: str | None
    language: str | None
    posts: int
    whole: int
    """How many posts there should be: as many as the page declares, numbers or holds."""
    gone: int
    pictures: int
    missing: int
    losses: int
    tags: tuple[str, ...]
    newest: int
    """Number of the version that was saved last."""
    captured: str
    """When that was."""
    added: str
    digest: str
    """Changes whenever a book of the thread would."""
    versions: int = 1


class Held(Struct, frozen=True):
    """A version, as the catalogue has it."""

    key: str
    number: int
    capture: str
    captured: str
    manifest: str
    page: str
    """Path of the saved page in its folder; empty where there is none."""
    media: frozenset[str]


class Unusable(FileTrouble):
    """A catalogue that cannot be used: the files are as they were."""


class Damaged(Unusable):
    """What is there is no database any more."""


REINDEX = "threadbound reindex makes it anew from the files, which are untouched"


def connect(path: Path) -> sqlite3.Connection:
    """A connection to a catalogue of the newest shape: one that is not there is made, an older one is migrated.

    On a disk that cannot be written it can only be asked.

    Raises:
        Damaged: it is no database any more, or cannot be brought to the newest shape where it is.
        Unusable: it was written by a newer version.
        FileTrouble: the disk refuses.
    """
    with disk.explained(path):
        path.parent.mkdir(parents=True, exist_ok=True)
    is_fixed = not os.access(path.parent, os.W_OK)
    connection = _opened(f"{path.absolute().as_uri()}?immutable=1" if is_fixed else path.absolute().as_uri())
    try:
        found = schema.version_of(connection)
        if found > schema.NEWEST:
            known = f"this version knows {schema.NEWEST}: install a newer one; or"
            raise Unusable(f"{path}: the catalogue is of version {found}, {known} {REINDEX}")
        if not is_fixed:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
        schema.migrate(connection)
    except sqlite3.DatabaseError as error:
        connection.close()
        kind = Damaged if getattr(error, "sqlite_errorname", "").startswith(_DAMAGE) else Unusable
        raise kind(f"{path}: the catalogue cannot be used: {error}; {REINDEX}") from error
    except BaseException:
        connection.close()
        raise
    return connection


def is_broken(error: sqlite3.DatabaseError) -> bool:
    """Whether what SQLite says is that the file is no database any more."""
    return getattr(error, "sqlite_errorname", "").startswith(_BROKEN)


def in_memory() -> sqlite3.Connection:
    """An empty catalogue that goes with the process."""
    connection = _opened(":memory:")
    schema.migrate(connection)
    return connection


def _opened(address: str) -> sqlite3.Connection:
    return sqlite3.connect(address, timeout=PATIENCE / 1000, isolation_level=None, uri=True)


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All of what happens in the block, or nothing."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def discard(path: Path) -> None:
    """Throw a catalogue away, with what SQLite put beside it."""
    for place in (path, *(path.with_name(path.name + ending) for ending in COMPANIONS)):
        with suppress(FileNotFoundError):
            place.unlink()


def forget(connection: sqlite3.Connection, key: str) -> None:
    """Take a thread out."""
    gone = "SELECT 'delete', row, sought FROM post WHERE key = ?"
    connection.execute(f"INSERT INTO words (words, rowid, sought) {gone}", (key,))
    for table in ("post", "version", "thread"):
        connection.execute(f"DELETE FROM {table} WHERE key = ?", (key,))  # noqa: S608 - one of three


def record(connection: sqlite3.Connection, folder: str, found: Kept, manifests: Mapping[int, str]) -> None:
    """Put a thread in, or in the place of what was said of it before.

    Args:
        connection: the catalogue, in a transaction.
        folder: of the thread, under the root.
        found: all its captures.
        manifests: version's number → sha256 of its manifest.
    """
    row = thread_row(folder, found)
    known = connection.execute("SELECT place FROM thread WHERE key = ?", (row["key"],)).fetchone()
    if known:
        forget(connection, row["key"])
    (place,) = known or connection.execute("SELECT ifnull(max(place), 0) + 1 FROM thread").fetchone()
    _insert(connection, "thread", {**row, "place": place})
    for row in version_rows(found, manifests):
        _insert(connection, "version", row)
    rows = zip(post_rows(found), sought(found), strict=True)
    posts = [
        {**row, "row": number, "sought": comparable(words)}
        for number, (row, words) in enumerate(rows, place * schema.ROOM)
    ]
    names = (*POST, "row", "sought")
    sql = f"INSERT INTO post ({', '.join(names)}) VALUES ({', '.join(f':{name}' for name in names)})"  # noqa: S608 - our own names
    connection.executemany(sql, posts)
    connection.executemany("INSERT INTO words (rowid, sought) VALUES (:row, :sought)", posts)


def thread_row(folder: str, found: Kept) -> dict[str, Any]:
    """What the catalogue has of a thread."""
    row = msgspec.structs.asdict(entry_of(folder, found))
    row["key"] = row.pop("id")
    row["tags"] = msgspec.json.encode(row["tags"]).decode()
    del row["versions"]
    return row


def version_rows(found: Kept, manifests: Mapping[int, str]) -> Iterator[dict[str, Any]]:
    """What it has of each version, by number."""
    for version in sorted((each.version for each in found.captures), key=lambda each: each.number):
        yield {
            "key": version.key,
            "number": version.number,
            "capture": version.capture,
            "captured": _iso(version.captured),
            "manifest": manifests[version.number],
            "page": version.page,
            "media": msgspec.json.encode(sorted(version.originals)).decode(),
        }


def post_rows(found: Kept) -> Iterator[dict[str, Any]]:
    """What it has of each post, in order, but what it is found by (:func:`sought`)."""
    for post in found.thread.posts:
        yield {
            "key": found.newest.key,
            "n": min(post.n, schema.ROOM),
            "id": post.id,
            "time": _iso(post.time) if post.time else None,
            "gone": int(post.n in found.gone),
            "text": shown(post),
        }


def sought(found: Kept) -> Iterator[str]:
    """The words that each post is found by, in order: as any capture has them, since posts are edited."""
    captures = [Posts(each.thread) for each in found.captures] if len(found.captures) > 1 else []
    for post in found.thread.posts:
        same = filter(None, (capture.find(post) for capture in captures))
        texts = list(dict.fromkeys(map(shown, (post, *same))))
        others = map(plain_text, (wording.body for wording in post.wordings))  # of captures that a book united
        yield "\n".join([*texts, *(words for words in others if not any(words in text for text in texts))])


def _insert(connection: sqlite3.Connection, table: str, row: dict[str, Any]) -> None:
    names, places = ", ".join(row), ", ".join(f":{name}" for name in row)
    connection.execute(f"INSERT INTO {table} ({names}) VALUES ({places})", row)  # noqa: S608 - our own names


def entry_of(folder: str, found: Kept) -> Entry:
    """What the catalogue says of a thread."""
    thread, newest = found.thread, found.newest
    pictures = [media for post in thread.posts for media in post.all_media if media.kind == "image" or media.poster]
    return Entry(
        id=newest.key,
        folder=folder,
        site=thread.site,
        url=thread.url,
        handle=thread.author.handle,
        author=thread.author.name,
        title=thread.title,
        published=thread.published,
        language=thread.language,
        posts=len(thread.posts),
        whole=min(posts_in_all(thread), schema.ROOM),
        gone=len(found.gone),
        pictures=len(pictures),
        missing=sum(media.sha256 is None for media in pictures),
        losses=sum(notice.is_loss for notice in thread.notices),
        tags=tuple(sorted(_tags(found))),
        newest=newest.number,
        captured=_iso(newest.captured),
        added=_iso(max(each.version.added for each in found.captures)),
        digest=digest_of(found),
        versions=len(found.captures),
    )


def digest_of(found: Kept) -> str:
    """What changes whenever a book of the thread might."""
    parts = [(each.version.capture, [file.sha256 for file in each.version.files]) for each in found.captures]
    return sha256(msgspec.json.encode(sorted(parts)))


def _tags(found: Kept) -> Iterable[str]:
    own = {tag.casefold() for each in found.captures for tag in each.version.tags}
    words = {node.tag.casefold() for post in found.thread.posts for node in post.body if isinstance(node, Hashtag)}
    return own | words


def shown(post: Post) -> str:
    """What a reader of the post may look for: its words, what it quotes, what its pictures and cards say."""
    parts = [post.text, *(media.alt for media in post.all_media)]
    for quote in post.quotes:
        parts += [quote.name or "", quote.text]
    for card in post.cards:
        parts += [card.title, card.description]
    parts += [choice.text for poll in post.polls for choice in poll.choices]
    return "\n".join(part for part in parts if part)


def _iso(moment: Any) -> str:  # noqa: ANN401 - a datetime
    return str(moment.isoformat()).replace("+00:00", "Z")
