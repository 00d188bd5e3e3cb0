"""Evidence: captures and their pictures, which are never altered and never pruned.

Before: a library, and what its newest snapshot has. After: which of its files are not what they should be, and which of
the snapshot's the library has lost, though nobody forgot them: both go on in snapshots as they were. What a capture
should hold its own manifest says; a thread that was forgotten and came again is another capture, and no damage.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from threadbound.errors import FileTrouble
from threadbound.library import inventory
from threadbound.library.layout import MANIFEST, MEDIA, THREADS, Library
from threadbound.library.shelves import version

#: A file of a capture: the capture's folder, its thread's, and the file's own path.
_OF_CAPTURE = re.compile(rf"({THREADS}/[^/]+/([^/]+)/v[0-9]+)/(.+)", re.DOTALL)


def capture_of(name: str) -> str:
    """The folder of the capture that a file belongs to; of a picture its own path."""
    match = _OF_CAPTURE.fullmatch(name)
    return match[1] if match else name


def is_damaged(library: Library, name: str, sha256: str) -> bool:
    """Whether a file is evidence, and should have other bytes than those with that digest."""
    if name.startswith(f"{MEDIA}/"):
        return name.rpartition("/")[2] != sha256
    match = _OF_CAPTURE.fullmatch(name)
    if match is None or match[3] == MANIFEST:
        return False
    listed = _listed(library.root / match[1])
    return listed is None or listed.get(match[3], sha256) != sha256


def vanished(library: Library, payload: Path, missing: Collection[str]) -> list[str]:
    """The files that the library has lost, sorted.

    Args:
        library: as it is now.
        payload: of the newest snapshot.
        missing: paths that it has and the library has not.
    """
    lost = {name for name in missing if _is_wanted(library, name)}
    pictures = {name for name in missing if name.startswith(f"{MEDIA}/")}
    if pictures:
        pictures &= set(_shown(library, payload, set(map(capture_of, lost))))
    return sorted(lost | pictures)


def _is_wanted(library: Library, name: str) -> bool:
    """Whether a file is of a capture that nobody forgot, and that should have it if it is there."""
    match = _OF_CAPTURE.fullmatch(name)
    if match is None or (library.forgotten / match[2]).exists():
        return False
    listed = _listed(library.root / match[1])
    return listed is None or match[3] in listed


def _listed(folder: Path) -> dict[str, str] | None:
    """What a capture should hold; ``None`` where nothing says so any more."""
    try:
        return inventory.read(folder)[0]
    except FileTrouble:
        return None


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
