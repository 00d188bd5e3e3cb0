"""What a book is called by machines: names made of what the threads are, never of how or when they were bound.

Before: threads. After: ``urn:uuid:`` names (version 5, RFC 9562 §5.5) that are the same in every edition, and the
series that a book belongs to.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from datetime import UTC

from threadbound.book import dates
from threadbound.book.book import Series
from threadbound.book.collection import Volume
from threadbound.book.people import known_by
from threadbound.model.text import clean
from threadbound.model.thread import Author, Thread

#: Namespace of the names: uuid5 of the project's name under the DNS namespace.
NAMESPACE = uuid.uuid5(uuid.NAMESPACE_DNS, "threadbound")


def identifier(threads: Iterable[Thread]) -> str:
    """The name of a book of these threads, in whatever order: made from their sites and ids.

    A thread without an id counts by its capture's digest.
    """
    return _urn(" ".join(sorted(map(key, threads))))


def key(thread: Thread) -> str:
    """What a thread is known by, in whatever capture: its site and id; without an id, its capture's digest."""
    return f"{thread.site}:{thread.id or thread.captures[0].sha256}"


def author_key(thread: Thread) -> str:
    """Whose a thread is: of two authors of one name each stays one, of one author in two spellings as well.

    Whoever has no handle is known by the display name, and is nobody who has one.
    """
    author = thread.author
    return f"@{author.handle.casefold()}" if author.handle else f"={known_by(author)}"


def authors_of(threads: Iterable[Thread]) -> dict[str, Author]:
    """Who wrote the threads, by :func:`author_key`, in the order in which they first come.

    Whoever changed the display name is one person, called as in the newest capture that has a name: by when it was
    saved, else by the day of its thread.
    """
    newest: dict[str, Thread] = {}
    for thread in threads:
        known = newest.setdefault(author_key(thread), thread)
        if (bool(thread.author.name), _known_at(thread)) >= (bool(known.author.name), _known_at(known)):
            newest[author_key(thread)] = thread
    return {who: thread.author for who, thread in newest.items()}


def _known_at(thread: Thread) -> str:
    """From when on the author was called so, as far as anybody knows; ISO 8601, to be compared."""
    saved = thread.captures[0].saved_at if thread.captures else None
    return saved.astimezone(UTC).isoformat() if saved else thread.published or ""


def chapter_ids(threads: Sequence[Thread]) -> tuple[str, ...]:
    """What the chapters are called inside their book, ``t`` and digits: their anchors begin so.

    In a collection by the threads' own ids, so that a chapter's anchors stay what they are when other threads join it.
    """
    if len(threads) == 1:
        return ("t1",)
    names: dict[str, None] = {}
    for thread in threads:
        own = (
            thread.id if thread.id and thread.id.isdecimal() and thread.id.isascii() else _digits(identifier([thread]))
        )
        while f"t{own}" in names:  # another capture of the same thread
            own = _digits(own)
        names[f"t{own}"] = None
    return tuple(names)


def _digits(name: str) -> str:
    return str(uuid.uuid5(NAMESPACE, name).int % 10**18)


def series(threads: Sequence[Thread], title: str, own: str = "", volume: Volume | None = None) -> Series | None:
    """What the book stands among.

    A volume is one of its set. A thread is one of its author's threads, at the place of its day (``20220929``): a
    number that no later find moves. A book of several threads is a set of its own. A thread of nobody known is in
    no series.
    """
    if volume:
        return Series(title, volume.set_identifier, "set", str(volume.number))
    if len(threads) > 1:
        return Series(title, own or identifier(threads), "set")
    thread = threads[0]
    name = _name(thread.author)
    if not name:
        return None
    day = dates.parse(thread.published)
    return Series(f"Threads by {name}", _urn(f"{thread.site}:{name.lower()}"), "series", f"{day:%Y%m%d}" if day else "")


def _name(author: Author) -> str:
    return f"@{author.handle}" if author.handle else author.name


def _urn(name: str) -> str:
    return f"urn:uuid:{uuid.uuid5(NAMESPACE, clean(name))}"
