"""Making a library, and finding one.

Before: a path. After: a :class:`~threadbound.library.layout.Library` whose format this version knows, or one line that
says what is there instead and what to do.
"""

from __future__ import annotations

import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from threadbound import __version__, disk
from threadbound.digests import sha256
from threadbound.errors import FileTrouble, NoLibrary
from threadbound.library import catalogue, inventory
from threadbound.library.layout import KEPT, MANIFEST, MARKER, README, STATE, Library
from threadbound.library.records import FORMAT, Marker, written

SOFTWARE = f"Threadbound {__version__}"
CURE = "make one with: threadbound init DIR"
HOW_TO_READ = """This folder is a library of saved threads. It needs no program to be read.

index.html              every thread, with links to its captures (open it in any browser)
index.json              the same for programs
threads/AUTHOR/ID/v1/   one capture of one thread:
  source/               the saved page, byte for byte, and the pictures beside it
  thread.json           the thread as data: every word, link, picture and date
  version.json          when it was saved, when it came here, sha256 of every file
  manifest-sha256.txt   to prove it: cd into the folder, then sha256sum -c manifest-sha256.txt
media/sha256/ab/abcd... pictures, each named after the sha256 of its bytes
products/               books made of the threads; they can be made again
forgotten/              which threads were taken out on purpose, and when
state/                  not part of the archive: may be deleted, and is made again

The program is Threadbound. It is not needed for anything that is said above.
"""


def init(root: Path) -> Library:
    """Make a library in a folder that is empty or not there; one that is a library already stays as it is.

    Raises:
        FileTrouble: there is something else, or the disk refuses.
    """
    if is_library(root):
        return opened(root)
    with disk.explained(root):
        root.mkdir(parents=True, exist_ok=True)
        if foreign := sorted(path.name for path in root.iterdir() if path.name not in {*KEPT, STATE}):
            raise FileTrouble(f"{root}: there is something else in it ({foreign[0]}); name a new or an empty folder")
        marker = Marker(str(uuid.uuid4()), now(), SOFTWARE)
        files = {README: HOW_TO_READ.encode(), MARKER: written(marker)}
        disk.put(root / README, files[README])
        disk.put(root / MANIFEST, inventory.listing({name: sha256(data) for name, data in files.items()}))
        disk.put(root / MARKER, files[MARKER])  # last: only now is it a library
        disk.sync_folder(root.parent)
    return Library(root, marker)


def is_library(root: Path) -> bool:
    """Whether a folder says that it is one."""
    return (root / MARKER).exists()


def opened(root: Path) -> Library:
    """The library in ``root``.

    Raises:
        NoLibrary: there is none, or one of a newer format.
    """
    path = root / MARKER
    try:
        data = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        raise NoLibrary(f"{root}: no library is there; {CURE}") from None
    except OSError as error:
        raise NoLibrary(f"{path}: it cannot be read: {error.strerror}; change its permissions") from error
    try:
        marker = msgspec.json.decode(data, type=Marker)
    except msgspec.MsgspecError as error:
        cure = f"copy {MARKER} back from a backup"
        raise NoLibrary(f"{path}: it is damaged, so this is no library any more: {error}; {cure}") from None
    if marker.format > FORMAT:
        found = f"format {marker.format}, made by {marker.software}"
        raise NoLibrary(f"{root}: a library of {found}; this version knows up to format {FORMAT}: install a newer one")
    return Library(root, marker)


@contextmanager
def reading(root: Path) -> Iterator[sqlite3.Connection]:
    """The catalogue of the library in ``root``, to be asked only.

    Raises:
        NoLibrary: there is none.
        FileTrouble: the catalogue cannot be used.
    """
    with closing(catalogue.connect(opened(root).catalogue)) as connection:
        yield connection


def now() -> datetime:
    """The time, in UTC, to the second."""
    return datetime.now(UTC).replace(microsecond=0)
