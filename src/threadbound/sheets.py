"""Whose fault it is that a book is not whole: its pages', or that of a style sheet of the user's.

Before: what a book is made of. After: the book, as ``pipeline`` makes it; or an error that names the style sheet, where
the same book is whole without it. A page that breaks a book by itself is left to whoever knows the other pages.
"""

from __future__ import annotations

import dataclasses
import tempfile
from pathlib import Path

from msgspec.structs import replace

from threadbound import pipeline
from threadbound.errors import (
    BadConfiguration,
    BrokenChapters,
    CheckFailed,
    ExitCode,
    FileTrouble,
    ThreadboundError,
    Unjoinable,
)
from threadbound.media.pictures import Pictures
from threadbound.options import BindOptions, LookOptions, Step, no_step
from threadbound.pipeline import Content, Product
from threadbound.rendering import epub_fonts
from threadbound.rendering.css_rules import declarations
from threadbound.rendering.theme import load as load_theme


def make(content: Content, store: Pictures, options: BindOptions, path: Path, step: Step = no_step) -> Product:
    """As :func:`pipeline.make`.

    Raises:
        BadConfiguration: the user's theme or style sheet hides or changes what the threads say.
        ThreadboundError: as there.
    """
    try:
        product = pipeline.make(content, store, options, path, step)
        return replace(product, remark=_fonts(options))
    except Unjoinable:
        raise
    except CheckFailed as error:
        names = pipeline.own_look(options) if error.exit_code != ExitCode.FILE else []
        if names and _is_whole_without(_broken(content, error), store, options):
            raise BadConfiguration(f"{' and '.join(names)}: it hides or changes words: {_reason(error)}") from None
        raise


def _fonts(options: BindOptions) -> str:
    """What should be known of the fonts that the user's style sheets name: an EPUB has none."""
    if options.product != "epub" or not pipeline.own_look(options):
        return ""
    theme = load_theme(options.look.theme)
    sheets = [*theme.own_sheets("epub"), *([theme.laid_over(options.look.css, "epub")] if options.look.css else [])]
    names = epub_fonts.named(node for sheet in sheets for node in declarations(sheet.css))
    return f"a reader without {' or '.join(names)} takes a font of its own" if names else ""


def _broken(content: Content, error: CheckFailed) -> Content:
    """What is not whole: the first of the chapters that are known to be broken, else the book."""
    if not isinstance(error, BrokenChapters):
        return content
    return replace(content, pages=(content.pages[_first(error)],))


def _first(error: BrokenChapters) -> int:
    """Place of the first chapter that is at fault itself, not the system."""
    return next(place for place, why in error.errors.items() if not isinstance(why, FileTrouble))


def _reason(error: CheckFailed) -> str:
    """What is missing, without the book's name: there is no book."""
    why = str(error.errors[_first(error)]) if isinstance(error, BrokenChapters) else str(error)
    return why.rpartition("it would not be whole: ")[2]


def _is_whole_without(content: Content, store: Pictures, options: BindOptions) -> bool:
    """Whether the book can be made in our own theme, without the user's style sheet."""
    look = dataclasses.replace(options.look, css=None, theme=LookOptions().theme)
    with tempfile.TemporaryDirectory(prefix="threadbound-") as folder:
        try:
            pipeline.make(content, store, dataclasses.replace(options, look=look), Path(folder) / "trial")
        except ThreadboundError:
            return False
    return True
