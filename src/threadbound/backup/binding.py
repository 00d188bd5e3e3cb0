"""Making one of the books that a backup keeps up to date.

Before: an order, and the library. After: the book or its volumes lie under ``products/``, of every chapter that can be
made; one that cannot be is told, and where the book had it before, it is as it was there. Or there is none: then what
was there before stays, as it does where such chapters are all that it lacks and none of them can be made yet. It loads
what sets books, so a night with nothing new does without it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path

from msgspec import Struct, field
from msgspec.structs import replace

from threadbound import archive, batch, pipeline, sheets
from threadbound.backup.bookmaking import SUFFIXES, VOLUME, Order, is_of, lacking_only_broken
from threadbound.batch import Failed
from threadbound.errors import LeftOut, ThreadboundError
from threadbound.extraction import extract
from threadbound.gathering import Wanted, gather, with_unbound
from threadbound.library.layout import Library
from threadbound.library.products import Product as Made
from threadbound.library.products import Products
from threadbound.media.pictures import Pictures
from threadbound.options import Step, no_step
from threadbound.pipeline import Content, Page
from threadbound.pipeline import Product as BoundBook
from threadbound.survey import Failure, fenced
from threadbound.volumes import divided, told


class Bound(Struct, frozen=True):
    """What came of an order."""

    books: dict[str, BoundBook]
    """By their names; none where the book cannot be made, or would be as it is."""
    failures: tuple[Failure, ...] = ()
    """Chapters that are not in it as they should be; or why there is none."""


class _Edition(Struct):
    """A book while it is made."""

    library: Library
    order: Order
    store: Pictures
    folder: Path
    """For what is thrown away again."""
    pages: list[Page]
    states: dict[str, str]
    """Key of each thread that is in it → the state in which it is: what differs from the order is tried again."""
    failures: list[Failure] = field(default_factory=list)
    broken: dict[str, str] = field(default_factory=dict)
    """Key of each thread of which no chapter can be made → the state in which the order has it."""
    stays: set[str] = field(default_factory=set)
    """Keys of the threads that are in it as the older book has them."""
    held: list[Page] | None = None
    """The chapters of the older book, once they were asked for."""


def make(library: Library, order: Order, products: Products, step: Step = no_step) -> Bound:
    """Make a book, or its volumes, and have them take their places.

    Raises:
        ThreadboundError: the disk or the configuration does not allow it; what was there before is still there.
    """
    pages = [archive.page(library, entry) for entry in order.entries]
    store = Pictures()
    for page in pages:
        store.pictures |= page.search.pictures.pictures
    with tempfile.TemporaryDirectory(prefix="threadbound-", dir=library.incoming) as folder:
        edition = _Edition(library, order, store, Path(folder), pages, order.threads)
        older = [each for each in products.listed.values() if is_of(order, each)]
        whole = lacking_only_broken(order, products)  # all of its volumes know the same of threads
        if whole and (still := _still_broken(edition, whole[0])):
            return Bound({}, still)
        left = batch.ROUNDS  # a system without memory kills again and again
        while True:
            (gathered,) = gather(edition.pages, Wanted(order.options.collection, store)).contents
            content = with_unbound(gathered, len(edition.failures))
            made = _volumes(edition, content, step)
            failed = [each for each in made if isinstance(each, Failed)]
            if not failed:
                books = [each for each in made if isinstance(each, BoundBook)]
                return Bound(_put(edition, products, older, books), tuple(edition.failures))
            broken = batch.left_out(content, store, order.options, failed) if left else {}
            if not broken or not _is_sound(edition, [content.pages[place] for place in broken], older, broken.values()):
                return Bound({}, (_said(failed[0].why, older),))
            left -= 1


def _still_broken(edition: _Edition, older: Made) -> tuple[Failure, ...]:
    """What is said of the chapters that could not be made when the book was; nothing where one can be now."""
    trial, told = edition.folder / "trial", []
    for page in (page for page in edition.pages if page.name in older.broken):
        alone = Content((page,))
        why = fenced(page.name, lambda: sheets.make(alone, edition.store, edition.order.options, trial))  # noqa: B023 - called at once
        if not (isinstance(why, Failure) and batch.is_broken(why)):
            return ()
        told.append(_named(edition, page, batch.without(page.name, why), stays=page.name in older.threads))
    return tuple(told)


def _said(why: Failure, older: Sequence[Made]) -> Failure:
    """Why there is no new book."""
    if not older:
        return why
    said = ThreadboundError(f"{why.error}; the older book stays")
    said.exit_code = why.error.exit_code
    return replace(why, error=said)


def _volumes(edition: _Edition, content: Content, step: Step) -> list[BoundBook | Failed]:
    """The volumes of a book, under temporary names; or those that are broken.

    Raises:
        ThreadboundError: the disk or the configuration does not allow it.
    """
    options = edition.order.options
    suffix = SUFFIXES[options.product]

    def bound(each: Content, target: Path) -> BoundBook | Failed:
        result = fenced(edition.order.name, lambda: sheets.make(each, edition.store, options, target, step))
        return Failed(each, _broken(result)) if isinstance(result, Failure) else told(result, options)

    contents = fenced(edition.order.name, lambda: divided(content, options, edition.store))
    if isinstance(contents, Failure):
        return [Failed(content, _broken(contents))]
    return [bound(each, edition.folder / f"{number}{suffix}") for number, each in enumerate(contents, 1)]


def _broken(failure: Failure) -> Failure:
    """The failure, where something in the book is the reason.

    Raises:
        ThreadboundError: it is not.
    """
    if not batch.is_broken(failure):
        raise failure.error
    return failure


def _is_sound(edition: _Edition, guilty: Sequence[Page], older: Sequence[Made], why: Iterable[Failure]) -> bool:
    """Whether the book may be made without these pages: they are out of it, or as the older book has them.

    It may not where it would lose a chapter of that.
    """
    had = {name: state for each in older for name, state in each.threads.items()}
    for page, failure in zip(guilty, why, strict=True):
        names = {page.name, *page.also}
        known = {name: had[name] for name in names & had.keys()}
        stays = _of_older(edition, older, page) if known else []
        if edition.stays & names or (known and not stays):
            return False
        edition.stays |= known.keys()
        edition.broken |= {name: state for name, state in edition.order.threads.items() if name in names}
        edition.states = {name: state for name, state in edition.states.items() if name not in names} | known
        edition.pages = [each for each in edition.pages if each.name not in names]
        edition.pages += [replace(old, name=page.name, collection=None) for old in stays]
        edition.failures.append(_named(edition, page, failure, stays=bool(stays)))
    return True


def _named(edition: _Edition, page: Page, failure: Failure, *, stays: bool) -> Failure:
    """What is said of a chapter that cannot be made, by its folder in the library."""
    (folder,) = (entry.folder for entry in edition.order.entries if entry.id == page.name)
    reason = str(failure.error).partition(": left out of the book: ")[2]
    what = "in the book as the older edition has it" if stays else "left out of the book"
    return replace(failure, error=LeftOut(f"{folder}: {what}: {reason}"))


def _of_older(edition: _Edition, older: Sequence[Made], page: Page) -> list[Page]:
    """What the older book has of a page's thread; nothing where that cannot be had whole."""
    if edition.held is None:
        edition.held = []
        for number, each in enumerate(older):
            folder = edition.folder / f"older{number}"
            with suppress(ThreadboundError):
                if extract(edition.library.products / each.name, folder).has_losses:
                    continue  # a chapter of it might be without a picture; the older book stays as it is
                edition.held += pipeline.read_all(str(folder), edition.store)
    digests = {note.sha256 for note in page.thread.captures}
    return [old for old in edition.held if digests.intersection(note.sha256 for note in old.thread.captures)]


def _put(
    edition: _Edition, products: Products, older: Sequence[Made], books: Sequence[BoundBook]
) -> dict[str, BoundBook]:
    """The volumes in their places, and those of an earlier edition that had more of them out of theirs."""
    order = edition.order
    stem, suffix = order.name.rsplit(".", 1)
    names = [order.name] if len(books) == 1 else [f"{stem}-{n}.{suffix}" for n in range(1, len(books) + 1)]
    for number, (name, book) in enumerate(zip(names, books, strict=True), 1):
        options = f"{order.described}{VOLUME}{number} of {len(books)}"
        products.put(book.path, Made(name, book.sha256, book.size, edition.states, options, broken=edition.broken))
    for each in older:
        if each.name not in names and each.threads.keys() <= order.threads.keys():
            products.drop(each.name)
    return dict(zip(names, books, strict=True))
