"""The check of a PDF: it is read back with PDFium and held against the threads that it should hold.

Before: the path of a finished file. After: a report; nothing found means that every word of the threads is on the
pages in its order, that every link leads somewhere, every picture is drawn and the evidence is attached byte for byte.

Notes at the foot of a page are words of the book's own, and left out: a post goes on overleaf.

Two things PDFium cannot give back as they were set, and so they are compared less strictly. Emoji are not compared at
all: WeasyPrint draws them as pictures over empty glyphs, and PDFium forgets some of those. Words in scripts whose
letters are reordered, joined or stacked (Hebrew with points, Arabic, the scripts of India and of South-East Asia) are
compared without their marks, and where that is not enough by how often each letter occurs. So are the other words of
such a post: among words in Hebrew PDFium gives back "example.org" as "org.example", the author's own "1/" as "/1".
What PDFium loses of such lines (letters beyond the first 65,536, marks that stand on marks, ligatures of a phrase) is
looked for in what the glyphs say themselves (:mod:`threadbound.readers.pdf_drawn`).
"""

from __future__ import annotations

import math
import re
import unicodedata
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
from threadbound.checks.report import CheckReport, Finding
from threadbound.checks.words import ExpectedPost, expected, fold_print, fold_url, lost_runs
from threadbound.digests import sha256
from threadbound.media.probe import MAX_PIXELS, opened
from threadbound.model.media import Media
from threadbound.model.text import spelled_out
from threadbound.model.thread import Thread
from threadbound.rendering.filters import EMOJI
from threadbound.rendering.rendered import RenderedPicture

#: Names of the places of notes at the foot of a page.
FOOTNOTE = re.compile(r".+-foot\d+")
#: How far letters may reach out of the box of their page's words, in points.
SLACK = 1.0
#: Scripts whose letters are reordered, joined or stacked: Hebrew to Myanmar, Khmer to Mongolian, Tai, and their forms;
#: and the characters that reorder any script.
COMPLEX = re.compile(
    "[\u0590-\u109f\u1780-\u18af\u1a00-\u1aff\ufb1d-\ufdff\ufe70-\ufefc\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
    "\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
#: Marks that stand on, under and round letters of any script.
_MARKS = re.compile("[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20f0\ufe20-\ufe2f]")
#: Brackets stand mirrored among words from right to left, also where a post has no letters but those of names.
_BRACKET = re.compile(r"[()\[\]{}<>]")
_SIDES = str.maketrans(")]}>", "([{<")
#: Letters beyond the first 65,536, which PDFium loses here and there.
_BEYOND = re.compile("[\U00010000-\U0010ffff]")
#: Whether a sign is drawn as text or as an emoji: PDFium drops both selectors.
_STYLES = dict.fromkeys(map(ord, "\ufe0e\ufe0f"))
#: What may be drawn as an emoji.
_UNREAD = re.compile(f"{EMOJI.pattern}|[©®™ℹ↔-↙↩↪Ⓜ]")


class _Run(Struct, frozen=True):
    """Words that must be on the pages."""

    folded: str
    words: str
    place: str
    is_mixed: bool
    """Of such a post: :func:`_is_mixed`."""


class _Chapter(Struct, frozen=True):
    """What stands on the pages of one chapter."""

    text: str
    """Folded."""
    page_ends: tuple[int, ...]
    """Offsets in ``text``."""
    links: frozenset[str]
    """Of its pages."""
    drawn: Callable[[], str] = str
    """What its glyphs say, folded, in the order of drawing; read when it is asked for."""


class _Contents(Struct, frozen=True):
    """What is in the file."""

    chapters: tuple[_Chapter, ...]
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
            texts.append(_fold(_page_text(page, tops.get(number))))
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
) -> _Chapter:
    """What stands in a stretch of the pages."""
    pages = range(stretch.start.page, min(stretch.end.page + 1, len(texts)))
    own = [texts[page] for page in pages]

    def part(number: int, above: float | None = None, below: float | None = None) -> str:
        return _fold(_page_text(document[number], tops.get(number), above, below))

    if pages and stretch.end.page in pages:
        own[-1] = part(stretch.end.page, above=stretch.end.height)
    if pages and math.isfinite(stretch.start.height):
        above = stretch.end.height if len(pages) == 1 and stretch.end.page in pages else None
        own[0] = part(stretch.start.page, above=above, below=stretch.start.height)
    if len(own) > 1 and not own[-1]:  # what follows begins at the top of its page
        own.pop()
    shown = frozenset().union(*(links[page] for page in list(pages)[: len(own)]))
    return _Chapter("".join(own), tuple(accumulate(map(len, own))), shown)


def _drawn(path: Path | bytes, stretch: Stretch, count: int) -> Callable[[], str]:
    """Reads what the glyphs of a stretch's pages say; most books never ask."""

    @cache
    def read() -> str:
        from threadbound.readers.pdf_drawn import words  # noqa: PLC0415 - nothing else here needs pikepdf: 15 MB

        return _fold(words(path, range(stretch.start.page, min(stretch.end.page + 1, count))))

    return read


def _fold(text: str) -> str:
    return fold_print(_UNREAD.sub("", text.translate(_STYLES)))


def _bare(text: str) -> str:
    """Folded text without the marks that stand on, under or round letters, and without brackets, which are mirrored."""
    return "".join(
        each for each in text if not unicodedata.category(each).startswith("M") and not unicodedata.mirrored(each)
    )


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
            _Run(_fold(spelled_out(words, names)), words, _place(thread, post.n), is_mixed)
            for thread in own
            for post in expected(thread)
            for is_mixed in [_is_mixed(post)]
            for words in post.runs
        ]
        yield from _lost(chapter, runs)


def _lost(chapter: _Chapter, runs: Sequence[_Run]) -> Iterator[Finding]:
    missing = _not_in_order(chapter, runs)
    if not all(run.is_mixed for run in missing):
        # Words that PDFium reorders may have been found further on than they are, and hidden those between.
        surely = set(map(id, _not_in_order(chapter, [run for run in runs if not run.is_mixed])))
        missing = [run for run in missing if run.is_mixed or id(run) in surely]
    read = [run for run in missing if run.is_mixed]
    found = set(map(id, _loosely_found(chapter.text, read)))
    if COMPLEX.search(chapter.text):
        text = chapter.text.translate(_SIDES)
        found |= {id(run) for run in missing if _BRACKET.search(run.folded) and run.folded.translate(_SIDES) in text}
    if hard := [run for run in missing if (run.is_mixed or _is_hard(run.words)) and id(run) not in found]:
        gone = set(map(id, missing)) - found
        found |= set(map(id, _loosely_found(chapter.drawn(), hard, [run for run in runs if id(run) not in gone])))
    for run in missing:
        if id(run) not in found:
            yield Finding("words.missing", f"words are missing or changed: {run.words[:60]!r}", run.place)


def _not_in_order(chapter: _Chapter, runs: Sequence[_Run]) -> list[_Run]:
    """Those runs that are not on the pages behind the ones before them."""
    return [runs[place] for place in lost_runs([run.folded for run in runs], chapter.text, chapter.page_ends)]


def _loosely_found(words: str, runs: Iterable[_Run], others: Iterable[_Run] = ()) -> Iterator[_Run]:
    """Those runs whose letters are there beside ``others``: each takes its own away, so that none is counted twice."""
    text = _bare(words)
    left = Counter(text) - Counter(letter for run in others for letter in _bare(run.folded))
    for run in runs:
        letters = Counter(_bare(run.folded))
        if _bare(run.folded) in text or letters <= left:
            left -= letters
            yield run


def _has_letters(chapter: _Chapter, words: str, *, is_mixed: bool = False) -> bool:
    """Whether words that PDFium reorders, or that stand among such, can be on the pages: by their letters."""
    if not (is_mixed or _is_hard(words)):
        return False
    letters = Counter(_bare(_fold(words)))
    return letters <= Counter(_bare(chapter.text)) or letters <= Counter(_bare(chapter.drawn()))


def _is_hard(words: str) -> bool:
    """Whether PDFium may reorder or lose some of the words."""
    return any(kind.search(_UNREAD.sub("", words)) for kind in (COMPLEX, _MARKS, _BEYOND))


def _is_mixed(post: ExpectedPost) -> bool:
    """Whether PDFium may reorder the words of a post: those in other scripts too, such as "1/" or a host."""
    return any(map(COMPLEX.search, post.runs))


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
                if _fold(printed) in chapter.text or _has_letters(chapter, printed, is_mixed=_is_mixed(post)):
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
