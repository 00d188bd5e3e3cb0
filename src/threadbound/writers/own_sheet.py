"""What a style sheet of the user's may say of a PDF: what WeasyPrint knows, in fonts that are there.

Before: CSS that parses. After: CSS of which nothing is left out, or a message with the line. WeasyPrint itself would
log what it ignores, and Pango would take another font without a word.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from PIL import ImageFont

from threadbound.errors import BadConfiguration, meant
from threadbound.rendering.css_rules import declarations
from threadbound.rendering.own_css import StyleSheet
from threadbound.rendering.theme import fonts_dir
from threadbound.writers.fonts import directories

#: What WeasyPrint says of a declaration: which, where, why.
_IGNORED = re.compile(r"Ignored `([\w-]+):.*` at (\d+):\d+, (.*?)\.?$", re.DOTALL)
#: The pixels that Noto Color Emoji is drawn with.
EMOJI_SIZE = 80
_FONTS = {".ttf", ".otf", ".ttc"}
#: Fonts that the private fontconfig leaves out.
_REJECTED = re.compile(r"<rejectfont><glob>(.*?)</glob>")
#: Families that the private fontconfig has a font for (``monospace`` and others it has not), and words that are none.
_GENERIC = frozenset({"serif", "sans-serif", "emoji"})
_NO_FAMILY = frozenset({"inherit", "initial", "unset", "revert"})


def refuse_unusable(sheet: StyleSheet, weasyprint: Any) -> None:  # noqa: ANN401 - WeasyPrint has no types
    """Read the style sheet as WeasyPrint would.

    Raises:
        BadConfiguration: something of it would be ignored, or names a font that is not there.
    """
    _refuse_ignored(sheet, weasyprint)
    named = list(_families(sheet.css, weasyprint))
    known = {name.lower(): name for name in _installed(directories())} if named else {}
    for line, family in named:
        if family is None:
            trouble = "the names of fonts cannot stand in a variable: nobody could see whether they are there"
            raise BadConfiguration(f"{sheet.name}: line {line}: {trouble}")
        if family.lower() not in known:
            trouble = f"no font is called {family}{meant(family, known.values())}"
            raise BadConfiguration(f"{sheet.name}: line {line}: {trouble}")


def _refuse_ignored(sheet: StyleSheet, weasyprint: Any) -> None:  # noqa: ANN401 - as above
    with _told() as messages:
        weasyprint.CSS(string=sheet.css)
    for message in messages:
        found = _IGNORED.search(message)
        if not found:
            raise BadConfiguration(f"{sheet.name}: {' '.join(message.split())}")
        name, line, why = found.groups()
        near = meant(name, _known(weasyprint)) if "unknown" in why else ""
        raise BadConfiguration(f"{sheet.name}: line {line}: {name}: {why}{near}")


def _families(css: str, weasyprint: Any) -> Iterator[tuple[int, str | None]]:  # noqa: ANN401 - as above
    """The families of fonts that a style sheet names, as WeasyPrint reads them, each with its line.

    ``None`` is a family that is known only when a page is set.
    """
    read = weasyprint.css.validation.preprocess_declarations
    for node in declarations(css):
        if node.lower_name not in ("font", "font-family"):
            continue
        for name, value, _ in read(None, [node]):
            if name != "font_family" or (isinstance(value, str) and value in _NO_FAMILY):
                continue
            families = value if isinstance(value, tuple) else (None,)
            yield from ((node.source_line, each) for each in families if each is None or each.lower() not in _GENERIC)


def _known(weasyprint: Any) -> Iterable[str]:  # noqa: ANN401 - as above
    return sorted(name.replace("_", "-") for name in weasyprint.css.properties.KNOWN_PROPERTIES)


def _installed(folders: Iterable[Path]) -> Iterator[str]:
    """The families of the fonts in the folders that the private fontconfig does not leave out."""
    rejected = _REJECTED.findall((fonts_dir() / "fonts.conf").read_text("utf-8"))
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.suffix.lower() in _FONTS and not any(fnmatch(str(path), glob) for glob in rejected):
                yield str(_open(path).getname()[0])


def _open(path: Path) -> ImageFont.FreeTypeFont:
    """The font; one of pictures, like the colour emoji, has a single size."""
    try:
        return ImageFont.truetype(path)
    except OSError:
        return ImageFont.truetype(path, EMOJI_SIZE)


@contextmanager
def _told() -> Iterator[list[str]]:
    """What WeasyPrint logs meanwhile."""
    messages: list[str] = []

    class Keeper(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            messages.append(record.getMessage())

    logger, keeper = logging.getLogger("weasyprint"), Keeper(logging.WARNING)
    handlers, logger.handlers, propagate, logger.propagate = logger.handlers, [keeper], logger.propagate, False
    try:
        yield messages
    finally:
        logger.handlers, logger.propagate = handlers, propagate
