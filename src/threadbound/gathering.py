"""Pages → the contents of books: captures united, threads chosen and put in order, what was decided written down.

Before: pages as they were read, and what the user asks for. After: a :class:`Content` for each book, whose pages stand
in its order, one a thread. Nothing here reads a page or makes a book.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from threadbound.book import order_file, selection
from threadbound.book.captures import one
from threadbound.book.collection import Collection, Cover
from threadbound.book.identity import author_key, key
from threadbound.book.order import ordered
from threadbound.errors import FileTrouble, UsageError
from threadbound.media.pictures import Pictures
from threadbound.media.probe import NotAPicture
from threadbound.media.recipes import SUFFIXES
from threadbound.options import Choice, CollectionOptions
from threadbound.pipeline import Content, Page

#: Larger covers are no covers.
MAX_COVER = 64 * 1024 * 1024
#: Endings of covers that are no form which a product takes as it is.
_OTHER = {
    "image/webp": ".webp",
    "image/avif": ".avif",
    "image/bmp": ".bmp",
    "image/tiff": ".tiff",
    "image/heic": ".heic",
}


class Wanted(Struct, frozen=True):
    """What books are to be made of."""

    options: CollectionOptions
    store: Pictures
    failed: tuple[str, ...] = ()
    """Names of pages that could not be read."""
    base: Collection | None = None
    """What had been decided about the book of which this is a new edition."""


def check_files(options: CollectionOptions) -> None:
    """See that the files that the user names for a book can be used, before any page is read.

    A pipe is read once only, when its turn comes.

    Raises:
        UsageError, FileTrouble: as :func:`gather`.
    """
    if options.choice.order_file and not _is_pipe(options.choice.order_file):
        order_file.read(options.choice.order_file)
    if options.cover and not _is_pipe(options.cover):
        cover_of(options.cover, Pictures())


def _is_pipe(path: Path) -> bool:
    try:
        return path.exists() and not path.is_file() and not path.is_dir()
    except OSError:
        return False  # reading it will say what is wrong


def gather(pages: Sequence[Page], wanted: Wanted) -> list[Content]:
    """The contents of the book, or with ``by_author`` of each author's.

    Raises:
        NoThread: no thread fits.
        UsageError: what is asked for contradicts itself, or the order file names what is not there.
        FileTrouble: the order file or the cover cannot be read.
    """
    options = wanted.options
    base = wanted.base or _base(pages)
    if wanted.base is None and (
        options.choice != Choice() or options.by_author
    ):  # other threads than those of that book, so another book
        base = replace(base, volume=None, editions=(), identifier="")
    united = _united(pages)
    chosen = [united[place] for place in selection.fitting([page.thread for page in united], options.choice)]
    chosen, titles = _listed(chosen, wanted)
    collection = _decided(base, wanted, titles)
    contents = []
    for group in _groups(chosen) if options.by_author else [chosen]:
        places = ordered([page.thread for page in group], collection.order, collection.titles)
        own = {key(page.thread) for page in group}
        titled = {name: title for name, title in collection.titles.items() if name in own}
        contents.append(Content(tuple(group[place] for place in places), replace(collection, titles=titled)))
    return contents


def _base(pages: Sequence[Page]) -> Collection:
    """What a book decided that was taken apart, where all pages come out of one; of several, their short titles."""
    records = [page.collection for page in pages]
    if records and records[0] is not None and all(record is records[0] for record in records):
        return records[0]
    titles: dict[str, str] = {}
    for record in records:
        titles |= record.titles if record else {}
    return Collection(titles=titles)


def _united(pages: Sequence[Page]) -> list[Page]:
    """One page a thread: that of its most complete capture, with all that the others have."""
    groups: dict[str, list[Page]] = defaultdict(list)
    for page in pages:
        groups[key(page.thread)].append(page)
    return [_one(group) for group in groups.values()]


def _one(group: Sequence[Page]) -> Page:
    if len(group) == 1:
        return group[0]
    thread = one([page.thread for page in group])
    captures = {capture.note.sha256: capture for page in group for capture in page.captures}
    held = {capture.note.sha256: capture for page in group for capture in page.captures if capture.has_bytes}
    own = [held.get(note.sha256, captures[note.sha256]) for note in thread.captures]
    base = next(page for page in group if page.capture.note.sha256 == own[0].note.sha256)
    return replace(base, thread=thread, capture=own[0], others=tuple(own[1:]))


def _listed(pages: Sequence[Page], wanted: Wanted) -> tuple[list[Page], dict[str, str]]:
    """The pages that the order file lists, in its order, and the titles that it gives; without one all pages."""
    path = wanted.options.choice.order_file
    if path is None:
        return list(pages), {}
    named = [order_file.Named(page.name, page.thread) for page in pages]
    found = order_file.placed(order_file.read(path), named, path, wanted.failed)
    if not found:
        raise UsageError(f"--order-file {path}: none of the pages that it lists could be read")
    titles = {key(pages[place].thread): title for place, title in found.items() if title}
    return [pages[place] for place in found], titles


def _groups(pages: Sequence[Page]) -> list[list[Page]]:
    """The pages of each author, in the order in which the authors first come."""
    groups: dict[str, list[Page]] = defaultdict(list)
    for page in pages:
        groups[author_key(page.thread)].append(page)
    return list(groups.values())


def _decided(base: Collection, wanted: Wanted, titles: Mapping[str, str]) -> Collection:
    """What holds for this book: what the user says now, else what a book said that was taken apart, else the usual."""
    options = wanted.options
    order = options.order or ("given" if options.choice.order_file else base.order)
    chosen = (*base.chosen, *(words for words in selection.described(options.choice) if words not in base.chosen))
    if options.parts in {"year", "month"} and order not in {"date", "reverse"}:
        raise UsageError(
            f"--parts {options.parts}: threads that stand by {order} have no {options.parts}s to part them"
        )
    return replace(
        base,
        title=base.title if options.title is None else options.title,
        order=order,
        parts=options.parts or base.parts,
        titles={**base.titles, **titles},
        chosen=chosen,
        cover=_cover(base.cover, wanted),
        pictures=options.pictures or base.pictures,
    )


def _cover(base: Cover, wanted: Wanted) -> Cover:
    options = wanted.options
    if options.cover:
        return cover_of(options.cover, wanted.store)
    return base if options.has_cover else Cover("none")


def cover_of(path: Path, store: Pictures) -> Cover:
    """The picture at ``path`` as a cover; it is in ``store`` then.

    Raises:
        FileTrouble: it cannot be read, or is no picture.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MAX_COVER + 1)
    except OSError as error:
        raise FileTrouble(f"--cover {path}: cannot be read: {error.strerror or error}") from error
    if len(data) > MAX_COVER:
        raise FileTrouble(f"--cover {path}: more than {MAX_COVER >> 20} MiB; give a smaller picture")
    try:
        picture = store.put(_reader(data))
    except NotAPicture as error:
        raise FileTrouble(f"--cover {path}: it cannot be a cover: {error}") from None
    media_type = picture.probe.media_type
    suffix = SUFFIXES.get(media_type) or _OTHER.get(media_type)
    if suffix is None:
        raise FileTrouble(f"--cover {path}: {media_type} is no form of picture for a cover; save it as JPEG or PNG")
    return Cover("file", f"cover{suffix}", picture.sha256, media_type)


def _reader(data: bytes) -> Callable[[], bytes]:
    return lambda: data
