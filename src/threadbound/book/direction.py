"""The direction of a paragraph: what ``dir="auto"`` means in a browser, computed (WeasyPrint ignores it).

HTML Living Standard, "the dir attribute": the first strong character decides.
"""

from __future__ import annotations

import unicodedata


def direction(text: str) -> str | None:
    """``rtl`` when the first strong character of ``text`` is right-to-left, else ``None``."""
    for character in text:
        kind = unicodedata.bidirectional(character)
        if kind in {"R", "AL"}:
            return "rtl"
        if kind == "L":
            return None
    return None
