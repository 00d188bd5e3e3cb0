"""What is left of an EPUB whose end is missing, and with it the list of what lies where.

Before: the bytes of an EPUB that was cut short. After: an archive of the files that lie whole before the cut.
"""

from __future__ import annotations

import struct

from threadbound.readers import bounds

_LOCAL, _CENTRAL, _END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
#: Of a zip member, behind its signature: version, flags, method, time, date, sum; sizes packed, unpacked, of name, of
#: extra.
_MEMBER = struct.Struct("<5H3L2H")
#: A flag: its sizes stand behind it, so nobody knows where it ends.
_SIZES_BEHIND = 8


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
