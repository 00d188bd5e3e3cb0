"""Characters that no font covers: a loss, found before a book is rendered and said in the book itself."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable
from pathlib import Path

import msgspec

from threadbound.errors import ThreadboundError, UsageError
from threadbound.model import codec
from threadbound.model.thread import Thread
from threadbound.notices import Notice

CODE = "font.missing-glyph"


def covered(thread: Thread, lacking: Callable[[Iterable[str]], frozenset[str]]) -> Thread:
    """``thread`` with a notice for each of its characters that is ``lacking``."""
    missing = lacking(frozenset(msgspec.json.encode(thread).decode()))
    return note_uncovered(thread, missing) if missing else thread


def note_uncovered(thread: Thread, characters: Iterable[str]) -> Thread:
    """``thread`` with a notice for each of its characters that is one of ``characters``, or is made up of one of them.

    (A shaper takes a letter that a font does not have apart, and then misses the parts.) What has a notice already gets
    no second one: the thread may come out of a book.
    """
    missing = frozenset(characters)
    words = {
        character
        for character in codec.encode(thread).decode()
        if character in missing or not missing.isdisjoint(unicodedata.normalize("NFKD", character))
    }
    notices = tuple(
        Notice(CODE, "no font has this character; the book prints its name", f"U+{ord(character):04X}")
        for character in sorted(words - uncovered([thread]))
    )
    return msgspec.structs.replace(thread, notices=(*thread.notices, *notices))


def uncovered(threads: Iterable[Thread]) -> frozenset[str]:
    """The characters that the threads' notices name."""
    places = (notice.where for thread in threads for notice in thread.notices if notice.code == CODE)
    return frozenset(chr(int(place.removeprefix("U+"), 16)) for place in places)


def unprintable(book: Path, missing: frozenset[str], title: str) -> ThreadboundError:
    """Why there can be no book: no font has characters that stand in no post, but perhaps in the user's title."""
    named = " ".join(f"U+{ord(character):04X}" for character in sorted(missing))
    if missing & {*title, *unicodedata.normalize("NFKD", title)}:
        return UsageError(f"--title: no font has {named}, so it cannot be printed; leave it out of the title")
    return ThreadboundError(f"{book}: no font has {named}, which stands in no post; please report it")
