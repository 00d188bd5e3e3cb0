"""Fonts that HarfBuzz cannot cut down, cut down by fontTools.

Before: HarfBuzz 6 (Debian 12) gives up on some fonts with tables of mathematics, for as little as an arrow; WeasyPrint
then embeds the whole font with a warning, which here ends the book. After :func:`install`: such a font is cut down by
fontTools, WeasyPrint's own second way; if that fails too, it says so as before. All other fonts go the first way.
"""

from __future__ import annotations

import functools
from typing import Any

_MARK = "threadbound_tries_again"


def install(font: Any, logger: Any) -> None:  # noqa: ANN401 - WeasyPrint has no types
    """Have WeasyPrint's ``font`` class try the second way.

    Args:
        font: ``weasyprint.pdf.fonts.Font``; one that is unlike the one known here is left alone.
        logger: WeasyPrint's, which would hear of the first failure.
    """
    original, second = (getattr(font, name, None) for name in ("_harfbuzz_subset", "_fonttools_subset"))
    if not callable(original) or not callable(second) or getattr(original, _MARK, False):
        return

    @functools.wraps(original)
    def cut(self: Any, to_unicode: Any, hinting: Any) -> None:  # noqa: ANN401 - as above
        before, was = self.file_content, logger.disabled
        logger.disabled = True
        try:
            original(self, to_unicode, hinting)
        finally:
            logger.disabled = was
        if self.file_content is before:
            second(self, to_unicode, hinting)

    setattr(cut, _MARK, True)
    font._harfbuzz_subset = cut  # noqa: SLF001 - the one place where it chooses its way
