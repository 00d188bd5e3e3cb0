"""The colophon: where everything comes from, what is known and what was lost. Evidence first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from threadbound.book import dates
from threadbound.book.book import Colophon, Entry, Provenance
from threadbound.book.heading import shorten
from threadbound.model.media import Media
from threadbound.model.text import Inline, Link, Text
from threadbound.model.thread import CaptureNote, Post, Thread
from threadbound.notices import Notice

#: Names of the sites, for people.
SITES = {"threadreader": "Thread Reader App"}
#: Forms of saved page, for people.
CONTAINERS = {
    "html": "as a web page",
    "html-files": "as a complete web page with its files",
    "singlefile": "with SingleFile, as one file",
    "mhtml": "as a web archive in one file (MHTML)",
    "wayback": "as a copy from the Wayback Machine",
    "text": "as a plain-text copy of the page",
}
#: More losses than this of one kind are counted, not listed.
LISTED_LOSSES = 12


def colophon(threads: Iterable[Thread], software: str) -> Colophon:
    """The colophon of a book of these threads, made with ``software`` (name and version)."""
    all_threads = list(threads)
    posts = sum(len(thread.posts) for thread in all_threads)
    what = "This thread was" if len(all_threads) == 1 else f"These {len(all_threads)} threads were"
    opening = (
        f"{what} written in public, {dates.count(posts, 'post')} long, and could be deleted on any day. "
        "This copy keeps what the page showed when it was saved, word for word."
    )
    if len(all_threads) > 1:
        opening = opening.replace("the page showed when it was", "the pages showed when they were")
    made = Entry(
        "Made with",
        (
            (
                Text(
                    f"{software}. Set in EB Garamond and Source Sans 3. The thread as JSON is attached, "
                    "and of a single thread the original file."
                ),
            ),
        ),
    )
    return Colophon(opening, tuple(provenance(thread) for thread in all_threads), made)


def provenance(thread: Thread) -> Provenance:
    """Where one thread comes from and what is missing of it."""
    base, ids = _permalinks(thread.posts)
    entries = (
        _source(thread),
        _published(thread),
        *(_capture(note) for note in thread.captures),
        *_completeness(thread),
        _times(thread),
    )
    return Provenance(shorten(thread.title) or "Untitled", entries, ids, base)


def _source(thread: Thread) -> Entry:
    site = SITES.get(thread.site, thread.site)
    words: tuple[Inline, ...] = (Text(site),)
    if thread.url:
        words = (Text(f"{site}, "), Link(thread.url, thread.url.removeprefix("https://")))
    else:
        words = (Text(f"{site}. The copy does not give the page's address."),)
    return Entry("Source", (words,))


def _published(thread: Thread) -> Entry:
    author = thread.author
    who = " ".join(part for part in (author.name, f"(@{author.handle})" if author.handle else "") if part)
    when = dates.long(dates.parse(thread.published)) or thread.published_text or "date unknown"
    return Entry("First published", ((Text(f"On Twitter by {who}, {when}" if who else f"On Twitter, {when}"),),))


def _capture(note: CaptureNote) -> Entry:
    form = CONTAINERS.get(note.container, f"as {note.container}")
    when = dates.moment(note.saved_at) if note.saved_at else "At a time that the file does not say"
    lines: list[tuple[Inline, ...]] = [
        (Text(f"{when}, {form}"),),
        (Text(f"{note.name}, {note.size:,} bytes"),),
        (Text(f"sha256 {note.sha256}"),),
    ]
    return Entry("Captured", tuple(lines))


def _completeness(thread: Thread) -> tuple[Entry, ...]:
    found, total = count_pictures(thread.posts)
    posts = f"{len(thread.posts)} posts; the page declares no number"
    if thread.declared_posts is not None:
        posts = f"{len(thread.posts)} of {dates.count(thread.declared_posts, 'post')} that the page declares"
    pictures = f"{found} of {dates.count(total, 'picture')}" if total else "no pictures"
    whole = Entry("Completeness", ((Text(f"{posts}, {pictures}."),),))
    lost = [notice for notice in thread.notices if notice.is_loss]
    if not lost:
        return (whole,)
    return whole, Entry("Lost", tuple((Text(line),) for line in _losses(lost)), is_loss=True)


def _losses(notices: list[Notice]) -> list[str]:
    """One line a loss; kinds with many are counted."""
    counts = Counter(notice.message for notice in notices)
    many = {message for message, number in counts.items() if number > LISTED_LOSSES}
    lines = [f"{notice}"[:1].upper() + f"{notice}"[1:] for notice in notices if notice.message not in many]
    return lines + [f"{message[:1].upper()}{message[1:]}: {counts[message]} times" for message in sorted(many)]


def _times(thread: Thread) -> Entry:
    sources = Counter(post.time_source for post in thread.posts)
    if not (sources["id"] or sources["page"]):
        return Entry("Times", ((Text("The times of single posts are unknown: this copy holds none."),),))
    words = [
        f"{dates.count(sources['page'], 'post')} dated by the page" if sources["page"] else "",
        f"{dates.count(sources['id'], 'post')} dated to the second from the post's id" if sources["id"] else "",
        f"{dates.count(sources[None], 'post')} undated" if sources[None] else "",
    ]
    return Entry("Times", ((Text(f"{', '.join(word for word in words if word)}. All times are UTC."),),))


def count_pictures(posts: Iterable[Post]) -> tuple[int, int]:
    """Pictures whose bytes are there, and all pictures (of clips: their posters)."""
    media = [item for post in posts for item in (*post.media, *(m for quote in post.quotes for m in quote.media))]
    shown = [item for item in media if _is_picture(item)]
    return sum(item.sha256 is not None for item in shown), len(shown)


def _is_picture(media: Media) -> bool:
    return media.kind == "image" or bool(media.poster or media.references)


def _permalinks(posts: Iterable[Post]) -> tuple[str, tuple[tuple[int, str], ...]]:
    """The common start of the posts' addresses, and place and id of each post that has one."""
    known = [(post.n, post.id, post.url) for post in posts if post.id and post.url]
    bases = {url.removesuffix(id_).removeprefix("https://") for _, id_, url in known}
    if len(bases) == 1:
        return bases.pop(), tuple((n, id_) for n, id_, _ in known)
    return "", tuple((n, url.removeprefix("https://")) for n, _, url in known)
