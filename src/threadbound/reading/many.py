"""Many pages: which are read here, and which by workers.

Before: names. After: for each, in their order, a function that gives its pages or raises what befell it. Few pages are
read here, one after another and with their bytes; many by workers, without them.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import Future
from functools import partial
from pathlib import Path

from threadbound import pipeline
from threadbound.containers.registry import STDIN
from threadbound.errors import FileTrouble
from threadbound.media.pictures import Pictures
from threadbound.pipeline import Page, Sources
from threadbound.readers import manifest
from threadbound.reading.page import Answer, Job, page_of, places_of, read_page
from threadbound.tools.workers import AHEAD, WorkerLost, executor, in_order

#: So many pages are worth the start of other processes, and a look for what is kept of them.
MANY = 64
#: Pages that each worker may be ahead of whoever asks, who at times waits for the disk; but of no more bytes than that.
MOST_AHEAD = 32
BYTES_AHEAD = 16 * 1024 * 1024


def pages(
    names: Sequence[str], pictures: Callable[[], Pictures], sources: Sources
) -> Generator[tuple[str, Callable[[], list[Page]]], None, None]:
    """The name of each page, and what gives its threads: a book that was extracted may hold several.

    Args:
        names: paths of pages, or of folders that books were extracted into.
        pictures: gives what the pictures of a page go into.
        sources: where they are looked for.
    """
    places = places_of(sources)
    if places is None or len(names) < MANY:
        for name in names:
            yield name, partial(pipeline.read_all, name, pictures(), sources)
        return
    away = [name for name in names if name != STDIN and not manifest.is_extracted(Path(name))]
    with executor(len(away), worth=MANY) as workers:
        answers = in_order(workers, read_page, (Job(os.fsencode(name), places) for name in away), _ahead(away))
        elsewhere = frozenset(away)
        for name in names:
            if name in elsewhere:
                yield name, partial(_answered, name, next(answers), pictures(), sources)
            else:
                yield name, partial(pipeline.read_all, name, pictures(), sources)


def _ahead(names: Sequence[str]) -> int:
    """How many pages each worker may be ahead: fewer of large ones, whose threads may be large too."""
    sizes = [Path(name).stat().st_size for name in names if Path(name).is_file()]
    return max(AHEAD, min(MOST_AHEAD, BYTES_AHEAD // max([1, *sizes])))


def _answered(name: str, answer: Future[Answer], pictures: Pictures, sources: Sources) -> list[Page]:
    try:
        return [page_of(name, answer.result(), pictures, sources)]
    except WorkerLost as error:
        cure = "see whether the memory is large enough, or bind the page alone"
        raise FileTrouble(f"{Path(name).name}: not read, though tried twice: {error}; {cure}") from None
