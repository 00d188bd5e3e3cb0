"""A PDF that is written from its first byte to its last, so that none of it need be kept.

Before: an open file. After :meth:`PdfFile.close`: a whole PDF 1.7 with object streams and a cross-reference stream (ISO
32000-1 §7.5), the same bytes for the same objects. Numbers are given out before objects are written, so objects may
refer to what comes later. Objects without a stream wait until there are :data:`TOGETHER` of their kind, and are packed
aside while others are written; they get their place when :data:`UNDER_WAY` more are ready, however long packing takes.
"""

from __future__ import annotations

import hashlib
import sys
import zlib
from array import array
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Executor, Future
from typing import BinaryIO

from msgspec import Struct, field

from threadbound.joining.packing import LEVEL

#: Objects in one object stream. More are smaller together; a reader unpacks all for the sake of one.
TOGETHER = 512
#: Object streams that are packed while others are written.
UNDER_WAY = 3
#: Four bytes above 127 behind the first line: the file is no text.
_HEADER = b"%PDF-1.7\n%\xf0\x9f\x96\xa4\n"
#: In the cross-reference stream: free, at an offset, in an object stream.
_FREE, _PLAIN, _INSIDE = 0, 1, 2


class _Shelf(Struct):
    """Objects that wait to be written together."""

    numbers: list[int] = field(default_factory=list)
    data: list[bytes] = field(default_factory=list)


class PdfFile(Struct):
    """A PDF while it is written."""

    file: BinaryIO
    aside: Executor
    """Packs object streams."""
    at: int = 0
    kinds: bytearray = field(default_factory=lambda: bytearray((_FREE,)))
    """Of each number; as its place and its index in a table of its own, since there are hundreds of thousands."""
    places: array[int] = field(default_factory=lambda: array("Q", (0,)))
    """Its offset, or the object stream that it is in."""
    indexes: array[int] = field(default_factory=lambda: array("H", (65535,)))
    """Its index in that."""
    shelves: dict[str, _Shelf] = field(default_factory=dict)
    under_way: deque[tuple[int, bytes, Future[bytes]]] = field(default_factory=deque)
    """Number, dictionary and packed bytes of each object stream that is to be written."""
    digest: hashlib._Hash = field(default_factory=hashlib.sha256)

    def open(self) -> None:
        """Write what every PDF begins with."""
        self._write(_HEADER)

    def number(self) -> int:
        """A number for an object that will be written."""
        return self.numbers(1)[0]

    def numbers(self, count: int) -> range:
        """So many, one after another."""
        first = len(self.kinds)
        self.kinds += bytes(count)
        self.places.frombytes(bytes(self.places.itemsize * count))
        self.indexes.frombytes(bytes(self.indexes.itemsize * count))
        return range(first, first + count)

    @property
    def plain(self) -> list[int]:
        """Numbers of the objects that stand by themselves: those with a stream."""
        return [number for number, kind in enumerate(self.kinds) if kind == _PLAIN]

    def add(self, data: bytes, number: int = 0, kind: str = "") -> int:
        """Write an object without a stream, at latest when the file is closed.

        Args:
            data: as it is written.
            number: its own, if it was given one.
            kind: objects of one kind stand together.
        """
        number = number or self.number()
        shelf = self.shelves.get(kind) or self.shelves.setdefault(kind, _Shelf())
        shelf.numbers.append(number)
        shelf.data.append(data)
        if len(shelf.numbers) >= TOGETHER:
            self._put(shelf)
        return number

    def add_stream(self, dictionary: bytes, data: bytes, number: int = 0) -> int:
        """Write an object with a stream.

        Args:
            dictionary: what stands between its brackets, without the length.
            data: packed as the dictionary says.
            number: its own, if it was given one.
        """
        number = number or self.number()
        self.kinds[number], self.places[number] = _PLAIN, self.at
        head = b"%d 0 obj\n<<%s/Length %d>>\nstream\n" % (number, dictionary, len(data))
        self._write(head)
        self._write(data)
        self._write(b"\nendstream\nendobj\n")
        return number

    def packed_stream(self, dictionary: bytes, data: bytes, number: int = 0) -> int:
        """Pack ``data`` and write it."""
        return self.add_stream(dictionary + b"/Filter/FlateDecode", zlib.compress(data, LEVEL), number)

    def close(self, root: int, info: int) -> None:
        """Write what is left, the cross-reference stream and the trailer."""
        for shelf in self.shelves.values():
            self._put(shelf)
        self._settle(0)
        start, own = self.at, self.number()
        self.kinds[own], self.places[own] = _PLAIN, start
        wide = (max(self.places).bit_length() + 7) // 8
        columns = [bytes(self.kinds), *_columns(self.places)[-wide:], *_columns(self.indexes)]
        name = self.digest.hexdigest()[:32].encode()
        fields = (
            b"/Type/XRef/W[1 %d 2]/Size %d/Root %d 0 R/Info %d 0 R/ID[<%s><%s>]/DecodeParms<</Predictor 12/Columns %d>>"
        ) % (wide, len(self.kinds), root, info, name, name, wide + 3)
        self.packed_stream(fields, _predicted(columns), own)
        self._write(b"startxref\n%d\n%%%%EOF\n" % start)

    def _put(self, shelf: _Shelf) -> None:
        if not shelf.numbers:
            return
        at, index = 0, []
        own = self.number()
        for place, (number, data) in enumerate(zip(shelf.numbers, shelf.data, strict=True)):
            index.append(b"%d %d" % (number, at))
            at += len(data) + 1
            self.kinds[number], self.places[number], self.indexes[number] = _INSIDE, own, place
        head = b" ".join(index) + b"\n"
        fields = b"/Type/ObjStm/N %d/First %d" % (len(shelf.numbers), len(head))
        packing = self.aside.submit(zlib.compress, head + b"\n".join(shelf.data), LEVEL)
        self.under_way.append((own, fields, packing))
        self._settle(UNDER_WAY)
        shelf.numbers.clear()
        shelf.data.clear()

    def _settle(self, left: int) -> None:
        """Write the object streams that are under way, but for the last ones."""
        while len(self.under_way) > left:
            own, fields, packing = self.under_way.popleft()
            self.add_stream(fields + b"/Filter/FlateDecode", packing.result(), own)

    def _write(self, data: bytes) -> None:
        self.file.write(data)
        self.digest.update(data)
        self.at += len(data)


def _columns(table: array[int]) -> list[bytes]:
    """The bytes of numbers, the greatest first: of all numbers the first ones, then the second ones."""
    numbers = array(table.typecode, table)
    if sys.byteorder == "little":
        numbers.byteswap()
    data = numbers.tobytes()
    return [data[k :: table.itemsize] for k in range(table.itemsize)]


def _predicted(columns: Sequence[bytes]) -> bytes:
    """Each row as what it differs from the one above (PNG's Up, ISO 32000-1 §7.4.4.4): offsets pack far better so."""
    wide, long = len(columns) + 1, len(columns[0])
    rows = bytearray(wide * long)
    rows[::wide] = b"\x02" * long
    for k, column in enumerate(columns, 1):
        rows[k::wide] = _differences(column)
    return bytes(rows)


def _differences(data: bytes) -> bytes:
    """Each byte less the one before it, modulo 256: all at once, as one long number whose bytes do not borrow."""
    own, high = int.from_bytes(data, "big"), int.from_bytes(b"\x80" * len(data), "big")
    before = own >> 8
    less = ((own | high) - (before & ~high)) ^ ((own ^ ~before) & high)
    return less.to_bytes(len(data), "big")
