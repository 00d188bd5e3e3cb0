"""What the structure of a PDF tells beside the words: languages, and where links lead.

Before: WeasyPrint writes the language of the document and of nothing in it, and describes a link inside the book by the
name of its target. After :func:`tell_more`: every structure element that is made for an HTML element with a ``lang``
has a ``/Lang`` (ISO 32000-1 §14.9.2), which holds for all that it contains; and a link is described (``/Contents``,
ISO 14289-1 §7.18.5) by its title and its address, inside the book by its title or its words. After :func:`link_once`:
what stands inside a link's words, such as an emoji, is no link of its own, which would be none in the structure. With a
WeasyPrint that builds its structure otherwise nothing is changed.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any

from threadbound.rendering.places import BASE

#: Not these: the document's language stands in the catalogue.
_WHOLE = frozenset({"html", "body"})
#: Elements that stand inside a line: the link round them has their place too.
_INLINE = frozenset({"span", "b", "i"})


def tell_more(tags: Any, string: type) -> None:  # noqa: ANN401 - WeasyPrint has no types
    """Have the builder in ``tags`` (``weasyprint.pdf.tags``) write what it leaves out, as ``string`` (of pydyf)."""
    original: Any = getattr(tags, "_build_box_tree", None)
    if not inspect.isgeneratorfunction(original) or next(iter(inspect.signature(original).parameters)) != "box":
        return

    def build(box: Any, *others: Any) -> Iterator[Any]:  # noqa: ANN401 - as above
        placed = getattr(box, "_box", box)  # an absolutely placed box stands behind a placeholder
        language = _language(placed)
        if description := _description(placed):
            placed.link_annotation["Contents"] = string(description)
        for element in original(box, *others):
            if language:
                element["Lang"] = string(language)
            yield element

    tags._build_box_tree = build  # noqa: SLF001 - it calls itself by this name, and there is no other door


def link_once(document: Any) -> None:  # noqa: ANN401 - as above
    """Have ``document`` (``weasyprint.document``) find no links in the words of links."""
    original: Any = getattr(document, "gather_anchors", None)
    if not callable(original) or list(inspect.signature(original).parameters)[:3] != ["box", "anchors", "links"]:
        return

    def gather(box: Any, anchors: Any, links: list[Any], *others: Any) -> None:  # noqa: ANN401 - as above
        original(box, anchors, links, *others)
        links[:] = [link for link in links if getattr(link[3].element, "tag", "") not in _INLINE]

    document.gather_anchors = gather


def _language(box: Any) -> str | None:  # noqa: ANN401 - as above
    element = getattr(box, "element", None)
    return None if element is None or element.tag in _WHOLE else element.attrib.get("lang")


def _description(box: Any) -> str | None:  # noqa: ANN401 - as above
    """What to say of a box's link instead of what WeasyPrint says, if there is one and it is worth saying."""
    annotation, element = getattr(box, "link_annotation", None), getattr(box, "element", None)
    if not annotation or element is None:
        return None
    title = element.attrib.get("title")
    if "Dest" in annotation or annotation["A"]["URI"].string.startswith(BASE):
        return title or " ".join("".join(element.itertext()).split())
    return f"{title}, {annotation['A']['URI'].string}" if title else None
