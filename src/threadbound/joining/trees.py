"""The trees of a book: its outline, and the names of its places.

Before: entries in order. After: they are in the file, as readers' software looks them up (ISO 32000-1 §7.9.6, §12.3.3).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct, field

from threadbound.joining import written
from threadbound.joining.pdf_file import PdfFile

#: Names, and pages, under one node.
_LEAF = 128


class Target(Struct, frozen=True):
    """A point of the book."""

    page: int
    """Number of the page's object."""
    x: float
    y: float

    @property
    def place(self) -> bytes:
        """What follows the page in a destination; how much of it is shown does not change."""
        return b"/XYZ %b %b 0" % (written.number(self.x), written.number(self.y))

    @property
    def written(self) -> bytes:
        """A destination."""
        return b"[%d 0 R%b]" % (self.page, self.place)


class Entry(Struct):
    """An entry of the outline."""

    level: int
    title: str
    target: Target
    number: int = 0
    inner: list[Entry] = field(default_factory=list)

    def count(self) -> int:
        """How many entries are under it."""
        return sum(1 + entry.count() for entry in self.inner)


def outline(file: PdfFile, entries: Iterable[Entry]) -> int | None:
    """Write the outline; gives its number, or nothing where it is empty."""
    top = Entry(0, "", Target(0, 0, 0), file.number())
    above = [top]
    for entry in entries:
        entry.number = file.number()
        while above[-1].level >= entry.level:
            above.pop()
        above[-1].inner.append(entry)
        above.append(entry)
    if not top.inner:
        return None
    file.add(b"<</Type/Outlines%b>>" % _inside(top), top.number, "outline")
    _put(file, top)
    return top.number


def _inside(entry: Entry) -> bytes:
    """What an entry says of those under it."""
    if not entry.inner:
        return b""
    ends = (entry.inner[0].number, entry.inner[-1].number, entry.count())
    return b"/First %d 0 R/Last %d 0 R/Count %d" % ends


def _put(file: PdfFile, above: Entry) -> None:
    numbers = [0, *(entry.number for entry in above.inner), 0]
    for k, entry in enumerate(above.inner, 1):
        beside = b"".join(
            b"/%b %d 0 R" % (name, number)
            for name, number in ((b"Prev", numbers[k - 1]), (b"Next", numbers[k + 1]))
            if number
        )
        said = (written.string(entry.title), entry.target.written, above.number, beside, _inside(entry))
        file.add(b"<</Title %b/Dest%b/Parent %d 0 R%b%b>>" % said, entry.number, "outline")
        _put(file, entry)


def names(file: PdfFile, entries: Iterable[tuple[str, bytes]]) -> int | None:
    """Write a tree of names; gives its number, or nothing where there are none.

    Args:
        file: to write to.
        entries: name and value, each name once.
    """
    known = sorted((written.name(name), value) for name, value in entries)
    leaves = [known[k : k + _LEAF] for k in range(0, len(known), _LEAF)]
    if not leaves:
        return None
    if len(leaves) == 1:
        return file.add(b"<</Names[%b]>>" % _pairs(leaves[0]))
    kids = [
        file.add(
            b"<</Limits[%b %b]/Names[%b]>>" % (written.quoted(leaf[0][0]), written.quoted(leaf[-1][0]), _pairs(leaf))
        )
        for leaf in leaves
    ]
    return file.add(b"<</Kids%b>>" % written.references(kids))


def _pairs(leaf: Sequence[tuple[bytes, bytes]]) -> bytes:
    return b" ".join(written.quoted(name) + value for name, value in leaf)


def page_nodes(file: PdfFile, root: int, pages: Sequence[int]) -> list[int]:
    """Write the nodes of the tree of pages under ``root``; gives the number of each page's node."""
    nodes = [(file.number(), pages[k : k + _LEAF]) for k in range(0, len(pages), _LEAF)]
    for node, kids in nodes:
        said = (root, len(kids), written.references(kids))
        file.add(b"<</Type/Pages/Parent %d 0 R/Count %d/Kids%b>>" % said, node)
    kids = written.references(node for node, _ in nodes)
    file.add(b"<</Type/Pages/Count %d/Kids%b>>" % (len(pages), kids), root)
    return [node for node, kids in nodes for _ in kids]
