"""What pages are called: the numbers that are printed on them, and the entries of the catalogue's ``/PageLabels``.

Before: a place in a series. After: its number in words, and series by series what readers' software shows
(ISO 32000-1 §12.4.2).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from msgspec import Struct

from threadbound.joining import written

_ROMAN = tuple(
    zip((1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1), "m cm d cd c xc l xl x ix v iv i".split(), strict=True)
)


class Label(Struct, frozen=True):
    """What a page is called."""

    style: str
    """As ``/PageLabels`` names it: ``D``, ``r`` or ``R``."""
    number: int
    words: str = ""
    """Instead of a number."""

    @property
    def printed(self) -> str:
        """Its number, as it is printed."""
        return STYLES[self.style](self.number)


def _roman(number: int) -> str:
    out = ""
    for value, sign in _ROMAN:
        count, number = divmod(number, value)
        out += sign * count
    return out


#: Style of numbering → how a number is written in it.
STYLES: dict[str, Callable[[int], str]] = {"D": str, "r": _roman, "R": lambda number: _roman(number).upper()}


def tree(labels: Sequence[Label]) -> bytes:
    """``/PageLabels`` for pages with these labels."""
    return b"<</Nums[" + b" ".join(_entries(labels)) + b"]>>"


def _entries(labels: Sequence[Label]) -> Iterator[bytes]:
    before: Label | None = None
    for index, label in enumerate(labels):
        if label.words:
            yield b"%d<</P %b>>" % (index, written.string(label.words))
        elif not before or before.words or (before.style, before.number + 1) != (label.style, label.number):
            yield b"%d<</S/%b/St %d>>" % (index, label.style.encode(), label.number)
        before = label
