"""Pictures that just miss the foot of a page, made a little smaller so that no hole is left there.

WeasyPrint cannot let text run on past a figure: one that does not fit goes to the next page and leaves its place empty.
Before: WeasyPrint lays out page by page. Within :func:`no_holes` a page that would end more than :data:`HOLE` short
because a figure follows is laid out again with that figure smaller, never below :data:`SMALLEST` of its size; where
even that does not fit, the figure keeps its size. One page is made again, not the book: on most books it costs nothing.

It wraps one function of WeasyPrint's layout and reads the boxes that it gives; it changes widths and heights alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from threadbound.writers import footnotes

#: Part of a page's height that may stay empty.
HOLE = 0.12
#: How much smaller a figure may get, and by how much it is tried smaller still.
SMALLEST, STEP = 0.55, 0.94
#: Of a figure that is shrunk into a space: what its margins and caption take beside the pictures, at a first guess, as
#: parts of a line's height.
AROUND = 2.5
#: Height of a line of a caption, in lines of the text.
CAPTION_LINE = 0.75
#: Characters on a line of a caption.
CAPTION_WIDTH = 95


@contextmanager
def no_holes(weasyprint: Any) -> Iterator[None]:  # noqa: ANN401 - WeasyPrint has no types
    """Close holes in what WeasyPrint, which is given, lays out meanwhile."""
    layout = weasyprint.layout.page
    original = layout.remake_page

    def remake_page(index: int, context: Any, root: Any, html: Any) -> Any:  # noqa: ANN401 - as above
        notes = footnotes.waiting(context)

        def again() -> Any:  # noqa: ANN401 - as above
            footnotes.restore(context, notes)
            return original(index, context, root, html)

        made = original(index, context, root, html)
        try:
            closed = _closed(made, root, again)
        except Exception:  # noqa: BLE001 - boxes of a kind not known here cost no book: the page is as it was
            closed = again()
        return closed or made

    layout.remake_page = remake_page
    try:
        yield
    finally:
        layout.remake_page = original


def _closed(made: Any, root: Any, again: Callable[[], Any]) -> Any:  # noqa: ANN401 - as above
    """The page made again without its hole; ``None`` where it has none."""
    page, rest = made
    block, figure = _next_figure(root, rest)
    gap = page.height - _used(page) - footnotes.height(page) if figure is not None else 0.0
    if gap <= page.height * HOLE:
        return None
    for factor in _factors(block, figure, gap, root.style["font_size"]):
        with _scaled(figure, factor) as keep:
            tried, after = again()
            if _next_figure(root, after)[1] is not figure:
                keep()
                return tried, after
    return again()


def _next_figure(root: Any, rest: Any) -> tuple[Any, Any]:  # noqa: ANN401 - as above
    """The figure that the next page begins with, if it begins with one that is whole, or with a line that leads to it.

    It may be in a quoted post. First what is whole, then the figure; ``None`` where there is none.

    ``rest`` is where WeasyPrint goes on: ``{place of the child: {place of its child: … None}}``.
    """
    box = root
    while rest:
        if len(rest) != 1:  # the cells of a row, each with its own place
            return None, None
        ((place, rest),) = rest.items()
        siblings = getattr(box, "children", ())[place:]
        while rest is None and len(siblings) > 1 and "lead" in _classes(siblings[0]):
            siblings = siblings[1:]
        box = siblings[0] if siblings else None
        if box is None:
            return None, None
    if rest is not None or box is root:
        return None, None
    figures = [each for each in (box, *(box.children if _tag(box) == "blockquote" else ())) if _tag(each) == "figure"]
    is_known = len(figures) == 1 and not {"parts", "side", "lost"} & set(_classes(figures[0]))
    return (box, figures[0]) if is_known else (None, None)


def _tag(box: Any) -> str:  # noqa: ANN401 - as above
    """The name of the element that the box is made for; empty where there is none."""
    return str(getattr(getattr(box, "element", None), "tag", ""))


def _classes(box: Any) -> list[str]:  # noqa: ANN401 - as above
    """Of the element that the box is made for, if there is one."""
    element: Any = getattr(box, "element", None)
    return [] if element is None else (element.get("class") or "").split()


def _used(page: Any) -> float:  # noqa: ANN401 - as above
    """How far down the page's text block there is anything."""
    top = page.content_box_y()
    root = page.children[0]
    ends = (
        box.position_y + box.margin_height()
        for box in root.descendants()
        if not getattr(box, "children", ()) and box.position_y is not None and isinstance(box.height, int | float)
    )
    return float(max(ends, default=top) - top)


def _factors(block: Any, figure: Any, gap: float, line: float) -> Iterator[float]:  # noqa: ANN401 - as above
    """How much smaller to try the figure, the largest first; ``block`` is what goes to the next page with it."""
    words = "".join(block.element.itertext()).strip()
    caption = -(-len(words) // CAPTION_WIDTH) * CAPTION_LINE * line
    factor = min(0.99, (gap - AROUND * line - caption) / _rows(figure))
    factor = max(factor, SMALLEST) if factor > SMALLEST * STEP else factor
    while factor >= SMALLEST:
        yield factor
        factor *= STEP


def _rows(figure: Any) -> float:  # noqa: ANN401 - as above
    """The height of the figure's pictures: those in a row are of one height."""
    rows = [[_pixels(box.style["height"]) for box in _pictures(child)] for child in figure.children]
    return float(sum(max(row) for row in rows if row)) or 1.0


def _pixels(length: Any) -> float:  # noqa: ANN401 - as above
    """A length; nothing for what is none, such as ``auto``."""
    return float(length.value) if getattr(length, "unit", "") == "px" else 0.0


def _pictures(box: Any) -> Iterator[Any]:  # noqa: ANN401 - as above
    """The boxes in it whose width and height the program has set."""
    for inner in box.descendants():
        element: Any = getattr(inner, "element", None)
        if getattr(element, "tag", "") == "img" and element.get("style"):
            yield inner


@contextmanager
def _scaled(figure: Any, factor: float) -> Iterator[Any]:  # noqa: ANN401 - as above
    """The figure with its pictures smaller; they get their size back at the end unless it is kept."""
    sized = [*_pictures(figure), *(child for child in figure.children if child.element.get("style"))]
    styles = {id(box.style): box.style for box in sized}.values()
    before = [{name: style[name] for name in ("width", "height")} for style in styles]
    kept: list[bool] = []
    for style in styles:
        for name in ("width", "height"):
            length: Any = style[name]
            if getattr(length, "unit", "") == "px":  # and not "auto"
                style[name] = type(length)(length.value * factor, "px")
    try:
        yield lambda: kept.append(True)
    finally:
        if not kept:
            for style, sizes in zip(styles, before, strict=True):
                style.update(sizes)
