"""One answer of a server: what may come of it, and when it is too much or nothing.

Before: pieces of an answer, as libcurl hands them over. After: its body in a file, unpacked, within bounds, and what is
to be known of its head; or a :class:`FetchTrouble` that says why there is no picture in it.
"""

from __future__ import annotations

import email.utils
import re
import zlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import IO, Any

#: Bytes of one picture, enforced while they come.
MAX_BYTES = 64 * 1024 * 1024
#: Bytes of an answer that is no picture: enough to keep the connection, no more.
MAX_EXCUSE = 256 * 1024
#: Bytes that are unpacked, and handed over by libcurl, at a time.
PIECE = 512 * 1024
#: What servers say that a later time may bring (RFC 9110 §15).
BUSY = frozenset({408, 425, 429, 500, 502, 503, 504})
GONE = frozenset({404, 410})
_STATUS = re.compile(rb"HTTP/[0-9.]+ ([0-9]{3})")


class FetchTrouble(Exception):
    """A picture that could not be had."""

    def __init__(
        self, code: str, reason: str, *, passing: bool = False, unanswered: bool = False, wait: float = 0.0
    ) -> None:
        super().__init__(reason)
        self.code = code
        """The notice's."""
        self.passing = passing
        """Whether it may be over in a moment."""
        self.unanswered = unanswered
        """Whether the server was not there at all."""
        self.wait = wait
        """Seconds that the server asks to wait."""


class Sink:
    """Where one answer goes: its head into fields, its body into a file, never more than the bounds."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file
        self.status = 0
        self.headers: dict[str, str] = {}
        self.size = 0
        self.trouble: Exception | None = None
        self.has_enough = False
        """The words with which a server says no were cut short."""
        self.last = 0.0
        """When something came."""
        self.clock: Callable[[], float] = float
        self._unpack: Any = None

    def header(self, line: bytes) -> int:
        """Take a line of the head, and give what ``write`` gives. A new status begins a new head, as after 103."""
        self.last = self.clock()
        if status := _STATUS.match(line):
            self.status, self.headers = int(status[1]), {}
        elif b":" in line:
            name, _, value = line.decode("latin-1").partition(":")
            self.headers[name.strip().lower()] = value.strip()
        elif self.status == 200:  # the empty line after the head
            try:
                self._begin()
            except FetchTrouble as trouble:
                self.trouble = trouble
                return 0
        return len(line)

    def write(self, chunk: bytes) -> int:
        """Take a piece of the body; gives how much of it was taken: less than all ends the transfer."""
        self.last = self.clock()
        try:
            if self.status != 200:
                self.size += len(chunk)
                self.has_enough = self.size > MAX_EXCUSE
                return 0 if self.has_enough else len(chunk)
            for data in _unpacked(self._unpack, chunk) if self._unpack else (chunk,):
                self.size += len(data)
                if self.size > MAX_BYTES:
                    raise _too_large()
                self.file.write(data)
        except (FetchTrouble, OSError) as error:
            self.trouble = error
            return 0
        return len(chunk)

    def judge(self) -> None:
        """Whether the answer may hold a picture; raises :class:`FetchTrouble` where it cannot."""
        if self.status in GONE:
            raise FetchTrouble("media.gone", f"its server does not have it ({self.status})")
        if self.status in BUSY:
            wait = _retry_after(self.headers.get("retry-after", ""))
            raise FetchTrouble("media.refused", f"its server is busy ({self.status})", passing=True, wait=wait)
        if self.status != 200:
            raise FetchTrouble("media.refused", f"its server does not give it ({self.status})")

    def _begin(self) -> None:
        length = self.headers.get("content-length", "")
        if length.isascii() and length.isdigit() and int(length[:20]) > MAX_BYTES:
            raise _too_large()
        encoding = self.headers.get("content-encoding", "identity").lower()
        if encoding not in ("identity", "gzip", "x-gzip", "deflate"):
            raise FetchTrouble("media.not-an-image", "its server sent it in an encoding that was not asked for")
        self._unpack = None if encoding == "identity" else zlib.decompressobj(wbits=47)  # gzip or zlib, as it comes


def _unpacked(unpack: Any, chunk: bytes) -> Iterator[bytes]:  # noqa: ANN401 - zlib names no type
    """What a packed chunk holds, piece by piece: a bomb never stands in memory."""
    while chunk:
        try:
            yield unpack.decompress(chunk, PIECE)
        except zlib.error:
            raise FetchTrouble("media.not-an-image", "its server sent it in a damaged encoding") from None
        chunk = unpack.unconsumed_tail


def _too_large() -> FetchTrouble:
    return FetchTrouble("media.too-large", f"it is larger than {MAX_BYTES // 1024 // 1024} MiB")


def _retry_after(value: str) -> float:
    """Seconds of a ``Retry-After``: a number or a date (RFC 9110 §10.2.3); 0 where it is neither."""
    if value.isascii() and value.isdigit():
        return float(value[:9])
    try:
        moment = email.utils.parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return 0.0
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())
