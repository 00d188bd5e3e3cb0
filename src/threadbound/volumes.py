"""Contents of books → contents of volumes that are small enough.

Before: what a book is made of, and how large it may be. After: books of which each is no larger, as far as threads can
be told apart: sizes are not guessed but measured, on books that are made for it and thrown away, until all fit. Of a
book that is larger all the same this is told.
"""

from __future__ import annotations

import dataclasses
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from msgspec.structs import replace

from threadbound import pipeline
from threadbound.book import volumes
from threadbound.errors import BrokenChapters, CheckFailed
from threadbound.media.pictures import Pictures
from threadbound.model import codec
from threadbound.options import BindOptions
from threadbound.pipeline import Content, Page, Product

#: How often volumes are made anew, each time with better weights.
ROUNDS = 6
#: How full a volume is planned: what all volumes have in common is in each of them.
FULL = 0.96
Size = Callable[[Content], int]


def divided(content: Content, options: BindOptions, store: Pictures) -> list[Content]:
    """The volumes of a book; the book itself where it need not be divided.

    Raises:
        ThreadboundError: it cannot be made.
    """
    wanted = options.collection
    contents = [content]
    if wanted.max_threads and len(content.pages) > wanted.max_threads:
        contents = _of(content, volumes.by_number(len(content.pages), wanted.max_threads))
    if wanted.max_size is None:
        return contents
    with tempfile.TemporaryDirectory(prefix="threadbound-") as folder:
        trial = dataclasses.replace(options, output=Path(folder) / "trial", force=True)

        def size(each: Content) -> int:
            with _meant(content, each, options, trial):
                return pipeline.make(each, store, trial, Path(folder) / "trial").size

        return _small_enough(content, contents, wanted.max_size, size, weights(content.pages, store))


@contextmanager
def _meant(content: Content, volume: Content, options: BindOptions, trial: BindOptions) -> Iterator[None]:
    """What is said of a trial is said of the book: of its chapters by their places in it, of the file by its name."""
    try:
        yield
    except BrokenChapters as broken:
        places = {id(page): place for place, page in enumerate(content.pages)}
        errors = {places[id(volume.pages[place])]: why for place, why in broken.errors.items()}
        raise BrokenChapters(errors, content.pages[min(errors)].name) from None
    except CheckFailed as error:
        target = pipeline.target_for(volume, options)
        raise type(error)(str(error).replace(str(trial.output), str(target))) from None


def told(product: Product, options: BindOptions) -> Product:
    """The product; where it is larger than the user wants, as a single thread can be, it says so."""
    most = options.collection.max_size
    if most is None or product.size <= most:
        return product
    why = "no thread can be divided" if len(product.threads) == 1 else "it could not be divided further"
    large = f"larger than --max-size: {product.size:,} bytes, and {why}"
    return replace(product, remark=f"{product.remark}; {large}" if product.remark else large, falls_short=True)


def weights(pages: Sequence[Page], store: Pictures) -> list[float]:
    """About how many bytes each page's thread takes in a book."""
    return [_weight(page, store) for page in pages]


def _weight(page: Page, store: Pictures) -> float:
    digests = {media.sha256 for post in page.thread.posts for media in post.all_media if media.sha256}
    pictures = (store.find(digest) for digest in digests)
    return len(codec.encode(page.thread)) + sum(len(picture.read()) for picture in pictures if picture)


def _of(content: Content, runs: Sequence[range]) -> list[Content]:
    threads = [page.thread for page in content.pages]
    decided = volumes.numbered(threads, runs, content.collection)
    return [
        Content(tuple(content.pages[place] for place in run), each, tuple(threads))
        for run, each in zip(runs, decided, strict=True)
    ]


def _small_enough(
    content: Content, contents: Sequence[Content], most: int, size: Size, estimates: list[float]
) -> list[Content]:
    """Measure, correct the weights by what was measured, divide anew, until all fit or only single threads do not."""
    best = list(contents)
    for _ in range(ROUNDS):
        sizes = [size(each) for each in best]
        if all(len(each.pages) == 1 or made <= most for each, made in zip(best, sizes, strict=True)):
            return best
        start = 0
        for each, made in zip(best, sizes, strict=True):
            end = start + len(each.pages)
            scale = made / sum(estimates[start:end])
            estimates[start:end] = [estimate * scale for estimate in estimates[start:end]]
            start = end
        number = max((len(each.pages) for each in contents), default=0)
        runs = volumes.by_weight(estimates, most * FULL)
        runs = [part for run in runs for part in _at_most(run, number)]
        best = _of(content, runs)
    return _halved(content, best, most, size)


def _halved(content: Content, contents: Sequence[Content], most: int, size: Size) -> list[Content]:
    """Weights that did not settle: whatever is too large and can be divided is, until nothing is left to divide."""
    best = list(contents)
    while True:
        runs: list[range] = []
        for each in best:
            start = runs[-1].stop if runs else 0
            run = range(start, start + len(each.pages))
            half = len(run) // 2
            runs += [run[:half], run[half:]] if half and size(each) > most else [run]
        if len(runs) == len(best):
            return best
        best = _of(content, runs)


def _at_most(run: range, number: int) -> list[range]:
    return [range(run.start + each.start, run.start + each.stop) for each in volumes.by_number(len(run), number)]
