"""Numbers of pages among operators: where they stand, and what moves when they are narrower than was thought."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from threadbound.joining.operators import (
    AFTER,
    BEHIND,
    Wrapped,
    before,
    divided,
    drifts,
    put_together,
    taken_apart,
    united,
)
from threadbound.joining.piece import Digits, Moved, Number

#: Each digit is five units wide, and its glyph has its own number.
DIGITS = Digits("f", {str(n): (f"{n:04x}", 5.0) for n in range(10)})
PLACE = b"1 0 0 -1 %d 20 Tm\n"


def number(at: int, shown: str, **said: object) -> bytes:
    """A number as an engine wraps it."""
    glyphs = "".join(DIGITS.glyphs[digit][0] for digit in shown)
    told = Wrapped(DIGITS, glyphs, DIGITS.width(shown), **said)  # type: ignore[arg-type] # whatever is tried
    return before(told) + b"\n" + PLACE % at + f"[<{glyphs}>] TJ\n".encode() + AFTER + b"\n"


def behind(at: int) -> bytes:
    return BEHIND + b"\n" + PLACE % at + b"[<00ff>] TJ\n" + AFTER + b"\n"


def places(data: bytes) -> list[float]:
    """Where texts begin."""
    return [float(found[1]) for found in re.finditer(rb"1 0 0 -1 (\S+) 20 Tm", data)]


def texts(data: bytes) -> list[str]:
    return [found.decode() for found in re.findall(rb"<([0-9a-f]*)>", data)]


def of_anchor(told: Number) -> str:
    return {"": "7", "far": "1234", "near": "8"}[told.anchor]


def test_a_number_stands_where_what_stood_for_it_did() -> None:
    made = put_together(taken_apart(number(100, "000", anchor="near")), of_anchor)
    assert (places(made), texts(made)) == ([100.0], ["0008"])


@pytest.mark.parametrize(("align", "x"), [(0.0, 100.0), (0.5, 105.0), (1.0, 110.0)])
def test_a_number_that_is_narrower_is_aligned_as_it_was(align: float, x: float) -> None:
    assert places(put_together(taken_apart(number(100, "000", anchor="near", align=align)), of_anchor)) == [x]


def test_what_stands_behind_a_number_on_its_line_comes_nearer() -> None:
    line = b"".join((
        number(100, "0000", anchor="near", flows=True),
        behind(120),
        number(130, "0000", anchor="far", flows=True, follows=True),
        behind(150),
        number(160, "0000", anchor="near", flows=True, follows=True),
    ))  # fmt: skip
    parts = taken_apart(line + number(100, "0000", anchor="far", flows=True))
    made = put_together(parts, of_anchor)
    assert places(made) == [100, 105, 115, 135, 145, 100]  # the last one begins a line of its own
    assert list(drifts(parts, of_anchor)) == [(0, -15), (-15, -15), (-15, -30), (0, 0)]


def test_a_number_that_does_not_flow_moves_nothing() -> None:
    parts = taken_apart(number(100, "000", anchor="near") + b"1 0 0 -1 130 20 Tm\n[<00ff>] TJ\n")
    assert places(put_together(parts, of_anchor)) == [100, 130]
    assert list(drifts(parts, of_anchor)) == []


def test_operators_without_numbers_stay_as_they_are() -> None:
    data = b"q\nBT\n1 0 0 -1 3 20 Tm\n[<0001>] TJ\nET\nQ"
    assert put_together(taken_apart(data), of_anchor) == data


def test_a_number_that_is_shown_otherwise_is_refused() -> None:
    told = before(Wrapped(DIGITS, "00010001", 10.0))
    for shown in (b"[<0002>] TJ", b"[<0001>] TJ\n[<0001>] TJ", b""):
        with pytest.raises(ValueError, match="a number is not shown"):
            taken_apart(told + b"\n" + PLACE % 3 + shown + b"\n" + AFTER)


PARTS = st.binary(min_size=1, max_size=5) | st.sampled_from([Moved(1.0), Number(DIGITS, 5.0, 0.0)])


@given(st.lists(PARTS, max_size=9))
def test_what_is_known_is_kept_as_one_and_the_rest_has_its_place(parts: list[bytes | Number | Moved]) -> None:
    known, gaps = divided(parts)
    assert known == b"".join(part for part in parts if isinstance(part, bytes))
    assert [part for _, part in gaps] == [part for part in parts if not isinstance(part, bytes)]
    again = list(united(known, gaps))
    assert divided(again) == (known, gaps)
    assert all(again)  # nothing empty stands between two numbers
