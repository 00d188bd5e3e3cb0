"""Make the font of colour emoji that books are set with, from the newest that Google draws.

    npm pack @fontsource/noto-color-emoji && tar xzf fontsource-noto-color-emoji-*.tgz
    pip install brotli fonttools imagequant pillow pyoxipng skia-python
    python .ci/emoji_font.py package/files/noto-color-emoji-emoji-400-normal.woff2 \
        templates/fonts/noto-color-emoji/NotoColorEmoji.ttf

Before: a font whose glyphs are vectors in colours (COLRv1), which the Pango of Debian 12 does not draw. After: the same
characters and the same ligatures, each glyph a picture (CBDT, CBLC). Three minutes.
"""

# ruff: noqa: INP001 - a script
from __future__ import annotations

import io
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import imagequant
import oxipng
import skia
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont, newTable
from fontTools.ttLib.tables._c_m_a_p import cmap_format_14
from fontTools.ttLib.tables.BitmapGlyphMetrics import SmallGlyphMetrics
from fontTools.ttLib.tables.C_B_D_T_ import cbdt_bitmap_format_17
from fontTools.ttLib.tables.E_B_L_C_ import BitmapSizeTable, SbitLineMetrics, Strike, eblc_index_sub_table_1
from PIL import Image

#: Pixels of an em: 300 dpi in a heading of 19 points, 600 in the text.
PPEM = 80
#: Of each picture, in pixels; the base line is ``ABOVE`` from the top. Square, and just so: WeasyPrint draws a picture
#: as high as its glyph is wide, from one em above the line.
WIDTH, HEIGHT, ABOVE = 100, 100, 80
#: The same width in the font's units (1024 an em): a validator of PDFs compares the two.
ADVANCE = 1280
#: How many times larger a picture is drawn before it is made small.
OVER = 4
VECTORS = ("COLR", "CPAL", "SVG ")
OUTLINES = ("glyf", "loca", "gasp", "DSIG")


class _Pen:
    """The font that a process draws with."""

    typeface: skia.Typeface


def _start(path: str) -> None:
    _Pen.typeface = skia.Typeface.MakeFromFile(path)


def _picture(glyph: int) -> bytes | None:
    """A glyph as a PNG of at most 256 colours; ``None`` for one that shows nothing."""
    surface = skia.Surface(WIDTH * OVER, HEIGHT * OVER)
    font = skia.Font(_Pen.typeface, PPEM * OVER)
    blob = skia.TextBlob.MakeFromText(glyph.to_bytes(2, sys.byteorder), font, skia.TextEncoding.kGlyphID)
    if blob:
        surface.getCanvas().drawTextBlob(blob, 0, ABOVE * OVER, skia.Paint(AntiAlias=True))
    large = Image.fromarray(surface.makeImageSnapshot().toarray(colorType=skia.kRGBA_8888_ColorType), "RGBA")
    # Colours are weighted by their opacity, or what is clear would darken the edges.
    image = large.convert("RGBa").resize((WIDTH, HEIGHT), Image.Resampling.BOX).convert("RGBA")
    if not image.getbbox():
        return None
    buffer = io.BytesIO()
    imagequant.quantize_pil_image(image, dithering_level=0.5, max_quality=85).save(buffer, "PNG")
    return bytes(oxipng.optimize_from_memory(buffer.getvalue(), level=4, strip=oxipng.StripChunks.all()))


def _runs(order: Sequence[str], pictures: dict[str, bytes]) -> Iterator[list[str]]:
    """Glyphs with a picture that stand in a row."""
    run: list[str] = []
    for name in order:
        if name in pictures:
            run.append(name)
        elif run:
            yield run
            run = []
    if run:
        yield run


def _line() -> SbitLineMetrics:
    line = SbitLineMetrics()
    for field in ("caretSlopeNumerator", "caretSlopeDenominator", "caretOffset", "minOriginSB", "minAdvanceSB"):
        setattr(line, field, 0)
    line.maxBeforeBL = line.minAfterBL = line.pad1 = line.pad2 = 0
    line.ascender, line.descender, line.widthMax = ABOVE, ABOVE - HEIGHT, WIDTH
    return line


def _strike(font: TTFont, pictures: dict[str, bytes]) -> Strike:
    """The index of the pictures, all of one size."""
    size = BitmapSizeTable()
    size.colorRef, size.flags, size.bitDepth, size.ppemX, size.ppemY = 0, 1, 32, PPEM, PPEM
    size.hori, size.vert = _line(), _line()
    strike = Strike()
    strike.bitmapSizeTable = size
    strike.indexSubTables = []
    for run in _runs(font.getGlyphOrder(), pictures):
        table = eblc_index_sub_table_1(b"", font)
        table.names, table.indexFormat, table.imageFormat = run, 1, 17
        table.firstGlyphIndex, table.lastGlyphIndex = font.getGlyphID(run[0]), font.getGlyphID(run[-1])
        strike.indexSubTables.append(table)
    return strike


def _bitmap(font: TTFont, data: bytes) -> cbdt_bitmap_format_17:
    glyph = cbdt_bitmap_format_17(b"", font)
    glyph.metrics = SmallGlyphMetrics()
    glyph.metrics.height, glyph.metrics.width, glyph.metrics.Advance = HEIGHT, WIDTH, WIDTH
    glyph.metrics.BearingX, glyph.metrics.BearingY = 0, ABOVE
    glyph.imageData = data
    glyph.ensureDecompiled = lambda *_, **__: None
    return glyph


def _take_selectors(font: TTFont) -> None:
    """Have the selector of emoji style (U+FE0F) belong to the glyph before it.

    Left over, it is a glyph of its own that nobody sees, and a PDF forgets the letters of the one before it.
    """
    table = cmap_format_14(14)
    table.platformID, table.platEncID, table.language = 0, 5, 0
    table.cmap, table.uvsDict = {}, {0xFE0F: [(code, None) for code in sorted(font.getBestCmap())]}
    font["cmap"].tables.append(table)
    font["cmap"].tables.sort(key=lambda each: (each.platformID, each.platEncID))


def _drawn(source: TTFont, names: Sequence[str], folder: Path) -> dict[str, bytes]:
    """The pictures of the named glyphs."""
    path = folder / "vectors.ttf"
    source.save(path)
    glyphs = [source.getGlyphID(name) for name in names]
    with ProcessPoolExecutor(initializer=_start, initargs=(str(path),)) as pool:
        found = dict(zip(names, pool.map(_picture, glyphs, chunksize=32), strict=True))
    path.unlink()
    return {name: data for name, data in found.items() if data and name != ".notdef"}


def main(source: str, target: str) -> None:
    """Write the font to ``target``."""
    vectors, font = (TTFont(source, recalcTimestamp=False) for _ in range(2))
    vectors.flavor = font.flavor = None
    del vectors["SVG "]
    for tag in VECTORS:
        del font[tag]
    options = Options(layout_features=["*"], glyph_names=True, notdef_outline=True, name_IDs=["*"])
    options.recalc_timestamp = False
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=list(font.getBestCmap()))
    subsetter.subset(font)  # what only parts of a vector glyph were, goes

    pictures = _drawn(vectors, font.getGlyphOrder(), Path(target).parent)
    font["CBLC"], font["CBDT"] = newTable("CBLC"), newTable("CBDT")
    font["CBLC"].version = font["CBDT"].version = 3.0
    font["CBLC"].strikes = [_strike(font, pictures)]
    font["CBDT"].strikeData = [{name: _bitmap(font, data) for name, data in pictures.items()}]
    for tag in OUTLINES:
        if tag in font:
            del font[tag]
    widths = font["hmtx"].metrics
    font["hmtx"].metrics = {name: (ADVANCE if width else 0, bearing) for name, (width, bearing) in widths.items()}
    font["hhea"].advanceWidthMax = ADVANCE
    _take_selectors(font)
    font["post"].formatType = 3.0
    font.recalcBBoxes = False
    font.save(target)


if __name__ == "__main__":
    main(*sys.argv[1:])
