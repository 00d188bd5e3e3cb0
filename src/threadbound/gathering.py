"""Pages → the contents of books: captures united, threads chosen and put in order, what was decided written down.

Before: pages as they were read, and what the user asks for. After: a :class:`Content` for each book, whose pages stand
in its order, one a thread. Nothing here reads a page or makes a book.
"""

from __future__ import annotations

import shlex
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace as replace_in
from itertools import chain
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from threadbound.book import order_file, selection
from threadbound.book.build import is_collection
from threadbound.book.captures import one
from threadbound.book.clusters import clusters
from threadbound.book.collection import Chosen, Collection, Cover
from threadbound.book.dates import count
from threadbound.book.identity import author_key, authors_of, key
from threadbound.book.order import ordered
from threadbound.book.people import known_by, line, namesakes
from threadbound.errors import FileTrouble, UsageError
from threadbound.media.pictures import Pictures
from threadbound.media.probe import NotAPicture
from threadbound.media.recipes import SUFFIXES
from threadbound.model.thread import Author, Thread
from threadbound.options import Choice, CollectionOptions
from threadbound.pipeline import Content, Page

#: What helps a thread of which the day is not known into a book of several.
CURE = "list what you want in an --order-file instead"
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
    had: frozenset[str] = frozenset()
    """Of a new edition: the digests of the captures that the book was made of."""
    drops: bool = False
    """Of a new edition: whether the threads of the book go that an order file does not list."""


class Remark(Struct, frozen=True):
    """What the user should know of a choice, though nothing failed."""

    name: str
    """Of the first page that it is about."""
    message: str


class Gathered(Struct, frozen=True):
    """What books are made of."""

    contents: list[Content]
    remarks: tuple[Remark, ...] = ()


def undated(names: Sequence[str], cure: str) -> tuple[Remark, ...]:
    """What is said of threads that were left out since their days are not known, by their pages; of none nothing."""
    if not names:
        return ()
    more = f", with {count(len(names) - 1, 'thread')} more, for their days are" if names[1:] else ", for its day is"
    return (Remark(names[0], f"left out{more} not known and --since and --until go by days; {cure}"),)


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


def gather(pages: Sequence[Page], wanted: Wanted) -> Gathered:
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
    groups = [[pages[place] for place in group] for group in clusters([page.thread for page in pages])]
    united = [_one(group) for group in groups]
    options = replace_in(options, choice=selection.understood([page.thread for page in united], options.choice))
    wanted = replace(wanted, options=options)
    base = replace(base, titles=_still(base.titles, groups, united))
    chosen = [united[place] for place in selection.fitting([page.thread for page in united], options.choice)]
    dayless = [page for page in united if selection.lacks_day(page.thread, selection.chosen(options.choice))]
    chosen, titles = _listed(chosen, wanted)
    collection = _decided(base, wanted, titles)
    contents = []
    for group in _groups(chosen) if options.by_author else [chosen]:
        places = ordered([page.thread for page in group], collection.order, collection.titles)
        own = {key(page.thread) for page in group}
        titled = {name: title for name, title in collection.titles.items() if name in own}
        out = _by_author_of(group, dayless) if options.by_author else dayless
        title = collection.title if options.title is not None else _title(base, group, wanted, titles)
        decided = replace(collection, title=title, titles=titled, undated=collection.undated + len(out))
        if options.by_author:
            decided = _of(decided, group[0].thread.author)
        contents.append(Content(tuple(group[place] for place in places), decided))
    others = aside(
        [(page.name, page.thread) for page in united if selection.fits_otherwise(page.thread, options.choice)],
        options.choice,
    )
    return Gathered(contents, (*undated([page.name for page in dayless], CURE), *_doubtful(chosen, wanted), *others))


def with_unbound(content: Content, count: int) -> Content:
    """The content, which says if it is a collection how many pages could not be read, or make no chapter."""
    said = count if is_collection([page.thread for page in content.pages], content.collection) else 0
    return replace(content, collection=replace(content.collection, unbound=said))


def _title(base: Collection, group: Sequence[Page], wanted: Wanted, titles: Mapping[str, str]) -> str:
    """The title of a book of which the user says none: of one thread that which the order file gives the thread.

    Such a title does not stay the book's when a new edition has more threads.
    """
    if len(group) == 1:
        return titles.get(key(group[0].thread), base.title)
    had = [page for page in group if not wanted.had.isdisjoint(note.sha256 for note in page.thread.captures)]
    is_its = len(had) == 1 and base.title == base.titles.get(key(had[0].thread))
    return "" if is_its else base.title


def _doubtful(pages: Sequence[Page], wanted: Wanted) -> Iterator[Remark]:
    """What is said of authors without a handle who may be others that have one and the same name."""
    authors = authors_of(page.thread for page in pages)
    whose = list(authors)
    doubtful = {whose[place]: others for place, others in namesakes(list(authors.values())).items()}
    if not doubtful:
        return
    page = next(page for page in pages if author_key(page.thread) in doubtful)
    who = author_key(page.thread)
    others = " and ".join(f"@{other.handle}" for other in doubtful[who])
    more = f" ({len(doubtful) - 1} more authors likewise)" if len(doubtful) > 1 else ""
    cure = "if they are one, put a copy of the page that has the handle in its place"
    yield Remark(
        _known_as(page, wanted),
        f"{line(authors[who].name)} has no handle here and counts as another author than {others}, who"
        f" {'is' if len(doubtful[who]) == 1 else 'are'} called so too{more}; {cure}",
    )


def aside(fitting: Sequence[tuple[str, Thread]], choice: Choice) -> Iterator[Remark]:
    """What is said of threads that were left out for their author alone, who may be one of those who were asked for.

    Args:
        fitting: names of pages and their threads that fit, whoever wrote them.
        choice: as :func:`selection.settled`.
    """
    chosen = [thread.author for _, thread in fitting if selection.is_by(thread, choice)]
    others = {(known_by(author), not author.handle): author for author in chosen if known_by(author)}
    left = [
        (name, thread.author, other)
        for name, thread in fitting
        if not selection.is_by(thread, choice)
        and (other := others.get((known_by(thread.author), bool(thread.author.handle))))
    ]
    if not left:
        return
    name, author, other = left[0]
    more = f", with {count(len(left) - 1, 'thread')} more" if left[1:] else ""
    whom = dict.fromkeys(f"@{each.handle}" if each.handle else line(each.name) for _, each, _ in left)
    cure = " and ".join(f"--author {shlex.quote(each)}" for each in list(whom)[: selection.MOST])
    yield Remark(
        name,
        f"left out{more}: {_shown(author)} counts as another author than {_shown(other)}, who is called so too;"
        f" give {cure} too to have both",
    )


def aside_of(inside: Sequence[Page], outside: Sequence[Page], asked: Sequence[Chosen]) -> Iterator[Remark]:
    """What :func:`aside` says of a book, and of what was left out of it since it fits none of ``asked``."""
    anyone = [replace(each, authors=(), names=()) for each in asked if each.authors or each.names]
    if not anyone:
        return
    authors, names = [each.authors for each in asked], [each.names for each in asked]
    whose = Choice(tuple(chain.from_iterable(authors)), names=tuple(chain.from_iterable(names)))
    chosen = [page for page in inside if selection.is_by(page.thread, whose)]
    left = [page for page in outside if selection.belongs(page.thread, anyone)]
    yield from aside([(page.name, page.thread) for page in (*chosen, *left)], whose)


def _shown(author: Author) -> str:
    return f"@{author.handle}" if author.handle else f"{line(author.name)} without a handle"


def _known_as(page: Page, wanted: Wanted) -> str:
    """What messages call a page; one out of the book of which this is a new edition by the file's name."""
    note = page.capture.note
    return note.name if note.sha256 in wanted.had else page.name


def _by_author_of(group: Sequence[Page], pages: Sequence[Page]) -> list[Page]:
    """Those of the pages that are by whoever wrote the group."""
    return [page for page in pages if author_key(page.thread) == author_key(group[0].thread)]


def _of(collection: Collection, author: Author) -> Collection:
    """What was decided about a book of one author's threads: those of others do not belong into a later edition."""
    choice = Choice((f"@{author.handle}",)) if author.handle else Choice(names=(line(author.name),))
    said = [words for words in selection.described(choice) if words not in collection.chosen]
    choices = selection.narrowed(collection.choices, choice)
    return replace(collection, chosen=(*said, *collection.chosen), choices=choices)


def _base(pages: Sequence[Page]) -> Collection:
    """What a book decided that was taken apart, where all pages come out of one, or out of volumes of one and some
    come in beside them; of several books, their short titles.
    """
    records = [page.collection for page in pages]
    if records and records[0] is not None and all(record is records[0] for record in records):
        return records[0]
    titles: dict[str, str] = {}
    for record in records:
        titles |= record.titles if record else {}
    sets = {record.volume.set_identifier if record.volume else "" for record in records if record}
    first = next((record for record in records if record), None)
    if first is None or len(sets) > 1 or not (whole := sets.pop()):
        return Collection(titles=titles)
    is_all = all(records)  # else there are pages that nobody chose
    chosen, choices = (first.chosen, first.choices) if is_all else ((), ())
    unbound = first.unbound if is_all else 0  # of now alone: what was lost then may be among what is given now
    decided = replace(first, volume=None, titles=titles, identifier=whole, unbound=unbound)
    return replace(decided, chosen=chosen, choices=choices)


def _still(titles: Mapping[str, str], groups: Sequence[Sequence[Page]], united: Sequence[Page]) -> dict[str, str]:
    """The short titles by what the threads are known by now: another capture may hold an earlier beginning."""
    known = {key(page.thread): key(whole.thread) for group, whole in zip(groups, united, strict=True) for page in group}
    return {known.get(name, name): title for name, title in titles.items()}


def _one(group: Sequence[Page]) -> Page:
    """One page a thread: that of its most complete capture, with all that the others have."""
    if len(group) == 1:
        return group[0]
    thread = one([page.thread for page in group])
    captures = {capture.note.sha256: capture for page in group for capture in page.captures}
    held = {capture.note.sha256: capture for page in group for capture in page.captures if capture.has_bytes}
    own = [held.get(note.sha256, captures[note.sha256]) for note in thread.captures]
    base = next(page for page in group if page.capture.note.sha256 == own[0].note.sha256)
    names = dict.fromkeys(name for page in group for name in (page.name, *page.also))
    also = tuple(name for name in names if name != base.name)
    return replace(base, thread=thread, capture=own[0], others=tuple(own[1:]), also=also)


def _listed(pages: Sequence[Page], wanted: Wanted) -> tuple[list[Page], dict[str, str]]:
    """The pages that the order file lists, in its order, and the titles that it gives; without one all pages."""
    path = wanted.options.choice.order_file
    if path is None:
        return list(pages), {}
    named = [order_file.Named((page.name, *page.also), page.thread, _held(page, wanted)) for page in pages]
    found = order_file.placed(order_file.read(path), named, path, wanted.failed)
    if not found:
        raise UsageError(f"--order-file {path}: none of the pages that it lists could be read")
    titles = {key(pages[place].thread): title for place, title in found.items() if title}
    rest = [
        page
        for place, page in enumerate(pages)
        if place not in found
        and not wanted.drops
        and not wanted.had.isdisjoint(note.sha256 for note in page.thread.captures)
    ]
    return [*(pages[place] for place in found), *rest], titles


def _held(page: Page, wanted: Wanted) -> tuple[str, ...]:
    """Names of the files that a new edition may know of from the book alone."""
    notes = page.thread.captures if wanted.base else ()
    return tuple(note.name for note in notes if note.sha256 in wanted.had)


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
    said = () if wanted.base else selection.described(options.choice)
    chosen = (*base.chosen, *(words for words in said if words not in base.chosen))
    if options.parts in {"year", "month"} and order not in {"date", "reverse"}:
        how = "by title" if order == "title" else "as they are given"
        raise UsageError(f"--parts {options.parts}: only threads by date have {options.parts}s; these stand {how}")
    return replace(
        base,
        title=base.title if options.title is None else options.title,
        order=order,
        parts=options.parts or base.parts,
        titles={**base.titles, **titles},
        chosen=chosen,
        choices=selection.narrowed(base.choices, options.choice) if wanted.base is None else base.choices,
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
