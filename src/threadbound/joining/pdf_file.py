"""A PDF that is written from its first byte to its last, so that none of it need be kept.

Before: an open file. After :meth:`PdfFile.close`: a whole PDF 1.7 with object streams and a cross-reference stream (ISO
32000-1 §7.5), the same bytes for the same objects. Numbers are given out before objects are written, so objects may
refer to what comes later. Objects without a stream wait until there are :data:`TOGETHER` of their kind.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from msgspec import Struct, field

from threadbound.joining.packing import LEVEL

#: Objects in one object stream. More are smaller together; a reader unpacks all for the sake of one.
TOGETHER = 512
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
    at: int = 0
    places: list[tuple[int, int, int]] = field(default_factory=lambda: [(_FREE, 0, 65535)])
    """Of each number: kind, offset or object stream, index in that."""
    shelves: dict[str, _Shelf] = field(default_factory=dict)
    digest: hashlib._Hash = field(default_factory=hashlib.sha256)

    def open(self) -> None:
        """Write what every PDF begins with."""
        self._write(_HEADER)

    def number(self) -> int:
        """A number for an object that will be written."""
        self.places.append((_FREE, 0, 0))
        return len(self.places) - 1

    def numbers(self, count: int) -> range:
        """So many, one after another."""
        first = len(self.places)
        self.places += [(_FREE, 0, 0)] * count
        return range(first, first + count)

    @property
    def plain(self) -> list[int]:
        """Numbers of the objects that stand by themselves: those with a stream."""
        return [number for number, (kind, *_) in enumerate(self.places) if kind == _PLAIN]

    def add(self, data: bytes, number: int = 0, kind: str = "") -> int:
        """Write an object without a stream, at latest when the file is closed.

        Args:
            data: as it is written.
            number: its own, if it was given one.
            kind: objects of one kind stand together.
        """
        number = number or self.number()
        shelf = self.shelves.setdefault(kind, _Shelf())
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
        self.places[number] = (_PLAIN, self.at, 0)
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
        start, own = self.at, self.number()
        self.places[own] = (_PLAIN, start, 0)
        wide = (max(place for _, place, _ in self.places).bit_length() + 7) // 8
        rows = b"".join(
            b"%c%b%b" % (kind, place.to_bytes(wide, "big"), index.to_bytes(2, "big"))
            for kind, place, index in self.places
        )
        name = self.digest.hexdigest()[:32].encode()
        fields = (
            b"/Type/XRef/W[1 %d 2]/Size %d/Root %d 0 R/Info %d 0 R/ID[<%s><%s>]/DecodeParms<</Predictor 12/Columns %d>>"
        ) % (wide, len(self.places), root, info, name, name, wide + 3)
        self.packed_stream(fields, b"".join(_predicted(rows, wide + 3)), own)
        self._write(b"startxref\n%d\n%%%%EOF\n" % start)

    def _put(self, shelf: _Shelf) -> None:
        if not shelf.numbers:
            return
        at, index = 0, []
        own = self.number()
        for place, (number, data) in enumerate(zip(shelf.numbers, shelf.data, strict=True)):
            index.append(b"%d %d" % (number, at))
            at += len(data) + 1
            self.places[number] = (_INSIDE, own, place)
        head = b" ".join(index) + b"\n"
        fields = b"/Type/ObjStm/N %d/First %d" % (len(shelf.numbers), len(head))
        self.packed_stream(fields, head + b"\n".join(shelf.data), own)
        shelf.numbers.clear()
        shelf.data.clear()

    def _write(self, data: bytes) -> None:
        self.file.write(data)
        self.digest.update(data)
        self.at += len(data)


def _predicted(rows: bytes, wide: int) -> Iterator[bytes]:
    """Each row as what it differs from the one above (PNG's Up, ISO 32000-1 §7.4.4.4): offsets pack far better so."""
    above = bytes(wide)
    for start in range(0, len(rows), wide):
        row = rows[start : start + wide]
        yield b"\x02" + bytes((own - other) & 0xFF for own, other in zip(row, above, strict=True))
        above = row
