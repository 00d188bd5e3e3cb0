"""Spaces at the end of a piece of text: a line is filled before it is divided, and stands between its margins."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest

from threadbound.writers import pdf, pdf_library, spaces

WORDS = "the paper keeps what water forgets and every gauge has a clock that someone wound".split()
ARABIC = "النهاية: أُغلقت الورشة في 12/3/2021 بعد 58 سنة. والخيط باقٍ. "
HEBREW = "on the quay one word, and it was long: שלוםשלוםשלום "


@pytest.fixture(scope="module")
def weasyprint(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The library, after the book's own fonts: it looks for fonts when it is imported."""
    pdf.writer(tmp_path_factory.getbasetemp())
    return pdf_library.weasyprint()


def lines(weasyprint: Any, markup: str, style: str = "", width: str = "102mm") -> list[list[Any]]:
    """The pieces of text of each line."""
    sheet = f"@page {{ size: {width} 400mm; margin: 0 }} body {{ margin: 0; font: 11pt/14pt EB Garamond; {style} }}"
    document = weasyprint.HTML(string=f"<style>{sheet} p {{ margin: 0 }}</style>{markup}").render()
    boxes = [box for page in document.pages for box in page._page_box.descendants()]
    found = [box for box in boxes if type(box).__name__ == "LineBox"]
    return [[box for box in line.descendants() if type(box).__name__ == "TextBox"] for line in found]


def texts(weasyprint: Any, markup: str, style: str = "") -> list[str]:
    return ["".join(piece.text for piece in line) for line in lines(weasyprint, markup, style)]


def _divided_early(weasyprint: Any, seed: int) -> bool:
    chance = random.Random(seed)  # noqa: S311 - no secret
    words = [chance.choice(WORDS) for _ in range(chance.randint(8, 24))]
    words.insert(chance.randint(5, len(words) - 1), '<span class="e">🧵🧵🧵</span>')
    return any(len(line) < 25 for line in texts(weasyprint, f"<p>{' '.join(words)}</p>")[:-1])


def test_words_before_an_emoji_fill_their_line(weasyprint: Any) -> None:
    seeds = range(250)
    assert any(_divided_early(weasyprint, seed) for seed in seeds), (
        "WeasyPrint has learnt it: this module is no longer needed"
    )
    with spaces.vanishing(weasyprint):
        assert not any(_divided_early(weasyprint, seed) for seed in seeds)


@pytest.mark.parametrize("align", ["left", "justify"])
def test_everything_else_is_laid_out_as_ever(align: str, weasyprint: Any) -> None:
    markup = "".join(f"<p>{' '.join(WORDS * n)} <i>{' '.join(WORDS)}</i> {' '.join(WORDS)}</p>" for n in range(1, 6))
    before = texts(weasyprint, markup, f"text-align: {align}")
    with spaces.vanishing(weasyprint):
        assert texts(weasyprint, markup, f"text-align: {align}") == before


@pytest.mark.parametrize("align", ["right", "justify"])
@pytest.mark.parametrize("way", ["rtl", "ltr"])
def test_a_line_stands_between_its_margins(align: str, way: str, weasyprint: Any) -> None:
    words = ARABIC if way == "rtl" else HEBREW
    markup = f'<p style="direction: {way}">{words}<a href="x">khayt.example.org.and.a.long.name</a></p>'
    with spaces.vanishing(weasyprint):
        for line in lines(weasyprint, markup, f"text-align: {align}", "80mm"):
            assert min(piece.position_x for piece in line) >= -0.5
            assert max(piece.position_x + piece.width for piece in line) <= 80 / 25.4 * 96 + 0.5


def test_without_it_a_line_hangs_into_the_margin(weasyprint: Any) -> None:
    markup = f'<p style="direction: rtl">{ARABIC}<a href="x">khayt.example.org.and.a.long.name</a></p>'
    found = lines(weasyprint, markup, "text-align: justify", "80mm")
    assert min(piece.position_x for line in found for piece in line) < -2, "WeasyPrint has learnt it"


def test_what_was_wrapped_is_as_it_was_afterwards(weasyprint: Any) -> None:
    inline = weasyprint.layout.inline
    before: tuple[Callable[..., Any], ...] = (inline.split_first_line, inline.remove_last_whitespace)
    with spaces.vanishing(weasyprint):
        assert (inline.split_first_line, inline.remove_last_whitespace) != before
    assert (inline.split_first_line, inline.remove_last_whitespace) == before
