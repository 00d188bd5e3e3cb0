"""Taking things out: a thread that is to be forgotten, and what nothing needs any more.

Before: a writer's session. After :func:`forget`: a tombstone says that the thread was here; its captures, its pictures
that no other thread shows, and the books that it is in are gone. After :func:`sweep`: what :func:`unneeded` lists is.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from threadbound import disk
from threadbound.digests import sha256
from threadbound.library import catalogue, inventory, query
from threadbound.library.catalogue import Entry
from threadbound.library.layout import MANIFEST, MEDIA, Library, folder_name, temporary_files
from threadbound.library.opening import SOFTWARE, now
from threadbound.library.products import products
from threadbound.library.records import Tombstone, written
from threadbound.library.stock import stock
from threadbound.library.writing import Desk

TOMBSTONE = "tombstone.json"


def forget(desk: Desk, entry: Entry, reason: str = "") -> list[Path]:
    """Take a thread out; gives the pictures that went with it.

    Raises:
        FileTrouble: the disk refuses.
    """
    library = desk.library
    captures = tuple(held.capture for held in query.versions(desk.connection, entry.id))
    with disk.explained(library.root):
        _mark(library, Tombstone(entry.id, now(), SOFTWARE, captures, reason))  # first: from now on it is forgotten
        with catalogue.transaction(desk.connection):
            catalogue.forget(desk.connection, entry.id)
        (library.root / entry.folder).replace(library.incoming / "forgotten")
        disk.sync_folder((library.root / entry.folder).parent)
        _remove_empty(library, [library.root / entry.folder])
        pictures = [path for path in unneeded(library) if path.is_relative_to(library.media)]
        sweep(library, pictures)
        disk.removed(library.incoming / "forgotten")
    books = products(library)
    for name in [name for name, product in books.listed.items() if entry.id in product.threads]:
        books.drop(name)
        books.commit()
    desk.changed.add(entry.id)
    return pictures


def recall(library: Library, key: str) -> None:
    """Take a tombstone away, so that the thread may come again."""
    place = library.forgotten / folder_name(key, "_")
    if place.exists():
        with disk.explained(place):
            place.replace(library.incoming / "tombstone")
            disk.sync_folder(library.forgotten)
            disk.removed(library.incoming / "tombstone")


def is_forgotten(library: Library, key: str) -> bool:
    """Whether the thread was taken out on purpose."""
    return (library.forgotten / folder_name(key, "_")).exists()


def _mark(library: Library, tombstone: Tombstone) -> None:
    place = library.incoming / "tombstone"
    place.mkdir()
    data = written(tombstone)
    disk.put(place / TOMBSTONE, data)
    disk.put(place / MANIFEST, inventory.listing({TOMBSTONE: sha256(data)}))
    recalled = library.forgotten / folder_name(tombstone.key, "_")
    if not recalled.exists():
        disk.moved({place: recalled})


def unneeded(library: Library) -> list[Path]:
    """What nothing refers to: pictures that no version shows, and what killed runs left under temporary names."""
    found = stock(library)
    shown = {media.sha256 for version in found.versions.values() for media in version.media}
    pictures = [path for path in found.wanted if path.startswith(f"{MEDIA}/") and path.rpartition("/")[2] not in shown]
    if len(found.versions) < len(found.manifests):  # a record that cannot be read may need any of them
        pictures = []
    return [library.root / path for path in pictures] + temporary_files(library)


def sweep(library: Library, paths: Iterable[Path]) -> None:
    """Remove these files, and the folders that are empty then."""
    paths = list(paths)
    with disk.explained(library.root):
        for path in paths:
            path.unlink(missing_ok=True)
        _remove_empty(library, paths)


def _remove_empty(library: Library, paths: Iterable[Path]) -> None:
    for path in paths:
        for folder in path.parents:
            if folder.parent in (library.root, library.media) or not folder.is_relative_to(library.root):
                break
            try:
                folder.rmdir()
            except OSError:  # there is something in it
                break
