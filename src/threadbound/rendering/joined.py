"""Emoji that the system's Pango takes apart, though each is one sign: some of several people, some keycaps.

Before: markup of a book for print, emoji in ``<span class="e">``. After: each sequence of ``joined.txt`` is one
character of private use, for which a font of the package has the picture of the whole sequence. What is copied out of
the PDF is the sequence (:mod:`threadbound.writers.joined_emoji`). A keycap without the selector that makes it an emoji
("1" and U+20E3, as telephones write it) is in ``<span class="e c">``, for which style sheets name the emoji font.
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
#: The cap of a key. Text faces have the figure before it, and so Pango asks them for both.
CAP = "\u20e3"
_KEYCAPS = re.compile(f"(?:[0-9#*]{CAP})+")
_SPAN = re.compile(f'<span class="e">([^<]*{CAP}[^<]*)</span>')
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


def spelled(text: str) -> str:
    """``text`` with what its characters of the table stand for."""
    return "".join(map(sequence, text)) if max(text, default="") >= FIRST else text


@cache
def _sequences() -> Mapping[str, str]:
    return {sign: sequence for sequence, sign in table().items()}


def whole(markup: str) -> str:
    """``markup`` with a character of its own for each sequence of the table, and keycaps set apart."""
    if CAP in markup:
        markup = _SPAN.sub(lambda found: _spans(_KEYCAPS.sub(_apart("c", r"\g<0>"), found[1])), markup)
    return _EMOJI.sub(lambda found: _emoji(found[1]), markup) if JOINT in markup else markup


def _emoji(text: str) -> str:
    for sequence, sign in table().items():
        text = text.replace(sequence, _apart("j", sign))
    return _spans(text)


def _apart(kind: str, text: str) -> str:
    """``text`` in a span of its own, amid a span of emoji."""
    return f'</span><span class="e {kind}">{text}</span><span class="e">'


def _spans(text: str) -> str:
    return f'<span class="e">{text}</span>'.replace('<span class="e"></span>', "")
