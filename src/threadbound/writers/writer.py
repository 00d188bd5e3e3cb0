"""What every writer is: a name, the file it makes, the kind of rendering it takes, and a function.

Before: a rendered book and the path of a temporary file. After: that file is whole. Names, renaming and refusing to
overwrite belong to :mod:`threadbound.writers.output`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Literal

from msgspec import Struct

from threadbound.rendering.own_css import StyleSheet
from threadbound.rendering.rendered import RenderedBook


class Uncovered(Exception):
    """Characters that no font has: the book must be rendered again with their names in their places."""

    def __init__(self, characters: frozenset[str]) -> None:
        super().__init__(" ".join(f"U+{ord(character):04X}" for character in sorted(characters)))
        self.characters = characters


def no_objection(sheet: StyleSheet) -> None:
    """What readers make of a style sheet is theirs to know."""


class Writer(Struct, frozen=True):
    """One form of book file."""

    name: str
    """What the user asks for, e.g. ``epub``."""
    suffix: str
    """Of the file's name, with the dot."""
    media_type: str
    target: Literal["print", "epub"]
    """Which rendering it takes."""
    write: Callable[[RenderedBook, Path], None]
    """Write the book to the path.

    Raises ``OSError`` where the disk does, :class:`Uncovered` where fonts do not reach.
    """
    refuse: Callable[[StyleSheet], None] = no_objection
    """Raise ``BadConfiguration`` for a user's style sheet of which the writer would leave something out."""
    standards: str = ""
    """What its files obey, as their colophon says it, e.g. ``PDF/A-3a and PDF/UA-1``; empty: nothing is said."""
    lacking: Callable[[Iterable[str]], frozenset[str]] | None = None
    """Which characters it has no font for; ``None``: the form is read with the reader's own fonts."""
    engine: str = ""
    """What lays out the pieces of a collection, a key of ``registry.ENGINES``; empty: collections are written whole."""
