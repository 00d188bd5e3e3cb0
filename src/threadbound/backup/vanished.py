"""What the newest snapshot has and the library has no more, though nobody took it out on purpose.

Before: the paths that a snapshot has and the library has not. After: of these, what belongs to captures that nobody
forgot, and their pictures. Captures are never altered and never pruned, so these went by accident; snapshots keep them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from threadbound.errors import FileTrouble
from threadbound.library.layout import MEDIA, THREADS, Library
from threadbound.library.shelves import version

#: Parts of the path of a capture's folder: ``threads/AUTHOR/ID/v1``.
DEPTH = 4


def vanished(library: Library, payload: Path, missing: Iterable[str]) -> list[str]:
    """The files that went by accident, sorted.

    Args:
        library: as it is now.
        payload: of the newest snapshot.
        missing: paths that it has and the library has not.
    """
    missing = set(missing)
    captures = {name for name in missing if name.startswith(f"{THREADS}/") and not _is_forgotten(library, name)}
    pictures = {name for name in missing if name.startswith(f"{MEDIA}/")}
    if pictures:
        pictures &= set(_shown(library, payload, {capture_of(name) for name in captures}))
    return sorted(captures | pictures)


def capture_of(name: str) -> str:
    """The folder of the capture that a file belongs to; of a picture its own path."""
    return "/".join(name.split("/")[:DEPTH])


def _is_forgotten(library: Library, name: str) -> bool:
    return (library.forgotten / name.split("/")[2]).exists()


def _shown(library: Library, payload: Path, lost: Iterable[str]) -> Iterator[str]:
    """The places of the pictures that captures show, those in the library and those that were lost."""
    for place in (*library.versions(), *(payload / name for name in lost)):
        for digest in _pictures(place):
            yield library.picture(digest).relative_to(library.root).as_posix()


def _pictures(place: Path) -> list[str]:
    """The pictures of a capture; none where its record cannot be read, which is said elsewhere."""
    try:
        return [media.sha256 for media in version(place).media]
    except FileTrouble:
        return []
