"""What the structure of a PDF tells beside the words: languages, and where links lead.

Before: WeasyPrint writes the language of the document and of nothing in it, and describes a link inside the book by the
name of its target, and notes at the foot of a page are spans. After :func:`tell_more`: every structure element that is
made for an HTML element with a ``lang`` has a ``/Lang`` (ISO 32000-1 §14.9.2), which holds for all that it contains; a
link is described (``/Contents``, ISO 14289-1 §7.18.5) by its title and its address, inside the book by its title or its
words; and such a note is a ``Note`` with an ``/ID`` of its own (ISO 14289-1 §7.9). After :func:`link_once`: what
stands in the words of a link, such as an emoji, is no link of its own, which no tag would belong to (ISO 14289-1
§7.18.5). With a WeasyPrint that builds its structure otherwise nothing is changed.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Iterator
from typing import Any

from threadbound.rendering.places import BASE

#: Not these: the document's language stands in the catalogue.
_WHOLE = frozenset({"html", "body"})
#: Elements in the words of a link: the place of the link round them is theirs too.
_IN_WORDS = frozenset({"span", "b", "i"})


def tell_more(tags: Any, string: type) -> None:  # noqa: ANN401 - WeasyPrint has no types
    """Have the builder in ``tags`` (``weasyprint.pdf.tags``) write what it leaves out, as ``string`` (of pydyf)."""
    original: Any = getattr(tags, "_build_box_tree", None)
    if not inspect.isgeneratorfunction(original) or next(iter(inspect.signature(original).parameters)) != "box":
        return

    @functools.wraps(original)
    def build(box: Any, *others: Any) -> Iterator[Any]:  # noqa: ANN401 - as above
        placed = getattr(box, "_box", box)  # an absolutely placed box stands behind a placeholder
        language = _language(placed)
        if description := _description(placed):
            placed.link_annotation["Contents"] = string(description)
        for element in original(box, *others):
            if language:
                element["Lang"] = string(language)
            if name := _note(placed):
                element["S"], element["ID"] = "/Note", string(name)
            yield element

    tags._build_box_tree = build  # noqa: SLF001 - it calls itself by this name, and there is no other door


def link_once(document: Any) -> None:  # noqa: ANN401 - as above
    """Have ``document`` (``weasyprint.document``) find no links in the words of links."""
    original: Any = getattr(document, "gather_anchors", None)
    if not callable(original) or list(inspect.signature(original).parameters)[:3] != ["box", "anchors", "links"]:
        return

    @functools.wraps(original)
    def gather(box: Any, anchors: Any, links: list[Any], *others: Any) -> None:  # noqa: ANN401 - as above
        original(box, anchors, links, *others)
        links[:] = [link for link in links if getattr(link[3].element, "tag", "") not in _IN_WORDS]

    document.gather_anchors = gather


def _language(box: Any) -> str | None:  # noqa: ANN401 - as above
    element = getattr(box, "element", None)
    return None if element is None or element.tag in _WHOLE else element.attrib.get("lang")


def _note(box: Any) -> str | None:  # noqa: ANN401 - as above
    """The name of the note at the foot of a page that the box is, if it is one; its place in the text is none."""
    element = getattr(box, "element", None)
    if element is None or box.element_tag != "span" or element.attrib.get("class") != "fn":
        return None
    name: str | None = element.attrib.get("id")
    return name


def _description(box: Any) -> str | None:  # noqa: ANN401 - as above
    """What to say of a box's link instead of what WeasyPrint says, if there is one and it is worth saying."""
    annotation, element = getattr(box, "link_annotation", None), getattr(box, "element", None)
    if not annotation or element is None:
        return None
    title = element.attrib.get("title")
    if "Dest" in annotation or annotation["A"]["URI"].string.startswith(BASE):
        return title or " ".join("".join(element.itertext()).split())
    return f"{title}, {annotation['A']['URI'].string}" if title else None
