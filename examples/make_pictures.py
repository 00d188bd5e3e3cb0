"""Draw the pictures of the example page.

Before: nothing but Pillow and the project's own fonts. After: every picture of ``how-a-book-is-sewn_files/``, the same
pixels each time (no randomness, no clock). Run it only to change them: the pictures are kept in the repository.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter, ImageFont

HERE = Path(__file__).resolve().parent
FOLDER = HERE / "how-a-book-is-sewn_files"
FONTS = HERE.parent / "templates" / "fonts" / "eb-garamond"
FINE = 2
"""Drawings are made this many times larger and reduced, for smooth edges."""

Colour = tuple[int, int, int]
Point = tuple[float, float]

PAPER: Colour = (247, 241, 228)
LEAF: Colour = (255, 252, 244)
SHADE: Colour = (226, 214, 190)
INK: Colour = (52, 44, 38)
PENCIL: Colour = (138, 124, 106)
THREAD: Colour = (150, 38, 24)
TAPE: Colour = (214, 196, 158)


class Sheet:
    """A canvas in the units of the finished picture."""

    def __init__(self, width: int, height: int, ground: Colour = PAPER) -> None:
        self.size = (width, height)
        self.image = Image.new("RGB", (width * FINE, height * FINE), ground)
        self.pen = ImageDraw.Draw(self.image)

    def area(self, points: list[Point], fill: Colour, outline: Colour | None = INK, width: float = 2) -> None:
        """A filled shape with an outline."""
        scaled = [(x * FINE, y * FINE) for x, y in points]
        self.pen.polygon(scaled, fill=fill)
        if outline:
            self.pen.line([*scaled, scaled[0]], fill=outline, width=round(width * FINE), joint="curve")

    def line(self, points: list[Point], colour: Colour = INK, width: float = 2) -> None:
        """A line through points, with round ends."""
        scaled = [(x * FINE, y * FINE) for x, y in points]
        self.pen.line(scaled, fill=colour, width=round(width * FINE), joint="curve")
        for end in (points[0], points[-1]):
            self.dot(end, width / 2, colour)

    def dashes(self, start: Point, end: Point, colour: Colour = PENCIL, width: float = 2) -> None:
        """A dashed straight line: 12 drawn, 9 left out."""
        length = math.dist(start, end)
        for offset in range(0, int(length), 21):
            here, there = offset / length, min(offset + 12, length) / length
            scaled = [(x * FINE, y * FINE) for x, y in (_between(start, end, here), _between(start, end, there))]
            self.pen.line(scaled, fill=colour, width=round(width * FINE))

    def dot(self, centre: Point, radius: float, colour: Colour = INK) -> None:
        """A filled circle."""
        x, y = centre
        box = [(x - radius) * FINE, (y - radius) * FINE, (x + radius) * FINE, (y + radius) * FINE]
        self.pen.ellipse(box, fill=colour)

    def words(self, where: Point, text: str, size: float, colour: Colour = INK, *, cut: str = "400Regular") -> None:
        """Text centred on a point."""
        font = ImageFont.truetype(FONTS / f"EBGaramond_{cut}.ttf", round(size * FINE))
        self.pen.text((where[0] * FINE, where[1] * FINE), text, fill=colour, font=font, anchor="mm")

    def finished(self) -> Image.Image:
        """The picture at its own size."""
        return self.image.resize(self.size, Image.Resampling.LANCZOS)


def _between(start: Point, end: Point, part: float) -> Point:
    return (start[0] + (end[0] - start[0]) * part, start[1] + (end[1] - start[1]) * part)


def _mix(one: Colour, two: Colour, part: float) -> Colour:
    red, green, blue = (round(a + (b - a) * part) for a, b in zip(one, two, strict=True))
    return (red, green, blue)


# ---- the two diagrams ----


def folding() -> Image.Image:
    """One sheet, folded once, twice, three times."""
    sheet = Sheet(1200, 600)
    sheet.words((600, 60), "One sheet, three folds", 50)
    sheet.line([(520, 98), (680, 98)], THREAD, 3)
    names = (
        ("the sheet", "1 leaf", 0),
        ("folio", "2 leaves", 1),
        ("quarto", "4 leaves", 2),
        ("octavo", "8 leaves", 3),
    )
    centres = (205, 530, 800, 1035)
    for (name, leaves, folds), middle in zip(names, centres, strict=True):
        width = 250 / 2 ** ((folds + 1) // 2)
        height = 320 / 2 ** (folds // 2)
        _folded(sheet, (middle - width / 2, 468), (width, height), folds)
        sheet.words((middle, 516), name, 42, cut="400Regular_Italic")
        sheet.words((middle, 560), leaves, 31, PENCIL)
    for left in (362, 644, 896):
        sheet.line([(left, 348), (left + 42, 348)], THREAD, 4)
        sheet.area([(left + 58, 348), (left + 40, 338), (left + 40, 358)], THREAD, None)
    return sheet.finished()


def _folded(sheet: Sheet, foot: Point, size: tuple[float, float], folds: int) -> None:
    """A sheet after some folds: its leaves as a stack, the next fold as a dashed line."""
    left, bottom = foot
    width, height = size
    leaves = 2**folds
    for leaf in reversed(range(leaves)):
        x, y = left + leaf * 4.5, bottom - leaf * 4.5
        tone = LEAF if leaf == 0 else _mix(LEAF, SHADE, 0.35 + 0.4 * (leaf % 2))
        sheet.area([(x, y), (x + width, y), (x + width, y - height), (x, y - height)], tone)
    if folds:
        sheet.line([(left, bottom), (left, bottom - height)], INK, 6)
    across = folds % 2 == 1
    start = (left + 8, bottom - height / 2) if across else (left + width / 2, bottom - 8)
    end = (left + width - 8, bottom - height / 2) if across else (left + width / 2, bottom - height + 8)
    if folds < 3:
        sheet.dashes(start, end)
    elif width > 60:
        for row in range(5):
            sheet.line([(left + 14, bottom - 40 - row * 24), (left + width - 12, bottom - 40 - row * 24)], SHADE, 3)


HOLES = (288.0, 464.0, 672.0, 848.0)
"""The four stations, from the head to the tail."""


def stitching() -> Image.Image:
    """The back of a book on two tapes, and the way of the thread."""
    sheet = Sheet(1000, 1002)
    sheet.words((500, 82), "Four stations, one thread", 56)
    sheet.line([(410, 124), (590, 124)], THREAD, 3)
    names = ("head kettle", "first tape", "second tape", "tail kettle")
    gatherings = [300 + number * 68 for number in range(8)]
    for left in gatherings:
        _gathering(sheet, left, 62)
    for top in HOLES[1:3]:
        sheet.area([(262, top - 27), (882, top - 27), (882, top + 27), (262, top + 27)], TAPE, PENCIL)
        for offset in (-13, 0, 13):
            sheet.line([(270, top + offset), (874, top + offset)], _mix(TAPE, PENCIL, 0.22), 1)
    for number, left in enumerate(gatherings):
        _sewn(sheet, left + 31, last=number == len(gatherings) - 1)
    for number, (name, top) in enumerate(zip(names, HOLES, strict=True), start=1):
        sheet.words((140, top - 22), str(number), 46, THREAD)
        sheet.words((140, top + 22), name, 34, cut="400Regular_Italic")
    _kettles(sheet, [left + 31 for left in gatherings])
    _needle(sheet, (gatherings[-1] + 31, HOLES[3]))
    return sheet.finished()


def _gathering(sheet: Sheet, left: float, width: float) -> None:
    """One folded gathering, seen from its fold: rounder at the edges, so darker there."""
    top, bottom = 186, 950
    for step in range(int(width * FINE)):
        turn = math.sin(math.pi * (step + 0.5) / (width * FINE))
        x = left + step / FINE
        sheet.line([(x, top + 9 * (1 - turn)), (x, bottom - 9 * (1 - turn))], _mix(SHADE, LEAF, turn**0.7), 1)
    sheet.line([(left, top + 9), (left, bottom - 9)], PENCIL, 1.5)
    sheet.line([(left + width, top + 9), (left + width, bottom - 9)], PENCIL, 1.5)


def _sewn(sheet: Sheet, x: float, *, last: bool) -> None:
    """The thread of one gathering: over the tapes outside, dashed where it runs within the fold."""
    inside = _mix(THREAD, PAPER, 0.45)
    spans = ((HOLES[0], HOLES[1] - 34), (HOLES[1] + 34, HOLES[2] - 34), (HOLES[2] + 34, HOLES[3]))
    for top, bottom in spans:
        sheet.dashes((x, top), (x, bottom), inside, 2.5)
    for top in HOLES[1:3]:
        sheet.line([(x, top - 34), (x, top + 34)], THREAD, 7)
    for top in (HOLES[0], HOLES[1] - 34, HOLES[1] + 34, HOLES[2] - 34, HOLES[2] + 34, HOLES[3]):
        sheet.dot((x, top), 6)
    if last:
        sheet.dot((x, HOLES[3]), 8, THREAD)


def _kettles(sheet: Sheet, spines: list[float]) -> None:
    """At the ends the thread climbs from gathering to gathering: chain stitches."""
    for top, sign in ((HOLES[0], -1), (HOLES[3], 1)):
        for one, two in itertools.pairwise(spines):
            for bow in (6.0, 17.0):
                arc = [
                    (one + (two - one) * part / 24, top + sign * bow * math.sin(math.pi * part / 24))
                    for part in range(25)
                ]
                sheet.line(arc, THREAD, 4.5)


def _needle(sheet: Sheet, hole: Point) -> None:
    """The thread's free end, and the needle on it."""
    x, y = hole
    tail = [
        (x + 118 * part / 40 + 22 * math.sin(part / 40 * math.pi * 1.6), y + 74 * (part / 40) ** 1.5)
        for part in range(41)
    ]
    eye = tail[-1]
    point = (eye[0] + 22, eye[1] - 190)
    sheet.line(tail, THREAD, 4.5)
    sheet.area([(eye[0] - 6, eye[1]), (eye[0] + 6, eye[1] + 2), point], (148, 150, 156), INK, 1.5)
    sheet.dot(eye, 8, (148, 150, 156))
    sheet.dot(eye, 3, THREAD)


# ---- marbled papers ----


def _paint(width: int, height: int, colour_at: Callable[[float, float], Colour]) -> Image.Image:
    image = Image.new("RGB", (width, height))
    image.putdata([colour_at(x + 0.5, y + 0.5) for y in range(height) for x in range(width)])
    return image


def _bands(depth: float, colours: list[Colour], vein: Colour) -> Colour:
    """Which ring of ink lies at a depth; between two rings a hair of the ground shows."""
    place = depth % len(colours)
    edge = place - int(place)
    ink = _mix(colours[int(place)], (255, 255, 255), 0.10 * edge)
    return _mix(vein, ink, min(1.0, min(edge, 1 - edge) * 9))


def nonpareil() -> Image.Image:
    """Drops of ink, raked once across and combed once down."""
    colours: list[Colour] = [(24, 52, 88), (196, 164, 92), (132, 30, 34), (238, 226, 202), (44, 96, 96)]

    def colour_at(x: float, y: float) -> Colour:
        tooth = x + 9 * math.sin(y / 83 + x / 210)
        combed = y + 74 * abs(((tooth / 46) % 2) - 1) ** 1.7 + 11 * math.sin(x / 170)
        raked = combed + 17 * math.sin(x / 71 + 1.7 * math.sin(combed / 118))
        return _bands(raked / 27 + 0.7 * math.sin(x / 230 + raked / 210), colours, (250, 244, 230))

    return _paint(1200, 800, colour_at)


def stone() -> Image.Image:
    """Drops of ink thrown one after the other, each pushing the others aside, then one slow swirl."""
    colours: list[Colour] = [(46, 64, 58), (168, 92, 48), (232, 214, 178), (98, 40, 36), (120, 140, 128)]
    golden = math.pi * (3 - math.sqrt(5))
    drops = [
        (600 + 46 * reach * math.cos(turn), 400 + 33 * reach * math.sin(turn))
        for reach, turn in ((math.sqrt(number), number * golden) for number in range(260))
    ]
    cell = 150
    near = {
        (column, row): [
            (number, drop)
            for number, drop in enumerate(drops)
            if math.dist(drop, ((column + 0.5) * cell, (row + 0.5) * cell)) < 235
        ]
        for column in range(-2, 11)
        for row in range(-2, 8)
    }

    def colour_at(x: float, y: float) -> Colour:
        away = math.hypot(x - 760, y - 330)
        turn = 1.9 * math.exp(-((away / 300) ** 2))
        u = 760 + (x - 760) * math.cos(turn) - (y - 330) * math.sin(turn) + 10 * math.sin(y / 47)
        v = 330 + (x - 760) * math.sin(turn) + (y - 330) * math.cos(turn) + 10 * math.sin(x / 53)
        reach = sorted(
            (math.dist((u, v), drop) * (0.75 + 0.5 * ((number * 7) % 10) / 10), number)
            for number, drop in near[max(-2, min(10, int(u // cell))), max(-2, min(7, int(v // cell)))]
        )
        if len(reach) < 2:
            return colours[0]
        (first, owner), (second, _) = reach[0], reach[1]
        ink = _mix(colours[owner % 5], colours[(owner * 3 + 1) % 5], 0.85 if first < 13 else 0.12)
        return _mix((246, 238, 220), ink, min(1.0, (second - first) / 7))

    return _paint(1200, 800, colour_at)


# ---- the view, the portrait, the card ----


def hills() -> Image.Image:
    """Dusk over five ranges of hills, and one lit window."""
    sheet = Sheet(1200, 800)
    for row in range(800 * FINE):
        part = row / (800 * FINE)
        sky = _mix((52, 66, 104), (244, 178, 120), min(1.0, part / 0.62) ** 1.35)
        sheet.pen.line([(0, row), (1200 * FINE, row)], fill=sky)
    glow = Image.eval(Image.radial_gradient("L").resize((640 * FINE, 640 * FINE)), lambda tone: max(0, 200 - tone * 2))
    sheet.image.paste((255, 214, 150), ((842 - 320) * FINE, (436 - 320) * FINE), glow)
    sheet.dot((842, 436), 38, (255, 240, 206))
    far, near = (172, 134, 134), (26, 30, 38)
    for number in range(5):
        part = number / 4
        base = 452 + 66 * number + 8 * number**1.5
        ridge: list[Point] = [(x, _ridge(x, number, base)) for x in range(0, 1201, 3)]
        sheet.area([(0, 800), *ridge, (1200, 800)], _mix(far, near, part**0.8), None)
    _workshop(sheet)
    return sheet.finished().filter(ImageFilter.GaussianBlur(0.6))


def _ridge(x: float, number: int, base: float) -> float:
    """The height of one range at a place: a few waves, finer towards the eye."""
    sway = 42 * math.sin(x / (255 - 22 * number) + number * 2.1) + 19 * math.sin(x / 97 + number * 4.7)
    return base - sway - (3 + number) * math.sin(x / 23 + number * 3.3) - 1.5 * number * math.sin(x / 7.1 + number)


def _box(left: float, foot: float, width: float, height: float) -> list[Point]:
    return [(left, foot), (left, foot - height), (left + width, foot - height), (left + width, foot)]


def _workshop(sheet: Sheet) -> None:
    """A roof, a chimney, a window with light."""
    left, foot = 236, 742
    dark: Colour = (17, 19, 25)
    sheet.area(_box(left, foot, 132, 62), dark, None)
    sheet.area([(left - 14, foot - 58), (left + 66, foot - 112), (left + 146, foot - 58)], dark, None)
    sheet.area(_box(left + 96, foot - 72, 18, 52), dark, None)
    sheet.area(_box(left + 24, foot - 18, 38, 30), (255, 206, 120), None)
    sheet.line([(left + 43, foot - 18), (left + 43, foot - 48)], dark, 2)
    sheet.line([(left + 24, foot - 33), (left + 62, foot - 33)], dark, 2)
    sheet.area([(0, 800), (0, 752), (260, 734), (420, 744), (1200, 790), (1200, 800)], (15, 17, 22), None)


def portrait() -> Image.Image:
    """The author's sign: a needle, and three stitches."""
    sheet = Sheet(200, 200, (32, 52, 76))
    for left in (44, 88, 132):
        sheet.line([(left, 132), (left + 26, 132)], (233, 220, 192), 8)
    sheet.area([(44, 94), (50, 104), (166, 52)], (216, 218, 222), None)
    sheet.dot((47, 99), 7, (216, 218, 222))
    sheet.dot((47, 99), 3, (32, 52, 76))
    arc = [(47 - 22 * math.sin(part / 20 * math.pi), 99 + 33 * part / 20) for part in range(21)]
    sheet.line(arc, (233, 220, 192), 4)
    return sheet.finished()


def bench_sheet() -> Image.Image:
    """The picture of the link card: a sewn pamphlet."""
    sheet = Sheet(600, 314, (225, 226, 218))
    sheet.area([(150, 262), (150, 52), (300, 66), (450, 52), (450, 262), (300, 276)], LEAF, PENCIL)
    sheet.line([(300, 66), (300, 276)], SHADE, 8)
    for row in range(7):
        sheet.line([(172, 92 + row * 22), (278, 100 + row * 22)], SHADE, 3)
        sheet.line([(322, 100 + row * 22), (428, 92 + row * 22)], SHADE, 3)
    for top in (104, 170, 236):
        sheet.line([(300, top - 20), (300, top + 20)], THREAD, 4)
        sheet.dot((300, top - 20), 3.5)
        sheet.dot((300, top + 20), 3.5)
    return sheet.finished()


def press() -> Image.Image:
    """A picture of another thread's card: nothing of it belongs in the book."""
    sheet = Sheet(300, 200, (206, 200, 188))
    sheet.area([(60, 168), (60, 150), (240, 150), (240, 168)], INK, None)
    sheet.area([(70, 150), (70, 128), (230, 128), (230, 150)], (132, 40, 34), None)
    sheet.area([(60, 126), (60, 112), (240, 112), (240, 126)], INK, None)
    sheet.line([(150, 112), (150, 40)], INK, 12)
    sheet.line([(96, 44), (204, 44)], INK, 8)
    return sheet.finished()


PICTURES: dict[str, Callable[[], Image.Image]] = {
    "GljQ4vEW0AAf7sB.png": folding,
    "GljRb2xXcAEmN0q.png": stitching,
    "GljSd8mWwAAy3Kh.jpg": nonpareil,
    "GljSd9tXIAAzPvU.jpg": stone,
    "GljTk1oWgAEb5Rd.jpg": hills,
    "needle_bigger.jpg": portrait,
    "bench-sheet-card.jpg": bench_sheet,
    "GkW7c0pXEAAu2Tn.jpg": press,
}


def _save(image: Image.Image, path: Path) -> None:
    if path.suffix == ".png":
        image.save(path, optimize=True)
    else:
        image.save(path, quality=70, optimize=True, progressive=True)


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for file_name, draw in PICTURES.items():
        _save(draw(), FOLDER / file_name)
