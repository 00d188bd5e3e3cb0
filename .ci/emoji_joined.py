"""Make the font and the table of the emoji that Debian 12's Pango takes apart.

    python .ci/emoji_joined.py templates/fonts/noto-color-emoji

Before: the font of ``.ci/emoji_font.py``, which has one glyph for every sequence of Unicode's list, and a Pango that is
older than some of them: two people of different skin tones over U+1FAEF. After: a small font of just those glyphs, each
at a code point of private use, and ``joined.txt``, which says what each stands for.
"""

# ruff: noqa: INP001 - a script
from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import emoji
import uharfbuzz
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables._c_m_a_p import cmap_format_12

#: The first code point: at the end of the last plane of private use.
FIRST = 0x10FE00
#: What such a Pango takes for no emoji, between the two that it joins.
JOINT = "\u200d\U0001faef\u200d"
FAMILY = "Noto Color Emoji Joined"


def sequences() -> list[str]:
    """The fully qualified sequences of Unicode's list that are taken apart."""
    full = emoji.STATUS["fully_qualified"]
    return sorted(each for each, data in emoji.EMOJI_DATA.items() if data["status"] == full and JOINT in each)


def _glyphs(path: Path, texts: list[str]) -> Iterator[int]:
    """The one glyph that the font has for each text."""
    font = uharfbuzz.Font(uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(path))))
    for text in texts:
        buffer = uharfbuzz.Buffer()
        buffer.add_str(text)
        buffer.guess_segment_properties()
        uharfbuzz.shape(font, buffer)
        seen = zip(buffer.glyph_infos, buffer.glyph_positions, strict=True)
        (glyph,) = [info.codepoint for info, position in seen if position.x_advance]
        yield glyph


def main(folder: Path) -> None:
    """Write both files into ``folder``."""
    source = folder / "NotoColorEmoji.ttf"
    font = TTFont(source, recalcTimestamp=False)
    texts = sequences()
    names = [font.getGlyphName(glyph) for glyph in _glyphs(source, texts)]
    options = Options(glyph_names=True, notdef_outline=True, name_IDs=["*"], drop_tables=["GSUB", "GPOS", "GDEF"])
    cutter = Subsetter(options)
    cutter.populate(glyphs=names)
    cutter.subset(font)
    table = cmap_format_12(12)
    table.platformID, table.platEncID, table.language, table.format, table.reserved = 3, 10, 0, 12, 0
    table.length = table.nGroups = 0
    table.cmap = {FIRST + k: name for k, name in enumerate(names)}
    font["cmap"].tables = [table]
    for record in font["name"].names:
        if record.nameID in {1, 4, 16}:
            record.string = FAMILY
        elif record.nameID == 6:
            record.string = FAMILY.replace(" ", "")
    font.save(folder / "NotoColorEmojiJoined.ttf")
    lines = (f"{FIRST + k:X} {' '.join(f'{ord(each):X}' for each in text)}" for k, text in enumerate(texts))
    (folder / "joined.txt").write_text(
        "\n".join(("# code point, and the sequence that it stands for", *lines, "")), "utf-8"
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
