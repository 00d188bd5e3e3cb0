"""The steps in order, and nothing else: open → recognise → collect → build → render → write → check.

Before: paths and options. After: books on the disk, each read back and found whole, and a report of what was lost.
A bad page costs its own chapter, never the run.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from threadbound import __version__
from threadbound.book.book import Book
from threadbound.book.build import Binding, build, date_key, modified
from threadbound.book.coverage import note_uncovered, uncovered
from threadbound.book.evidence import evidence
from threadbound.book.naming import file_stem
from threadbound.checks import registry as checks
from threadbound.containers.capture import Capture
from threadbound.containers.registry import open_page, pages_in
from threadbound.digests import sha256
from threadbound.errors import CheckFailed, ExitCode, NoThreadText, ThreadboundError
from threadbound.media.collect import collect
from threadbound.media.store import MediaStore
from threadbound.model.thread import Thread
from threadbound.notices import Notice, losses
from threadbound.options import BindOptions, Step, no_step
from threadbound.rendering.render import Rendering, render
from threadbound.rendering.theme import load as load_theme
from threadbound.sites.registry import extract
from threadbound.writers import registry as writers
from threadbound.writers.output import atomic
from threadbound.writers.writer import Uncovered

SOFTWARE = f"Threadbound {__version__}"


class Page(Struct, frozen=True):
    """A saved page, read."""

    name: str
    """As the user named it."""
    capture: Capture
    thread: Thread


class Failure(Struct, frozen=True):
    """A page, or a book, that came to nothing."""

    name: str
    error: ThreadboundError
    is_skip: bool = False
    """Plain text that lay in a folder beside the pages: said, but no failure."""


class Product(Struct, frozen=True):
    """A book on the disk ."""

    path: Path
    book: Book
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
    """0 when nothing was lost; 3 when something was made and something lost; else the worst failure's own code."""
    codes = [failure.error.exit_code for failure in failures if not failure.is_skip or not made]
    if codes and (not made or ExitCode.CHECK in codes):
        return max(codes)
    return ExitCode.LOSSES if codes or lost else ExitCode.DONE


def survey(inputs: Sequence[str], store: MediaStore | None = None, step: Step = no_step) -> Iterator[Page | Failure]:
    """Every page that the inputs name, read; folders are opened, ``-`` is standard input.

    Args:
        inputs: paths.
        store: where the pictures go; by default each page has a store of its own, and they go with the page.
        step: told how many pages are read.
    """
    names: list[str] = []
    for name in inputs:
        try:
            names += ["-"] if name == "-" else [str(path) for path in pages_in(Path(name))]
        except ThreadboundError as error:
            yield Failure(name, error)
    names = list(dict.fromkeys(names))
    for done, name in enumerate(names):
        step("reading pages", done, len(names))
        try:
            yield read(name, MediaStore() if store is None else store)
        except ThreadboundError as error:
            yield Failure(name, error, isinstance(error, NoThreadText) and name not in inputs)


def read(name: str, store: MediaStore) -> Page:
    """One page: opened, recognised, its thread extracted and its pictures found.

    Raises:
        ThreadboundError: it cannot be read, or holds no thread.
    """
    capture = open_page(name)
    thread = collect(extract(capture), capture, store)
    return Page(name, capture, thread)


def bind(inputs: Sequence[str], options: BindOptions, step: Step = no_step) -> Report:
    """Bind the pages that ``inputs`` name into a book, or into a book each."""
    store = MediaStore()
    found = list(survey(inputs, store, step))
    failures = [item for item in found if isinstance(item, Failure)]
    pages = _once(item for item in found if isinstance(item, Page))
    groups = [[page] for page in pages] if options.individual else [pages] if pages else []
    products: list[Product] = []
    for done, group in enumerate(groups):
        step("binding", done, len(groups))
        try:
            products.append(make(group, store, options))
        except ThreadboundError as error:
            failures.append(Failure(", ".join(page.name for page in group[:3]), error))
    return Report(tuple(products), tuple(failures))


def _once(pages: Iterable[Page]) -> list[Page]:
    """The pages without those that are the same bytes as an earlier one."""
    return list({page.capture.note.sha256: page for page in reversed(list(pages))}.values())[::-1]


def make(pages: Sequence[Page], store: MediaStore, options: BindOptions) -> Product:
    """One book of these pages, checked and on the disk.

    Args:
        pages: what to bind.
        store: their pictures.
        options: how.

    Raises:
        CheckFailed: the written book lacks something, or ``strict`` met losses; nothing is left behind.
        FileTrouble: the file exists or cannot be written.
    """
    pages = in_order(pages)
    if options.strict:
        _refuse_losses(pages)
    path = target_for(pages, options)
    with atomic(path, force=options.force) as temporary:
        try:
            book = _write(pages, store, options, temporary)
        except Uncovered as missing:
            pages = [replace(page, thread=note_uncovered(page.thread, missing.characters)) for page in pages]
            if options.strict:
                _refuse_losses(pages)
            book = _write(pages, store, options, temporary)
        threads = tuple(page.thread for page in pages)
        report = checks.load(options.product)(temporary, threads, book.evidence)
        if not report.ok:
            more = f" and {len(report.findings) - 1} more" if len(report.findings) > 1 else ""
            raise CheckFailed(f"{path}: not written, it would not be whole: {report.findings[0]}{more}")
        size, digest = temporary.stat().st_size, sha256(temporary.read_bytes())
    return Product(path, book, threads, digest, size)


def _write(pages: Sequence[Page], store: MediaStore, options: BindOptions, path: Path) -> Book:
    """Build, render and write the pages' book to ``path``."""
    threads = [page.thread for page in pages]
    writer = writers.load(options.product, options.cache_dir)
    book = build(threads, _binding(pages, options))
    rendering = Rendering(load_theme(options.theme), writer.target, SOFTWARE, uncovered(threads), options.cache_dir)
    writer.write(render(book, store, rendering), path)
    return book


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
