"""``index.json`` and ``index.html``: the library for programs and for people, without this program.

Before: a catalogue that agrees with the files. After: both lie in the library's root, whole, the same bytes for the
same library.
"""

from __future__ import annotations

import sqlite3

import msgspec

from threadbound import disk
from threadbound.library import query
from threadbound.library.layout import INDEX_DATA, Library


def renew(library: Library, connection: sqlite3.Connection) -> None:
    """Write both anew, where they are not what they should be.

    Raises:
        FileTrouble: the disk refuses.
    """
    for name, data in made(library, connection).items():
        path = library.root / name
        with disk.explained(path):
            if not path.exists() or path.read_bytes() != data:
                disk.put(path, data)


def made(library: Library, connection: sqlite3.Connection) -> dict[str, bytes]:
    """What they should hold, by name."""
    entries = list(query.threads(connection))
    data = {
        "schema": "threadbound.index/1",
        "library": library.marker.id,
        "threads": [msgspec.to_builtins(entry) for entry in entries],
    }
    return {INDEX_DATA: msgspec.json.format(msgspec.json.encode(data), indent=1) + b"\n"}
