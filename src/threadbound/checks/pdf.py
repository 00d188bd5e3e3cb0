"""The check of a PDF: it is read back with PDFium and held against the threads that it should hold.

Before: the path of a finished file. After: a report; nothing found means that every word of the threads is on the pages
in its order, that every link leads somewhere, every picture is drawn and the evidence is attached byte for byte.

Notes at the foot of a page are words of the book's own: those of all pages are read after all posts.

Two things PDFium cannot give back as they were set, and so they are compared less strictly. Emoji are not compared at
all: WeasyPrint draws them as pictures over empty glyphs, and PDFium forgets some of those. Words in scripts whose
letters are reordered, joined or stacked (Hebrew with points, Arabic, the scripts of India and of South-East Asia) are
compared without their marks, and where that is not enough by how often each letter occurs.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pypdfium2
from msgspec import Struct
from pypdfium2 import raw

from threadbound.book.book import Evidence
from threadbound.book.coverage import uncovered
from threadbound.checks.report import CheckReport, Finding
from threadbound.checks.words import expected, fold_print, fold_url, lost_runs
from threadbound.digests import sha256
from threadbound.media.probe import MAX_PIXELS, opened
from threadbound.model.media import Media
from threadbound.model.text import spelled_out
from threadbound.model.thread import Thread
from threadbound.rendering.filters import EMOJI
from threadbound.rendering.rendered import RenderedPicture

#: Names of the places of notes at the foot of a page.
FOOTNOTE = re.compile(r"t\d+-f\d+")
#: How far letters may reach out of the box of their page's words, in points.
SLACK = 1.0
#: Scripts whose letters are reordered, joined or stacked: Hebrew to Myanmar, Khmer to Mongolian, Tai, and their forms;
#: and the characters that reorder any script.
COMPLEX = re.compile(
    "[\u0590-\u109f\u1780-\u18af\u1a00-\u1aff\ufb1d-\ufdff\ufe70-\ufefc\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)
#: Whether a sign is drawn as text or as an emoji: PDFium drops both selectors.
_STYLES = dict.fromkeys(map(ord, "\ufe0e\ufe0f"))
#: What may be drawn as an emoji.
_UNREAD = re.compile(f"{EMOJI.pattern}|[©®™ℹ↔-↙↩↪Ⓜ]")


class _Run(Struct, frozen=True):
    """Words that must be on the pages."""

    folded: str
    words: str
    place: str


class _Contents(Struct, frozen=True):
    """What is in the file."""

    text: str
    """All pages, folded, and then the notes at their feet."""
    page_ends: tuple[int, ...]
    """Offsets in ``text``."""
    links: frozenset[str]
    pictures: dict[tuple[int, int], Counter[str]]
    """Size in pixels → digests of the different pictures of that size, as they are stored in the file, and how often
    each is drawn."""
    attachments: dict[str, bytes]


def check(
    path: Path,
    threads: Sequence[Thread],
    evidence: Sequence[Evidence] = (),
    pictures: Sequence[RenderedPicture] = (),
) -> CheckReport:
    """Read the PDF at ``path`` back.

    Args:
        path: the file.
        threads: what it should hold, in the order of its chapters.
        evidence: the files that it should carry.
        pictures: what should stand for the originals; one for which nothing is named must be there as it is.
    """
    try:
        contents = _read(path)
    except pypdfium2.PdfiumError as error:
        return CheckReport((Finding("file.broken", f"the file is no whole PDF: {error}"),))
    shown = {each.derivative.original.sha256: each for each in pictures if each.derivative}
    parts = (*_parts(contents, threads), *_pictures(contents, threads, shown))
    return CheckReport((*_words(contents, threads), *parts, *_evidence(contents, evidence)))


def _read(path: Path) -> _Contents:
    with pypdfium2.PdfDocument(path) as document:
        texts: list[str] = []
        links: set[str] = set()
        pictures: dict[tuple[int, int], Counter[str]] = {}
        tops, notes = _notes(document), []
        for number, page in enumerate(document):
            words, foot = _page_texts(page, tops.get(number))
            texts.append(_fold(words))
            notes.append(_fold(foot))
            links.update(_page_links(document, page))
            for image in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE]):
                pictures.setdefault(image.get_px_size(), Counter())[sha256(bytes(image.get_data()))] += 1
        found = (document.get_attachment(k) for k in range(document.count_attachments()))
        attachments = {item.get_name(): bytes(item.get_data()) for item in found}
    ends = [sum(map(len, texts[: k + 1])) for k in range(len(texts))]
    return _Contents("".join((*texts, *notes)), tuple(ends), frozenset(links), pictures, attachments)


def _fold(text: str) -> str:
    return fold_print(_UNREAD.sub("", text.translate(_STYLES)))


def _bare(text: str) -> str:
    """Folded text without the marks that stand on, under or round letters."""
    return "".join(character for character in text if not unicodedata.category(character).startswith("M"))


def _page_texts(page: Any, notes: float | None) -> tuple[str, str]:  # noqa: ANN401 - pypdfium2 has no types
    """The words between running head and page number, those in the page's ArtBox; and those of the notes below them.

    Args:
        page: of the document.
        notes: how far up the notes at its foot reach, if it has any.
    """
    _, bottom, _, top = page.get_artbox()
    width, _ = page.get_size()
    text = page.get_textpage()
    above = bottom if notes is None else max(bottom, notes)
    words = text.get_text_bounded(left=0, right=width, bottom=above - SLACK, top=top + SLACK)
    if above == bottom:
        return words, ""
    return words, text.get_text_bounded(left=0, right=width, bottom=bottom - SLACK, top=above + SLACK)


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
    """Words that are not on the pages, in order; one finding a run."""
    names = uncovered(threads)
    runs = [
        _Run(_fold(spelled_out(words, names)), words, _place(thread, post.n))
        for thread in threads
        for post in expected(thread)
        for words in post.runs
    ]
    lost = Counter(lost_runs([run.folded for run in runs if run.folded], contents.text, contents.page_ends))
    missing = []
    for run in runs:
        if lost[run.folded] > 0:
            lost[run.folded] -= 1
            missing.append(run)
    read = [run for run in missing if COMPLEX.search(run.words)]
    found = set(map(id, _loosely_found(contents, read)))
    for run in missing:
        if id(run) not in found:
            yield Finding("words.missing", f"words are missing or changed: {run.words[:60]!r}", run.place)


def _loosely_found(contents: _Contents, runs: Iterable[_Run]) -> Iterator[_Run]:
    """Those runs whose letters are there: each takes its own away, so that none is counted twice."""
    text = _bare(contents.text)
    left = Counter(text)
    for run in runs:
        letters = Counter(_bare(run.folded))
        if _bare(run.folded) in text or letters <= left:
            left -= letters
            yield run


def _has_letters(text: str, words: str) -> bool:
    """Whether words of a script that PDFium reorders can be on the pages: then only their letters are compared."""
    return bool(COMPLEX.search(words)) and Counter(_bare(_fold(words))) <= Counter(_bare(text))


def _parts(contents: _Contents, threads: Sequence[Thread]) -> Iterator[Finding]:
    """Links and words set apart that are not there."""
    for thread in threads:
        for post in expected(thread):
            place = _place(thread, post.n)
            for url in post.links:
                if fold_url(url) not in contents.links:
                    yield Finding("link.missing", f"nothing links to {url}", place)
            for words in post.loose:
                if _fold(words) not in contents.text and not _has_letters(contents.text, words):
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
