"""Page labels: what a reader's software calls each page is what is printed on it.

Before: laid-out pages, some with a number in their margin. After: the entries of the catalogue's ``/PageLabels``
(ISO 32000-1 §12.4.2). Pages without a printed number are counted from their neighbours: back from the first number of a
series, since a title page is page i although it does not say so, and otherwise forth. A cover is called so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from msgspec import Struct

#: Counter styles of CSS → numbering styles of PDF.
STYLES = {
    "decimal": "D",
    "lower-roman": "r",
    "upper-roman": "R",
    "lower-alpha": "a",
    "lower-latin": "a",
    "upper-alpha": "A",
    "upper-latin": "A",
}
_ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100, "d": 500, "m": 1000}


class Label(Struct, frozen=True):
    """What one page is called: words, or a number in a style."""

    style: str = ""
    """A value of :data:`STYLES`; empty: no number."""
    number: int = 1
    words: str = ""
    """Instead of a number."""

    def moved(self, by: int) -> Label | None:
        """The label so many pages on, in the same series."""
        number = self.number + by
        return Label(self.style, number) if self.style and number > 0 else None


def write(document: Any, pdf: Any) -> None:  # noqa: ANN401 - WeasyPrint has no types
    """Put the labels of a laid-out ``weasyprint.Document`` into the catalogue of a ``pydyf.PDF``."""
    from pydyf import Array, Dictionary, String  # noqa: PLC0415 - only beside WeasyPrint

    entries: list[Any] = []
    for index, label in runs(labels(document)):
        words = {"P": String(label.words)} if label.words else {"S": f"/{label.style}", "St": label.number}
        entries += [index, Dictionary(words)]
    pdf.catalog["PageLabels"] = Dictionary({"Nums": Array(entries)})


def labels(document: Any) -> list[Label]:  # noqa: ANN401 - as above
    """The label of each page."""
    return filled([_printed(page._page_box) for page in document.pages])  # noqa: SLF001 - there is no other door


def filled(printed: Sequence[Label | None]) -> list[Label]:
    """The labels of all pages, where those of some are printed."""
    out = list(printed)
    for k in range(len(out) - 2, -1, -1):
        following = out[k + 1]
        out[k] = out[k] or (following.moved(-1) if following else None)
    whole: list[Label] = []
    for k, label in enumerate(out):
        before = whole[-1] if whole else None
        whole.append(label or (before.moved(1) if before else None) or Label("D", k + 1))
    return whole


def runs(pages: Sequence[Label]) -> Iterator[tuple[int, Label]]:
    """The index of each page at which a series begins, with its label."""
    for k, label in enumerate(pages):
        if k == 0 or pages[k - 1].moved(1) != label:
            yield k, label


def _printed(page: Any) -> Label | None:  # noqa: ANN401 - as above
    """What stands in the margin of a page, if that is a number."""
    if page.page_type.name == "cover":
        return Label(words="Cover")
    for box in page.children:
        if not hasattr(box, "at_keyword"):
            continue
        content = box.style["content"]
        counters = [value for kind, value in content if kind == "counter()"] if isinstance(content, tuple) else []
        style = next((STYLES.get(value[1]) for value in counters if value[0] == "page"), None)
        words = re.findall(r"\w+", "".join(_texts(box)))
        numbers = [_number(word, style) for word in words] if style else []
        if style and (number := next(filter(None, numbers), None)):
            return Label(style, number)
    return None


def _texts(box: Any) -> Iterable[str]:  # noqa: ANN401 - as above
    yield getattr(box, "text", "")
    for child in getattr(box, "children", ()):
        yield from _texts(child)


def _number(text: str, style: str) -> int | None:
    """The number that ``text`` is in a numbering style of PDF, if it is one."""
    if style == "D":
        return int(text) if text.isdecimal() else None
    lower = text.lower()
    if style in "aA":  # z is followed by aa in a PDF and in CSS only by accident
        return ord(lower) - ord("a") + 1 if len(lower) == 1 and lower.isalpha() else None
    values = [_ROMAN.get(character, 0) for character in lower]
    if not values or not all(values):
        return None
    return sum(-value if value < max(values[k:]) else value for k, value in enumerate(values))
