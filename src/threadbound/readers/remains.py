"""What is left of a book whose end is missing, and with it the list of what lies where.

Before: the bytes of a PDF or EPUB that was cut short. After: the files that it carried and
that lie whole before the cut.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator

from threadbound.readers import bounds

_LOCAL, _CENTRAL, _END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
#: Of a zip member, behind its signature: version, flags, method, time, date, sum; sizes packed, unpacked, of name, of
#: extra.
_MEMBER = struct.Struct("<5H3L2H")
#: A flag: its sizes stand behind it, so nobody knows where it ends.
_SIZES_BEHIND = 8
#: A file in a PDF, as this tool's writers put it: what it is stands in clear before its bytes.
_EMBEDDED = re.compile(rb"/Type /EmbeddedFile/Subtype /(\w+)#2f(\w+)[^\r\n]{0,400}/Length (\d{1,10})>>\s?stream\r?\n")
#: What begins a thread as JSON, and the list of what a book holds, however they are indented.
_THREAD, _FIXITY = re.compile(rb'\{\s*"schema":\s*"threadbound\.thread/'), re.compile(rb'\{\s*"pictures":')
#: Kind and beginning of a file in a PDF → what every book calls it.
_NAMES = (
    (b"json", _THREAD, "thread.json"),
    (b"jsonl", _THREAD, "threads.jsonl"),
    (b"json", _FIXITY, "fixity.json"),
)


def mended(data: bytes) -> bytes:
    """An EPUB that was cut short with a new list of its whole members at its end: a zip archive again."""
    place, central = 0, list[bytes]()
    while data.startswith(_LOCAL, place) and place + 4 + _MEMBER.size <= len(data) and len(central) < bounds.MAX_PARTS:
        version, flags, method, time, date, crc, packed, size, named, extra = _MEMBER.unpack_from(data, place + 4)
        start = place + 4 + _MEMBER.size
        end = start + named + extra + packed
        if flags & _SIZES_BEHIND or end > len(data) or not named:
            break
        known = (version, version, flags, method, time, date, crc, packed, size, named, 0, 0, 0, 0, 0, place)
        central.append(_CENTRAL + struct.pack("<6H3L5H2L", *known) + data[start : start + named])
        place = end
    listed, count = b"".join(central), min(len(central), 0xFFFF)
    return data[:place] + listed + _END + struct.pack("<4H2LH", 0, 0, count, count, len(listed), place, 0)


def embedded(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Names and packed bytes of the files that lie whole in a PDF that was cut short.

    Their names stand at the end of the file. So the JSON is known by how it begins; pages are known by their digests.
    """
    for number, found in enumerate(_EMBEDDED.finditer(data), 1):
        kind, start, length = found[2], found.end(), int(found[3])
        if number > bounds.MAX_PARTS or start + length > len(data):
            return
        packed = data[start : start + length]
        try:
            head = zlib.decompressobj().decompress(packed[:4096], 200)
        except zlib.error:
            continue
        names = (name for of, begins, name in _NAMES if of == kind and begins.match(head))
        yield next(names, f"file-{number}"), packed
