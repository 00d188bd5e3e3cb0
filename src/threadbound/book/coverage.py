"""Characters that no font covers: a loss like any other. Found while a book is written, said in the book itself."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from threadbound.model import codec
from threadbound.model.thread import Thread
from threadbound.notices import Notice

CODE = "font.missing-glyph"


def note_uncovered(thread: Thread, characters: Iterable[str]) -> Thread:
    """``thread`` with a notice for each of ``characters`` that it holds."""
    words = codec.encode(thread).decode()
    notices = tuple(
        Notice(CODE, "no font has this character; the book prints its name", f"U+{ord(character):04X}")
        for character in sorted(characters)
        if character in words
    )
    return msgspec.structs.replace(thread, notices=(*thread.notices, *notices))


def uncovered(threads: Iterable[Thread]) -> frozenset[str]:
    """The characters that the threads' notices name."""
    places = (notice.where for thread in threads for notice in thread.notices if notice.code == CODE)
    return frozenset(chr(int(place.removeprefix("U+"), 16)) for place in places)
