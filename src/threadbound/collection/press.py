"""A collection as PDF, in order: what is kept → laid out → numbered → joined → proven.

Before: a book, its threads and pictures. After: one PDF on the disk, of pieces each of which was checked when it was
laid out, by this run or by an earlier one.
"""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from pathlib import Path

import msgspec
from msgspec import Struct

from threadbound.checks.report import CheckReport
from threadbound.collection import keys, pieces, proof
from threadbound.collection.cache import Shelves, pieces_at, prune
from threadbound.collection.frame import frame
from threadbound.collection.piece import Machine, get_ready
from threadbound.collection.pieces import Bench, Piece, Work
from threadbound.errors import Unjoinable
from threadbound.joining import pagination, stored
from threadbound.joining.catalogue import Parts
from threadbound.joining.digests import Digests
from threadbound.joining.fonts import FontSet
from threadbound.joining.join import Join
from threadbound.joining.pdf_file import PdfFile
from threadbound.joining.piece import Told
from threadbound.joining.stored import Stored
from threadbound.media.crew import prepare
from threadbound.model.thread import Thread
from threadbound.options import Step
from threadbound.rendering import own_css
from threadbound.rendering.fixity import with_fixity
from threadbound.rendering.render import Compositor, Rendering, cover_picture
from threadbound.rendering.rendered import RenderedBook
from threadbound.rendering.runs import galley_of
from threadbound.rendering.sections import LAST, NUMBERED, PLAIN, Part, Section, sections
from threadbound.rendering.ways import zeros
from threadbound.tools.memory import garbage_waits, give_back
from threadbound.tools.workers import Workers, executor
from threadbound.writers import registry as writers
from threadbound.writers.pdf_variants import VARIANTS, refuse_what_is_forbidden

JOINING = "joining chapters"
#: So many pieces are worth the start of other processes.
WORTH_PROCESSES = 6
#: Pieces that nearly every book has beside its chapters.
BESIDE = 4
#: So many pieces are built in the time that the engine takes to load, which other processes do meanwhile.
WORTH_LOADING = 400
#: Seconds that one piece may take: a post takes some hundredths of one.
PATIENCE = 1800
#: Roles of the sections that are the same in every book of their thread.
_BODY: tuple[Part, ...] = ("part", "chapter")
#: Rounds, and the roles of the sections whose pages each must know.
_TURNS: tuple[tuple[int, tuple[Part, ...]], ...] = ((PLAIN, ()), (NUMBERED, _BODY), (LAST, (*_BODY, "back")))
#: Folder of a cache where pieces are kept.
PIECES = "pieces"


class Order(Struct, frozen=True):
    """What is wanted of a book that is set piece by piece."""

    composing: Compositor
    threads: Mapping[str, Thread]
    """Id of its chapter → thread."""
    variant: str
    own_look: tuple[str, ...]
    """What of its look is the user's, as messages call it."""
    step: Step


class _Shop(Struct, frozen=True):
    """What a book is made with."""

    pieces: int
    """About how many it has."""
    machine: Machine
    shelves: Shelves

    def workers(self) -> Executor:
        """Who does what other processes can."""
        return executor(self.pieces, WORTH_PROCESSES, PATIENCE)


class _Ready(Struct, frozen=True):
    """What is known when all pieces are laid out."""

    front: Sequence[Told]
    rest: Sequence[Told]
    rendered: RenderedBook


class Joined(Struct, frozen=True):
    """A file that was written and not yet read again."""

    parts: Parts
    """Name and digest of everything that was written."""
    plain: tuple[int, ...]
    """Numbers of its objects with streams that are no pages'."""
    addresses: Collection[str]
    """To which it leads."""
    lists: int
    """The page, from 0, at which what stands behind the chapters begins."""
    carries: tuple[tuple[str, str], ...]
    """Name and digest of each file."""
    asked: frozenset[str]
    """Addresses of which chapters show only the place in the book: it must lead to them somewhere."""


def suits(rendering: Rendering) -> bool:
    """Whether a book can be laid out piece by piece: not where the user's own style sheets have rules for pages.

    What such a rule counts, draws or puts into margins (``:first``, ``:nth()``, backgrounds, other counters) is said of
    pages of the book, and a piece does not know which it will have.
    """
    theme, css = rendering.theme, rendering.look.css
    sheets = [*theme.own_sheets("print"), *([theme.laid_over(css, "print")] if css else [])]
    return not any(own_css.has_page_rules(sheet.css) for sheet in sheets)


def bind(order: Callable[[], Order], threads: int, engine: str, cache: Path, path: Path) -> None:
    """Make the book at ``path``, which :func:`suits`.

    Args:
        order: gives what is wanted, every chapter of it; that goes before the file is read again.
        threads: how many there are.
        engine: what lays it out.
        cache: the folder for what can be made again.
        path: where.

    Raises:
        UsageError: the book carries evidence, which the variant forbids.
        Uncovered: no font has some of the characters.
        BrokenChapters: chapters cannot be laid out.
        Unjoinable: pieces cannot be joined, or the file is not what was joined.
        OSError: it cannot be written.
    """
    with pieces_at(cache / PIECES) as shelves:
        shop = _Shop(threads + BESIDE, Machine(engine, str(cache)), shelves)
        with contextlib.suppress(msgspec.DecodeError):
            _bound(order, shop, path)
            return
        prune(shelves.folder, 0)  # kept pieces with a right seal and no sense: nobody of ours wrote them
        _bound(order, shop, path)


def _bound(order: Callable[[], Order], shop: _Shop, path: Path) -> None:
    with shop.workers() as readers:
        joined = _written(order, shop, readers, path)
        gc.collect()  # whoever reads the file again needs as much memory as the book, which templates hold in a circle
        give_back()
        with _joining():
            _prove(joined, readers, path)


@contextlib.contextmanager
def _joining() -> Iterator[None]:
    """What does not fit together is said of the pieces, not of the pages that they were made of."""
    try:
        yield
    except msgspec.DecodeError:
        raise
    except ValueError as error:
        raise Unjoinable(f"its pieces cannot be joined: {error}") from error


def _written(order: Callable[[], Order], shop: _Shop, readers: Executor, path: Path) -> Joined:
    """Write the file."""
    with shop.workers() as workers:
        if isinstance(workers, Workers) and shop.pieces >= WORTH_LOADING:
            for _ in range(workers.size):
                workers.submit(get_ready, shop.machine)
        with garbage_waits():
            wanted = order()
        refuse_what_is_forbidden(VARIANTS[wanted.variant], carries=bool(wanted.composing.book.evidence))
        every = sections(wanted.composing.book, galley_of(wanted.composing.page))
        work = _work(wanted, shop, workers)
        known, done = _laid_out(work, every)
        if isinstance(workers, Workers):
            workers.stop()  # those that all pieces were kept for may still get ready
    front = [done[section.name] for section in every if section.role == "front"]
    rest = [done[section.name] for section in every if section.role != "front"]
    ready = _Ready(front, rest, _rendered(work, [*front, *rest]))
    with _joining(), garbage_waits():
        return _joined(work, [known[section.name] for section in every], ready, readers, path)


def _laid_out(work: Work, every: Sequence[Section]) -> tuple[dict[str, Piece], dict[str, Told]]:
    """All pieces, and what is told of them, by the names of their sections."""
    bench = Bench(work, len(every))
    for turn, counted in _TURNS:
        pages = pagination.printed(bench.told([section for section in every if section.role in counted]))
        room = zeros(pages)
        for section in every:
            if section.round == turn:
                is_known = section.role in _BODY
                bench.begin(pieces.known(work, section) if is_known else pieces.printed(work, section, pages, room))
    told = bench.told(every)
    return bench.pieces, {section.name: each for section, each in zip(every, told, strict=True)}


def _work(wanted: Order, shop: _Shop, workers: Executor) -> Work:
    """What is decided before any piece is: how large each picture is made, and what the keys of pieces depend on."""
    composing = wanted.composing
    plates = composing.plates
    shown = {chapter.id: plates.note(chapter) for chapter in composing.book.chapters}
    cover = [cover_picture(composing)] if composing.cover else []
    prepare(plates.shelf, [each.derivative for each in plates.used.values() if each.derivative], wanted.step)
    variant, machine = VARIANTS[wanted.variant], shop.machine
    return Work(
        composing=composing,
        threads=wanted.threads,
        pictures={picture.name: picture for picture in (*cover, *plates.used.values())},
        shown=shown,
        css={"style.css": composing.css, "own.css": composing.own.css if composing.own else ""},
        common=keys.common(composing, writers.engine(machine.name, Path(machine.cache)), variant),
        machine=machine,
        variant=variant,
        workers=workers,
        shelves=shop.shelves,
        own_look=wanted.own_look,
        step=wanted.step,
    )


def _rendered(work: Work, told: Sequence[Told]) -> RenderedBook:
    """The book with its list of what it holds, as far as that is known before it is written."""
    composing = work.composing
    names = sorted({name for each in told for name in each.pictures})
    rendered = RenderedBook(
        composing.book, (), composing.css, tuple(work.pictures[name] for name in names), composing.own
    )
    return with_fixity(rendered, "pdf", composing.plates.shelf)


def _joined(
    work: Work,
    every: Sequence[Piece],
    ready: _Ready,
    readers: Executor,
    path: Path,
) -> Joined:
    """Write the file."""

    def opened(index: int) -> Stored:
        return stored.opened(every[index].place)

    rendered, told = ready.rendered, [*ready.front, *ready.rest]
    fonts = FontSet()
    for index in range(len(every)):
        fonts.note(opened(index).lettering)
    engine = writers.engine(work.machine.name, Path(work.machine.cache))
    said = frame(rendered.book, work.variant, f"{engine.name} {engine.product}")
    with path.open("wb") as file, ThreadPoolExecutor(1) as aside:
        places = pagination.paginated(ready.front, ready.rest, is_facing=work.composing.page.is_facing)
        join = Join(PdfFile(file, aside), said, places, told, fonts, Digests(readers))
        parts = join.write(opened, lambda done: work.step(JOINING, done, len(every)))
    plain = tuple(number for number in join.file.plain if number not in join.contents)
    carries = tuple((item.name, item.sha256) for item in rendered.book.evidence)
    crossings = {url for chapter in rendered.book.chapters for url in chapter.crossings}
    asked = proof.asked_for(work.threads.values(), crossings)
    behind = next(k for k, piece in enumerate(every) if piece.section.role == "back")
    return Joined(parts, plain, join.addresses, places.starts[behind], carries, asked)


def _prove(joined: Joined, readers: Executor, path: Path) -> None:
    """Read the file again."""
    reading = proof.begin(path, joined.parts, joined.plain, readers, joined.lists)
    unsaid = proof.unsaid(joined.asked, joined.addresses)
    report = CheckReport((*reading.report(joined.carries).findings, *unsaid.findings))
    if not report.ok:
        raise Unjoinable(f"not written, it would not be whole: {report}")
