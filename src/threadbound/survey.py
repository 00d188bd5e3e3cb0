"""The pages that the user's inputs name, each behind a fence.

Before: paths. After: pages, read, with the pictures that they miss fetched for many of them at once; and a
:class:`Failure` for each that came to nothing. A bad page costs one line, never the run, even where it meets a bug of
ours.
"""

from __future__ import annotations

import contextlib
import traceback
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace

from threadbound import pipeline
from threadbound.containers.folders import is_page_name
from threadbound.containers.registry import pages_in
from threadbound.errors import (
    ExitCode,
    FileTrouble,
    NoThread,
    NoThreadText,
    ThreadboundError,
    Unexpected,
    refused,
    unexpected,
)
from threadbound.library.layout import without_own
from threadbound.media.pictures import Pictures
from threadbound.model.thread import CaptureNote, Thread
from threadbound.options import Step, no_step
from threadbound.pipeline import Page, Sources
from threadbound.readers import manifest
from threadbound.reading import many

#: Pages, and bytes of pages, that wait while what they miss is fetched for all of them at once: many connections stay
#: busy, and the memory holds few pages.
WINDOW = 64
WINDOW_BYTES = 64 * 1024 * 1024
READING = "reading pages"
#: What a failure to fetch any at all is called.
PICTURES = "pictures"
Result = TypeVar("Result")


class Failure(Struct, frozen=True):
    """A page, or a book, that came to nothing."""

    name: str
    error: ThreadboundError
    is_skip: bool = False
    """Plain text that lay in a folder beside the pages: said, but no failure."""
    trace: str = ""
    """Where it arose, if it is a bug."""
    hides: bool = False
    """Whether pages may lie behind it that nobody saw: it is a folder, or leads to one, or is an empty mount point."""


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


def count_unbound(failures: Iterable[Failure]) -> int:
    """How many pages cannot be read, or make no chapter. How many lie in a folder that hides them nobody knows."""
    return sum(not (each.is_skip or each.hides or each.name == PICTURES) for each in failures)


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
        troubles: list[tuple[Path, FileTrouble]] = []
        found = fenced(name, lambda: _pages_in(Path(name), troubles))  # noqa: B023 - called at once
        for place, error in troubles:
            yield replace(_failure(str(place), error), hides=not is_page_name(place))
        if isinstance(found, Failure):
            yield replace(found, hides=not is_page_name(Path(name)))
        else:
            names += [str(path) for path in found]
    names = list(dict.fromkeys(names))
    waiting: list[Page | Failure] = []
    fresh = partial(pictures_for, places) if pictures is None else lambda: pictures
    with contextlib.closing(many.pages(names, fresh, places)) as pages:
        for done, (name, read) in enumerate(pages):
            step(READING, done, len(names))
            items = fenced(name, read)
            if isinstance(items, Failure):
                waiting.append(replace(items, is_skip=is_note(items, inputs)))
            else:
                waiting += items
            if not _is_worth_waiting(waiting, places):
                yield from _completed(waiting, places, step)
                waiting.clear()
    yield from _completed(waiting, places, step)


def is_note(failure: Failure, given: Container[str]) -> bool:
    """Whether what failed is somebody's notes in a folder of pages, and no loss.

    Args:
        failure: of one file.
        given: names of files and folders that were asked for: a file among them is meant to be a page, as is one that
            is called as pages are.
    """
    is_meant = failure.name in given or is_page_name(Path(failure.name))
    return isinstance(failure.error, NoThreadText) and not is_meant


def as_said(captured: str | None, item: Page | Failure) -> Page | Failure:
    """The page with what the user says of when it was saved, where neither its file nor a book that it came from says
    anything.
    """
    if isinstance(item, Failure) or captured is None:
        return item

    def told(note: CaptureNote) -> CaptureNote:
        return note if note.saved_at or note.saved_as_said else replace(note, saved_as_said=captured)

    def of_thread(thread: Thread) -> Thread:
        return replace(thread, captures=tuple(map(told, thread.captures)))

    capture, *others = (replace(each, note=told(each.note)) for each in item.captures)
    thread, extracted = of_thread(item.thread), of_thread(item.extracted)
    return replace(item, capture=capture, others=tuple(others), thread=thread, extracted=extracted)


def _pages_in(path: Path, troubles: list[tuple[Path, FileTrouble]]) -> list[Path]:
    """The pages that a path names; an extracted book is one of its own, and what a library wrote itself is none.

    Raises:
        ThreadboundError: there is no such path, or no page.
    """
    if manifest.is_extracted(path):
        return [path]
    found = pages_in(path, lambda place, error: troubles.append((place, error)))
    pages = without_own(found) if path.is_dir() else found
    if found and not pages and not troubles:
        raise NoThread(f"{path}: no page is in this library")
    return pages


def _is_worth_waiting(items: Sequence[Page | Failure], places: Sources) -> bool:
    """Whether pictures are missing, so that more pages should be read before they are fetched."""
    pages = [item for item in items if isinstance(item, Page)]
    if places.options.offline or not any(page.search.missing for page in pages):
        return False
    return len(items) < WINDOW and sum(page.capture.note.size for page in pages) < WINDOW_BYTES


def pictures_for(places: Sources) -> Pictures:
    """Where the pictures of a run go."""
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
