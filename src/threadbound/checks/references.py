"""What the parts of an EPUB point at.

Before: the documents of an open EPUB, read. After: a finding for everything that points at nothing, and for everything
that a reading system would fetch from the network. Links that a reader may follow out of the book are no concern here.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping

from threadbound.checks import package as packages
from threadbound.checks import pages
from threadbound.checks.package import Package
from threadbound.checks.pages import Page
from threadbound.checks.report import Finding


def findings(archive: zipfile.ZipFile, package: Package, documents: Mapping[str, Page]) -> Iterator[Finding]:
    """What is wrong with the references of the documents and the style sheets."""
    present = frozenset(archive.namelist())
    for name, page in documents.items():
        yield from _loads(name, page.loads, present)
        yield from _links(name, page.links, documents)
    for name, media_type in package.parts.items():
        if media_type == "text/css" and name in present:
            yield from _loads(name, pages.css_loads(_text(archive, name)), present)


def _loads(name: str, references: Iterable[str], present: frozenset[str]) -> Iterator[Finding]:
    for reference in references:
        if reference.startswith("data:"):
            continue
        if packages.is_outside(reference):
            yield Finding("reference.remote", f"{reference} would be loaded from the network", name)
        elif packages.resolve(name, reference)[0] not in present:
            yield Finding("reference.dangling", f"{reference} is not in the book", name)


def _links(name: str, references: Iterable[str], documents: Mapping[str, Page]) -> Iterator[Finding]:
    for reference in references:
        if not packages.is_outside(reference) and not leads_somewhere(name, reference, documents):
            yield Finding("reference.dangling", f"{reference} leads nowhere", name)


def leads_somewhere(name: str, reference: str, documents: Mapping[str, Page]) -> bool:
    """Whether there is what ``reference`` means where it stands in the document ``name``."""
    target, fragment = packages.resolve(name, reference)
    return target in documents and (not fragment or fragment in documents[target].ids)


def _text(archive: zipfile.ZipFile, name: str) -> str:
    """The part as text; nothing where it is damaged, which is a finding of the archive's own."""
    try:
        return archive.read(name).decode("utf-8", "replace")
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError):
        return ""
