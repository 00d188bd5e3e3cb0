"""The book as a record: front matter, chapters, colophon, metadata."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from threadbound.book.blocks import Block, Mark, Paragraph
from threadbound.book.collection import Cover
from threadbound.book.matter import Matter
from threadbound.book.phrases import Entry
from threadbound.digests import sha256, stamp
from threadbound.model.media import Media
from threadbound.model.text import Inline, Mention
from threadbound.model.thread import Author
from threadbound.tools.packed import Packed

#: Where addresses are printed in full: in notes at the end of the thread, in notes at the foot of the page (of an EPUB:
#: that readers show over it), where the link stands, or nowhere (it leads there all the same).
Links = Literal["endnote", "footnote", "inline", "none"]


#: What a book says of its language when no page does (BCP 47 for "undetermined").
UNDETERMINED = "und"


class Heading(Struct, frozen=True):
    """How a chapter opens: the thread's own first words wherever possible."""

    words: tuple[Inline, ...]
    short: str
    """For running heads, outline and contents: plain text, the first post's first words, at most 80 characters; whose
    thread it is where the post has no words; the user's own title where there is one."""
    title: str
    """For the book's title: plain text, the same words, at most 140 characters."""
    title_direction: str | None = None
    """Of :attr:`short` and :attr:`title`."""
    title_language: str | None = None
    """The same, BCP 47, where it is known."""
    given: str = ""
    """The user's own title, which stands over the words; empty where the words say it or there is none."""
    mark: Mark | None = None
    """Where the heading is the whole first post."""
    is_long: bool = False
    """A long first sentence, or a whole first post: set smaller."""
    direction: str | None = None
    language: str | None = None
    """BCP 47, where it is known."""
    is_ours: bool = False
    """No words of the first post stand there: made by the program, or the user's own title."""


class Chapter(Struct, frozen=True):
    """One thread, as it is set."""

    id: str
    """``t`` and digits: ``t1`` of a single thread, else those of the thread's id. Anchors in the book start with it."""
    author: Author
    portrait: Media | None
    """The author's picture, where its bytes are there."""
    reply_to: tuple[Mention, ...]
    """Whom the first post answers: the mentions that sites hide."""
    heading: Heading
    opening: str
    """Id of the heading: where the first post begins there, that post's."""
    date: str
    """For people, e.g. ``29 September 2022``; empty when unknown."""
    post_count: int
    extent: str
    """How many posts are there, of how many, for people: ``7 of 41 posts``."""
    reading_minutes: int
    language: str
    source: str
    """Canonical address of the thread's page; empty when unknown."""
    blocks: tuple[Block, ...]
    notes: tuple[str, ...]
    """Targets of the links, in order, each once: note 1 is the first. None where the book has no notes."""
    links: Links = "endnote"
    """Where a link's full address is printed."""
    crossings: dict[str, str] = {}
    """Address → the id in the book of the post or thread that stands there."""
    fresh: str = ""
    """That the chapter is new in this edition, for people; else empty."""
    by: str = ""
    """What the author is called in all of the book: as in the newest capture; :attr:`author` is as this one has it."""

    def note(self, url: str) -> int:
        """Number of the note that gives ``url`` in full."""
        return self.notes.index(url) + 1


class Evidence(Struct, frozen=True):
    """A file that the book carries inside."""

    name: str
    media_type: str
    description: str
    relationship: str
    """AFRelationship of PDF 2.0 / ISO 19005-3: ``Source`` or ``Data``."""
    held: bytes | Packed

    @property
    def data(self) -> bytes:
        """Its bytes."""
        return self.held.unpacked() if isinstance(self.held, Packed) else self.held

    @property
    def stamp(self) -> tuple[int, int]:
        """How many bytes there are, and their CRC-32."""
        held = self.held
        return (held.size, held.checksum) if isinstance(held, Packed) else stamp(held)

    @property
    def sha256(self) -> str:
        """Their digest."""
        return self.held.sha256 if isinstance(self.held, Packed) else sha256(self.held)


class Permalink(Struct, frozen=True):
    """Where one post is, and when it was written."""

    n: int
    address: str
    """Its id, or its whole address where the posts have no common base."""
    time: str
    """In UTC, to the second; the day is said when it is another one than before. Empty where it is unknown."""


class Provenance(Struct, frozen=True):
    """Where one thread comes from and what was lost on the way."""

    title: str
    entries: tuple[Entry, ...]
    permalinks: tuple[Permalink, ...]
    permalink_base: str
    """What the ids follow, e.g. ``twitter.com/name/status/``."""

    @property
    def has_days(self) -> bool:
        """Whether most of the posts share their day with another: each day may then stand over its posts."""
        return 2 * sum(", " in post.time for post in self.permalinks) <= len(self.permalinks)


class Colophon(Struct, frozen=True):
    """The last pages: how the book was made and from what."""

    opening: str
    provenances: tuple[Provenance, ...]
    attached: tuple[Entry, ...]
    """What the book carries inside; nothing where it carries nothing."""
    software: str
    """Name and version of what made it."""


class Series(Struct, frozen=True):
    """The group of books that a book stands in."""

    name: str
    identifier: str
    """Stable ``urn:`` of the group."""
    kind: Literal["series", "set"]
    """Of EPUB 3.3's ``collection-type``: a series goes on, a set is whole."""
    position: str = ""
    """A number; empty where there is no order, or it is unknown."""


#: The day of the first post on Twitter.
FIRST_DAY = "2006-03-21T00:00:00Z"


class Book(Struct, frozen=True):
    """A thread or several, bound."""

    identifier: str
    """Stable ``urn:``, the same for the same threads."""
    title: str
    subtitle: str
    """For the cover, e.g. ``A thread of 14 posts, 29 September 2022``."""
    authors: tuple[Author, ...]
    language: str
    date: str | None
    """ISO 8601: when the first thread was published."""
    modified: str
    """ISO 8601 with ``Z``: of the newest evidence (never the clock: the same page gives the same bytes); where nothing
    is known :data:`FIRST_DAY`, since an EPUB must have one."""
    sources: tuple[str, ...]
    subjects: tuple[str, ...]
    """Hashtags, without the ``#``."""
    description: str
    years: str
    """Those of its threads, e.g. ``2020–2025``; empty where no date is known."""
    chapters: tuple[Chapter, ...]
    colophon: Colophon
    evidence: tuple[Evidence, ...] = ()
    series: Series | None = None
    works: tuple[str, ...] = ()
    """Of several threads: the identifier that each has in a book of its own."""
    matter: Matter = Matter()
    """What stands round the chapters of a collection."""
    cover: Cover = Cover()

    @property
    def is_collection(self) -> bool:
        """More than one thread: contents and a title page are worth their paper."""
        return len(self.chapters) > 1 or self.matter.volume is not None

    @property
    def catalogue_title(self) -> str:
        """What library programs list it by: the title, of a volume with its number, which no list shows otherwise."""
        volume = self.matter.volume
        return f"{self.title}, volume {volume.number}" if volume else self.title

    @property
    def is_retitled(self) -> bool:
        """Whether a book of one thread is not called by the thread's own first words, which head its chapter."""
        return not self.is_collection and self.title != self.chapters[0].heading.title

    @property
    def languages(self) -> tuple[str, ...]:
        """Those of the threads' words, the book's own first; the program's own words, in English, do not count.

        Never empty, and ``und`` ("undetermined") only where none is known.
        """
        found: list[str | None] = [self.language]
        for chapter in self.chapters:
            found += [chapter.language, None if chapter.heading.is_ours else chapter.heading.language]
            found += [block.language for block in chapter.blocks if isinstance(block, Paragraph)]
        return tuple(each for each in dict.fromkeys(found) if each and each != UNDETERMINED) or (UNDETERMINED,)
