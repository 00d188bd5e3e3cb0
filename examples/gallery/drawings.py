"""The pictures of the gallery's threads, drawn by Pillow.

Before: a seed and a size. After: a picture, the same pixels each time (no clock, no randomness but the seed's). They
stand for what threads carry: landscapes, charts, windows of programs, talks on a telephone, portraits.
"""

from __future__ import annotations

import math
from array import array
from pathlib import Path
from random import Random

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

FONTS = Path(__file__).resolve().parents[2] / "templates" / "fonts"
SANS = FONTS / "source-sans-3" / "SourceSans3_400Regular.ttf"
BOLD = FONTS / "source-sans-3" / "SourceSans3_600SemiBold.ttf"

Colour = tuple[int, int, int]

#: Sky above, sky at the horizon, the farthest hill, the nearest.
LIGHTS: tuple[tuple[Colour, Colour, Colour, Colour], ...] = (
    ((72, 110, 168), (214, 226, 232), (150, 172, 186), (34, 52, 44)),
    ((46, 52, 96), (246, 176, 122), (164, 122, 132), (24, 24, 36)),
    ((150, 168, 180), (232, 228, 214), (178, 180, 176), (74, 78, 68)),
    ((18, 28, 52), (84, 110, 140), (52, 70, 96), (8, 12, 20)),
    ((110, 160, 190), (250, 236, 200), (196, 180, 132), (92, 70, 40)),
)
WORDS = "the paper keeps what water forgets and every gauge has a clock that someone wound on a day of wind".split()


def landscape(seed: int, width: int = 1200, height: int = 800) -> Image.Image:
    """Hills under a sky, with a sun or moon, haze and grain, like a photograph."""
    chance = Random(seed)  # noqa: S311 - a drawing, no secret
    above, low, far, near = LIGHTS[seed % len(LIGHTS)]
    scene = _fade(above, low, width, height)
    pen = ImageDraw.Draw(scene)
    radius, x, y = height // 18, round(width * chance.uniform(0.2, 0.8)), round(height * chance.uniform(0.18, 0.42))
    pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=_mix(low, (255, 250, 235), 0.7))
    scene = scene.filter(ImageFilter.GaussianBlur(height / 260))
    pen = ImageDraw.Draw(scene)
    ranges = 6
    for number in range(ranges):
        part = number / (ranges - 1)
        base = height * (0.46 + 0.5 * part**1.2)
        line = _ridge(chance, width, base, height * (0.11 - 0.06 * part))
        pen.polygon([(0, height), *line, (width, height)], fill=_mix(far, near, part))
    grain = noise(seed, max(2, width // 3), max(2, height // 3)).resize((width, height), Image.Resampling.BICUBIC)
    return Image.blend(scene, Image.merge("RGB", (grain,) * 3), 0.03)


def noise(seed: int, width: int, height: int) -> Image.Image:
    """Grey grain."""
    return Image.frombytes("L", (width, height), Random(seed).randbytes(width * height))  # noqa: S311 - a drawing


def chart(seed: int, width: int = 1200, height: int = 750) -> Image.Image:
    """Bars by year and a line over them, with a title, a scale and a source."""
    chance = Random(seed)  # noqa: S311 - a drawing, no secret
    sheet, pen = _sheet(width, height, (255, 255, 255))
    left, right, top, foot = 110, width - 50, 130, height - 110
    _write(pen, (50, 34), "Days over the quay, by year", 40, font=BOLD)
    for step in range(6):
        y = foot - (foot - top) * step / 5
        pen.line([(left, y), (right, y)], fill=(214, 218, 222), width=2)
        _write(pen, (50, y - 14), str(step * 5), 26, (90, 96, 102))
    count = 16
    wide = (right - left) / count
    tops = []
    for number in range(count):
        x = left + wide * (number + 0.5)
        tall = (foot - top) * min(0.97, 0.12 + 0.045 * number + chance.uniform(0, 0.2))
        pen.rectangle((x - wide * 0.36, foot - tall, x + wide * 0.36, foot), fill=(78, 121, 167))
        tops.append((x, foot - tall - 26))
        if number % 3 == 0:
            _write(pen, (x - 24, foot + 14), str(2008 + number), 24, (90, 96, 102))
    pen.line(tops, fill=(200, 76, 52), width=5, joint="curve")
    _write(pen, (50, height - 46), "Source: harbour office, hourly readings", 24, (90, 96, 102))
    return sheet


#: Land, sea, lines of the land, lines of the sea, of a sheet in colours and of the plate that it is printed from.
PRINTED: tuple[Colour, ...] = ((243, 236, 219), (209, 224, 226), (168, 122, 82), (108, 144, 158))
ENGRAVED: tuple[Colour, ...] = ((186, 116, 76), (170, 101, 64), (92, 46, 28), (92, 46, 28))


def survey(seed: int, width: int = 1200, height: int = 760, colours: tuple[Colour, ...] = PRINTED) -> Image.Image:
    """A sheet of a survey: a coast, lines of height and depth, soundings, a grid, a title."""
    chance = Random(seed)  # noqa: S311 - a drawing, no secret
    land, sea, high, deep = colours
    field = _heights(chance, width, height)
    lines = _steps(field)
    shore = (
        field.point(lambda value: value * 1 - COAST).convert("L").point([255 if value else 0 for value in range(256)])
    )
    sheet = Image.composite(Image.new("RGB", field.size, land), Image.new("RGB", field.size, sea), shore)
    for mask, colour in ((shore, high), (ImageChops.invert(shore), deep)):
        sheet.paste(Image.new("RGB", field.size, colour), mask=ImageChops.multiply(lines, mask))
    sheet = sheet.reduce(2)
    pen = ImageDraw.Draw(sheet)
    unit = height / 18
    for place in range(1, 6):
        pen.line([(width * place / 6, 0), (width * place / 6, height)], fill=_mix(land, deep, 0.35), width=1)
        pen.line([(0, height * place / 6), (width, height * place / 6)], fill=_mix(land, deep, 0.35), width=1)
    sounded: list[tuple[float, float]] = []
    for _ in range(160):
        x, y = chance.uniform(0.02, 0.94) * width, chance.uniform(0.03, 0.9) * height
        depth = COAST - field.getpixel((round(2 * x), round(2 * y)))
        if depth > STEP and all(abs(x - a) > 3 * unit or abs(y - b) > unit for a, b in sounded):
            _write(pen, (x, y), str(round(depth / 4)), round(unit * 0.72), _mix(deep, (20, 30, 40), 0.4))
            sounded.append((x, y))
    box = (width * 0.035, height - unit * 3.6, width * 0.035 + unit * 8.6, height - unit)
    pen.rectangle(box, fill=land, outline=high, width=max(1, round(unit / 14)))
    ink = (52, 40, 32)
    _write(pen, (box[0] + unit * 0.6, box[1] + unit * 0.15), "Sandvær, 1953", round(unit * 1.15), ink, font=BOLD)
    _write(pen, (box[0] + unit * 0.6, box[1] + unit * 1.45), "Sheet 12 of 200", round(unit * 0.8), ink)
    return sheet


def window(seed: int, width: int = 1280, height: int = 800) -> Image.Image:
    """A window of a program: a bar, a list, a table of readings."""
    chance = Random(seed)  # noqa: S311 - a drawing, no secret
    sheet, pen = _sheet(width, height, (250, 250, 252))
    pen.rectangle((0, 0, width, 56), fill=(58, 66, 80))
    for number, colour in enumerate(((236, 106, 94), (244, 190, 80), (98, 196, 84))):
        pen.ellipse((22 + number * 34, 18, 42 + number * 34, 38), fill=colour)
    _write(pen, (width // 2 - 130, 12), "readings-1953.csv", 28, (236, 238, 242))
    pen.rectangle((0, 56, 250, height), fill=(234, 236, 240))
    for row in range(12):
        _write(pen, (26, 84 + row * 46), f"{WORDS[row % len(WORDS)]}-{1940 + row}", 26, (70, 78, 92))
    for row in range((height - 90) // 44):
        y = 76 + row * 44
        if row % 2:
            pen.rectangle((250, y, width, y + 44), fill=(242, 244, 248))
        for column in range(5):
            value = f"{1953 + row // 12}-{row % 12 + 1:02}" if column == 0 else f"{chance.uniform(0, 480):.1f}"
            _write(pen, (280 + column * 196, y + 6), value, 26, (40, 44, 52))
    return sheet


def talk(width: int = 1080, height: int = 6000, ground: Colour = (232, 228, 220)) -> Image.Image:
    """A talk on a telephone, far taller than a page: bubbles of numbered lines, as many as there is room for."""
    sheet, pen = _sheet(width, height, ground)
    line, top, number = round(width * 0.042), round(width * 0.05), 0
    while top + 8 * line < height:
        lines = 2 + number % 4
        left, right = (round(width * 0.06), round(width * 0.82)) if number % 2 else (round(width * 0.18), width - 65)
        foot = top + round((lines + 0.6) * line * 1.35)
        fill = (255, 255, 255) if number % 2 else (207, 232, 196)
        pen.rounded_rectangle((left, top, right, foot), line // 2, fill=fill)
        for row in range(lines):
            words = " ".join(WORDS[(number * 3 + row * 5 + k) % len(WORDS)] for k in range(6))
            _write(pen, (left + line // 2, top + (0.3 + row * 1.35) * line), f"{number}.{row} {words}", line)
        top, number = foot + round(line * 0.7), number + 1
    return sheet.crop((0, 0, width, min(height, top + round(line * 0.5))))


def page_of_type(width: int = 900, height: int = 1400) -> Image.Image:
    """A photographed page of a log-book, in portrait."""
    sheet, pen = _sheet(width, height, (238, 230, 208))
    hand = str(FONTS / "eb-garamond" / "EBGaramond_400Regular_Italic.ttf")
    for row in range(26):
        y = 120 + row * 46
        pen.line([(70, y + 40), (width - 70, y + 40)], fill=(206, 190, 160), width=2)
        words = " ".join(WORDS[(row * 7 + k) % len(WORDS)] for k in range(7))
        _write(pen, (84, y), words, 36, (62, 48, 40), font=Path(hand))
    pen.line([(150, 80), (150, height - 80)], fill=(190, 120, 110), width=3)
    shade = noise(5, 60, 90).resize((width, height), Image.Resampling.BICUBIC).convert("RGB")
    return Image.blend(sheet, shade, 0.10)


def sign(letters: str, ground: Colour) -> Image.Image:
    """An author's picture: two letters on a ground."""
    sheet, pen = _sheet(200, 200, ground)
    font = ImageFont.truetype(BOLD, 84)
    pen.text((100, 96), letters, font=font, fill=(244, 238, 224), anchor="mm")
    return sheet


def small(seed: int) -> Image.Image:
    """A picture of few pixels, as old telephones made them."""
    return landscape(seed, 240, 180)


def _sheet(width: int, height: int, ground: Colour) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    sheet = Image.new("RGB", (width, height), ground)
    return sheet, ImageDraw.Draw(sheet)


def _write(  # noqa: PLR0913 - what Pillow itself asks for
    pen: ImageDraw.ImageDraw,
    where: tuple[float, float],
    text: str,
    size: int,
    colour: Colour = (34, 34, 34),
    *,
    font: Path = SANS,
) -> None:
    pen.text(where, text, fill=colour, font=ImageFont.truetype(font, size))


#: What of a field of heights lies at the level of the sea; and how much one line is above the next.
COAST, STEP = 118.0, 13.0


def _heights(chance: Random, width: int, height: int) -> Image.Image:
    """Hills in a sea, one number a pixel (mode F), twice as wide and high as asked for."""
    across, down = width // 8, height // 8
    hills = [
        (chance.uniform(0.3, 1.1) * across, chance.uniform(-0.1, 0.75) * down, chance.uniform(0.12, 0.3) * across, tall)
        for tall in (150, 120, 110, 90, 80, -70, -50, 60)
    ]
    values = array(
        "f",
        (
            40 + sum(tall * math.exp(-((x - a) ** 2 + (y - b) ** 2) / wide**2) for a, b, wide, tall in hills)
            for y in range(down)
            for x in range(across)
        ),
    )
    field = Image.frombytes("F", (across, down), values.tobytes())
    return field.resize((2 * width, 2 * height), Image.Resampling.BICUBIC)


def _steps(field: Image.Image) -> Image.Image:
    """Where a field passes from one step to the next, as white lines on black."""
    steps = field.point(lambda value: value * (1 / STEP) + 0).convert("L")
    edges = [ImageChops.difference(steps, ImageChops.offset(steps, x, y)) for x, y in ((1, 0), (0, 1))]
    lines = ImageChops.lighter(*edges).point([255 if value else 0 for value in range(256)])
    ImageDraw.Draw(lines).rectangle((0, 0, lines.width - 1, lines.height - 1), outline=0, width=2)
    return lines.filter(ImageFilter.MaxFilter(3))


def _mix(one: Colour, two: Colour, part: float) -> Colour:
    red, green, blue = (round(a + (b - a) * part) for a, b in zip(one, two, strict=True))
    return (red, green, blue)


def _fade(above: Colour, below: Colour, width: int, height: int) -> Image.Image:
    mask = Image.linear_gradient("L").resize((width, height))
    return Image.composite(Image.new("RGB", (width, height), below), Image.new("RGB", (width, height), above), mask)


def _ridge(chance: Random, width: int, base: float, sway: float) -> list[tuple[float, float]]:
    """The line of one range: a few waves, the finer the smaller."""
    waves = [(chance.uniform(0.6, 1.4) * 2**k, chance.uniform(0, 6.3), 0.55**k) for k in range(7)]
    step = max(2, width // 400)
    return [
        (x, base - sway * sum(size * math.sin(x / width * 6.3 * pace + shift) for pace, shift, size in waves))
        for x in range(0, width + step, step)
    ]
