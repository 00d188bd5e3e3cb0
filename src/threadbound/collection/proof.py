"""The joined file, read again: every page, link, place, picture and font is as it was joined.

Before: a file, and the digests of all that was written into it. After: a report; nothing found means that each page's
operators, boxes and links are in the file as they were joined, that names lead where they led, and that every stream
that pages are drawn with is there, the tables among them that say which words the glyphs show; and that every address
of which a chapter shows only the place in the book stands somewhere in it. Words were read in the pieces, before
numbers of pages were put in; those numbers are held against their pages by tests alone.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator
from concurrent.futures import Executor, Future
from functools import partial
from pathlib import Path

from msgspec import Struct

from threadbound.book.evidence import FIXITY
from threadbound.checks import words
from threadbound.checks.report import CheckReport, Finding
from threadbound.errors import FileTrouble
from threadbound.joining.catalogue import Parts
from threadbound.model.thread import Thread
from threadbound.readers import bounds, pdf
from threadbound.readers.bookfile import PACKED
from threadbound.tools.workers import WorkerLost, ahead

#: Pages that are read of a file that is open: the objects that it has looked at it keeps. Of chapters there are more:
#: they have far fewer links than lists, and to open the file takes as long as to read hundreds of pages.
TOGETHER, OF_CHAPTERS = 250, 1000


class Asked(Struct, frozen=True):
    """What one process reads of the file: some pages, or the files that it carries, or all else."""

    path: bytes
    """As the system has it."""
    first: int = 0
    end: int = 0
    """Pages, from 0."""
    plain: tuple[int, ...] = ()
    """Numbers of the objects with streams that are no pages', where all else is read."""


class Read(Struct, frozen=True):
    """What was read."""

    parts: tuple[tuple[str, str], ...] = ()
    """Name and digest."""
    carried: tuple[tuple[str, str], ...] = ()
    damage: tuple[str, ...] = ()
    """What had to be mended to open it."""
    size: int = 0
    """Bytes of operators."""
    trouble: str = ""
    """Why it could not be read."""


def read(asked: Asked) -> Read:
    """Read a part of the file, in whatever process."""
    path = Path(os.fsdecode(asked.path))
    try:
        if asked.end:
            pages = pdf.own_pages(path, range(asked.first, asked.end))
            return Read(tuple((name, digest) for name, digest, _ in pages), size=sum(size for *_, size in pages))
        if asked.plain:
            return Read(tuple(part for part in pdf.own_rest(path, asked.plain) if part[0] != PACKED))
        carried, damage = pdf.own_carried(path)
        return Read(carried=tuple(carried), damage=damage)
    except FileTrouble as error:
        return Read(trouble=str(error))


class Reading(Struct, frozen=True):
    """A file while other processes read it."""

    path: Path
    parts: Parts
    """Name and digest of everything that was written."""
    under_way: tuple[tuple[Asked, Future[Read]], ...]

    def report(self, evidence: Iterable[tuple[str, str]]) -> CheckReport:
        """What was found, when all has been read.

        Args:
            evidence: name and digest of the files that it should carry; of its own list the name alone counts.
        """
        found = [self._read(*each) for each in self.under_way]
        if sum(each.size for each in found) > bounds.MAX_CONTENT:
            found.append(Read(trouble=f"{self.path}: its pages unpack to more than judges can bear"))
        if troubles := dict.fromkeys(each.trouble for each in found if each.trouble):
            return CheckReport(tuple(Finding("file.broken", trouble) for trouble in troubles))
        broken = (Finding("file.broken", f"the file is no whole PDF: {why}") for each in found for why in each.damage)
        carried = dict(part for each in found for part in each.carried)
        lost = (
            Finding("evidence.missing", f"the book does not carry {name}")
            for name, digest in evidence
            if name not in carried or (name != FIXITY and carried[name] != digest)
        )
        there = dict(part for each in found for part in each.parts)
        return CheckReport((*broken, *_differing(dict(self.parts), there), *lost))

    def _read(self, asked: Asked, future: Future[Read]) -> Read:
        try:
            return future.result()
        except WorkerLost:  # for want of memory, perhaps: here it is alone
            return read(asked)


def begin(path: Path, parts: Parts, plain: Iterable[int], workers: Executor, lists: int = 0) -> Reading:
    """Have the PDF at ``path`` read back.

    Args:
        path: the file.
        parts: name and digest of everything that was written.
        plain: numbers of its objects with streams that are no pages'.
        workers: who reads.
        lists: the page, from 0, at which what stands behind the chapters begins.
    """
    step = min(OF_CHAPTERS, max(TOGETHER, -(-lists // ahead(workers, 1))))  # each reads some of a small book, too
    own, starts = os.fsencode(path), [*range(0, lists, step), *range(lists, len(parts), TOGETHER)]
    ends = [*starts[1:], bounds.MAX_PARTS]  # whatever was added is read with the last
    pages = list(map(partial(Asked, own), starts, ends))
    # From both ends: lists, whose many links take most of the memory, stand together at the end.
    mixed = sorted(pages, key=lambda each: min(each.first, starts[-1] - each.first))
    every = [Asked(own, plain=tuple(plain)), Asked(own), *mixed]
    return Reading(path, parts, tuple((asked, workers.submit(read, asked)) for asked in every))


def asked_for(threads: Iterable[Thread], crossings: Collection[str]) -> frozenset[str]:
    """Addresses of the threads whose links may lead into the book, and that are to stand in it all the same.

    Args:
        threads: of the book.
        crossings: addresses whose links may lead into it.
    """
    every = (url for thread in threads for post in thread.posts for url in words.addresses(post))
    return frozenset(url for url in every if url in crossings)


def unsaid(asked: Iterable[str], addresses: Iterable[str]) -> CheckReport:
    """What is missing of the addresses that were asked for.

    Args:
        asked: as :func:`asked_for`.
        addresses: to which the book leads.
    """
    there = {words.fold_url(address) for address in addresses}
    missing = (url for url in sorted(asked) if words.fold_url(url) not in there)
    return CheckReport(tuple(Finding("link.missing", f"nothing links to {url}") for url in missing))


def _differing(wanted: dict[str, str], found: dict[str, str]) -> Iterator[Finding]:
    for name, digest in wanted.items():
        if name not in found:
            yield Finding("part.missing", f"{name} is not in the book")
        elif found[name] != digest:
            yield Finding("part.altered", f"{name} is not as it was laid out")
    yield from (Finding("part.added", f"{name} was not laid out") for name in found if name not in wanted)
