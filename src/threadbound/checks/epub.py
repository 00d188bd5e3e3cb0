"""The check of an EPUB: it is opened again and held against the threads that it should hold.

Before: the path of a finished file. After: a report; nothing found means that every word, link and picture of the
threads is in the file, in its place, that the parts fit together and that nothing comes from the network.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path, PurePosixPath

from lxml import etree
from msgspec import Struct, field

from threadbound.book.book import Evidence
from threadbound.book.crossings import crossings
from threadbound.book.identity import chapter_ids
from threadbound.checks import package as packages
from threadbound.checks import pages, references
from threadbound.checks.chapter import Part, findings, linked
from threadbound.checks.proof import Proof
from threadbound.checks.report import CheckReport, Finding
from threadbound.checks.words import expected
from threadbound.model.thread import Thread
from threadbound.rendering.rendered import RenderedPicture

#: What a damaged archive or package makes its readers raise.
_BROKEN = (*packages.DAMAGED, etree.XMLSyntaxError, KeyError)


def check(
    path: Path,
    threads: Sequence[Thread],
    evidence: Sequence[Evidence] = (),
    pictures: Sequence[RenderedPicture] = (),
    proofs: Mapping[str, Proof] | None = None,
) -> CheckReport:
    """Read the EPUB at ``path`` back.

    Args:
        path: the file.
        threads: what it should hold, in the order of its chapters.
        evidence: the files that it should carry.
        pictures: what should stand for the originals; where none is named, a picture with the original's digest as
            its name will do.
        proofs: of chapters that were held against their threads when they were made, by their ids.
    """
    try:
        with zipfile.ZipFile(path) as archive, ThreadPoolExecutor(2) as aside:
            book = _Book(archive, proofs or {})
            damage = aside.submit(_damage, path)  # reading and checksums need no lock
            others = aside.submit(_pictures, archive, pictures)
            more = tuple(_findings(book, threads, evidence, pictures))
            return CheckReport((*damage.result(), *more, *others.result()))
    except (zipfile.BadZipFile, EOFError, OSError) as error:
        return CheckReport((Finding("file.broken", f"the file is no whole zip archive: {error}"),))


def _damage(path: Path) -> list[Finding]:
    """What is wrong with the archive as an archive."""
    with zipfile.ZipFile(path) as archive:
        return list(packages.zip_findings(archive))


class _Book(Struct):
    """A book that is being read."""

    archive: zipfile.ZipFile
    proofs: Mapping[str, Proof]
    documents: dict[str, pages.Page] = field(default_factory=dict)
    """Those that could be read; of a proven one what the others must know."""
    proven: dict[str, str] = field(default_factory=dict)
    """Id of a chapter → name of its document, which need not be read."""

    def read(self, names: Iterable[str]) -> Iterator[Finding]:
        """Read the documents."""
        for name in names:
            chapter = PurePosixPath(name).stem
            proof = self.proofs.get(chapter)
            try:
                if proof and proof.is_of(self.archive.getinfo(name)):
                    self.documents[name] = proof.page()
                    self.proven[chapter] = name
                else:
                    self.documents[name] = pages.read(self.archive.read(name))
            except _BROKEN as error:
                yield Finding("document.broken", f"the document cannot be read: {error}", name)

    def read_again(self, chapter: str) -> dict[str, pages.Page]:
        """The document of a chapter whose proof is not enough; nothing of one that was read."""
        name = self.proven.get(chapter)
        return {name: pages.read(self.archive.read(name))} if name else {}

    def holding(self) -> dict[str, dict[str, pages.Page]]:
        """Id of each chapter → the documents that were read and hold its posts."""
        found: dict[str, dict[str, pages.Page]] = {}
        for name, page in self.documents.items():
            for chapter in {post.chapter for post in page.posts}:
                found.setdefault(chapter, {})[name] = page
        return found

    def addresses(self) -> frozenset[str]:
        """What documents without posts link to."""
        proven = frozenset(self.proven.values())
        return linked(page for name, page in self.documents.items() if not page.posts and name not in proven)

    def sizes(self, documents: Mapping[str, pages.Page]) -> dict[str, int]:
        """Stem of the name of each part that the documents show → its bytes."""
        shown = {packages.resolve(name, load)[0] for name, page in documents.items() for load in page.loads}
        there = self.archive.NameToInfo
        return {PurePosixPath(name).stem: there[name].file_size for name in shown if name in there}

    def holds(self, chapter: str, addresses: frozenset[str]) -> bool:
        """Whether the rest of the book has what the proof of a chapter asks for."""
        name = self.proven[chapter]
        sizes = self.sizes({name: self.documents[name]})
        return all(sizes.values()) and addresses.issuperset(self.proofs[chapter].addresses)


def _findings(
    book: _Book, threads: Sequence[Thread], evidence: Iterable[Evidence], pictures: Iterable[RenderedPicture]
) -> Iterator[Finding]:
    archive = book.archive
    try:
        package = packages.read(archive)
    except _BROKEN as error:
        yield Finding("package.broken", f"the package document cannot be read: {error}")
        return
    yield from packages.part_findings(archive, package)
    yield from book.read(package.documents)
    yield from references.findings(archive, package, book.documents)
    yield from _threads(book, threads, _slices(pictures))
    yield from _evidence(archive, evidence)


def _threads(book: _Book, threads: Sequence[Thread], slices: Mapping[str, Sequence[str]]) -> Iterator[Finding]:
    """What is missing of each thread."""
    addresses, holding, names = book.addresses(), book.holding(), chapter_ids(threads)
    whole = {name for name in book.proven if name not in holding and book.holds(name, addresses)}
    if whole.issuperset(names):
        return
    ways = crossings(threads, names, [f"{name}-p{each.posts[0].n}" for name, each in zip(names, threads, strict=True)])
    for thread, chapter, inside in zip(threads, names, ways, strict=True):
        if chapter not in whole:
            own = {**holding.get(chapter, {}), **book.read_again(chapter)}
            part = Part(chapter, own, linked(own.values()), inside, addresses)
            yield from findings(expected(thread), part, book.sizes(own), slices)


def _slices(pictures: Iterable[RenderedPicture]) -> dict[str, list[str]]:
    """Digest of an original that is divided → the stems of its slices' names."""
    slices: dict[str, list[str]] = {}
    for picture in pictures:
        if picture.derivative and picture.derivative.recipe.rows:
            slices.setdefault(picture.derivative.original.sha256, []).append(PurePosixPath(picture.name).stem)
    return slices


def _evidence(archive: zipfile.ZipFile, evidence: Iterable[Evidence]) -> Iterator[Finding]:
    """Files that are not in the book byte for byte (by size and checksum, which the archive has already proved)."""
    carried = {(part.file_size, part.CRC) for part in archive.infolist() if packages.is_evidence(part.filename)}
    for file in evidence:
        if file.stamp not in carried:
            yield Finding("evidence.missing", f"the book does not carry {file.name}")


def _pictures(archive: zipfile.ZipFile, pictures: Iterable[RenderedPicture]) -> list[Finding]:
    """Pictures that are not, byte for byte, those that the writer read to stand for their originals, or that are read
    now where none did (by size and checksum, which the archive has already proved).
    """
    carried = {part.filename.rpartition("/")[2]: part for part in archive.infolist()}
    held = ((carried.get(picture.name.rpartition("/")[2]), picture) for picture in pictures if picture.derivative)
    return [
        Finding("picture.missing", "another picture stands in its place", part.filename)
        for part, picture in held
        if part and (part.file_size, part.CRC) != picture.stamp
    ]
