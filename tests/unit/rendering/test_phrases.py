"""Headings without spaces end their lines between words."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from threadbound.cli.app import run
from threadbound.rendering.balance import balanced_width
from threadbound.rendering.phrases import phrases
from threadbound.rendering.theme import load

HEADINGS = {
    "ja": "祖母の製本所には、入口に一行だけ貼り紙があった。",
    "zh-Hans": "外婆的装订铺门上只写了一行字：“线就是书。”",
    "zh-Hant-TW": "外公的裝訂鋪門上只寫了一行字：「線就是書。」",
    "th": "คุณยายของฉันเย็บหนังสือด้วยด้ายเส้นเดียว",
    "ko": "할머니의 제본소 문에는  한 줄만 적혀 있었다.",
}


@pytest.mark.parametrize("language", HEADINGS)
def test_the_pieces_make_up_the_heading(language: str) -> None:
    parts = phrases(HEADINGS[language], language)
    assert parts is not None
    assert "".join(parts) == HEADINGS[language]
    assert len(parts) > 3


def test_a_word_is_one_piece() -> None:
    assert "一行だけ" in (phrases(HEADINGS["ja"], "ja") or [])


@pytest.mark.parametrize("language", ["en", "kok", "zhx", "", None])
def test_where_spaces_divide_nothing_is_done(language: str | None) -> None:
    assert phrases("Some words", language) is None


@pytest.mark.parametrize("language", ["ja", "ko"])
def test_a_line_may_end_at_every_space(language: str) -> None:
    parts = phrases("ひらがな、 ひらがな、\u3000日本語 日本語", language) or []
    assert [part for part in parts if len(part) > 1 and set(part) & {" ", "\u3000"}] == []
    assert "".join(parts) == "ひらがな、 ひらがな、\u3000日本語 日本語"


@pytest.mark.parametrize("words", ["ああああ" * 16, "안녕하세요" * 12, "日本語 テスト。 ひらがな、" + " 日本語" * 12])
@pytest.mark.parametrize("page", [[], ["--page-size", "kobo", "--font-size", "18"]])
def test_a_first_line_of_any_length_is_divided(
    words: str, page: list[str], make_page: Callable[..., Path], tmp_path: Path
) -> None:
    """What would reach beyond the page would be lost, and the book be refused."""
    assert run(["pdf", "-q", str(make_page([words, "続き"])), *page, "-o", str(tmp_path / "b.pdf")]) == 0


def test_nothing_has_no_pieces() -> None:
    assert phrases("", "ja") == []


def test_a_heading_of_pieces_is_balanced() -> None:
    face = load("serif").heading_font
    parts = phrases(HEADINGS["ja"], "ja") or []
    width = balanced_width(parts, face, 25.0, 120.0)
    assert width is not None
    assert 100 < width < 118  # twelve letters of 8.8 mm, and not thirteen
    assert balanced_width(["祖母の", "本"], face, 25.0, 120.0) is None


@pytest.mark.parametrize("control", ["\u0085", "\u2029"])
def test_a_heading_of_control_characters_has_a_width(control: str) -> None:
    assert balanced_width(["漢字", control, "。"], load("serif").heading_font, 24, 100) is None
