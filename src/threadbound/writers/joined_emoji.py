"""What is copied out of a PDF for an emoji that stands for a sequence (:mod:`threadbound.rendering.joined`).

Before: such a sequence is one character of private use, and a PDF would say so. After :func:`install`: its glyph means
the sequence (``/ToUnicode``, ISO 32000-1 §9.10.3), to readers and screen readers alike. Others mean what they did.
"""

from __future__ import annotations

import functools
from typing import Any

from threadbound.rendering import joined

_MARK = "threadbound_says_sequences"


def install(font: Any) -> None:  # noqa: ANN401 - WeasyPrint has no types
    """Have WeasyPrint's ``font`` class (``weasyprint.pdf.fonts.Font``) say the sequences."""
    original = font.__init__
    if getattr(original, _MARK, False):
        return

    @functools.wraps(original)
    def create(self: Any, *arguments: Any, **named: Any) -> None:  # noqa: ANN401 - as above
        original(self, *arguments, **named)
        self.to_unicode = _Sequences(self.to_unicode)

    setattr(create, _MARK, True)
    font.__init__ = create


class _Sequences(dict[int, str]):
    """Glyph → what it means: for a character that stands for a sequence, the sequence."""

    def __setitem__(self, glyph: int, text: str) -> None:
        super().__setitem__(glyph, joined.sequence(text))
