"""The check of a PDF: it is read back with PDFium and held against the threads that it should hold.

Before: the path of a finished file. After: a report; nothing found means that every word of the threads is on the
pages in its order, that every link leads somewhere, every picture is drawn and the evidence is attached byte for byte.

Notes at the foot of a page are words of the book's own, and left out: a post goes on overleaf.

How words are compared, some less strictly: :mod:`threadbound.checks.pdf_words`.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import Any

import pypdfium2
from msgspec import Struct
from msgspec.structs import replace
from pypdfium2 import raw

from threadbound.book.book import Evidence
from threadbound.book.coverage import uncovered
from threadbound.book.crossings import crossings as ways_inside
from threadbound.book.identity import chapter_ids
from threadbound.checks.pdf_stretches import Stretch, stretches
from threadbound.checks.pdf_words import Chapter, Run, fold, has_letters, is_mixed, lost
from threadbound.checks.report import CheckReport, Finding
from threadbound.checks.words import expected, fold_url
from threadbound.digests import sha256
from threadbound.media.probe import MAX_PIXELS, opened
from threadbound.model.media import Media
from threadbound.model.text import spelled_out
from threadbound.model.thread import Thread
from threadbound.rendering.rendered import RenderedPicture

#: Names of the places of notes at the foot of a page.
FOOTNOTE = re.compile(r".+-foot\d+")
#: How far letters may reach out of the box of their page's words, in points.
SLACK = 1.0


class _Contents(Struct, frozen=True):
    """What is in the file."""

    chapters: tuple[Chapter, ...]
    """One a thread; each the whole book, where nobody knows where they stand."""
    is_parted: bool
    """Whether that is known."""
    links: frozenset[str]
    """Of all pages."""
    pictures: dict[tuple[int, int], Counter[str]]
    """Size in pixels → digests of the different pictures of that size, as they are stored in the file, and how often
    each is drawn."""
    attachments: dict[str, bytes]


def check(
    path: Path | bytes,
    threads: Sequence[Thread],
    evidence: Sequence[Evidence] = (),
    pictures: Sequence[RenderedPicture] = (),
    crossings: Collection[str] = (),
) -> CheckReport:
    """Read the PDF at ``path`` back.

    Args:
        path: the file, or what is in it.
        threads: what it should hold, in the order of its chapters.
        evidence: the files that it should carry.
        pictures: what should stand for the originals; one for which nothing is named must be there as it is.
        crossings: addresses of what stands elsewhere in the book of which this is a piece: its links lead there, and
            the addresses stand among those of the whole book.
    """
    try:
        contents = _read(path, chapter_ids(threads))
    except pypdfium2.PdfiumError as error:
        return CheckReport((Finding("file.broken", f"the file is no whole PDF: {error}"),))
    shown = {each.derivative.original.sha256: each for each in pictures if each.derivative}
    parts = (*_parts(contents, threads, frozenset(crossings)), *_pictures(contents, threads, shown))
    return CheckReport((*_words(contents, threads), *parts, *_evidence(contents, evidence)))


def _read(path: Path | bytes, names: Sequence[str]) -> _Contents:
    with pypdfium2.PdfDocument(path) as document:
        texts: list[str] = []
        links: list[frozenset[str]] = []
        pictures: dict[tuple[int, int], Counter[str]] = {}
        tops = _notes(document)
        for number, page in enumerate(document):
            texts.append(fold(_page_text(page, tops.get(number))))
            links.append(frozenset(_page_links(document, page)))
            for image in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE]):
                pictures.setdefault(image.get_px_size(), Counter())[sha256(bytes(image.get_data()))] += 1
        found = (document.get_attachment(k) for k in range(document.count_attachments()))
        attachments = {item.get_name(): bytes(item.get_data()) for item in found}
        own = stretches(document, names)
        chapters = tuple(
            replace(_chapter(document, stretch, texts, links, tops), drawn=_drawn(path, stretch, len(texts)))
            for stretch in own
        )
    return _Contents(chapters, len(set(own)) > 1, frozenset().union(*links), pictures, attachments)


def _chapter(
    document: Any,  # noqa: ANN401 - pypdfium2 has no types
    stretch: Stretch,
    texts: Sequence[str],
    links: Sequence[frozenset[str]],
    tops: Mapping[int, float],
) -> Chapter:
    """What stands in a stretch of the pages."""
    pages = range(stretch.start.page, min(stretch.end.page + 1, len(texts)))
    own = [texts[page] for page in pages]

    def part(number: int, above: float | None = None, below: float | None = None) -> str:
        return fold(_page_text(document[number], tops.get(number), above, below))

    if pages and stretch.end.page in pages:
        own[-1] = part(stretch.end.page, above=stretch.end.height)
    if pages and math.isfinite(stretch.start.height):
        above = stretch.end.height if len(pages) == 1 and stretch.end.page in pages else None
        own[0] = part(stretch.start.page, above=above, below=stretch.start.height)
    if len(own) > 1 and not own[-1]:  # what follows begins at the top of its page
        own.pop()
    shown = frozenset().union(*(links[page] for page in list(pages)[: len(own)]))
    return Chapter("".join(own), tuple(accumulate(map(len, own))), shown)


def _drawn(path: Path | bytes, stretch: Stretch, count: int) -> Callable[[], str]:
    """Reads what the glyphs of a stretch's pages say; most books never ask."""

    @cache
    def read() -> str:
        from threadbound.readers.pdf_drawn import words  # noqa: PLC0415 - nothing else here needs pikepdf: 15 MB

        return fold(words(path, range(stretch.start.page, min(stretch.end.page + 1, count))))

    return read


def _page_text(
    page: Any,  # noqa: ANN401 - pypdfium2 has no types
    notes: float | None = None,
    above: float | None = None,
    below: float | None = None,
) -> str:
    """The words between running head and page number, those in the page's ArtBox; or of those above or below a line.

    Args:
        page: of the document.
        notes: how far up the notes at its foot reach, which are none of the words, if it has any.
        above: a line.
        below: a line.
    """
    _, bottom, _, top = page.get_artbox()
    width, _ = page.get_size()
    least = max(bottom, *(line for line in (notes, above) if line is not None), bottom) - SLACK
    most = top + SLACK if below is None else min(top + SLACK, below + SLACK)
    if above is not None and above >= top - SLACK:
        return ""
    text: str = page.get_textpage().get_text_bounded(left=0, right=width, bottom=least, top=most)
    return text


def _notes(document: Any) -> dict[int, float]:  # noqa: ANN401 - pypdfium2 has no types
    """Index of a page → how far up the notes at its foot reach."""
    tops: dict[int, float] = {}
    for place in range(raw.FPDF_CountNamedDests(document.raw)):
        size = raw.c_long(0)
        raw.FPDF_GetNamedDest(document.raw, place, None, size)
        name = raw.create_string_buffer(max(0, size.value))
        target = raw.FPDF_GetNamedDest(document.raw, place, name, size)
        if target and FOOTNOTE.fullmatch(name.raw.decode("utf-16-le", "replace").rstrip("\0")):
            has, x, y, zoom = [raw.c_int(0) for _ in range(3)], *(raw.c_float(0) for _ in range(3))
            page = raw.FPDFDest_GetDestPageIndex(document.raw, target)
            if raw.FPDFDest_GetLocationInPage(target, *has, x, y, zoom) and has[1].value:
                tops[page] = max(tops.get(page, 0.0), y.value)
    return tops


def _page_links(document: Any, page: Any) -> Iterator[str]:  # noqa: ANN401 - pypdfium2 has no types
    """The addresses that the page's links lead to."""
    position, link = raw.c_int(0), raw.FPDF_LINK()
    while raw.FPDFLink_Enumerate(page.raw, position, link):
        action = raw.FPDFLink_GetAction(link)
        size = raw.FPDFAction_GetURIPath(document.raw, action, None, 0) if action else 0
        if size:
            buffer = raw.create_string_buffer(size)
            raw.FPDFAction_GetURIPath(document.raw, action, buffer, size)
            yield fold_url(buffer.raw[: size - 1].decode("utf-8", "replace"))


def _words(contents: _Contents, threads: Sequence[Thread]) -> Iterator[Finding]:
    """Words that are not on the pages of their chapters, in order; one finding a run."""
    names = uncovered(threads)
    chapters = contents.chapters
    if contents.is_parted:
        groups = [(chapter, [thread]) for chapter, thread in zip(chapters, threads, strict=True)]
    else:  # nobody knows where each stands: they stand in order
        groups = [(chapters[0], list(threads))] if chapters else []
    for chapter, own in groups:
        runs = [
            Run(fold(spelled_out(words, names)), words, _place(thread, post.n), is_mixed(post, k))
            for thread in own
            for post in expected(thread)
            for k, words in enumerate(post.runs)
        ]
        for run in lost(chapter, runs):
            yield Finding("words.missing", f"words are missing or changed: {run.words[:60]!r}", run.place)


def _parts(contents: _Contents, threads: Sequence[Thread], elsewhere: frozenset[str]) -> Iterator[Finding]:
    """Links and words set apart that are not there. Where a link leads into the book, its address stands elsewhere."""
    names, unnamed = chapter_ids(threads), uncovered(threads)
    ways = ways_inside(threads, names, names)
    for thread, chapter, inside in zip(threads, contents.chapters, ways, strict=True):
        for post in expected(thread):
            place = _place(thread, post.n)
            for url in post.links:
                links = contents.links if url in inside else chapter.links
                if fold_url(url) not in links and url not in elsewhere:
                    yield Finding("link.missing", f"nothing links to {url}", place)
            for words in post.loose:
                printed = spelled_out(words, unnamed)
                if fold(printed) in chapter.text or has_letters(chapter, printed, is_mixed=is_mixed(post)):
                    continue
                yield Finding("words.missing", f"words are missing: {words!r}", place)


def _pictures(
    contents: _Contents, threads: Sequence[Thread], shown: Mapping[str, RenderedPicture]
) -> Iterator[Finding]:
    """Pictures of the posts that are not drawn, or of which a part is not drawn."""
    sizes: dict[tuple[int, int], dict[str, str]] = {}
    for thread in threads:
        for n, media in _media(thread):
            picture = shown.get(str(media.sha256))
            made = picture.derivative if picture else None
            size = made.recipe.size if made else (media.width or 0, media.height or 0)
            sizes.setdefault(size, {})[str(media.sha256)] = _place(thread, n)
    for size, wanted in sizes.items():
        drawn = contents.pictures.get(size, Counter())
        standing = {digest: shown[digest] for digest in wanted if digest in shown}
        if len(drawn) < len(wanted) and len(drawn) < len(wanted) - len(standing) + _different(standing.values()):
            own = {digest: sha256(picture.read()) for digest, picture in standing.items()}
            lost = [place for digest, place in wanted.items() if own.get(digest, digest) not in drawn]
            message = f"of {len(wanted)} pictures of {size[0]} × {size[1]} pixels {len(drawn)} are drawn"
            yield Finding("picture.missing", message, lost[-1])
        elif any(picture.windows > 1 for picture in standing.values()):
            parts = sum(picture.windows for picture in standing.values())
            if drawn.total() < parts:
                message = f"of {parts} parts of pictures of {size[0]} × {size[1]} pixels {drawn.total()} are drawn"
                yield Finding("picture.missing", message, next(iter(wanted.values())))


def _different(pictures: Iterable[RenderedPicture]) -> int:
    """How many look different: two files with the same pixels are stored in a PDF alike. Decodes them all."""
    pixels = set()
    for picture in pictures:
        with opened(picture.read(), picture.derivative.recipe.pixels if picture.derivative else MAX_PIXELS) as image:
            # A PDF keeps what shines through apart from the colours, which alone are compared.
            pixels.add(sha256(image.convert("RGBA").convert("RGB").tobytes()))
    return len(pixels)


def _place(thread: Thread, n: int) -> str:
    """The saved page and the post, for a message."""
    return ", ".join([*(note.name for note in thread.captures[:1]), f"post {n}"])


def _media(thread: Thread) -> Iterator[tuple[int, Media]]:
    for post in thread.posts:
        media = [*post.media, *(item for quote in post.quotes for item in quote.media)]
        yield from ((post.n, item) for item in media if item.sha256)


def _evidence(contents: _Contents, evidence: Iterable[Evidence]) -> Iterator[Finding]:
    for file in evidence:
        if contents.attachments.get(file.name) != file.data:
            yield Finding("evidence.missing", f"the book does not carry {file.name}")
