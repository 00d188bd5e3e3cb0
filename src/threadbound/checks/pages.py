"""One XHTML document of an EPUB, read for checking.

Before: its bytes. After: the words of every post in it, the ids that it defines, what it links to and what it loads.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree
from msgspec import Struct, field

from threadbound.checks.words import fold

#: Ids of posts: chapter, then place.
_POST = re.compile(r"(t\d+)-p(\d+)")
_XLINK = "{http://www.w3.org/1999/xlink}href"
_LINKS = frozenset({"a", "area"})
_LOADING = frozenset({"src", "srcset", "poster", "data", "background", "href", _XLINK})
#: Of ten elements one has any of these.
_NOTED = frozenset({"id", "style", *_LOADING})
#: Where a style sheet loads something: ``url(…)`` and ``@import "…"``.
_CSS_LOADS = re.compile(r"""url\(\s*["']?([^"')]*)|@import\s+["']([^"']*)""", re.IGNORECASE)

_HEADINGS = frozenset({"h1", "h2", "h3"})


class PostText(Struct):
    """The words between one post's anchor and the next."""

    chapter: str
    n: int
    parts: list[str] = field(default_factory=list)
    heading: list[str] = field(default_factory=list)
    """Those that stand in the chapter's heading."""

    def folded(self) -> tuple[str, list[int]]:
        """The words as they are compared, and where a heading ends in them."""
        head = fold("".join(self.heading))
        return head + fold("".join(self.parts)), [len(head)] if head else []


class Page(Struct):
    """What a document holds."""

    ids: set[str] = field(default_factory=set)
    posts: list[PostText] = field(default_factory=list)
    front: list[str] = field(default_factory=list)
    """Words before the first post; none where there is no post."""
    links: list[str] = field(default_factory=list)
    loads: list[str] = field(default_factory=list)


def read(data: bytes) -> Page:
    """Read a document.

    Raises:
        etree.XMLSyntaxError: it is not well-formed.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
    root = etree.fromstring(data, parser)
    page = Page()
    body = root.find("{*}body")
    for element in root.iter("*"):
        if not _NOTED.isdisjoint(element.keys()):
            _note(page, element)
    for style in root.iter("{*}style"):
        page.loads += css_loads(style.text or "")
    if body is not None:
        _words(page, body)
    return page


def css_loads(css: str) -> Iterator[str]:
    """The addresses that a style sheet loads."""
    for found in _CSS_LOADS.finditer(css):
        yield found[1] or found[2] or ""


def _note(page: Page, element: etree._Element) -> None:
    """Take down the id, the links and the loads of one element."""
    name = str(element.tag).rpartition("}")[2]
    attributes: dict[str, str] = dict(element.items())  # type: ignore[arg-type] # of what was parsed they are strings
    if uid := attributes.get("id"):
        page.ids.add(uid)
    if name in _LINKS:
        page.links += [value for key in ("href", _XLINK) if (value := attributes.get(key))]
    elif not _LOADING.isdisjoint(attributes):
        for key, value in attributes.items():
            if key in _LOADING and value:
                page.loads += _candidates(value) if key == "srcset" else [value]
    if style := attributes.get("style"):
        page.loads += css_loads(style)


def _candidates(srcset: str) -> list[str]:
    """The addresses in a ``srcset``; between two commas there may be none."""
    return [words[0] for part in srcset.split(",") if (words := part.split())]


def _words(page: Page, body: etree._Element) -> None:
    """Share out the words of the body among the posts, in reading order."""
    anchors = {uid: anchor for uid in page.ids if (anchor := _POST.fullmatch(uid))}
    if not anchors:  # as in an index of many thousand lines
        return
    into = page.front
    for event, element in etree.iterwalk(body, events=("start", "end", "comment", "pi")):
        if event == "start":
            if anchor := anchors.get(element.get("id", "")):
                page.posts.append(PostText(anchor[1], int(anchor[2])))
                into = page.posts[-1].heading if _is_heading(element) else page.posts[-1].parts
            into.append(element.text or "")
        else:
            if event == "end" and page.posts and into is page.posts[-1].heading and _is_heading(element):
                into = page.posts[-1].parts
            into.append(element.tail or "")


def _is_heading(element: etree._Element) -> bool:
    return etree.QName(element).localname in _HEADINGS
