"""The check of a PDF: it is read back with PDFium and held against the threads that it should hold.

Before: the path of a finished file. After: a report; nothing found means that every word of the threads is on the pages
in its order, that every link leads somewhere, every picture is drawn and the evidence is attached byte for byte.

Emoji are not compared: WeasyPrint draws them as pictures over empty glyphs, and PDFium forgets some of those.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pypdfium2
from msgspec import Struct
from pypdfium2 import raw

from threadbound.book.book import Evidence
from threadbound.book.coverage import uncovered
from threadbound.checks.report import CheckReport, Finding
from threadbound.checks.words import expected, fold_print, fold_url, lost_runs
from threadbound.model.media import Media
from threadbound.model.text import spelled_out
from threadbound.model.thread import Thread
from threadbound.rendering.filters import EMOJI

#: Running heads stand above, page numbers below these parts of a page's height; the words stand between.
HEAD, FOOT = 0.085, 0.128


class _Contents(Struct, frozen=True):
    """What is in the file."""

    text: str
    """All pages, folded."""
    page_ends: tuple[int, ...]
    """Offsets in ``text``."""
    links: frozenset[str]
    sizes: frozenset[tuple[int, int]]
    """Of the pictures, in pixels."""
    attachments: dict[str, bytes]


def check(path: Path, threads: Sequence[Thread], evidence: Iterable[Evidence] = ()) -> CheckReport:
    """Read the PDF at ``path`` back.

    Args:
        path: the file.
        threads: what it should hold, in the order of its chapters.
        evidence: the files that it should carry.
    """
    try:
        contents = _read(path)
    except pypdfium2.PdfiumError as error:
        return CheckReport((Finding("file.broken", f"the file is no whole PDF: {error}"),))
    return CheckReport((*_words(contents, threads), *_parts(contents, threads), *_evidence(contents, evidence)))


def _read(path: Path) -> _Contents:
    with pypdfium2.PdfDocument(path) as document:
        texts: list[str] = []
        links: set[str] = set()
        sizes: set[tuple[int, int]] = set()
        for page in document:
            texts.append(_fold(_page_text(page)))
            links.update(_page_links(document, page))
            sizes.update(image.get_px_size() for image in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE]))
        found = (document.get_attachment(k) for k in range(document.count_attachments()))
        attachments = {item.get_name(): bytes(item.get_data()) for item in found}
    ends = [sum(map(len, texts[: k + 1])) for k in range(len(texts))]
    return _Contents("".join(texts), tuple(ends), frozenset(links), frozenset(sizes), attachments)


def _fold(text: str) -> str:
    return fold_print(EMOJI.sub("", text))


def _page_text(page: Any) -> str:  # noqa: ANN401 - the library has no types
    """The words between running head and page number."""
    width, height = page.get_size()
    text: str = page.get_textpage().get_text_bounded(left=0, right=width, bottom=height * FOOT, top=height * (1 - HEAD))
    return text


def _page_links(document: Any, page: Any) -> Iterator[str]:  # noqa: ANN401
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
    runs: list[str] = []
    places: list[str] = []
    for number, thread in enumerate(threads, 1):
        for post in expected(thread):
            runs += post.runs
            places += [f"thread {number}, post {post.n}"] * len(post.runs)
    folded = [_fold(spelled_out(run, uncovered(threads))) for run in runs]
    lost = set(lost_runs([run for run in folded if run], contents.text, contents.page_ends))
    for run, words, place in zip(folded, runs, places, strict=True):
        if run in lost:
            lost.discard(run)
            yield Finding("words.missing", f"words are missing or changed: {words[:60]!r}", place)


def _parts(contents: _Contents, threads: Sequence[Thread]) -> Iterator[Finding]:
    """Links and pictures that are not there."""
    for number, thread in enumerate(threads, 1):
        for post in expected(thread):
            place = f"thread {number}, post {post.n}"
            for url in post.links:
                if fold_url(url) not in contents.links:
                    yield Finding("link.missing", f"nothing links to {url}", place)
        for n, media in _pictures(thread):
            if (media.width, media.height) not in contents.sizes:
                yield Finding("picture.missing", f"the picture {media.url} is not drawn", f"thread {number}, post {n}")


def _pictures(thread: Thread) -> Iterator[tuple[int, Media]]:
    for post in thread.posts:
        media = [*post.media, *(item for quote in post.quotes for item in quote.media)]
        yield from ((post.n, item) for item in media if item.sha256)


def _evidence(contents: _Contents, evidence: Iterable[Evidence]) -> Iterator[Finding]:
    for file in evidence:
        if contents.attachments.get(file.name) != file.data:
            yield Finding("evidence.missing", f"the book does not carry {file.name}")
