"""The parts of a plain-text copy of a Thread Reader page.

Before: the words of the copy. After: what stands before the thread (:class:`Header`), the raw lines of the thread, and
the lines after it, as :class:`Layout`. Banners and buttons ahead of the thread are in none of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from threadbound.model.text import clean
from threadbound.sites.textcopy_dates import is_date

#: How many lines may stand before the line with the counts (navigation, banners, front matter).
_HEAD = 80
#: No line of the chrome is longer.
_LONGEST = 400

#: ``Feb 21, 2022 41 tweets 12 min read Read on X`` and its variants of all years.
_COUNTS = re.compile(
    r"(?P<date>[^•]{0,30}?)[\s,•]*\b(?P<posts>\d{1,3},\d{3}|\d{1,5})\s+(?:tweets?|posts?)[\s,•]+"
    r"(?P<minutes>\d{1,4})\s+min(?:ute)?s?\s+read\b[\s,•]*(?:(?:(?:Twitter|X) logo\s+)?Read on (?:Twitter|X)\b[\s•]*)?"
)
_PROFILE = re.compile(r"(?P<name>.{0,200}?)\s*Profile picture")
_HANDLE = re.compile(r"@(\w{1,20})", re.ASCII)
_NAME_AND_HANDLE = re.compile(r"(?P<name>.{1,200}?)\s+@(?P<handle>\w{1,20})", re.ASCII)
_THREAD_BY = re.compile(r"Thread by @(\w{1,20})\b", re.ASCII)
_THREAD_BY_LINE = re.compile(r"Thread by @\w{1,20}\b.*", re.ASCII)
_MORE_FROM = re.compile(r"More from @(\w{1,20})\b", re.ASCII)
_KEEP_CURRENT = re.compile(r"Keep Current with\s+(.+)")
_SOURCE = re.compile(r"(?:Source:\s*)?\S*threadreaderapp\.com/\S*", re.IGNORECASE)
_ADDRESS = re.compile(r"https?://(?:www\.)?threadreaderapp\.com[^\s\"']*")

#: Words of buttons round the header.
_BUTTONS = frozenset(
    "bookmark|email|enter url or id to unroll|follow|gift link|my authors|pdf|post|read on twitter|read on x"
    "|save as pdf|scrolly|share|share this page!|subscribe|thread reader|tweet|twitter logo|unroll thread|×|•".split(
        "|"
    )
)
#: The site's own announcements.
_BANNER = re.compile(r".*@threadreaderapp\b.*|.*\bour X/Twitter account\b.*", re.IGNORECASE)
#: Lines that only the foot of a page has.
_FOOT = re.compile(
    r"Missing some Tweet in this thread\?.*|Keep Current with\b.*|This Thread may be Removed Anytime!"
    r"|Try unrolling a thread yourself!|Did Thread Reader help you today\?|Enjoying this thread\?"
)
#: The first of these, wherever it stands.
_FIRST_OF_FOOT = "Missing some Tweet"
#: The order of the others, by their first words.
_ORDER = ("Missing", "Keep", "This", "Try", "Did", "Enjoying")
_DOTS = re.compile(r"•\s*•\s*•")
#: What else may follow the dots where the foot was not copied.
_AFTER_DOTS = re.compile(r"More from @\w{1,20}.*", re.ASCII)


class Header(Struct, frozen=True):
    """What the page says of the thread above it."""

    name: str = ""
    handle: str = ""
    date: str = ""
    """As printed."""
    posts: int | None = None
    minutes: int | None = None
    addresses: tuple[str, ...] = ()
    """Of Thread Reader's pages."""


class Layout(Struct, frozen=True):
    """A copy, taken apart."""

    header: Header
    body: tuple[str, ...]
    foot: tuple[str, ...]
    """From the line of dots on; empty where the copy was cut before it."""

    @property
    def recognised(self) -> bool:
        """Whether header or foot are Thread Reader's."""
        return self.header.posts is not None or any(_FOOT.fullmatch(line) for line in self.foot)


def lines_in(words: str) -> list[str]:
    """The lines of a text, stripped and without what no product may hold."""
    words = words.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    return [line.strip("\ufeff \t") for line in clean(words).split("\n")]


def layout(lines: Sequence[str]) -> Layout:
    """Take a copy apart."""
    end = _end_of_thread(lines)
    header, start = _header(lines, end)
    return Layout(header, tuple(lines[start:end]), tuple(line for line in lines[end:] if line))


def is_overview(lines: Sequence[str]) -> bool:
    """Whether this is a page of several threads (an author's, a hashtag's): it has counts for each of them."""
    threads = feet = 0
    for line in lines:
        threads += _counts(line) is not None
        feet += line.startswith("Missing some Tweet")
    return threads > max(feet, 1)


def pages_in(lines: Sequence[str]) -> int:
    """How many whole pages stand one after another in this text."""
    return sum(line.startswith("Missing some Tweet") for line in lines)


def _counts(line: str) -> re.Match[str] | None:
    """The match if this is the line with the counts of a thread, with or without a date."""
    match = _COUNTS.fullmatch(line) if len(line) <= _LONGEST else None
    return match if match and (not match["date"].strip(" ,•") or is_date(match["date"])) else None


def _end_of_thread(lines: Sequence[str]) -> int:
    """The first line that is not the thread's: the dots above the foot, the foot, or the end of the text.

    An author may write what the foot says, and dots too: so it is the last place at which the foot can begin.
    """
    feet = [place for place, line in enumerate(lines) if _FOOT.fullmatch(line[:_LONGEST])]
    dotted = [(dots, foot) for foot in feet if (dots := _dots_above(lines, foot)) is not None]
    named = [foot for foot in feet if lines[foot].startswith(_FIRST_OF_FOOT)]
    if dotted and (not named or named[-1] <= dotted[-1][1]):
        return dotted[-1][0]
    if feet:
        return named[-1] if named else _first_of_block(lines, feet)
    return _last_dots(lines)


def _dots_above(lines: Sequence[str], foot: int) -> int | None:
    """The dots above a line of the foot, if nothing but empty lines and buttons is between them."""
    above = foot - 1
    while above >= 0 and (not lines[above] or lines[above].lower() in _BUTTONS):
        above -= 1
    return above if above >= 0 and _DOTS.fullmatch(lines[above]) else None


def _first_of_block(lines: Sequence[str], feet: Sequence[int]) -> int:
    """The first of the last lines of a foot that stand in the foot's own order."""
    ranks = [_ORDER.index(lines[foot].partition(" ")[0]) for foot in feet]
    first = len(feet) - 1
    while first and ranks[first - 1] < ranks[first]:
        first -= 1
    return feet[first]


def _last_dots(lines: Sequence[str]) -> int:
    """In a copy without a foot: the last dots, if no words of the thread follow them."""
    end = next((place for place in reversed(range(len(lines))) if _DOTS.fullmatch(lines[place])), len(lines))
    after = next(filter(None, lines[end + 1 :]), "")
    return len(lines) if after and not _AFTER_DOTS.fullmatch(after[:_LONGEST]) else end


def _header(lines: Sequence[str], end: int) -> tuple[Header, int]:
    """What stands above the thread, and the thread's first line."""
    for place, line in enumerate(lines[: min(end, _HEAD)]):
        if match := _counts(line):
            above = _read(reversed(lines[:place]), stop=True)
            found = replace(
                above,
                date=match["date"].strip(" ,•") or above.date,
                posts=int(match["posts"].replace(",", "")),
                minutes=int(match["minutes"]),
                addresses=_addresses(lines[:place]),
            )
            return _with_author(found, [*lines[:place], *lines[end:]]), _after_buttons(lines, place + 1, end)
    start = _after_front_matter(lines)
    start = _after_head(lines, start, end)
    found = replace(_read(lines[:start], stop=False), addresses=_addresses(lines[:start]))
    return _with_author(found, [*lines[:start], *lines[end:]]), start


def _read(lines: Iterable[str], *, stop: bool) -> Header:
    """Name, handle and date of the lines round the counts; ``stop`` at the first that is none of these."""
    header, named_next = Header(), False
    for line in lines:
        if not line or line.lower() in _BUTTONS:
            named_next = named_next or line == "Subscribe"
        elif is_date(line):
            header = replace(header, date=header.date or line.strip(" ,•"))
        elif match := _HANDLE.fullmatch(line):
            header, named_next = replace(header, handle=header.handle or match[1]), True
        elif (match := _PROFILE.fullmatch(line[:_LONGEST])) is not None:
            header = replace(header, name=header.name or match["name"])
        elif stop and not header.handle and (match := _NAME_AND_HANDLE.fullmatch(line[:_LONGEST])):
            header = replace(header, name=header.name or match["name"], handle=match["handle"])
        elif stop:
            return replace(header, name=header.name or line) if named_next and len(line) <= 100 else header
    return header


def _with_author(header: Header, lines: Sequence[str]) -> Header:
    """The author's name and handle from the ``lines`` round the thread, where the header lacks them."""
    short = [line for line in lines if len(line) <= _LONGEST]
    handles = (match[1] for form in (_THREAD_BY, _MORE_FROM) for line in short if (match := form.match(line)))
    names = (match[1] for line in short if (match := _KEEP_CURRENT.fullmatch(line)))
    return replace(header, handle=header.handle or next(handles, ""), name=header.name or next(names, ""))


def _addresses(lines: Iterable[str]) -> tuple[str, ...]:
    return tuple(address for line in lines for address in _ADDRESS.findall(line[:2000]))


def _after_buttons(lines: Sequence[str], start: int, end: int) -> int:
    """The first line from ``start`` on that is no button."""
    while start < end and (not lines[start] or lines[start].lower() in _BUTTONS):
        start += 1
    return start


def _after_front_matter(lines: Sequence[str]) -> int:
    """The first line after a block between two lines of hyphens."""
    if not lines or lines[0] != "---":
        return 0
    return next((place + 1 for place, line in enumerate(lines[1:_HEAD], start=1) if line == "---"), 0)


def _after_head(lines: Sequence[str], start: int, end: int) -> int:
    """The first line that is neither the site's nor the author's name."""
    while start < end and _is_head(lines[start]):
        start += 1
    return start


def _is_head(line: str) -> bool:
    if not line or line.lower() in _BUTTONS or is_date(line) or _HANDLE.fullmatch(line):
        return True
    return len(line) <= _LONGEST and any(form.fullmatch(line) for form in (_PROFILE, _BANNER, _THREAD_BY_LINE, _SOURCE))
