"""Words fitted into a box, for pictures that are drawn with words on them.

Before: a text and a box. After: the largest size at which the text fills at most the box, in balanced lines, cut with
"…" when not even the smallest size holds it; and the lines drawn.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import accumulate, takewhile

from msgspec import Struct
from PIL import Image, ImageDraw

from threadbound.rendering import faces
from threadbound.rendering.faces import Face, Run

#: Size at which widths are measured, in pixels.
_SAMPLE = 200
#: Each size that is tried is this much of the one before.
_SMALLER = 0.97
#: More characters than any box here holds.
_LONGEST = 600
#: White that is as much as none.
_EQUAL = 1e-6
_SPACES = re.compile(r"[^\S\xa0]+")
_CLOSING = frozenset("、。，．,.!?！？：；:;)）」』】〉》”’…ー々ぁぃぅぇぉっゃゅょァィゥェォッャュョ")
_OPENING = frozenset("(（「『【〈《“‘")


class Style(Struct, frozen=True):
    """How a text may be set; sizes in pixels, leading in sizes."""

    face: Face
    largest: float
    smallest: float
    leading: float


class Setting(Struct, frozen=True):
    """A text, set."""

    lines: tuple[str, ...]
    size: float
    style: Style
    is_rtl: bool

    @property
    def height(self) -> float:
        """Of all lines together, in pixels."""
        return len(self.lines) * self.size * self.style.leading


class _Piece(Struct, frozen=True):
    """What is never broken: a word, or one sign of a script without spaces."""

    text: str
    width: float
    """At size 1."""
    gap: float
    """White space before it, within a line."""


def fit(text: str, style: Style, width: float, height: float, *, is_rtl: bool | None = None) -> Setting:
    """``text`` as large as the box allows.

    Args:
        text: it is not divided at no-break spaces.
        style: its face, and how large and small it may be.
        width: of the box.
        height: of the box.
        is_rtl: which way it runs; ``None``: as its first letter does.
    """
    text = _SPACES.sub(" ", text).strip()
    if len(text) > _LONGEST:
        text = text[:_LONGEST].rsplit(" ", 1)[0] + "…"
    if is_rtl is None:
        ways = (way for c in text if (way := unicodedata.bidirectional(c)) in {"L", "R", "AL"})
        is_rtl = next(ways, "L") != "L"
    pieces = list(_pieces(text, style.face))
    size = style.largest
    while size > style.smallest:
        measure = width / size
        rows = _break(pieces, measure)
        if max((piece.width for piece in pieces), default=0) <= measure and len(rows) * style.leading <= height / size:
            return Setting(_balanced(pieces, measure, len(rows)), size, style, is_rtl)
        size *= _SMALLER
    size = style.smallest
    measure = width / size
    short = [part for piece in pieces for part in _cut_word(piece, style.face, measure)]
    room = max(1, int(height / size / style.leading))
    if len(_break(short, measure)) <= room:
        return Setting(_balanced(short, measure, len(_break(short, measure))), size, style, is_rtl)
    return Setting(_cut_text(short, style.face, measure, room), size, style, is_rtl)


def draw(mask: Image.Image, setting: Setting, left: float, top: float, right: float) -> None:
    """Draw the lines on a greyscale mask: flush left, or flush right for a right-to-left script."""
    pen = ImageDraw.Draw(mask)
    size = round(setting.size)
    baseline = top + faces.font(setting.style.face, size).getmetrics()[0]
    for line in setting.lines:
        runs = _visual(faces.runs(line, setting.style.face, is_rtl=setting.is_rtl), is_rtl=setting.is_rtl)
        advances = [faces.font(run.face, size).getlength(run.text, direction=_direction(run)) for run in runs]
        x = right - sum(advances) if setting.is_rtl else left
        for run, advance in zip(runs, advances, strict=True):
            font = faces.font(run.face, size)
            pen.text((x, baseline), run.text, 255, font, anchor="ls", direction=_direction(run))
            x += advance
        baseline += setting.size * setting.style.leading


def _direction(run: Run) -> str | None:
    """What the shaping library must be told; without it there are no such runs."""
    if not faces.can_shape():
        return None
    return "rtl" if run.is_rtl else "ltr"


def _visual(runs: Sequence[Run], *, is_rtl: bool) -> list[Run]:
    """The runs as they stand from left to right (a plain form of the bidirectional algorithm: one level)."""
    out: list[Run] = []
    against: list[Run] = []
    for run in runs if not is_rtl else reversed(runs):
        if run.is_rtl == is_rtl:
            out += [*reversed(against), run]
            against = []
        else:
            against.append(run)
    return out + against[::-1]


def _width(text: str, face: Face) -> float:
    """The advance of ``text`` at size 1."""
    return sum(faces.font(run.face, _SAMPLE).getlength(run.text) for run in faces.runs(text, face)) / _SAMPLE


def _pieces(text: str, face: Face) -> Iterator[_Piece]:
    """The words; those of scripts without spaces sign by sign, closing signs with what they close."""
    space = _width(" ", face)
    for word in text.split(" "):
        gap = space
        for part in _parts(word):
            if width := _width(part, face):
                yield _Piece(part, width, gap)
                gap = 0.0


def _parts(word: str) -> Iterator[str]:
    current = ""
    for cluster in faces.clusters(word):
        may_break = current and (_is_wide(cluster) or _is_wide(current[-1]))
        if may_break and cluster[0] not in _CLOSING and current[-1] not in _OPENING:
            yield current
            current = ""
        current += cluster
    if current:
        yield current


def _is_wide(text: str) -> bool:
    return unicodedata.east_asian_width(text[0]) in {"W", "F"}


def _break(pieces: Sequence[_Piece], measure: float) -> list[list[_Piece]]:
    """The pieces in lines of at most ``measure``, each as full as it can be."""
    rows: list[list[_Piece]] = []
    used = 0.0
    for piece in pieces:
        if rows and used + piece.gap + piece.width <= measure:
            rows[-1].append(piece)
            used += piece.gap + piece.width
        else:
            rows.append([piece])
            used = piece.width
    return rows


def _balanced(pieces: Sequence[_Piece], measure: float, count: int) -> tuple[str, ...]:
    """``count`` lines of much the same length: those with the least white at their ends, squared."""
    # Of lines that hold the first pieces: the white so far, and where the last one begins; one row more for each line.
    table: list[list[tuple[float, int]]] = [[(0.0, 0), *[(math.inf, 0)] * len(pieces)]]
    for _ in range(count):
        table.append([(math.inf, 0), *(_best(table[-1], pieces, end, measure) for end in range(1, len(pieces) + 1))])
    lines: list[str] = []
    end = len(pieces)
    for best in reversed(table[1:]):
        start = best[end][1]
        lines.append(_text(pieces[start:end]))
        end = start
    return tuple(reversed(lines))


def _best(before: Sequence[tuple[float, int]], pieces: Sequence[_Piece], end: int, measure: float) -> tuple[float, int]:
    """The least white of lines whose last one ends before piece ``end``, and where that one begins."""
    best = (math.inf, end - 1)
    width = 0.0
    for start in range(end - 1, -1, -1):
        width += pieces[start].width + (pieces[start + 1].gap if start + 1 < end else 0.0)
        if width > measure and start < end - 1:
            break
        white = before[start][0] + (measure - width) ** 2
        if white < best[0] - _EQUAL:  # of lines as good, those whose last one is short
            best = (white, start)
    return best


def _text(row: Sequence[_Piece]) -> str:
    text = "".join((" " if piece.gap and place else "") + piece.text for place, piece in enumerate(row))
    return text.replace("\xa0", " ")


def _cut_word(piece: _Piece, face: Face, measure: float) -> Iterator[_Piece]:
    """A word wider than the measure, in parts that are not."""
    if piece.width <= measure:
        yield piece
        return
    rest = list(faces.clusters(piece.text))
    gap = piece.gap
    while rest:
        widths = accumulate(_width(cluster, face) for cluster in rest)
        count = max(1, sum(1 for _ in takewhile(lambda width: width <= measure * 0.94, widths)))
        part = "".join(rest[:count])
        is_inside = count < len(rest) and rest[count - 1].isalpha() and rest[count].isalpha()
        text = f"{part}-" if is_inside else part
        yield _Piece(text, _width(text, face), gap)
        rest, gap = rest[count:], 0.0


def _cut_text(pieces: Sequence[_Piece], face: Face, measure: float, room: int) -> tuple[str, ...]:
    """As many lines as there is room for, the last one ending with "…"."""
    rows = _break(pieces, measure)[:room]
    last = rows[-1]
    while len(last) > 1 and _width(f"{_text(last)}…", face) > measure:
        last.pop()
    return (*(_text(row) for row in rows[:-1]), _text(last).rstrip(" ,;:–—-") + "…")
