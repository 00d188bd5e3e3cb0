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
#: Written or left out as the writer likes: vowel signs of Arabic and Hebrew, the stroke that lengthens a word, signs
#: that join or part letters unseen, and the variant of an emoji.
_OPTIONAL = re.compile(
    "[\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0640\u064b-\u065f\u0670\u200b-\u200f\ufe0e\ufe0f]"
)


def comparable(text: str) -> str:
    """``text`` as it is put into the catalogue, and as it is asked for."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return _ALONE.sub(r" \1 ", _OPTIONAL.sub("", folded))
