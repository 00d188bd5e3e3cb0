"""A piece as a file: written where it was made, read when it is joined, by this run or by a later one.

Before: a piece, laid out and taken apart. After: bytes, to be kept with their seal under a name that says which
program made them: so what was cut short, altered, exchanged, or written by another version is never taken for a piece.
"""

from __future__ import annotations

import mmap
from itertools import pairwise
from pathlib import Path

import msgspec
from msgspec import Struct

from threadbound.joining.parts import Apart, Fonts
from threadbound.joining.piece import Face, Held, Told
from threadbound.tools.kept import DIGEST_LENGTH

#: Each part has its length before all of them.
_PARTS, _LENGTH = 4, 8


class Lettering(Struct, frozen=True):
    """The fonts of a piece, by their names in its resources."""

    faces: dict[str, Face]
    fonts: dict[str, Fonts]


class Stored(Struct, frozen=True):
    """A piece, open."""

    parts: tuple[memoryview, ...]

    @property
    def told(self) -> Told:
        """What is told of it, decoded now."""
        return msgspec.msgpack.decode(self.parts[0], type=Told)

    @property
    def lettering(self) -> Lettering:
        """Its fonts, decoded now."""
        return msgspec.msgpack.decode(self.parts[1], type=Lettering)

    @property
    def held(self) -> Held:
        """What it holds, decoded now."""
        return msgspec.msgpack.decode(self.parts[2], type=Held)

    @property
    def streams(self) -> memoryview:
        """The bytes that :attr:`~.piece.Shared.start` points into."""
        return self.parts[3]


def encode(told: Told, faces: dict[str, Face], apart: Apart) -> bytes:
    """The bytes of a piece."""
    parts = (
        msgspec.msgpack.encode(told),
        msgspec.msgpack.encode(Lettering(faces, apart.fonts)),
        msgspec.msgpack.encode(apart.held),
        apart.streams,
    )
    return b"".join((*(len(part).to_bytes(_LENGTH, "big") for part in parts), *parts))


def decode(data: bytes | memoryview) -> Stored:
    """The piece in these bytes."""
    view = memoryview(data)
    lengths = [int.from_bytes(view[_LENGTH * k : _LENGTH * (k + 1)], "big") for k in range(_PARTS)]
    starts = [_PARTS * _LENGTH]
    for length in lengths:
        starts.append(starts[-1] + length)
    return Stored(tuple(view[start:end] for start, end in pairwise(starts)))


def opened(place: Path) -> Stored:
    """The piece kept at ``place`` (:mod:`threadbound.tools.kept`), of which nothing is read before it is asked for.

    Raises:
        OSError: it cannot be read.
    """
    with place.open("rb") as file:
        whole = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    return decode(whole[DIGEST_LENGTH:])
