"""A thread: who wrote which posts when, and where we have it from.

Times are aware, in UTC, to the second. What a page does not say is ``None`` or empty, never guessed.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec

from threadbound.model.media import Found, Media
from threadbound.model.text import Inline, Link, plain_text, with_links
from threadbound.notices import Notice


class Author(msgspec.Struct, frozen=True):
    """Who wrote the thread."""

    handle: str
    """Without the ``@``; empty where the page does not say."""
    name: str = ""
    """The display name, emoji included."""
    url: str | None = None
    """The profile."""
    avatar: str | None = None
    """Address of the portrait."""
    avatar_references: tuple[str, ...] = ()
    """Like :attr:`Media.references`."""
    avatar_sha256: str | None = None
    """Of the portrait's bytes, once they are found."""
    avatar_found: Found | None = None
    """Where those bytes come from."""


class Quote(msgspec.Struct, frozen=True):
    """A post quoted inside a post. Often the page holds nothing but its address."""

    id: str | None = None
    url: str | None = None
    author: str | None = None
    """The handle, without the ``@``."""
    name: str | None = None
    text: str = ""
    """Line feeds between lines, links as their full targets, behind their words where these are no address; empty where
    the page does not hold the words."""
    time: datetime | None = None
    """Computed from the id."""
    media: tuple[Media, ...] = ()

    @property
    def links(self) -> tuple[str, ...]:
        """Every link target in the words, in order."""
        return tuple(node.url for node in with_links(self.text) if isinstance(node, Link))


class Card(msgspec.Struct, frozen=True):
    """The preview of a linked page."""

    url: str
    title: str = ""
    description: str = ""
    image: Media | None = None


class Choice(msgspec.Struct, frozen=True):
    """One answer of a poll."""

    text: str
    votes: int | None = None
    share: float | None = None
    """Per cent, where the page says."""


class Poll(msgspec.Struct, frozen=True):
    """A poll that a post carries."""

    choices: tuple[Choice, ...]
    votes: int | None = None
    """All together, where the page says."""
    ended: datetime | None = None
    """When it ended or was to end."""


class Wording(msgspec.Struct, frozen=True):
    """What other captures have in place of a post's words: it was edited, or one of them has less of it."""

    captures: tuple[str, ...]
    """Digests of the captures that have it."""
    body: tuple[Inline, ...] = ()


class Post(msgspec.Struct, frozen=True):
    """One post of the thread."""

    n: int
    """Place in the thread, from 1."""
    id: str | None = None
    url: str | None = None
    """Permalink."""
    author: str | None = None
    """The handle of who wrote it, without the ``@``."""
    time: datetime | None = None
    time_source: Literal["page", "id"] | None = None
    """Whether the page says the time, or it was computed from the id."""
    language: str | None = None
    """BCP 47, where the page says."""
    body: tuple[Inline, ...] = ()
    media: tuple[Media, ...] = ()
    quotes: tuple[Quote, ...] = ()
    cards: tuple[Card, ...] = ()
    polls: tuple[Poll, ...] = ()
    wordings: tuple[Wording, ...] = ()
    """Of a thread that was captured several times: the post's words where other captures have others, each once."""
    capture: str | None = None
    """Likewise: the digest of the capture that it is from, where that is not the first of the thread's."""

    @property
    def text(self) -> str:
        """The words, with line feeds, and with each link as its full target."""
        return plain_text(self.body)

    @property
    def links(self) -> tuple[str, ...]:
        """The targets of the links in the words and on the cards, in order, each once."""
        urls = [node.url for node in self.body if isinstance(node, Link)] + [card.url for card in self.cards]
        return tuple(dict.fromkeys(urls))

    @property
    def all_media(self) -> tuple[Media, ...]:
        """Its own pictures and clips, and those of the posts that it quotes."""
        return (*self.media, *(media for quote in self.quotes for media in quote.media))


class OtherThread(msgspec.Struct, frozen=True):
    """Another thread that the page advertises ("More from @x"): a lead for a collector, no part of this thread."""

    id: str | None = None
    url: str | None = None
    author: str | None = None
    published: str | None = None
    """ISO 8601, as exact as the page says."""
    declared_posts: int | None = None
    excerpt: str = ""


class CaptureNote(msgspec.Struct, frozen=True):
    """Where a thread was read from: the provenance of one saved page."""

    name: str
    """The file's name, without folders; ``stdin`` for standard input."""
    container: str
    """The form of saved page, e.g. ``mhtml``."""
    sha256: str
    """Of the file's bytes as they were: the capture's identity."""
    size: int = 0
    """Bytes."""
    saved_at: datetime | None = None
    """When it was saved, where the page itself says so."""
    source_url: str | None = None
    """The address it was saved from, where the page says."""
    saved_as_said: Annotated[str, msgspec.Meta(pattern=r"^[0-9]{4}(-[0-9]{2}){0,2}$")] | msgspec.UnsetType = (
        msgspec.UNSET
    )
    """When it was saved, as whoever bound it said, since the page does not: a day, month or year (ISO 8601). It is no
    evidence: no step reckons with it. Left out of the JSON where nobody said anything."""


class Thread(msgspec.Struct, frozen=True):
    """One thread as captured."""

    site: str
    """Name of the adapter that read it, e.g. ``threadreader``."""
    author: Author
    posts: tuple[Post, ...]
    id: str | None = None
    """The root post's id, as the page's address has it."""
    url: str | None = None
    """Canonical address of the page."""
    title: str = ""
    """First words of the thread, short enough for a list (at most 80 characters); never invented."""
    published: str | None = None
    """ISO 8601 in UTC: ``2022-09-29`` or ``2022-09-29T12:34:56Z``, as exact as is known."""
    published_text: str | None = None
    """The date as the page prints it."""
    language: str | None = None
    """BCP 47, where the page says."""
    declared_posts: int | None = None
    """How many posts the page says there are."""
    reading_minutes: int | None = None
    """The page's own estimate."""
    other_threads: tuple[OtherThread, ...] = ()
    captures: tuple[CaptureNote, ...] = ()
    notices: tuple[Notice, ...] = ()
