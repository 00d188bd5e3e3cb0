"""One thread, captured several times: one chapter of all that any capture holds.

Before: threads that are one (:mod:`~threadbound.book.clusters`), each from a capture. After: one thread: the most
complete one, with the posts that only others have, each in its place, and what only others have of a post (pictures,
quoted posts, previews, polls, other words); all captures named; and a notice for each post that a capture lost, or has
in other words. No word, order or time of a capture is altered. A capture that is cut (:mod:`~threadbound.book.torn`)
gives what it has, and is no evidence of what is gone; nor is one that begins later in the thread of what stands before
it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime

from msgspec import UNSET, Struct
from msgspec.structs import replace

from threadbound.book import dates, enclosures
from threadbound.book.clusters import clusters, echoes
from threadbound.book.torn import without_torn
from threadbound.book.wordings import LONGEST_NAME, named, wordings
from threadbound.model.thread import Post, Thread
from threadbound.notices import Notice

KEPT, PART, DIFFERS, CUT = "post.kept", "post.part-kept", "post.differs", "capture.cut"
#: Notices that count posts: of several captures they are counted anew.
_COUNTS = frozenset({"posts.missing", "posts.extra"})
_PLACE = re.compile(r"post (\d+)")
_NEVER = datetime.max.replace(tzinfo=UTC)


def united(threads: Sequence[Thread]) -> list[Thread]:
    """The threads, of each one, in the order in which they first come."""
    return [one([threads[place] for place in group]) for group in clusters(threads)]


def one(captured: Sequence[Thread], *, newest_first: bool = False) -> Thread:
    """One thread of its captures.

    Args:
        captured: at least one.
        newest_first: they come so, and whoever gives them knows it better than the pages, which seldom say.
    """
    silent = echoes(captured)
    known = _read([thread for place, thread in enumerate(captured) if place not in silent])
    whole = known[0] if len(known) == 1 else _of_several(known, captured if newest_first else ())
    notes = {note.sha256: note for place in sorted(silent) for note in captured[place].captures}
    more = tuple(note for digest, note in notes.items() if digest not in _digests(whole))
    return as_first_said(replace(whole, captures=(*whole.captures, *more)) if more else whole, captured)


def as_first_said(whole: Thread, captured: Iterable[Thread]) -> Thread:
    """The thread of these captures, each page saved as was said of it first: what a book says stays.

    Whoever makes a new edition gives what the book holds before what comes again.
    """
    said: dict[str, str] = {}
    for note in (note for thread in captured for note in thread.captures):
        if note.saved_as_said:
            said.setdefault(note.sha256, note.saved_as_said)
    notes = (replace(each, saved_as_said=said.get(each.sha256, UNSET)) for each in whole.captures)
    return replace(whole, captures=tuple(notes)) if said else whole


def _of_several(readings: Sequence[Thread], newest_first: Sequence[Thread]) -> Thread:
    known, cut = without_torn(list(readings))
    by_age = sorted(known, key=lambda thread: (_saved(thread), thread.captures[0].sha256))
    if newest_first:
        places = {thread.captures[0].sha256: place for place, thread in enumerate(newest_first)}
        by_age = sorted(known, key=lambda thread: places[thread.captures[0].sha256], reverse=True)
    is_known = bool(newest_first) or all(thread.captures[0].saved_at for thread in known)
    base = max(reversed(by_age) if is_known else by_age, key=lambda thread: _rank(thread, cut, is_known=is_known))
    others = [thread for thread in by_age if thread is not base]
    return _portrayed(_joined(base, others, cut), others)


def _read(captured: Sequence[Thread]) -> list[Thread]:
    """The captures, the most complete first; of a page that was read twice once, with the pictures of both readings.

    What came out of a book may hold several captures as one: such a thread stands for the reading of each.
    """
    groups: dict[str, list[Thread]] = defaultdict(list)
    for thread in sorted(captured, key=_completeness, reverse=True):  # of one page read twice the first is as good
        group = groups[thread.captures[0].sha256]
        known = next((place for place, each in enumerate(group) if _digests(thread) <= _digests(each)), None)
        if known is None:
            group.append(thread)
        else:
            group[known] = _filled(group[known], thread)
    return [thread for group in groups.values() for thread in group]


def _portrayed(thread: Thread, others: Iterable[Thread]) -> Thread:
    """The thread with the author's portrait, where only another capture or reading has it."""
    own = thread.author
    if own.avatar_sha256:
        return thread
    seen = (each.author for each in others if each.author.handle.casefold() == own.handle.casefold())
    known = next((author for author in seen if author.avatar_sha256), None)
    if known is None:
        return thread
    author = replace(own, avatar=known.avatar, avatar_sha256=known.avatar_sha256, avatar_found=known.avatar_found)
    told = tuple(notice for notice in thread.notices if notice.code != "media.avatar-missing")
    return replace(thread, author=author, notices=told)


def _digests(thread: Thread) -> frozenset[str]:
    return frozenset(note.sha256 for note in thread.captures)


def _filled(thread: Thread, other: Thread) -> Thread:
    """The thread with what another reading of it has: pictures, and other words of posts."""
    held = _held(other)

    def completed(post: Post) -> Post:
        if (same := held.find(post)) is None:
            return post
        said = wordings(post, [(_whose(post, thread), post), (_whose(post, thread), replace(same, body=post.body))])
        return replace(enclosures.filled(post, [same]), wordings=said)

    posts = tuple(map(completed, thread.posts))
    if posts != thread.posts:
        thread = replace(thread, posts=posts, notices=tuple(_still(thread.notices, posts)))
    return _portrayed(thread, [other])


def _still(notices: Iterable[Notice], posts: Iterable[Post]) -> Iterator[Notice]:
    """Those notices that still hold, whatever pictures were found meanwhile."""
    there = {media.url for post in posts for media in post.all_media if media.sha256}
    bare = {f"post {post.n}" for post in posts if any(card.image and not card.image.sha256 for card in post.cards)}
    for notice in notices:
        if notice.code == "media.card-missing" and notice.where.startswith("post ") and notice.where not in bare:
            continue
        if not (notice.code.startswith("media.") and notice.where.rpartition(", ")[2] in there):
            yield notice


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
    whole = [_completed(each, held) for each in placed]
    posts = tuple(post for post, _ in whole)
    declared = max((thread.declared_posts or 0 for thread in (base, *others)), default=0) or None
    captures = {note.sha256: note for thread in (base, *others) for note in thread.captures}
    made = replace(_begun(base, placed[0].source), posts=posts, captures=tuple(captures.values()))
    added = len(posts) > len(base.posts)
    minutes = None if added else base.reading_minutes  # the page's own estimate is of its own posts
    made = replace(made, declared_posts=declared, reading_minutes=minutes)
    notices = [*_carried(placed, base, posts, counts=not added), *(_counted(made) if added else ())]
    notices += [notice for _, told in whole for notice in told]
    notices += _cut((thread for thread in others if _name(thread) != _name(base)), cut)
    notices += [*_lost(placed, held, cut, made.id), *_different(made)]
    return replace(made, notices=tuple(dict.fromkeys(notices)))


def _name(thread: Thread) -> str:
    return thread.captures[0].sha256


def _begun(base: Thread, first: Thread) -> Thread:
    """The base, called as the capture calls the thread that has its beginning."""
    if first is base or not first.id:
        return base
    return replace(
        base,
        id=first.id,
        url=first.url,
        title=first.title,
        published=first.published,
        published_text=first.published_text,
    )


def _completed(each: _Placed, captures: Sequence[_Held]) -> tuple[Post, list[Notice]]:
    """The post in its place, with what only other captures have of it; and what is to be said of that."""
    found = [(held, post) for held in captures if (post := held.find(each.post)) and post is not each.post]
    same = [post for _, post in found]
    made, told = enclosures.completed(enclosures.filled(replace(each.post, n=each.n), same), same)
    made = enclosures.filled(made, same)
    readings = [(_whose(post, held.thread), post) for held in captures if (post := _own(each, held))]
    whose = _whose(each.post, each.source)
    elsewhere = whose if whose != _name(captures[0].thread) else None
    made = replace(made, wordings=wordings(each.post, readings), capture=elsewhere)
    lacking = f"is not in the capture {named(each.source.captures)}"
    notices = [
        Notice(PART, f"{what} {lacking}", ", ".join(filter(None, (f"post {each.n}", url))))
        for what, _, url in (phrase.partition(", ") for phrase in told)
    ]
    missing = {media.url for media in made.all_media if not media.sha256} - {m.url for m in each.post.all_media}
    for held, other in found:  # why a picture could not be had that only they name
        own = {f"post {other.n}, {url}": url for url in missing}
        notices += [
            replace(notice, where=f"post {each.n}, {own[notice.where]}")
            for notice in held.thread.notices
            if notice.where in own
        ]
    return made, notices


def _whose(post: Post, thread: Thread) -> str:
    """The digest of the capture that a post is from: a thread out of a book may hold several."""
    return post.capture or _name(thread)


def _own(each: _Placed, held: _Held) -> Post | None:
    """What a capture has of a post: of two with one id in it the one that is meant."""
    return each.post if held.thread is each.source else held.find(each.post)


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


def _carried(placed: Sequence[_Placed], base: Thread, posts: Sequence[Post], *, counts: bool) -> Iterator[Notice]:
    """The notices of the base and of the posts that came from elsewhere, at their new places."""
    for source in dict.fromkeys(map(id, (each.source for each in placed))):
        own = [each for each in placed if id(each.source) == source]
        moved = {each.post.n: each.n for each in own}
        thread = own[0].source
        told = []
        for notice in thread.notices:
            place = _PLACE.match(notice.where)
            if thread is not base and not (place and int(place[1]) in moved):
                continue
            if notice.code in _COUNTS and not counts:
                continue
            told.append(_moved(notice, moved))
        yield from _still(told, posts)


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
            note, said = thread.captures[0], "is cut, and was not used to tell which posts are gone"
            day = f" {named([note])}" if note.saved_at else ""  # several may be of one day: the file's name says which
            yield Notice(CUT, f"the capture {note.name[:LONGEST_NAME]}{day} {said}")


def _lost(
    placed: Sequence[_Placed], captures: Sequence[_Held], cut: frozenset[str], ident: str | None
) -> Iterator[Notice]:
    """Posts that a capture should hold and does not: it goes on after them, or was saved later than one that does.

    What a capture that is cut does not hold is no sign of anything; nor is what stands before the post with which a
    capture begins whose page is called after another post.
    """
    spans = [[k for k, each in enumerate(placed) if held.find(each.post)] for held in captures]
    for place, each in enumerate(placed):
        first = min((_since(held.thread) for held in captures if held.find(each.post)), default=_NEVER)
        for held, span in zip(captures, spans, strict=True):
            if _name(held.thread) in cut or held.find(each.post):
                continue
            if held.thread.id != ident and (not span or place < span[0]):
                continue
            if (span and place < span[-1]) or first < _saved(held.thread) < _NEVER:
                yield Notice(KEPT, f"not in the capture {named(held.thread.captures)}", f"post {each.n}")


def _since(thread: Thread) -> datetime:
    """From when on all that a thread holds was there, as far as anybody knows: several captures say it of the last."""
    return max((note.saved_at or _NEVER for note in thread.captures), default=_NEVER)


def _different(thread: Thread) -> Iterator[Notice]:
    """Posts of which other captures have other words: those of the most complete capture stand in the book."""
    notes = {note.sha256: note for note in thread.captures}
    for post in thread.posts:
        for digest in (digest for wording in post.wordings for digest in wording.captures if digest in notes):
            yield Notice(DIFFERS, f"in other words in the capture {named([notes[digest]])}", f"post {post.n}")
