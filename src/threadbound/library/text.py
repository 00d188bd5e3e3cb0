"""Words as the catalogue compares them, in every script.

Before: any text. After: text in which SQLite's own rule (a word is a run of letters, marks, digits and signs) finds
what a reader would call words, whether the script writes spaces or not: each character of Chinese, Japanese, Thai, Lao,
Khmer and Burmese writing stands alone, so that a word of these is found as a phrase of its characters.
"""

from __future__ import annotations

import re
import unicodedata

#: Scripts that are written without spaces between words.
_ALONE = re.compile(
    "([\u0e00-\u0e7f\u0e80-\u0eff\u1000-\u109f\uaa60-\uaa7f\u1780-\u17ff\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf"
    "\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff\U0001b000-\U0001b16f\U00020000-\U0003ffff]"
    "|[\U0001f000-\U0001faff\u2600-\u27bf])"
)
#: Written or left out as the writer likes: accents that no letter is composed with, vowel signs of Arabic and Hebrew,
#: the stroke that lengthens a word, signs that join or part letters unseen, and the variant of an emoji.
_OPTIONAL = re.compile(
    "[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0640\u064b-\u065f\u0670\u200b-\u200f\ufe0e\ufe0f]"
)
#: SQLite takes accents off Latin letters alone. Greek capitals have none; й and ї are letters of their own, ё is not.
_GREEK = re.compile("[\u0370-\u03ff\u1f00-\u1fff]+")
_CYRILLIC = str.maketrans("ёѐѝ", "ееи")


def comparable(text: str) -> str:
    """``text`` as it is put into the catalogue, and as it is asked for."""
    bare = _GREEK.sub(_without_accents, unicodedata.normalize("NFKC", text))
    folded = bare.casefold().translate(_CYRILLIC)
    return _ALONE.sub(r" \1 ", _OPTIONAL.sub("", folded))


def _without_accents(letters: re.Match[str]) -> str:
    """Before capitals are made small: the iota below a letter would become one beside it."""
    return _OPTIONAL.sub("", unicodedata.normalize("NFD", letters[0]))
