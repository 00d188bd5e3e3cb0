"""Blocks: what a chapter is made of, in reading order. Frozen, free of markup and of any measure."""

from __future__ import annotations

import unicodedata

from msgspec import Struct

from threadbound.model.media import Media
from threadbound.model.text import Inline, plain_text


class Mark(Struct, frozen=True):
    """The number of a post in the margin: its place and its permalink."""

    n: int
    label: str
    """What is printed: the place, or the author's own numbering ("3/") where it says the same."""
    url: str | None
    anchor: str
    """Id of the post in the book."""
    is_opening: bool = False
    """Of the first post: its id stands on the chapter's heading."""


class Paragraph(Struct, frozen=True, tag=True):
    """A paragraph of a post."""

    words: tuple[Inline, ...]
    mark: Mark | None = None
    """On the first paragraph of a post."""
    flush: bool = False
    """No indent: after a heading, a figure, a quotation or a pause."""
    is_apart: bool = False
    """Space above it: it begins a stanza of the author's."""
    is_kept: bool = False
    """No page ends behind it: it is the first line of a stanza, or the last but one."""
    item: str | None = None
    """The number or bullet of the author's own list, e.g. ``1.``; not repeated in ``words``."""
    language: str | None = None
    direction: str | None = None
    """``rtl`` where the first strong character is; otherwise nothing."""
    named: tuple[tuple[int, str], ...] = ()
    """Index of a word → its id in the book, where an index leads to it."""


class Figure(Struct, frozen=True, tag=True):
    """One to many pictures of one post, whole and in order. Each has its ``sha256`` and its size."""

    pictures: tuple[Media, ...]
    post: int
    anchor: str = ""
    """Its id in the book, where the list of pictures leads to it."""


class Clip(Struct, frozen=True, tag=True):
    """A video or GIF: its poster, where there is one, and where the clip is."""

    media: Media
    post: int
    anchor: str = ""
    """As of a :class:`Figure`."""


class LostPicture(Struct, frozen=True, tag=True):
    """A picture that the capture does not hold: a frame with its address."""

    media: Media
    post: int


#: Characters of a quoted post that may be divided, some eight lines of them; and what a line's end leaves empty.
LONG_QUOTATION, SHORT_OF_LINE = 560, 30


class Quotation(Struct, frozen=True, tag=True):
    """A quoted post, or its address where the page holds no more; without a name, other words of a post in the book."""

    name: str
    handle: str
    date: str
    url: str | None
    lines: tuple[tuple[Inline, ...], ...]
    figures: tuple[Figure | Clip | LostPicture, ...] = ()
    language: str | None = None
    """Of the lines, where it is known."""
    are_apart: tuple[bool, ...] = ()
    """Of each line whether there is space above it, as of a paragraph; of a quoted post nothing is said."""
    anchor: str = ""
    """Its id in the book, where an index leads to what it names."""

    @property
    def is_long(self) -> bool:
        """Whether it may be divided: together it might not fit on what is left of a page."""
        return sum(len(plain_text(line)) + SHORT_OF_LINE for line in self.lines) > LONG_QUOTATION


class LinkCard(Struct, frozen=True, tag=True):
    """The preview of a linked page."""

    url: str
    host: str
    title: str
    description: str
    picture: Media | None = None
    """Its picture, where its bytes are there."""
    language: str | None = None
    """Of title and description, where it is known."""
    anchor: str = ""
    """As of a :class:`Quotation`."""


class Answer(Struct, frozen=True):
    """One answer of a poll."""

    text: str
    figure: str
    """``61.2 %``, or the votes; empty where the page says neither."""
    part: float | None
    """Of all votes, 0 to 1."""
    is_first: bool
    """No other has more votes."""


class Ballot(Struct, frozen=True, tag=True):
    """A poll, with how it went."""

    answers: tuple[Answer, ...]
    summary: str
    """``1,204 votes, ended 12 May 2024``; empty where nothing is known."""


class PostHead(Struct, frozen=True, tag=True):
    """Where posts are set one by one: the number of the one that begins here, and its time."""

    mark: Mark
    time: str
    """For people; empty where it is not known."""


class Pause(Struct, frozen=True, tag=True):
    """The author came back another day."""

    text: str


class Gap(Struct, frozen=True, tag=True):
    """Posts that the page numbers but does not hold."""

    text: str


class Kept(Struct, frozen=True, tag=True):
    """What captures of the thread have otherwise: the post that follows, or words, which are quoted then."""

    text: str


Block = Paragraph | Figure | Clip | LostPicture | Quotation | LinkCard | Ballot | PostHead | Pause | Gap | Kept

#: Characters of a paragraph of two lines: one so short goes with the picture, quoted post, preview or poll under it.
TWO_LINES = 130
#: Classes of characters that take the room of two (Unicode Standard Annex 11).
_WIDE = frozenset("WF")


def leads_to(block: Block, following: Block) -> bool:
    """Whether ``block`` is a line or two before what it speaks of."""
    shown = isinstance(following, Figure | Clip | LostPicture | Quotation | LinkCard | Ballot)
    return shown and isinstance(block, Paragraph) and room(plain_text(block.words)) <= TWO_LINES


def room(text: str) -> int:
    """How many Latin characters take the room of ``text``."""
    return sum(1 + (unicodedata.east_asian_width(character) in _WIDE) for character in text)
