"""What was extracted from a book, to be bound again.

Before: a folder with :data:`manifest.NAME` in it. After: the threads as the book had them, a capture each, and the
pictures: what a book showed of an original stands for that original, under its digest.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace
from PIL import Image

from threadbound.book.collection import Collection, Cover
from threadbound.book.collection import decode as decode_collection
from threadbound.containers.capture import Capture, nothing
from threadbound.digests import sha256
from threadbound.errors import FileTrouble
from threadbound.media.pictures import Pictures, StoredPicture
from threadbound.media.probe import NotAPicture, opened, probe
from threadbound.model.media import Media
from threadbound.model.thread import CaptureNote, Card, Thread
from threadbound.notices import Notice
from threadbound.readers import manifest
from threadbound.readers.manifest import File
from threadbound.readers.threads import decode, digests

LACKING = "{} was not in the book that was extracted"
NOT_HELD = Notice("media.not-in-capture", LACKING.format("a picture"))


class Extracted(Struct, frozen=True):
    """A book taken apart."""

    threads: tuple[Thread, ...]
    captures: tuple[tuple[Capture, ...], ...]
    """Those of each thread; without data where the book did not carry the page."""
    collection: Collection = Collection()
    """What was decided about the book."""


def read(folder: Path, pictures: Pictures, max_pixels: int) -> Extracted:
    """What lies in ``folder``; its pictures go into ``pictures``.

    Raises:
        FileTrouble: something in it cannot be read, or is not what was extracted.
    """
    listed = manifest.read(folder)
    files = listed.files
    written = next((file for file in files if file.kind == "threads"), None)
    if written is None:
        raise FileTrouble(f"{folder / manifest.NAME}: it names no threads; {manifest.CURE}")
    threads = decode(str(folder / written.name), manifest.held(folder, written))
    shelf = _Folder(folder, listed.book.product, max_pixels)
    missing = {each.of for each in listed.missing if each.kind == "picture"}
    # Of a picture that was divided the parts that came out are there; they are not all of it.
    shown = [file for file in files if file.kind == "picture" and file.of not in missing]
    lost = _fill(pictures, shelf, shown, digests(threads))
    pages = {file.of: file for file in files if file.kind == "page"}
    return Extracted(
        tuple(_without(thread, lost) for thread in threads),
        tuple(tuple(_capture(folder, note, pages.get(note.sha256)) for note in thread.captures) for thread in threads),
        _collection(folder, files, pictures, max_pixels),
    )


def _collection(folder: Path, files: Sequence[File], pictures: Pictures, max_pixels: int) -> Collection:
    """What was decided about the book; its cover goes into ``pictures``."""
    record = next((file for file in files if file.kind == "collection"), None)
    if record is None:
        return Collection()
    collection = decode_collection(str(folder / record.name), manifest.held(folder, record))
    if collection.cover.kind != "file":
        return collection
    cover = next((file for file in files if file.kind == "cover" and file.sha256 == collection.cover.sha256), None)
    if cover is None:
        return replace(collection, cover=Cover())
    try:
        pictures.add(_stored(cover.sha256, _Folder(folder, "", max_pixels), cover))
    except NotAPicture as error:
        raise FileTrouble(f"{folder / cover.name}: it cannot be a cover: {error}; {manifest.CURE}") from None
    return collection


def _capture(folder: Path, note: CaptureNote, page: File | None) -> Capture:
    data = manifest.held(folder, page) if page else b""
    if data and sha256(data) != note.sha256:
        raise FileTrouble(f"{folder}: the saved page is not the one that the thread was read from; {manifest.CURE}")
    return Capture(note, data, "", "html", nothing)


class _Folder(Struct, frozen=True):
    path: Path
    product: str
    """That it came from."""
    max_pixels: int


def _fill(pictures: Pictures, folder: _Folder, files: Sequence[File], wanted: frozenset[str]) -> dict[str, Notice]:
    """Put the pictures where the books look for them; gives those that are not to be had, and why."""
    lost: dict[str, Notice] = {}
    for digest in wanted:
        own = sorted((file for file in files if file.of == digest), key=lambda file: file.part or 0)
        try:
            pictures.add(_picture(digest, folder, own))
        except LookupError:
            lost[digest] = NOT_HELD
        except NotAPicture as error:
            lost[digest] = Notice(error.code, f"a picture cannot be shown: {error}")
    return lost


def _picture(digest: str, folder: _Folder, files: Sequence[File]) -> StoredPicture:
    """What stands for the original: the file of the whole picture, or its slices put together."""
    slices = tuple(_stored(digest, folder, file) for file in files if file.part)
    whole = [_stored(digest, folder, file) for file in files if not file.part]
    if not whole and not slices:
        raise LookupError(digest)
    if whole:
        return replace(whole[0], slices=slices, is_whole=folder.product == "epub" and not slices)
    if sum(each.probe.width * each.probe.height for each in slices) > folder.max_pixels:
        raise NotAPicture("its slices have too many pixels together", "media.too-large")
    read = partial(_together, slices, folder.max_pixels)
    data = read()
    return StoredPicture(digest, probe(data, folder.max_pixels), read, sha256(data), slices)


def _stored(digest: str, folder: _Folder, file: File) -> StoredPicture:
    read: Callable[[], bytes] = partial(manifest.held, folder.path, file)
    return StoredPicture(digest, probe(read(), folder.max_pixels), read, file.sha256)


def _together(slices: Sequence[StoredPicture], max_pixels: int) -> bytes:
    """One PNG of the slices, below each other."""
    parts = list(_decoded(slices, max_pixels))
    mode = "RGBA" if any(part.has_transparency_data for part in parts) else "RGB"
    whole = Image.new(mode, (max(part.width for part in parts), sum(part.height for part in parts)))
    top = 0
    for part in parts:
        whole.paste(part.convert(mode), (0, top))
        top += part.height
    out = io.BytesIO()
    whole.save(out, "PNG")
    return out.getvalue()


def _decoded(slices: Sequence[StoredPicture], max_pixels: int) -> Iterator[Image.Image]:
    for each in slices:
        with opened(each.read(), max_pixels) as image:
            yield image.copy()


def _without(thread: Thread, lost: dict[str, Notice]) -> Thread:
    """The thread without the digests of pictures that are not to be had, and with a notice for each."""
    notices: list[Notice] = []

    def found(media: Media, where: str) -> Media:
        if media.sha256 not in lost:
            return media
        notices.append(replace(lost[str(media.sha256)], where=f"{where}, {media.url}"))
        return replace(media, sha256=None, media_type=None, width=None, height=None, found=None)

    def decorated(card: Card, where: str) -> Card:
        if card.image is None or card.image.sha256 not in lost:
            return card
        notices.append(Notice("media.card-missing", LACKING.format("the picture of a link's preview"), where))
        return replace(
            card, image=replace(card.image, sha256=None, media_type=None, width=None, height=None, found=None)
        )

    posts = []
    for post in thread.posts:
        where = f"post {post.n}"
        quotes = tuple(
            replace(quote, media=tuple(found(media, where) for media in quote.media)) for quote in post.quotes
        )
        cards = tuple(decorated(card, where) for card in post.cards)
        own = tuple(found(media, where) for media in post.media)
        posts.append(replace(post, media=own, quotes=quotes, cards=cards))
    author = thread.author
    if author.avatar_sha256 in lost:
        notices.append(Notice("media.avatar-missing", LACKING.format("the author's portrait")))
        author = replace(author, avatar_sha256=None, avatar_found=None)
    if not notices:
        return thread
    return replace(thread, posts=tuple(posts), author=author, notices=(*thread.notices, *dict.fromkeys(notices)))
