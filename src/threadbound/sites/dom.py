"""A page as a small tree of our own.

Before: markup from anywhere, broken and hostile. After: :class:`Element` objects that hold what stood in the page, in
its order, for any depth. lxml reads (it calls back for each tag, so its limit of 2,048 levels, beyond which it drops
the rest of a page without a word, does not apply); nothing here or above recurses.

Measured on a page of 102 posts: BeautifulSoup over lxml 35 ms, this 4 ms.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from contextlib import suppress
from dataclasses import dataclass, field

from lxml import etree

from threadbound.model.text import clean

#: Elements whose content is never read as words.
SILENT = frozenset({"script", "style", "template", "noscript", "svg", "head", "title"})
#: Elements of a page; one with a thousand posts has 25,000.
LIMIT = 300_000
_SPACES = re.compile("[ \t\n\r\f]+")


@dataclass(slots=True, eq=False)
class Element:
    """One element: its name in lower case, its attributes, and its children in order."""

    tag: str
    attributes: dict[str, str] = field(repr=False)
    children: list[Element | str] = field(default_factory=list, repr=False)

    def get(self, name: str) -> str:
        """The attribute without outer spaces; empty where it is missing."""
        return self.attributes.get(name, "").strip()

    @property
    def classes(self) -> frozenset[str]:
        """The words of the ``class`` attribute."""
        return frozenset(self.attributes.get("class", "").split())

    def has(self, *names: str) -> bool:
        """Whether the element is of one of these classes."""
        return "class" in self.attributes and not self.classes.isdisjoint(names)

    def walk(self) -> Iterator[Element]:
        """The elements inside, in the page's order, this one not among them."""
        stack = self.children[::-1]
        while stack:
            node = stack.pop()
            if isinstance(node, Element):
                yield node
                stack.extend(reversed(node.children))

    def all(self, tag: str = "", *classes: str) -> Iterator[Element]:
        """The elements inside of this name (any, if empty) and of one of these classes (any, if none is given)."""
        for element in self.walk():
            if (not tag or element.tag == tag) and (not classes or element.has(*classes)):
                yield element

    def first(self, tag: str = "", *classes: str) -> Element | None:
        """The first of :meth:`all`, if there is one."""
        return next(self.all(tag, *classes), None)

    def text(self, without: Container[Element] = ()) -> str:
        """The words inside on one line, as a reader sees them; not those of the elements ``without``."""
        return self.lines(without).replace("\n", " ")

    def lines(self, without: Container[Element] = ()) -> str:
        """The words inside, with a line feed for each ``<br>``; pictures of emoji as their characters."""
        parts: list[str] = []
        stack = self.children[::-1]
        while stack:
            node = stack.pop()
            if isinstance(node, str):
                parts.append(squeeze(node))
            elif node.tag == "br":
                parts.append("\n")
            elif is_emoji(node):
                parts.append(node.get("alt"))
            elif node.tag not in SILENT and node not in without:
                stack.extend(reversed(node.children))
        lines = "".join(parts).split("\n")
        return "\n".join(squeeze(line).strip(" ") for line in lines).strip("\n")


def pruned(element: Element, without: Container[Element], until: Container[Element]) -> Element:
    """``element`` without those inside, and without anything from the first of ``until`` on."""
    if not any(each in without or each in until for each in element.walk()):
        return element
    copy = Element(element.tag, element.attributes)
    stack: list[tuple[Element | str, Element]] = [(child, copy) for child in reversed(element.children)]
    while stack:
        node, parent = stack.pop()
        if isinstance(node, str):
            parent.children.append(node)
        elif node in until:
            break
        elif node not in without:
            twin = Element(node.tag, node.attributes)
            parent.children.append(twin)
            stack.extend((child, twin) for child in reversed(node.children))
    return copy


def is_emoji(element: Element) -> bool:
    """Whether this is a picture that stands for a character."""
    if element.tag != "img" or not element.get("alt"):
        return False
    return element.has("emoji", "twemoji") or "/emoji/" in element.get("src")


def squeeze(text: str) -> str:
    """``text`` with each run of white space as one space, without what no book could print; no-break spaces stay."""
    return _SPACES.sub(" ", clean(text))


@dataclass(slots=True, eq=False)
class Page(Element):
    """The root of a page's tree."""

    whole: bool = True
    """False if the page has more than :data:`LIMIT` elements: the rest was not read."""


def parse(markup: str) -> Page:
    """The page in ``markup``. Any text gives a tree, if only an empty one."""
    builder = _Builder()
    # These are white space in HTML, but not to `clean`; and a lone surrogate would end the parser's reading.
    readable = clean(markup.replace("\r", "\n").replace("\f", " "))
    if readable.strip():
        parser = etree.HTMLParser(target=builder, huge_tree=True, recover=True, encoding="utf-8")
        with suppress(_TooMany):
            etree.fromstring(readable.encode(), parser)
    return builder.root


class _TooMany(Exception):
    """The page has more elements than will be read."""


class _Builder:
    """What lxml's parser calls: one tree grows from ``root``."""

    def __init__(self) -> None:
        self.root = Page("", {})
        self._open: list[Element] = [self.root]
        self._count = 0

    def start(self, tag: str | bytes, attrib: dict[str | bytes, str | bytes]) -> None:
        """An element begins."""
        self._count += 1
        if self._count > LIMIT:
            self.root.whole = False
            raise _TooMany
        element = Element(_str(tag).lower(), {_str(name): clean(_str(value)) for name, value in attrib.items()})
        self._open[-1].children.append(element)
        self._open.append(element)

    def end(self, tag: str | bytes) -> None:  # noqa: ARG002 - the signature that lxml calls
        """The element ends."""
        if len(self._open) > 1:
            self._open.pop()

    def data(self, data: str | bytes) -> None:
        """Words."""
        self._open[-1].children.append(_str(data))

    def comment(self, text: str | bytes) -> None:
        """Nothing for a reader."""

    def close(self) -> Element:
        """The page ends."""
        return self.root


def _str(value: str | bytes) -> str:
    """What lxml gives is text; its annotations are wider."""
    return value if isinstance(value, str) else value.decode(errors="replace")
