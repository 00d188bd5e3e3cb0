"""A page as a small tree of our own.

Before: markup from anywhere, broken and hostile. After: :class:`Element` objects that hold what stood in the page, in
its order, for any depth. BeautifulSoup reads, over lxml; the adapters see neither it nor its ``None``. Nothing here or
above recurses.
"""

from __future__ import annotations

import functools
import re
import sys
import warnings
from collections.abc import Container, Iterator

from lxml import etree
from msgspec import Struct, field

from threadbound.model.text import clean

# BeautifulSoup brings along selectors of CSS and a guesser of charsets. It can do without, nothing here uses them, and
# importing them takes longer than importing all the rest of it.
_UNUSED = {name: sys.modules.get(name) for name in ("soupsieve", "charset_normalizer", "chardet", "cchardet")}
sys.modules.update(dict.fromkeys(_UNUSED))  # type: ignore[arg-type] # None: "there is no such module"
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from bs4 import BeautifulSoup, Tag
    from bs4.builder._lxml import LXMLTreeBuilder
    from bs4.element import NavigableString
for _name, _module in _UNUSED.items():
    sys.modules.pop(_name)
    if _module is not None:
        sys.modules[_name] = _module

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
    if text.isprintable() and "  " not in text:  # most are so, and stay as they are
        return text
    return _SPACES.sub(" ", clean(text))


@functools.lru_cache(maxsize=1024)  # a page says the same few things of thousands of elements
def _classes(value: str) -> frozenset[str]:
    return frozenset(value.split())


class Page(Element, eq=False):
    """The root of a page's tree."""

    whole: bool = True
    """False if the page has more than :data:`LIMIT` elements: the rest was not read."""
    every: list[Element] = field(default_factory=list)
    """Its elements in their order, once they have been asked for."""

    def walk(self) -> Iterator[Element]:
        """The elements of the page, in its order: its head is looked through many times."""
        if not self.every:
            self.every.extend(Element.walk(self))
        return iter(self.every)


@functools.lru_cache(maxsize=1)  # a page is recognised, then read
def parse(markup: str) -> Page:
    """The page in ``markup``. Any text gives a tree, if only an empty one. Nobody may change it: it is kept."""
    readable = _readable(markup)  # a lone surrogate would end the parser's reading
    bounded = _bounded(readable)
    page = Page("", {}, whole=len(bounded) == len(readable))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # BeautifulSoup asks whether a short text is not rather a file's name
        soup = _Soup(bounded, page)
    soup.tagStack.clear()  # it is itself the first, and open: the page would stay until Python looks for garbage
    del soup.currentTag
    return page


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


class _Tag(Tag):
    """What BeautifulSoup knows of an element while it reads: its name, and which of ours it is."""

    def __init__(self, name: str, element: Element) -> None:
        self.name, self.prefix, self.contents = name, None, []
        self.element = element


class _Soup(BeautifulSoup):
    """Has a tree of ours grow while it reads; to tie each of its own elements to its neighbours takes much longer."""

    currentTag: _Tag  # noqa: N815 - bs4's name; there is one while it reads

    def __init__(self, markup: str, page: Page) -> None:
        self.element = page
        super().__init__(markup, builder=_Lxml())

    def reset(self) -> None:
        """It begins, or begins once more with the same markup as other bytes."""
        self.element.children.clear()
        super().reset()

    def pushTag(self, tag: Tag) -> None:  # noqa: N802 - bs4's name
        """An element is open; what it is part of need not know it, and no white space is kept as it is."""
        self.tagStack.append(tag)
        self.currentTag = tag  # type: ignore[assignment] # the first is this tree itself
        self.open_tag_counter[tag.name] += 1

    def popTag(self) -> Tag | None:  # noqa: N802 - bs4's name
        """The element that was opened last is not open any more; the tree itself always is."""
        self.open_tag_counter[self.tagStack.pop().name] -= 1
        self.currentTag = self.tagStack[-1]  # type: ignore[assignment] # likewise
        return self.currentTag

    def handle_starttag(  # type: ignore[override] # lxml's attributes, and no place in the page
        self, name: str, _namespace: object, _prefix: object, attributes: dict[str, str]
    ) -> Tag:
        """An element is the last thing in the one that is open, and open itself."""
        self.endData()
        element = Element(name.lower(), {key: _readable(value) for key, value in attributes.items()})
        self.currentTag.element.children.append(element)
        tag = _Tag(name, element)
        self.pushTag(tag)
        return tag

    def handle_endtag(self, name: str, nsprefix: str | None = None) -> None:
        """Most elements end while they are the last that was opened."""
        self.endData()
        if self.currentTag.name == name:
            self.popTag()
        else:
            self._popToTag(name, nsprefix)

    def endData(self, containerClass: type[NavigableString] | None = None) -> None:  # noqa: N802, N803 - bs4's names
        """The words since the last tag are one piece; comments, declarations and their like are none."""
        if self.current_data:
            if containerClass is None:
                self.currentTag.element.children.append(_readable("".join(self.current_data)))
            self.current_data = []


class _Lxml(LXMLTreeBuilder):
    """BeautifulSoup's way to lxml: without lxml's limits on depth and on the length of a text, and without namespaces,
    which no HTML has, and kinds of words and of white space, which nothing here asks for.
    """

    soup: BeautifulSoup  # there is one while it reads

    def __init__(self) -> None:
        super().__init__(preserve_whitespace_tags=set(), string_containers={})

    def parser_for(self, encoding: str | None) -> etree.HTMLParser:
        """The parser, which calls this builder back for each tag: so its limit of 2,048 levels does not apply."""
        return etree.HTMLParser(target=self, strip_cdata=False, recover=True, encoding=encoding, huge_tree=True)  # type: ignore[arg-type] # no bytes come from text

    def start(self, tag: str, attributes: dict[str, str]) -> None:  # type: ignore[override] # likewise
        """An element begins."""
        self.soup.handle_starttag(tag, None, None, attributes)

    def data(self, data: str) -> None:  # type: ignore[override] # likewise
        """Words, or a part of them."""
        self.soup.current_data.append(data)

    def end(self, tag: str) -> None:  # type: ignore[override] # likewise
        """An element ends, or seems to."""
        self.soup.handle_endtag(tag)
