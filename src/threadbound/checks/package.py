"""The parts of an EPUB and what its package document says of them.

Before: an open zip file. After: its documents in reading order and its other parts by name; whatever does not fit
together is a finding.
"""

from __future__ import annotations

import lzma
import posixpath
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import unquote

from lxml import etree
from msgspec import Struct

from threadbound.checks.report import Finding

_CONTAINER = "META-INF/container.xml"
_MIMETYPE = b"application/epub+zip"
#: A scheme, or an address that takes the scheme from where it stands.
_OUTSIDE = re.compile(r"\s*(?:[A-Za-z][A-Za-z0-9+.-]*:|//)")
_XHTML = "application/xhtml+xml"
#: What a damaged archive makes its reader raise: the last two where a part is locked, or packed in a way of its own.
DAMAGED = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, NotImplementedError, RuntimeError)


class Package(Struct, frozen=True):
    """What the package document declares. Names are those of the zip file."""

    name: str
    """Of the package document itself."""
    parts: dict[str, str]
    """Name → media type."""
    spine: tuple[str, ...]
    """Documents in reading order."""

    @property
    def documents(self) -> tuple[str, ...]:
        """Every XHTML document: those of the spine first, in their order."""
        others = (name for name, media_type in self.parts.items() if media_type == _XHTML)
        return tuple(dict.fromkeys((*self.spine, *others)))


def zip_findings(archive: zipfile.ZipFile) -> Iterator[Finding]:
    """What is wrong with the archive as an archive: every member is read once."""
    members = archive.infolist()
    first = members[0] if members else None
    if first is None or first.filename != "mimetype" or first.compress_type != zipfile.ZIP_STORED or first.extra:
        yield Finding("file.member", "the first part is not a stored file called mimetype")
    elif _readable(archive, first.filename) and archive.read(first) != _MIMETYPE:
        yield Finding("file.member", "the file does not call itself an EPUB", "mimetype")
    names = Counter(member.filename for member in members)
    for name, times in names.items():
        if times > 1:
            yield Finding("file.member", "the archive holds several parts of the same name", name)
        if not _readable(archive, name):
            yield Finding("file.member", "the part is damaged", name)


def read(archive: zipfile.ZipFile) -> Package:
    """The package that the archive declares.

    Raises:
        KeyError, etree.XMLSyntaxError, zipfile.BadZipFile, zlib.error: there is none that can be read.
    """
    rootfile = etree.fromstring(archive.read(_CONTAINER)).find(".//{*}rootfile")
    if rootfile is None:
        raise KeyError(f"no rootfile in {_CONTAINER}")
    name = _attribute(rootfile, "full-path")
    root = etree.fromstring(archive.read(name))
    items = {_attribute(item, "id"): item for item in root.iterfind("{*}manifest/{*}item")}
    names = {uid: resolve(name, _attribute(item, "href"))[0] for uid, item in items.items()}
    spine = [names[_attribute(item, "idref")] for item in root.iterfind("{*}spine/{*}itemref")]
    return Package(name, {names[uid]: _attribute(item, "media-type") for uid, item in items.items()}, tuple(spine))


def _attribute(element: etree._Element, name: str) -> str:
    return str(element.attrib[name])


def part_findings(archive: zipfile.ZipFile, package: Package) -> Iterator[Finding]:
    """Where the package and the archive disagree."""
    present = {name for name in archive.namelist() if not name.startswith("META-INF/")} - {"mimetype", package.name}
    for name in sorted(package.parts.keys() - present):
        yield Finding("package.broken", "a declared part is not in the file", name)
    for name in sorted(present - package.parts.keys()):
        yield Finding("package.broken", "a part of the file is not declared", name)


def resolve(base: str, reference: str) -> tuple[str, str]:
    """The part that ``reference`` means when it stands in the part ``base``, and the id in it (or nothing)."""
    path, _, fragment = reference.partition("#")
    return _joined(base, path) if path else base, unquote(fragment)


@lru_cache(maxsize=4096)  # an index names each chapter again and again
def _joined(base: str, path: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(base), unquote(path)))


def is_outside(reference: str) -> bool:
    """Whether ``reference`` leaves the book."""
    return bool(_OUTSIDE.match(reference))


def is_evidence(name: str) -> bool:
    """Whether the part is carried only, and no part of what is read."""
    return posixpath.basename(posixpath.dirname(name)) == "evidence"


def _readable(archive: zipfile.ZipFile, name: str) -> bool:
    """Whether the part's bytes have the checksum that they should have."""
    try:
        with archive.open(name) as part:
            while part.read(1 << 20):
                pass
    except DAMAGED:
        return False
    return True
