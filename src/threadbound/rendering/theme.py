"""Themes: folders in ``templates/`` that hold all of a book's look and no Python.

In an installed package they lie beside the code (``threadbound/templates``), in a checkout beside ``src/``. A theme
that names a ``base`` needs to hold only what differs: a file that it lacks is taken from there.

Before: a theme's name, or a folder of the user's. After: a :class:`Theme` whose files are all there.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Sequence
from functools import cache
from math import isfinite
from pathlib import Path
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

from threadbound.errors import BadConfiguration, SomethingMissing, UsageError, meant
from threadbound.rendering import own_css
from threadbound.rendering.own_css import StyleSheet

#: A theme may stand on another one, and that on a third, and so on; more is a circle.
DEEPEST = 8

#: The layouts that sheets are scaled from (:data:`threadbound.rendering.pages.SHEETS`).
LAYOUTS = ("rail", "facing", "single", "screen")
#: Least width and height that a layout leaves for the text, mm.
LEAST_TEXT = 20.0

Length = Annotated[float, Meta(gt=0, le=2_000)]
"""Millimetres."""
Margin = Annotated[float, Meta(ge=0, le=1_000)]
Points = Annotated[float, Meta(ge=4, le=100)]
Lines = Annotated[float, Meta(ge=0.1, le=20)]
"""A size as a part or a multiple of a line of text."""
Name = Annotated[str, Meta(pattern=r"\A\w[\w -]*(\.[\w -]+)*(/\w[\w -]*(\.[\w -]+)*)*\Z", max_length=200)]
"""A file in a folder or in one below it: nothing that leads out."""

#: The first family that a theme names for its text.
_TEXT = re.compile(r"""\bbody\s*\{[^}]*?\bfont(?:-family)?:[^;}]*?("[^"]+"|'[^']+')""")
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
#: Languages → the face that ``scripts.css`` names for them, or fontconfig finds; the first that fits is meant.
_FACES = tuple(
    (re.compile(rf"(?:{tags})(?:-|$)", re.IGNORECASE), face)
    for tags, face in (
        ("ar|fa|ur|ps|ckb|ug|sd", "Amiri"),
        ("he|yi", "Frank Ruhl Libre"),
        ("ja", "Noto Sans JP"),
        ("ko", "Noto Sans KR"),
        ("yue-Hans|wuu", "Noto Sans SC"),
        ("zh-Hant|zh-TW|zh-HK|zh-MO|yue|nan|hak", "Noto Sans TC"),
        ("zh", "Noto Sans SC"),
        ("hi|mr|ne|sa", "Noto Sans Devanagari"),
        ("th", "Noto Sans Thai"),
    )
)


class Layout(Struct, frozen=True, forbid_unknown_fields=True):
    """How a theme sets a kind of page, at the size that it was drawn for. Lengths in millimetres unless said otherwise.

    Other sizes are scaled from it (:mod:`threadbound.rendering.pages`).
    """

    css: tuple[Name, ...]
    """Style sheets, in order."""
    width: Length
    height: Length
    """Of the sheet."""
    margins: tuple[Margin, Margin, Margin, Margin]
    """Top, outer or right, bottom, inner or left."""
    rem: Points
    """One line of text, in points."""
    landscape: Length
    """Greatest height of a picture that is wider than high."""
    portrait: Length
    """Greatest height of a picture that is higher than wide."""
    group: Length
    """Greatest height of several pictures together."""
    face: Length
    """Most that a portrait of an author takes."""
    thumb: tuple[Length, Length]
    """Most that the picture of a linked page takes."""
    is_facing: bool = False
    """Left and right pages mirror each other."""
    rail: bool = False
    """Author and facts of a thread stand beside its heading instead of over it."""

    def __post_init__(self) -> None:
        top, right, bottom, left = self.margins
        if min(self.width - left - right, self.height - top - bottom) < LEAST_TEXT:
            raise ValueError("its margins leave no room for the text")


class Fonts(Struct, frozen=True, forbid_unknown_fields=True):
    """What the program must know of a theme's faces."""

    heading: Name
    """The face of headings, a path in ``templates/fonts``: its metrics balance their lines."""
    text: Lines
    """Size of the text, in lines."""
    h1: Lines
    """Size of a heading, in lines."""
    long: Lines
    """Size of a heading that is a whole post, in lines."""
    names: Annotated[str, Meta(max_length=200)]
    """For the colophon."""


class _Epub(Struct, frozen=True, forbid_unknown_fields=True):
    """What e-readers get."""

    css: tuple[Name, ...]


class _Settings(Struct, frozen=True, forbid_unknown_fields=True):
    """``theme.toml``."""

    layout: dict[str, Layout]
    fonts: Fonts
    epub: _Epub

    def __post_init__(self) -> None:
        for name in self.layout:
            if name not in LAYOUTS:
                raise ValueError(f"there is no layout {name!r}{meant(name, LAYOUTS)}")
        for name in LAYOUTS:
            if name not in self.layout:
                raise ValueError(f"the layout {name} is missing, and there is no base to take it from")


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

    @property
    def marks_names(self) -> bool:
        """Whether what is named in a post gets its id: not where blocks of the user's own know nothing of them."""
        blocks = self.folders[0] / "blocks.html.j2"
        return not self.is_own or not blocks.exists() or ".named" in own_css.plain_text(blocks, str(blocks))

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
        beside = "\n".join(own_css.plain_text(path, str(path)) for path in own)
        return [own_css.read(path, target, str(path), beside) for path in own]

    def laid_over(self, path: Path, target: str) -> StyleSheet:
        """The style sheet in a file of the user's (``--css``), for a kind of product.

        Raises:
            FileTrouble: it cannot be read.
            BadConfiguration: it is broken, or would load something.
        """
        return own_css.read(path, target, beside="\n".join(sheet.css for sheet in self.own_sheets(target)))


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


def faces(own: str, languages: Iterable[str]) -> str:
    """The typefaces of a printed book, in words.

    Args:
        own: the theme's.
        languages: of the book's passages (BCP 47).
    """
    found = (next((face for form, face in _FACES if form.match(language)), None) for language in languages)
    *others, last = sorted({face.replace(" ", "\xa0") for face in found if face}) or [""]
    listed = f"{', '.join(others)} and {last}" if others else last
    return f"{own}, other scripts in {listed}," if listed else own


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
    try:
        is_theme = (folder / "theme.toml").is_file()
    except OSError:  # longer than names can be
        raise UsageError(f"--theme {name}: there is no such theme, nor such a folder") from None
    if not is_theme:
        if own.is_dir():
            raise UsageError(f"--theme {name}: the folder holds no theme.toml")
        raise UsageError(f"--theme {name}: there is no such theme, nor such a folder{meant(name.lower(), names())}")
    folders, settings = _settings(folder)
    try:
        whole = msgspec.convert(settings, _Settings)
    except msgspec.ValidationError as error:
        why = re.sub(r"Expected `str` matching regex '.*'", "Expected a plain name of a file in the theme", str(error))
        raise BadConfiguration(f"{folder / 'theme.toml'}: {why}") from None
    sheets = (*(name for layout in whole.layout.values() for name in layout.css), *whole.epub.css)
    for sheet in sheets:
        _found(folders, sheet)
    return Theme(
        name=folder.name,
        folders=folders,
        layouts=whole.layout,
        epub_css=whole.epub.css,
        fonts=whole.fonts,
        heading_font=_face(folder / "theme.toml", whole.fonts.heading),
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
            found = tomllib.loads(own_css.plain_text(file, str(file)), parse_float=_finite)
        except RecursionError:
            raise BadConfiguration(f"{file}: cannot be read: too many brackets stand in one another") from None
        except ValueError as error:
            raise BadConfiguration(f"{file}: cannot be read: {' '.join(str(error).split())}") from None
        _refuse_unknown(file, found)
        base = found.pop("base", None)
        settings = _laid_over(settings, found)
        if base is None:
            return tuple(folders), settings
        if base not in names():
            raise BadConfiguration(f"{file}: there is no theme {base!r} to stand on{meant(str(base), names())}")
        folder = templates_dir() / base
    raise BadConfiguration(f"{folders[0] / 'theme.toml'}: its bases stand on each other")


def _refuse_unknown(file: Path, settings: dict[str, Any]) -> None:
    """See that a theme says nothing that no theme has."""
    layouts = {f"layout.{name}": Layout.__struct_fields__ for name in LAYOUTS}
    known = {"": ("base", *_Settings.__struct_fields__), "layout": LAYOUTS, **layouts}
    known |= {"fonts": Fonts.__struct_fields__, "epub": _Epub.__struct_fields__}
    waiting = [("", settings)]
    while waiting:
        place, table = waiting.pop()
        for key, value in table.items():
            if key not in known[place]:
                raise BadConfiguration(
                    f"{file}: {f'[{place}]' if place else 'a theme'} has no {key!r}{meant(key, known[place])}"
                )
            inner = f"{place}.{key}".lstrip(".")
            if isinstance(value, dict) and inner in known:
                waiting.append((inner, value))


def _finite(text: str) -> float:
    """A number of ``theme.toml``; ``inf`` and ``nan`` are none."""
    number = float(text)
    if not isfinite(number):
        raise ValueError(f"{text} is no number here")
    return number


def _face(settings: Path, name: str) -> Path:
    """The file of the face of headings: one that comes with the program, for no other is found when a page is set."""
    from PIL import ImageFont  # noqa: PLC0415 - not for --help

    file = fonts_dir() / name
    if not file.is_file():
        near = meant(name, (path.relative_to(fonts_dir()).as_posix() for path in fonts_dir().rglob("*.[ot]tf")))
        why = f"there is no font {name} in {fonts_dir()}; a theme brings none of its own"
        raise BadConfiguration(f"{settings}: {why}{near}")
    try:
        ImageFont.truetype(str(file), 10)
    except OSError:
        raise BadConfiguration(f"{settings}: {name} is no font that headings could be measured with") from None
    return file


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
    there = [path.name for path in folders[0].iterdir()]
    raise BadConfiguration(f"{folders[0]}: the theme names {name}, and no such file is there{meant(name, there)}")
