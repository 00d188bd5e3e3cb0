"""Healing a library from a copy of it: another library folder, or the payload of a backup.

Before: a library with damage, and a folder that may hold what it lost. After: every file whose proper bytes are in the
copy, or elsewhere in the library itself, is what it was; the rest is named. No file is taken whose digest is not the
one that was wanted, and none that is sound is touched.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from msgspec import Struct, field

from threadbound import disk
from threadbound.digests import sha256_of
from threadbound.errors import FileTrouble, NoLibrary
from threadbound.library import inventory
from threadbound.library.findings import Finding
from threadbound.library.fixity import Verification, verify
from threadbound.library.layout import FORGOTTEN, MANIFEST, MARKER, MEDIA, THREADS, Library
from threadbound.library.products import products
from threadbound.library.reindexing import reindex
from threadbound.library.staging import READ_ONLY
from threadbound.library.stock import stock
from threadbound.library.writing import Desk
from threadbound.options import Step, no_step


class Repair(Struct, frozen=True):
    """What came of it."""

    healed: tuple[str, ...]
    """Paths of the files that were put right."""
    after: Verification
    """What a look at the library found then."""


def repair_from(desk: Desk, folder: Path, step: Step = no_step) -> Repair:
    """Heal what is damaged.

    Args:
        desk: a writer's session.
        folder: a copy of the library, or a bag with one as its payload; it is only read.
        step: told how many files are read.

    Raises:
        NoLibrary: there is no copy of a library in the folder.
        FileTrouble: the disk refuses.
    """
    healer = _Healer(desk.library, _payload(folder))
    before = verify(desk.library, step=step)
    with disk.explained(desk.library.root):
        healer.pictures()
        for place in _folders(before.findings):
            healer.folder(place)
        healer.books()
    reindex(desk.library, desk.connection)
    desk.mended = True
    desk.renew()
    return Repair(tuple(healer.healed), verify(desk.library, step=step))


def _payload(folder: Path) -> Path:
    for place in (folder, folder / "data"):
        if (place / MARKER).exists():
            return place
    raise NoLibrary(f"{folder}: no copy of a library is there ({MARKER}); name a backup or another library")


def _folders(findings: Iterable[Finding]) -> list[str]:
    """The folders with a manifest that have something damaged in them."""
    found = dict.fromkeys(_answering(finding.path) for finding in findings if finding.is_damage)
    return [place for place in found if place is not None]


def _answering(path: str) -> str | None:
    """The folder whose manifest answers for a file; ``None`` for what answers for itself or is made again."""
    parts = path.split("/")
    depth = {THREADS: 4, FORGOTTEN: 2, "products": 1}
    if parts[0] in depth:
        return "/".join(parts[: depth[parts[0]]])
    return "" if len(parts) == 1 and parts[0] != "index.json" else None


class _Healer(Struct):
    library: Library
    copy: Path
    healed: list[str] = field(default_factory=list)

    def pictures(self) -> None:
        """Every picture that some version shows."""
        found = stock(self.library)
        beside = {digest: path for path, digest in found.wanted.items() if path.startswith(THREADS)}
        for path, digest in found.wanted.items():
            if path.startswith(MEDIA) and not _is(self.library.root / path, digest):
                places = (self.copy / path, self.library.root / beside.get(digest, path))
                self._heal(path, digest, places)

    def folder(self, name: str) -> None:
        """Every file that the manifest of a folder lists, and the manifest itself."""
        for path, digest in self._wanted(name).items():
            place = f"{name}/{path}" if name else path
            if not _is(self.library.root / place, digest):
                self._heal(place, digest, (self.library.picture(digest), self.copy / place))

    def _wanted(self, name: str) -> dict[str, str]:
        """What a folder should hold: as the copy says where that is whole and ours is not, else as ours says."""
        theirs, digest = _listed(self.copy / name)
        ours, _ = _listed(self.library.root / name)
        is_whole = bool(theirs) and all(_is(self.copy / name / path, wanted) for path, wanted in theirs.items())
        is_same = not ours or any(_is(self.library.root / name / path, wanted) for path, wanted in theirs.items())
        if is_whole and is_same and (not name or name.startswith((THREADS, FORGOTTEN))):
            return {**theirs, MANIFEST: digest}
        return ours

    def books(self) -> None:
        """The list of the books is right, but the manifest is not: it is made again from the list."""
        made = products(self.library)
        place = self.library.products
        if made.listed and all(_is(place / name, book.sha256) for name, book in made.listed.items()):
            made.commit()

    def _heal(self, path: str, digest: str, places: Iterable[Path]) -> None:
        target = self.library.root / path
        for place in places:
            if not _is(place, digest):
                continue
            data = place.read_bytes()
            if place == self.library.picture(digest):
                _linked(place, target, data)
            else:
                disk.put(target, data, READ_ONLY)
            self.healed.append(path)
            return


def _listed(folder: Path) -> tuple[dict[str, str], str]:
    try:
        return inventory.read(folder)
    except FileTrouble:
        return {}, ""


def _linked(source: Path, target: Path, data: bytes) -> None:
    """Another name for the picture, in the place of what is there; a copy where there is no such thing."""
    temporary = target.with_name(f".threadbound-{secrets.token_hex(6)}.part")
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        temporary.hardlink_to(source)
        temporary.replace(target)
        disk.sync_folder(target.parent)
    except OSError:
        disk.put(target, data, READ_ONLY)
    finally:
        with suppress(OSError):
            temporary.unlink()


def _is(path: Path, digest: str) -> bool:
    try:
        return sha256_of(path) == digest
    except OSError:
        return False
