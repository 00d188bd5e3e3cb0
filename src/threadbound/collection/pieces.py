"""The pieces of a book: which are kept, and those that are not, laid out by other processes.

Before: sections of a book. After: each lies in its place, checked, and it is known what is told of it. What this
process holds is that, never the pieces themselves.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from pathlib import Path

from msgspec import Struct

from threadbound.collection import keys
from threadbound.collection.cache import asked_for
from threadbound.collection.piece import Job, Shown, make
from threadbound.errors import BrokenChapters, FileTrouble, ThreadboundError, Unexpected, unexpected
from threadbound.joining import stored
from threadbound.joining.piece import Told
from threadbound.media.pictures import described
from threadbound.model.thread import Thread
from threadbound.options import Step
from threadbound.rendering.render import Compositor
from threadbound.rendering.rendered import RenderedPicture
from threadbound.rendering.sections import Section
from threadbound.tools.kept import is_there
from threadbound.tools.workers import WorkerLost, in_order
from threadbound.writers.pdf_variants import Variant
from threadbound.writers.writer import Uncovered

LAYING_OUT = "laying out chapters"
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
    engine: str
    variant: Variant
    workers: Executor
    folder: Path
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


def printed(work: Work, section: Section, pages: Mapping[str, str]) -> Piece:
    """The piece of a section that has numbers of pages.

    Args:
        work: the book's.
        section: which.
        pages: anchor → number.
    """
    markup = work.composing.section(section, pages).data
    return Piece(section, _place(work, keys.printed(work.common, markup, pictures_in(work, markup))), markup)


def _place(work: Work, key: str) -> Path:
    return work.folder / key[:2] / key[2:]


def lay_out(work: Work, pieces: Sequence[Piece]) -> list[Told]:
    """Have every piece that is not kept laid out; gives what is told of all.

    Raises:
        Uncovered: no font has some of the characters.
        BrokenChapters: chapters cannot be laid out; all others are kept.
        FileTrouble: they cannot be kept.
    """
    missing = [piece for piece in pieces if not _is_kept(piece.place)]
    chapters = list(work.threads)
    errors: dict[int, Exception] = {}
    uncovered: set[str] = set()
    futures = in_order(
        work.workers, make, (_job(work, piece) for piece in missing), each=2
    )  # each has its pictures with it
    for done, (piece, future) in enumerate(zip(missing, futures, strict=True), len(pieces) - len(missing)):
        work.step(LAYING_OUT, done, len(pieces))
        error = future.exception()
        if error is None:
            uncovered |= set(future.result().uncovered)
        elif piece.section.role == "chapter" and not isinstance(error, OSError):
            errors[chapters.index(piece.section.name)] = _told(error)
        else:
            raise _trouble(work, error)
    if uncovered:
        raise Uncovered(frozenset(uncovered))
    if errors:
        raise BrokenChapters(errors)
    return [stored.opened(piece.place).told for piece in pieces]


def _is_kept(place: Path) -> bool:
    if not is_there(place):
        return False
    asked_for(place)
    return True


def _told(error: BaseException) -> Exception:
    """Why a chapter could not be laid out."""
    if isinstance(error, WorkerLost):
        return ThreadboundError(f"the process that laid it out ended too soon: {error}; is there enough memory?")
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
        return FileTrouble(f"{work.folder}: {why}; free some space, or set XDG_CACHE_HOME to another folder")
    return _told(error)


def _job(work: Work, piece: Piece) -> Job:
    composing, section = work.composing, piece.section
    markup = piece.markup or composing.section(section).data
    chapter = section.chapter
    return Job(
        name=section.name,
        place=str(piece.place),
        cache=str(composing.rendering.cache or ""),
        engine=work.engine,
        variant=work.variant.name,
        markup=markup,
        css=work.css,
        pictures=tuple(_shown(picture) for picture in pictures_in(work, markup)),
        languages=frozenset({composing.book.language, chapter.language if chapter else "en"}),
        threads=(work.threads[section.name],) if section.role == "chapter" else (),
        crossings=tuple(chapter.crossings) if chapter else (),
        own_look=work.own_look,
    )


def pictures_in(work: Work, markup: bytes) -> list[RenderedPicture]:
    """The pictures that a piece shows."""
    names = dict.fromkeys(name.decode() for name in _PICTURE.findall(markup))
    return [work.pictures[name] for name in names if name in work.pictures]


def _shown(picture: RenderedPicture) -> Shown:
    made = picture.derivative
    made_of = (described(made.original), made.recipe) if made else None
    return Shown(picture.name, picture.media_type, picture.read(), picture.windows, made_of)
