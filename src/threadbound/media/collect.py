"""Find each picture's bytes. Before: a thread as read. After: every picture that the capture holds is in the store and
has its digest, type and size in the thread; every other one has its notice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

import msgspec
from msgspec import Struct, field

from threadbound.containers.capture import Capture
from threadbound.media.pictures import Pictures, StoredPicture
from threadbound.media.probe import NotAPicture
from threadbound.model.media import Media
from threadbound.model.thread import Author, Card, Post, Quote, Thread
from threadbound.notices import Notice

#: What each kind's picture is called in a notice.
NAMES = {"image": "a picture", "video": "a video's still picture", "gif": "a GIF's still picture"}


def collect(thread: Thread, capture: Capture, store: Pictures) -> Thread:
    """``thread`` with the digests of all pictures that ``capture`` holds, and a notice for each that it does not."""
    collector = _Collector(capture.find, store)
    posts = tuple(collector.post(post) for post in thread.posts)
    author = collector.author(thread.author)
    notices = tuple(dict.fromkeys((*thread.notices, *collector.notices)))
    return msgspec.structs.replace(thread, author=author, posts=posts, notices=notices)


class _Collector(Struct):
    find: Callable[[str], bytes | None]
    store: Pictures
    notices: list[Notice] = field(default_factory=list)

    def post(self, post: Post) -> Post:
        where = f"post {post.n}"
        return msgspec.structs.replace(
            post,
            media=self._all(post.media, where),
            quotes=tuple(self._quote(quote, where) for quote in post.quotes),
            cards=tuple(self._card(card) for card in post.cards),
        )

    def author(self, author: Author) -> Author:
        references = author.avatar_references or ((author.avatar,) if author.avatar else ())
        if not references:
            return author
        try:
            found = self._first(references)
        except NotAPicture:
            found = None
        if found is None:
            self._notice("media.avatar-missing", "the author's portrait was not saved with the page", author.avatar)
            return author
        return msgspec.structs.replace(author, avatar_sha256=found.sha256)

    def _all(self, media: Iterable[Media], where: str) -> tuple[Media, ...]:
        return tuple(self._media(item, where) for item in media)

    def _quote(self, quote: Quote, where: str) -> Quote:
        return msgspec.structs.replace(quote, media=self._all(quote.media, f"{where}, quoted post"))

    def _card(self, card: Card) -> Card:
        """A card's picture decorates the card: taken where it is there, not missed where it is not."""
        if card.image is None:
            return card
        try:
            found = self._first(card.image.references or (card.image.url,))
        except NotAPicture:
            found = None
        return msgspec.structs.replace(card, image=_known(card.image, found)) if found else card

    def _media(self, media: Media, where: str) -> Media:
        if media.kind != "image":
            place = f"{where}, {media.url}" if media.url else where
            self._notice("media.video-not-embedded", f"the {_clip(media)} itself is not in the book", place)
            if not media.poster and not media.references:
                return media
        if not media.references and not media.url:
            return media  # a text copy: the word "Image" and no address; its adapter has said so
        address = media.url if media.kind == "image" else (media.poster or "")
        place = f"{where}, {address}" if address else where
        try:
            found = self._first(media.references or ((address,) if address else ()))
        except NotAPicture as error:
            self._notice(error.code, f"{NAMES[media.kind]} cannot be shown: {error}", place)
            return media
        if found is None:
            self._notice("media.not-in-capture", f"{NAMES[media.kind]} was not saved with the page", place)
            return media
        return _known(media, found)

    def _first(self, references: Iterable[str]) -> StoredPicture | None:
        """The first reference that proves to be a picture; the last refusal is raised when none does."""
        refusal: NotAPicture | None = None
        for reference in references:
            try:
                return self.store.put(partial(_read, self.find, reference))
            except FileNotFoundError:
                continue
            except NotAPicture as error:
                refusal = error
        if refusal:
            raise refusal
        return None

    def _notice(self, code: str, message: str, where: str | None) -> None:
        self.notices.append(Notice(code, message, where or ""))


def _read(find: Callable[[str], bytes | None], reference: str) -> bytes:
    data = find(reference)
    if data is None:
        raise FileNotFoundError(reference)  # taken away between two reads of one run: the boundary reports it
    return data


def _clip(media: Media) -> str:
    return "GIF" if media.kind == "gif" else "video"


def _known(media: Media, found: StoredPicture) -> Media:
    return msgspec.structs.replace(
        media,
        sha256=found.sha256,
        media_type=found.probe.media_type,
        width=found.probe.width,
        height=found.probe.height,
    )
