"""In which language words are: CLD2, the detector of Chromium, and only where it calls itself reliable.

Hyphenation, fonts and screen readers need to know; a page does not say. What is detected goes into the look of a book,
never into the thread's JSON. The only module that imports pycld2; where it is not installed nothing is detected.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from threadbound.model.text import Break, Inline, Text, clean

try:
    import pycld2
except ImportError:  # no wheel for every platform
    pycld2 = None

#: Fewer letters than these are no language.
SHORTEST = 24
#: The parts of a text that must be in one language, per cent.
MOST = 80
#: CLD2's old and home-made codes → BCP 47.
CODES = {"iw": "he", "jw": "jv", "tl": "fil", "no": "nb", "sr-ME": "sr-Latn-ME", "zh-Hant": "zh-Hant", "zh": "zh-Hans"}


def language_of(nodes: Iterable[Inline]) -> str | None:
    """The language (BCP 47) of the words in ``nodes``, links and names left out; ``None`` where that is not sure."""
    words = "".join(node.text if isinstance(node, Text) else "\n" if isinstance(node, Break) else " " for node in nodes)
    text = clean(words)
    if pycld2 is None or sum(character.isalpha() for character in text) < _needed(text):
        return None
    try:
        is_sure, _, guesses = pycld2.detect(text)
    except pycld2.error:  # a character that CLD2 does not take for text
        return None
    _, code, share, _ = guesses[0]
    return CODES.get(code, code) if is_sure and code != "un" and share >= MOST else None


def main_language(parts: Iterable[tuple[str | None, int]]) -> str | None:
    """The language of more than half of a text whose parts are known, each with its weight; ``None``: there is none."""
    weights: Counter[str] = Counter()
    for language, weight in parts:
        weights[language or ""] += weight
    del weights[""]
    language, most = next(iter(weights.most_common(1)), ("", 0))
    return language if 2 * most > weights.total() else None


def _needed(text: str) -> int:
    """How many letters it takes: in Chinese, Japanese and Korean each says more."""
    return SHORTEST // 3 if any("\u2e80" <= character <= "\ud7ff" for character in text) else SHORTEST
