"""Pages of a piece that all end at about the same height, where its last one would stay half empty.

What follows a piece of a list begins a page. Before: such a piece is laid out, its pages perhaps a little shorter
already by an estimate. After: where its last page was not full, all of its pages end so much higher that as many hold
the same; else it is as it was.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from threadbound.writers import tuning

#: A last page that is so full is let be: all others have cost little, and laying them out again costs as much again.
FULL = 0.5
#: How often other heights are tried.
TRIES = 1
#: Part of a page's height that is allowed for what no page can hold at its foot.
ROOM = 0.06


def evened(document: Any, laid_out: Callable[[str], Any]) -> Any:  # noqa: ANN401 - WeasyPrint has no types
    """The document, its pages evenly full.

    Args:
        document: as it was laid out.
        laid_out: lays it out again, with another style sheet.
    """
    first = document.pages[0]._page_box  # noqa: SLF001 - there is no other door
    height = float(first.height + first.padding_bottom)
    length = _length(document) * first.height / height
    pages = math.ceil(length)
    is_full = len(document.pages) == pages and _length(document) > pages - 1 + FULL
    if pages == 1 or is_full:
        return document
    best, part = document, min(1.0, (length + ROOM) / pages)
    for _ in range(TRIES):
        tried = laid_out(shorter(height * (1 - part), "px"))
        length = _length(tried)
        if len(tried.pages) <= pages:
            best = tried
            if length > pages - 1 + FULL:
                break
        part = min(1.0, part * (length + ROOM) / pages)
    return best


def shorter(by: float, unit: str) -> str:
    """The style sheet of pages that end so much higher; what stands in their margins stays where it is."""
    return f"@page {{ padding-bottom: {by:.2f}{unit} }}"


def _length(document: Any) -> float:  # noqa: ANN401 - as above
    """How many of its pages are full."""
    last = document.pages[-1]._page_box  # noqa: SLF001 - there is no other door
    return float(len(document.pages) - 1 + tuning.used(last) / last.height)
