"""The word "Image" that pictures leave in a plain-text copy.

Before: the raw lines of a thread's body. After: the lines that are not blank (:class:`~.splitting.Line`), without the
words that are surely not the author's, each counted as a picture of its line.

Words are evidence: in doubt the word stays. A mark is *sure* alone on its line, repeated, or right after the end of a
sentence, a shortened link or an emoji. After any other word, or glued to one, it is taken off only in a copy that has a
sure mark or ends several lines so, and never inside a link or after a word that asks for a noun ("this Image").
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from threadbound.sites.splitting import Line

#: Marks are looked for at this much of a line's end (a post has at most four pictures).
_LOOK = 200
_MARKS = re.compile(r"(?:\s*Image)+$")
#: What a mark may follow to be sure: the end of a sentence, or a sign that is no word.
_COMPLETE = re.compile(r"(?:[.!?…。！？:)\]»”\"'’]|[\u2190-\u32ff\ufe0f\u200d\U0001f000-\U0001faff])$")
#: Words that want a noun after them.
_WANTS_NOUN = re.compile(
    r"(?:^|[\s(\"“'‘])(?:an?|the|this|that|these|every|each|no|one|any|my|your|his|her|its|our|their|of|and|or|in|to|for"
    r"|with|from|mirror|public|docker|self)$",
    re.IGNORECASE,
)
#: No white space, yet nothing to see.
_INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff"


def lines_of(raw: Iterable[str]) -> tuple[Line, ...]:
    """The lines that hold something, with their pictures counted."""
    raw = [line.strip() for line in raw]
    proven = _writes_marks(raw)
    lines: list[Line] = []
    blank = 0
    for words in raw:
        if not words.strip(_INVISIBLE):
            blank += 1
            continue
        text, pictures = _take_off(words, proven=proven)
        lines.append(Line(text, blank if lines else 0, pictures))
        blank = 0
    return tuple(lines)


def _writes_marks(raw: Sequence[str]) -> bool:
    """Whether this copy is known to write its pictures so."""
    ends = [line for line in raw if _MARKS.search(line[-_LOOK:])]
    return len(ends) > 1 or any(_take_off(line, proven=False)[1] for line in ends)


def _take_off(words: str, *, proven: bool) -> tuple[str, int]:
    """``words`` without the marks at their end, and how many there were."""
    match = _MARKS.search(words[-_LOOK:])
    if not match:
        return words, 0
    marks = match[0].count("Image")
    before = words[: len(words) - len(match[0])]
    if not before or marks > 1 or _COMPLETE.search(before[-1:]):
        return before, marks
    in_link = not match[0][0].isspace() and "://" in before[-_LOOK:].rpartition(" ")[2]
    if proven and not in_link and not _WANTS_NOUN.search(before[-20:]):
        return before, marks
    return words, 0
