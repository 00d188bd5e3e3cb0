"""Numbers of pages in the operators of a page: where they stand, and what is put there.

Before: an engine wraps what stands for a number between two comments, which no reader of PDFs sees (:func:`before`,
:data:`AFTER`). After :func:`taken_apart`: the operators, and a :class:`~.piece.Number` in place of each.
:func:`put_together` makes operators of them again, when the numbers are known.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

import msgspec

from threadbound.joining.piece import Digits, Moved, Number, Operators

_BEFORE, AFTER = b"%threadbound number ", b"%threadbound end"
_WRAPPED = re.compile(rb"%threadbound number (.*)\n(?s:(.*?))%threadbound end\n?")
#: Where text begins, and what shows it, as WeasyPrint writes both.
_PLACE = re.compile(rb"(1 0 0 -1 )(\S+)( \S+ Tm)")
_SHOWN = re.compile(rb"\[(.*)\] TJ|(<[0-9a-f]*>) Tj")
_GLYPHS = re.compile(rb"<([0-9a-f]*)>|([-\d.]+)")


class Wrapped(msgspec.Struct, frozen=True):
    """What an engine says of a number beside its operators."""

    digits: Digits
    shown: str
    """The glyphs that stand for it, among others before and behind."""
    width: float
    align: float = 0.0
    anchor: str = ""
    style: str = "D"


def before(told: Wrapped) -> bytes:
    """The comment before the operators of a number."""
    return _BEFORE + msgspec.json.encode(told)


def taken_apart(data: bytes) -> Operators:
    """Operators, as far as they are known.

    Raises:
        ValueError: a number is shown otherwise than is known here.
    """
    parts: list[bytes | Number | Moved] = []
    end = 0
    for found in _WRAPPED.finditer(data):
        parts.append(data[end : found.start()])
        parts += _number(msgspec.json.decode(found[1], type=Wrapped), found[2])
        end = found.end()
    parts.append(data[end:])
    return tuple(part for part in parts if part != b"")


def _number(told: Wrapped, data: bytes) -> Iterator[bytes | Number | Moved]:
    """The operators that show a number: where they begin is known when its width is."""
    place, shown = _PLACE.search(data), _SHOWN.search(data)
    if place is None or shown is None or len(_SHOWN.findall(data)) != 1:
        raise ValueError(f"a number is not shown as one run: {data[:200]!r}")
    glyphs = b"".join(part for part, _ in _GLYPHS.findall(shown[0])).decode()
    at = glyphs.find(told.shown)
    if at < 0 or at % 4:
        raise ValueError(f"a number is not shown by its own glyphs: {data[:200]!r}")
    yield data[: place.start(2)]
    yield Moved(float(place[2]))
    yield data[place.end(2) : shown.start()]
    front, rest = glyphs[:at], glyphs[at + len(told.shown) :]
    if front:
        yield f"<{front}> Tj\n".encode()
    yield Number(told.digits, told.width, told.align, told.anchor, told.style)
    if rest:
        yield f"\n<{rest}> Tj".encode()
    yield data[shown.end() :]


def put_together(parts: Iterable[bytes | Number | Moved], text: Callable[[Number], str]) -> bytes:
    """The operators, with the numbers that ``text`` gives."""
    out: list[bytes] = []
    moves: list[tuple[int, float]] = []
    for part in parts:
        match part:
            case bytes():
                out.append(part)
            case Moved(x):
                moves.append((len(out), x))
                out.append(b"")
            case Number(digits, width, align):
                number = text(part)
                place, x = moves.pop()
                moved = x + (width - digits.width(number)) * align
                out[place] = f"{moved:.4f}".rstrip("0").rstrip(".").encode()
                out.append(digits.show(number))
    return b"".join(out)
