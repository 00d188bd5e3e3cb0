"""Where the lines of a heading may end in languages whose running text is divided between any two letters.

Between the words, and not inside of them: a heading is read at a glance. Korean has spaces there, of the others BudouX
knows the words.
"""

from __future__ import annotations

import importlib
import re
from functools import cache
from typing import Any

#: Languages → what makes the reader of each. The script of Chinese is asked first.
READERS = {
    "ja": "load_default_japanese_parser",
    "zh-hant": "load_default_traditional_chinese_parser",
    "zh-tw": "load_default_traditional_chinese_parser",
    "zh-hk": "load_default_traditional_chinese_parser",
    "zh-mo": "load_default_traditional_chinese_parser",
    "yue-hans": "load_default_simplified_chinese_parser",
    "yue": "load_default_traditional_chinese_parser",
    "zh": "load_default_simplified_chinese_parser",
    "th": "load_default_thai_parser",
}
#: What stands between two spaces, and the spaces, at which a line may end: inside of what stays whole it could not.
_SPACED = re.compile("[ \u3000]+|[^ \u3000]+")


def phrases(text: str, language: str | None) -> list[str] | None:
    """The pieces of ``text`` that stay whole, which make up the text; ``None`` where only spaces divide it anyway."""
    known = (language or "").lower()
    if known.partition("-")[0] == "ko":
        return _SPACED.findall(text)
    name = next((name for tag, name in READERS.items() if known == tag or known.startswith(f"{tag}-")), None)
    return None if name is None else [part for read in _reader(name).parse(text) for part in _SPACED.findall(read)]


@cache
def _reader(name: str) -> Any:  # noqa: ANN401 - a parser of BudouX
    return getattr(importlib.import_module("budoux"), name)()  # 10 ms, for few books
