"""Libraries for tests: captures made without a page's markup, and what of a library must be the same."""

from __future__ import annotations

import runpy
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from threadbound.containers.capture import Capture
from threadbound.digests import sha256
from threadbound.library.founding import init
from threadbound.library.intake import Intake, Outcome
from threadbound.library.staging import Arrival
from threadbound.library.writing import writing
from threadbound.model.media import Media
from threadbound.model.text import Text
from threadbound.model.thread import CaptureNote, Post, Thread
from threadbound.notices import Notice

SAMPLES = runpy.run_path(str(Path(__file__).with_name("samples.py")))
MARA = SAMPLES["MARA"]
START = datetime(2024, 5, 1, 12, 0, tzinfo=UTC)


def captured(words: list[tuple[int | None, str]], *, day: int = 1, key: str = "101", **given: Any) -> Arrival:
    """A capture of a thread.

    Args:
        words: id and words of each post.
        day: on which it was saved.
        key: id of the thread.
        given: ``pictures`` by id of the post; ``lost``: ids of posts whose pictures were not had.
    """
    pictures, lost = given.get("pictures", {}), given.get("lost", set())
    posts = tuple(
        Post(
            n,
            id=str(number) if number else None,
            body=(Text(text),) if text else (),
            media=_media(pictures.get(number), had=number not in lost),
        )
        for n, (number, text) in enumerate(words, 1)
    )
    data = repr((words, day, key, sorted(pictures))).encode("utf-8", "surrogatepass")
    note = CaptureNote("page.html", "html", sha256(data), len(data), START + timedelta(days=day))
    notices = tuple(
        Notice("media.not-in-capture", "a picture was not saved", f"post {post.n}, {post.media[0].url}")
        for post in posts
        if post.media and not post.media[0].sha256
    )
    thread = Thread("threadreader", MARA, posts, id=key, captures=(note,), published="2024-05-01", notices=notices)
    had = [data for number, data in pictures.items() if number not in lost]
    return Arrival(thread, Capture(note, data, "", "html", lambda _: None), SAMPLES["store_of"](*had))


def _media(data: bytes | None, *, had: bool) -> tuple[Media, ...]:
    if data is None:
        return ()
    digest = sha256(data)
    url = f"https://pbs.twimg.com/media/{digest[:8]}.png"
    known = {"sha256": digest, "media_type": "image/png", "width": 48, "height": 32} if had else {}
    return (Media("image", url, "", **known),)


def library_of(root: Path, *arrivals: Arrival) -> Path:
    """A library with these captures, in this order of arrival."""
    init(root)
    take(root, *arrivals)
    return root


def take(root: Path, *arrivals: Arrival, **options: Any) -> list[Outcome]:
    """Take captures into a library."""
    with writing(root) as desk:
        intake = Intake(desk, **options)
        outcomes = [intake.take(arrival) for arrival in arrivals]
        intake.commit()
    return outcomes


def files_of(root: Path) -> dict[str, bytes]:
    """What a library keeps, by path; what belongs to this machine is left out."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and path.relative_to(root).parts[0] != "state"
    }


def thread_columns(connection: sqlite3.Connection) -> list[str]:
    """The columns of the table of threads."""
    return [row[1] for row in connection.execute("PRAGMA table_info(thread)")]


def catalogue_of(root: Path) -> dict[str, list[tuple[Any, ...]]]:
    """All that the catalogue says, but for the numbers of its rows and when files were read."""
    connection = sqlite3.connect(root / "state" / "catalogue.sqlite3")
    try:
        columns = {
            "thread": ", ".join(name for name in thread_columns(connection) if name != "place"),
            "version": "*",
            "post": "key, n, id, time, gone, text, sought",
        }
        return {
            table: sorted(connection.execute(f"SELECT {names} FROM {table}").fetchall(), key=repr)  # noqa: S608 - our own
            for table, names in columns.items()
        }
    finally:
        connection.close()
