"""The threads in a book's JSON, distrusted: a book may come from anybody.

Before: bytes that call themselves threads. After: :class:`~threadbound.model.thread.Thread` records of which all holds
that the other steps take for granted of a thread that an adapter made.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

import msgspec
from msgspec import Struct

from threadbound.book.coverage import CODE as UNCOVERED
from threadbound.errors import FileTrouble
from threadbound.model import codec
from threadbound.model.media import Media
from threadbound.model.thread import Thread
from threadbound.readers import bounds
from threadbound.sites.registry import SITES

_DIGEST = re.compile(r"[0-9a-f]{64}")
_CHARACTER = re.compile(r"U\+(?:10|[0-9A-F])?[0-9A-F]{4}")


class _Marked(Struct):
    schema: str = ""


def decode(name: str, data: bytes) -> tuple[Thread, ...]:
    """The threads in ``data``: one, or one a line.

    Args:
        name: of the file in which they stand, for messages; ``.jsonl`` at its end means a thread a line.
        data: the JSON.

    Raises:
        FileTrouble: it is none that this version reads.
    """
    if len(data) > bounds.MAX_JSON:
        raise FileTrouble(f"{name}: more than {bounds.MAX_JSON >> 20} MiB of JSON: no thread is so long")
    parts = data.splitlines() if name.endswith(".jsonl") else [data]
    try:
        threads = tuple(_decoded(name, part) for part in parts)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise FileTrouble(f"{name}: no thread of the schema {codec.SCHEMA}: {error}") from error
    if not threads:
        raise FileTrouble(f"{name}: it holds no thread")
    return threads


def _decoded(name: str, data: bytes) -> Thread:
    schema = msgspec.json.decode(data, type=_Marked).schema
    if schema != codec.SCHEMA:
        what = f"of the schema {schema[:60]}, which" if schema else "without a schema, which"
        raise FileTrouble(f"{name}: a thread {what} this version does not read; update threadbound")
    thread = codec.decode(data)
    if fault := next(_faults(thread), None):
        raise FileTrouble(f"{name}: no sound thread: {fault}")
    return thread


def _faults(thread: Thread) -> Iterator[str]:
    """What no adapter would say."""
    if thread.site not in {site.name for site in SITES}:
        yield f"no site is called {thread.site[:60]!r}"
    if not thread.posts or thread.posts[0].n < 1 or any(a.n >= b.n for a, b in pairwise(thread.posts)):
        yield "its posts are not numbered in order"
    elif thread.posts[-1].n > bounds.MAX_POSTS or not 0 <= (thread.declared_posts or 0) <= bounds.MAX_POSTS:
        yield "no thread has so many posts"
    if not thread.captures or len({note.sha256 for note in thread.captures}) < len(thread.captures):
        yield "it does not say which pages it was read from, or says it twice"
    if any(digest is not None and not _DIGEST.fullmatch(digest) for digest in _named(thread)):
        yield "a digest in it is none"
    for media in pictures(thread):
        if media.sha256 and not (_is_side(media.width) and _is_side(media.height)):
            yield "a picture in it has an impossible size"
    characters = (notice.where for notice in thread.notices if notice.code == UNCOVERED)
    if not all(map(_is_character, characters)):
        yield "a notice names no character"


def _named(thread: Thread) -> Iterator[str | None]:
    """Every digest in it; ``None`` where one may be and is not."""
    yield from (note.sha256 for note in thread.captures)
    yield from (media.sha256 for media in pictures(thread))
    yield thread.author.avatar_sha256
    for post in thread.posts:
        yield post.capture
        yield from (digest for wording in post.wordings for digest in wording.captures)


def _is_character(where: str) -> bool:
    """Whether ``U+`` and hexadecimal digits name a character, no half of one."""
    return bool(_CHARACTER.fullmatch(where)) and not 0xD800 <= int(where.removeprefix("U+"), base=16) < 0xE000


def _is_side(pixels: int | None) -> bool:
    return pixels is not None and 0 < pixels <= bounds.MAX_SIDE


def pictures(thread: Thread) -> list[Media]:
    """Every picture that the thread names, the author's portrait excepted, found or not."""
    own = [media for post in thread.posts for media in post.all_media]
    return own + [card.image for post in thread.posts for card in post.cards if card.image]


def digests(threads: tuple[Thread, ...]) -> frozenset[str]:
    """Those of the originals that the threads were bound with, portraits included."""
    found = {media.sha256 for thread in threads for media in pictures(thread)}
    found |= {thread.author.avatar_sha256 for thread in threads}
    return frozenset(digest for digest in found if digest)
