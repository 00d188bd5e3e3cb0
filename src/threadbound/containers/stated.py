"""What a saved page says of its own saving, in the comment that browsers and SingleFile leave in it.

Before: the beginning of a page. After: the address it was saved from and the time, each only if the page says so.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

from msgspec import Struct

from threadbound.containers import bounds

_SINGLEFILE = re.compile(r"<!--\s{0,9}Page saved with SingleFile\s")
#: Characters of SingleFile's comment that are read.
_COMMENT = 20_000
_URL_LINE = re.compile(r"(?:^|\s)url:[ \t]*(\S+)")
_DATE_LINE = re.compile(
    r"saved date:[ \t]*[A-Z][a-z]{2} ([A-Z][a-z]{2}) (\d\d) (\d{4}) (\d\d):(\d\d):(\d\d)"
    r"(?: GMT([+-])(\d\d)(\d\d))?",
    re.ASCII,
)
_SAVED_FROM = re.compile(r"<!-- saved from url=\(\d{1,8}\)(\S{1,20000}?) ?-->", re.ASCII)
_URL = re.compile(r"https?://[^\s\x00-\x1f<>\"]+")
#: Before it there was no thread to save; a clock that says 9999 is broken as well.
_EARLIEST, _LATEST = datetime(2006, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class Stated(Struct, frozen=True):
    """What the page says."""

    by_singlefile: bool = False
    url: str | None = None
    saved_at: datetime | None = None


def stated(head: str) -> Stated:
    """What the comment at the beginning of ``head`` says."""
    head = head[: bounds.HEAD]
    if begins := _SINGLEFILE.search(head):
        comment = head[begins.end() : begins.end() + _COMMENT].partition("-->")[0]
        url = _URL_LINE.search(comment)
        return Stated(by_singlefile=True, url=usable(url[1]) if url else None, saved_at=_date(comment))
    found = _SAVED_FROM.search(head)
    return Stated(url=usable(found[1]) if found else None)


def usable(url: str | None) -> str | None:
    """An http(s) address of bearable length without white space, else ``None``."""
    return url if url and len(url) <= bounds.MAX_URL and _URL.fullmatch(url) else None


def plausible(moment: datetime | None) -> datetime | None:
    """A time at which somebody can have saved a thread, else ``None``."""
    return moment if moment and _EARLIEST <= moment < _LATEST else None


def _date(comment: str) -> datetime | None:
    """JavaScript's ``Date.toString()``, which is English everywhere, in UTC."""
    found = _DATE_LINE.search(comment)
    if found is None or found[1] not in _MONTHS:
        return None
    month, day, year, hour, minute, second, sign, hours, minutes = found.groups()
    offset = timedelta(hours=int(hours or 0), minutes=int(minutes or 0))
    zone = timezone(-offset if sign == "-" else offset) if offset < timedelta(hours=24) else UTC
    try:
        moment = datetime(int(year), _MONTHS.index(month) + 1, int(day), int(hour), int(minute), int(second), 0, zone)
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
