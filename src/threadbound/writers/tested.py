"""Whether the WeasyPrint that is installed is built as the one that the books were tested with.

Several modules here reach into it, where it has no door. Where it is built otherwise they would change nothing, and
books would lack without a word what these add: languages, descriptions, notes, what is copied. So that is said first.
"""

from __future__ import annotations

import inspect
from typing import Any

from threadbound.errors import SomethingMissing

#: Where what is reached into begins with these parameters.
KNOWN = {
    "document.gather_anchors": ("box", "anchors", "links"),
    "pdf.tags._build_box_tree": ("box", "parent", "pdf"),
    "pdf.stream.Stream.marked": ("self", "box", "tag"),
    "draw.text.draw_first_line": ("stream", "textbox", "text_overflow", "block_ellipsis", "matrix"),
    "pdf.fonts.Font.__init__": ("self",),
    "pdf.fonts.Font._harfbuzz_subset": ("self", "to_unicode"),
    "pdf.fonts.Font._fonttools_subset": ("self", "to_unicode"),
    "layout.page.remake_page": ("index", "context", "root_box", "html"),
}


def refuse_others(weasyprint: Any) -> None:  # noqa: ANN401 - WeasyPrint has no types
    """End the work where something is not as it is known.

    Raises:
        SomethingMissing: with what differs.
    """
    for path, parameters in KNOWN.items():
        if not _is_known(weasyprint, path, parameters):
            found = f"WeasyPrint {weasyprint.VERSION} is not built as the one that this was tested with ({path})"
            raise SomethingMissing(f"{found}: pip install 'weasyprint>=70,<71'")


def _is_known(weasyprint: Any, path: str, parameters: tuple[str, ...]) -> bool:  # noqa: ANN401 - as above
    found = weasyprint
    for name in path.split("."):
        found = getattr(found, name, None)
    if not callable(found):
        return False
    return tuple(inspect.signature(inspect.unwrap(found)).parameters)[: len(parameters)] == parameters
