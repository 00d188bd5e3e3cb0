"""The options that verbs share, each declared once, with its help."""

from __future__ import annotations

import re
import sys
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from threadbound.cli.boundary import Door, speak
from threadbound.errors import UsageError


def _verbose(context: typer.Context, value: bool) -> bool:  # noqa: FBT001 - a typer callback
    context.ensure_object(Door).verbose = value
    return value


def _json(value: bool) -> bool:  # noqa: FBT001 - a typer callback
    if value:
        speak(sys.stdout, "utf-8")  # JSON is UTF-8 wherever it goes (RFC 8259, section 8.1)
    return value


Pages = Annotated[
    list[str],
    typer.Argument(
        metavar="PAGE...", help="Saved pages, folders of them, or - for standard input.", show_default=False
    ),
]


def _file(words: str) -> Path:
    """Raises: UsageError: it is the name of a folder, which a path does not show any more."""
    if words.endswith("/"):
        raise UsageError(f"-o {words} names a folder: give the file too, or -d {words}")
    return Path(words)


Output = Annotated[
    Path | None,
    typer.Option(
        "--output",
        "-o",
        metavar="FILE",
        parser=_file,
        help="The book's file; its folders are made. - for standard output.",
    ),
]
OutputDir = Annotated[
    Path, typer.Option("--output-dir", "-d", metavar="DIR", help="Where books go that are not named.")
]
Name = Annotated[
    str,
    typer.Option("--name", metavar="TEMPLATE", help="Names of books, from {date}, {handle}, {id} and {slug}."),
]
Force = Annotated[bool, typer.Option("--force", "-f", help="Replace files that exist.")]
Individual = Annotated[bool, typer.Option("--individual", help="A book of each page instead of one of all.")]
Strict = Annotated[bool, typer.Option("--strict", help="Losses are failures: exit 7, and no book is written.")]
Json = Annotated[bool, typer.Option("--json", help="JSON Lines on standard output.", callback=_json)]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but errors.")]
Verbose = Annotated[
    bool,
    typer.Option("--verbose", "-v", help="Say every notice, and where an error arose.", callback=_verbose),
]
Language = Annotated[
    str | None,
    typer.Option(
        "--language", metavar="TAG", help="Of threads whose page does not say theirs, e.g. en: metadata, hyphens."
    ),
]


def _day(words: str) -> str:
    """A day, month or year as ISO 8601 has it.

    Raises:
        UsageError: it is none, or none on which a thread can have been saved.
    """
    found = _DAY.fullmatch(words.strip())
    parts = [int(each) for each in found.groups() if each] if found else []
    try:
        first = date(*(*parts, 1, 1)[:3])
    except (TypeError, ValueError):
        raise UsageError(
            f"--captured {words}: no day; give one like 2024-05-17, a month like 2024-05, or a year"
        ) from None
    if not EARLIEST <= first <= datetime.now(UTC).date() + timedelta(days=1):
        raise UsageError(f"--captured {words}: no thread can have been saved then; see the year")
    return first.isoformat()[: (4, 7, 10)[len(parts) - 1]]


_DAY = re.compile(r"(\d{4})(?:-(\d\d?))?(?:-(\d\d?))?")
#: Before it there was no thread to save.
EARLIEST = date(2006, 1, 1)
Captured = Annotated[
    str | None,
    typer.Option(
        "--captured",
        metavar="DATE",
        parser=_day,
        help="When pages were saved whose file does not say it: a day, month or year. It stands there as said by you.",
    ),
]
ImageMaxSize = Annotated[
    int | None,
    typer.Option(
        "--image-max-size",
        metavar="PIXELS",
        min=100,
        help="Longest side of a picture, at most. Default: in an EPUB 1600. In print those above 450 dpi get 300.",
        show_default=False,
    ),
]
ImageQuality = Annotated[
    int, typer.Option("--image-quality", metavar="1..95", min=1, max=95, help="Of JPEGs that must be made anew.")
]
Grayscale = Annotated[bool, typer.Option("--grayscale/--no-grayscale", help="Pictures in grey.")]
MaxImagePixels = Annotated[
    int, typer.Option("--max-image-pixels", metavar="N", min=1, help="Refuse pictures with more pixels.")
]


Device = Annotated[
    str | None,
    typer.Option("--for", metavar="DEVICE", help="kindle, kobo, remarkable or print: its page, pictures and sizes."),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would be bound; write and fetch nothing.")]


class AttachChoice(StrEnum):
    """What evidence a book carries."""

    PAGE_JSON = "page,json"
    JSON = "json"
    NONE = "none"


Attach = Annotated[
    AttachChoice | None,
    typer.Option(
        "--attach",
        help="Evidence inside the book. Default: page,json for one thread, json for several.",
        show_default=False,
    ),
]


def check_pages(pages: list[str]) -> None:
    """Refuse what can be no path.

    Raises:
        UsageError: an empty word, or a web address.
    """
    for page in pages:
        if not page:
            raise UsageError("a PAGE is empty (an unset variable?): give a file, a folder, or - for standard input")
        refuse_address(page)


def refuse_address(page: str) -> None:
    """Refuse what is on the web.

    Raises:
        UsageError: it is an address there.
    """
    if page.lower().startswith(("http://", "https://")):
        raise UsageError(f"{page}: threadbound reads saved pages; open it in a browser, save it, and give the file")
