"""What happens to one piece, in whatever process: it is laid out, checked, taken apart and kept.

Before: a :class:`Job`, which is data and can go anywhere. After: the piece lies in its place, and every word, link and
picture of its thread is on its pages; or the reason why not is raised, and nothing lies there.
"""

from __future__ import annotations

import gc
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from threadbound.checks import pdf as checks
from threadbound.errors import CheckFailed
from threadbound.joining import stored
from threadbound.joining.parts import take_apart
from threadbound.media.derive import Derivative
from threadbound.media.pictures import Described
from threadbound.media.recipes import Recipe
from threadbound.model.thread import Thread
from threadbound.rendering.rendered import RenderedPicture
from threadbound.tools.kept import put
from threadbound.tools.memory import garbage_waits
from threadbound.writers import registry as writers
from threadbound.writers.blame import blamed
from threadbound.writers.engine import Sheets
from threadbound.writers.pdf_variants import VARIANTS
from threadbound.writers.writer import Uncovered


class Shown(Struct, frozen=True):
    """A picture of the piece."""

    name: str
    media_type: str
    data: bytes
    windows: int = 1
    made_of: tuple[Described, Recipe] | None = None
    """The original, and what was made of it."""


class Machine(Struct, frozen=True):
    """What lays pieces out."""

    name: str
    cache: str
    """The folder for what can be made again."""


class Job(Struct, frozen=True):
    """A piece to be laid out."""

    name: str
    place: str
    """Where it belongs."""
    machine: Machine
    variant: str
    markup: bytes
    css: Mapping[str, str]
    pictures: tuple[Shown, ...]
    languages: frozenset[str]
    threads: tuple[Thread, ...]
    """Of which every word must be there."""
    crossings: tuple[str, ...]
    """Addresses to which its links do not lead, but to where the book has what stands there."""
    own_look: tuple[str, ...]
    """What of its look is the user's, as messages call it."""
    foot: float = 0.0
    """Where what follows goes on with it: millimetres that its pages are probably to end higher."""


class Outcome(Struct, frozen=True):
    """What came of it."""

    uncovered: str = ""
    """Characters that no font has: the piece lies nowhere, and is to be printed with their names in their places."""


def get_ready(machine: Machine) -> None:
    """Load what every piece needs, while there is none yet."""
    writers.engine(machine.name, Path(machine.cache)).load()


def make(job: Job) -> Outcome:
    """Lay a piece out and keep it.

    Raises:
        CheckFailed: something of its thread is not on its pages.
        BadConfiguration: it cannot be laid out as the user wishes.
        ThreadboundError: WeasyPrint met something that would be missing.
        OSError: it cannot be kept.
    """
    place, cache = Path(job.place), Path(job.machine.cache)
    pictures = {each.name: _rendered(each) for each in job.pictures}
    engine = writers.engine(job.machine.name, cache)
    sheets = Sheets(job.markup, job.css, pictures, job.languages, VARIANTS[job.variant], job.foot)
    try:
        with garbage_waits(), blamed(job.own_look):
            laid_out = engine.render(sheets, cache)
    except Uncovered as missing:
        return Outcome("".join(sorted(missing.characters)))
    finally:
        gc.collect(1)  # what fetches the pictures refers to itself and holds them: a megabyte a chapter
    report = checks.check(laid_out.pdf, job.threads, (), tuple(pictures.values()), job.crossings)
    if not report.ok:
        raise CheckFailed(f"it would not be whole: {report}")
    told = replace(laid_out.told, pictures=tuple(pictures))
    # A chapter's name is its own in every book; a run of a list may be the first of one and the second of another.
    name = job.name if job.threads else place.name
    put(place, stored.encode(told, laid_out.faces, take_apart(laid_out.pdf, name)))
    return Outcome()


def _rendered(shown: Shown) -> RenderedPicture:
    made, read = None, partial(bytes, shown.data)
    if shown.made_of:
        original, recipe = shown.made_of
        made = Derivative(original.stored(read), recipe)
    return RenderedPicture(shown.name, shown.media_type, read, made, shown.windows)
