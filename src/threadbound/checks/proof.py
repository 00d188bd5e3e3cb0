"""The proof that a chapter of an EPUB is whole, found when it was made and wherever that was.

Before: a document, packed, and its thread. After: a :class:`Proof`, which the check of the whole book takes in the
place of reading that document again, as long as what lies in the file is that very document; or none where anything is
amiss, so that the check reads it and says what.
"""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
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
    """To other documents."""
    loads: tuple[str, ...]
    addresses: tuple[str, ...]
    """What documents without posts must link to, folded: the chapter itself links to where the book has it."""

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
    links = [link for link in page.links if not packages.is_outside(link)]
    away = [link for link in links if packages.resolve(own, link)[0] != own]
    posts = expected(thread)
    part = Part(name, {own: page}, linked([page]), inside, frozenset(map(fold_url, inside)))
    shown = {PurePosixPath(load).stem: 1 for load in page.loads}
    is_whole = (
        {post.chapter for post in page.posts} == {name}
        and all(references.leads_somewhere(own, link, {own: page}) for link in links if link not in away)
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
