"""Notes at the foot of the page on which their numbers stand.

WeasyPrint lays out page by page. Where a line has no room, it may send notes of lines above it to the next page so that
a paragraph keeps enough lines together; the notes of that line itself it forgets.
Before: notes that are taken out of the text by ``float: footnote``. Within :func:`kept` a paragraph with such a note is
not divided, so that it goes to the next page with it, and the page is laid out again; a note for which there is no
room all the same goes to the foot of the next page. Every note is set once. Pages without notes are laid out as ever.

It wraps one function of WeasyPrint's layout, as :mod:`threadbound.writers.tuning` does.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

#: How often one page is laid out again: each time one more paragraph at least is kept together.
TIMES = 6
#: Lines that must stand together before a page may end: more than any paragraph has.
ALL_LINES = 9999


@contextmanager
def kept(weasyprint: Any) -> Iterator[None]:  # noqa: ANN401 - WeasyPrint has no types
    """Keep notes with their numbers in what WeasyPrint, which is given, lays out meanwhile."""
    layout = weasyprint.layout.page
    original = layout.remake_page

    def remake_page(index: int, context: Any, root: Any, html: Any) -> Any:  # noqa: ANN401 - as above
        notes = waiting(context)
        made = original(index, context, root, html)
        for _ in range(TIMES if notes[0] else 0):
            if not _keep_together(root, _late(made[0])):
                break
            restore(context, notes)
            made = original(index, context, root, html)
        _forget_none(made[0], context)
        return made

    layout.remake_page = remake_page
    try:
        yield
    finally:
        layout.remake_page = original


def waiting(context: Any) -> tuple[list[Any], list[Any]]:  # noqa: ANN401 - as above
    """The notes that a layout has not set yet: those to come, and those that the next page begins with."""
    return [*context.footnotes], [*context.reported_footnotes]


def restore(context: Any, notes: tuple[list[Any], list[Any]]) -> None:  # noqa: ANN401 - as above
    """Give a layout its notes back, before it lays out a page again."""
    context.footnotes, context.reported_footnotes = [*notes[0]], [*notes[1]]


def height(page: Any) -> float:  # noqa: ANN401 - as above
    """Of the notes at the page's foot, with the space over them."""
    foot = page.children[1]
    return float(foot.margin_height()) if foot.children else 0.0


def _late(page: Any) -> list[Any]:  # noqa: ANN401 - as above
    """Notes that are called on the page and do not stand on it."""
    standing = {id(note.element) for note in page.children[1].children}
    return [note for note in _called(page) if id(note.element) not in standing]


def _called(box: Any) -> Iterator[Any]:  # noqa: ANN401 - as above
    for inner in box.descendants():
        if getattr(inner, "footnote", None) is not None:
            yield inner.footnote


def _keep_together(root: Any, late: list[Any]) -> bool:  # noqa: ANN401 - as above
    """Let no page end in the paragraphs that call these notes; whether one could before."""
    elements = {id(note.element) for note in late}
    divided = [
        box.style
        for box in (root.descendants() if late else ())
        if _has_lines(box) and box.style["orphans"] != ALL_LINES and _calls(box, elements)
    ]
    for style in divided:
        style["orphans"] = ALL_LINES
    return bool(divided)


def _has_lines(box: Any) -> bool:  # noqa: ANN401 - as above
    return any(type(child).__name__ == "LineBox" for child in getattr(box, "children", ()))


def _calls(box: Any, elements: set[int]) -> bool:  # noqa: ANN401 - as above
    return any(id(note.element) in elements for note in _called(box))


def _forget_none(page: Any, context: Any) -> None:  # noqa: ANN401 - as above
    """Have the next page begin with every note that did not come to stand on this one."""
    known = {id(note.element) for note in context.reported_footnotes}
    lost = [note for note in _late(page) if id(note.element) not in known]
    found = {id(note.element) for note in lost}
    context.reported_footnotes += lost
    context.footnotes = [note for note in context.footnotes if id(note.element) not in found]
