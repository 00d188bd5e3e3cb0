"""Books of many pages, and what a run comes to.

Before: what the user named, and options. After: a :class:`Report` of the books that lie on the disk and of all that
came to nothing. A bad page costs its own chapter, never the run, even where it meets a bug of ours.
"""

from __future__ import annotations

import dataclasses
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace

from threadbound import pipeline, sheets, volumes
from threadbound.book import selection
from threadbound.book.collection import Collection, Cover
from threadbound.book.dates import count
from threadbound.errors import (
    BrokenChapters,
    CheckFailed,
    ExitCode,
    LeftOut,
    ThreadboundError,
    Unjoinable,
)
from threadbound.gathering import Gathered, Remark, Wanted, aside, check_files, gather, undated, with_unbound
from threadbound.media.pictures import Pictures
from threadbound.model.thread import Thread
from threadbound.options import BindOptions, Choice, Step, no_step
from threadbound.pipeline import Content, Page, Product, Sources
from threadbound.survey import READING, Failure, as_said, count_unbound, exit_code, fenced, pictures_for, survey
from threadbound.writers import registry as writers
from threadbound.writers.output import together, unclaimed

#: Exit codes of a book that cannot be made, whatever the disk and the user say.
BROKEN = frozenset({ExitCode.BUG, ExitCode.CHECK})
#: How often a book is bound without what broke it.
ROUNDS = 4
#: What a choice is called that no book can be made of; its message names the option, and is said as it is.
SELECTION = "selection"
#: What helps a thread of which the day is not known to a book of its own.
CURE = "name it without them to have its book"
Item = TypeVar("Item", bound="Page | Failure")


class Report(Struct, frozen=True):
    """What a run did."""

    products: tuple[Product, ...]
    failures: tuple[Failure, ...]
    current: int = 0
    """Books that were there, in which nothing would change."""
    remarks: tuple[Remark, ...] = ()

    @property
    def made(self) -> int:
        """Books that are there now."""
        return len(self.products) + self.current

    @property
    def exit_code(self) -> ExitCode:
        """What the process should say of it."""
        lost = any(product.losses or product.falls_short for product in self.products)
        return exit_code(self.failures, made=self.made, lost=lost)


def bind(inputs: Sequence[str], options: BindOptions, step: Step = no_step) -> Report:
    """Bind the pages that ``inputs`` name into a book, or into a book each.

    Raises:
        ThreadboundError: no book can be made with these options.
    """
    pipeline.check_look(options)
    check_files(options.collection)
    get_ready(options)
    results = list((_individually if options.individual else _together)(inputs, options, step))
    products = tuple(item for item in results if isinstance(item, Product))
    remarks = tuple(item for item in results if isinstance(item, Remark))
    return Report(products, tuple(item for item in results if isinstance(item, Failure)), remarks=remarks)


def get_ready(options: BindOptions) -> None:
    """Have remembered what a book needs of the fonts before pictures are fetched, which may fill the disk.

    Raises:
        ThreadboundError: something is not installed, or the cache cannot be written.
    """
    writers.load(options.product, options.cache_dir)


def _together(inputs: Sequence[str], options: BindOptions, step: Step) -> Iterator[Product | Failure | Remark]:
    places = pipeline.sources(options.fetch, options.cache_dir, options.max_image_pixels)
    store = pictures_for(places)
    pages, failures = read_apart(inputs, options, places, store, step)
    yield from failures
    if not pages:
        return
    if refused_for := strictly(failures, options):
        yield refused_for
        return
    wanted = Wanted(options.collection, store, tuple(failure.name for failure in failures))
    found = contents_of(pages, wanted)
    if isinstance(found, Failure):
        yield found
        return
    yield from found.remarks
    run = _Run(store, options, set(), step)
    lost = count_unbound(failures)
    for done, content in enumerate(found.contents):
        step("binding", done, len(found.contents))
        yield from _bound_or_less(with_unbound(content, content.collection.unbound + lost), run)


class _Run(Struct, frozen=True):
    """What is the same for all books of a run."""

    store: Pictures
    options: BindOptions
    claimed: set[str]
    """Names that its books have."""
    step: Step


class Failed(Struct, frozen=True):
    """A book, or a volume of one, that cannot be made."""

    content: Content
    why: Failure

    @property
    def is_broken(self) -> bool:
        """Whether something in it makes it impossible, and not the disk or the user."""
        return is_broken(self.why)


def _bound_or_less(content: Content, run: _Run) -> Iterator[Product | Failure]:
    """The book or its volumes; where that cannot be, without what breaks it.

    All volumes are made anew then, since each lists the chapters of them all.
    """
    for left in reversed(range(ROUNDS + 1)):  # a system without memory kills again and again
        names = set(run.claimed)
        made = _all_or_none(content, replace(run, claimed=names))
        failed = [each for each in made if isinstance(each, Failed)]
        is_hopeless = run.options.strict or not left or not all(each.is_broken for each in failed)
        broken = {} if is_hopeless else left_out(content, run.store, run.options, failed)
        if not broken:
            run.claimed.update(names)
            yield from [_said(failed)] if failed else [item for item in made if isinstance(item, Product)]
            return
        yield from broken.values()
        sound = tuple(page for place, page in enumerate(content.pages) if place not in broken)
        lost = sum(1 + len(content.pages[place].also) for place in broken)
        content = with_unbound(replace(content, pages=sound), content.collection.unbound + lost)


def _all_or_none(content: Content, run: _Run) -> list[Product | Failed]:
    """The volumes of a book, and that they are on the disk; or those that cannot be made.

    None is written then: what was there before stays as it was. What breaks one does not keep the others from being
    tried, so that all of it is known at once.
    """

    def made() -> list[Product | Failed]:
        results: list[Product | Failed] = []
        volumes_of = volumes.divided(content, run.options, run.store)
        with together() as drop:
            for volume in volumes_of:
                result = _bound(volume, run.store, run.options, run.claimed, run.step)
                if isinstance(result, Product):
                    results.append(volumes.told(result, run.options))
                    continue
                results.append(Failed(volume, result))
                if not is_broken(result):
                    break
            if any(isinstance(each, Failed) for each in results):
                drop()
        return results

    found = fenced(_called(content), made)
    return [Failed(content, found)] if isinstance(found, Failure) else found


def _said(failed: Sequence[Failed]) -> Failure:
    """Why a book cannot be made, or volumes of one."""
    worst = next((each for each in failed if not each.is_broken), failed[0])
    volume, error = worst.content.collection.volume, worst.why.error
    if volume is None:
        return worst.why
    said = ThreadboundError(f"{error}; none of its {volume.of} volumes was written")
    said.exit_code = error.exit_code
    return replace(worst.why, error=said)


def strictly(failures: Iterable[Failure], options: BindOptions) -> Failure | None:
    """Why no book is made with ``--strict`` where a page cannot be in it: it might replace one that has that page."""
    failed = [failure for failure in failures if not failure.is_skip]
    if not options.strict or not failed:
        return None
    why = f"not made: losses are not allowed with --strict, and {count(len(failed), 'page')} cannot be in it"
    return Failure("the book", CheckFailed(f"the book: {why}"))


def read_apart(
    inputs: Sequence[str], options: BindOptions, places: Sources, store: Pictures, step: Step
) -> tuple[list[Page], list[Failure]]:
    """The pages that the inputs name, and what could not be read.

    Of two that are the same bytes one may have pictures beside it that the other lacks.
    """
    pages: list[Page] = []
    failures: list[Failure] = []
    for item in map(partial(as_said, options.captured), survey(inputs, places, store, step)):
        if isinstance(item, Failure):
            failures.append(item)
        else:
            pages.append(item)
    return pages, failures


def contents_of(pages: Sequence[Page], wanted: Wanted) -> Gathered | Failure:
    """What the books of several threads are made of; or why there can be none."""
    return fenced(SELECTION, lambda: gather(pages, wanted))


def fitting(items: Iterable[Item], choice: Choice) -> Iterator[Page | Failure | Remark]:
    """The pages that are chosen for a book each, and all failures; at the end why there is none, or none by somebody,
    which were left out since their days are not known, and who has a namesake among those left out.

    A page whose author has no handle waits for the last of them where authors are chosen: only then is it known
    whether somebody else has what was asked for as a handle, which goes before a name.
    """
    seen: list[Thread] = []
    waiting: list[Page] = []
    dayless: list[tuple[str, Thread]] = []
    known: list[tuple[str, Thread]] = []
    is_any = False
    for item in _once(items):
        if isinstance(item, Failure):
            yield item
            continue
        seen.append(selection.outline(item.thread))
        if selection.lacks_day(item.thread, selection.chosen(selection.loosely(choice))):
            dayless.append((item.name, seen[-1]))
        known += [(item.name, seen[-1])] if selection.fits_otherwise(item.thread, choice) else []
        if not selection.fits(item.thread, selection.loosely(choice)):
            continue
        if choice.authors and not item.thread.author.handle:
            waiting.append(item)
            continue
        is_any = True
        yield item
    settled = selection.settled(seen, choice)
    named = [page for page in waiting if selection.fits(page.thread, settled)]
    yield from named
    left = [name for name, thread in dayless if selection.is_by(thread, settled)]

    def told() -> None:
        selection.refuse_unknown(seen, choice)
        if not (is_any or named):
            raise selection.none_fits(len(seen), settled, len(left))

    if is_any or named:
        yield from undated(left, CURE)
        yield from aside(known, settled)
    if seen and (failure := fenced(SELECTION, told)):
        yield failure


def is_broken(result: Product | Failure) -> bool:
    """Whether something in it makes a book impossible, and not the disk or the user."""
    if not isinstance(result, Failure) or isinstance(result.error, Unjoinable):
        return False
    return isinstance(result.error, BrokenChapters) or result.error.exit_code in BROKEN


def left_out(content: Content, store: Pictures, options: BindOptions, failed: Sequence[Failed]) -> dict[int, Failure]:
    """Those pages, by their places, that make no book alone either: a bad page costs its own chapter, never the book.

    None where that would be all.

    Args:
        content: of the book.
        store: of its pictures.
        options: how it is bound.
        failed: the book, or those of its volumes that cannot be made.
    """
    if len(content.pages) < 2:
        return {}
    places = {id(page): place for place, page in enumerate(content.pages)}
    found: dict[int, Failure] = {}
    for each in failed:
        found |= {places[id(page)]: failure for page, failure in _guilty(each, store, options)}
    return {} if len(found) == len(places) else dict(sorted(found.items()))


def _guilty(failed: Failed, store: Pictures, options: BindOptions) -> Iterator[tuple[Page, Failure]]:
    """The pages of a volume that make no book alone, and why."""
    pages = failed.content.pages
    if isinstance(failed.why.error, BrokenChapters):  # it is known which
        for place, error in failed.why.error.errors.items():
            yield pages[place], _without(pages[place].name, error)
        return
    with tempfile.TemporaryDirectory(prefix="threadbound-") as folder:
        trial = dataclasses.replace(options, output=Path(folder) / "trial", force=True)
        for page in pages:
            result = _bound(Content((page,)), store, trial, set())
            if isinstance(result, Failure):
                yield page, without(page.name, result)


def without(name: str, failure: Failure) -> Failure:
    """What is said of the page of that name, of which no book can be made."""
    reason = str(failure.error).partition(": ")[2].removeprefix("left out of the book: ")
    return replace(_without(name, reason), trace=failure.trace)


def _without(name: str, reason: object) -> Failure:
    trace = "".join(getattr(reason, "__notes__", ()))
    return Failure(name, LeftOut(f"{name}: left out of the book: {reason}"), trace=trace)


def _individually(inputs: Sequence[str], options: BindOptions, step: Step) -> Iterator[Product | Failure | Remark]:
    """A book of each page, read, written and let go before the next is read: a folder of thousands fits the memory.

    Names are given out in the order of the pages, so the same run gives the same names, whatever lies there already.
    """
    claimed: set[str] = set()
    pages = 0

    def noted(what: str, done: int, total: int, size: int = 0) -> None:
        nonlocal pages
        if what == READING:
            pages = total
        else:
            step(what, done, total, size)

    def stepped(items: Iterable[Page | Failure]) -> Iterator[Page | Failure]:
        for done, item in enumerate(items):
            step("binding", done, pages)
            yield item

    alone = Collection() if options.collection.has_cover else Collection(cover=Cover("none"))
    places = pipeline.sources(options.fetch, options.cache_dir, options.max_image_pixels)
    said = map(partial(as_said, options.captured), survey(inputs, places, step=noted))
    for item in fitting(stepped(said), options.collection.choice):
        if isinstance(item, Failure | Remark):
            yield item
        else:
            yield _bound(Content((item,), alone), item.search.pictures, options, claimed)


def _once(items: Iterable[Item]) -> Iterator[Item]:
    """All but the pages that are the same bytes as an earlier one."""
    seen: set[str] = set()
    for item in items:
        digest = item.capture.note.sha256 if isinstance(item, Page) and not item.others else ""
        if not digest or digest not in seen:
            yield item
        seen.add(digest)


def _bound(
    content: Content, store: Pictures, options: BindOptions, claimed: set[str], step: Step = no_step
) -> Product | Failure:
    """One book of these pages, under a name that no other book of this run has."""

    def made() -> Product:
        target = unclaimed(pipeline.target_for(content, options), claimed)
        return sheets.make(content, store, options, target, step)

    return fenced(_called(content), made)


def made(
    content: Content, store: Pictures, options: BindOptions, path: Path, step: Step = no_step
) -> Product | Failure:
    """The book at that path, or why there is none."""
    return fenced(str(path), lambda: sheets.make(content, store, options, path, step))


def _called(content: Content) -> str:
    """What messages call a book that has no name yet."""
    pages = content.pages
    return pages[0].name if len(pages) == 1 else f"the book of {len(pages)} pages"
