"""Derivatives on the disk, so that none is made twice.

Before: a folder, and derivatives that are wanted. After: each lies there under a name that its original, its recipe and
the Pillow that made it decide, whole or not at all. What was torn or altered since is made again; where the folder
cannot be written, everything is made when it is read and nothing is kept.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import msgspec
import PIL
from msgspec import Struct

from threadbound.digests import sha256
from threadbound.media.derive import Derivative, pixels
from threadbound.media.parts import clear
from threadbound.media.slices import slices
from threadbound.tools.kept import PARTS, put, taken

#: Counted up whenever the same recipe gives other bytes than before.
VERSION = 3


class Shelf(Struct, frozen=True):
    """Where derivatives are kept; without a folder each is made when it is read."""

    folder: Path | None = None

    def read(self, wanted: Derivative) -> bytes:
        """The derivative's bytes, kept or made now."""
        return _kept(self._place(wanted), wanted.make)

    def ends(self, wanted: Derivative, most: int) -> tuple[int, ...]:
        """Where its slices end (:func:`~threadbound.media.slices.slices`), kept or found now, in the original."""
        return self._ends("slices", wanted, most, wanted.original.read)

    def window_ends(self, wanted: Derivative, most: int) -> tuple[int, ...]:
        """Likewise, but found in the derivative itself: so it is divided alike where it stands for its original."""
        return self._ends("windows", wanted, most, lambda: self.read(wanted))

    def _ends(self, what: str, wanted: Derivative, most: int, read: Callable[[], bytes]) -> tuple[int, ...]:
        place = self._named(what, wanted, most) if self.folder else None
        found = _kept(place, lambda: msgspec.json.encode(slices(read(), wanted.recipe, most)))
        return msgspec.json.decode(found, type=tuple[int, ...])

    def pixels(self, wanted: Derivative) -> str:
        """The digest of its pixels (:func:`~threadbound.media.derive.pixels`), kept or found now."""
        place = self._named("pixels", wanted) if self.folder else None
        return _kept(place, lambda: pixels(self.read(wanted)).encode("ascii")).decode("ascii")

    def drawn(self, key: tuple[object, ...], draw: Callable[[], bytes]) -> bytes:
        """What ``draw`` gives, kept or drawn now; ``key`` decides what that is, and has a plain ``repr``."""
        if self.folder is None:
            return draw()
        name = sha256(repr((VERSION, PIL.__version__, key)).encode("utf-8", "backslashreplace"))
        return _kept(self.folder / name[:2] / name[2:], draw)

    def missing(self, wanted: Iterable[Derivative]) -> dict[Path, Derivative]:
        """Those that must be made and do not lie there yet, by their places."""
        return {place: item for item in wanted if (place := self._place(item)) and not place.exists()}

    def _place(self, wanted: Derivative) -> Path | None:
        """Where it lies; ``None`` for what needs no making."""
        if self.folder is None or wanted.recipe.passes:
            return None
        return self._named("picture", wanted)

    def _named(self, what: str, wanted: Derivative, *more: int) -> Path:
        made_by = (VERSION, PIL.__version__, what, wanted.original.identity, wanted.recipe, more)
        key = sha256(msgspec.json.encode(made_by))
        return (self.folder or Path()) / key[:2] / key[2:]


@contextlib.contextmanager
def shelf_at(folder: Path) -> Iterator[Shelf]:
    """The shelf in ``folder``; where that cannot be written, one that is gone when the block ends.

    What killed runs left half-written there long ago goes.
    """
    with contextlib.suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        clear(folder / PARTS)
    if folder.is_dir() and os.access(folder, os.W_OK | os.X_OK):
        yield Shelf(folder)
        return
    with tempfile.TemporaryDirectory(prefix="threadbound-") as temporary:
        yield Shelf(Path(temporary))


def _kept(place: Path | None, make: Callable[[], bytes]) -> bytes:
    """What lies at ``place``, or is made now and put there."""
    kept = taken(place) if place else None
    if kept is None:
        kept = make()
        if place:
            with contextlib.suppress(OSError):
                put(place, kept)
    return kept
