"""Emoji that an older Pango takes apart are one picture each, and are copied as what they are."""

from __future__ import annotations

import shutil
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import emoji
import pypdf
import pypdfium2
import pytest
from fontTools.ttLib import TTFont
from pypdfium2 import raw

from threadbound.cli.app import run
from threadbound.rendering import joined
from threadbound.rendering.theme import fonts_dir

FOLDER = fonts_dir() / "noto-color-emoji"
TWO = "\U0001f9d1\U0001f3fb\u200d\U0001faef\u200d\U0001f9d1\U0001f3ff"


def test_the_table_has_every_such_sequence_of_unicode_s_list() -> None:
    full = emoji.STATUS["fully_qualified"]
    listed = {each for each, data in emoji.EMOJI_DATA.items() if data["status"] == full and joined.JOINT in each}
    assert set(joined.table()) == listed
    assert len(set(joined.table().values())) == len(listed) == 60


def test_each_has_a_picture_of_its_own() -> None:
    with TTFont(FOLDER / "NotoColorEmojiJoined.ttf") as font:
        glyphs = font.getBestCmap()
        assert {chr(code) for code in glyphs} == set(joined.table().values())
        pictures = {bytes(font["CBDT"].strikeData[0][name].imageData) for name in glyphs.values()}
    assert len(pictures) == 60


def test_markup_keeps_what_stands_beside() -> None:
    sign = joined.table()[TWO]
    assert joined.whole(f'a <span class="e">🧵{TWO}👍</span> b {TWO}') == (
        f'a <span class="e">🧵</span><span class="e j">{sign}</span><span class="e">👍</span> b {TWO}'
    )
    assert joined.whole("<p>nothing</p>") == "<p>nothing</p>"
    assert joined.sequence(sign) == TWO
    assert joined.sequence("a") == "a"


@pytest.fixture
def book(make_page: Callable[..., Path], tmp_path: Path) -> Path:
    page = make_page([f"Two people wrestle {TWO} and that is all.", f"And again: {' '.join(joined.table())}"])
    assert run(["pdf", str(page), "-o", str(tmp_path / "b.pdf")]) == 0
    return tmp_path / "b.pdf"


def test_each_is_drawn_as_one(book: Path) -> None:
    with pypdfium2.PdfDocument(book) as document:
        assert len(list(document[0].get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE]))) == 61


def test_each_is_copied_as_it_was_typed(book: Path) -> None:
    copied = [pypdf.PdfReader(book).pages[0].extract_text()]
    if program := shutil.which("pdftotext"):
        copied.append(subprocess.run([program, str(book), "-"], capture_output=True, text=True, check=True).stdout)
    for text in copied:
        assert not [each for each in joined.table() if each not in text]


def test_a_page_s_own_private_characters_are_named(make_page: Callable[..., Path], tmp_path: Path) -> None:
    page, book = make_page([f"A first post. Private: {joined.table()[TWO]} here."]), tmp_path / "b.pdf"
    assert run(["pdf", str(page), "-o", str(book)]) == 3
    assert "[U+10FE" in pypdf.PdfReader(book).pages[0].extract_text()


def test_an_epub_has_the_text(make_page: Callable[..., Path], tmp_path: Path) -> None:
    assert run(["epub", str(make_page([f"Two {TWO}."])), "-o", str(tmp_path / "b.epub")]) == 0
    with zipfile.ZipFile(tmp_path / "b.epub") as archive:
        assert TWO in archive.read("EPUB/t1.xhtml").decode()
