"""Healing a library from a copy of it: another library folder, or the payload of a backup.

Before: a library with damage, and a folder that may hold what it lost. After: every file whose proper bytes are in the
copy, or elsewhere in the library itself, is what it was, and captures that the library lost are there again; the rest
is named. No file is taken whose digest is not the one that was wanted, and none that is sound is touched.
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
from threadbound.library.layout import FORGOTTEN, MANIFEST, MARKER, MEDIA, PRODUCTS, README, THREADS, Library
from threadbound.library.opening import opened
from threadbound.library.products import products
from threadbound.library.reindexing import reindex
from threadbound.library.shelves import version
from threadbound.library.staging import READ_ONLY
from threadbound.library.stock import stock
from threadbound.library.writing import Desk
from threadbound.options import Step, no_step

#: Parts of the path of a folder that has a manifest, by the first of them.
DEPTHS = {THREADS: 4, FORGOTTEN: 2, PRODUCTS: 1}


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
    before = verify(desk.library, step=step, is_ours=True)
    with disk.explained(desk.library.root):
        healer.captures()
        healer.pictures()
        for place in _folders(before.findings):
            healer.folder(place)
    desk.library = opened(desk.library.root)  # its marker may have been healed
    if any(finding.code == "catalogue.unusable" for finding in before.findings):
        desk.start_anew()
    _tell(desk)
    return Repair(tuple(healer.healed), verify(desk.library, step=step, is_ours=True))


def marker_from(root: Path, folder: Path) -> bool:
    """Heal what makes a folder a library, without which nothing else can be: whether that was needed and could be done.

    Args:
        root: of the library; its own manifest says which marker it had.
        folder: a copy of it, as for :func:`repair_from`.

    Raises:
        NoLibrary: there is no copy of a library in the folder.
        FileTrouble: the disk refuses.
    """
    wanted, _ = _listed(root)
    copy, digest = _payload(folder) / MARKER, wanted.get(MARKER, "")
    if not _is(copy, digest) or _is(root / MARKER, digest):
        return False
    with disk.explained(root):
        disk.put(root / MARKER, copy.read_bytes(), READ_ONLY)
    return True


def _tell(desk: Desk) -> None:
    """Have lists, catalogue and indexes say what is there now."""
    books = products(desk.library)
    if desk.library.products.exists():
        books.check()
    reindex(desk.library, desk.connection)
    desk.renew()


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
    if parts[0] in DEPTHS:
        return "/".join(parts[: DEPTHS[parts[0]]])
    return "" if parts in ([MARKER], [README], [MANIFEST]) else None


class _Healer(Struct):
    library: Library
    copy: Path
    healed: list[str] = field(default_factory=list)

    def captures(self) -> None:
        """Every capture that the copy has and the library has not, though nobody took it out on purpose."""
        if not self._is_of_this_library():
            return
        for place in opened(self.copy).versions():
            name = place.relative_to(self.copy).as_posix()
            thread = place.parent.name
            if (self.library.root / name).exists() or (self.library.forgotten / thread).exists():
                continue
            with suppress(FileTrouble):  # a damaged one is no help
                for media in version(place).media:
                    path = self.library.picture(media.sha256).relative_to(self.library.root).as_posix()
                    if not _is(self.library.root / path, media.sha256):
                        self._heal(path, media.sha256, (self.copy / path,))
            self.folder(name)

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
        is_fixed = name.startswith((THREADS, FORGOTTEN)) or (not name and self._is_of_this_library())
        if is_whole and is_same and is_fixed:
            return {**theirs, MANIFEST: digest}
        return ours

    def _is_of_this_library(self) -> bool:
        with suppress(NoLibrary):
            return opened(self.copy).marker == self.library.marker
        return False

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
    temporary = target.with_name(f"{disk.TEMPORARY}{secrets.token_hex(6)}.part")
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
