"""Thread Reader App: the plain-text copy of a thread's page (select all, copy, paste; or a converter's words).

Before: a capture of words. After: its thread. The boundaries between posts are lost in such a copy and are computed
(:mod:`~.splitting`); a notice says how sure they are. ``textcopy_layout`` says what is where, ``_pictures`` what the
word "Image" means, ``_words`` what is in a line, ``_cards`` what other threads the page shows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import pairwise

from msgspec import Struct

from threadbound.containers.capture import Capture
from threadbound.errors import NoThread
from threadbound.model.media import Media
from threadbound.model.thread import Author, Post, Thread
from threadbound.notices import Notice
from threadbound.sites import snowflake, textcopy_layout, titles
from threadbound.sites import threadreader_urls as urls
from threadbound.sites.site import Site
from threadbound.sites.splitting import Line, Split, split
from threadbound.sites.textcopy_cards import other_threads
from threadbound.sites.textcopy_dates import iso_date
from threadbound.sites.textcopy_layout import Layout
from threadbound.sites.textcopy_pictures import lines_of
from threadbound.sites.textcopy_words import body_of
from threadbound.sites.weighted_length import limits

#: What a converter that stumbles over the page's markup leaves before each post: its end is a tag's.
_LEAK = re.compile(r'.{0,500}\bdata-tweet="(?P<id>\d{1,19})"[^<>]{0,200}>', re.ASCII)
#: Words in Markdown: another form, with link targets and boundaries.
_MARKDOWN = "](https://threadreaderapp.com/"


class _Posts(Struct, frozen=True):
    """The posts found in a body, and how."""

    lines: tuple[tuple[Line, ...], ...]
    ids: tuple[str | None, ...]
    split: Split | None
    """None where the copy tells the boundaries."""


def matches(capture: Capture) -> bool:
    """Whether the capture is a text copy of one thread's page; pages with several threads and other sites' are not."""
    if capture.kind != "text" or _MARKDOWN in capture.markup:
        return False
    lines = textcopy_layout.lines_in(capture.markup)
    return textcopy_layout.layout(lines).recognised and not textcopy_layout.is_overview(lines)


def extract(capture: Capture) -> Thread:
    """The thread in ``capture``.

    Raises:
        NoThread: it holds none, or more than one.
    """
    lines = textcopy_layout.lines_in(capture.markup)
    if (pages := textcopy_layout.pages_in(lines)) > 1:
        raise NoThread(f"{capture.note.name}: {pages} Thread Reader pages in one text; save each in a file of its own")
    layout = textcopy_layout.layout(lines)
    header = layout.header
    ident = next(filter(None, map(urls.thread_id, (capture.note.source_url, *header.addresses))), None)
    published = _published(header.date, ident, capture.note.saved_at)
    found = _posts_in(layout, published)
    if not any(found.lines):
        raise NoThread(f"{capture.note.name}: the frame of a Thread Reader page, but no words of a thread in it")
    posts = tuple(
        _post(n, lines, i, header.handle) for n, (lines, i) in enumerate(zip(found.lines, found.ids, strict=True), 1)
    )
    return Thread(
        site="threadreader",
        id=ident,
        url=urls.thread_url(ident) if ident else None,
        title=titles.title_of(post.body for post in posts),
        author=_author(header.handle, header.name),
        published=published,
        published_text=header.date or None,
        declared_posts=header.posts,
        reading_minutes=header.minutes,
        posts=posts,
        other_threads=other_threads(layout.foot, capture.note.saved_at),
        captures=(capture.note,),
        notices=(*capture.notices, *_notices(layout, found, posts)),
    )


THREADREADER_TEXT = Site(
    name="threadreader-text",
    media_hosts=("pbs.twimg.com", "video.twimg.com", "threadreaderapp.com"),
    matches=matches,
    extract=extract,
)


def _author(handle: str, name: str) -> Author:
    return Author(handle=handle, name=name, url=f"https://twitter.com/{handle}" if handle else None)


def _published(date: str, ident: str | None, saved_at: datetime | None) -> str | None:
    """The day of the thread: as printed, with the year that the thread's id or the visit tells, else of the id."""
    began = snowflake.time_of(ident)
    return iso_date(date, near=began, saved_at=saved_at) or (began.date().isoformat() if began else None)


def _posts_in(layout: Layout, published: str | None) -> _Posts:
    """The posts of a body."""
    marks = [place for place, line in enumerate(layout.body) if _LEAK.fullmatch(line[:1000])]
    if marks and not any(layout.body[: marks[0]]):
        return _marked(layout.body, marks)
    lines = lines_of(layout.body)
    declared = layout.header.posts
    best = split(lines, declared if layout.foot else None, limits(published))
    if declared and len(best.starts) > declared:
        best = split(lines, declared, limits(published))
    parts = tuple(lines[start:end] for start, end in pairwise([*best.starts, len(lines)]))
    return _Posts(parts, (None,) * len(parts), best)


def _marked(body: Sequence[str], marks: Sequence[int]) -> _Posts:
    """The posts of a body with a mark before each."""
    parts = tuple(lines_of(body[mark + 1 : end]) for mark, end in pairwise([*marks, len(body)]))
    ids = tuple(match["id"] if (match := _LEAK.fullmatch(body[place])) else None for place in marks)
    return _Posts(parts, ids, None)


def _post(n: int, lines: tuple[Line, ...], ident: str | None, handle: str) -> Post:
    time = snowflake.time_of(ident)
    return Post(
        n=n,
        id=ident,
        url=urls.status_url(handle, ident) if handle and ident else None,
        author=handle or None,
        time=time,
        time_source="id" if time else None,
        body=body_of(lines),
        media=(Media(kind="image", url="", alt=""),) * sum(line.pictures for line in lines),
    )


def _notices(layout: Layout, found: _Posts, posts: Sequence[Post]) -> Iterator[Notice]:
    """What a reader must know of this copy."""
    if not layout.foot:
        yield Notice("capture.truncated", "the copy ends without the foot of the page: the thread's end may be missing")
    yield from _count_notices(layout, len(posts))
    if found.split:
        yield Notice("posts.split", _how_sure(found.split, len(posts), layout.header.posts))
    if any(post.id is None for post in posts):
        yield Notice("post.no-id", "a text copy holds no ids, so there are no permalinks")
    if any(post.time is None for post in posts):
        yield Notice("time.unknown", "a text copy does not say when each post was written")
    if pictures := sum(len(post.media) for post in posts):
        yield Notice("media.not-in-capture", f"a text copy holds no pictures; here it marks {pictures}")


def _count_notices(layout: Layout, count: int) -> Iterator[Notice]:
    """Whether there are as many posts as declared."""
    declared = layout.header.posts
    if not declared or count == declared:
        return
    message = f"the page declares {declared} posts; the words of {count} are in the copy"
    if count > declared:
        yield Notice("posts.extra", message)
    else:
        yield Notice("posts.missing" if not layout.foot else "posts.split-failed", message)


def _how_sure(split_: Split, count: int, declared: int | None) -> str:
    """How the boundaries were found."""
    agreed = "as declared" if count == declared else f"{declared} declared" if declared else "number not declared"
    long = "; some post is longer than its day allowed" if split_.too_long else ""
    return f"boundaries computed: {count} posts, {agreed}; {split_.confidence}{long}"
