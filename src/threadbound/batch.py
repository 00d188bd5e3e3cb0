"""Many pages: the fences round each, and what a run comes to.

Before: what the user named, and options. After: a :class:`Report` of the books that lie on the disk and of all that
came to nothing. A bad page costs its own chapter, never the run, even where it meets a bug of ours.
"""

from __future__ import annotations

import contextlib
import dataclasses
import tempfile
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace

from threadbound import pipeline, sheets
from threadbound.book import selection
from threadbound.book.collection import Collection, Cover
from threadbound.book.dates import count
from threadbound.containers.registry import pages_in
from threadbound.errors import (
    BrokenChapters,
    CheckFailed,
    ExitCode,
    FileTrouble,
    LeftOut,
    NoThreadText,
    ThreadboundError,
    Unexpected,
    Unjoinable,
    refused,
    unexpected,
)
from threadbound.gathering import Wanted, check_files, gather
from threadbound.media.pictures import Pictures
from threadbound.options import BindOptions, Step, no_step
from threadbound.pipeline import Content, Page, Product, Sources
from threadbound.readers import manifest
from threadbound.reading import many
from threadbound.volumes import divided
from threadbound.writers.output import unclaimed

#: Exit codes of a book that cannot be made, whatever the disk and the user say.
BROKEN = frozenset({ExitCode.BUG, ExitCode.CHECK})
#: Pages, and bytes of pages, that wait while what they miss is fetched for all of them at once: many connections stay
#: busy, and the memory holds few pages.
WINDOW = 64
WINDOW_BYTES = 64 * 1024 * 1024
READING = "reading pages"
#: What a failure to fetch any at all is called.
PICTURES = "pictures"
#: What a choice is called that no book can be made of; its message names the option, and is said as it is.
SELECTION = "selection"
Result = TypeVar("Result")


class Failure(Struct, frozen=True):
    """A page, or a book, that came to nothing."""

    name: str
    error: ThreadboundError
    is_skip: bool = False
    """Plain text that lay in a folder beside the pages: said, but no failure."""
    trace: str = ""
    """Where it arose, if it is a bug."""


class Report(Struct, frozen=True):
    """What a run did."""

    products: tuple[Product, ...]
    failures: tuple[Failure, ...]
    current: int = 0
    """Books that were there, in which nothing would change."""

    @property
    def made(self) -> int:
        """Books that are there now."""
        return len(self.products) + self.current

    @property
    def exit_code(self) -> ExitCode:
        """What the process should say of it."""
        return exit_code(self.failures, made=self.made, lost=any(product.losses for product in self.products))


def exit_code(failures: Iterable[Failure], *, made: int, lost: bool) -> ExitCode:
    """0 when nothing was lost; 3 when something was made and something lost; else the worst failure's own code.

    A bug is worse than anything, but the books that were made beside it are whole.
    """
    codes = [failure.error.exit_code for failure in failures if not failure.is_skip or not made]
    if ExitCode.BUG in codes and not made:
        return ExitCode.BUG
    if codes and (not made or ExitCode.CHECK in codes):
        return max(codes)
    return ExitCode.LOSSES if codes or lost else ExitCode.DONE


def survey(
    inputs: Sequence[str], places: Sources, pictures: Pictures | None = None, step: Step = no_step
) -> Iterator[Page | Failure]:
    """Every page that the inputs name, read; folders are opened, ``-`` is standard input.

    A folder that a book was extracted into gives the threads of that book.

    Args:
        inputs: paths.
        places: where pictures are looked for; what is missing of many pages is fetched at once.
        pictures: where they go; by default each page has its own, and they go with the page.
        step: told how many pages are read, and how many pictures are fetched.
    """
    names: list[str] = []
    for name in inputs:
        troubles: list[FileTrouble] = []
        found = fenced(name, lambda: _pages_in(Path(name), troubles))  # noqa: B023 - called at once
        yield from (_failure(name, error) for error in troubles)
        if isinstance(found, Failure):
            yield found
        else:
            names += [str(path) for path in found]
    names = list(dict.fromkeys(names))
    waiting: list[Page | Failure] = []
    fresh = partial(_pictures, places) if pictures is None else lambda: pictures
    with contextlib.closing(many.pages(names, fresh, places)) as pages:
        for done, (name, read) in enumerate(pages):
            step(READING, done, len(names))
            items = fenced(name, read)
            if isinstance(items, Failure):
                is_skip = isinstance(items.error, NoThreadText) and name not in inputs
                waiting.append(replace(items, is_skip=is_skip))
            else:
                waiting += items
            if not _is_worth_waiting(waiting, places):
                yield from _completed(waiting, places, step)
                waiting.clear()
    yield from _completed(waiting, places, step)


def _pages_in(path: Path, troubles: list[FileTrouble]) -> list[Path]:
    """The pages that a path names; an extracted book is one of its own."""
    return [path] if manifest.is_extracted(path) else pages_in(path, troubles.append)


def _is_worth_waiting(items: Sequence[Page | Failure], places: Sources) -> bool:
    """Whether pictures are missing, so that more pages should be read before they are fetched."""
    pages = [item for item in items if isinstance(item, Page)]
    if places.options.offline or not any(page.search.missing for page in pages):
        return False
    return len(items) < WINDOW and sum(page.capture.note.size for page in pages) < WINDOW_BYTES


def _pictures(places: Sources) -> Pictures:
    return Pictures(places.store.prove) if places.store else Pictures()


def _completed(items: Sequence[Page | Failure], places: Sources, step: Step) -> Iterator[Page | Failure]:
    """The pages with what was fetched for them, in their order."""
    pages = [item for item in items if isinstance(item, Page)]
    troubles = fenced(PICTURES, lambda: pipeline.fetch_missing(pages, places, step))
    if isinstance(troubles, Failure):
        yield troubles
        troubles = {}
    for item in items:
        yield item if isinstance(item, Failure) else fenced(item.name, lambda: pipeline.completed(item, troubles))  # noqa: B023 - called at once


def fenced(name: str, work: Callable[[], Result]) -> Result | Failure:
    """What ``work`` gives, or the failure of that page or book: the others go on."""
    try:
        return work()
    except Exception as error:  # noqa: BLE001 - a bug that one page meets must not cost the others
        return _failure(name, error)


def _failure(name: str, error: Exception) -> Failure:
    if isinstance(error, ThreadboundError):
        # A traceback holds every frame and so the page: a run over thousands must not keep them.
        error.__traceback__ = error.__cause__ = error.__context__ = None
        return Failure(name, error)
    if isinstance(error, OSError):
        return Failure(name, FileTrouble(f"{name}: {refused(error)}"))
    return Failure(name, Unexpected(f"{name}: {unexpected(error)}"), trace="".join(traceback.format_exception(error)))


def bind(inputs: Sequence[str], options: BindOptions, step: Step = no_step) -> Report:
    """Bind the pages that ``inputs`` name into a book, or into a book each.

    Raises:
        ThreadboundError: no book can be made with these options.
    """
    pipeline.check_look(options)
    check_files(options.collection)
    results = list((_individually if options.individual else _together)(inputs, options, step))
    products = tuple(item for item in results if isinstance(item, Product))
    return Report(products, tuple(item for item in results if isinstance(item, Failure)))


def _together(inputs: Sequence[str], options: BindOptions, step: Step) -> Iterator[Product | Failure]:
    places = pipeline.sources(options.fetch, options.cache_dir, options.max_image_pixels)
    store = _pictures(places)
    pages, failures = read_apart(inputs, places, store, step)
    yield from failures
    if not pages:
        return
    if refused_for := strictly(failures, options):
        yield refused_for
        return
    wanted = Wanted(options.collection, store, tuple(failure.name for failure in failures))
    contents = contents_of(pages, options, wanted)
    if isinstance(contents, Failure):
        yield contents
        return
    claimed: set[str] = set()
    for done, content in enumerate(contents):
        step("binding", done, len(contents))
        found = fenced(_called(content), lambda: divided(content, options, store))  # noqa: B023 - called at once
        for volume in [content] if isinstance(found, Failure) else found:
            for item in _bound_or_less(volume, store, options, claimed, step):
                yield _weighed(item, options) if isinstance(item, Product) else item


def strictly(failures: Iterable[Failure], options: BindOptions) -> Failure | None:
    """Why no book is made with ``--strict`` where a page cannot be in it: it might replace one that has that page."""
    failed = [failure for failure in failures if not failure.is_skip]
    if not options.strict or not failed:
        return None
    why = f"not made: losses are not allowed with --strict, and {count(len(failed), 'page')} cannot be in it"
    return Failure("the book", CheckFailed(f"the book: {why}"))


def read_apart(inputs: Sequence[str], places: Sources, store: Pictures, step: Step) -> tuple[list[Page], list[Failure]]:
    """The pages that the inputs name, each once, and what could not be read."""
    pages: list[Page] = []
    failures: list[Failure] = []
    for item in _once(survey(inputs, places, store, step)):
        if isinstance(item, Failure):
            failures.append(item)
        else:
            pages.append(item)
    return pages, failures


def contents_of(pages: Sequence[Page], options: BindOptions, wanted: Wanted) -> list[Content] | Failure:
    """What the books are made of; or why there can be none."""
    if not options.individual:
        return fenced(SELECTION, lambda: gather(pages, wanted))
    return [Content((page,)) for page in pages if selection.fits(page.thread, options.collection.choice)]


def _weighed(product: Product, options: BindOptions) -> Product:
    """The product, with a remark where it is larger than the user wants: a single thread can be."""
    most = options.collection.max_size
    if most is None or product.size <= most:
        return product
    return replace(product, remark=f"larger than --max-size: {product.size:,} bytes, and no thread can be divided")


def _bound_or_less(
    content: Content, store: Pictures, options: BindOptions, claimed: set[str], step: Step
) -> Iterator[Product | Failure]:
    """The book, or where that cannot be, the book without what breaks it."""
    result = _bound(content, store, options, claimed, step)
    broken = {}
    if isinstance(result, Failure) and is_broken(result) and not options.strict:
        broken = left_out(content, store, options, result)
    if not broken:
        yield result
        return
    yield from broken.values()
    sound = tuple(page for place, page in enumerate(content.pages) if place not in broken)
    yield _bound(replace(content, pages=sound), store, options, set())


def is_broken(result: Product | Failure) -> bool:
    """Whether something in it makes a book impossible, and not the disk or the user."""
    if not isinstance(result, Failure) or isinstance(result.error, Unjoinable):
        return False
    return result.error.exit_code in BROKEN


def left_out(content: Content, store: Pictures, options: BindOptions, why: Failure) -> dict[int, Failure]:
    """Those pages, by their places, that make no book alone either: a bad page costs its own chapter, never the book.

    None where that would be all.

    Args:
        content: of the book.
        store: of its pictures.
        options: how it is bound.
        why: what came of it.
    """
    if len(content.pages) < 2:
        return {}
    if isinstance(why.error, BrokenChapters):  # it is known which
        errors = why.error.errors
        names = {place: content.pages[place].name for place in errors}
        return {
            place: _without(names[place], error) for place, error in errors.items() if len(names) < len(content.pages)
        }
    with tempfile.TemporaryDirectory(prefix="threadbound-") as folder:
        trial = dataclasses.replace(options, output=Path(folder) / "trial", force=True)
        results = [_bound(Content((page,)), store, trial, set()) for page in content.pages]
    failed = {place: result for place, result in enumerate(results) if isinstance(result, Failure)}
    if len(failed) == len(results):
        return {}
    return {place: without(content.pages[place].name, result) for place, result in failed.items()}


def without(name: str, failure: Failure) -> Failure:
    """What is said of the page of that name, of which no book can be made."""
    reason = str(failure.error).partition(": ")[2].removeprefix("left out of the book: ")
    return replace(_without(name, reason), trace=failure.trace)


def _without(name: str, reason: object) -> Failure:
    trace = "".join(getattr(reason, "__notes__", ()))
    return Failure(name, LeftOut(f"{name}: left out of the book: {reason}"), trace=trace)


def _individually(inputs: Sequence[str], options: BindOptions, step: Step) -> Iterator[Product | Failure]:
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

    alone = Collection() if options.collection.has_cover else Collection(cover=Cover("none"))
    places = pipeline.sources(options.fetch, options.cache_dir, options.max_image_pixels)
    for done, item in enumerate(_once(survey(inputs, places, step=noted))):
        step("binding", done, pages)
        if isinstance(item, Failure):
            yield item
        elif selection.fits(item.thread, options.collection.choice):
            yield _bound(Content((item,), alone), item.search.pictures, options, claimed)


def _once(items: Iterable[Page | Failure]) -> Iterator[Page | Failure]:
    """All but the pages that are the same bytes as an earlier one."""
    seen: set[str] = set()
    for item in items:
        digest = item.capture.note.sha256 if isinstance(item, Page) else ""
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
