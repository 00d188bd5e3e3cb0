"""MHTML (``.mht``, ``.mhtml``): a page and its resources as one MIME message, from Chrome, Firefox or old IE.

Before: a source whose header block says MIME. After: its capture; ``find`` knows each part by its ``Content-Location``
(absolute, or relative to the page) and by ``cid:``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cached_property
from urllib.parse import unquote, urljoin

from msgspec import Struct

from threadbound.containers import bounds, wayback
from threadbound.containers.capture import Capture, Source
from threadbound.containers.mime import Message, Part, headers, headers_end, message
from threadbound.containers.pages import Opened, capture
from threadbound.containers.refusals import trouble
from threadbound.containers.stated import usable

_FIRST_LINE = re.compile(rb"[\xef\xbb\xbf\s]{0,99}[A-Za-z][A-Za-z0-9-]{0,80}[ \t]{0,9}:")
_TYPES = ("multipart/related", "multipart/mixed", "multipart/alternative", "text/html", "application/xhtml+xml")
_SIGNS = frozenset({"mime-version", "snapshot-content-location", "content-location", "x-maf-version"})
_PAGES = ("text/html", "application/xhtml+xml")


def is_mhtml(source: Source) -> bool:
    """Whether the bytes begin with MIME headers that announce a page."""
    if not _FIRST_LINE.match(source.data[:256]):
        return False
    begin = len(source.data[:256]) - len(source.data[:256].lstrip(b"\r\n\t \xef\xbb\xbf"))
    fields = headers(source.data[begin : headers_end(source.data, begin)[0]])
    return fields.get("content-type", "").lower().startswith(_TYPES) and not _SIGNS.isdisjoint(fields)


def open_mhtml(source: Source) -> Capture:
    """The page among the parts, with the other parts to be found."""
    whole = message(source.data)
    main = _main(whole)
    if main is None:
        raise trouble(source.name, "an MHTML file that ends before its page begins", "save the page again")
    location = _location(whole.envelope, "snapshot-content-location") or _location(main, "content-location")
    return capture(
        source,
        Opened(
            container="mhtml",
            document=main.content,
            charset=main.parameter("charset"),
            find=Parts(tuple(part for part in whole.parts if part is not main), wayback.original(location or "")).find,
            saved_at=_date(whole.envelope.headers.get("date", "")),
            url=usable(location),
            complete=whole.complete,
        ),
    )


def _main(whole: Message) -> Part | None:
    """The page: the part named as start, or at the snapshot's address, or the first that is HTML."""
    pages = [part for part in whole.parts if part.media_type in _PAGES and part.begin < part.end]
    start = (whole.envelope.parameter("start") or "").strip("<>")
    address = _location(whole.envelope, "snapshot-content-location")
    for part in pages:
        if start and part.headers.get("content-id", "").strip("<> ") == start:
            return part
    for part in pages:
        if address and _location(part, "content-location") == address:
            return part
    return pages[0] if pages else None


def _location(part: Part, name: str) -> str | None:
    # Folding put white space into the address, which has none of its own.
    return re.sub(r"\s", "", part.headers.get(name, "")) or None


def _date(text: str) -> datetime | None:
    from email.errors import HeaderParseError  # noqa: PLC0415 - brings sockets and randomness along
    from email.utils import parsedate_to_datetime  # noqa: PLC0415 - so does this

    try:
        moment = parsedate_to_datetime(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError, HeaderParseError):
        return None


class Parts(Struct, frozen=True, dict=True):
    """The parts, by every name that a page may call them."""

    parts: tuple[Part, ...]
    base: str
    """The page's address; relative references start there."""

    @cached_property
    def _index(self) -> dict[str, Part]:
        index: dict[str, Part] = {}
        for part in self.parts:
            if location := _location(part, "content-location"):
                for name in _names(location, self.base):
                    index.setdefault(name, part)
            if content_id := part.headers.get("content-id", "").strip("<> "):
                index.setdefault(f"cid:{content_id}", part)
        return index

    def find(self, reference: str) -> bytes | None:
        """The bytes of the part that the page calls so."""
        if len(reference) > bounds.MAX_REFERENCE:
            return None
        if reference.lower().startswith("cid:"):
            content_id = reference[4:].strip("<> ")
            part = self._index.get(f"cid:{content_id}") or self._index.get(f"cid:{unquote(content_id)}")
            return (part.content or None) if part else None
        for name in _names(reference, self.base):
            if part := self._index.get(name):
                return part.content or None
        return None


def _names(address: str, base: str) -> Iterator[str]:
    """An address in ever looser spellings: as it is, absolute, as before the archive, without escapes and scheme."""
    address = address.strip()
    yield address
    try:
        absolute = wayback.original(urljoin(base, address))
    except ValueError:  # a malformed host; the plain spelling was the only chance
        return
    yield absolute
    loose = unquote(absolute.partition("#")[0])
    yield re.sub(r"\A(?:https?:)?//", "//", loose)
