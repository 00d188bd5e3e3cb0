"""The direction of a paragraph: what ``dir="auto"`` means in a browser, computed (WeasyPrint ignores it).

Unicode Standard Annex 9, rules P2 and P3: the first strong character decides, what stands inside isolates left out.
Names and addresses at the start of a text are Latin in every script's text and decide nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from threadbound.model.text import Hashtag, Inline, Text, plain_text

#: What is left out before anything is asked: addresses, names of accounts.
_NAMES = re.compile(r"(?:https?://|www\.)\S+|@\w+")
_INITIATORS = frozenset({"LRI", "RLI", "FSI"})


def direction(text: str) -> str | None:
    """``rtl`` when the first strong character of ``text`` is right-to-left, else ``None``."""
    if text.isascii():
        return None
    kinds = map(unicodedata.bidirectional, _NAMES.sub(" ", text))
    depth = 0
    for kind in kinds:
        if kind in _INITIATORS:
            depth += 1
        elif kind == "PDI":
            depth = max(0, depth - 1)
        elif kind == "B":  # what an isolate has not closed ends with the paragraph
            depth = 0
        elif not depth and kind in {"R", "AL"}:
            return "rtl"
        elif not depth and kind == "L":
            return None
    return None


def direction_of(nodes: Iterable[Inline]) -> str | None:
    """The direction of words: links and names decide nothing."""
    return direction(plain_text(node for node in nodes if isinstance(node, Text | Hashtag)))
