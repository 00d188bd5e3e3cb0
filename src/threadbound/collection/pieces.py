"""The pieces of a book: which are kept, and those that are not, laid out by other processes.

Before: sections of a book. After: each lies in its place, checked, and it is known what is told of it. What this
process holds is that, never the pieces themselves.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor, Future
from pathlib import Path

from msgspec import Struct, field

from threadbound.collection import keys
from threadbound.collection.cache import Shelves, asked_for
from threadbound.collection.piece import Job, Machine, Outcome, Shown, make
from threadbound.errors import BrokenChapters, FileTrouble, ThreadboundError, Unexpected, unexpected
from threadbound.joining import stored
from threadbound.joining.piece import Told
from threadbound.media.pictures import described
from threadbound.model.thread import Thread
from threadbound.options import Step
from threadbound.rendering.render import Compositor
from threadbound.rendering.rendered import RenderedPicture
from threadbound.rendering.runs import higher
from threadbound.rendering.sections import Section
from threadbound.tools.kept import is_there
from threadbound.tools.workers import WorkerLost, ahead
from threadbound.writers.pdf_variants import Variant
from threadbound.writers.writer import Uncovered

LAYING_OUT = "laying out chapters"
#: How many pieces wait for each worker, or are done: each has its pictures with it.
AHEAD = 2
#: Where markup points at a picture.
_PICTURE = re.compile(rb'(?<=src=")images/[^"]+')


class Work(Struct, frozen=True):
    """What is the same for all pieces of a book."""

    composing: Compositor
    threads: Mapping[str, Thread]
    """Id of its chapter → thread."""
    pictures: Mapping[str, RenderedPicture]
    """By name, as large as they are shown anywhere."""
    shown: Mapping[str, tuple[str, ...]]
    """Id of a chapter → names of its pictures."""
    css: Mapping[str, str]
    """Name → style sheet."""
    common: bytes
    """What all keys depend on."""
    machine: Machine
    variant: Variant
    workers: Executor
    shelves: Shelves
    """Where pieces are kept."""
    own_look: tuple[str, ...]
    step: Step


class Piece(Struct):
    """A piece on its way into the book."""

    section: Section
    place: Path
    markup: bytes = b""
    """Where it had to be printed to be known."""


def known(work: Work, section: Section) -> Piece:
    """The piece of a section that is the same in every book of its thread."""
    threads = [work.threads[section.name]] if section.role == "chapter" else []
    pictures = [work.pictures[name] for name in work.shown.get(section.name, ())]
    key = keys.of(work.common, section, threads, pictures, work.composing.rendering.uncovered)
    return Piece(section, _place(work, key))


def printed(work: Work, section: Section, pages: Mapping[str, str], room: str) -> Piece:
    """The piece of a section that is known by its markup, as those are that have numbers of pages.

    Args:
        work: the book's.
        section: which.
        pages: anchor → number.
        room: as wide as the widest of them.
    """
    markup = work.composing.section(section, pages, room).data
    return Piece(
        section,
        _place(work, keys.printed(work.common, markup, pictures_in(work, markup), _foot(work, section))),
        markup,
    )


def _place(work: Work, key: str) -> Path:
    return work.shelves.folder / key[:2] / key[2:]


class Bench(Struct):
    """The pieces of a book while they are laid out: what waits for some need not wait for those that began behind."""

    work: Work
    whole: int
    """How many pieces there will be."""
    pieces: dict[str, Piece] = field(default_factory=dict)
    """By the names of their sections."""
    running: deque[tuple[Piece, Future[Outcome]]] = field(default_factory=deque)
    """In the order in which they began."""
    known: dict[str, Told] = field(default_factory=dict)
    uncovered: set[str] = field(default_factory=set)
    errors: dict[int, Exception] = field(default_factory=dict)
    """Index of a chapter → why it could not be laid out."""

    def begin(self, piece: Piece) -> None:
        """Have a piece laid out if it is not kept; waits while there is enough to do.

        Raises:
            FileTrouble: one cannot be kept.
            ThreadboundError: one that is no chapter cannot be laid out.
        """
        self.pieces[piece.section.name] = piece
        if _is_kept(piece.place):
            return
        while len(self.running) >= ahead(self.work.workers, AHEAD):
            self._end()
        if self.work.shelves.others:
            piece.place = _spare(self.work, piece)
        self._submit(piece)

    def _submit(self, piece: Piece) -> None:
        self.running.append((piece, self.work.workers.submit(make, _job(self.work, piece))))

    def told(self, some: Sequence[Section]) -> list[Told]:
        """What is told of sections that have begun, when they are done.

        Raises:
            Uncovered: no font has some of the characters.
            BrokenChapters: chapters cannot be laid out; all others are kept.
            FileTrouble, ThreadboundError: as in :meth:`begin`.
        """
        wanted = {section.name for section in some}
        while any(piece.section.name in wanted for piece, _ in self.running):
            self._end()
        while self.running and (self.uncovered or self.errors):  # said of all at once
            self._end()
        if self.uncovered:
            raise Uncovered(frozenset(self.uncovered))
        if self.errors:
            raise BrokenChapters(self.errors)
        self.known |= {name: stored.opened(self.pieces[name].place).told for name in wanted - self.known.keys()}
        return [self.known[section.name] for section in some]

    def _end(self) -> None:
        """Wait for the piece that began first."""
        piece, future = self.running.popleft()
        self.work.step(LAYING_OUT, len(self.pieces) - len(self.running) - 1, self.whole)
        error = future.exception()
        if error is None:
            self.uncovered |= set(future.result().uncovered)
        elif isinstance(error, OSError) and piece.place != (elsewhere := _spare(self.work, piece)):
            piece.place = elsewhere  # the disk of the cache is full: that must not cost the book
            self._submit(piece)
        elif piece.section.role == "chapter" and not isinstance(error, OSError):
            self.errors[list(self.work.threads).index(piece.section.name)] = _told(error)
        else:
            raise _trouble(self.work, error)


def _is_kept(place: Path) -> bool:
    if not is_there(place):
        return False
    asked_for(place)
    return True


def _spare(work: Work, piece: Piece) -> Path:
    """Where a piece may lie that cannot be kept; its own place where there is no other."""
    try:
        return work.shelves.spare() / piece.place.parent.name / piece.place.name
    except OSError:
        return piece.place


def _told(error: BaseException) -> Exception:
    """Why a chapter could not be laid out."""
    if isinstance(error, WorkerLost):
        return FileTrouble(f"not laid out, though tried twice: {error}; see whether the memory is large enough")
    if isinstance(error, ThreadboundError) or not isinstance(error, Exception):
        return error if isinstance(error, Exception) else Unexpected(str(error))
    bug = Unexpected(unexpected(error))
    for note in getattr(error, "__notes__", ()):  # where it was met
        bug.add_note(note)
    return bug


def _trouble(work: Work, error: BaseException) -> Exception:
    """Why no book can be made."""
    if isinstance(error, OSError):
        why = f"pieces of the book cannot be kept: {error.strerror or error}"
        place = (work.shelves.others or [work.shelves.folder])[0]
        return FileTrouble(f"{place}: {why}; free some space, or set XDG_CACHE_HOME to another folder")
    return _told(error)


def _job(work: Work, piece: Piece) -> Job:
    composing, section = work.composing, piece.section
    markup = piece.markup or composing.section(section).data
    chapter = section.chapter
    return Job(
        name=section.name,
        place=str(piece.place),
        machine=work.machine,
        variant=work.variant.name,
        markup=markup,
        css=work.css,
        pictures=tuple(_shown(picture) for picture in pictures_in(work, markup)),
        languages=frozenset({composing.book.language, chapter.language if chapter else "en"}),
        threads=(work.threads[section.name],) if section.role == "chapter" else (),
        crossings=tuple(chapter.crossings) if chapter else (),
        own_look=work.own_look,
        foot=_foot(work, section),
    )


def _foot(work: Work, section: Section) -> float:
    """Of a section that another goes on with: millimetres that its pages end higher, as far as its length is known."""
    return round(higher(section.length) * work.composing.page.height, 1) if section.more else 0.0


def pictures_in(work: Work, markup: bytes) -> list[RenderedPicture]:
    """The pictures that a piece shows."""
    names = dict.fromkeys(name.decode() for name in _PICTURE.findall(markup))
    return [work.pictures[name] for name in names if name in work.pictures]


def _shown(picture: RenderedPicture) -> Shown:
    made = picture.derivative
    made_of = (described(made.original), made.recipe) if made else None
    return Shown(picture.name, picture.media_type, picture.read(), picture.windows, made_of)
