"""In which language words are: CLD2, the detector of Chromium, where it is sure of itself, else what the script says.

Hyphenation, fonts and screen readers need to know; a page does not say. What is detected goes into the look of a book,
never into the thread's JSON. The only module that imports pycld2; where it is not installed the script alone is asked,
which tells Korean from Thai, but not Ukrainian from Russian.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from itertools import islice

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
#: Scripts in which one living language is written nearly always, by the first word of their characters' names.
SCRIPTS = {
    "HIRAGANA": "ja",
    "KATAKANA": "ja",
    "HALFWIDTH": "ja",
    "HANGUL": "ko",
    "GREEK": "el",
    "HEBREW": "he",
    "ARMENIAN": "hy",
    "GEORGIAN": "ka",
    "THAI": "th",
    "LAO": "lo",
    "KHMER": "km",
    "MYANMAR": "my",
    "TIBETAN": "bo",
    "GURMUKHI": "pa",
    "GUJARATI": "gu",
    "ORIYA": "or",
    "TAMIL": "ta",
    "TELUGU": "te",
    "KANNADA": "kn",
    "MALAYALAM": "ml",
    "SINHALA": "si",
    "THAANA": "dv",
}
#: Frequent characters that only one of the two ways to write Chinese has, and Japanese has not.
SIMPLIFIED = frozenset("们这时为说对发过还样见长问话应关从东车书马门听觉让谁认论请谢财难气无电风飞鱼鸟买卖实现间给经")
TRADITIONAL = frozenset("們這國會來說對學發沒經樣應與關從聽覺讓氣賣實歲點麼個裡臺灣")
#: Letters that tell a script.
FEWEST = 2
_EAST_ASIAN = re.compile("[\u2e80-\ud7ff]")


def language_of(nodes: Iterable[Inline]) -> str | None:
    """The language (BCP 47) of the words in ``nodes``, links and names left out; ``None`` where that is not sure."""
    words = "".join(node.text if isinstance(node, Text) else "\n" if isinstance(node, Break) else " " for node in nodes)
    return language(words)


def language(words: str) -> str | None:
    """The language (BCP 47) of ``words``; ``None`` where that is not sure."""
    text = clean(words)
    return _detected(text) or (None if text.isascii() else _told_by_script(text))


def _detected(text: str) -> str | None:
    if pycld2 is None or not _has_enough(text):
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


def _is_letter(character: str) -> bool:
    """A letter, or a vowel that stands on one."""
    return character.isalpha() or unicodedata.category(character).startswith("M")


def _has_enough(text: str) -> bool:
    """Whether there are as many letters as it takes: in Chinese, Japanese and Korean each says more."""
    fewest = SHORTEST if text.isascii() or not _EAST_ASIAN.search(text) else SHORTEST // 3
    if any(sum(map(str.isalpha, part)) >= fewest for part in (text[: 4 * fewest], text)):  # mostly the start tells
        return True
    letters = filter(_is_letter, "" if text.isascii() else text)
    return next(islice(letters, fewest - 1, None), None) is not None


def _told_by_script(text: str) -> str | None:
    """The language of a script that has one; of Han characters, beside kana Japanese, else one of the two Chinese."""
    letters = [character for character in text if character.isalpha()]
    scripts = Counter(unicodedata.name(character, "?").split(" ")[0] for character in letters)
    languages = Counter[str]()
    for script, count in scripts.items():
        languages[SCRIPTS.get(script, script)] += count
    if languages["CJK"]:
        languages[_han(text, languages)] += languages.pop("CJK")
    best, count = max(languages.items(), key=lambda item: (item[1], item[0]), default=("", 0))
    known = best in SCRIPTS.values() or best.startswith("zh")
    return best if known and count >= FEWEST and count * 100 >= MOST * len(letters) else None


def _han(text: str, languages: Counter[str]) -> str:
    """Whose Han characters they are; ``CJK`` where nothing tells."""
    beside = next((language for language in ("ja", "ko") if languages[language]), None)
    simple, traditional = (sum(character in table for character in text) for table in (SIMPLIFIED, TRADITIONAL))
    if beside or simple == traditional:
        return beside or "CJK"
    return "zh-Hans" if simple > traditional else "zh-Hant"
