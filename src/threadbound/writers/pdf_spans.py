"""A structure of words without an element for every line of them.

Before: WeasyPrint makes a ``Span`` for each line, half of all elements of a book. Within :func:`without_spans` words
belong to their paragraph, heading or link at once. Off for versions of the library that it was not tried with.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from threadbound.writers.pdf_speed import is_known

#: Elements of the structure that hold words themselves.
_HOLDING = frozenset("/Link /P /Span /H1 /H2 /H3 /H4 /H5 /H6 /LBody /Caption /TH /TD /NonStruct".split())
#: Elements that group others (ISO 32000-1 §14.8.4.2, §14.8.4.4).
_SAYING_NOTHING = frozenset({"/Span", "/NonStruct"})
#: What such an element has that says nothing of its own.
_ALONE = {"Type", "S", "K", "Pg", "P"}


@contextmanager
def without_spans(weasyprint: Any) -> Iterator[None]:  # noqa: ANN401 - WeasyPrint has no types
    """Words belong to their paragraph, heading or link at once, without an element for each line of them.

    WeasyPrint makes a ``Span`` for every line, half of all elements of a book, that says nothing: ISO 32000-1 §14.7.4
    has an element hold marked content itself. So with what only stands round other elements. It changes what is
    written, so a book in one document keeps its spans.
    """
    tags = weasyprint.pdf.tags
    before = tags._build_box_tree  # noqa: SLF001 - it calls itself by this name, and there is no other door

    def build(box: Any, parent: Any, pdf: Any, *others: Any) -> Iterator[Any]:  # noqa: ANN401 - as above
        for element in before(box, parent, pdf, *others):
            if element["S"] in _HOLDING:
                element["K"][:] = [each for kid in element["K"] for each in _held(element, kid, pdf.objects, others[1])]
            yield from _without_wrapping(element, pdf.objects)

    if is_known():
        tags._build_box_tree = build  # noqa: SLF001 - as above
    try:
        yield
    finally:
        tags._build_box_tree = before  # noqa: SLF001 - as above


def _held(element: Any, kid: Any, objects: Any, numbers: dict[int, Any]) -> list[Any]:  # noqa: ANN401 - as above
    """What an element holds in place of a kid: what is in that, where it says nothing of its own."""
    inner = _element(kid, objects)
    if inner is None or not _says_nothing(inner):
        return [kid]
    words = [each for each in inner["K"] if isinstance(each, int)]
    elements = [_element(each, objects) for each in inner["K"] if not isinstance(each, int)]
    if None in elements:
        return [kid]
    numbers.update(dict.fromkeys(words, element.reference))
    for each in elements:
        each["P"] = element.reference
    return list(inner["K"])


def _without_wrapping(element: Any, objects: Any) -> Iterator[Any]:  # noqa: ANN401 - as above
    """An element; or those in it, where it says nothing of its own and holds nothing else."""
    inside = [_element(kid, objects) for kid in element["K"]]
    if not inside or None in inside or not _says_nothing(element):
        yield element
        return
    for inner in inside:
        inner["P"] = element["P"]
        yield inner


def _says_nothing(element: Any) -> bool:  # noqa: ANN401 - as above
    return element["S"] in _SAYING_NOTHING and element.keys() == _ALONE


def _element(kid: Any, objects: Any) -> Any:  # noqa: ANN401 - as above
    """The element that a kid is a reference to, if it is one."""
    found = objects[int(kid.split()[0])] if isinstance(kid, bytes) else None
    return found if isinstance(found, dict) and found.get("Type") == "/StructElem" else None
