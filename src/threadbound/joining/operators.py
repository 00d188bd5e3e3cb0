"""Numbers of pages in the operators of a page: where they stand, and what is put there.

Before: an engine wraps what stands for a number between two comments, which no reader of PDFs sees (:func:`before`,
:data:`AFTER`). After :func:`taken_apart`: the operators, and a :class:`~.piece.Number` in place of each.
:func:`put_together` makes operators of them again, when the numbers are known.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

import msgspec
from msgspec import Struct

from threadbound.joining.piece import Digits, Moved, Number, Operators

#: The anchor that means the last page of all.
LAST = "last"
_BEFORE, BEHIND, AFTER = b"%threadbound number ", b"%threadbound behind", b"%threadbound end"
_WRAPPED = re.compile(rb"%threadbound (?:number (.*)|behind)\n(?s:(.*?))%threadbound end\n?")
#: Where text begins, and what shows it, as WeasyPrint writes both.
_PLACE = re.compile(rb"(1 0 0 -1 )(\S+)( \S+ Tm)")
_SHOWN = re.compile(rb"\[(.*)\] TJ|(<[0-9a-f]*>) Tj")
_GLYPHS = re.compile(rb"<([0-9a-f]*)>|([-\d.]+)")


class Wrapped(Struct, frozen=True):
    """What an engine says of a number beside its operators."""

    digits: Digits
    shown: str
    """The glyphs that stand for it, among others before and behind."""
    width: float
    align: float = 0.0
    anchor: str = ""
    style: str = "D"
    flows: bool = False
    follows: bool = False
    unit: float = 1.0


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
        told = msgspec.json.decode(found[1], type=Wrapped) if found[1] else None
        parts += _number(told, found[2]) if told else _behind(found[2])
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
    yield Moved(float(place[2]), told.follows)
    yield data[place.end(2) : shown.start()]
    front, rest = glyphs[:at], glyphs[at + len(told.shown) :]
    if front:
        yield f"<{front}> Tj\n".encode()
    yield Number(told.digits, told.width, told.align, told.anchor, told.style, told.flows, told.unit)
    if rest:
        yield f"\n<{rest}> Tj".encode()
    yield data[shown.end() :]


def _behind(data: bytes) -> Iterator[bytes | Moved]:
    """The operators of text that stands behind a number on its line."""
    end = 0
    for place in _PLACE.finditer(data):
        yield data[end : place.start(2)]
        yield Moved(float(place[2]), follows=True)
        end = place.end(2)
    yield data[end:]


def divided(parts: Iterable[bytes | Number | Moved]) -> tuple[bytes, tuple[tuple[int, Number | Moved], ...]]:
    """What is known of the operators, and behind how many bytes of it the rest stands."""
    known: list[bytes] = []
    gaps: list[tuple[int, Number | Moved]] = []
    at = 0
    for part in parts:
        if isinstance(part, bytes):
            known.append(part)
            at += len(part)
        else:
            gaps.append((at, part))
    return b"".join(known), tuple(gaps)


def united(known: bytes, gaps: Iterable[tuple[int, Number | Moved]]) -> Iterator[bytes | Number | Moved]:
    """What :func:`divided` was given."""
    start = 0
    for at, part in gaps:
        if at > start:
            yield known[start:at]
        yield part
        start = at
    if len(known) > start:
        yield known[start:]


class Drift(Struct):
    """How far text moves on the line that is being put together."""

    text: Callable[[Number], str]
    x: float = 0.0
    so_far: float = 0.0

    def begin(self, moved: Moved) -> float:
        """Where text begins that is no number; a number's place is known with its width."""
        if not moved.follows:
            self.so_far = 0.0
        self.x = moved.x + self.so_far
        return self.x

    def add(self, number: Number) -> tuple[str, float, float]:
        """What a number shows, where it begins, and how much wider it is than what stood for it."""
        shown = self.text(number)
        wider = number.digits.width(shown) - number.width
        if number.flows:
            self.so_far += wider
        return shown, self.x - wider * number.align, wider


def drifts(parts: Iterable[bytes | Number | Moved], text: Callable[[Number], str]) -> Iterator[tuple[float, float]]:
    """Of each number that flows, how many points its beginning and its end move."""
    drift = Drift(text)
    for part in parts:
        match part:
            case Moved():
                drift.begin(part)
            case Number():
                before_it = drift.so_far
                _, _, wider = drift.add(part)
                if part.flows:
                    yield before_it * part.unit, (before_it + wider) * part.unit
            case bytes():
                pass


def put_together(parts: Iterable[bytes | Number | Moved], text: Callable[[Number], str]) -> bytes:
    """The operators, with the numbers that ``text`` gives."""
    out: list[bytes] = []
    drift, place = Drift(text), 0
    for part in parts:
        match part:
            case bytes():
                out.append(part)
            case Moved():
                place = len(out)
                out.append(_written(drift.begin(part)))
            case Number():
                shown, x, _ = drift.add(part)
                out[place] = _written(x)
                out.append(part.digits.show(shown))
    return b"".join(out)


def _written(x: float) -> bytes:
    return f"{x:.4f}".rstrip("0").rstrip(".").encode()
