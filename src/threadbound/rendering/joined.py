"""Emoji of several people that the system's Pango may take apart: set as one sign, from a font that has no parts.

Before: markup of a book for print, emoji in ``<span class="e">``. After: each sequence of ``joined.txt`` is one
character of private use, for which a font of the package has the picture of the whole sequence. What is copied out of
the PDF is the sequence (:mod:`threadbound.writers.joined_emoji`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from threadbound.rendering.theme import fonts_dir

#: In every such sequence, between two people; Unicode 17, and so no emoji to a Pango that is older.
JOINT = "\u200d\U0001faef\u200d"
#: Characters of the table come from here on.
FIRST = "\U0010fe00"
_EMOJI = re.compile(f'<span class="e">([^<]*{JOINT}[^<]*)</span>')


@cache
def table() -> Mapping[str, str]:
    """Sequence → the character that stands for it."""
    text = (fonts_dir() / "noto-color-emoji" / "joined.txt").read_text("utf-8")
    rows = (line.split() for line in text.splitlines() if not line.startswith("#"))
    return {"".join(chr(int(code, 16)) for code in codes): chr(int(sign, 16)) for sign, *codes in rows}


def sequence(sign: str) -> str:
    """What ``sign`` stands for; itself where it is no character of the table."""
    return _sequences().get(sign, sign) if sign >= FIRST else sign


@cache
def _sequences() -> Mapping[str, str]:
    return {sign: sequence for sequence, sign in table().items()}


def whole(markup: str) -> str:
    """``markup`` with a character of its own for each sequence of the table."""
    return _EMOJI.sub(lambda found: _emoji(found[1]), markup) if JOINT in markup else markup


def _emoji(text: str) -> str:
    for sequence, sign in table().items():
        text = text.replace(sequence, f'</span><span class="e j">{sign}</span><span class="e">')
    return f'<span class="e">{text}</span>'.replace('<span class="e"></span>', "")
