"""The proof that a document of an EPUB is whole, found when it was made and wherever that was.

Before: a document, packed, and of a chapter its thread. After: a :class:`Proof`, which the check of the whole book
takes in the place of reading that document again, as long as what lies in the file is that very document; or none where
anything is amiss, so that the check reads it and says what.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePosixPath

from lxml import etree
from msgspec import Struct

from threadbound.checks import package as packages
from threadbound.checks import pages, references
from threadbound.checks.chapter import Part, findings, linked
from threadbound.checks.words import expected, fold_url
from threadbound.model.thread import Thread
from threadbound.tools.packed import Packed


class Proof(Struct, frozen=True):
    """What else must be true of the book that holds the document."""

    size: int
    checksum: int
    """Of the document."""
    ids: tuple[str, ...]
    links: tuple[str, ...]
    """To other documents; of a list to addresses too, for which others rely on it."""
    loads: tuple[str, ...]
    addresses: tuple[str, ...]
    """What documents without posts must link to, folded: the chapter itself links to where the book has it."""
    is_list: bool = False
    """It is no chapter."""

    def is_of(self, part: zipfile.ZipInfo) -> bool:
        """Whether the part is the document (by size and checksum, which the archive has already proved)."""
        return (part.file_size, part.CRC) == (self.size, self.checksum)

    def page(self) -> pages.Page:
        """The document as far as the rest of the book is concerned."""
        return pages.Page(set(self.ids), links=list(self.links), loads=list(self.loads))


def prove(name: str, document: Packed, thread: Thread, inside: Mapping[str, str]) -> Proof | None:
    """The proof that a document holds its thread, if it does.

    Args:
        name: id of the chapter, and of its document.
        document: the chapter.
        thread: what it should hold.
        inside: addresses of what stands in the book → its id there.
    """
    own = f"{name}.xhtml"
    try:
        page = pages.read(document.unpacked())
    except etree.XMLSyntaxError:
        return None
    away = list(_away(own, page.links))
    posts = expected(thread)
    part = Part(name, {own: page}, linked([page]), inside, frozenset(map(fold_url, inside)))
    shown = {PurePosixPath(load).stem: 1 for load in page.loads}
    is_whole = (
        {post.chapter for post in page.posts} == {name}
        and _is_closed(own, page)
        and not any(findings(posts, part, shown, {}))
    )
    if not is_whole:
        return None
    addresses = {fold_url(url) for post in posts for url in post.links} - part.linked
    return Proof(
        document.size,
        document.checksum,
        tuple(sorted(page.ids)),
        tuple(away),
        tuple(dict.fromkeys(page.loads)),
        tuple(sorted(addresses)),
    )


def prove_list(name: str, document: Packed) -> Proof | None:
    """The proof of a list behind the chapters: that it can be read, holds no posts, and leads somewhere in itself.

    Args:
        name: of its document.
        document: the list.
    """
    own = f"{name}.xhtml"
    try:
        page = pages.read_list(document.unpacked())
    except etree.XMLSyntaxError:
        return None
    if page is None or not _is_closed(own, page):
        return None
    outside = filter(packages.is_outside, page.links)
    links = tuple(dict.fromkeys((*_away(own, page.links), *outside)))
    loads = tuple(dict.fromkeys(page.loads))
    return Proof(document.size, document.checksum, tuple(sorted(page.ids)), links, loads, (), is_list=True)


def _away(own: str, links: Iterable[str]) -> Iterator[str]:
    """Those of the links that lead to other documents of the book."""
    return (link for link in links if not packages.is_outside(link) and packages.resolve(own, link)[0] != own)


def _is_closed(own: str, page: pages.Page) -> bool:
    """Whether each link of a document that leads into it leads somewhere."""
    inner = (link for link in page.links if not packages.is_outside(link) and packages.resolve(own, link)[0] == own)
    return all(references.leads_somewhere(own, link, {own: page}) for link in inner)
