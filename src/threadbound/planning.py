"""What a run would bind: ``--dry-run``.

Before: what the user named, and options. After: a :class:`Planned` for each book that would be made. Pages are read and
threads chosen as for a real run; nothing is fetched and nothing written.
"""

from __future__ import annotations

import dataclasses
import math
import zlib
from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from threadbound import batch, pipeline
from threadbound.book import estimates, volumes
from threadbound.book.collection import Edition
from threadbound.book.colophon import count_pictures
from threadbound.book.estimates import Measure
from threadbound.book.evidence import carries_pages
from threadbound.book.extent import extent
from threadbound.book.parts import kind_of
from threadbound.errors import CheckFailed, ExitCode
from threadbound.gathering import Gathered, Remark, Wanted, check_files
from threadbound.media.pictures import Pictures
from threadbound.media.recipes import coarser
from threadbound.model import codec
from threadbound.notices import Notice, losses, refused
from threadbound.options import BindOptions, Step, no_step
from threadbound.pipeline import Content, Page
from threadbound.rendering.pages import COLLECTION, SINGLE, page_of
from threadbound.rendering.theme import load as load_theme
from threadbound.survey import Failure, exit_code
from threadbound.updating import Left, prepared

#: Points of a millimetre, and how wide a character is on average, in parts of the size of the text.
POINTS, WIDTH = 72 / 25.4, 0.4
#: Pixels of the longest side of a picture in an EPUB, and of an inch in print, where the user says nothing.
LONGEST, DPI = 1600, 300


class Planned(Struct, frozen=True):
    """A book that would be made."""

    path: Path
    threads: int
    posts: int
    extent: str
    """How many posts, of how many, for people."""
    found: int
    """Pictures that are at hand."""
    pictures: int
    """All pictures that it names."""
    pages: int | None
    """About how many; of an EPUB nothing."""
    size: int
    """About how many bytes, with the pictures that are at hand."""
    notices: tuple[tuple[str, tuple[Notice, ...]], ...]
    """Each page's name, and what is known of its thread: its losses too, but for pictures that may be had."""
    volume: str = ""
    """``2 of 3``."""
    is_large: bool = False
    """Larger than ``--max-size``, by the estimate: no thread can be divided."""
    is_refused: bool = False
    """Whether ``--strict`` would keep it from being made, for whatever reason."""

    @property
    def losses(self) -> tuple[Notice, ...]:
        """What would surely be missing from it."""
        return tuple(notice for _, notices in self.notices for notice in losses(notices))


class Plan(Struct, frozen=True):
    """What a run would do."""

    books: tuple[Planned, ...]
    failures: tuple[Failure, ...]
    current: int = 0
    """Books that are there, in which nothing would change."""
    edition: Edition | None = None
    """The entry of the log, where a book would be made anew."""
    left: Left | None = None
    """What would be left out of it."""
    remarks: tuple[Remark, ...] = ()
    refused: int = 0
    """Books that ``--strict`` would keep from being made; why stands among the failures."""
    kept: int = 0
    """How many threads a book that is made anew would keep of which no page was given."""

    @property
    def made(self) -> int:
        """Books that would be there."""
        return len(self.books) + self.current - self.refused

    @property
    def exit_code(self) -> ExitCode:
        """What the process should say of it."""
        return exit_code(self.failures, made=self.made, lost=any(each.is_large for each in self.books))


def plan(inputs: Sequence[str], options: BindOptions, step: Step = no_step) -> Plan:
    """The books that these inputs would give.

    Raises:
        ThreadboundError: no book can be made with these options.
    """
    options = dataclasses.replace(options, fetch=dataclasses.replace(options.fetch, dry=True))
    if options.collection.update:
        with prepared(inputs, options, step) as found:
            books = [[_planned(found.content, found.options, found.store)]] if found.content else []
            current = int(found.is_current)
            told = Plan((), found.failures, current, found.edition, found.left, found.remarks, kept=found.kept)
            return _strictly(told, books, options, found.refusal)
    pipeline.check_look(options)
    check_files(options.collection)
    places = pipeline.sources(options.fetch, options.cache_dir, options.max_image_pixels)
    store = Pictures(places.store.prove) if places.store else Pictures()
    pages, failures = batch.read_apart(inputs, options, places, store, step)
    # Asked before the choice, as the run does, and of no page at all it asks nothing.
    refusal = batch.strictly(failures, options) if pages and not options.individual else None
    chosen = _chosen(pages, options, Wanted(options.collection, store, tuple(f.name for f in failures)))
    contents = [each for each in chosen if isinstance(each, Content)]
    failures += [each for each in chosen if isinstance(each, Failure) and not refusal]
    books = [[_planned(each, options, store) for each in _divided(content, options, store)] for content in contents]
    remarks = tuple(each for each in chosen if isinstance(each, Remark))
    return _strictly(Plan((), tuple(failures), remarks=remarks), books, options, refusal)


def _strictly(plan: Plan, books: Sequence[Sequence[Planned]], options: BindOptions, refusal: Failure | None) -> Plan:
    """The plan with its books, the volumes of one together, and with what ``--strict`` would say of them: ``refusal``
    of them all, or of each what it would lack.
    """
    told = [refusal or (_refused(group) if options.strict else None) for group in books]
    every = tuple(replace(each, is_refused=bool(why)) for group, why in zip(books, told, strict=True) for each in group)
    unmade = sum(each.is_refused for each in every)
    if refusal:
        return replace(plan, books=every, failures=(*plan.failures, refusal), refused=unmade + plan.current)
    return replace(plan, books=every, failures=(*plan.failures, *filter(None, told)), refused=unmade)


def _refused(books: Sequence[Planned]) -> Failure | None:
    """Why ``--strict`` would not make the book, or the volumes of one."""
    for name, notices in (each for book in books for each in book.notices):
        if why := refused(notices):
            none = f"; none of its {len(books)} volumes was written" if len(books) > 1 else ""
            return Failure(name, CheckFailed(f"{name}: {why}{none}"))
    return None


def _chosen(pages: Sequence[Page], options: BindOptions, wanted: Wanted) -> Sequence[Content | Failure | Remark]:
    """What the books would be made of, why there are none, and what is said of the choice."""
    if options.individual:
        found = batch.fitting(pages, options.collection.choice)
        return [Content((each,)) if isinstance(each, Page) else each for each in found]
    gathered = batch.contents_of(pages, wanted) if pages else Gathered([])
    return [gathered] if isinstance(gathered, Failure) else [*gathered.contents, *gathered.remarks]


def _divided(content: Content, options: BindOptions, store: Pictures) -> list[Content]:
    """The volumes of a book, by estimates."""
    wanted, count = options.collection, len(content.pages)
    runs = [range(count)]
    if wanted.max_threads:
        runs = volumes.by_number(count, wanted.max_threads)
    elif wanted.max_size:
        weights = [_size([page], options, store, base=0) for page in content.pages]
        runs = volumes.by_weight(weights, max(1, wanted.max_size - _size([], options, store)))
    threads = tuple(page.thread for page in content.pages)
    decided = volumes.numbered(threads, runs, content.collection)
    return [
        Content(content.pages[run.start : run.stop], each, threads) for run, each in zip(runs, decided, strict=True)
    ]


def _planned(content: Content, options: BindOptions, store: Pictures) -> Planned:
    threads = [page.thread for page in content.pages]
    posts = [post for thread in threads for post in thread.posts]
    found, total = count_pictures(posts)
    volume, largest = content.collection.volume, options.collection.max_size
    size = _size(content.pages, options, store) + _carried(content, options)
    kind = kind_of(threads, content.collection)
    return Planned(
        path=pipeline.target_for(content, options),
        threads=len(threads),
        posts=len(posts),
        extent=extent(threads),
        found=found,
        pictures=total,
        pages=estimates.pages(threads, _measure(options, len(threads)), kind) if options.product == "pdf" else None,
        size=size,
        notices=tuple((page.name, page.thread.notices) for page in content.pages),
        volume=f"{volume.number} of {volume.of}" if volume else "",
        is_large=largest is not None and size > largest,
    )


def _size(pages: Sequence[Page], options: BindOptions, store: Pictures, base: int | None = None) -> int:
    """About how many bytes a book of these pages has, over what each book has (or ``base``)."""
    most = _most(options, len(pages))
    pictures = sum(_bytes(digest, most, store) for digest in {each for page in pages for each in _digests(page)})
    if options.product == "pdf":
        words = (
            estimates.PAGE * estimates.pages([p.thread for p in pages], _measure(options, len(pages))) if pages else 0
        )
        return round((estimates.PDF if base is None else base) + words + pictures)
    json = sum(len(codec.encode(page.thread)) for page in pages)
    return round((estimates.EPUB if base is None else base) + estimates.JSON * json + pictures)


def _carried(content: Content, options: BindOptions) -> int:
    """How many bytes the saved pages take that the book carries."""
    attach = options.attach or ("json" if content.collection.volume else None)
    if not carries_pages(len(content.pages), attach):
        return 0
    return sum(len(zlib.compress(capture.bytes())) for page in content.pages for capture in page.captures)


class _Most(Struct, frozen=True):
    """How many pixels of a picture a book needs."""

    longest: float
    """Of its longest side."""
    width: float
    """What is much wider gets."""


def _most(options: BindOptions, threads: int) -> _Most:
    """In print what a page shows."""
    wished = float(options.image_max_size) if options.image_max_size else math.inf
    if options.product == "epub":
        return _Most(min(wished, LONGEST), math.inf)
    page = page_of(load_theme(options.look.theme), options.page, COLLECTION if threads > 1 else SINGLE)
    return _Most(wished, page.measure / 25.4 * DPI)


def _digests(page: Page) -> list[str]:
    return [media.sha256 for post in page.thread.posts for media in post.all_media if media.sha256]


def _bytes(digest: str, most: _Most, store: Pictures) -> float:
    """A picture's bytes, as far as its pixels are kept."""
    picture = store.find(digest)
    if picture is None:
        return 0
    longest = max(picture.probe.width, picture.probe.height)
    kept = min(1.0, most.longest / longest, coarser(most.width / picture.probe.width))
    return len(picture.read()) * kept * kept


def _measure(options: BindOptions, threads: int) -> Measure:
    theme = load_theme(options.look.theme)
    page = page_of(theme, options.page, COLLECTION if threads > 1 else SINGLE)
    size = page.rem * theme.fonts.text
    return Measure(page.measure * POINTS / (size * WIDTH), page.height * POINTS / page.rem, page.is_facing)
