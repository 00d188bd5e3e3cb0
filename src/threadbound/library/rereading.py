"""Whether a saved page still says what its thread's JSON says.

Before: a version's folder. After: nothing, or a finding that says where the page, read again, gives something else.
What was found of pictures is left out: that was looked for elsewhere too.
"""

from __future__ import annotations

from msgspec.structs import replace

from threadbound.containers.registry import open_page
from threadbound.errors import ThreadboundError
from threadbound.library.findings import Finding
from threadbound.library.layout import Library
from threadbound.library.opening import SOFTWARE
from threadbound.library.shelves import captured
from threadbound.model.media import Media
from threadbound.model.thread import Card, Post, Quote, Thread
from threadbound.sites.registry import extract


def reread(library: Library, folder: str) -> Finding | None:
    """Read the page of a version again, and compare."""
    place = library.root / folder
    each = captured(place)
    page = each.version.page
    if not page or each.version.form != "page":
        return None
    try:
        again = extract(open_page(place / page))
    except ThreadboundError as error:
        return _differs(each.version.software, f"{folder}/{page}", f"read again it gives no thread: {error}")
    was, now = plain(each.thread), plain(again)
    if was == now:
        return None
    parts = [name for name in was.__struct_fields__ if getattr(was, name) != getattr(now, name)]
    return _differs(each.version.software, f"{folder}/{page}", f"read again it gives other {', '.join(parts)}")


def _differs(software: str, path: str, message: str) -> Finding:
    """Damage, unless another version of the program has read it then."""
    if software != SOFTWARE:
        return Finding("thread.reread", path, f"{message} than {software} read in it")
    return Finding("thread.differs", path, message)


def plain(thread: Thread) -> Thread:
    """The thread without what was found of its pictures, and without what its file was called."""
    author = replace(thread.author, avatar_references=(), avatar_sha256=None, avatar_found=None)
    notices = tuple(notice for notice in thread.notices if not notice.code.startswith("media."))
    return replace(thread, author=author, posts=tuple(map(_post, thread.posts)), captures=(), notices=notices)


def _post(post: Post) -> Post:
    return replace(
        post,
        media=tuple(map(_media, post.media)),
        quotes=tuple(map(_quote, post.quotes)),
        cards=tuple(map(_card, post.cards)),
    )


def _quote(quote: Quote) -> Quote:
    return replace(quote, media=tuple(map(_media, quote.media)))


def _card(card: Card) -> Card:
    return replace(card, image=_media(card.image) if card.image else None)


def _media(media: Media) -> Media:
    return replace(media, references=(), sha256=None, media_type=None, width=None, height=None, found=None)
