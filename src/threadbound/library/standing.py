"""How a library is, in numbers, from the catalogue alone."""

from __future__ import annotations

from msgspec import Struct

from threadbound.library.exclusive import is_busy
from threadbound.library.layout import folders
from threadbound.library.writing import Desk


class Standing(Struct, frozen=True):
    """What ``status`` tells."""

    threads: int
    captures: int
    posts: int
    gone: int
    pictures: int
    missing: int
    incomplete: int
    """Threads with losses."""
    forgotten: int
    added: str | None
    """When something was last taken in."""
    verified: int
    """Files that were found sound when they were last read."""
    oldest: str | None
    """When that was for the one that was read longest ago."""
    unfinished: bool
    """Whether a run was killed."""


def standing(desk: Desk) -> Standing:
    """How the library is."""
    ask = desk.connection.execute
    threads = ask(
        "SELECT count(*), total(posts), total(gone), total(pictures), total(missing), total(losses > 0), max(added)"
        " FROM thread"
    ).fetchone()
    number, posts, gone, pictures, missing, incomplete, added = threads
    verified, oldest = ask("SELECT count(*), min(read) FROM reading").fetchone()
    return Standing(
        threads=number,
        captures=ask("SELECT count(*) FROM version").fetchone()[0],
        posts=int(posts),
        gone=int(gone),
        pictures=int(pictures),
        missing=int(missing),
        incomplete=int(incomplete),
        forgotten=len(folders(desk.library.forgotten)),
        added=added,
        verified=verified,
        oldest=oldest,
        unfinished=desk.library.incoming.exists() and not is_busy(desk.library),
    )
