"""Templates of a theme of the user's: whose fault it is when one of them cannot be printed.

Before: a book is being rendered. After: it is, or the message names the template and its line.
"""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from contextlib import contextmanager

from jinja2 import TemplateError, TemplateSyntaxError

from threadbound.errors import BadConfiguration, ThreadboundError
from threadbound.rendering.theme import Theme


@contextmanager
def blamed(theme: Theme) -> Iterator[None]:
    """Lay what goes wrong in the templates of a theme of the user's to them; what does so in ours is a bug.

    Raises:
        BadConfiguration: instead of a template's error.
    """
    try:
        yield
    except Exception as error:
        others = isinstance(error, (OSError, MemoryError, ThreadboundError)) and not isinstance(error, TemplateError)
        place = "" if others or not theme.is_own else _place(error, theme)
        if not place:
            raise
        kind = "" if isinstance(error, TemplateError) else f"{type(error).__name__}: "
        raise BadConfiguration(f"{place}: {kind}{' '.join(str(error).split())}") from error


def _place(error: Exception, theme: Theme) -> str:
    """The template of the user's that was being read or printed, and its line; empty if there was none."""
    own = str(theme.folders[0])
    if isinstance(error, TemplateSyntaxError) and error.filename and error.filename.startswith(own):
        return f"{error.filename}: line {error.lineno}"
    # Jinja gives the frames of compiled templates the names and lines of their sources.
    frames = [(frame.f_code.co_filename, line) for frame, line in traceback.walk_tb(error.__traceback__)]
    printed = [f"{name}: line {line}" for name, line in frames if name.startswith(own) and name.endswith(".j2")]
    if printed:
        return printed[-1]
    return f"--theme {own}" if isinstance(error, (TemplateError, UnicodeDecodeError)) else ""
