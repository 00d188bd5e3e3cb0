"""The EPUB writer: EPUB 3.3 with the NCX of EPUB 2 beside it. The only module that imports ebooklib.

Before: a rendered book. After: an EPUB at the given path, whose bytes depend on the book alone. ebooklib orders the
package; what it would do to documents (parse them again, drop their heads, join their words) is kept from it: every
item hands its bytes over untouched, and only at the moment when they are written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any

from ebooklib import epub

from threadbound.book.book import Evidence
from threadbound.book.evidence import FIXITY
from threadbound.readers.bookfile import THREAD
from threadbound.rendering.fixity import completed
from threadbound.rendering.rendered import Document, RenderedBook
from threadbound.tools.packed import Packed, packed
from threadbound.writers import epub_metadata, epub_navigation
from threadbound.writers.epub_archive import FixedZip
from threadbound.writers.writer import Writer

_XHTML = "application/xhtml+xml"
_MEDIA_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+")
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
#: Endings of what is stored deflated, and bytes of it that are worth a thread.
_TEXT = (".jsonl", ".json", ".html")
_LARGE = 1 << 20
#: Kept as plain bytes: EPUBCheck takes a page or style sheet under its own media type for a part of the book.
_OPAQUE = frozenset({"application/xhtml+xml", "text/css", "image/svg+xml"})


def write(rendered: RenderedBook, path: Path) -> None:
    """Write the book to ``path``.

    Raises:
        OSError: the disk refuses.
    """
    with ThreadPoolExecutor(1) as aside:
        _write(rendered, path, aside)


def _write(rendered: RenderedBook, path: Path, aside: Executor) -> None:
    package = _Package()
    _describe(package, rendered)
    digests: dict[str, str] = {}
    for part in _parts(rendered, digests, aside):
        package.add_item(part)
    package.toc = list(_toc(epub_navigation.entries(rendered)))
    package.guide = [
        {"type": mark.guide, "href": mark.href, "title": mark.title} for mark in epub_navigation.landmarks(rendered)
    ]
    package.spine = _spine(rendered)
    _Archive(path, package, rendered, digests).write()


class _Package(epub.EpubBook):  # type: ignore[misc] # ebooklib has no annotations
    """ebooklib's book; it looks at every item for each of the spine's, of which a collection has thousands."""

    def __init__(self) -> None:
        self.by_id: dict[str, Any] = {}
        super().__init__()

    def add_item(self, item: Any) -> Any:  # noqa: ANN401 - as above
        """Add an item, and remember it by its id, of which the first one counts."""
        added = super().add_item(item)
        self.by_id.setdefault(added.id, added)
        return added

    def get_item_with_id(self, uid: str) -> Any:  # noqa: ANN401 - as above
        """The item with that id."""
        return self.by_id.get(uid)


class _Part(epub.EpubItem):  # type: ignore[misc] # ebooklib has no annotations
    """An item whose bytes are read when they are written: one picture in memory at a time."""

    def __init__(
        self, uid: str, name: str, media_type: str, read: Callable[[], bytes | Packed], *properties: str
    ) -> None:
        super().__init__(uid=uid, file_name=name, media_type=media_type)
        self.read = read
        self.properties = properties

    def get_content(self, default: bytes | None = None) -> bytes | Packed:  # noqa: ARG002 - ebooklib's signature
        """The bytes, untouched; packed where they are (:class:`FixedZip` knows what to do with them)."""
        return self.read()


class _Archive(epub.EpubWriter):  # type: ignore[misc] # ebooklib has no annotations
    """ebooklib's writer without its clock, its own navigation document and its silence about full disks."""

    def __init__(self, path: Path, package: Any, rendered: RenderedBook, digests: dict[str, str]) -> None:  # noqa: ANN401 - ebooklib's book
        modified = datetime.fromisoformat(rendered.book.modified).astimezone(UTC)
        options = {"mtime": modified, "package_direction": True, "play_order": {"enabled": True, "start_from": 1}}
        super().__init__(path, package, options)
        self.rendered = rendered
        self.digests = digests

    def write(self) -> None:
        """Write the archive; unlike ``ebooklib.epub.write_epub``, every ``OSError`` reaches the caller."""
        self.process()
        with FixedZip(self.file_name, self.digests) as self.out:
            self.out.writestr("mimetype", b"application/epub+zip", 0)
            self._write_container()
            self._write_opf()
            self._write_items()

    def _write_opf_file(self, root: Any) -> None:  # noqa: ANN401 - an lxml element
        """Add what ebooklib cannot say of the package, and take back a prefix that nothing uses."""
        root.set("{http://www.w3.org/XML/1998/namespace}lang", self.book.language)
        del root.attrib["prefix"]
        super()._write_opf_file(root)

    def _get_ncx(self) -> bytes:
        """Ebooklib's NCX, which says of itself that it has no levels."""
        ncx: bytes = super()._get_ncx()
        depth = b"2" if any(isinstance(entry, tuple) for entry in self.book.toc) else b"1"
        return ncx.replace(b'content="0" name="dtb:depth"', b'content="%s" name="dtb:depth"' % depth)

    def _get_nav(self, item: object) -> bytes:  # noqa: ARG002 - ebooklib's signature
        return epub_navigation.page(self.rendered)


def _toc(entries: Iterable[epub_navigation.Entry], stem: str = "toc") -> Iterator[Any]:
    """The contents as ebooklib takes them: what has others below it is a pair."""
    for number, entry in enumerate(entries, 1):
        uid = f"{stem}-{number}"
        link = epub.Link(entry.href, entry.title, uid)
        yield (link, list(_toc(entry.below, uid))) if entry.below else link


def _describe(package: Any, rendered: RenderedBook) -> None:  # noqa: ANN401 - ebooklib's book
    """Put our own metadata in the place of ebooklib's defaults (a generator, a random identifier)."""
    facts = epub_metadata.statements(rendered)
    value = {fact.name: fact.value for fact in reversed(facts)}
    package.metadata = {}
    package.IDENTIFIER_ID = facts[0].attributes["id"]
    package.uid, package.title, package.language = value["identifier"], value["title"], value["language"]
    package.set_direction(epub_metadata.progression(rendered.book))
    for fact in facts:
        package.add_metadata(None if fact.name == "meta" else "DC", fact.name, fact.value, fact.attributes)


def _parts(rendered: RenderedBook, digests: dict[str, str], aside: Executor) -> Iterator[Any]:
    """Every file of the book, in the order in which they are stored.

    First one thread as data, so that it is left of a file that is cut short (several are packed meanwhile, and nothing
    waits for them); last the list of all that was stored before it.
    """
    evidence = sorted(rendered.book.evidence, key=lambda file: file.name == FIXITY)
    parts = list(_evidence(evidence, digests, aside))
    first = [part for part, file in zip(parts, evidence, strict=True) if file.name == THREAD]
    yield from first
    yield epub.EpubNav(uid="nav", file_name="nav.xhtml")
    yield epub.EpubNcx(uid="ncx", file_name="toc.ncx")
    yield _Part("style", "style.css", "text/css", rendered.css.encode)
    for document in rendered.documents:
        name = f"{document.name}.xhtml"
        yield _Part(_document_id(document), name, _XHTML, _as_held(document), *document.properties)
    cover = epub_metadata.cover_picture(rendered)
    for number, picture in enumerate(rendered.pictures, 1):
        uid, properties = (epub_metadata.COVER_ID, ["cover-image"]) if picture is cover else (f"picture-{number}", [])
        yield _Part(uid, picture.name, picture.media_type, picture.read_and_noted, *properties)
    yield from (part for part in parts if part not in first)


def _as_held(document: Document) -> Callable[[], bytes | Packed]:
    return lambda: document.held


def _spine(rendered: RenderedBook) -> list[str]:
    """Ids in reading order. The contents of a collection without a page of contents stand before its first chapter."""
    ids = [_document_id(document) for document in rendered.documents]
    if epub_navigation.is_read(rendered):
        first = next(n for n, document in enumerate(rendered.documents) if document.role == "chapter")
        ids.insert(first, "nav")
    return ids


def _document_id(document: Document) -> str:
    return f"document-{document.name}"


def _evidence(files: Iterable[Evidence], digests: dict[str, str], aside: Executor) -> Iterator[_Part]:
    """The files that the book carries: resources that no page links to."""
    taken: set[str] = set()
    for number, file in enumerate(files, 1):
        name = _safe_name(file.name, taken)
        known = _MEDIA_TYPE.fullmatch(file.media_type) and file.media_type not in _OPAQUE
        media_type = file.media_type if known else "application/octet-stream"
        yield _Part(f"evidence-{number}", f"evidence/{name}", media_type, _held(file, digests, aside))


def _held(file: Evidence, digests: dict[str, str], aside: Executor) -> Callable[[], bytes | Packed]:
    """What reads a file. A large page is packed while others are written: zlib needs no lock."""
    held = file.held
    if file.name == FIXITY:
        return lambda: completed(file.data, digests.items())
    if isinstance(held, bytes) and file.name.endswith(_TEXT) and len(held) > _LARGE:
        return aside.submit(packed, held).result
    return lambda: held


def _safe_name(name: str, taken: set[str]) -> str:
    """``name`` in letters that every archive and every URL can hold, and that no other file here has."""
    safe = _UNSAFE.sub("-", PurePosixPath(name).name).strip(".-")[-80:].strip(".-") or "file"
    stem, suffix = PurePosixPath(safe).stem, PurePosixPath(safe).suffix
    number = 1
    while safe.lower() in taken:
        number += 1
        safe = f"{stem}-{number}{suffix}"
    taken.add(safe.lower())
    return safe


EPUB = Writer(
    name="epub",
    suffix=".epub",
    media_type="application/epub+zip",
    target="epub",
    write=write,
)
