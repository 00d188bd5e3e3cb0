"""Pages: the sheet that a book is set on, and everything that is measured from it.

Before: a theme, and what the user says of sheet, margins and size of the text. After: a :class:`Page`: the theme's
layout for such a sheet, scaled to it, with the CSS that says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from threadbound.errors import UsageError, meant
from threadbound.options import PageOptions
from threadbound.rendering.theme import Layout, Theme

#: Millimetres of the units that a size may be given in.
UNITS = {"mm": 1.0, "cm": 10.0, "in": 25.4, "": 1.0}
#: Name → width and height in millimetres, and the layout of a theme. E-readers: the whole screen, so that no pixel is
#: scaled (Kindle Scribe 1860 × 2480 at 300 dpi, reMarkable 2 1404 × 1872 at 226, Kobo Libra 1264 × 1680 at 300).
SHEETS: dict[str, tuple[float, float, str]] = {
    "a4": (210.0, 297.0, "rail"),
    "a5": (148.0, 210.0, "facing"),
    "letter": (215.9, 279.4, "rail"),
    "kindle-scribe": (157.5, 210.0, "screen"),
    "remarkable": (157.8, 210.4, "screen"),
    "kobo": (107.0, 142.2, "screen"),
}
SINGLE, COLLECTION = "a4", "a5"
#: Sheets of other sizes get a rail where they are at least so wide, mm; narrower ones are the pages of a book.
WIDE = 190.0
#: Least width and height of a sheet, and of the text on it, mm.
LEAST_SHEET, LEAST_TEXT, LARGEST_SHEET = (70.0, 100.0), (45.0, 60.0), 2000.0
#: Room that the numbers of posts need beside the text, and running head and folio above and below it, mm.
SIDE, ABOVE, BELOW = 11.0, 12.0, 14.0
#: Heights of a running head and a folio, mm, and what the sheets of single and of facing pages (``single.css``,
#: ``facing.css``) leave between them and the text, at most.
HEAD_LINE, FOLIO_LINE = 4.4, 4.8
GAPS = {False: (7.0, 8.0), True: (5.5, 7.0)}
#: Room that the rail needs beside the text, mm.
RAIL = 46.0
#: How much smaller or larger than its layout's a line may get by the sheet alone.
SMALLER, LARGER = 0.82, 1.12
#: Least width and height of the text, in its own sizes: below it words break anywhere, and headings fill pages.
LEAST_EMS, LEAST_LINES = 7, 8
#: Text in points that is no longer read, or no longer a book.
SMALLEST_TEXT, LARGEST_TEXT = 6.0, 30.0
#: Numbers without a unit that are smaller than this are no millimetres of a sheet: inches were meant.
IN_INCHES = 20.0
_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*(mm|cm|in)?\s*[x×]\s*(\d+(?:\.\d+)?)\s*(mm|cm|in)?", re.IGNORECASE)
_LENGTH = re.compile(r"(\d+(?:\.\d+)?)\s*(mm|cm|in)?", re.IGNORECASE)

Margins = tuple[float, float, float, float]


class Page(Struct, frozen=True):
    """A page of a theme. Lengths in millimetres unless said otherwise."""

    css: tuple[str, ...]
    """Style sheets of the theme, in order."""
    is_facing: bool
    """Left and right pages mirror each other."""
    geometry: str
    """CSS to follow them: sheet, margins, size of the text."""
    width: float
    """Of the sheet."""
    sheet: float
    """Height of the sheet."""
    rem: float
    """One line of text, in points."""
    measure: float
    """Width of the text block."""
    height: float
    """Of the text block."""
    landscape: float
    """Greatest height of a picture that is wider than high."""
    portrait: float
    """Greatest height of a picture that is higher than wide."""
    group: float
    """Greatest height of several pictures together."""
    face: tuple[float, float]
    """Most that a portrait of an author takes."""
    thumb: tuple[float, float]
    """Most that the picture of a linked page takes."""
    rail: bool = False
    """Author and facts of a thread stand beside its heading instead of over it."""


def page_of(theme: Theme, wanted: PageOptions, default: str = SINGLE) -> Page:
    """The page that the user wants.

    Raises:
        UsageError: there is no such size, or nothing could be set on it.
    """
    width, height, name = sheet_of(wanted.size or default)
    layout = theme.layouts[name]
    given = _given(wanted.margin)
    margins = given or _scaled(layout, width, height)
    if layout.rail and margins[3] < RAIL:
        layout = theme.layouts["single"]
        margins = given or _scaled(layout, width, height)
    top, right, bottom, left = margins
    measure, text = width - left - right, height - top - bottom
    _refuse_cramped(wanted, margins, (measure, text))
    usual = _scaled(layout, width, height)
    rem = _rem(layout, width - usual[1] - usual[3], theme.fonts.text, wanted.font_size)
    size = rem * theme.fonts.text / 72 * 25.4
    if measure < size * LEAST_EMS or text < size * LEAST_LINES:
        raise UsageError(
            f"--font-size {rem * theme.fonts.text:.3g}: too large for {measure:.0f} x {text:.0f} mm of text; "
            "give a smaller one, a larger --page-size or a smaller --margin"
        )
    tall, grown = text / (layout.height - layout.margins[0] - layout.margins[2]), rem / layout.rem
    return Page(
        css=layout.css,
        is_facing=layout.is_facing,
        geometry=_geometry(layout, (width, height), margins, rem),
        width=width,
        sheet=height,
        rem=rem,
        measure=measure,
        height=text,
        landscape=layout.landscape * tall,
        portrait=layout.portrait * tall,
        group=layout.group * tall,
        face=(layout.face * grown, layout.face * grown),
        thumb=(layout.thumb[0], layout.thumb[1]),
        rail=layout.rail,
    )


def sheet_of(size: str) -> tuple[float, float, str]:
    """Width and height in millimetres of a size by its name or as ``WxH``, and the layout for it.

    Raises:
        UsageError: it is none.
    """
    if known := SHEETS.get(size.strip().lower()):
        return known
    found = _SIZE.fullmatch(size.strip())
    if not found:
        raise UsageError(
            f"--page-size {size}: there is no such size; "
            f"give {', '.join(SHEETS)} or WIDTHxHEIGHT, like 120x190 (mm) or 6x9in{meant(size.lower(), SHEETS)}"
        )
    height = float(found[3]) * UNITS[(found[4] or "").lower()]
    width = float(found[1]) * UNITS[(found[2] or found[4] or "").lower()]
    if width < LEAST_SHEET[0] or height < LEAST_SHEET[1] or max(width, height) > LARGEST_SHEET:
        if not (found[2] or found[4]) and max(width, height) < IN_INCHES:
            inches = f"{width * UNITS['in']:.0f}x{height * UNITS['in']:.0f}"
            raise UsageError(
                f"--page-size {size}: without a unit these are millimetres: "
                f"did you mean {found[1]}x{found[3]}in, which is {inches}?"
            )
        least = f"{LEAST_SHEET[0]:.0f} x {LEAST_SHEET[1]:.0f}"
        raise UsageError(
            f"--page-size {size}: give at least {least} mm and at most {LARGEST_SHEET:.0f} mm; inches as in 6x9in"
        )
    return width, height, "rail" if width >= WIDE else "facing"


def _given(margin: str | None) -> Margins | None:
    """The user's margins in millimetres, by the rules of CSS for one to four values."""
    if margin is None:
        return None
    parts = [_LENGTH.fullmatch(part) for part in margin.replace(",", " ").split()]
    lengths = [float(part[1]) * UNITS[(part[2] or "").lower()] for part in parts if part]
    if len(lengths) != len(parts) or not 1 <= len(lengths) <= 4:
        raise UsageError(f"--margin {margin}: give one to four lengths in millimetres: top, right, bottom, left")
    top, right = lengths[0], lengths[1] if len(lengths) > 1 else lengths[0]
    return top, right, lengths[2] if len(lengths) > 2 else top, lengths[3] if len(lengths) > 3 else right


def _scaled(layout: Layout, width: float, height: float) -> Margins:
    """The layout's margins on another sheet, never without room for what stands in them."""
    top, right, bottom, left = layout.margins
    across, down = width / layout.width, height / layout.height
    return (
        max(ABOVE, top * down),
        max(SIDE, right * across),
        max(BELOW, bottom * down),
        max(SIDE, left * across),
    )


def _refuse_cramped(wanted: PageOptions, margins: Margins, text: tuple[float, float]) -> None:
    top, right, bottom, left = margins
    if wanted.margin and (min(left, right) < SIDE or top < ABOVE or bottom < BELOW):
        raise UsageError(
            f"--margin {wanted.margin}: the numbers of the posts need {SIDE:.0f} mm at the sides, the running head "
            f"{ABOVE:.0f} mm above and the page number {BELOW:.0f} mm below the text"
        )
    if text[0] < LEAST_TEXT[0] or text[1] < LEAST_TEXT[1]:
        raise UsageError(
            f"the page leaves {max(0, text[0]):.0f} x {max(0, text[1]):.0f} mm for the text: "
            f"give a larger --page-size or a smaller --margin (at least {LEAST_TEXT[0]:.0f} x {LEAST_TEXT[1]:.0f} mm)"
        )


def _rem(layout: Layout, measure: float, text: float, wanted: float | None) -> float:
    """One line in points: what keeps as many characters on a line as the layout has, in quarters of a point."""
    if wanted is not None:
        if not SMALLEST_TEXT <= wanted <= LARGEST_TEXT:
            raise UsageError(f"--font-size {wanted:g}: give points from {SMALLEST_TEXT:g} to {LARGEST_TEXT:g}")
        return wanted / text
    drawn = layout.width - layout.margins[1] - layout.margins[3]
    return round(layout.rem * min(LARGER, max(SMALLER, measure / drawn)) * 4) / 4


def _geometry(layout: Layout, sheet: tuple[float, float], margins: Margins, rem: float) -> str:
    top, right, bottom, left = (f"{length:.4g}mm" for length in margins)
    width, height = (f"{length:.5g}mm" for length in sheet)
    rules = [f"html {{ font-size: {rem:g}pt }}", f"@page {{ size: {width} {height}"]
    if layout.is_facing:
        rules[1] += " }"
        rules.append(f"@page :right {{ margin: {top} {right} {bottom} {left} }}")
        rules.append(f"@page :left {{ margin: {top} {left} {bottom} {right} }}")
    else:
        rules[1] += f"; margin: {top} {right} {bottom} {left} }}"
        rules.append(f"@page rtl {{ margin: {top} {left} {bottom} {right} }}")
    rules += _closer(margins, is_facing=layout.is_facing)
    rules.append(f".cover img {{ width: {width}; height: {height} }}")
    return "\n".join((*rules, "@page cover { margin: 0 }", ""))


def _closer(margins: Margins, *, is_facing: bool) -> Iterator[str]:
    """Rules for margins so narrow that running head or folio would look cut off: it stands in their middle."""
    ways = ("right", "left") if is_facing else ("left",)
    for edge, side, length, line, gap in (
        ("top", "bottom", margins[0], HEAD_LINE, GAPS[is_facing][0]),
        ("bottom", "top", margins[2], FOLIO_LINE, GAPS[is_facing][1]),
    ):
        middle = (length - line) / 2
        if middle < gap:
            for way in ways:
                page = f"@page :{way}" if is_facing else "@page"
                yield f"{page} {{ @{edge}-{way} {{ padding-{side}: {middle:.3g}mm }} }}"
