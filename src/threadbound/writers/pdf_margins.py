"""What stands in the margins of a piece's pages, apart from them: for a left and for a right page, without numbers.

Before: WeasyPrint lays out the margins of each page as its place in the document wants them. Within :func:`kept_apart`
the pages have none; they are kept beside it, for either side, with a number in place of the page's that nobody else
prints. :func:`painted` gives their operators.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from msgspec import Struct

from threadbound.joining.operators import taken_apart
from threadbound.joining.piece import Operators
from threadbound.writers.pdf_numbers import HEADS, Head

SIDES = ("left", "right")
_KEPT = "threadbound_margins"


class Margins(Struct, frozen=True):
    """What stands round a page that is on one side."""

    boxes: tuple[Any, ...]
    """Laid out by WeasyPrint."""
    shift: float
    """Pixels that the page's own content moves to the right, to be on this side."""
    moves: bool
    """Whether the content is the same on this side but for that."""


@contextmanager
def kept_apart(weasyprint: Any) -> Iterator[None]:  # noqa: ANN401 - WeasyPrint has no types
    """Keep the margins of what WeasyPrint, which is given, lays out meanwhile beside the pages."""
    document, layout = weasyprint.document, weasyprint.layout
    lay_out, make = document.layout_document, layout.make_margin_boxes
    known: dict[object, dict[str, Margins]] = {}

    def layout_document(html: Any, root: Any, context: Any, *more: Any) -> Iterator[Any]:  # noqa: ANN401 - as above
        context.threadbound_html = html
        return lay_out(html, root, context, *more)  # type: ignore[no-any-return]

    def make_margin_boxes(context: Any, page: Any, state: Any) -> Iterator[Any]:  # noqa: ANN401 - as above
        key = _alike(context, page, state)
        if key not in known:
            known[key] = {side: _margins(make, context, page, state, side) for side in SIDES}
        setattr(page, _KEPT, known[key])
        return iter(())

    document.layout_document, layout.make_margin_boxes = layout_document, make_margin_boxes
    try:
        yield
    finally:
        document.layout_document, layout.make_margin_boxes = lay_out, make


def of(page: Any) -> dict[str, Margins]:  # noqa: ANN401 - as above
    """The margins of a laid-out page, by side."""
    return getattr(page, _KEPT)  # type: ignore[no-any-return]


def painted(page: Any, margins: Margins, stream: Any, scale: float) -> Operators:  # noqa: ANN401 - as above
    """The operators that draw margins round a ``weasyprint.document.Page``.

    Args:
        page: in whose document fonts are noted.
        margins: one of its sides.
        stream: on which the page itself was drawn.
        scale: points a pixel.
    """
    from weasyprint.draw import draw_stacking_context  # noqa: PLC0415 - only beside WeasyPrint
    from weasyprint.stacking import StackingContext  # noqa: PLC0415 - as above

    if not margins.boxes:
        return ()
    drawn = stream.clone(tags=None)
    drawn.transform(d=-1, f=page.height * scale)
    with drawn.stacked():
        drawn.transform(a=scale, d=scale)
        for box in margins.boxes:
            draw_stacking_context(drawn, StackingContext.from_box(box, page._page_box))  # noqa: SLF001 - no other door
    return taken_apart(b"\n".join(_written(drawn)))


def _written(stream: Any) -> Iterator[bytes]:  # noqa: ANN401 - as above
    from pydyf import _to_bytes  # noqa: PLC0415 - only beside WeasyPrint

    return map(_to_bytes, stream.stream)


def _margins(make: Any, context: Any, page: Any, state: Any, side: str) -> Margins:  # noqa: ANN401 - as above
    from weasyprint.layout.background import layout_box_backgrounds  # noqa: PLC0415 - only beside WeasyPrint

    there = page if page.page_type.side == side else _mirrored(context, page, side)
    boxes: tuple[Any, ...] = ()
    for head in HEADS:
        depth, values, scopes, groups = state
        values = {**values, "page": [head.page], "pages": [head.pages]}
        boxes = tuple(make(context, there, (depth, values, scopes, groups)))
        if head.fits(box.style["content"] for box in boxes):
            _note(boxes, head)
            break
    for box in boxes:
        layout_box_backgrounds(there, box, context.get_image_from_uri)
    moves = _size(there) == _size(page)
    return Margins(boxes, there.content_box_x() - page.content_box_x(), moves)


def _alike(context: Any, page: Any, state: Any) -> object:  # noqa: ANN401 - as above
    """What decides the margins of a page; those of a chapter's pages are all alike, but for its first."""
    at, kind = context.current_page, page.page_type
    sheets = [sheet for sheet, *_ in context.style_for._sheets]  # noqa: SLF001 - there is no other door
    is_counted = any(selector[2].index for sheet in sheets for rule in sheet.page_rules for selector in rule[1])
    if is_counted or any(context.running_elements.values()):
        return at
    strings = tuple(
        (name, tuple(found.get(at, ())), max((k for k in found if k < at), default=0))
        for name, found in sorted(context.string_set.items())
    )
    counters = tuple(sorted((name, tuple(value)) for name, value in state[1].items() if name not in ("page", "pages")))
    return kind.blank, kind.name, kind.side, kind.index == 0, strings, counters, _size(page)


def _note(boxes: tuple[Any, ...], head: Head) -> None:
    """Say of the texts in margins that count pages how they are set, for whoever draws them."""
    for box in boxes:
        content = box.style["content"]
        if not isinstance(content, tuple) or all(kind != "counter()" for kind, *_ in content):
            continue  # its words are the thread's: what they may look like a number of ours
        for text in box.descendants():
            if isinstance(getattr(text, "text", None), str):
                text.threadbound_head = head
                text.threadbound_align = box.style["text_align_all"]


def _size(page: Any) -> tuple[float, ...]:  # noqa: ANN401 - as above
    found = (page.width, page.height, page.content_box_y(), page.margin_width(), page.margin_height())
    return tuple(round(length, 3) for length in found)


def _mirrored(context: Any, page: Any, side: str) -> Any:  # noqa: ANN401 - as above
    """The page box as it would be on the other side."""
    from weasyprint.formatting_structure.boxes import PageBox  # noqa: PLC0415 - only beside WeasyPrint
    from weasyprint.layout import page as pages  # noqa: PLC0415 - as above

    kind = page.page_type._replace(side=side)
    pages.set_page_type_computed_styles(kind, context.threadbound_html, context.style_for)
    mirrored = PageBox(kind, context.style_for(kind))
    wide, high = mirrored.style["size"]
    pages.resolve_percentages(mirrored, (wide, high))
    mirrored.position_x = mirrored.position_y = 0
    pages.page_width(mirrored, context, wide)
    pages.page_height(mirrored, context, high)
    mirrored.children = page.children
    return mirrored
