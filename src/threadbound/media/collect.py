"""Find each picture's bytes. Before: a thread as read. After: every picture that could be had has its digest, type,
size and origin in the thread; every other one has its notice, which names post, address and reason.

The places are looked at in order, and the first whose bytes prove to be a picture wins: inside the capture and beside
it, folders that the user named, the media store. What none of them has is ``missing``: the caller may fetch it into the
store, and collect again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial

import msgspec
from msgspec import Struct, field

from threadbound.media.addresses import Address, address_of
from threadbound.media.pictures import Pictures, StoredPicture
from threadbound.media.policy import Policy
from threadbound.media.probe import NotAPicture
from threadbound.media.store import MediaStore
from threadbound.media.wanted import Trouble, Wanted
from threadbound.model.media import Found, Media, Origin
from threadbound.model.thread import Author, Card, Post, Quote, Thread
from threadbound.notices import Notice

#: What each kind's picture is called in a notice.
NAMES = {"image": "a picture", "video": "a video's still picture", "gif": "a GIF's still picture"}
#: A picture that nobody has looked for on the network.
NOT_SAVED = Trouble("media.not-in-capture", "was not saved with the page")
Find = Callable[[str], bytes | None]


class Absent(Exception):
    """No place has the picture."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.reason)
        self.trouble = trouble


class Search(Struct):
    """Where one page's pictures are looked for, and what came of it."""

    places: tuple[tuple[Origin, Find], ...]
    """Places at hand, nearest first."""
    pictures: Pictures
    """Where what is found goes."""
    store: MediaStore | None = None
    policy: Policy = Policy()
    """Which hosts may be asked for what is missing."""
    near: datetime | None = None
    """When the page was saved, or the thread published where the page does not say."""
    troubles: dict[str, Trouble] = field(default_factory=dict)
    """What the network said, by identity."""
    missing: dict[str, Wanted] = field(default_factory=dict)
    """What the network may be asked for, by identity."""
    stale: datetime | None = None
    """What was checked before then, and is not the largest size, is asked for again."""
    seen: dict[tuple[str, ...], tuple[StoredPicture, Found] | Trouble | None] = field(default_factory=dict)
    """What the places at hand gave, by references."""
    whence: dict[str, tuple[Origin, str]] = field(default_factory=dict)
    """Where the originals at hand lie, by digest: in which place, under which reference."""

    def look(self, references: tuple[str, ...], url: str) -> tuple[StoredPicture, Found]:
        """The first proven picture.

        Args:
            references: how the page points at it.
            url: its address; empty where the page gives none.

        Raises:
            Absent: there is none.
        """
        references = references or ((url,) if url else ())
        if references not in self.seen:
            self.seen[references] = self._at_hand(references)
        found = self.seen[references]
        if isinstance(found, tuple):
            return found
        address = next(filter(None, map(address_of, (url, *references))), None)
        if address is None:
            raise Absent(found or NOT_SAVED)
        return self._stored(address) or self._miss(address, found)

    def _at_hand(self, references: Iterable[str]) -> tuple[StoredPicture, Found] | Trouble | None:
        refusal: Trouble | None = None  # not the exception: its traceback would hold the bytes
        for origin, find in self.places:
            for reference in references:
                try:
                    picture = self.pictures.put(partial(bytes_at, find, reference))
                    self.whence.setdefault(picture.sha256, (origin, reference))
                    return picture, Found(origin)
                except FileNotFoundError:
                    continue
                except NotAPicture as error:
                    refusal = _damaged(error)
        return refusal

    def _stored(self, address: Address) -> tuple[StoredPicture, Found] | None:
        entry = self.store.entry(address.identity) if self.store else None
        if self.store is None or entry is None:
            return None
        try:
            picture = self.pictures.find(entry.sha256 or "") or self.store.picture(entry)
        except NotAPicture as error:  # nothing that the network gives would help
            raise Absent(_damaged(error)) from None
        if picture is None:
            return None
        if self.stale and not entry.is_best and (entry.checked or entry.fetched) < self.stale:
            self._want(address)
        return self.pictures.add(picture), Found(entry.origin, entry.url, entry.fetched)

    def _want(self, address: Address) -> None:
        self.missing[address.identity] = Wanted(address.identity, address.candidates, self.policy, self.near)

    def _miss(self, address: Address, refusal: Trouble | None) -> tuple[StoredPicture, Found]:
        """Note that the picture is missing; always raises."""
        self._want(address)
        lack = refusal or NOT_SAVED
        if trouble := self.troubles.get(address.identity):
            raise Absent(Trouble(trouble.code, f"{lack.reason}, and cannot be fetched: {trouble.reason}"))
        raise Absent(lack)


def collect(thread: Thread, search: Search) -> Thread:
    """``thread`` with what ``search`` finds of its pictures, and a notice for each that it does not."""
    collector = _Collector(search)
    posts = tuple(collector.post(post) for post in thread.posts)
    author = collector.author(thread.author)
    notices = tuple(dict.fromkeys((*thread.notices, *collector.notices)))
    return msgspec.structs.replace(thread, author=author, posts=posts, notices=notices)


class _Collector(Struct):
    search: Search
    notices: list[Notice] = field(default_factory=list)

    def post(self, post: Post) -> Post:
        where = f"post {post.n}"
        return msgspec.structs.replace(
            post,
            media=self._all(post.media, where),
            quotes=tuple(self._quote(quote, where) for quote in post.quotes),
            cards=tuple(self._card(card, where) for card in post.cards),
        )

    def author(self, author: Author) -> Author:
        if not author.avatar_references and not author.avatar:
            return author
        try:
            picture, found = self.search.look(author.avatar_references, author.avatar or "")
        except Absent as absent:
            self._notice("media.avatar-missing", "the author's portrait", absent, author.avatar or "")
            return author
        return msgspec.structs.replace(author, avatar_sha256=picture.sha256, avatar_found=found)

    def _all(self, media: Iterable[Media], where: str) -> tuple[Media, ...]:
        return tuple(self._media(item, where) for item in media)

    def _quote(self, quote: Quote, where: str) -> Quote:
        return msgspec.structs.replace(quote, media=self._all(quote.media, f"{where}, quoted post"))

    def _card(self, card: Card, where: str) -> Card:
        """A card's picture decorates the card: taken where it can be had, no loss where it cannot."""
        if card.image is None:
            return card
        try:
            picture, found = self.search.look(card.image.references, card.image.url)
        except Absent as absent:
            self._notice("media.card-missing", "the picture of a link's preview", absent, f"{where}, {card.image.url}")
            return card
        return msgspec.structs.replace(card, image=_known(card.image, picture, found))

    def _media(self, media: Media, where: str) -> Media:
        if media.kind != "image":
            place = f"{where}, {media.url}" if media.url else where
            clip = "GIF" if media.kind == "gif" else "video"
            self.notices.append(Notice("media.video-not-embedded", f"the {clip} itself is not in the book", place))
        address = media.url if media.kind == "image" else (media.poster or "")
        if not media.references and not address:
            return media  # a clip without a still; a text copy's word "Image", of which its adapter has told
        try:
            picture, found = self.search.look(media.references, address)
        except Absent as absent:
            code = absent.trouble.code
            self._notice(code, NAMES[media.kind], absent, f"{where}, {address}" if address else where)
            return media
        return _known(media, picture, found)

    def _notice(self, code: str, what: str, absent: Absent, where: str) -> None:
        self.notices.append(Notice(code, f"{what} {absent.trouble.reason}", where))


def bytes_at(find: Find, reference: str) -> bytes:
    """What a place has under a reference.

    Raises:
        FileNotFoundError: nothing.
    """
    data = find(reference)
    if data is None:
        raise FileNotFoundError(reference)  # taken away between two reads of one run: the boundary reports it
    return data


def _damaged(refusal: NotAPicture) -> Trouble:
    return Trouble(refusal.code, f"cannot be shown: {refusal}")


def _known(media: Media, picture: StoredPicture, found: Found) -> Media:
    return msgspec.structs.replace(
        media,
        sha256=picture.sha256,
        media_type=picture.probe.media_type,
        width=picture.probe.width,
        height=picture.probe.height,
        found=found,
    )
