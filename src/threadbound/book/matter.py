"""What stands before and behind the chapters of a collection, as records: no markup, no page numbers.

Where something is in the book is said by anchors (ids of posts, figures and chapters): a product that has pages gives
their numbers, one that has none gives links.
"""

from __future__ import annotations

from msgspec import Struct

from threadbound.book.collection import Listed, Volume
from threadbound.book.parts import Part
from threadbound.book.phrases import Entry


class Place(Struct, frozen=True):
    """A post in which something is named."""

    anchor: str
    """Where in it that stands; its own id, or that of the chapter which it opens, where nobody knows better."""
    n: int
    """Of the post."""


class Group(Struct, frozen=True):
    """The posts of one chapter in which something is named, in order."""

    chapter: str
    """The chapter's id."""
    label: str
    """Its day, short, or its short title: how a product without pages calls it."""
    places: tuple[Place, ...]


class Term(Struct, frozen=True):
    """An entry of an index."""

    words: str
    note: str
    """What is said beside it, e.g. the handle of a person; may be empty."""
    groups: tuple[Group, ...]
    direction: str | None = None


class Letter(Struct, frozen=True):
    """The entries under one heading."""

    head: str
    terms: tuple[Term, ...]


class Index(Struct, frozen=True):
    """Where in the book something is named."""

    id: str
    """``people``, ``subjects`` or ``sites``."""
    title: str
    letters: tuple[Letter, ...]


class Reference(Struct, frozen=True):
    """An address outside the book."""

    url: str
    title: str
    """As a preview of the page gives it; may be empty."""
    groups: tuple[Group, ...]


class Site(Struct, frozen=True):
    """The addresses of one site, sorted."""

    host: str
    references: tuple[Reference, ...]


class Shown(Struct, frozen=True):
    """A picture in the list of pictures."""

    anchor: str
    words: str
    """What its author says of it, or where it stands."""
    chapter: str


class Matter(Struct, frozen=True):
    """All of it. A book of one thread has none."""

    about: tuple[Entry, ...] = ()
    """"About this edition"."""
    parts: tuple[Part, ...] = ()
    indexes: tuple[Index, ...] = ()
    bibliography: tuple[Site, ...] = ()
    pictures: tuple[Shown, ...] = ()
    volume: Volume | None = None
    elsewhere: tuple[Listed, ...] = ()
    """Chapters of the other volumes."""
