"""“About this edition”: what a collection holds, from when to when, what is missing, and how it came about.

Before: the threads of a book and what was decided about it. After: entries of words and figures, for people.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from threadbound.book import dates
from threadbound.book.captures import KEPT
from threadbound.book.collection import Collection, Edition
from threadbound.book.colophon import count_pictures
from threadbound.book.extent import posts_in_all
from threadbound.book.identity import key
from threadbound.book.people import byline
from threadbound.book.phrases import Entry, Phrase
from threadbound.model.thread import Author, Thread

#: Beginning of a loss's code → what is missing, one and several.
MISSING: Mapping[str, tuple[str, str]] = {
    "post.truncated": ("post is cut short", "posts are cut short"),
    "post.unreadable": ("post holds something that could not be read", "posts hold something that could not be read"),
    "media.animation-still": ("animation shows its first frame only", "animations show their first frames only"),
    "media.": ("picture could not be had", "pictures could not be had"),
    "capture.": ("page is damaged", "pages are damaged"),
    "font.": ("character has no glyph in any font", "characters have no glyph in any font"),
}
PICTURES = "media."
#: Titles in one line of the log.
LISTED = 12


def about(
    threads: Sequence[Thread], authors: Sequence[Author], collection: Collection, titles: Sequence[str]
) -> tuple[Entry, ...]:
    """The entries.

    Args:
        threads: of the book, in order.
        authors: each once.
        collection: what was decided.
        titles: short titles of the threads.
    """
    volume = collection.volume
    place = f"Volume {volume.number} of {volume.of}. The contents list the chapters of them all." if volume else ""
    missing = (*_missing(threads), *_unbound(collection.unbound))
    entries = (
        _entry("What it holds", _holds(threads, authors)),
        _entry("Volume", place),
        _entry("Chosen", _chosen(collection)),
        _entry("Saved", _saved(threads)),
        _entry("Kept", _kept(threads)),
        _entry("What is missing", *(missing or ("Nothing that the pages declare.",)), is_loss=bool(missing)),
        _entry("Editions", *_editions(collection.editions, dict(zip(map(key, threads), titles, strict=True)))),
    )
    return tuple(entry for entry in entries if entry.lines)


def number(value: int, one: str, several: str) -> str:
    """``1 picture could not be had``, ``1,204 pictures could not be had``."""
    return f"{value:,} {one if value == 1 else several}"


def _entry(label: str, *lines: str, is_loss: bool = False) -> Entry:
    return Entry(label, tuple((Phrase(line),) for line in lines if line), is_loss=is_loss)


def _chosen(collection: Collection) -> str:
    if not collection.chosen:
        return ""
    words = ("thread of which the day is not known was", "threads of which the day is not known were")
    undated = f" {number(collection.undated, *words)} left out." if collection.undated else ""
    return f"Of the pages at hand, the threads {', '.join(collection.chosen)}.{undated}"


def _holds(threads: Sequence[Thread], authors: Sequence[Author]) -> str:
    posts = [post for thread in threads for post in thread.posts]
    found, total = count_pictures(posts)
    pictures = f", with {found:,} of {number(total, 'picture', 'pictures')}" if total else ""
    what = f"{number(len(threads), 'thread', 'threads')} by {byline(authors)}: {_extent(threads)}"
    days = sorted(day for thread in threads if (day := dates.parse(thread.published)))
    undated = sum(dates.parse(thread.published) is None for thread in threads)
    unknown = f" Of {number(undated, 'thread', 'threads')} the day is not known." if undated else ""
    return f"{what}{pictures}{_written(days)}.{unknown}"


def _extent(threads: Sequence[Thread]) -> str:
    held, total = sum(len(thread.posts) for thread in threads), sum(map(posts_in_all, threads))
    return f"{f'{held:,} of ' if held < total else ''}{number(total, 'post', 'posts')}"


def _written(days: Sequence[date]) -> str:
    if not days:
        return ""
    first, last = dates.long(days[0]), dates.long(days[-1])
    return f", written on {first}" if first == last else f", written from {first} to {last}"


def _saved(threads: Sequence[Thread]) -> str:
    notes = [note for thread in threads for note in thread.captures]
    told = _told([note.saved_as_said or "" for note in notes if not note.saved_at])
    days = sorted(note.saved_at.date() for note in notes if note.saved_at)
    pages = f"{number(len(notes), 'page', 'pages')}"
    if not days:
        which = "does not say when it was" if len(notes) == 1 else "do not say when they were"
        return f"{pages}, which {which} saved{told}."
    silent = len(notes) - len(days)
    rest = f"; {number(silent, 'page does', 'pages do')} not say when{told}." if silent else "."
    return f"{pages}, saved {_span(dates.long(days[0]), dates.long(days[-1]), 'on ')}{rest}"


def _told(said: Sequence[str]) -> str:
    """What was said of when pages were saved that do not say it themselves; empty of those of which nobody did.

    A day within a month or year that was said too adds nothing to the span.
    """
    known = sorted(filter(None, said))
    if not known:
        return ""
    whose = f"of {len(known):,} of them: " if len(known) < len(said) else ""
    widest = [each for each in known if not any(each != other and each.startswith(other) for other in known)]
    return f" ({whose}{_span(dates.period(widest[0]), dates.period(widest[-1]))}, says whoever bound this book)"


def _span(first: str, last: str, on: str = "") -> str:
    """``from 2 May 2024 to 4 May 2024``, or the one day."""
    return f"{on}{first}" if first == last else f"from {first} to {last}"


def _kept(threads: Sequence[Thread]) -> str:
    lost = sum(len({notice.where for notice in thread.notices if notice.code == KEPT}) for thread in threads)
    if not lost:
        return ""
    kept = number(lost, "post that a capture had lost stands", "posts that a capture had lost stand")
    return f"{kept} in the book all the same, and {'says' if lost == 1 else 'say'} so."


def _missing(threads: Sequence[Thread]) -> Iterator[str]:
    """A line for each kind of loss, with how many threads it concerns."""
    posts = {place: _missing_posts(thread) for place, thread in enumerate(threads)}
    lacking = {place: count for place, count in posts.items() if count}
    if lacking:
        declared = number(sum(lacking.values()), "post that a page declares is", "posts that the pages declare are")
        yield f"{declared} in none of them{_in(len(lacking))}."
    kinds: Counter[str] = Counter()
    where: dict[str, set[int]] = {}
    for place, thread in enumerate(threads):
        for notice in thread.notices:
            kind = next((kind for kind in MISSING if notice.code.startswith(kind)), None)
            if notice.is_loss and kind:
                kinds[kind] += kind != PICTURES
                where.setdefault(kind, set()).add(place)
    for place in where.get(PICTURES, ()):  # of a text copy one notice speaks of all
        found, total = count_pictures(threads[place].posts)
        kinds[PICTURES] += max(total - found, 1)
    for kind, words in MISSING.items():
        if kinds[kind]:
            yield f"{number(kinds[kind], *words)}{_in(len(where[kind]))}."


def _unbound(count: int) -> Iterator[str]:
    """A line for the pages that are in no chapter, if there are any."""
    if count:
        words = ("page that was given could not be read, or makes", "pages that were given could not be read, or make")
        yield f"{number(count, *words)} no chapter."


def _missing_posts(thread: Thread) -> int:
    """How many posts the page declares or numbers beyond those that it holds."""
    if not any(notice.code == "posts.missing" for notice in thread.notices):
        return 0
    return max((thread.declared_posts or 0) - len(thread.posts), thread.posts[-1].n - len(thread.posts), 1)


def _in(count: int) -> str:
    return f", in {number(count, 'thread', 'threads')}"


def _editions(editions: Sequence[Edition], titles: Mapping[str, str]) -> Iterator[str]:
    """The log, the latest first.

    The day of an edition is that of its newest evidence, since the same pages give the same bytes on any day: so it is
    said what the day is of.
    """
    for edition in reversed(editions):
        size = f"{number(edition.threads, 'thread', 'threads')}, {number(edition.posts, 'post', 'posts')}"
        changes = (
            _named("new", [titles[each] for each in edition.new if each in titles], len(edition.new)),
            _named("changed", [titles[each] for each in edition.grown if each in titles], 0),
            _named("let go", list(edition.dropped), 0),
            "retitled" if edition.retitled else "",
            f"{number(edition.unbound, 'page', 'pages')} could not be bound" if edition.unbound else "",
        )
        said = "".join(f"; {words}" for words in changes if words)
        if not said and edition is not editions[0]:
            said = "; the same threads, otherwise arranged"
        day = dates.long(dates.parse(edition.date))
        yield f"Edition {edition.number}, of pages and threads up to {day}: {size}{said}."


def _named(what: str, titles: Sequence[str], count: int) -> str:
    """``2 new: “One”, “Another”``."""
    total = max(count, len(titles))
    if not total:
        return ""
    shown = ", ".join(f"“{title}”" for title in titles[:LISTED])
    more = f" and {total - LISTED} more" if len(titles) > LISTED else ""
    return f"{total} {what}{': ' if shown else ''}{shown}{more}"
