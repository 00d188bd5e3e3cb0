"""The evidence that a book carries inside: the thread as JSON, and a single thread's saved page as it was.

After :func:`evidence` no two files have one name, not even where capitals mean nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Literal

from msgspec.structs import replace

from threadbound.book.book import Evidence
from threadbound.book.collection import NAME, Collection, encode
from threadbound.book.naming import safe
from threadbound.containers.capture import Capture
from threadbound.errors import FileTrouble
from threadbound.model import codec
from threadbound.model.thread import Thread
from threadbound.tools.packed import packed_together

#: The list of what a book holds, which it carries beside the evidence (:mod:`threadbound.rendering.fixity`).
FIXITY = "fixity.json"
Attach = Literal["page,json", "json", "none"]
#: Media types of saved pages by the container that opened them.
MEDIA_TYPES = {"mhtml": "multipart/related", "text": "text/plain"}


def evidence(
    threads: Sequence[Thread], captures: Sequence[Capture], attach: Attach | None, more: Sequence[Evidence] = ()
) -> tuple[Evidence, ...]:
    """What the book of these threads carries.

    Args:
        threads: in reading order.
        captures: the pages they were read from.
        attach: what to attach; by default page and JSON of a single thread, the JSON of a collection.
        more: what else is to be carried wherever the JSON is (:func:`decided`).

    Raises:
        FileTrouble: a page is to be attached whose bytes are not here: the book it was extracted from had none.
    """
    if attach == "none":
        return ()
    data = _json(threads)
    taken = {data.name.casefold(), FIXITY, NAME, *(item.name for item in more)}
    carried = captures if carries_pages(len(threads), attach) else ()
    pages = [_page(capture, k, len(captures)) for k, capture in enumerate(carried, 1)]
    return (*(replace(page, name=own_name(page.name, taken)) for page in pages), data, *more)


def decided(collection: Collection, cover: bytes = b"") -> tuple[Evidence, ...]:
    """What was decided about a collection, as a book carries it, and its cover; nothing where all is usual."""
    if collection == Collection():
        return ()
    record = Evidence(NAME, "application/json", "What was decided about this book (JSON)", "Data", encode(collection))
    own = collection.cover
    if not cover:
        return (record,)
    return (record, Evidence(own.name, own.media_type, "The picture on the cover as it was given", "Source", cover))


def carries_pages(threads: int, attach: Attach | None) -> bool:
    """Whether a book of so many threads carries their saved pages."""
    return attach == "page,json" or (attach is None and threads == 1)


def own_name(name: str, taken: set[str]) -> str:
    """``name``, numbered if another file has it already: a saved page may be called ``thread.json``."""
    path, own, number = PurePosixPath(name), name, 1
    while own.casefold() in taken:
        number += 1
        own = f"{path.stem}-{number}{path.suffix}"
    taken.add(own.casefold())
    return own


def _json(threads: Sequence[Thread]) -> Evidence:
    if len(threads) == 1:
        data = codec.encode(threads[0], indent=2) + b"\n"
        return Evidence("thread.json", "application/json", "The thread as data (JSON)", "Data", data)
    # Of thousands of threads these are many megabytes, which would be held as long as the book is made.
    lines = packed_together(codec.encode(thread) + b"\n" for thread in threads)
    return Evidence("threads.jsonl", "application/jsonl", "The threads as data (JSON Lines)", "Data", lines)


def _page(capture: Capture, place: int, count: int) -> Evidence:
    """The saved page, byte for byte; numbered where there are several, since two may have one name."""
    data = capture.bytes()
    if not data:
        raise FileTrouble(f"{capture.note.name}: the saved page itself is not here; bind with --attach json")
    name = safe(capture.note.name) or "page"
    media_type = MEDIA_TYPES.get(capture.note.container, "text/html")
    own = f"{place}-{name}" if count > 1 else name
    return Evidence(own, media_type, "The saved page as it was", "Source", data)
