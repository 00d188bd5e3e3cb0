"""The colophon: where everything comes from, what is known and what was lost. Evidence first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date

from threadbound.book import dates
from threadbound.book.book import Colophon, Evidence, Permalink, Provenance
from threadbound.book.essay import host
from threadbound.book.extent import extent, posts_in_all
from threadbound.book.heading import shorten
from threadbound.book.phrases import Entry, Phrase
from threadbound.model.media import Found, Media
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
#: Where pictures come from, for people.
ORIGINS = {
    "capture": "saved with the page",
    "resources": "from a folder of pictures beside it",
    "network": "fetched from {place}",
    "mirror": "fetched from a mirror of {place}",
    "wayback": "fetched from the Wayback Machine",
}
#: Notices of what several captures of one thread have in common, and what not.
CAPTURED = frozenset({"capture.cut", "post.kept", "post.part-kept", "post.differs"})
#: What a book says whose words were polished.
POLISHED = "; its quotation marks, dashes, dots and spaces are set as its language sets them, not as they were typed"
#: More losses than this of one kind are counted, not listed.
LISTED_LOSSES = 12


def colophon(
    threads: Sequence[Thread],
    software: str,
    evidence: Iterable[Evidence],
    *,
    polished: bool = False,
    headed: bool = True,
) -> Colophon:
    """The colophon of a book of these threads.

    Args:
        threads: in the order of the chapters.
        software: name and version of what made the book.
        evidence: the files that the book carries.
        polished: quotes, dashes and spaces are not as they were typed.
        headed: first sentences stand as headings.
    """
    held, total = sum(len(thread.posts) for thread in threads), sum(map(posts_in_all, threads))
    here = f" ({held} of them {'is' if held == 1 else 'are'} here)" if held < total else ""
    what, pages = ("This thread was", "page showed when it was")
    if len(threads) > 1:
        what, pages = (f"These {len(threads)} threads were", "pages showed when they were")
    kept = f"This copy keeps what the {pages} saved, word for word{POLISHED if polished else ''}."
    opening = (
        f"{what} written in public, {dates.count(total, 'post')} long{here}, and could be deleted on any day. {kept} "
        f"The small numbers are those of the posts{'; a first sentence stands as the heading' if headed else ''}."
    )
    carried = tuple((Phrase(item.name, is_code=True), Phrase(f": {item.description}")) for item in evidence)
    attached = (Entry("Attached to this book", carried),) if carried else ()
    return Colophon(opening, tuple(provenance(thread) for thread in threads), attached, software)


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
    words: tuple[Phrase, ...] = (Phrase(site),)
    if thread.url:
        words = (Phrase(f"{site}, "), Phrase(thread.url.removeprefix("https://"), thread.url, is_code=True))
    else:
        words = (Phrase(f"{site}. The copy does not give the page’s address."),)
    return Entry("Source", (words,))


def _published(thread: Thread) -> Entry:
    author = thread.author
    handle = f"@{author.handle}" if author.handle else ""
    who = f"{author.name} ({handle})" if author.name and handle else author.name or handle
    when = dates.long(dates.parse(thread.published)) or thread.published_text or "date unknown"
    return Entry("First published", ((Phrase(f"On Twitter by {who}, {when}" if who else f"On Twitter, {when}"),),))


def _capture(note: CaptureNote) -> Entry:
    form = CONTAINERS.get(note.container, f"as {note.container}")
    when = dates.moment(note.saved_at) if note.saved_at else "At a time that the file does not say"
    if note.saved_as_said and not note.saved_at:
        when = f"{when} ({dates.period(note.saved_as_said)}, says whoever bound this book)"
    lines: list[tuple[Phrase, ...]] = [
        (Phrase(f"{when}, {form}"),),
        (Phrase(note.name, is_code=True), Phrase(f", {note.size:,} bytes")),
        (Phrase("sha256 "), Phrase(note.sha256, is_code=True)),
    ]
    return Entry("Captured", tuple(lines))


def _completeness(thread: Thread) -> tuple[Entry, ...]:
    found, total = count_pictures(thread.posts)
    posts = f"{dates.count(len(thread.posts), 'post')} (the page does not say how many there were)"
    if thread.declared_posts is not None:
        posts = f"{len(thread.posts)} of {dates.count(thread.declared_posts, 'post')} that the page declares"
    elif len(thread.posts) < posts_in_all(thread):
        posts = f"{extent([thread])} that the page numbers"
    if len(thread.captures) > 1:
        declared = f", where one declares {thread.declared_posts}" if thread.declared_posts else ""
        posts = f"{dates.count(len(thread.posts), 'post')} from {len(thread.captures)} captures together{declared}"
    pictures = f"{found} of {dates.count(total, 'picture')}" if total else "no pictures"
    whole = Entry("Completeness", ((Phrase(f"{posts}, {pictures}."),),))
    origins = _origins(thread.posts)
    computed = [notice for notice in thread.notices if notice.code == "posts.split"]
    lost = [notice for notice in thread.notices if notice.is_loss]
    differing = [
        (Phrase(f"{_capital(': '.join(filter(None, (each.where, each.message))))}."),)
        for each in thread.notices
        if each.code in CAPTURED
    ]
    return (
        whole,
        *([Entry("Pictures", ((Phrase(origins),),))] if origins else []),
        *(Entry("Borders of the posts", ((Phrase(f"{_capital(str(notice))}."),),)) for notice in computed),
        *([Entry("Where the captures differ", tuple(differing))] if differing else []),
        *([Entry("Lost", tuple(_losses(lost)), is_loss=True)] if lost else []),
    )


def _origins(posts: Iterable[Post]) -> str:
    """Where the pictures come from, if not all were saved with the page."""
    found = [media.found for post in posts for media in post.all_media if media.found]
    if all(each.origin == "capture" for each in found):
        return ""
    counts = Counter((each.origin, _place(each)) for each in found)
    days: dict[tuple[str, str], list[date]] = {}
    for each in found:
        days.setdefault((each.origin, _place(each)), []).extend([each.fetched.date()] if each.fetched else [])
    parts = [f"{number} {ORIGINS[key[0]].format(place=key[1])}{_when(days[key])}" for key, number in counts.items()]
    return f"{_capital('; '.join(parts))}."


def _place(found: Found) -> str:
    """The host that gave a picture."""
    return host(found.url) if found.url else ""


def _when(days: list[date]) -> str:
    first, last = (min(days), max(days)) if days else (None, None)
    if first is None or last is None:
        return ""
    return f" on {dates.long(first)}" if first == last else f" from {dates.long(first)} to {dates.long(last)}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _losses(notices: list[Notice]) -> list[tuple[Phrase, ...]]:
    """One line a loss; kinds with many are counted."""
    counts = Counter(notice.message for notice in notices)
    many = {message for message, number in counts.items() if number > LISTED_LOSSES}
    lines = [_loss(notice) for notice in notices if notice.message not in many]
    return lines + [(Phrase(f"{_capital(message)}: {counts[message]} times"),) for message in sorted(many)]


def _loss(notice: Notice) -> tuple[Phrase, ...]:
    """A notice; an address in it so that every character can be told apart."""
    place, separator, address = notice.where.rpartition("http")
    if not separator or place not in ("", f"{place.removesuffix(', ')}, "):
        return (Phrase(_capital(str(notice))),)
    message = _capital(notice.message.replace("'s ", "’s "))  # a terminal shows it as it is typed
    return Phrase(f"{message} ({place}"), Phrase(separator + address, is_code=True), Phrase(")")


def _times(thread: Thread) -> Entry:
    sources = Counter(post.time_source for post in thread.posts)
    if not (sources["id"] or sources["page"]):
        return Entry("Times", ((Phrase("The times of single posts are unknown: this copy holds none."),),))
    words = [
        f"{dates.count(sources['page'], 'post')} dated by the page" if sources["page"] else "",
        f"{dates.count(sources['id'], 'post')} dated to the second from the post’s id" if sources["id"] else "",
        f"{dates.count(sources[None], 'post')} undated" if sources[None] else "",
    ]
    return Entry("Times", ((Phrase(f"{', '.join(word for word in words if word)}, in\u00a0UTC."),),))


def count_pictures(posts: Iterable[Post]) -> tuple[int, int]:
    """Pictures whose bytes are there, and all pictures (of clips: their posters)."""
    shown = [item for post in posts for item in post.all_media if _is_picture(item)]
    return sum(item.sha256 is not None for item in shown), len(shown)


def _is_picture(media: Media) -> bool:
    return media.kind == "image" or bool(media.poster or media.references)


def _permalinks(posts: Iterable[Post]) -> tuple[str, tuple[Permalink, ...]]:
    """The common start of the posts' addresses, and address and time of each post that has one."""
    known = [post for post in posts if post.id and post.url]
    bases = {(post.url or "").removesuffix(post.id or "").removeprefix("https://") for post in known}
    base = bases.pop() if len(bases) == 1 and all((post.url or "").endswith(post.id or "") for post in known) else ""
    days = ["", *(dates.long(post.time.date()) if post.time else "" for post in known)]
    return base, tuple(
        Permalink(post.n, (post.id or "") if base else (post.url or "").removeprefix("https://"), _time(post, before))
        for post, before in zip(known, days, strict=False)
    )


def _time(post: Post, day_before: str) -> str:
    if post.time is None:
        return ""
    day = dates.long(post.time.date())
    return f"{post.time:%H:%M:%S}" if day == day_before else f"{day}, {post.time:%H:%M:%S}"
