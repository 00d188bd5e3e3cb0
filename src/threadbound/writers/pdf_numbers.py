"""Numbers of pages that a piece shows and does not know, marked in its operators.

Before: WeasyPrint draws texts. Within :func:`marked` a text that shows the number of a page stands between two
comments (:mod:`threadbound.joining.operators`), with the glyphs of every digit in its own font: the digits in a link
to ``?page#…`` (:data:`threadbound.rendering.places.PAGE`), those behind a line of the contents, and in a margin
whatever the style sheet makes of the counter of pages. So does what follows such a number on its line, where it is
to come nearer when the number is narrower.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from msgspec import Struct, field

from threadbound.joining.operators import AFTER, BEHIND, LAST, Wrapped, before
from threadbound.joining.piece import Digits
from threadbound.rendering.places import PAGE, PLACE

#: The class of a link whose number has nothing but others and commas behind it on a line that is not justified.
FLOWS = "pn"
#: What the digits of a placeholder are in a text of ours.
_PLACEHOLDER = re.compile("0+")
_GLYPHS = re.compile(r"<([0-9a-f]*)>")
_FONT = re.compile(r"/(\S+) (\S+) Tf")
#: Where a number in a margin keeps its place when it is narrower than what stood for it.
_ALIGN = {"center": 0.5, "right": 1.0, "end": 1.0}
#: What decides which glyphs digits have, and how wide they are.
_LOOK = tuple(
    "font_family font_size font_style font_weight font_stretch font_variant_caps font_variant_numeric "
    "font_variant_position font_feature_settings font_variation_settings font_kerning letter_spacing lang".split()
)
DECIMAL = "0123456789"


class Head(Struct, frozen=True):
    """Numbers that stand for those of a page and of all pages, in one style of counting."""

    style: str
    """As ``/PageLabels`` names it."""
    css: str
    page: int
    pages: int
    alphabet: str
    shown: tuple[str, str]
    """How CSS writes the two."""

    def fits(self, contents: Iterable[Any]) -> bool:
        """Whether what stands in the margins counts pages in this style, or not at all."""
        styles = [value[1] for content in contents if isinstance(content, tuple) for kind, value in content
                  if kind == "counter()" and value[0] in ("page", "pages")]  # fmt: skip
        return all(style == self.css for style in styles)


#: Points of a pixel of CSS.
PIXEL = 0.75
#: No book has so many pages. The last one is taken where no other fits: its numbers are then no numbers of pages.
HEADS = (
    Head("D", "decimal", 1234567890, 9876543210, DECIMAL, ("1234567890", "9876543210")),
    Head("r", "lower-roman", 1666, 1444, "ivxlcdm", ("mdclxvi", "mcdxliv")),
)
_IN_TEXT = Head("D", "decimal", 0, 0, "".join(head.alphabet for head in HEADS), ("", ""))


@contextmanager
def marked(weasyprint: Any) -> Iterator[None]:  # noqa: ANN401 - WeasyPrint has no types
    """Mark the numbers in what WeasyPrint, which is given, draws meanwhile."""
    draw = weasyprint.draw
    draw_text, draw_inline_level = draw.draw_text, draw.draw_inline_level
    line = _Line()

    def text(stream: Any, box: Any, *more: Any) -> None:  # noqa: ANN401 - as above
        said = _said(stream, box, line) if box.style["visibility"] == "visible" else b""
        if said:
            stream.stream.append(said)
        draw_text(stream, box, *more)
        if said:
            stream.stream.append(AFTER)

    def inline_level(stream: Any, page: Any, box: Any, *more: Any) -> None:  # noqa: ANN401 - as above
        if type(box).__name__ == "LineBox":
            line.has_number = False
        draw_inline_level(stream, page, box, *more)

    draw.draw_text, draw.draw_inline_level = text, inline_level
    try:
        yield
    finally:
        draw.draw_text, draw.draw_inline_level = draw_text, draw_inline_level


class _Line(Struct):
    """The line that is drawn; and how digits are set, asked once a style: an index has thousands of numbers."""

    has_number: bool = False
    """One that flows."""
    known: dict[tuple[Any, ...], Digits] = field(default_factory=dict)

    def digits(self, stream: Any, box: Any, alphabet: str) -> Digits:  # noqa: ANN401 - as above
        """Those of an alphabet in the style of a text."""
        key = (alphabet, *(repr(box.style[name]) for name in _LOOK))
        if key not in self.known:
            self.known[key] = _digits(stream, box, alphabet)
        return self.known[key]


def _said(stream: Any, box: Any, line: _Line) -> bytes:  # noqa: ANN401 - as above
    """What is said before the operators of a text."""
    told = _told(stream, box, line)
    if told is None:
        return BEHIND if line.has_number else b""
    line.has_number |= told.flows
    return before(told)


def _told(stream: Any, box: Any, line: _Line) -> Wrapped | None:  # noqa: ANN401 - as above
    """What is said of the number in a text, if there is one."""
    if head := getattr(box, "threadbound_head", None):
        for shown, anchor in zip(head.shown, ("", LAST), strict=True):
            if shown in box.text:
                align = _ALIGN.get(box.threadbound_align, 0.0)
                return _wrapped(line.digits(stream, box, head.alphabet), _Found(shown, head, anchor, align))
        return None
    anchor, align = _anchor(box)
    number = _PLACEHOLDER.search(box.text) if anchor else None
    if not number:
        return None
    flows = FLOWS in (box.element.get("class") or "").split()
    if flows and box.style["direction"] == "rtl":  # what stands behind would move the other way
        align, flows = 1.0, False
    found = _Found(number[0], _IN_TEXT, anchor, align, flows, line.has_number)
    return _wrapped(line.digits(stream, box, _IN_TEXT.alphabet), found)


def _anchor(box: Any) -> tuple[str, float]:  # noqa: ANN401 - as above
    """Whose page a text shows the number of, and how that is aligned: a link to it, or what ends a line of contents."""
    element = box.element
    if element is None or element.tag != "a":
        return "", 0.0
    address = element.get("href") or ""
    if address.startswith(PAGE):
        return address.removeprefix(PAGE), 0.0
    ends = box.element_tag == "a::after" and element.get("data-page") and address.startswith(PLACE)
    return (address.removeprefix(PLACE), 1.0) if ends else ("", 0.0)


class _Found(Struct, frozen=True):
    """What stands for a number in a text."""

    shown: str
    head: Head
    anchor: str
    align: float = 0.0
    flows: bool = False
    follows: bool = False


def _wrapped(digits: Digits, found: _Found) -> Wrapped:
    return Wrapped(
        digits,
        "".join(digits.glyphs[character][0] for character in found.shown),
        digits.width(found.shown),
        found.align,
        found.anchor,
        found.head.style,
        found.flows,
        found.follows,
        PIXEL,
    )


def _digits(stream: Any, box: Any, alphabet: str) -> Digits:  # noqa: ANN401 - as above
    """How each character of an alphabet is set in the style of a text."""
    from pydyf import _to_bytes  # noqa: PLC0415 - only beside WeasyPrint
    from weasyprint.draw.text import draw_first_line  # noqa: PLC0415 - as above
    from weasyprint.matrix import Matrix  # noqa: PLC0415 - as above
    from weasyprint.text.line_break import create_layout  # noqa: PLC0415 - as above

    scratch, sample = stream.clone(tags=None), box.copy()
    sample.text = alphabet
    sample.pango_layout = create_layout(alphabet, box.style, None, None, 0)
    draw_first_line(scratch, sample, "clip", "none", Matrix())
    written = b"\n".join(map(_to_bytes, scratch.stream)).decode("latin-1")
    fonts, glyphs = _FONT.findall(written), "".join(_GLYPHS.findall(written))
    if len(fonts) != 1 or len(glyphs) != 4 * len(alphabet):
        raise ValueError(f"{alphabet} is not set in one font: {written[:200]}")
    ((font, size),) = fonts
    (widths,) = (each.widths for each in stream._fonts.values() if each.hash == font)  # noqa: SLF001 - no other door
    codes = [glyphs[4 * k : 4 * k + 4] for k in range(len(alphabet))]
    pairs = ((code, widths[int(code, 16)] / 1000 * float(size)) for code in codes)
    return Digits(font, dict(zip(alphabet, pairs, strict=True)))
