"""Metadata out of a picture, without touching a pixel: where it was taken, with what, by whom and what it is called.

Before: the bytes of a JPEG, PNG or GIF that can be shown as it is. After: the same bytes without Exif, XMP, IPTC,
comments, further pictures and anything behind the picture's end. What says how the pixels look (JFIF, Adobe's mark,
colour profiles, transparency, an animation's timing) stays; the coded pixels are the same bytes. A picture without
metadata comes back as it was. Bytes that are not built as they should be give nothing, and never an exception.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

#: JPEG (ITU-T T.81, table B.1): start and end, application data 0 to 15, comment.
_SOI, _EOI, _SOS, _COMMENT = 0xD8, 0xD9, 0xDA, 0xFE
_APPLICATIONS = range(0xE0, 0xF0)
#: Application data that say how the pixels look: JFIF's header, Adobe's mark, a colour profile.
_JPEG_KEPT = ((0xE0, b"JFIF\0"), (0xE2, b"ICC_PROFILE\0"), (0xEE, b"Adobe"))
_MARKER = re.compile(rb"\xff+([^\x00\xff\xd0-\xd7])")
#: What ends a run of coded pixels: 0xFF with neither a stuffed zero nor a restart behind it. It begins with a letter of
#: its own, so that ``re`` looks for that alone.
_RUN_END = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")

_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
#: PNG chunks that stay: the picture, its colours, its size on paper, its animation (PNG, third edition, chapter 11).
_PNG_KEPT = frozenset(
    b"IHDR PLTE IDAT IEND tRNS cHRM gAMA iCCP sBIT sRGB cICP mDCV cLLI bKGD hIST pHYs acTL fcTL fdAT".split()
)

_GIF_SIGNATURES = (b"GIF87a", b"GIF89a")
_GIF_EXTENSION, _GIF_PICTURE, _GIF_END = 0x21, 0x2C, 0x3B
_GIF_COMMENT, _GIF_APPLICATION = 0xFE, 0xFF
#: Applications whose blocks say how the picture looks: how often it runs, its colour profile.
_GIF_KEPT = (b"NETSCAPE2.0", b"ANIMEXTS1.0", b"ICCRGBG1012")

#: One part of a file, and whether it stays.
_Part = tuple[bytes, bool]


class _Odd(Exception):
    """The bytes are not built as they should be."""


def strip(data: bytes, media_type: str) -> bytes | None:
    """``data`` without its metadata; ``None`` where they cannot be taken out safely."""
    parts = PARTS.get(media_type)
    if parts is None:
        return None
    try:
        return b"".join(part for part, stays in parts(data) if stays)
    except (_Odd, IndexError):
        return None


def _jpeg(data: bytes) -> Iterator[_Part]:
    if data[:2] != bytes((0xFF, _SOI)):
        raise _Odd
    yield data[:2], True
    at = 2
    while True:
        marker = _MARKER.match(data, at)
        if marker is None:
            raise _Odd
        kind = marker[1][0]
        if kind == _EOI:
            yield data[at : marker.end()], True
            return
        end = _past(data, marker.end(), int.from_bytes(data[marker.end() : marker.end() + 2], "big"))
        if kind == _SOS:
            end = _run_end(data, end)
        yield data[at:end], _stays(kind, data[marker.end() + 2 : marker.end() + 16])
        at = end


def _run_end(data: bytes, at: int) -> int:
    """Where a run of coded pixels ends: at a marker, with what fills up before it."""
    marker = _RUN_END.search(data, at)
    if marker is None:
        raise _Odd
    start = marker.start()
    while start > at and data[start - 1] == 0xFF:
        start -= 1
    return start


def _stays(kind: int, start: bytes) -> bool:
    """Whether a JPEG needs the segment: all that is no application data and no comment, and some that is."""
    if kind in _APPLICATIONS or kind == _COMMENT:
        return any(kind == known and start.startswith(name) for known, name in _JPEG_KEPT)
    return True


def _png(data: bytes) -> Iterator[_Part]:
    if not data.startswith(_PNG_SIGNATURE):
        raise _Odd
    yield _PNG_SIGNATURE, True
    at, name = len(_PNG_SIGNATURE), b""
    while name != b"IEND":
        name = data[at + 4 : at + 8]
        end = _past(data, at, 12 + int.from_bytes(data[at : at + 4], "big"))
        is_critical = name[:1].isupper()
        if not name.isalpha() or (is_critical and name not in _PNG_KEPT):
            raise _Odd
        yield data[at:end], name in _PNG_KEPT
        at = end


def _gif(data: bytes) -> Iterator[_Part]:
    if data[:6] not in _GIF_SIGNATURES:
        raise _Odd
    at = _past(data, 0, 13 + _palette(data[10]))
    yield data[:at], True
    while data[at] != _GIF_END:
        if data[at] == _GIF_EXTENSION:
            end, stays = _blocks(data, at + 2), _gif_stays(data, at)
        elif data[at] == _GIF_PICTURE:
            end, stays = _blocks(data, at + 11 + _palette(data[at + 9])), True
        else:
            raise _Odd
        yield data[at:end], stays
        at = end
    yield data[at : at + 1], True


def _palette(flags: int) -> int:
    """Bytes of the palette that the flags announce."""
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _blocks(data: bytes, at: int) -> int:
    """Where a chain of sub-blocks ends, the empty one included."""
    while data[at]:
        at += 1 + data[at]
    return at + 1


def _gif_stays(data: bytes, at: int) -> bool:
    if data[at + 1] == _GIF_APPLICATION:
        return data[at + 3 : at + 14] in _GIF_KEPT
    return data[at + 1] != _GIF_COMMENT


def _past(data: bytes, start: int, length: int) -> int:
    """The end of a part that must lie inside the file."""
    if start + length > len(data) or length < 2:
        raise _Odd
    return start + length


#: Media type → how its files are taken apart.
PARTS: dict[str, Callable[[bytes], Iterator[_Part]]] = {"image/jpeg": _jpeg, "image/png": _png, "image/gif": _gif}
