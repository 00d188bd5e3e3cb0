"""Pages into a library, and books out of it.

Before: what the user named, and a library. After :func:`add`: every page that holds a thread is in the library, with
the pictures that could be had, or is named with the reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TypeVar

from msgspec import Struct, structs

from threadbound import pipeline, sheets
from threadbound.book.naming import file_stem
from threadbound.containers.capture import Capture, nothing
from threadbound.containers.companions import files_of
from threadbound.digests import sha256
from threadbound.errors import FileTrouble
from threadbound.gathering import Wanted, gather, with_unbound
from threadbound.library.catalogue import Entry
from threadbound.library.history import Kept
from threadbound.library.intake import Intake, Outcome
from threadbound.library.layout import Library
from threadbound.library.shelves import CURE, pictures, thread_at
from threadbound.library.staging import Arrival
from threadbound.library.writing import Desk
from threadbound.media.collect import Search
from threadbound.media.pictures import Pictures
from threadbound.model import codec
from threadbound.model.thread import CaptureNote, Thread
from threadbound.notices import Notice, losses
from threadbound.options import MAX_IMAGE_PIXELS, BindOptions, FetchOptions, Step, no_step
from threadbound.pipeline import Page
from threadbound.readers import manifest
from threadbound.survey import Failure, fenced, survey
from threadbound.writers.output import atomic, unclaimed

#: Captures, and bytes of pages, that are made ready before they get their places together: the disk is waited for once.
GROUP = 64
GROUP_BYTES = 64 * 1024 * 1024
Result = TypeVar("Result")


class AddOptions(Struct, frozen=True):
    """How pages are taken in."""

    cache_dir: Path
    """For pictures that are fetched, as ``pdf`` has it."""
    fetch: FetchOptions = FetchOptions()
    max_image_pixels: int = MAX_IMAGE_PIXELS
    tags: tuple[str, ...] = ()
    """Put on every thread that changes."""
    again: bool = False
    """Take in even what was forgotten on purpose."""
    companions: bool = False
    """Keep all that lies in a page's own folder, not only what the thread was read from."""


class Added(Struct, frozen=True):
    """What became of a page."""

    name: str
    """As the user named it."""
    outcome: Outcome


def add(desk: Desk, inputs: Sequence[str], options: AddOptions, step: Step = no_step) -> Iterator[Added | Failure]:
    """Take in every page that the inputs name; each is told when it is in the library, on the disk.

    Raises:
        FileTrouble: the library cannot be written.
    """
    places = pipeline.sources(options.fetch, options.cache_dir, options.max_image_pixels)
    intake = Intake(desk, options.again)
    ready: list[Added | Failure] = []
    size = 0
    for item in survey(inputs, places, step=step):
        ready.append(item if isinstance(item, Failure) else Added(item.name, intake.take(_arrival(item, options))))
        size += item.capture.note.size if isinstance(item, Page) else 0
        if len(ready) >= GROUP or size >= GROUP_BYTES:
            intake.commit()
            yield from ready
            ready.clear()
            size = 0
    intake.commit()
    yield from ready


def _arrival(page: Page, options: AddOptions) -> Arrival:
    path = Path(page.name)
    is_extracted = manifest.is_extracted(path)
    return Arrival(
        page.thread,
        _with_companions(page.capture, path) if options.companions and not is_extracted else page.capture,
        page.search.pictures,
        page.others,
        modified=None if is_extracted else _modified(path),
        tags=options.tags,
        form="extracted" if is_extracted else "page",
    )


def _with_companions(capture: Capture, page: Path) -> Capture:
    used = capture.beside
    return structs.replace(capture, beside=lambda: tuple(dict.fromkeys((*used(), *files_of(page.resolve())))))


def _modified(path: Path) -> datetime | None:
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except (OSError, OverflowError, ValueError):
        return None


def page(library: Library, entry: Entry) -> Page:
    """A thread of the library with its pictures, as ``pipeline.make`` binds it: all its captures as one.

    Raises:
        FileTrouble: something of it is damaged.
    """
    found = thread_at(library, entry.folder)
    pages = {
        file.sha256: library.root / entry.folder / f"v{each.version.number}" / file.name
        for each in found.captures
        for file in each.version.files
        if file.kind == "page"
    }
    held = [_capture(note, pages.get(note.sha256)) for note in found.thread.captures]
    own = pictures(library, (each.version for each in found.captures))
    return Page(entry.id, held[0], found.thread, found.thread, Search((), own), tuple(held[1:]))


def _capture(note: CaptureNote, path: Path | None) -> Capture:
    """The saved page; without its bytes where a book that it came out of had none."""
    data = path.read_bytes() if path else b""
    if path and sha256(data) != note.sha256:
        raise FileTrouble(f"{path}: it is not what it was; {CURE}")
    return Capture(note, data, "", "html", nothing)


class Exported(Struct, frozen=True):
    """A file, or a folder of a saved page, that was made of threads."""

    path: Path
    format: str
    keys: tuple[str, ...]
    """Of the threads in it."""
    losses: dict[str, tuple[Notice, ...]]
    """What is missing, by the keys of the threads that lack something."""


def export(  # noqa: PLR0913 - what, how, and who is told
    desk: Desk,
    entries: Sequence[Entry],
    formats: Sequence[str],
    options: BindOptions,
    *,
    together: bool = False,
    step: Step = no_step,
) -> Iterator[Exported | Failure]:
    """Make ``pdf``, ``epub``, ``json`` or ``page`` of threads of the library.

    Args:
        desk: the library.
        entries: its threads, in order.
        formats: what to make of each.
        options: how; the product's name is not looked at.
        together: one file of all, where the format can be that.
        step: told how many are made.

    Raises:
        UsageError, BadConfiguration: no book can look as is wished.
    """
    makers = {name: _MAKERS.get(name, _book) for name in formats}
    for name in makers.keys() - _MAKERS.keys():
        pipeline.check_look(replace(options, product=name))
    groups = [list(entries)] if together else [[entry] for entry in entries]
    claimed: set[str] = set()
    for done, group in enumerate(groups):
        step("exporting", done, len(groups))
        for name, maker in makers.items():
            order = _Order(desk.library, group, replace(options, product=name), claimed)
            made = fenced(group[0].id, partial(maker, order))
            yield from order.failures
            yield made


class _Order(Struct, frozen=True):
    library: Library
    entries: list[Entry]
    options: BindOptions
    claimed: set[str]
    failures: list[Failure] = []
    """Threads that cannot be read, so that the others are made without them."""

    def each(self, read: Callable[[Library, Entry], Result]) -> dict[str, Result]:
        """What is read of each thread that can be, by its key.

        Raises:
            ThreadboundError: that is none.
        """
        if len(self.entries) == 1:
            return {entry.id: read(self.library, entry) for entry in self.entries}
        found = {entry.id: fenced(entry.id, partial(read, self.library, entry)) for entry in self.entries}
        failed = [each for each in found.values() if isinstance(each, Failure)]
        if len(failed) == len(found):
            raise failed.pop().error
        self.failures.extend(failed)
        return {key: each for key, each in found.items() if not isinstance(each, Failure)}

    def made(self, path: Path, threads: Mapping[str, Thread]) -> Exported:
        lost = {key: found for key, thread in threads.items() if (found := losses(thread.notices))}
        return Exported(path, self.options.product, tuple(threads), lost)


def _book(order: _Order) -> Exported:
    pages = list(order.each(page).values())
    shown = Pictures()
    for each in pages:
        shown.pictures |= each.search.pictures.pictures
    (gathered,) = gather(pages, Wanted(order.options.collection, shown)).contents
    content = with_unbound(gathered, len(order.failures))
    target = unclaimed(pipeline.target_for(content, order.options), order.claimed)
    product = sheets.make(content, shown, order.options, target)
    return order.made(target, dict(zip(product.pages, product.threads, strict=True)))


def _json(order: _Order) -> Exported:
    found = {key: each.thread for key, each in order.each(_kept).items()}
    threads = list(found.values())
    alone = len(threads) == 1
    target = _target(order, threads, ".json" if alone else ".jsonl")
    lines = [codec.encode(thread, indent=2 if alone else 0) + b"\n" for thread in threads]
    with atomic(target, force=order.options.force) as temporary:
        temporary.write_bytes(b"".join(lines))
    return order.made(target, found)


def _kept(library: Library, entry: Entry) -> Kept:
    return thread_at(library, entry.folder)


def _saved(order: _Order) -> Exported:
    """The newest saved page of each thread, and what lay beside it."""
    found = order.each(_kept)
    target = _target(order, [each.thread for each in found.values()], "")
    for entry in (entry for entry in order.entries if entry.id in found):
        each = found[entry.id]
        place = target if len(found) == 1 else target / entry.id
        for file in each.newest.files:
            if file.kind != "thread":
                source = order.library.root / entry.folder / f"v{each.newest.number}" / file.name
                with atomic(place / file.name.removeprefix("source/"), force=order.options.force) as temporary:
                    temporary.write_bytes(source.read_bytes())
    return order.made(target, {key: each.thread for key, each in found.items()})


def _target(order: _Order, threads: Sequence[Thread], suffix: str) -> Path:
    stem = file_stem(threads, threads[0].title, order.options.name_template)
    return unclaimed(order.options.output_dir / f"{stem}{suffix}", order.claimed)


#: What is no book.
_MAKERS: dict[str, Callable[[_Order], Exported]] = {"json": _json, "page": _saved}
