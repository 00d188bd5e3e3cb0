"""One document of an EPUB, set wherever there is room: what a worker is asked, and what it answers.

Before: a chapter with its thread, or a list behind the chapters, and what all of them have in common, as data. After:
its document, packed, the pictures that it shows, and the proof that it holds the thread, as data.
"""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from threadbound.book.book import Book, Colophon
from threadbound.book.collection import Cover
from threadbound.book.matter import Matter
from threadbound.checks.proof import Proof, prove
from threadbound.media.pictures import Described, Pictures
from threadbound.media.recipes import Recipe, Wishes
from threadbound.model.thread import Thread
from threadbound.options import LookOptions
from threadbound.rendering.leaves import Leaf
from threadbound.rendering.render import DOCUMENT, MACROS, Compositor, Rendering, compositor
from threadbound.rendering.theme import load as load_theme
from threadbound.tools.packed import Packed, packed

#: Documents of our own themes that are set apart ask nothing of their book but the matter that they list.
_BOOK = Book(
    identifier="",
    title="",
    subtitle="",
    authors=(),
    language="en",
    date=None,
    modified="",
    sources=(),
    subjects=(),
    description="",
    years="",
    chapters=(),
    colophon=Colophon("", (), (), ""),
    cover=Cover("none"),
)


class NotHere(Exception):
    """The bytes of a picture are wanted, which are where the book is made."""


class Common(Struct, frozen=True):
    """What all chapters of a book have in common."""

    theme: str
    """One of the program's own."""
    hyphenate: bool
    wishes: Wishes
    cache: bytes
    """The folder for what can be made again, in the bytes that the system has for it."""


class Job(Struct, frozen=True):
    """A document to be set."""

    common: Common
    leaf: Leaf
    thread: Thread | None = None
    """Of a chapter."""
    originals: tuple[Described, ...] = ()
    matter: Matter = Matter()
    """What a list has that its leaf does not."""


class Shown(Struct, frozen=True):
    """A picture that the chapter shows."""

    name: str
    sha256: str
    recipe: Recipe
    windows: int


class Sheet(Struct, frozen=True):
    """A document that is set."""

    document: Packed
    properties: tuple[str, ...]
    """What the manifest must declare of it."""
    pictures: tuple[Shown, ...]
    proof: Proof | None
    """``None``: it is no chapter, or something is amiss; whoever reads the book will say what."""


def common(rendering: Rendering) -> Common:
    """What the chapters of a book have in common that is rendered so."""
    cache = os.fsencode(rendering.cache) if rendering.cache else b""
    return Common(rendering.theme.name, rendering.look.hyphenate, rendering.wishes, cache)


def get_ready(shared: Common) -> None:
    """Load what every chapter needs, while there is none yet."""
    for name in (*MACROS, DOCUMENT):
        _compositor(shared).environment.get_template(name)


def set_leaf(job: Job) -> Sheet | None:
    """Set a document; nothing where that needs the bytes of a picture."""
    store = Pictures()
    for each in job.originals:
        store.add(each.stored(_not_here))
    composing = _compositor(job.common)
    if job.matter != Matter():
        composing = replace(composing, book=replace(_BOOK, matter=job.matter))
    composing.plates.store.pictures = store.pictures
    composing.plates.used.clear()
    try:
        document = composing.leaf(job.leaf)
    except NotHere:
        return None
    shown = [
        Shown(name, made.original.sha256, made.recipe, picture.windows)
        for name, picture in composing.plates.used.items()
        if (made := picture.derivative)
    ]
    inside = job.leaf.chapter.crossings if job.leaf.chapter else {}
    data = packed(document.data)
    proof = prove(job.leaf.name, data, job.thread, inside) if job.thread else None
    return Sheet(data, document.properties, tuple(shown), proof)


def _not_here() -> bytes:
    raise NotHere


@lru_cache(maxsize=1)
def _compositor(shared: Common) -> Compositor:
    rendering = Rendering(
        theme=load_theme(shared.theme),
        target="epub",
        software="",
        cache=Path(os.fsdecode(shared.cache)) if shared.cache else None,
        wishes=shared.wishes,
        look=LookOptions(theme=shared.theme, hyphenate=shared.hyphenate),
    )
    return compositor(_BOOK, Pictures(), rendering)
