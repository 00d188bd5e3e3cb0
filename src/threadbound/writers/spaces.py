"""Spaces at the end of a piece of text, where a line is divided before what follows the piece.

Such a space vanishes at the end of a line. WeasyPrint 70 stumbles over it in two places. A piece whose words fit and
whose last space does not is divided after its first word; and a justified line that runs to the left keeps the space's
place, so that its words hang into the margin.
Before: words before an emoji, a name or a link. Within :func:`vanishing` such a piece stays whole on its line, and such
a line stands between its margins. Everything else is laid out as ever.

It wraps two functions of WeasyPrint's layout, as :mod:`threadbound.writers.tuning` does.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def vanishing(weasyprint: Any) -> Iterator[None]:  # noqa: ANN401 - WeasyPrint has no types
    """Let last spaces vanish in what WeasyPrint, which is given, lays out meanwhile."""
    inline = weasyprint.layout.inline
    split, remove = inline.split_first_line, inline.remove_last_whitespace

    def split_first_line(text: str, style: Any, context: Any, max_width: Any, *rest: Any, **named: Any) -> Any:  # noqa: ANN401 - as above
        line = split(text, style, context, max_width, *rest, **named)
        if text.endswith(" ") and _is_first_word(text, line[2]) and max_width not in {None, math.inf}:
            words = split(text.rstrip(" "), style, context, max_width, *rest, **named)
            if words[2] is None and words[3] <= max_width:
                return split(text, style, context, None, *rest, **named)
        return line

    def remove_last_whitespace(context: Any, line: Any) -> None:  # noqa: ANN401 - as above
        inside = _last(line)
        width = inside[-1].width if inside else 0.0
        remove(context, line)
        if inside and inside[-1].text and inside[-1].width < width:
            _put_back(line, inside, width - inside[-1].width)
            inside[-1].pango_layout = inline.split_text_box(context, inside[-1], None, 0)[0].pango_layout

    inline.split_first_line, inline.remove_last_whitespace = split_first_line, remove_last_whitespace
    try:
        yield
    finally:
        inline.split_first_line, inline.remove_last_whitespace = split, remove


def _is_first_word(text: str, resume: int | None) -> bool:
    """Whether a line ends after the first of several words. ``resume``: bytes of it, ``None`` for all."""
    return resume is not None and " " in text.rstrip(" ") and resume == len(text.partition(" ")[0].encode()) + 1


def _last(line: Any) -> list[Any]:  # noqa: ANN401 - as above
    """The boxes round the last piece of a line, without the line, and that piece; empty where it is no text."""
    boxes: list[Any] = []
    box = line
    while children := getattr(box, "children", ()):
        box = children[-1]
        boxes.append(box)
    return boxes if isinstance(getattr(box, "text", None), str) and hasattr(box, "pango_layout") else []


def _put_back(line: Any, inside: list[Any], space: float) -> None:  # noqa: ANN401 - as above
    """Undo what WeasyPrint does too much where the last piece runs to the left: it moves all that is on the line.

    The piece is at the left end of a line that runs to the left, and stays; in a line that runs to the right all stay.
    """
    if not inside[-1].pango_layout.first_line_direction % 2:
        return
    if line.style["direction"] == "rtl":
        for box in inside:
            box.position_x += space
        return
    for child in line.children:
        child.translate(dx=space, ignore_floats=True)
