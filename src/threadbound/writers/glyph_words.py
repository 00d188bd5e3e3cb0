"""Which words each glyph says (``/ToUnicode``, ISO 32000-1 §9.10.3) where several glyphs stand for several characters.

Before: WeasyPrint gives all the words of a cluster (a letter and its marks, a ligature and its vowels) to one of its
glyphs, and nothing to the others; as a glyph says the same wherever it stands, letters are then missing elsewhere, or
doubled. After :func:`install`: each glyph of a cluster says its own part, a letter the letter and a point the point.
A font may also have one glyph for several characters (a dot in the middle and a bullet, in Chinese); it says the first
that is met, and a line with another is marked (``DIFFERS``), so that its words can be said beside it.
What has neither marks nor letters from right to left says what it said before.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Callable, Iterator
from typing import Any

from msgspec import Struct

from threadbound.rendering import joined
from threadbound.writers.actual_text import DIFFERS, STACKED

#: Marks that stand on, under or round letters, and the letters of scripts that run from right to left.
_CLUSTERED = re.compile(
    "[\u0300-\u036f\u0483-\u0489\u0590-\u08ff\u135d-\u135f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20f0\u2cef-\u2cf1"
    "\u2de0-\u2dff\u302a-\u302f\u3099\u309a\ua66f-\ua67d\ua69e-\ua69f\ufb1d-\ufdff\ufe20-\ufe2f\ufe70-\ufefc"
    "\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
_DECLARED = """
hb_bool_t hb_font_get_nominal_glyph(hb_font_t *font, hb_codepoint_t unicode, hb_codepoint_t *glyph);
"""
#: Keeps marks apart (U+034F).
_UNSEEN_JOINER = "\u034f"
_MARK = "threadbound_gives_glyphs_their_words"
#: Hyphens, of which one is seen only at the end of a line; whether a sign is an emoji: nobody tells them apart.
_ALIKE = str.maketrans(dict.fromkeys("\u00ad\u2010\u2011", "-") | dict.fromkeys("\ufe0e\ufe0f\u034f"))


class Cluster(Struct, frozen=True):
    """Characters, and the glyphs that stand for them together; both in the order of reading."""

    text: str
    glyphs: tuple[int, ...]
    is_rtl: bool = False
    """Of a line, or a part of one, from right to left: brackets are drawn with the glyphs of their counterparts."""


def install(drawing: Any, native: Any) -> None:  # noqa: ANN401 - WeasyPrint has no types
    """Have WeasyPrint give each glyph its own words.

    Args:
        drawing: ``weasyprint.draw.text``.
        native: ``weasyprint.text.ffi``.
    """
    original = drawing.draw_first_line
    if getattr(original, _MARK, False):
        return
    native.ffi.cdef(_DECLARED)

    @functools.wraps(original)
    def draw(stream: Any, textbox: Any, text_overflow: Any, block_ellipsis: Any, matrix: Any) -> Any:  # noqa: ANN401 - as above
        is_cut = text_overflow == "ellipsis" or block_ellipsis != "none"
        is_said = (
            not is_cut and not textbox.text.isascii() and bool(textbox.text.strip() and textbox.style["font_size"])
        )
        if is_said and _CLUSTERED.search(textbox.text):
            _say(stream, textbox.pango_layout, native)
        drawn = original(stream, textbox, text_overflow, block_ellipsis, matrix)
        if is_said and not _is_said(stream, textbox.pango_layout, native):
            setattr(stream, DIFFERS, True)
        return drawn

    setattr(draw, _MARK, True)
    drawing.draw_first_line = draw


def _say(stream: Any, layout: Any, native: Any) -> None:  # noqa: ANN401 - as above
    """Give the glyphs of a line their words, as far as they have none yet."""
    for font, cluster in _line(stream, layout, native):
        if STACKED.search(cluster.text):  # its glyphs are no letters: its words stand beside it
            continue
        for glyph, own in divided(cluster, functools.partial(_nominal, native, font.hb_font)):
            font.to_unicode[glyph] = font.to_unicode.get(glyph) or own


def _is_said(stream: Any, layout: Any, native: Any) -> bool:  # noqa: ANN401 - as above
    """Whether the glyphs of a line say its words, as far as anybody can tell."""
    for font, cluster in _line(stream, layout, native):
        said, words = "".join(font.to_unicode[glyph] for glyph in cluster.glyphs), joined.spelled(cluster.text)
        is_turned = cluster.is_rtl and unicodedata.mirrored(words[:1])
        if said != words and not is_turned and _folded(said) != _folded(words):
            return False
    return True


def _folded(text: str) -> str:
    """Words as they are compared: in any order of their marks, small capitals like others."""
    seen = (each for each in text.translate(_ALIKE) if unicodedata.category(each) not in {"Cf", "Zs"})
    return "".join(sorted(unicodedata.normalize("NFD", "".join(seen).casefold())))


def _line(stream: Any, layout: Any, native: Any) -> Iterator[tuple[Any, Cluster]]:  # noqa: ANN401 - as above
    """The fonts and the clusters of a line."""
    native.pango.pango_layout_set_single_paragraph_mode(layout.layout, True)  # noqa: FBT003 - Pango's signature
    line, _ = layout.get_first_line()
    words = layout.text.encode()
    run = line.runs[0]
    while run != native.ffi.NULL:
        item, run = run.data, run.next
        font, _ = stream.add_font(item.item.analysis.font)
        for cluster in _clusters(item, words, native.pango):
            yield font, cluster


def _clusters(item: Any, words: bytes, pango: Any) -> Iterator[Cluster]:  # noqa: ANN401 - as above
    """The clusters of a run, in no order, those left out that show nothing or that no font has."""
    count, start, is_rtl = item.glyphs.num_glyphs, item.item.offset, bool(item.item.analysis.level % 2)
    places = list(item.glyphs.log_clusters[0:count])
    glyphs: dict[int, list[int]] = {}
    for place, info in zip(places, item.glyphs.glyphs[0:count], strict=True):
        if info.glyph != pango.PANGO_GLYPH_EMPTY and not info.glyph & pango.PANGO_GLYPH_UNKNOWN_FLAG:
            glyphs.setdefault(place, []).append(info.glyph)
    starts = sorted(set(places))
    ends = dict(zip(starts, [*starts[1:], item.item.length], strict=True))
    for place, own in glyphs.items():
        text = words[start + place : start + ends[place]].decode()
        yield Cluster(text, tuple(own[::-1] if is_rtl else own), is_rtl)


def _nominal(native: Any, font: Any, character: str) -> int:  # noqa: ANN401 - as above
    """The font's own glyph for a character; ``-1`` for none."""
    found = native.ffi.new("hb_codepoint_t *")
    return int(found[0]) if native.harfbuzz.hb_font_get_nominal_glyph(font, ord(character), found) else -1


def divided(cluster: Cluster, nominal: Callable[[str], int]) -> list[tuple[int, str]]:
    """Each glyph of a cluster and its part of the words; together they are the words, or such as mean the same.

    Args:
        cluster: with at least one glyph.
        nominal: a character → the font's own glyph for it; the font may have another for it here.
    """
    glyphs, text = cluster.glyphs, cluster.text
    is_apart = len(text) < len(glyphs)  # a letter with a mark may be one character, of which a font makes two glyphs
    left = list(unicodedata.normalize("NFD", text) if is_apart else text)
    said = [_taken(left, glyph, nominal) for glyph in glyphs]
    if len(said) > 1 or said[0]:  # what is not seen belongs to no glyph, but where several make one sign
        left = [each for each in left if unicodedata.category(each) != "Cf" and each != _UNSEEN_JOINER]
    unsaid = [place for place, own in enumerate(said) if not own] or [len(said) - 1]
    surplus = max(1, len(left) - len(unsaid) + 1)
    parts = ["".join(left[:surplus]), *left[surplus:]]
    for place, part in zip(unsaid, parts, strict=False):
        said[place] += unicodedata.normalize("NFC", part) if is_apart else part
    return list(zip(glyphs, said, strict=True))


def _taken(left: list[str], glyph: int, nominal: Callable[[str], int]) -> str:
    """The first of the characters that ``glyph`` is the font's own for, taken away; else nothing."""
    found = next((each for each in left if nominal(each) == glyph), "")
    if found:
        left.remove(found)
    return found
