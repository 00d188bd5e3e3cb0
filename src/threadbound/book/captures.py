"""One thread, captured several times: one chapter of all that any capture holds.

Before: threads of one key (:func:`~threadbound.book.identity.key`), each from a capture. After: one thread: the most
complete one, with the posts and pictures that only others have, each post in its place; all captures named; and a
notice for each post that a capture lost, or has in other words. No word, order or time of a capture is altered. A
capture that is cut (:mod:`~threadbound.book.torn`) gives what it has, and is no evidence of what is gone.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime

from msgspec import Struct
from msgspec.structs import replace

from threadbound.book import dates
from threadbound.book.identity import key
from threadbound.book.torn import without_torn
from threadbound.model.media import Media
from threadbound.model.thread import CaptureNote, Post, Quote, Thread
from threadbound.notices import Notice

KEPT, DIFFERS, CUT = "post.kept", "post.differs", "capture.cut"
#: Notices that count posts: of several captures they are counted anew.
_COUNTS = frozenset({"posts.missing", "posts.extra"})
_PLACE = re.compile(r"post (\d+)")
_NEVER = datetime.max.replace(tzinfo=UTC)


def united(threads: Iterable[Thread]) -> list[Thread]:
    """The threads, of each one, in the order in which they first come.

    A thread without an id is known by its capture alone, and stays as it is.
    """
    groups: dict[str, list[Thread]] = defaultdict(list)
    for thread in threads:
        groups[key(thread)].append(thread)
    return [one(group) for group in groups.values()]


def one(captured: Sequence[Thread], *, newest_first: bool = False) -> Thread:
    """One thread of its captures.

    Args:
        captured: at least one.
        newest_first: they come so, and whoever gives them knows it better than the pages, which seldom say.
    """
    by_digest: dict[str, Thread] = {}
    for thread in sorted(captured, key=_completeness, reverse=True):  # of one page read twice the first is as good
        by_digest.setdefault(thread.captures[0].sha256, thread)
    if len(by_digest) == 1:
        return next(iter(by_digest.values()))
    known, cut = without_torn(list(by_digest.values()))
    by_age = sorted(known, key=lambda thread: (_saved(thread), thread.captures[0].sha256))
    if newest_first:
        places = {thread.captures[0].sha256: place for place, thread in enumerate(captured)}
        by_age = sorted(known, key=lambda thread: places[thread.captures[0].sha256], reverse=True)
    is_known = newest_first or all(thread.captures[0].saved_at for thread in known)
    base = max(reversed(by_age) if is_known else by_age, key=lambda thread: _rank(thread, cut, is_known=is_known))
    others = [thread for thread in by_age if thread is not base]
    return _joined(base, others, cut)


def kept(thread: Thread) -> dict[int, str]:
    """Number of a post that a capture lost → what is said of it."""
    said: dict[int, list[str]] = defaultdict(list)
    for notice in thread.notices:
        if notice.code == KEPT and (place := _PLACE.fullmatch(notice.where)):
            said[int(place[1])].append(notice.message)
    return {n: "; ".join(messages) for n, messages in said.items()}


def _saved(thread: Thread) -> datetime:
    return thread.captures[0].saved_at or _NEVER


def _completeness(thread: Thread) -> tuple[int, int, int]:
    """Posts, pictures, words."""
    pictures = sum(media.sha256 is not None for post in thread.posts for media in post.all_media)
    return len(thread.posts), pictures, sum(len(post.text) for post in thread.posts)


def _rank(thread: Thread, cut: frozenset[str], *, is_known: bool) -> tuple[int, bool, int, int]:
    """Of two captures with as many posts the one that is whole is the more complete.

    Which has more words tells nothing where it is known which is newer: a post may have been shortened.
    """
    posts, pictures, words = _completeness(thread)
    return posts, thread.captures[0].sha256 not in cut, pictures, 0 if is_known else words


class _Placed(Struct, frozen=True):
    """A post, and the thread of which it is."""

    post: Post
    source: Thread
    n: int = 0
    """Its place in the thread of all."""


class _Held(Struct, frozen=True):
    """The posts of one capture, by what tells that two captures mean the same post."""

    thread: Thread
    ids: dict[str, int]
    """Id → place."""
    words: dict[str, int]

    def place(self, post: Post) -> int | None:
        """Where this capture has ``post``: by its id, and where one of the two has none by its words."""
        if post.id in self.ids:
            return self.ids[post.id]
        place = self.words.get(post.text)
        return None if place is None or (post.id and self.thread.posts[place].id) else place

    def find(self, post: Post) -> Post | None:
        """What this capture has of ``post``."""
        place = self.place(post)
        return None if place is None else self.thread.posts[place]


def _held(thread: Thread) -> _Held:
    places = range(len(thread.posts) - 1, -1, -1)
    ids = {ident: place for place in places if (ident := thread.posts[place].id)}
    return _Held(thread, ids, {thread.posts[place].text: place for place in places})


def _joined(base: Thread, others: Sequence[Thread], cut: frozenset[str]) -> Thread:
    held = [_held(thread) for thread in (base, *others)]
    row = [_Placed(post, base) for post in base.posts]
    for other in held[1:]:
        row = _inserted(row, other)
    placed = _numbered(row, base)
    posts = tuple(replace(_with_pictures(each.post, held), n=each.n) for each in placed)
    declared = max((thread.declared_posts or 0 for thread in (base, *others)), default=0) or None
    captures = {note.sha256: note for thread in (base, *others) for note in thread.captures}
    whole = replace(base, posts=posts, declared_posts=declared, captures=tuple(captures.values()))
    added = len(posts) > len(base.posts)
    notices = [*_carried(placed, base, posts, counts=not added), *(_counted(whole) if added else ())]
    notices += _cut(others, cut)
    notices += [*_lost(placed, held, cut), *_different(placed, held)]
    return replace(whole, notices=tuple(dict.fromkeys(notices)))


def _inserted(row: Sequence[_Placed], other: _Held) -> list[_Placed]:
    """The row with the posts that only ``other`` has, each behind the one that it follows there.

    Of posts between two that both have, those with smaller ids stand first.
    """
    there = {place for each in row if (place := other.place(each.post)) is not None}
    behind: dict[int, list[_Placed]] = defaultdict(list)
    last = -1
    for place, post in enumerate(other.thread.posts):
        if place in there:
            last = place
        else:
            behind[last].append(_Placed(post, other.thread))
    out: list[_Placed] = []
    waiting = behind[-1]
    for each in row:
        place = other.place(each.post)
        while waiting and (place is not None or _is_earlier(waiting[0].post, each.post)):
            out.append(waiting.pop(0))
        out.append(each)
        waiting += behind.pop(place, []) if place is not None else []
    return out + waiting


def _is_earlier(post: Post, other: Post) -> bool:
    """Whether ids, which count on, say that ``post`` was written first."""
    one, another = post.id or "", other.id or ""
    return one.isdecimal() and another.isdecimal() and int(one) < int(another)


def _numbered(row: Sequence[_Placed], base: Thread) -> list[_Placed]:
    """Each with its place: as the base numbers it, moved on where posts come in between that it has no room for."""
    out: list[_Placed] = []
    moved = last = 0
    for each in row:
        n = each.post.n + moved if each.source is base else last + 1
        if n <= last:
            moved += last + 1 - n
            n = last + 1
        out.append(replace(each, n=n))
        last = n
    return out


def _with_pictures(post: Post, captures: Sequence[_Held]) -> Post:
    """The post with the pictures that another capture has of it."""
    found = {
        media.url: media
        for same in filter(None, (capture.find(post) for capture in captures))
        for media in (*same.media, *(media for quote in same.quotes for media in quote.media))
        if media.sha256
    }

    def filled(media: Media) -> Media:
        return found.get(media.url, media) if media.sha256 is None else media

    def quoted(quote: Quote) -> Quote:
        return replace(quote, media=tuple(map(filled, quote.media)))

    if not found:
        return post
    return replace(post, media=tuple(map(filled, post.media)), quotes=tuple(map(quoted, post.quotes)))


def _carried(placed: Sequence[_Placed], base: Thread, posts: Sequence[Post], *, counts: bool) -> Iterator[Notice]:
    """The notices of the base and of the posts that came from elsewhere, at their new places."""
    there = {media.url for post in posts for media in post.all_media if media.sha256}
    for source in dict.fromkeys(map(id, (each.source for each in placed))):
        own = [each for each in placed if id(each.source) == source]
        moved = {each.post.n: each.n for each in own}
        thread = own[0].source
        for notice in thread.notices:
            place = _PLACE.match(notice.where)
            if thread is not base and not (place and int(place[1]) in moved):
                continue
            if notice.code in _COUNTS and not counts:
                continue
            if notice.code.startswith("media.") and notice.where.rpartition(", ")[2] in there:
                continue
            yield _moved(notice, moved)


def _moved(notice: Notice, places: Mapping[int, int]) -> Notice:
    place = _PLACE.match(notice.where)
    if not place or int(place[1]) not in places:
        return notice
    return replace(notice, where=f"post {places[int(place[1])]}{notice.where[place.end() :]}")


def _counted(thread: Thread) -> Iterator[Notice]:
    """Whether all the captures together hold what they declare."""
    declared, found = thread.declared_posts or 0, len(thread.posts)
    if declared > found:
        yield Notice("posts.missing", f"the captures declare {declared} posts and hold {found}")
    elif thread.posts[-1].n > found:
        gaps = thread.posts[-1].n - found
        yield Notice("posts.missing", f"{dates.count(gaps, 'post')} that the page numbers are in none of the captures")


def _cut(captured: Iterable[Thread], cut: frozenset[str]) -> Iterator[Notice]:
    """Which captures are cut; of the one that leads its own notices say so."""
    for thread in captured:
        if thread.captures[0].sha256 in cut:
            said = "is cut, and was not used to tell which posts are gone"
            yield Notice(CUT, f"the capture {_of(thread.captures)} {said}")


def _lost(placed: Sequence[_Placed], captures: Sequence[_Held], cut: frozenset[str]) -> Iterator[Notice]:
    """Posts that a capture should hold and does not: it goes on after them, or was saved later than one that does.

    What a capture that is cut does not hold is no sign of anything.
    """
    ends = [max((k for k, each in enumerate(placed) if held.find(each.post)), default=-1) for held in captures]
    for place, each in enumerate(placed):
        first = min((_saved(held.thread) for held in captures if held.find(each.post)), default=_NEVER)
        for held, end in zip(captures, ends, strict=True):
            if held.thread.captures[0].sha256 in cut or held.find(each.post):
                continue
            if place < end or first < _saved(held.thread) < _NEVER:
                yield Notice(KEPT, f"not in the capture {_of(held.thread.captures)}", f"post {each.n}")


def _different(placed: Sequence[_Placed], captures: Sequence[_Held]) -> Iterator[Notice]:
    """Posts of which another capture has other words: those of the most complete capture stand in the book."""
    for each in placed:
        for held in captures:
            same = held.find(each.post)
            if same and "".join(same.text.split()) != "".join(each.post.text.split()):
                yield Notice(DIFFERS, f"in other words in the capture {_of(held.thread.captures)}", f"post {each.n}")


def _of(notes: Sequence[CaptureNote]) -> str:
    """``of 12 May 2024``, or the file's name where nobody knows the day."""
    saved = notes[0].saved_at
    return f"of {dates.long(saved.date())}" if saved else notes[0].name
