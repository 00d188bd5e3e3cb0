"""The parts of a MIME multipart file, found without believing it.

Before: the bytes of an MHTML file, perhaps cut, perhaps with broken headers. After: its headers and the places of its
parts; nothing is copied or decoded until somebody asks for a part's bytes. (The standard library's parser ends a
header block at the first line it does not understand, and Chrome has written such lines.)
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Callable, Mapping

from msgspec import Struct

from threadbound.containers import bounds
from threadbound.containers.data_uris import from_base64

_BLANK_LINE = re.compile(rb"\r?\n[ \t]*\r?\n|\A[ \t]*\r?\n")
_HEADER = re.compile(r"([A-Za-z][A-Za-z0-9-]{0,80})[ \t]{0,9}:[ \t]*(.*)", re.DOTALL)
_PARAMETER = re.compile(r""";\s{0,99}([a-z]{1,40})\s{0,9}=\s{0,9}(?:"([^"]{0,500})"|([^\s;"]{1,500}))""", re.IGNORECASE)
_GUESSED_BOUNDARY = re.compile(rb"(?:\A|\n)--([^\r\n]{8,200}?)[ \t]*\r?\n[A-Za-z-]{1,40}:")

_LINE_FEED = 0x0A


class Part(Struct, frozen=True):
    """One part, where it lies."""

    headers: Mapping[str, str]
    """Lower-case name → value, folds undone."""
    data: bytes
    """The whole file."""
    begin: int
    end: int

    @property
    def media_type(self) -> str:
        """Without parameters, lower case."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    def parameter(self, name: str) -> str | None:
        """A parameter of the content type."""
        for key, quoted, bare in _PARAMETER.findall(self.headers.get("content-type", "")):
            if key.lower() == name:
                return str(quoted or bare)
        return None

    @property
    def content(self) -> bytes:
        """The part's bytes, decoded as far as they go."""
        encoding = self.headers.get("content-transfer-encoding", "").strip().lower()
        return _DECODERS.get(encoding, bytes)(self.data[self.begin : self.end])


class Message(Struct, frozen=True):
    """A whole file."""

    envelope: Part
    parts: tuple[Part, ...]
    """The leaves, in order."""
    complete: bool
    """Whether the last boundary was there."""


def _quoted_printable(body: bytes) -> bytes:
    return binascii.a2b_qp(body)


def _base64(body: bytes) -> bytes:
    return from_base64(body) or b""


_DECODERS: dict[str, Callable[[bytes], bytes]] = {"quoted-printable": _quoted_printable, "base64": _base64}


def headers_end(data: bytes, begin: int = 0, end: int | None = None) -> tuple[int, int]:
    """End of the header block that starts at ``begin``, and begin of the body behind it."""
    limit = min(len(data) if end is None else end, begin + bounds.MAX_HEADER)
    # The pattern's \A must mean ``begin``: a part may have no headers at all.
    found = _BLANK_LINE.search(data[begin:limit])
    return (begin + found.start(), begin + found.end()) if found else (limit, limit)


def headers(block: bytes) -> dict[str, str]:
    """Header lines; folded ones joined, later duplicates and lines that are none left out."""
    fields: dict[str, str] = {}
    unfolded = re.sub(rb"\r?\n[ \t]+", b" ", block)
    for line in unfolded.decode("utf-8", "replace").splitlines():
        if found := _HEADER.match(line):
            fields.setdefault(found[1].lower(), found[2].strip())
    return fields


def message(data: bytes) -> Message:
    """The file's headers and leaves."""
    begin = len(data) - len(data.lstrip(b"\r\n\t \xef\xbb\xbf")) if data[:1] in b"\r\n\t \xef" else 0
    envelope = _part(data, begin, len(data))
    leaves: list[Part] = []
    complete = True
    waiting = [(envelope, 0)]
    while waiting and len(leaves) < bounds.MAX_PARTS:
        part, depth = waiting.pop()
        if not part.media_type.startswith("multipart/") or depth >= bounds.MAX_MIME_DEPTH:
            leaves.append(part)
            continue
        inner, closed = _split(part)
        complete = complete and closed
        waiting += [(each, depth + 1) for each in reversed(inner)]
    return Message(envelope, tuple(leaves), complete)


def _part(data: bytes, begin: int, end: int) -> Part:
    head_end, body = headers_end(data, begin, end)
    return Part(headers(data[begin:head_end]), data, min(body, end), end)


def _split(part: Part) -> tuple[list[Part], bool]:
    """The parts between the boundaries, and whether the closing boundary was there."""
    boundary = (part.parameter("boundary") or "").encode("utf-8", "replace") or _guessed_boundary(part)
    if not boundary:
        return [], False
    mark = re.compile(b"--" + re.escape(boundary) + rb"(--)?[ \t]*(?:\r?\n|\Z)")
    parts: list[Part] = []
    begin: int | None = None
    for found in mark.finditer(part.data, part.begin, part.end):
        line = found.start()
        if line > part.begin and part.data[line - 1] != _LINE_FEED:
            continue
        if begin is not None and len(parts) < bounds.MAX_PARTS:
            parts.append(_part(part.data, begin, max(begin, _line_end(part.data, line))))
        if found[1]:
            return parts, True
        begin = found.end()
    if begin is not None and begin < part.end:
        parts.append(_part(part.data, begin, part.end))
    return parts, False


def _line_end(data: bytes, line: int) -> int:
    """Where the line before ``line`` ends: its line end belongs to the boundary."""
    return line - (2 if data[max(0, line - 2) : line] == b"\r\n" else 1)


def _guessed_boundary(part: Part) -> bytes:
    found = _GUESSED_BOUNDARY.search(part.data[part.begin : part.begin + bounds.MAX_HEADER])
    return found[1] if found else b""
