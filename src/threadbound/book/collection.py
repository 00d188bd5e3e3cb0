"""What was decided about a collection, as its book carries it: ``collection.json``.

Before: what the user asked for, and the threads. After: a :class:`Collection`, which with the threads in their order
is all that it takes to bind the same book again. How the book looks is in it for its next edition (``--update``)
alone: whoever binds what came out of a book asks for a look anew.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Literal

import msgspec

from threadbound.book import tags
from threadbound.book.look import Look
from threadbound.errors import FileTrouble

#: Name and version of the shape.
SCHEMA = "threadbound.collection/1"
NAME = "collection.json"
#: By the day of the threads, the same backwards, by their short titles, or as the user named them.
Order = Literal["date", "reverse", "title", "given"]
Parts = Literal["year", "month", "none"]
_DIGEST = re.compile(r"[0-9a-f]{64}")
_COVER = re.compile(r"cover\.(?:jpg|png|gif|webp|avif|bmp|tiff?|heic)")


class Edition(msgspec.Struct, frozen=True, omit_defaults=True):
    """One making of the book."""

    number: int
    """From 1."""
    date: str
    """ISO 8601 with ``Z``: of its newest evidence, never the clock."""
    threads: int
    posts: int
    new: tuple[str, ...] = ()
    """Keys (:func:`~threadbound.book.identity.key`) of the threads that the edition before did not have."""
    grown: tuple[str, ...] = ()
    """Of those that are not as they were: a newer capture came, with more or with less, or pictures were found."""
    dropped: tuple[str, ...] = ()
    """Short titles of the threads that were let go."""
    retitled: bool = False
    """Whether the book, or a thread that the edition before had, got another title of the user's."""
    unbound: int = 0
    """How many pages that were given for it could not be read, or make no chapter."""


class Listed(msgspec.Struct, frozen=True):
    """A chapter in the contents that all volumes have in common."""

    title: str
    detail: str
    """Its author, where the volumes have several, its date and number of posts, for people."""
    volume: int


class Volume(msgspec.Struct, frozen=True):
    """A book that is one of several."""

    number: int
    of: int
    listed: tuple[Listed, ...] = ()
    """The chapters of all volumes, in order."""
    set_identifier: str = ""
    """Stable ``urn:`` of all of them together."""
    title: str = ""
    """What all of them are called, where the user says nothing."""


class Cover(msgspec.Struct, frozen=True, omit_defaults=True):
    """What stands on the cover."""

    kind: Literal["drawn", "file", "none"] = "drawn"
    name: str = ""
    """Of the carried file."""
    sha256: str = ""
    media_type: str = ""


class Chosen(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a thread had to fit to be in the book: every line of this."""

    authors: tuple[str, ...] = ()
    """Handles, any of which will do; with an ``@`` surely a handle."""
    since: date | None = None
    until: date | None = None
    match: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    listed: bool = False
    """Whether a file listed the threads: no other one fits."""
    names: tuple[str, ...] = ()
    """Display names of authors without a handle, any of whom will do as well; empty: of whom nothing is known."""


class Collection(msgspec.Struct, frozen=True, omit_defaults=True):
    """The whole of it; every default is what is done unless somebody decides otherwise."""

    title: str = ""
    """The user's own; empty: made of the threads."""
    order: Order = "date"
    """How the threads were put in order; they are carried in it."""
    parts: Parts | None = None
    """``None``: as fits their number (:func:`~threadbound.book.parts.fitting`)."""
    titles: dict[str, str] = {}
    """Key of a thread → its short title, where the user gave one."""
    chosen: tuple[str, ...] = ()
    """How the threads were chosen, a phrase each; nothing where all that there were are here."""
    choices: tuple[Chosen, ...] = ()
    """The same for programs: a new thread of which any holds belongs into the next edition. None: every one does."""
    undated: int = 0
    """How many threads were left out for their days alone, which are not known."""
    unbound: int = 0
    """How many pages that were given for it could not be read, or make no chapter."""
    cover: Cover = Cover()
    pictures: bool = False
    """Whether there is a list of pictures."""
    volume: Volume | None = None
    editions: tuple[Edition, ...] = ()
    """The log; nothing while there is but one."""
    identifier: str = ""
    """Of the first edition; empty: made of the threads."""
    look: Look | None = None
    """How it looks; ``None``: as usual, or it was made by a version that did not remember it."""

    @property
    def latest(self) -> Edition | None:
        """The edition that this is, where there were others before it."""
        return self.editions[-1] if len(self.editions) > 1 else None


class _Written(msgspec.Struct, frozen=True):
    collection: Collection
    schema: str = SCHEMA


class _Marked(msgspec.Struct):
    schema: str = ""


def encode(collection: Collection) -> bytes:
    """The record as UTF-8 JSON, for people too."""
    return msgspec.json.format(msgspec.json.encode(_Written(collection)), indent=2) + b"\n"


def decode(name: str, data: bytes) -> Collection:
    """The record in ``data``, which anybody may have written.

    Raises:
        FileTrouble: it is none that this version reads.
    """
    try:
        schema = msgspec.json.decode(data, type=_Marked).schema
        if schema != SCHEMA:
            raise FileTrouble(f"{name}: of the schema {schema[:60]!r}, which this version does not read")
        found = msgspec.json.decode(data, type=_Written).collection
    except (msgspec.MsgspecError, RecursionError) as error:
        raise FileTrouble(f"{name}: no record of a collection: {error}") from error
    cover = found.cover
    if cover.kind == "file" and not (_COVER.fullmatch(cover.name) and _DIGEST.fullmatch(cover.sha256)):
        raise FileTrouble(f"{name}: it names a cover that cannot be one")
    if found.volume and not 1 <= found.volume.number <= found.volume.of:
        raise FileTrouble(f"{name}: it is volume {found.volume.number} of {found.volume.of}")
    if found.look and found.look.language and tags.trouble(found.look.language):
        raise FileTrouble(f"{name}: it names a language that is none")
    return found
