"""A page as a small tree of our own.

Before: markup from anywhere, broken and hostile. After: :class:`Element` objects that hold what stood in the page, in
its order, for any depth. lxml reads, and calls :class:`_Tree` for each tag; the adapters see nothing of it. Nothing
here or above recurses.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Container, Iterator, Mapping
from contextlib import suppress

from lxml import etree
from msgspec import Struct, field

from threadbound.model.text import clean

#: Elements whose content is never read as words.
SILENT = frozenset({"script", "style", "template", "noscript", "svg", "head", "title"})
#: Elements of a page; one with a thousand posts has 25,000.
LIMIT = 300_000
_SPACES = re.compile("[ \t\n\r\f]+")


class Element(Struct, eq=False):
    """One element: its name in lower case, its attributes, and its children in order."""

    tag: str
    attributes: dict[str, str]
    children: list[Element | str] = field(default_factory=list)

    def get(self, name: str) -> str:
        """The attribute without outer spaces; empty where it is missing."""
        return self.attributes.get(name, "").strip()

    @property
    def classes(self) -> frozenset[str]:
        """The words of the ``class`` attribute."""
        return _classes(self.attributes.get("class", ""))

    def has(self, *names: str) -> bool:
        """Whether the element is of one of these classes."""
        value = self.attributes.get("class")
        return value is not None and not _classes(value).isdisjoint(names)

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


@functools.lru_cache(maxsize=1024)  # a page says the same few things of thousands of elements
def _classes(value: str) -> frozenset[str]:
    return frozenset(value.split())


class Page(Element, eq=False):
    """The root of a page's tree."""

    whole: bool = True
    """False if the page has more than :data:`LIMIT` elements: the rest was not read."""
    every: list[Element] = field(default_factory=list)
    """Its elements, in their order."""

    def walk(self) -> Iterator[Element]:
        """The elements of the page, in its order."""
        return iter(self.every)


@functools.lru_cache(maxsize=1)  # a page is recognised, then read
def parse(markup: str) -> Page:
    """The page in ``markup``. Any text gives a tree, if only an empty one. Nobody may change it: it is kept."""
    readable = _readable(markup)  # a lone surrogate would end the parser's reading
    bounded = _bounded(readable)
    tree = _Tree(Page("", {}, whole=len(bounded) == len(readable)))
    # Without lxml's limits on depth and on the length of a text; since it builds no tree of its own, nor is that bound
    # to 2,048 levels.
    parser = etree.HTMLParser(target=tree, recover=True, huge_tree=True)  # type: ignore[arg-type] # no bytes come from text
    with suppress(etree.ParserError, etree.XMLSyntaxError):  # there is nothing in it
        parser.feed(bounded)
        parser.close()
    return tree.page


class _Tree:
    """What lxml's parser calls."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self._open: list[Element] = [page]
        self._words: list[str] = []

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""
        self._end_words()
        element = Element(tag.lower(), {name: _readable(value) for name, value in attributes.items()})
        self.page.every.append(element)
        self._open[-1].children.append(element)
        self._open.append(element)

    def end(self, tag: str) -> None:
        """An element ends, and with it what was never closed in it; one that never began does not."""
        self._end_words()
        for place in range(len(self._open) - 1, 0, -1):
            if self._open[place].tag == tag.lower():
                del self._open[place:]
                return

    def data(self, words: str) -> None:
        """Words, or a part of them."""
        self._words.append(words)

    def comment(self, _words: str) -> None:
        """What nobody reads parts the words all the same."""
        self._end_words()

    def pi(self, _target: str, _words: str | None = None) -> None:
        """As a comment."""
        self._end_words()

    def doctype(self, *_names: str | None) -> None:
        """As a comment."""
        self._end_words()

    def close(self) -> None:
        """The page ends."""
        self._end_words()

    def _end_words(self) -> None:
        if self._words:
            self._open[-1].children.append(_readable("".join(self._words)))
            self._words.clear()


def _readable(text: str) -> str:
    """``text`` without what no product may hold: before the parser in plain, after it from references (``&#xFFFE;``).

    A carriage return and a form feed are white space in HTML, but not to :func:`clean`.
    """
    return text if text.isprintable() else clean(text.replace("\r", "\n").replace("\f", " "))


def _bounded(markup: str) -> str:
    """``markup`` up to the tag that is one too many (a tag begins and ends: two of them an element)."""
    if markup.count("<") <= 2 * LIMIT:
        return markup
    position = 0
    for _ in range(2 * LIMIT):
        position = markup.index("<", position) + 1
    return markup[: position - 1]
