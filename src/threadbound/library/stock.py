"""Everything that a library should hold, by what answers for it.

Before: a library. After: :class:`Stock`: each file with the sha256 that it should have, what is there that nothing
answers for, and what is wrong with the lists themselves. Nothing but lists is read here.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct, field

from threadbound.errors import FileTrouble
from threadbound.library import inventory
from threadbound.library.findings import Finding
from threadbound.library.layout import FORGOTTEN, MANIFEST, MARKER, MEDIA, PRODUCTS, THREADS, VERSION, Library, folders
from threadbound.library.records import Version
from threadbound.library.shelves import version

#: A picture's folder and name: two digits, and all of them.
_DIGEST = 64


class Stock(Struct):
    """What should be there, and what is there beside it. Paths are under the root, with ``/``."""

    library: Library
    wanted: dict[str, str] = field(default_factory=dict)
    """Path → sha256 that it should have."""
    versions: dict[str, Version] = field(default_factory=dict)
    """Folder of each version whose record can be read → the record."""
    manifests: dict[str, str] = field(default_factory=dict)
    """Folder of each version → sha256 of its manifest."""
    strangers: list[str] = field(default_factory=list)
    """What nothing answers for."""
    findings: list[Finding] = field(default_factory=list)


def stock(library: Library) -> Stock:
    """What a library should hold."""
    found = Stock(library)
    _listed(found, "")
    if MARKER not in found.wanted:
        found.findings.append(Finding("manifest.damaged", MANIFEST, f"it does not list {MARKER}"))
    for place in library.versions():
        _version(found, place)
    for place in folders(library.forgotten):
        _listed(found, _name(library, place))
    if library.products.is_dir() and any(library.products.iterdir()):
        _listed(found, PRODUCTS)
    _pictures(found)
    _strange(found)
    return found


def _version(found: Stock, place: Path) -> None:
    name = _name(found.library, place)
    found.manifests[name] = _listed(found, name)
    try:
        said = version(place)
    except FileTrouble as error:
        found.findings.append(Finding("record.damaged", f"{name}/{VERSION}", str(error)))
        return
    found.versions[name] = said
    if said.number != int(place.name[1:]):
        found.findings.append(Finding("record.damaged", f"{name}/{VERSION}", f"it is of version {said.number}"))
    for file in said.files:
        if found.wanted.get(f"{name}/{file.name}") != file.sha256:
            text = f"it and {VERSION} say different things of {file.name}"
            found.findings.append(Finding("manifest.damaged", f"{name}/{MANIFEST}", text))


def _listed(found: Stock, name: str) -> str:
    """Take in everything that the manifest of a folder lists; gives the manifest's own sha256."""
    prefix = f"{name}/" if name else ""
    try:
        listed, digest = inventory.read(found.library.root / name)
    except FileTrouble as error:
        found.findings.append(Finding("manifest.damaged", f"{prefix}{MANIFEST}", str(error)))
        return ""
    found.wanted |= {f"{prefix}{path}": wanted for path, wanted in listed.items()}
    return digest


def _pictures(found: Stock) -> None:
    """The pictures that versions show, and those that lie there besides."""
    base = f"{MEDIA}/sha256"
    for said in found.versions.values():
        for media in said.media:
            found.wanted[f"{base}/{media.sha256[:2]}/{media.sha256}"] = media.sha256
    for path in _files(found.library, MEDIA):
        digest = path.rpartition("/")[2]
        if path == f"{base}/{digest[:2]}/{digest}" and len(digest) == _DIGEST and path not in found.wanted:
            found.wanted[path] = digest


def _strange(found: Stock) -> None:
    """What lies in the folders of evidence and is on no list."""
    for folder in (THREADS, MEDIA, PRODUCTS, FORGOTTEN):
        for path in _files(found.library, folder):
            if path not in found.wanted and path.rpartition("/")[2] != MANIFEST:
                found.strangers.append(path)


def _files(library: Library, folder: str) -> Iterator[str]:
    for root, names, files in os.walk(library.root / folder):
        names.sort()
        prefix = _name(library, Path(root))
        yield from (f"{prefix}/{name}" for name in sorted(files))


def _name(library: Library, place: Path) -> str:
    return place.relative_to(library.root).as_posix()
