"""The joined file, read again: every page, link, place, picture and font is as it was joined.

Before: a file, and the digests of all that was written into it. After: a report; nothing found means that each page's
operators, boxes and links are in the file as they were joined, that names lead where they led, and that every stream
that pages are drawn with is there, the tables among them that say which words the glyphs show; and that every address
of which a chapter shows only the place in the book stands somewhere in it. Words were read in the pieces, before
numbers of pages were put in; those numbers are held against their pages by tests alone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path

from threadbound.book.book import Evidence
from threadbound.book.evidence import FIXITY
from threadbound.checks.report import CheckReport, Finding
from threadbound.checks.words import expected, fold_url
from threadbound.errors import FileTrouble
from threadbound.joining.catalogue import Parts
from threadbound.model.thread import Thread
from threadbound.readers import pdf
from threadbound.readers.bookfile import PACKED


def prove(path: Path, parts: Parts, evidence: Sequence[Evidence], plain: Iterable[int] | None = None) -> CheckReport:
    """Read the PDF at ``path`` back.

    Args:
        path: the file.
        parts: name and digest of everything that was written.
        evidence: the files that it should carry; of its own list only the name.
        plain: numbers of its objects with streams, where they are known.
    """
    try:
        with pdf.opened(path) as book:
            carried = {part.name: part.read() for part in book.carried}
            damage, read = book.damage, book.parts
        del book  # it holds all that was read of the file
        found = {name: digest for name, digest in read(plain) if name != PACKED}
    except FileTrouble as error:
        return CheckReport((Finding("file.broken", str(error)),))
    broken = (Finding("file.broken", f"the file is no whole PDF: {each}") for each in damage)
    lost = (
        Finding("evidence.missing", f"the book does not carry {item.name}")
        for item in evidence
        if item.name not in carried or (item.name != FIXITY and carried[item.name] != item.data)
    )
    return CheckReport((*broken, *_differing(dict(parts), found), *lost))


def unsaid(threads: Iterable[Thread], crossings: Collection[str], addresses: Iterable[str]) -> CheckReport:
    """What is missing of addresses whose links lead into the book, and that are to stand in it all the same.

    Args:
        threads: of the book.
        crossings: addresses whose links may lead into it.
        addresses: to which the book leads.
    """
    there = {fold_url(address) for address in addresses}
    wanted = {url for thread in threads for post in expected(thread) for url in post.links if url in crossings}
    missing = (url for url in sorted(wanted) if fold_url(url) not in there)
    return CheckReport(tuple(Finding("link.missing", f"nothing links to {url}") for url in missing))


def _differing(wanted: dict[str, str], found: dict[str, str]) -> Iterator[Finding]:
    for name, digest in wanted.items():
        if name not in found:
            yield Finding("part.missing", f"{name} is not in the book")
        elif found[name] != digest:
            yield Finding("part.altered", f"{name} is not as it was laid out")
    yield from (Finding("part.added", f"{name} was not laid out") for name in found if name not in wanted)
