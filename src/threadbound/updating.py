"""A new edition of a book: ``--update``.

Before: a book that this tool made, and pages of which some may be new. After: the book holds all that it held, from
its own evidence where a page has gone, and what is new; it says what that is, and its log has one more entry. It is
replaced only by a whole one; where nothing is new it is left as it is.
"""

from __future__ import annotations

import dataclasses
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from threadbound import batch, pipeline
from threadbound.batch import Failure, Report
from threadbound.book import selection
from threadbound.book.build import modified
from threadbound.book.collection import Collection, Edition
from threadbound.book.evidence import Attach
from threadbound.book.identity import identifier, key
from threadbound.book.titles import short_title
from threadbound.errors import FileTrouble, UsageError
from threadbound.extraction import extract
from threadbound.gathering import Wanted, check_files
from threadbound.media.pictures import Pictures
from threadbound.model import codec
from threadbound.model.thread import Thread
from threadbound.options import BindOptions, Choice, Step, no_step
from threadbound.pipeline import Content, Page, Product


class Prepared(Struct, frozen=True):
    """A new edition, before it is made."""

    content: Content | None
    """What it is made of; nothing where nothing is new, or no book can be made."""
    store: Pictures
    options: BindOptions
    """For this book."""
    edition: Edition | None
    """The entry of the log, where there is a new one."""
    failures: tuple[Failure, ...]
    again: Callable[[Content, BindOptions, Failure], Prepared | None]
    """The same without those pages of which no chapter can be made, if there are such."""
    is_current: bool = False
    """Whether nothing is new: the book is what it would be."""

    def sound(self, why: Failure) -> Prepared | None:
        """What remains of an edition that cannot be made."""
        return self.again(self.content, self.options, why) if self.content else None


class Updated(Struct, frozen=True):
    """What came of it."""

    report: Report
    edition: Edition | None
    """``None``: nothing is new, and the book is as it was."""


def update(inputs: Sequence[str], options: BindOptions, step: Step = no_step) -> Updated:
    """Make a new edition of the book that ``options`` name.

    Raises:
        NoThread: it is no book of this tool.
        FileTrouble: it cannot be read whole.
        UsageError: of this book there can be none.
    """
    with prepared(inputs, options, step) as found:
        if refused := batch.strictly(found.failures, options):
            return _updated(found, refused)
        result = _made(found, step)
        if (
            isinstance(result, Failure)
            and batch.is_broken(result)
            and not options.strict
            and (sound := found.sound(result))
        ):
            return _updated(sound, _made(sound, step))
        return _updated(found, result)


def _updated(found: Prepared, result: Product | Failure | None) -> Updated:
    if isinstance(result, Failure):
        return Updated(Report((), (*found.failures, result)), None)
    return Updated(Report((result,) if result else (), found.failures, int(found.is_current)), found.edition)


def _made(found: Prepared, step: Step) -> Product | Failure | None:
    """The new edition in the place of the book, if there is one."""
    if found.content is None:
        return None
    return batch.made(found.content, found.store, found.options, Path(str(found.options.output)), step)


@contextmanager
def prepared(inputs: Sequence[str], options: BindOptions, step: Step) -> Iterator[Prepared]:
    """The new edition; its pictures can be read inside the block only.

    Raises:
        ThreadboundError: as :func:`update`.
    """
    book = Path(str(options.collection.update))
    pipeline.check_look(options)
    check_files(options.collection)
    with tempfile.TemporaryDirectory(prefix="threadbound-") as temporary:
        folder = Path(temporary) / "book"
        extracted = extract(book, folder)
        if extracted.has_losses:
            raise FileTrouble(f"{book}: it is damaged, so nothing was changed; threadbound verify says what is wrong")
        places = pipeline.sources(options.fetch, options.cache_dir, options.max_image_pixels)
        store = Pictures(places.store.prove) if places.store else Pictures()
        pages, failures = batch.read_apart(inputs, places, store, step)
        old = pipeline.read_all(str(folder), store)
        yield _prepared(_Edition(book, old, pages, failures), store, options)


class _Edition(Struct, frozen=True):
    """What a new edition may be made of."""

    book: Path
    old: list[Page]
    pages: list[Page]
    failures: list[Failure]
    broken: frozenset[str] = frozenset()
    """Keys of the threads of which no chapter can be made as the pages have them: what the book has of them stays."""


def _prepared(found: _Edition, store: Pictures, options: BindOptions) -> Prepared:
    def again(content: Content, own: BindOptions, why: Failure) -> Prepared | None:
        """The edition without new pages that make no chapter; what the book has of their threads stays in it."""
        given = {key(page.thread): page.name for page in found.pages}
        broken = {key(content.pages[n].thread): each for n, each in batch.left_out(content, store, own, why).items()}
        if not broken or not broken.keys() <= given.keys():
            return None
        told = [*found.failures, *(batch.without(given[name], failure) for name, failure in broken.items())]
        pages = [page for page in found.pages if key(page.thread) not in broken]
        return _prepared(_Edition(found.book, found.old, pages, told, frozenset(broken)), store, options)

    base = found.old[0].collection or Collection()
    if base.volume:
        raise UsageError(
            f"{found.book}: it is volume {base.volume.number} of {base.volume.of}, and a new edition is made of a whole"
            f" book; extract all {base.volume.of}, and bind what came out of them together with the new pages"
        )
    choice = options.collection.choice
    fresh = [page for page in found.pages if selection.fits(page.thread, choice)]
    kept, dropped = _kept(found, fresh) if options.collection.drop_missing else (found.old, [])
    chosen = dataclasses.replace(options.collection, choice=Choice(order_file=choice.order_file))
    own = dataclasses.replace(options, collection=chosen, force=True, output=found.book, attach=_attach(found, options))
    names = tuple(failure.name for failure in found.failures)
    contents = batch.contents_of([*kept, *fresh], own, Wanted(chosen, store, names, base))
    if isinstance(contents, Failure):
        return Prepared(None, store, own, None, (*found.failures, contents), again)
    content = contents[0]
    edition = _edition(found.old, content, [short_title(page.thread) for page in dropped], options)
    if edition is None:
        return Prepared(None, store, own, None, tuple(found.failures), again, is_current=True)
    log = base.editions or (_first(found.old),)
    numbered = replace(edition, number=log[-1].number + 1)
    whole = base.identifier or identifier(page.thread for page in found.old)
    decided = replace(content.collection, editions=(*log, numbered), identifier=whole)
    return Prepared(replace(content, collection=decided), store, own, numbered, tuple(found.failures), again)


def _kept(found: _Edition, fresh: Sequence[Page]) -> tuple[list[Page], list[Page]]:
    """The old chapters that were given again, and those that were not. A page that cannot be read has not gone."""
    if not fresh:
        raise UsageError(f"{found.book}: no page that was given can be read, and --drop-missing would drop everything")
    there = {key(page.thread) for page in fresh}
    broken = {Path(failure.name).name for failure in found.failures}
    kept: list[Page] = []
    dropped: list[Page] = []
    for page in found.old:
        is_there = key(page.thread) in there | found.broken or broken.intersection(
            note.name for note in page.thread.captures
        )
        (kept if is_there else dropped).append(page)
    return kept, dropped


def _attach(found: _Edition, options: BindOptions) -> Attach | None:
    """As the user says; else the saved pages stay in a book that had them."""
    had = all(capture.data for page in found.old for capture in page.captures)
    return options.attach or ("page,json" if had else None)


def _edition(old: Sequence[Page], content: Content, dropped: Sequence[str], options: BindOptions) -> Edition | None:
    """The entry of the log; nothing where the book would be as it is."""
    before = {key(page.thread): codec.encode(page.thread) for page in old}
    threads = [page.thread for page in content.pages]
    new = tuple(key(thread) for thread in threads if key(thread) not in before)
    grown = tuple(name for thread in threads if before.get(name := key(thread), b"") not in {b"", codec.encode(thread)})
    base = old[0].collection or Collection()
    is_same = [key(page.thread) for page in old] == [key(thread) for thread in threads]
    if not (new or grown or dropped) and content.collection == base and is_same:
        return None
    return _entry(threads, new, grown, tuple(dropped), options.modified)


def _first(old: Sequence[Page]) -> Edition:
    """The entry of the edition that knew of no other."""
    return _entry([page.thread for page in old], (), (), (), None)


def _entry(
    threads: Sequence[Thread],
    new: tuple[str, ...],
    grown: tuple[str, ...],
    dropped: tuple[str, ...],
    date: str | None,
) -> Edition:
    posts = sum(len(thread.posts) for thread in threads)
    return Edition(1, date or modified(threads), len(threads), posts, new, grown, dropped)
