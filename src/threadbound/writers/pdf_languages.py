"""The language of each passage, in the structure of a PDF.

Before: WeasyPrint writes the language of the document and of nothing in it. After :func:`mark_languages`: every
structure element that is made for an HTML element with a ``lang`` has a ``/Lang`` (ISO 32000-1 §14.9.2), which holds
for all that it contains. With a WeasyPrint that builds its structure otherwise nothing is changed.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any

#: Not these: the document's language stands in the catalogue.
_WHOLE = frozenset({"html", "body"})


def mark_languages(tags: Any, string: type) -> None:  # noqa: ANN401 - WeasyPrint has no types
    """Have the builder in ``tags`` (``weasyprint.pdf.tags``) write languages as ``string`` (``pydyf.String``)."""
    original: Any = getattr(tags, "_build_box_tree", None)
    if not inspect.isgeneratorfunction(original) or next(iter(inspect.signature(original).parameters)) != "box":
        return

    def build(box: Any, *others: Any) -> Iterator[Any]:  # noqa: ANN401 - as above
        language = _language(getattr(box, "_box", box))  # an absolutely placed box stands behind a placeholder
        for element in original(box, *others):
            if language:
                element["Lang"] = string(language)
            yield element

    tags._build_box_tree = build  # noqa: SLF001 - it calls itself by this name, and there is no other door


def _language(box: Any) -> str | None:  # noqa: ANN401 - as above
    element = getattr(box, "element", None)
    return None if element is None or element.tag in _WHOLE else element.attrib.get("lang")
