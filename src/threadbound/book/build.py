"""Threads → Book. Before: threads in the order given, pictures known. After: one book, in order of date.

The identifier depends on nothing but the threads' own identities, so that a book made again is the same book.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC

from msgspec import Struct
from msgspec.structs import replace

from threadbound.book import around, dates
from threadbound.book.around import crossed
from threadbound.book.blocks import Block, LinkCard, Paragraph, Quotation
from threadbound.book.book import FIRST_DAY, UNDETERMINED, Book, Chapter, Evidence, Links
from threadbound.book.collection import Collection
from threadbound.book.colophon import colophon
from threadbound.book.crossings import crossings
from threadbound.book.essay import STYLES, Essay
from threadbound.book.extent import extent
from threadbound.book.heading import shorten
from threadbound.book.identity import author_key, authors_of, chapter_ids, identifier, series
from threadbound.book.language import language_of, main_language
from threadbound.book.matter import Matter
from threadbound.book.named import marked
from threadbound.book.people import called, told_apart
from threadbound.book.polish import polished, polished_heading
from threadbound.book.tags import known
from threadbound.book.titles import usual_title, years
from threadbound.model.media import Media
from threadbound.model.text import Hashtag, Inline, Link, plain_text
from threadbound.model.thread import Author, Thread

WORDS_A_MINUTE = 230
#: Characters of a description: a post as it was for years, and more than catalogues show.
LONGEST_DESCRIPTION = 500
#: Where addresses are printed in notes.
NOTED = frozenset({"endnote", "footnote"})


class Binding(Struct, frozen=True):
    """What the caller decides about a book."""

    software: str
    """Name and version, for the colophon."""
    modified: str
    """ISO 8601 with ``Z``."""
    language: str | None = None
    """Of each thread whose page does not say it."""
    evidence: Callable[[], tuple[Evidence, ...]] = tuple
    """Gives what the book carries; asked when the chapters are made, which others may be setting meanwhile."""
    style: str = "essay"
    """A key of :data:`~threadbound.book.essay.STYLES`."""
    links: Links = "endnote"
    polish: bool = False
    """Quotes, dashes and spaces as the language's typesetters set them."""
    collection: Collection = Collection()
    """What was decided about a book of several threads."""
    marks_names: bool = True
    """Whether what its posts name has ids; else indexes lead to the posts."""


def _nobody(_chapter: Chapter) -> None:
    """Nobody waits for the chapters."""


def is_collection(threads: Sequence[Thread], collection: Collection) -> bool:
    """Whether the book of these threads has contents and whatever else stands round chapters."""
    return len(threads) > 1 or collection.volume is not None


def build(threads: Sequence[Thread], binding: Binding, begun: Callable[[Chapter], None] = _nobody) -> Book:
    """One book of ``threads``.

    Args:
        threads: at least one, in reading order.
        binding: what the caller decides.
        begun: told each chapter as soon as it is made; what stands round them is not yet.
    """
    collection = binding.collection
    people = authors_of(threads)
    chapters = tuple(_told(_chapters(threads, people, binding), begun))
    authors = tuple(people.values())
    matter = around.matter(threads, chapters, authors, collection) if is_collection(threads, collection) else Matter()
    languages = ((c.language if c.language != UNDETERMINED else None, c.post_count) for c in chapters)
    title = _title(threads, chapters, collection)
    own = collection.identifier or identifier(threads)
    evidence = binding.evidence()
    return Book(
        identifier=own,
        title=title,
        subtitle=_subtitle(threads, collection),
        authors=authors,
        language=main_language(languages) or known(binding.language) or UNDETERMINED,
        date=min((thread.published for thread in threads if thread.published), default=None),
        modified=binding.modified,
        sources=tuple(dict.fromkeys(thread.url for thread in threads if thread.url)),
        subjects=_subjects(threads),
        description=_description(threads, collection),
        years=years(threads),
        chapters=chapters,
        colophon=colophon(
            threads,
            binding.software,
            evidence,
            polished=binding.polish,
            headed=not all(chapter.heading.is_ours for chapter in chapters),
        ),
        evidence=evidence,
        series=series(threads, title, own, collection.volume),
        works=tuple(identifier([thread]) for thread in threads) if len(threads) > 1 else (),
        matter=matter,
        cover=collection.cover,
    )


def modified(threads: Iterable[Thread]) -> str:
    """The time of the newest evidence, ISO 8601 with ``Z``: of the last capture or picture, else of the last thread.

    Never the clock: the same pages give the same bytes. Where nothing is known, :data:`FIRST_DAY`.
    """
    all_threads = list(threads)
    saved = [note.saved_at for thread in all_threads for note in thread.captures if note.saved_at]
    found = [media.found for thread in all_threads for post in thread.posts for media in post.all_media if media.found]
    saved += [each.fetched for each in found if each.fetched]
    if saved:
        return max(saved).astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    published = max((thread.published for thread in all_threads if thread.published), default=FIRST_DAY)
    return published if "T" in published else f"{published}T00:00:00Z"


def _chapters(threads: Sequence[Thread], people: Mapping[str, Author], binding: Binding) -> Iterator[Chapter]:
    """The chapters, each made when it is asked for."""
    ids = chapter_ids(threads)
    names = dict(zip(people, told_apart(list(people.values())), strict=True))
    chapters = (
        replace(_chapter(thread, own, binding), by=names[author_key(thread)])
        for thread, own in zip(threads, ids, strict=True)
    )
    if not is_collection(threads, binding.collection):
        return chapters
    openings = [_opening(thread, own, binding) for thread, own in zip(threads, ids, strict=True)]
    if binding.marks_names:
        chapters = (replace(chapter, blocks=tuple(marked(chapter))) for chapter in chapters)
    return crossed(threads, chapters, crossings(threads, ids, openings), binding.collection)


def _told(chapters: Iterable[Chapter], begun: Callable[[Chapter], None]) -> Iterator[Chapter]:
    """The chapters, each told before the next is made."""
    for chapter in chapters:
        begun(chapter)
        yield chapter


def _opening(thread: Thread, chapter_id: str, binding: Binding) -> str:
    """The id on the heading of a chapter."""
    return f"{chapter_id}-p{thread.posts[0].n}" if binding.style == "essay" else f"{chapter_id}-h"


def _chapter(thread: Thread, chapter_id: str, binding: Binding) -> Chapter:
    text = STYLES[binding.style](thread, chapter_id)
    language = _language(thread, binding.language)
    blocks = tuple(polished(text.blocks, language) if binding.polish else text.blocks)
    return Chapter(
        id=chapter_id,
        author=thread.author,
        portrait=_portrait(thread.author),
        reply_to=text.reply_to,
        heading=polished_heading(text.heading, language) if binding.polish else text.heading,
        opening=_opening(thread, chapter_id, binding),
        date=dates.long(dates.parse(thread.published)) or thread.published_text or "",
        post_count=len(thread.posts),
        extent=extent([thread]),
        reading_minutes=thread.reading_minutes or _minutes(thread),
        language=language,
        source=thread.url or "",
        blocks=blocks,
        notes=_notes(text) if binding.links in NOTED else (),
        links=binding.links,
    )


def _minutes(thread: Thread) -> int:
    """How long it takes to read."""
    return max(1, round(sum(len(post.text.split()) for post in thread.posts) / WORDS_A_MINUTE))


def _portrait(author: Author) -> Media | None:
    if not author.avatar_sha256:
        return None
    return Media("image", author.avatar or "", alt=f"Portrait of {called(author)}", sha256=author.avatar_sha256)


def _notes(text: Essay) -> tuple[str, ...]:
    """Every link target of the chapter, in reading order, each once."""
    urls = [node.url for node in text.heading.words if isinstance(node, Link)]
    for block in text.blocks:
        urls += _targets(block)
    return tuple(dict.fromkeys(urls))


def _targets(block: Block) -> list[str]:
    match block:
        case Paragraph(words=words):
            return [node.url for node in words if isinstance(node, Link)]
        case LinkCard(url=url):
            return [url]
        case Quotation(url=url, lines=lines):
            said = [node.url for line in lines for node in line if isinstance(node, Link)]
            return [url, *said] if url else said
        case _:
            return []


def _title(threads: Sequence[Thread], chapters: Sequence[Chapter], collection: Collection) -> str:
    if collection.title or collection.volume:
        return collection.title or (collection.volume.title if collection.volume else "") or usual_title(threads)
    return chapters[0].heading.title if len(threads) == 1 else usual_title(threads)


def _subtitle(threads: Sequence[Thread], collection: Collection) -> str:
    """Where the user's own title says no years, they stand here."""
    volume = collection.volume
    posts = extent(threads)
    place = f"Volume {volume.number} of {volume.of}: " if volume else ""
    if len(threads) > 1 or volume:
        spoken = years(threads) if collection.title else ""
        return f"{place}{dates.count(len(threads), 'thread')}, {posts}{f', {spoken}' if spoken else ''}"
    day = dates.long(dates.parse(threads[0].published))
    return f"A thread of {posts}, {day}" if day else f"A thread of {posts}"


def _subjects(threads: Iterable[Thread]) -> tuple[str, ...]:
    nodes: list[Inline] = [node for thread in threads for post in thread.posts for node in post.body]
    return tuple(dict.fromkeys(node.tag for node in nodes if isinstance(node, Hashtag)))


def _description(threads: Sequence[Thread], collection: Collection) -> str:
    if len(threads) > 1:
        return _subtitle(threads, collection)
    return shorten(plain_text(threads[0].posts[0].body), LONGEST_DESCRIPTION)


def _language(thread: Thread, otherwise: str | None) -> str:
    """What the page says, what the caller says, what the words or most of them are in, or that nobody knows."""
    nodes = [node for post in thread.posts for node in post.body]
    stated = known(thread.language) or known(otherwise) or language_of(nodes)
    return stated or main_language((language_of(post.body), len(post.text)) for post in thread.posts) or UNDETERMINED
