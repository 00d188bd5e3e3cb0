"""The steps in order, and nothing else: open → recognise → collect → build → render → write → check.

Before: paths and options. After: books on the disk, each read back and found whole, and a report of what was lost.
A bad page costs its own chapter, never the run, even where it meets a bug of ours.
"""

from __future__ import annotations

import dataclasses
import tempfile
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Literal, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from threadbound import __version__
from threadbound.book.build import Binding, build, date_key, modified
from threadbound.book.coverage import note_uncovered, uncovered
from threadbound.book.evidence import evidence
from threadbound.book.naming import file_stem
from threadbound.checks import registry as checks
from threadbound.containers.capture import Capture
from threadbound.containers.registry import open_page, pages_in
from threadbound.digests import sha256
from threadbound.errors import (
    CheckFailed,
    ExitCode,
    FileTrouble,
    NoThreadText,
    ThreadboundError,
    Unexpected,
    refused,
    unexpected,
)
from threadbound.media.collect import collect
from threadbound.media.crew import prepare
from threadbound.media.pictures import Pictures
from threadbound.media.recipes import Wishes
from threadbound.media.shelf import Shelf, shelf_at
from threadbound.model.thread import Thread
from threadbound.notices import Notice, losses
from threadbound.options import MAX_IMAGE_PIXELS, BindOptions, Step, no_step
from threadbound.rendering.render import Rendering, render
from threadbound.rendering.rendered import RenderedBook
from threadbound.rendering.theme import load as load_theme
from threadbound.sites.registry import extract
from threadbound.writers import registry as writers
from threadbound.writers.output import atomic, unclaimed
from threadbound.writers.writer import Uncovered

#: Exit codes of a book that cannot be made, whatever the disk and the user say.
BROKEN = frozenset({ExitCode.BUG, ExitCode.CHECK})
SOFTWARE = f"Threadbound {__version__}"
Result = TypeVar("Result")


class Page(Struct, frozen=True):
    """A saved page, read."""

    name: str
    """As the user named it."""
    capture: Capture
    """Without its markup: the thread has all of it that is wanted."""
    thread: Thread


class Failure(Struct, frozen=True):
    """A page, or a book, that came to nothing."""

    name: str
    error: ThreadboundError
    is_skip: bool = False
    """Plain text that lay in a folder beside the pages: said, but no failure."""
    trace: str = ""
    """Where it arose, if it is a bug."""


class Product(Struct, frozen=True):
    """A book on the disk."""

    path: Path
    threads: tuple[Thread, ...]
    sha256: str
    size: int

    @property
    def losses(self) -> tuple[Notice, ...]:
        """What is missing from it."""
        return tuple(notice for thread in self.threads for notice in losses(thread.notices))


class Report(Struct, frozen=True):
    """What a run did."""

    products: tuple[Product, ...]
    failures: tuple[Failure, ...]

    @property
    def exit_code(self) -> ExitCode:
        """What the process should say of it."""
        return exit_code(self.failures, made=len(self.products), lost=any(product.losses for product in self.products))


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
    inputs: Sequence[str],
    store: Pictures | None = None,
    step: Step = no_step,
    max_pixels: int = MAX_IMAGE_PIXELS,
) -> Iterator[Page | Failure]:
    """Every page that the inputs name, read; folders are opened, ``-`` is standard input.

    Args:
        inputs: paths.
        store: where the pictures go; by default each page has a store of its own, and they go with the page.
        step: told how many pages are read.
        max_pixels: larger pictures are refused, where each page has a store of its own.
    """
    names: list[str] = []
    for name in inputs:
        troubles: list[FileTrouble] = []
        found = _fenced(name, lambda: pages_in(Path(name), troubles.append))  # noqa: B023 - called at once
        yield from (_failure(name, error) for error in troubles)
        if isinstance(found, Failure):
            yield found
        else:
            names += [str(path) for path in found]
    names = list(dict.fromkeys(names))
    for done, name in enumerate(names):
        step("reading pages", done, len(names))
        pictures = Pictures(max_pixels=max_pixels) if store is None else store
        item = _fenced(name, lambda: read(name, pictures))  # noqa: B023 - called at once
        if isinstance(item, Failure) and isinstance(item.error, NoThreadText):
            item = replace(item, is_skip=name not in inputs)
        yield item


def _fenced(name: str, work: Callable[[], Result]) -> Result | Failure:
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


def read(name: str, store: Pictures) -> Page:
    """One page: opened, recognised, its thread extracted and its pictures found.

    Raises:
        ThreadboundError: it cannot be read, or holds no thread.
    """
    capture = open_page(name)
    thread = collect(extract(capture), capture, store)
    return Page(name, replace(capture, markup=""), thread)


def bind(inputs: Sequence[str], options: BindOptions, step: Step = no_step) -> Report:
    """Bind the pages that ``inputs`` name into a book, or into a book each."""
    results = list((_individually if options.individual else _together)(inputs, options, step))
    products = tuple(item for item in results if isinstance(item, Product))
    return Report(products, tuple(item for item in results if isinstance(item, Failure)))


def _together(inputs: Sequence[str], options: BindOptions, step: Step) -> Iterator[Product | Failure]:
    store = Pictures(max_pixels=options.max_image_pixels)
    pages: list[Page] = []
    for item in _once(survey(inputs, store, step)):
        if isinstance(item, Failure):
            yield item
        else:
            pages.append(item)
    if pages:
        step("binding", 0, 1)
        result = _bound(pages, store, options, set(), step)
        is_broken = isinstance(result, Failure) and result.error.exit_code in BROKEN
        if isinstance(result, Failure) and is_broken and len(pages) > 1 and not options.strict:
            yield from _without_the_broken(pages, store, options, result)
        else:
            yield result


def _without_the_broken(
    pages: Sequence[Page], store: Pictures, options: BindOptions, why: Failure
) -> Iterator[Product | Failure]:
    """The book without the pages that make no book alone either: a bad page costs its own chapter, never the book."""
    with tempfile.TemporaryDirectory(prefix="threadbound-") as folder:
        trial = dataclasses.replace(options, output=Path(folder) / "trial", force=True)
        results = [(page, _bound([page], store, trial, set())) for page in pages]
    sound = [page for page, result in results if isinstance(result, Product)]
    if len(sound) in {0, len(pages)}:
        yield why
        return
    for page, result in results:
        if isinstance(result, Failure):
            reason = str(result.error).partition(": ")[2]
            yield replace(result, error=type(result.error)(f"{page.name}: left out of the book: {reason}"))
    yield _bound(sound, store, options, set())


def _individually(inputs: Sequence[str], options: BindOptions, step: Step) -> Iterator[Product | Failure]:
    """A book of each page, read, written and let go before the next is read: a folder of thousands fits the memory.

    Names are given out in the order of the pages, so the same run gives the same names, whatever lies there already.
    """
    store = Pictures(max_pixels=options.max_image_pixels)
    claimed: set[str] = set()
    for item in _once(survey(inputs, store, lambda _, done, total: step("binding", done, total))):
        yield item if isinstance(item, Failure) else _bound([item], store, options, claimed)
        store.pictures.clear()


def _once(items: Iterable[Page | Failure]) -> Iterator[Page | Failure]:
    """All but the pages that are the same bytes as an earlier one."""
    seen: set[str] = set()
    for item in items:
        digest = item.capture.note.sha256 if isinstance(item, Page) else ""
        if not digest or digest not in seen:
            yield item
        seen.add(digest)


def _bound(
    pages: Sequence[Page], store: Pictures, options: BindOptions, claimed: set[str], step: Step = no_step
) -> Product | Failure:
    """One book of these pages, under a name that no other book of this run has."""
    pages = in_order(pages)
    name = pages[0].name if len(pages) == 1 else f"the book of {len(pages)} pages"
    return _fenced(name, lambda: make(pages, store, options, unclaimed(target_for(pages, options), claimed), step))


def make(pages: Sequence[Page], store: Pictures, options: BindOptions, path: Path, step: Step = no_step) -> Product:
    """One book of these pages, checked and on the disk.

    Args:
        pages: what to bind, in order.
        store: their pictures.
        options: how.
        path: where.
        step: told how many pictures are made, where they are many.

    Raises:
        CheckFailed: the written book lacks something, or ``strict`` met losses; nothing is left behind.
        FileTrouble: the file exists or cannot be written.
    """
    if options.strict:
        _refuse_losses(pages)
    with atomic(path, force=options.force) as temporary, shelf_at(options.cache_dir / "derived") as shelf:
        press = _Press(store, shelf, options, step)
        try:
            rendered = press.write(pages, temporary)
        except Uncovered as missing:
            pages = [replace(page, thread=note_uncovered(page.thread, missing.characters)) for page in pages]
            if options.strict:
                _refuse_losses(pages)
            rendered = _write_again(press, pages, temporary)
        threads = tuple(page.thread for page in pages)
        report = checks.load(options.product)(temporary, threads, rendered.book.evidence, rendered.shown)
        if not report.ok:
            more = f" and {len(report.findings) - 1} more" if len(report.findings) > 1 else ""
            raise CheckFailed(f"{path}: not written, it would not be whole: {report.findings[0]}{more}")
        size, digest = temporary.stat().st_size, sha256(temporary.read_bytes())
    return Product(path, threads, digest, size)


class _Press(Struct, frozen=True):
    """What is the same however often a book is written."""

    store: Pictures
    shelf: Shelf
    options: BindOptions
    step: Step

    def write(self, pages: Sequence[Page], path: Path) -> RenderedBook:
        """Build, render and write the pages' book to ``path``."""
        options = self.options
        threads = [page.thread for page in pages]
        writer = writers.load(options.product, options.cache_dir)
        book = build(threads, _binding(pages, options))
        rendered = render(book, self.store, self._rendering(writer.target, uncovered(threads)))
        prepare(self.shelf, rendered.derivatives, self.step)
        writer.write(rendered, path)
        return rendered

    def _rendering(self, target: Literal["print", "epub"], names: frozenset[str]) -> Rendering:
        options = self.options
        wishes = Wishes(options.image_max_size, options.image_quality, options.grayscale)
        theme = load_theme(options.theme)
        return Rendering(theme, target, SOFTWARE, names, options.cache_dir, self.shelf, wishes)


def _write_again(press: _Press, pages: Sequence[Page], path: Path) -> RenderedBook:
    """Write once more, now that the characters without a glyph are known."""
    try:
        return press.write(pages, path)
    except Uncovered as missing:
        raise ThreadboundError(f"{path}: no font has {missing}, which stands in no post; please report it") from None


def target_for(pages: Sequence[Page], options: BindOptions) -> Path:
    """The file of a book: the one that was named, else one from the template."""
    if options.output:
        return options.output
    threads = [page.thread for page in pages]
    suffix = writers.load(options.product, options.cache_dir).suffix
    return options.output_dir / (file_stem(threads, threads[0].title, options.name_template) + suffix)


def in_order(pages: Iterable[Page]) -> list[Page]:
    """The pages by date of their threads; those without a date last, as given."""
    return sorted(pages, key=lambda page: date_key(page.thread))


def _binding(pages: Sequence[Page], options: BindOptions) -> Binding:
    threads = [page.thread for page in pages]
    return Binding(
        software=SOFTWARE,
        modified=options.modified or modified(threads),
        language=options.language,
        evidence=evidence(threads, [page.capture for page in pages], options.attach),
    )


def _refuse_losses(pages: Iterable[Page]) -> None:
    for page in pages:
        if lost := losses(page.thread.notices):
            more = f" and {len(lost) - 1} more" if len(lost) > 1 else ""
            raise CheckFailed(f"{page.name}: losses are not allowed with --strict: {lost[0]}{more}")
