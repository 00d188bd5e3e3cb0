"""The joined file, read again: every page, link, place, picture and font is what the pieces were checked with.

Before: a file, and the digests of all that was written into it. After: a report; nothing found means that each page's
operators, boxes and links are as they were joined, that names lead where they led, and that every stream that pages are
drawn with is there, the tables among them that say which words the glyphs show. Words were read in the pieces.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from threadbound.book.book import Evidence
from threadbound.book.evidence import FIXITY
from threadbound.checks.report import CheckReport, Finding
from threadbound.errors import FileTrouble
from threadbound.joining.catalogue import Parts
from threadbound.readers import pdf
from threadbound.readers.bookfile import PACKED


def prove(path: Path, parts: Parts, evidence: Sequence[Evidence]) -> CheckReport:
    """Read the PDF at ``path`` back.

    Args:
        path: the file.
        parts: name and digest of everything that was written.
        evidence: the files that it should carry; of its own list only the name.
    """
    try:
        with pdf.opened(path) as book:
            carried = {part.name: part.read() for part in book.carried}
            damage = book.damage
        found = {name: digest for name, digest in book.parts() if name != PACKED}
    except FileTrouble as error:
        return CheckReport((Finding("file.broken", str(error)),))
    broken = (Finding("file.broken", f"the file is no whole PDF: {each}") for each in damage)
    lost = (
        Finding("evidence.missing", f"the book does not carry {item.name}")
        for item in evidence
        if item.name not in carried or (item.name != FIXITY and carried[item.name] != item.data)
    )
    return CheckReport((*broken, *_differing(dict(parts), found), *lost))


def _differing(wanted: dict[str, str], found: dict[str, str]) -> Iterator[Finding]:
    for name, digest in wanted.items():
        if name not in found:
            yield Finding("part.missing", f"{name} is not in the book")
        elif found[name] != digest:
            yield Finding("part.altered", f"{name} is not as it was laid out")
    yield from (Finding("part.added", f"{name} was not laid out") for name in found if name not in wanted)
