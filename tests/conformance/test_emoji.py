"""Every emoji of the newest Unicode is drawn: one picture each, by the font that comes with the package."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import emoji
import pypdfium2
import pytest
import uharfbuzz
from fontTools.ttLib import TTFont
from PIL import Image
from pypdfium2 import raw

from threadbound.rendering import joined
from threadbound.rendering.filters import EMOJI
from threadbound.rendering.theme import fonts_dir
from threadbound.writers import fonts, registry

#: The newest that the list knows. With a newer list the font is made anew: .ci/emoji_font.py.
NEWEST = 18
FONT = fonts_dir() / "noto-color-emoji" / "NotoColorEmoji.ttf"
QUALIFIED = emoji.STATUS["fully_qualified"]
SEQUENCES = sorted(sequence for sequence, data in emoji.EMOJI_DATA.items() if data["status"] == QUALIFIED)
PAGE = """<html lang="en"><meta charset="utf-8"><style>@page {{ size: 200mm 297mm; margin: 5mm }}
body {{ font: 12pt/1.6 "EB Garamond"; margin: 0 }}
.j {{ font-family: "Noto Color Emoji Joined" }}</style><body>{}</body></html>"""


def test_the_list_is_the_newest() -> None:
    assert max(data["E"] for data in emoji.EMOJI_DATA.values()) == NEWEST
    assert len(SEQUENCES) > 3700


def test_the_font_has_every_character_of_the_list_and_a_picture_for_it() -> None:
    with TTFont(FONT) as font:
        have, pictures = font.getBestCmap(), font["CBDT"].strikeData[0]
        unseen = {"\u200d", "\ufe0f", *map(chr, range(0xE0020, 0xE0080))}
        characters = {character for sequence in SEQUENCES for character in sequence} - unseen
        assert not {f"U+{ord(each):04X}" for each in characters if ord(each) not in have}
        blank = [name for name in map(have.get, map(ord, characters)) if name not in pictures]
        assert not blank
        faint = [name for name, glyph in pictures.items() if not _has_ink(glyph.imageData)]
        assert not faint


def _has_ink(data: bytes) -> bool:
    with Image.open(io.BytesIO(data)) as picture:
        return picture.convert("RGBA").getchannel("A").getbbox() is not None


def test_the_filter_takes_each_for_one_emoji() -> None:
    assert not [sequence for sequence in SEQUENCES if not EMOJI.fullmatch(sequence)]


@pytest.mark.judge
def test_every_sequence_is_one_picture_and_none_is_missing(
    tmp_path: Path, cache: Path, caplog: pytest.LogCaptureFixture
) -> None:
    registry.load("pdf", cache)  # the book's fonts and no others
    from weasyprint import HTML  # noqa: PLC0415 - after its fonts

    words = "".join(f"<p style='margin:0'>{' '.join(map(_marked, row))}</p>" for row in _rows(SEQUENCES, 10))
    HTML(string=PAGE.format(joined.whole(words))).write_pdf(tmp_path / "all.pdf")
    assert not [record.getMessage() for record in caplog.records if "notdef" in record.getMessage()]
    with pypdfium2.PdfDocument(tmp_path / "all.pdf") as document:
        drawn = sum(len(list(page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE]))) for page in document)
    assert drawn == len(SEQUENCES)


def _marked(sequence: str) -> str:
    return f'<span class="e">{sequence}</span>'


def test_the_font_joins_every_sequence() -> None:
    font = uharfbuzz.Font(uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(FONT))))
    for sequence in SEQUENCES:
        buffer = uharfbuzz.Buffer()
        buffer.add_str(sequence)
        buffer.guess_segment_properties()
        uharfbuzz.shape(font, buffer)
        assert len([place for place in buffer.glyph_positions if place.x_advance]) == 1, sequence


def _rows(items: list[str], size: int) -> Iterator[list[str]]:
    yield from (items[k : k + size] for k in range(0, len(items), size))


def test_no_font_of_the_system_is_looked_at() -> None:
    folders = [*map(str, fonts.directories())]
    conf = (fonts_dir() / "fonts.conf").read_text("utf-8")
    assert "<include" not in conf
    assert conf.count("<dir>") == 0
    assert len(folders) == 1 + len(fonts.PACKAGES)
