"""The cover: a thread-bound book. Cloth, four-hole stitching along the spine (yotsume toji), a slip with the title.

Before: title, author and subtitle. After: a PNG that is the same bytes for the same words. It is drawn straight into
the palette: every pixel is a step between two colours, so nothing has to be quantised and nothing twice as large drawn.
"""

from __future__ import annotations

import hashlib
import io
import re

from msgspec import Struct
from PIL import Image, ImageDraw, ImageOps

from threadbound.rendering import faces, lettering
from threadbound.rendering.lettering import Setting, Style

Colour = tuple[int, int, int]

#: Indigo, madder, pine, ink, plum, walnut: chosen by the author's name.
CLOTHS: tuple[Colour, ...] = (
    (0x20, 0x34, 0x4C),
    (0x6B, 0x2A, 0x20),
    (0x2D, 0x46, 0x38),
    (0x37, 0x34, 0x31),
    (0x4B, 0x2D, 0x45),
    (0x5E, 0x43, 0x20),
)
_THREAD: Colour = (0xE9, 0xDC, 0xC0)
_PAPER: Colour = (0xF3, 0xEC, 0xDD)
_INK: Colour = (0x1D, 0x1A, 0x17)
_RED: Colour = (0x8B, 0x26, 0x16)
_GREY: Colour = (0x4A, 0x44, 0x3C)
#: How much darker the groove beside the spine is.
_SHADE = 16
#: Steps between two colours: enough for smooth edges.
_STEPS = 16
#: Where the ramps begin in the palette: cloth to groove, groove to thread, paper to each ink; then the portrait.
_CLOTH, _GROOVE, _TITLE, _AUTHOR, _NOTE, _PORTRAIT = (_STEPS * place for place in range(6))
_PORTRAIT_COLOURS = 128
#: Spaces within the names of several authors: those after a comma and before "and" divide them.
_WITHIN_NAMES = re.compile(r"(?<!,) (?!and )")
#: Letters of Arabic, Persian, Urdu: those of neighbouring lines would touch, set as close as Latin ones.
_ARABIC = re.compile("[\u0620-\u06ff\u0750-\u077f\u08a0-\u08ff\ufb50-\ufdff\ufe70-\ufefc]")
_ARABIC_LEADING = 1.45
#: Holes of the stitching, as parts of the height.
_HOLES = (0.075, 0.358, 0.642, 0.925)


class _Slip(Struct, frozen=True):
    """The paper slip, in pixels."""

    left: int
    top: int
    right: int
    bottom: int
    padding: int


def draw(
    title: str, author: str, subtitle: str, *, size: tuple[int, int] = (1600, 2400), portrait: bytes | None = None
) -> bytes:
    """The cover as a PNG.

    Args:
        title: set as large as the slip allows; cut with "…" where not even the smallest size holds it.
        author: also chooses the colour of the cloth.
        subtitle: at the foot of the slip.
        size: width and height in pixels.
        portrait: bytes of the author's picture; left out when they are none.
    """
    width, height = size
    canvas = Image.new("L", size, _CLOTH)
    _stitch(canvas)
    slip = _Slip(int(width * 0.2), int(height * 0.075), int(width * 0.915), int(height * 0.7), int(width * 0.058))
    _paper(canvas, slip)
    face = _portrait(portrait, round(width * 0.1)) if portrait else None
    _letter(canvas, slip, (title, author, subtitle), reserved=round(width * 0.12) if face else 0)
    if face:
        indices = Image.frombytes("L", face.size, face.tobytes()).point([value + _PORTRAIT for value in range(128)] * 2)
        canvas.paste(indices, (slip.right - slip.padding - face.width, _top(slip)))
    canvas.putpalette(_palette(cloth(author), face))
    out = io.BytesIO()
    canvas.save(out, "PNG", compress_level=3)
    return out.getvalue()


def cloth(author: str) -> Colour:
    """The colour of that author's books."""
    return CLOTHS[int(hashlib.sha256(author.encode("utf-8", "replace")).hexdigest(), 16) % len(CLOTHS)]


def _stitch(canvas: Image.Image) -> None:
    """The groove beside the spine, and the thread: along it, round the spine at each hole, round head and tail."""
    width, height = canvas.size
    pen = ImageDraw.Draw(canvas)
    x, thick = int(width * 0.105), max(2, round(width * 0.0075))
    shade, thread = _GROOVE, _GROOVE + _STEPS - 1
    pen.rectangle((x - thick * 3 // 2, 0, x + thick * 3 // 2 - 1, height), fill=shade)
    pen.rectangle((x - thick // 2, 0, x - thick // 2 + thick - 1, height), fill=thread)
    radius = thick * 1.25
    for part in _HOLES:
        y = int(height * part)
        pen.rectangle((0, y - thick // 2, x, y - thick // 2 + thick - 1), fill=thread)
        _knot(canvas, x, y, radius)


def _knot(canvas: Image.Image, x: int, y: int, radius: float) -> None:
    """A disc of thread with a smooth edge; only this is drawn larger than it is."""
    half = int(radius) + 2
    scale = 8
    large = Image.new("L", (2 * half * scale, 2 * half * scale))
    centre, reach = half * scale, radius * scale
    ImageDraw.Draw(large).ellipse((centre - reach, centre - reach, centre + reach, centre + reach), fill=255)
    _stamp(canvas, large.reduce(scale), (x - half, y - half), _GROOVE)


def _paper(canvas: Image.Image, slip: _Slip) -> None:
    """The slip and its red rule."""
    width = canvas.width
    pen = ImageDraw.Draw(canvas)
    pen.rectangle((slip.left, slip.top, slip.right, slip.bottom), fill=_TITLE)
    gap = int(width * 0.016)
    box = (slip.left + gap, slip.top + gap, slip.right - gap, slip.bottom - gap)
    pen.rectangle(box, outline=_AUTHOR + _STEPS - 1, width=max(1, round(width * 0.0022)))


def _letter(canvas: Image.Image, slip: _Slip, words: tuple[str, str, str], reserved: int) -> None:
    """Author above, subtitle at the foot, and the title in what is left."""
    title, author, subtitle = words
    width, height = canvas.size
    left, right = slip.left + slip.padding, slip.right - slip.padding
    room = right - left
    name = Style(faces.garamond("400Regular"), width * 0.066, width * 0.034, _leading(author, 1.1))
    note = Style(faces.garamond("400Regular_Italic"), width * 0.046, width * 0.03, _leading(subtitle, 1.15))
    large = Style(faces.garamond("500Medium"), width * 0.165, width * 0.052, _leading(title, 1.08))
    y = float(_top(slip))
    several = ", " in author
    names = _WITHIN_NAMES.sub("\xa0", author) if several else author
    above = lettering.fit(names, name, room - reserved, height * 0.09, is_rtl=False if several else None)
    below = lettering.fit(subtitle, note, room, height * 0.1)
    foot = slip.bottom - slip.padding * 0.95 - below.height
    _print(canvas, above, (left, y, right - reserved), _AUTHOR)
    _print(canvas, below, (left, foot, right), _NOTE)
    y += max(above.height, reserved) + height * 0.022
    main = lettering.fit(title, large, room, foot - height * 0.03 - y)
    _print(canvas, main, (left - main.size * 0.02, y, right), _TITLE)


def _leading(text: str, usual: float) -> float:
    """In sizes."""
    return _ARABIC_LEADING if _ARABIC.search(text) else usual


def _top(slip: _Slip) -> int:
    return slip.top + round(slip.padding * 0.9)


def _print(canvas: Image.Image, setting: Setting, place: tuple[float, float, float], ramp: int) -> None:
    """Set the lines in the colours of a ramp."""
    left, top, right = place
    margin = round(setting.size * 0.3)
    origin = (round(left) - margin, round(top) - margin)
    extent = (round(right) + margin - origin[0], round(setting.height + setting.size) + 2 * margin)
    mask = Image.new("L", extent)
    lettering.draw(mask, setting, left - origin[0], top - origin[1], right - origin[0])
    _stamp(canvas, mask, origin, ramp)


def _stamp(canvas: Image.Image, mask: Image.Image, origin: tuple[int, int], ramp: int) -> None:
    """Put a mask on the canvas as steps of a ramp; where it is empty the canvas stays."""
    steps = [round(value / 255 * (_STEPS - 1)) for value in range(256)]
    canvas.paste(
        mask.point([ramp + step for step in steps]), origin, mask.point([255 if step else 0 for step in steps])
    )


def _portrait(data: bytes, diameter: int) -> Image.Image | None:
    """The picture as a disc on paper, in few colours; nothing when it cannot be read."""
    try:
        with Image.open(io.BytesIO(data)) as picture:
            picture.draft("RGB", (diameter * 2, diameter * 2))
            square = ImageOps.fit(picture.convert("RGB"), (diameter, diameter))
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        return None
    disc = Image.new("L", (diameter * 4, diameter * 4))
    ImageDraw.Draw(disc).ellipse((0, 0, diameter * 4 - 1, diameter * 4 - 1), fill=255)
    paper = Image.new("RGB", square.size, _PAPER)
    paper.paste(square, (0, 0), disc.reduce(4))
    return paper.quantize(_PORTRAIT_COLOURS, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)


def _palette(colour: Colour, face: Image.Image | None) -> list[int]:
    """The ramps, and the portrait's own colours."""
    red, green, blue = colour
    groove = (max(0, red - _SHADE), max(0, green - _SHADE), max(0, blue - _SHADE))
    ramps = ((colour, groove), (groove, _THREAD), (_PAPER, _INK), (_PAPER, _RED), (_PAPER, _GREY))
    flat = [channel for start, end in ramps for step in range(_STEPS) for channel in _between(start, end, step)]
    return flat + (face.getpalette() or [] if face else [])


def _between(start: Colour, end: Colour, step: int) -> Colour:
    part = step / (_STEPS - 1)
    red, green, blue = (round(a + (b - a) * part) for a, b in zip(start, end, strict=True))
    return red, green, blue
