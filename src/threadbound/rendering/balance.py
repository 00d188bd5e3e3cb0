"""Balanced headings: lines of much the same length (WeasyPrint knows no ``text-wrap: balance``).

Measured with Pillow and the heading's own face; what the face lacks is taken as an em wide.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache
from pathlib import Path

from PIL import ImageFont

from threadbound.book.brief import STOPS

MM_A_POINT = 25.4 / 72
#: Size at which widths are measured, in pixels: large enough that rounding does not count.
SAMPLE = 200
STEP = 1.5
#: How much of its line the end of a divided title fills, at most.
TAIL = 0.4
#: Where the last line of a title fills less of its line, it gets more words.
STUB = 0.2
#: From this character on there are signs and pictures, wider than a face's box for "missing" by so much of an em.
FIRST_SIGN, SIGN = "\u2600", 0.8
#: From here on letters are an em wide: kana, Han and their points.
FIRST_HAN = "\u2e80"


@cache
def _face(path: Path) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(path), SAMPLE)


def balanced_width(text: str | Sequence[str], face: Path, size: float, measure: float) -> float | None:
    """The narrowest width that keeps the number of lines, in mm; ``None`` for a single line.

    Args:
        text: the heading, or the pieces of it that stay whole where no spaces divide it.
        face: its font file.
        size: in points.
        measure: width of the text block in mm.
    """
    if isinstance(text, str):
        font, scale = _face(face), size / SAMPLE * MM_A_POINT
        space = font.getlength(" ") * scale
        widths = [_length(word, font) * scale for word in text.split()]
    else:
        space = 0.0
        widths = [width_of(piece, face, size) for piece in text]
    wanted = _lines(widths, space, measure - 0.5)
    if wanted <= 1:
        return None
    width = measure
    while width > measure * 0.55 and _lines(widths, space, width - STEP) == wanted:
        width -= STEP
    return min(measure, width + 0.6)


def width_of(piece: str, face: Path, size: float) -> float:
    """The width of a piece of a text without spaces, in mm.

    Args:
        piece: the letters.
        face: the font file.
        size: in points.
    """
    font = _face(face)
    return sum(_em(letter, font) for letter in piece) * size / SAMPLE * MM_A_POINT


def with_room(text: str, face: Path, size: float, measure: float, room: float) -> tuple[str, str]:
    """``text`` as it stands, and nothing; or divided, where its last line would leave less than ``room`` behind it.

    So a leader with the number of a page never stands on a line alone, nor behind a single short word. Together the
    parts are the words of ``text``.

    Args:
        text: a line of the contents; it may fill several.
        face: its font file.
        size: in points.
        measure: width of the text block in mm.
        room: that must stay free at the end, in mm.
    """
    font, scale = _face(face), size / SAMPLE * MM_A_POINT
    words, space = text.split(), font.getlength(" ") * scale
    widths = [_length(word, font) * scale for word in words]
    start, used = 0, 0.0
    for place, width in enumerate(widths):
        if used and used + space + width > measure:
            start, used = place, width
        else:
            used += width + (space if used else 0)
    if start and used < measure * STUB:
        start = 0
    elif used <= measure - room or len(words) - start < 2:
        return text, ""
    tail, cut = widths[-1], len(words) - 1
    while cut - 1 > start and tail + space + widths[cut - 1] <= measure * TAIL:
        cut -= 1
        tail += space + widths[cut]
    return " ".join(words[:cut]), " ".join(words[cut:])


def count_lines(text: str, face: Path, size: float, measure: float) -> int:
    """How many lines a text fills, where what is wider than a line is divided anywhere.

    Args:
        text: a title.
        face: its font file.
        size: in points.
        measure: width of the text block in mm.
    """
    font, scale = _face(face), size / SAMPLE * MM_A_POINT
    space, used, count = font.getlength(" ") * scale, 0.0, 1
    for word in text.split():
        width = _length(word, font) * scale
        if used and used + space + width > measure:
            count, used = count + 1, 0.0
        used += width + (space if used else 0)
        further = int(used / measure)
        count, used = count + further, used - further * measure
    return count


def fitting(text: str, face: Path, size: float, measure: float) -> str:
    """``text``, or so many of its words and "…" as one line holds; ``text`` too where not even one word fits.

    Args:
        text: a running head.
        face: its font file; an italic of it is narrower.
        size: in points.
        measure: width of the line in mm.
    """
    font, scale = _face(face), size / SAMPLE * MM_A_POINT
    width = _length(text, font) * scale
    words = text.split()
    while width > measure and len(words) > 1:
        words.pop()
        width = _length(cut := " ".join(words).rstrip(f"{STOPS}…") + "…", font) * scale
        if width <= measure:
            return cut
    return text


@lru_cache(maxsize=4096)  # a collection's contents have the same words again and again
def _length(word: str, font: ImageFont.FreeTypeFont) -> float:
    """The width of a word; of one that the library cannot shape (control characters alone), as if none were joined."""
    try:
        shaped = font.getlength(word)
    except RuntimeError:
        shaped = float(SAMPLE * len(word))
    return shaped + sum(map(_missing, word))


def _missing(character: str) -> float:
    """What a sign that text faces lack is wider than their box for it: emoji are set in a face of their own."""
    return SAMPLE * SIGN if character >= FIRST_SIGN else 0.0


def _em(letter: str, font: ImageFont.FreeTypeFont) -> float:
    """The width of a letter of a script without spaces."""
    return SAMPLE if letter >= FIRST_HAN else _length(letter, font)


def _lines(widths: list[float], space: float, measure: float) -> int:
    """How many lines words of those widths fill."""
    count, used = 1, 0.0
    for width in widths:
        if used and used + space + width > measure:
            count, used = count + 1, width
        else:
            used += width + (space if used else 0)
    return count
