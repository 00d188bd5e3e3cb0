"""File names of books, safe on every system.

After :func:`file_stem`: NFC, no character that Windows, macOS or a shell objects to, no leading or trailing dot, space
or hyphen, no reserved name, at most :data:`LONGEST` bytes.
"""

from __future__ import annotations

import re
import string
import unicodedata
from collections.abc import Sequence

from threadbound.book import dates
from threadbound.book.people import known_by
from threadbound.errors import UsageError
from threadbound.model.thread import Thread

DEFAULT_TEMPLATE = "{date}-{handle}-{id}-{slug}"
FIELDS = frozenset({"date", "handle", "id", "slug"})
#: Bytes of UTF-8, without the suffix: room for a temporary name within the 255 of common file systems.
LONGEST = 160
SLUG_WORDS = 8
#: Device names of Windows (Microsoft, "Naming Files, Paths, and Namespaces").
RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com[\d¹²³]|lpt[\d¹²³])\s*(\.|$)")
#: Stands for a field without a value until its hyphen is gone; no safe name holds it.
_EMPTY = "\x00"


def check_template(template: str) -> str:
    """``template`` as it is.

    Raises:
        UsageError: it names a field that there is not, or is no template.
    """
    try:
        fields = [field for field in string.Formatter().parse(template) if field[1] is not None]
    except ValueError as error:
        raise UsageError(f"the name template {template!r} cannot be read: {error}") from None
    names = {name or "" for _, name, _, _ in fields}
    if any(form or conversion for _, _, form, conversion in fields):
        raise UsageError(f"the name template {template!r} says how to print a field: use its plain name, e.g. {{date}}")
    if unknown := names - FIELDS:
        known = ", ".join(f"{{{name}}}" for name in sorted(FIELDS))
        raise UsageError(f"the name template has no field {{{min(unknown)}}}: use {known}")
    return template


def file_stem(threads: Sequence[Thread], title: str, template: str = DEFAULT_TEMPLATE) -> str:
    """The name of a book of these threads, without a suffix. What is unknown is left out with its hyphen.

    Args:
        threads: of the book.
        title: of the one thread, or the user's own of several; else empty.
        template: as :func:`check_template` takes it.
    """
    day = min((day for thread in threads if (day := dates.parse(thread.published))), default=None)
    only = len(threads) == 1
    fields = {
        "date": day.isoformat() if day else "",
        "handle": _whose(threads),
        "id": (threads[0].id or "") if only else f"{len(threads)}-threads",
        "slug": slug(title),
    }
    filled = template.format(**{name: safe(value) or _EMPTY for name, value in fields.items()})
    return safe(re.sub(f"[-_ ]?{_EMPTY}", "", filled)) or "thread"


def _whose(threads: Sequence[Thread]) -> str:
    """The handle of their one author, however it is spelled; where there is none the display name, like a title."""
    authors = [thread.author for thread in threads]
    keys = {author.handle.casefold() or f"={known_by(author)}" for author in authors}
    return min(author.handle or slug(author.name) for author in authors) if len(keys) == 1 else "several-authors"


def volume_stem(stem: str, number: int, of: int) -> str:
    """The name of one volume of a set: numbers of one width, so that they sort."""
    return f"{stem}-volume-{number:0{len(str(of))}}-of-{of}"


def slug(title: str) -> str:
    """The first words of a title, in lower case, joined by hyphens; letters of every script stay."""
    text = unicodedata.normalize("NFC", title).lower().replace("'", "").replace("’", "")
    # vowel signs and other marks (M) belong to their words as letters do
    kept = "".join(c if unicodedata.category(c)[0] in "LNM" else " " for c in text)
    return "-".join(kept.split()[:SLUG_WORDS])


def safe(name: str) -> str:
    """``name`` as one part of a path that every system takes."""
    text = unicodedata.normalize("NFC", name)
    kept = "".join(c if unicodedata.category(c)[0] in "LNM" or c in "-_.,+=@ " else "-" for c in text)
    text = re.sub(r"-{2,}", "-", kept).strip(" .-")
    text = f"_{text}" if RESERVED.match(text) else text
    return text.encode()[:LONGEST].decode(errors="ignore").rstrip(" .-")
