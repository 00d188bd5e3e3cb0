"""Words of posts, held against what PDFium reads on a PDF's pages.

Before: a chapter's pages, read, and the words that must be on them. After: those that are not there.
What PDFium changes is compared less strictly. Emoji are not compared at all: WeasyPrint draws them as pictures over
empty glyphs, and PDFium forgets some of those. Words in scripts whose letters are reordered, joined or stacked (Hebrew
with points, Arabic, the scripts of India and of South-East Asia) are compared without their marks, and where that is
not enough by how often each letter occurs. So are the other words of such a post, and the first ones of a post that
answers somebody with such a name: among words in Hebrew PDFium gives back "example.org" as "org.example", the author's
own "1/" as "/1". Brackets may be mirrored beside such words.
What PDFium loses (letters beyond the first 65,536, marks that stand on marks, ligatures of a phrase) is looked for in
what the glyphs say themselves (:mod:`threadbound.readers.pdf_drawn`).
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence

from msgspec import Struct

from threadbound.checks.words import ExpectedPost, ends, fold_print, lost_runs
from threadbound.rendering.filters import EMOJI

#: Scripts whose letters are reordered, joined or stacked: Hebrew to Myanmar, Khmer to Mongolian, Tai, and their forms;
#: and the characters that reorder any script.
COMPLEX = re.compile(
    "[\u0590-\u109f\u1780-\u18af\u1a00-\u1aff\ufb1d-\ufdff\ufe70-\ufefc\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
    "\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
#: Marks that stand on, under and round letters of any script.
_MARKS = re.compile("[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20f0\ufe20-\ufe2f]")
#: Brackets stand mirrored among words from right to left, also where a post has no letters but those of names.
_SIDES = str.maketrans(")]}>", "([{<")
#: Letters beyond the first 65,536, which PDFium loses here and there.
_BEYOND = re.compile("[\U00010000-\U0010ffff]")
#: So many characters hardly fit in a line.
_LINE = 120
#: Whether a sign is drawn as text or as an emoji: PDFium drops both selectors.
_STYLES = dict.fromkeys(map(ord, "\ufe0e\ufe0f"))
#: What may be drawn as an emoji.
_UNREAD = re.compile(f"{EMOJI.pattern}|[©®™ℹ↔-↙↩↪Ⓜ]")


class Run(Struct, frozen=True):
    """Words that must be on the pages."""

    folded: str
    words: str
    place: str
    """The saved page and the post."""
    is_mixed: bool
    """Beside words that PDFium reorders: :func:`is_mixed`."""


class Chapter(Struct, frozen=True):
    """What stands on the pages of one chapter."""

    text: str
    """Folded."""
    page_ends: tuple[int, ...]
    """Offsets in ``text``."""
    links: frozenset[str]
    """Of its pages."""
    drawn: Callable[[], str] = str
    """What its glyphs say, folded, in the order of drawing; read when it is asked for."""


def fold(text: str) -> str:
    """``text`` as it is compared: :func:`fold_print`, without emoji."""
    return fold_print(_UNREAD.sub("", text.translate(_STYLES)))


def _bare(text: str) -> str:
    """Folded text without the marks that stand on, under or round letters, and without brackets, which are mirrored."""
    return "".join(
        each for each in text if not unicodedata.category(each).startswith("M") and not unicodedata.mirrored(each)
    )


def lost(chapter: Chapter, runs: Sequence[Run]) -> list[Run]:
    """Those runs that are not on the chapter's pages, in their order.

    Args:
        chapter: its pages, read.
        runs: all that must be there.
    """
    places = list(ends([run.folded for run in runs], chapter.text, chapter.page_ends))
    missing = [run for run, place in zip(runs, places, strict=True) if place < 0]
    if not missing:
        return []
    # Words that PDFium changes may have been found further on than they are, and have hidden those between.
    plain = [run for run in runs if not _is_changed(run)]
    sides = _SIDES if COMPLEX.search(chapter.text) else {}
    text = _without_complex(chapter.text, runs, places).translate(sides)
    gone = set(lost_runs([run.folded.translate(sides) for run in plain], text, chapter.page_ends))
    still = {id(run) for place, run in enumerate(plain) if place in gone}
    missing = [run for run in missing if id(run) in still or _is_changed(run)]
    absent = set(map(id, missing))
    found: set[int] = set()
    if mixed := [run for run in missing if run.is_mixed]:
        there = [run for run in runs if id(run) not in absent]
        found = set(map(id, _loosely_found(chapter.text, mixed, there)))
    if hard := [run for run in missing if _is_changed(run) and id(run) not in found]:
        lacking = absent - found
        others = [run for run in runs if id(run) not in lacking]
        found |= set(map(id, _loosely_found(chapter.drawn(), hard, others)))
    return [run for run in missing if id(run) not in found]


def _without_complex(text: str, runs: Sequence[Run], places: Sequence[int]) -> str:
    """``text`` without the runs in such a script that stand in it: no other words pass for words that are in them."""
    for run, end in zip(runs, places, strict=True):
        start = end - len(run.folded)
        if start >= 0 and COMPLEX.search(run.folded) and text[start:end] == run.folded:
            text = text[:start] + "\0" * len(run.folded) + text[end:]
    return text


def _is_changed(run: Run) -> bool:
    """Whether PDFium may reorder or lose some of its words."""
    return run.is_mixed or is_hard(run.words)


def _loosely_found(words: str, runs: Iterable[Run], others: Iterable[Run] = ()) -> Iterator[Run]:
    """Those runs whose letters are there beside ``others``: each takes its own away, so that none is counted twice."""
    text = _bare(words)
    left = Counter(text) - Counter(letter for run in others for letter in _bare(run.folded))
    for run in runs:
        letters = Counter(_bare(run.folded))
        if _bare(run.folded) in text or letters <= left:
            left -= letters
            yield run


def has_letters(chapter: Chapter, words: str, *, is_mixed: bool = False) -> bool:
    """Whether words that PDFium reorders, or that stand among such, can be on the pages: by their letters."""
    if not (is_mixed or is_hard(words)):
        return False
    letters = Counter(_bare(fold(words)))
    return letters <= Counter(_bare(chapter.text)) or letters <= Counter(_bare(chapter.drawn()))


def is_hard(words: str) -> bool:
    """Whether PDFium may reorder or lose some of the words."""
    return any(kind.search(_UNREAD.sub("", words)) for kind in (COMPLEX, _MARKS, _BEYOND))


def is_mixed(post: ExpectedPost, run: int = 0) -> bool:
    """Whether PDFium may reorder the words of a post: those in other scripts too, such as "1/" or a host.

    Args:
        post: which.
        run: of its words, by place. Whom the post answers stands in front of them, in a line with the first ones.
    """
    before = "".join(post.runs[:run])
    beside = post.loose if len(before) < _LINE and "\n" not in before else ()
    return any(map(COMPLEX.search, (*post.runs, *beside)))
