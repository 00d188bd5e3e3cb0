"""Themes: folders in ``templates/`` that hold all of a book's look and no Python.

In an installed package they lie beside the code (``threadbound/templates``), in a checkout beside ``src/``. A theme
that names a ``base`` needs to hold only what differs: a file that it lacks is taken from there.

Before: a theme's name, or a folder of the user's. After: a :class:`Theme` whose files are all there.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from threadbound.errors import BadConfiguration, SomethingMissing, UsageError, meant
from threadbound.rendering import own_css
from threadbound.rendering.own_css import StyleSheet

#: A theme may stand on another one, and that on a third, and so on; more is a circle.
DEEPEST = 8

#: The first family that a theme names for its text.
_TEXT = re.compile(r"""\bbody\s*\{[^}]*?\bfont(?:-family)?:[^;}]*?("[^"]+"|'[^']+')""")
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


class Layout(Struct, frozen=True, forbid_unknown_fields=True):
    """How a theme sets a kind of page, at the size that it was drawn for. Lengths in millimetres unless said otherwise.

    Other sizes are scaled from it (:mod:`threadbound.rendering.pages`).
    """

    css: tuple[str, ...]
    """Style sheets, in order."""
    width: float
    height: float
    """Of the sheet."""
    margins: tuple[float, float, float, float]
    """Top, outer or right, bottom, inner or left."""
    rem: float
    """One line of text, in points."""
    landscape: float
    """Greatest height of a picture that is wider than high."""
    portrait: float
    """Greatest height of a picture that is higher than wide."""
    group: float
    """Greatest height of several pictures together."""
    face: float
    """Most that a portrait of an author takes."""
    thumb: tuple[float, float]
    """Most that the picture of a linked page takes."""
    is_facing: bool = False
    """Left and right pages mirror each other."""
    rail: bool = False
    """Author and facts of a thread stand beside its heading instead of over it."""


class Fonts(Struct, frozen=True, forbid_unknown_fields=True):
    """What the program must know of a theme's faces."""

    heading: str
    """The face of headings, a path in ``templates/fonts`` or in the theme: its metrics balance their lines."""
    text: float
    """Size of the text, in lines."""
    h1: float
    """Size of a heading, in lines."""
    long: float
    """Size of a heading that is a whole post, in lines."""
    names: str
    """For the colophon."""


class _Settings(Struct, frozen=True, forbid_unknown_fields=True):
    """``theme.toml``."""

    layout: dict[str, Layout]
    fonts: Fonts
    epub: dict[str, tuple[str, ...]]


class Theme(Struct, frozen=True):
    """One theme, read."""

    name: str
    folders: tuple[Path, ...]
    """The theme's own, then its bases'."""
    layouts: dict[str, Layout]
    epub_css: tuple[str, ...]
    fonts: Fonts
    heading_font: Path
    is_own: bool
    """The user's: its first folder is not the program's."""

    def css(self, names: Sequence[str]) -> str:
        """The style sheets of those names, one after another."""
        found = [_found(self.folders, name) for name in names]
        return "\n".join(own_css.plain_text(path, str(path)) for path in found)

    def own_sheets(self, target: str) -> list[StyleSheet]:
        """The style sheets for a kind of product, ``print`` or ``epub``, that lie in the user's folder, each once.

        Raises:
            BadConfiguration: one of them is broken, or would load something.
        """
        named = [name for layout in self.layouts.values() for name in layout.css]
        found = {_found(self.folders, name): None for name in (self.epub_css if target == "epub" else named)}
        own = [path for path in found if self.is_own and path.is_relative_to(self.folders[0])]
        return [own_css.read(path, target, str(path)) for path in own]


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


def scripts_css(css: str) -> str:
    """The style sheet of other scripts, which all themes share in print.

    Args:
        css: the theme's own: the first family of its last ``body`` stands before the others.
    """
    found = _TEXT.findall(_COMMENT.sub("", css))
    family = found[-1] if found else "serif"
    return (fonts_dir() / "scripts.css").read_text("utf-8").replace("TEXT,", f"{family},")


def names() -> list[str]:
    """The themes that come with the program."""
    return sorted(path.parent.name for path in templates_dir().glob("*/theme.toml"))


@cache
def load(name: str) -> Theme:
    """The theme of that name, or the one in the folder of that path.

    Raises:
        UsageError: there is none.
        BadConfiguration: it is not whole.
    """
    own = Path(name)
    folder = templates_dir() / name if name in names() else own
    if not (folder / "theme.toml").is_file():
        if own.is_dir():
            raise UsageError(f"--theme {name}: the folder holds no theme.toml")
        raise UsageError(f"--theme {name}: there is no such theme{meant(name, names())}, nor such a folder")
    folders, settings = _settings(folder)
    try:
        whole = msgspec.convert(settings, _Settings)
    except msgspec.ValidationError as error:
        raise BadConfiguration(f"{folder / 'theme.toml'}: {error}") from None
    sheets = (*(name for layout in whole.layout.values() for name in layout.css), *whole.epub.get("css", ()))
    for sheet in sheets:
        _found(folders, sheet)
    return Theme(
        name=folder.name,
        folders=folders,
        layouts=whole.layout,
        epub_css=whole.epub.get("css", ()),
        fonts=whole.fonts,
        heading_font=_found((*folders, fonts_dir()), whole.fonts.heading),
        is_own=folder is own,
    )


def _settings(folder: Path) -> tuple[tuple[Path, ...], dict[str, Any]]:
    """The folders of a theme and its bases, and their settings: what the theme says replaces what they do."""
    folders: list[Path] = []
    settings: dict[str, Any] = {}
    while len(folders) < DEEPEST:
        folders.append(folder)
        file = folder / "theme.toml"
        try:
            found = tomllib.loads(file.read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise BadConfiguration(f"{file}: cannot be read: {' '.join(str(error).split())}") from None
        base = found.pop("base", None)
        settings = _laid_over(settings, found)
        if base is None:
            return tuple(folders), settings
        if base not in names():
            raise BadConfiguration(f"{file}: there is no theme {base!r} to stand on{meant(str(base), names())}")
        folder = templates_dir() / base
    raise BadConfiguration(f"{folders[0] / 'theme.toml'}: its bases stand on each other")


def _laid_over(own: dict[str, Any], base: dict[str, Any]) -> dict[str, Any]:
    """``base`` with what ``own`` says instead, table by table."""
    merged = dict(base)
    for key, value in own.items():
        below = base.get(key)
        merged[key] = _laid_over(value, below) if isinstance(value, dict) and isinstance(below, dict) else value
    return merged


def _found(folders: Sequence[Path], name: str) -> Path:
    """The file of that name in the first folder that has it."""
    for folder in folders:
        if (folder / name).is_file():
            return folder / name
    raise BadConfiguration(f"{folders[0]}: the theme names {name}, and no such file is there")
