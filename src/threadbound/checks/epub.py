"""The check of an EPUB: it is opened again and held against the threads that it should hold.

Before: the path of a finished file. After: a report; nothing found means that every word, link and picture of the
threads is in the file, in its place, that the parts fit together and that nothing comes from the network.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath

from lxml import etree
from msgspec import Struct

from threadbound.book.book import Evidence
from threadbound.book.crossings import crossings
from threadbound.book.identity import chapter_ids
from threadbound.checks import package as packages
from threadbound.checks import pages, references
from threadbound.checks.report import CheckReport, Finding
from threadbound.checks.words import ExpectedPost, expected, fold, fold_url, lost_runs
from threadbound.model.thread import Thread
from threadbound.rendering.rendered import RenderedPicture

#: What a damaged archive or package makes its readers raise.
_BROKEN = (*packages.DAMAGED, etree.XMLSyntaxError, KeyError)


def check(
    path: Path,
    threads: Sequence[Thread],
    evidence: Sequence[Evidence] = (),
    pictures: Sequence[RenderedPicture] = (),
) -> CheckReport:
    """Read the EPUB at ``path`` back.

    Args:
        path: the file.
        threads: what it should hold, in the order of its chapters.
        evidence: the files that it should carry.
        pictures: what should stand for the originals; where none is named, a picture with the original's digest as
            its name will do.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            return CheckReport((*_findings(archive, threads, evidence, pictures), *_pictures(archive, pictures)))
    except (zipfile.BadZipFile, EOFError, OSError) as error:
        return CheckReport((Finding("file.broken", f"the file is no whole zip archive: {error}"),))


class _Chapter(Struct, frozen=True):
    """One thread's part of the book."""

    id: str
    documents: dict[str, pages.Page]
    """The documents that hold its posts."""
    linked: frozenset[str]
    """What they link to, folded."""
    inside: Mapping[str, str]
    """Addresses of what stands in the book → its id there: a link may lead to the one or to the other …"""
    addresses: frozenset[str]
    """… but then the address stands in a document without posts, as these do."""

    def posts(self) -> list[pages.PostText]:
        """The posts, in the order of the pages."""
        return [post for page in self.documents.values() for post in page.posts if post.chapter == self.id]

    def links(self, url: str) -> bool:
        """Whether the chapter links to what stands at ``url``."""
        if fold_url(url) in self.linked:
            return True
        place = self.inside.get(url, "")
        forms = (f"#{place}", f"#{place.partition('-')[0]}-h")  # the heading's own id where posts stand apart
        return bool(place) and fold_url(url) in self.addresses and any(link.endswith(forms) for link in self.linked)


def _findings(
    archive: zipfile.ZipFile,
    threads: Sequence[Thread],
    evidence: Iterable[Evidence],
    pictures: Iterable[RenderedPicture],
) -> Iterator[Finding]:
    yield from packages.zip_findings(archive)
    try:
        package = packages.read(archive)
    except _BROKEN as error:
        yield Finding("package.broken", f"the package document cannot be read: {error}")
        return
    yield from packages.part_findings(archive, package)
    read: dict[str, pages.Page] = {}
    for name in package.documents:
        try:
            read[name] = pages.read(archive.read(name))
        except _BROKEN as error:
            yield Finding("document.broken", f"the document cannot be read: {error}", name)
    yield from references.findings(archive, package, read)
    slices = _slices(pictures)
    addresses = frozenset(fold_url(link) for page in read.values() if not page.posts for link in page.links)
    names = chapter_ids(threads)
    ways = crossings(threads, names, [f"{name}-p{each.posts[0].n}" for name, each in zip(names, threads, strict=True)])
    holding: dict[str, dict[str, pages.Page]] = {}
    for name, page in read.items():
        for chapter in {post.chapter for post in page.posts}:
            holding.setdefault(chapter, {})[name] = page
    for thread, chapter, inside in zip(threads, names, ways, strict=True):
        own = holding.get(chapter, {})
        links = frozenset(fold_url(link) for page in own.values() for link in page.links)
        yield from _thread(thread, _Chapter(chapter, own, links, inside, addresses), archive, slices)
    yield from _evidence(archive, evidence)


def _slices(pictures: Iterable[RenderedPicture]) -> dict[str, list[str]]:
    """Digest of an original that is divided → the stems of its slices' names."""
    slices: dict[str, list[str]] = {}
    for picture in pictures:
        if picture.derivative and picture.derivative.recipe.rows:
            slices.setdefault(picture.derivative.original.sha256, []).append(PurePosixPath(picture.name).stem)
    return slices


def _thread(
    thread: Thread, chapter: _Chapter, archive: zipfile.ZipFile, slices: Mapping[str, Sequence[str]]
) -> Iterator[Finding]:
    """What a chapter lacks of its thread."""
    found = {post.n: post for post in reversed(chapter.posts())}
    front = fold("".join(words for page in chapter.documents.values() for words in page.front))
    shown = {packages.resolve(name, load)[0] for name, page in chapter.documents.items() for load in page.loads}
    sizes = {PurePosixPath(name).stem: archive.getinfo(name).file_size for name in shown & set(archive.namelist())}
    for post in expected(thread):
        where = f"{chapter.id}, post {post.n}"
        if post.n not in found:
            yield Finding("post.missing", "the post is not in its chapter", where)
        else:
            yield from _words(post, found[post.n], front, where)
        for url in post.links:
            if not chapter.links(url):
                yield Finding("link.missing", f"nothing links to {url}", where)
        for digest in post.pictures:
            parts = slices.get(digest)
            if not sizes.get(digest) and not (parts and all(sizes.get(part) for part in parts)):
                yield Finding("picture.missing", f"the picture {digest} is not shown in its chapter", where)
    yield from _order(chapter)


def _words(post: ExpectedPost, found: pages.PostText, front: str, where: str) -> Iterator[Finding]:
    text, breaks = found.folded()
    for run in lost_runs(map(fold, post.runs), text, breaks):
        yield Finding("words.missing", f"words are missing or changed: {_excerpt(run)}", where)
    for words in post.loose:
        if fold(words) not in text and fold(words) not in front:
            yield Finding("words.missing", f"words are missing: {_excerpt(words)}", where)


def _order(chapter: _Chapter) -> Iterator[Finding]:
    """Posts that do not stand in the order of the thread, or stand there twice."""
    last = 0
    for post in chapter.posts():
        if post.n <= last:
            yield Finding("post.order", f"the post stands after post {last}", f"{chapter.id}, post {post.n}")
        last = max(last, post.n)


def _evidence(archive: zipfile.ZipFile, evidence: Iterable[Evidence]) -> Iterator[Finding]:
    """Files that are not in the book byte for byte (by size and checksum, which the archive has already proved)."""
    carried = {(part.file_size, part.CRC) for part in archive.infolist() if packages.is_evidence(part.filename)}
    for file in evidence:
        if (len(file.data), zlib.crc32(file.data)) not in carried:
            yield Finding("evidence.missing", f"the book does not carry {file.name}")


def _pictures(archive: zipfile.ZipFile, pictures: Iterable[RenderedPicture]) -> Iterator[Finding]:
    """Pictures that are not, byte for byte, those which should stand for their originals."""
    carried = {PurePosixPath(part.filename).name: part for part in archive.infolist()}
    for picture in pictures:
        part = carried.get(PurePosixPath(picture.name).name)
        if part and picture.derivative and not _is(part, picture.read()):
            yield Finding("picture.missing", "another picture stands in its place", part.filename)


def _is(part: zipfile.ZipInfo, data: bytes) -> bool:
    """Whether the part holds these bytes (by size and checksum, which the archive has already proved)."""
    return (part.file_size, part.CRC) == (len(data), zlib.crc32(data))


def _excerpt(text: str) -> str:
    return f"“{text[:60]}…”" if len(text) > 61 else f"“{text}”"
