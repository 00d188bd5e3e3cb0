"""The options of a book of several threads, declared once for every verb that makes books."""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from threadbound.errors import UsageError
from threadbound.options import Choice, CollectionOptions

#: Bytes of the units that a size may be given in; as disks and mail providers count.
UNITS = {"": 1, "b": 1, "kb": 1000, "mb": 1000**2, "gb": 1000**3, "kib": 1024, "mib": 1024**2, "gib": 1024**3}
_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([a-z]*)", re.IGNORECASE)
#: Smaller volumes hold no thread with its fonts.
SMALLEST = 100_000


class Order(StrEnum):
    """How the threads stand."""

    DATE = "date"
    REVERSE = "reverse"
    TITLE = "title"
    GIVEN = "given"


class Parts(StrEnum):
    """What a book is parted by."""

    YEAR = "year"
    MONTH = "month"
    NONE = "none"


def _day(option: str, words: str | None) -> date | None:
    """A day, or the first or last of a month or year, as the option wants it."""
    if words is None:
        return None
    parts = words.strip().split("-")
    last = option == "--until"
    try:
        numbers = [int(part) for part in parts]
        if len(numbers) == 3:
            return date(*numbers)
        if len(numbers) == 2:
            year, month = numbers
            return _before(year + month // 12, month % 12 + 1) if last else date(year, month, 1)
        if len(numbers) == 1:
            return date(numbers[0], 12, 31) if last else date(numbers[0], 1, 1)
    except (ValueError, OverflowError):
        pass
    raise UsageError(f"{option} {words}: no day; give one like 2022-09-29, a month like 2022-09, or a year")


def _before(year: int, month: int) -> date:
    """The day before the first of a month."""
    return date.fromordinal(date(year, month, 1).toordinal() - 1)


def size(words: str) -> int:
    """Bytes of ``50MB``.

    Raises:
        UsageError: it is no size, or less than a book needs.
    """
    found = _SIZE.fullmatch(words.strip())
    unit = UNITS.get(found[2].lower()) if found else None
    if not found or unit is None:
        raise UsageError(f"--max-size {words}: no size; give one like 50MB or 700KiB")
    number = int(float(found[1]) * unit)
    if number < SMALLEST <= float(found[1]) * UNITS["mb"] and not found[2]:
        raise UsageError(f"--max-size {words}: {number:,} bytes are too few for any book: did you mean {found[1]}MB?")
    if number < SMALLEST:
        raise UsageError(f"--max-size {words}: too small for any book; give at least {SMALLEST // 1000}KB")
    return number


def collection_options(  # noqa: PLR0913 - options are parameters
    *,
    author: Annotated[
        list[str] | None,
        typer.Option(
            "--author",
            metavar="HANDLE",
            help="Only threads by this author (the name of one without a handle); may be given again.",
        ),
    ] = None,
    by_author: Annotated[bool, typer.Option("--by-author", help="A book for each author.")] = False,
    since: Annotated[
        str | None, typer.Option("--since", metavar="DATE", help="Only threads of this day (month, year) or later.")
    ] = None,
    until: Annotated[
        str | None, typer.Option("--until", metavar="DATE", help="Only threads of this day (month, year) or before.")
    ] = None,
    match: Annotated[
        list[str] | None,
        typer.Option("--match", metavar="TEXT", help="Only threads with these words; may be given again."),
    ] = None,
    tag: Annotated[
        list[str] | None,
        typer.Option("--tag", metavar="TAG", help="Only threads with this hashtag; may be given again."),
    ] = None,
    order_file: Annotated[
        Path | None,
        typer.Option(
            "--order-file", metavar="FILE", help="The threads in order, one a line: address, id or path; then | TITLE."
        ),
    ] = None,
    order: Annotated[
        Order | None,
        typer.Option(
            "--order",
            help="Of the threads. Default: date; as the --order-file has them, where there is one.",
            show_default=False,
        ),
    ] = None,
    parts: Annotated[
        Parts | None,
        typer.Option(
            "--parts",
            help="Of the contents. Default: years from 12 threads on, months from 24 on within a year; else none.",
            show_default=False,
        ),
    ] = None,
    title: Annotated[
        str | None, typer.Option("--title", metavar="TEXT", help="Of the book; one thread keeps its heading below it.")
    ] = None,
    cover: Annotated[Path | None, typer.Option("--cover", metavar="FILE", help="A picture for the cover.")] = None,
    no_cover: Annotated[bool, typer.Option("--no-cover", help="Without a cover.")] = False,
    pictures: Annotated[bool, typer.Option("--list-of-pictures", help="List the pictures at the end.")] = False,
    update: Annotated[
        Path | None,
        typer.Option("--update", metavar="BOOK", help="Make this book anew, with what is new; what has gone stays."),
    ] = None,
    drop_missing: Annotated[
        bool, typer.Option("--drop-missing", help="With --update: let go what was not given again.")
    ] = False,
    max_size: Annotated[
        str | None, typer.Option("--max-size", metavar="SIZE", help="Volumes no larger than this, e.g. 50MB.")
    ] = None,
    max_threads: Annotated[
        int | None, typer.Option("--max-threads", metavar="N", min=1, help="Volumes of at most N threads.")
    ] = None,
) -> CollectionOptions:
    """What the user says of a book of several threads.

    Raises:
        UsageError: something of it cannot be meant.
    """
    first, last = _day("--since", since), _day("--until", until)
    if first and last and first > last:
        raise UsageError(f"--since {since} is later than --until {until}: no day lies between them")
    for option, given in (("--author", author), ("--match", match), ("--tag", tag)):
        if any(not words.strip("@# \t") for words in given or ()):
            raise UsageError(f"{option}: it is empty (an unset variable?)")
    if drop_missing and not update:
        raise UsageError("--drop-missing says what becomes of a book that is made anew: give --update BOOK")
    if update and (max_size or max_threads or by_author):
        raise UsageError("--update makes one book anew: --max-size, --max-threads and --by-author make several")
    if cover and no_cover:
        raise UsageError("--cover names a picture and --no-cover wants none: give one of them")
    return CollectionOptions(
        choice=Choice(tuple(author or ()), first, last, tuple(match or ()), tuple(tag or ()), order_file),
        by_author=by_author,
        order=order.value if order else None,
        parts=parts.value if parts else None,
        title=" ".join(title.split()) if title is not None else None,
        cover=cover,
        has_cover=not no_cover,
        pictures=pictures,
        update=update,
        drop_missing=drop_missing,
        max_size=size(max_size) if max_size is not None else None,
        max_threads=max_threads,
    )
