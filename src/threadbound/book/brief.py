"""Names that are too long for the places where they stand.

Before: a display name, as long as whoever made the page liked. After: as much of it as a title block, a line of the
contents or a running head has room for. The whole name stands in the colophon and in the metadata.
"""

from __future__ import annotations

import unicodedata

from threadbound.book.blocks import room
from threadbound.book.direction import direction
from threadbound.model.text import closed

#: Latin letters: half as many again as a name of Twitter's may have, and five lines of the rail.
LONGEST_NAME = 64
#: What is one sign with the character before: a joiner, the choice of a form, a tone of skin, a letter in a flag's tag.
#: Vowels and finals of a Korean syllable that is written in its parts too.
_ADDED = frozenset("\u200d\ufe0e\ufe0f") | frozenset(
    map(chr, (*range(0x1F3FB, 0x1F400), *range(0xE0020, 0xE0080), *range(0x1160, 0x1200), *range(0xD7B0, 0xD800)))
)
_JOINER = "\u200d"
#: The combining class of what makes one sign of two letters of India.
_VIRAMA = 9
#: Two of these are one flag.
_FLAGS = range(0x1F1E6, 0x1F200)
#: What an ellipsis does not follow.
STOPS = " ,;:–—-|·•/("
_RIGHT_TO_LEFT_MARK = "\u200f"


def brief(name: str) -> str:
    """``name``, its turns of direction closed; where it is too long, cut with "…": between words, never in a sign."""
    if len(name) <= LONGEST_NAME // 2 or room(name) <= LONGEST_NAME:
        return closed(name)
    end = _end(name)
    between = name.rfind(" ", 0, end + 1)
    kept = name[: between if between > end // 2 else end].rstrip(STOPS) or name[:end]
    mark = _RIGHT_TO_LEFT_MARK if direction(name) else ""  # the sign for what follows stands at the end of the words
    return closed(f"{kept}…{mark}")


def _end(name: str) -> int:
    """Where a name must be cut that has no spaces."""
    end, left = 0, LONGEST_NAME - 1
    for place, character in enumerate(name):
        left -= room(character)
        if left < 0:
            break
        end = place + 1
    whole = end
    while whole and not _is_border(name, whole):
        whole -= 1
    return whole or end  # a hostile name is one sign from end to end


def _is_border(name: str, place: int) -> bool:
    """Whether what stands before ``place`` and what stands behind it are two signs."""
    before, behind = name[place - 1], name[place : place + 1]
    if (
        behind in _ADDED
        or before == _JOINER
        or unicodedata.category(behind)[0] == "M"
        or unicodedata.combining(before) == _VIRAMA
    ):
        return False
    return not (_is_flag(before) and _is_flag(behind) and _flags_before(name, place) % 2)


def _is_flag(character: str) -> bool:
    return ord(character) in _FLAGS


def _flags_before(name: str, place: int) -> int:
    count = 0
    while count < place and _is_flag(name[place - 1 - count]):
        count += 1
    return count
