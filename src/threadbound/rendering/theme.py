"""Themes: folders in ``templates/`` that hold all of a book's look and no Python.

In an installed package they lie beside the code (``threadbound/templates``), in a checkout beside ``src/``.
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

import msgspec
from msgspec import Struct

from threadbound.errors import SomethingMissing


class Page(Struct, frozen=True):
    """A page format of a theme. Lengths in millimetres unless said otherwise."""

    css: tuple[str, ...]
    """Style sheets, in order."""
    rem: float
    """One line of text, in points."""
    measure: float
    """Width of the text block."""
    landscape: float
    """Greatest height of a picture that is wider than high."""
    portrait: float
    """Greatest height of a picture that is higher than wide."""
    group: float
    """Greatest height of several pictures together."""
    height: float
    """Of the text block."""
    face: tuple[float, float]
    """Most that a portrait of an author takes."""
    thumb: tuple[float, float]
    """Most that the picture of a linked page takes."""
    rail: bool = False
    """Author and facts of a thread stand beside its heading instead of over it."""


class Theme(Struct, frozen=True):
    """One theme, read."""

    name: str
    folder: Path
    pages: dict[str, Page]
    epub_css: tuple[str, ...]
    heading_font: Path
    """The face of headings: its metrics balance their lines."""

    def css(self, names: tuple[str, ...]) -> str:
        """The style sheets of those names, one after another."""
        return "\n".join((self.folder / name).read_text("utf-8") for name in names)


@cache
def templates_dir() -> Path:
    """Where the themes are.

    Raises:
        SomethingMissing: the installation is incomplete.
    """
    package = Path(__file__).resolve().parents[1]
    for folder in (package / "templates", package.parents[1] / "templates"):
        if (folder / "fonts").is_dir():
            return folder
    raise SomethingMissing("threadbound's templates are not installed: install threadbound again")


def fonts_dir() -> Path:
    """Where the text fonts are: one folder a family."""
    return templates_dir() / "fonts"


@cache
def load(name: str) -> Theme:
    """The theme of that name.

    Raises:
        SomethingMissing: there is none.
    """
    folder = templates_dir() / name
    try:
        settings = tomllib.loads((folder / "theme.toml").read_text("utf-8"))
    except OSError:
        raise SomethingMissing(f"there is no theme {name!r} in threadbound's templates") from None
    return Theme(
        name=name,
        folder=folder,
        pages=msgspec.convert(settings["page"], dict[str, Page]),
        epub_css=tuple(settings["epub"]["css"]),
        heading_font=fonts_dir() / settings["fonts"]["heading"],
    )
