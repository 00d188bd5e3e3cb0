"""Pages into a library, and books out of it.

Before: what the user named, and a library. After :func:`add`: every page that holds a thread is in the library, with
the pictures that could be had, or is named with the reason.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from threadbound import pipeline
from threadbound.batch import Failure, survey
from threadbound.containers.capture import Capture, nothing
from threadbound.containers.companions import files_of
from threadbound.digests import sha256
from threadbound.errors import FileTrouble
from threadbound.library.catalogue import Entry
from threadbound.library.intake import Intake, Outcome
from threadbound.library.layout import Library
from threadbound.library.shelves import CURE, pictures, thread_at
from threadbound.library.staging import Arrival
from threadbound.library.writing import Desk
from threadbound.media.collect import Search
from threadbound.options import MAX_IMAGE_PIXELS, FetchOptions, Step, no_step
from threadbound.pipeline import Page
from threadbound.readers import manifest

#: Captures, and bytes of pages, that are made ready before they get their places together: the disk is waited for once.
GROUP = 64
GROUP_BYTES = 64 * 1024 * 1024


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
        size += len(item.capture.data) if isinstance(item, Page) else 0
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
        modified=None if is_extracted else _modified(path),
        tags=options.tags,
        form="extracted" if is_extracted else "page",
    )


def _with_companions(capture: Capture, page: Path) -> Capture:
    used = capture.beside
    return replace(capture, beside=lambda: tuple(dict.fromkeys((*used(), *files_of(page.resolve())))))


def _modified(path: Path) -> datetime | None:
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except (OSError, OverflowError, ValueError):
        return None


def page(library: Library, entry: Entry) -> Page:
    """A thread of the library with its pictures, as ``pipeline.make`` binds it: all its captures as one.

    The page that a book carries is that of the capture which the thread's posts are taken from.

    Raises:
        FileTrouble: something of it is damaged.
    """
    found = thread_at(library, entry.folder)
    note = found.thread.captures[0]
    version = next(each.version for each in found.captures if each.version.capture == note.sha256)
    place = library.root / entry.folder / f"v{version.number}"
    data = (place / version.page).read_bytes() if version.page else b""
    if data and sha256(data) != note.sha256:
        raise FileTrouble(f"{place / version.page}: it is not what it was; {CURE}")
    own = pictures(library, (each.version for each in found.captures))
    return Page(entry.id, Capture(note, data, "", "html", nothing), found.thread, found.thread, Search((), own))
