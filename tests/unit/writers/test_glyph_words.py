"""Each glyph says its own part of the words, wherever it stands; what it cannot say stands beside it."""

from __future__ import annotations

import shutil
import subprocess
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pypdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from threadbound.cli.app import run
from threadbound.readers import pdf_drawn
from threadbound.writers.glyph_words import Cluster, divided

#: A font with a glyph of its own for each of these characters; others have forms that stand for none.
NOMINAL = {"e": 1, "\u0301": 2, "\u0323": 3, "ẹ": 4, "\u064e": 5, "ב": 6, "\u05b0": 7}


@pytest.mark.parametrize(
    ("text", "glyphs", "said"),
    [
        ("e", (1,), ["e"]),
        ("ffi", (90,), ["ffi"]),
        ("e\u0301", (1, 2), ["e", "\u0301"]),
        ("e\u0301\u0323", (1, 3, 2), ["e", "\u0323", "\u0301"]),
        ("e\u0301", (91,), ["e\u0301"]),
        ("ẹ\u0301", (4, 2), ["ẹ", "\u0301"]),
        ("ế", (92, 2), ["ê", "\u0301"]),
        ("ب\u064e", (93, 5), ["ب", "\u064e"]),
        ("لا\u064e", (94, 5), ["لا", "\u064e"]),
        ("ב\u05b0", (6, 7), ["ב", "\u05b0"]),
        ("ي", (95, 96), ["ي", ""]),
        ("e\u034f", (1,), ["e"]),
        ("e\u034f\u0301", (1, 2), ["e", "\u0301"]),
    ],
)
def test_a_cluster_is_divided_among_its_glyphs(text: str, glyphs: tuple[int, ...], said: list[str]) -> None:
    assert [own for _, own in divided(Cluster(text, glyphs), lambda each: NOMINAL.get(each, -1))] == said


@given(
    st.text(st.sampled_from([*NOMINAL, "ي", "क", "\u0327"]), min_size=1, max_size=5),
    st.lists(st.integers(1, 12), min_size=1, max_size=6).map(tuple),
)
def test_nothing_is_lost_or_added(text: str, glyphs: tuple[int, ...]) -> None:
    parts = divided(Cluster(text, glyphs), lambda each: NOMINAL.get(each, -1))
    assert [glyph for glyph, _ in parts] == list(glyphs)
    said = unicodedata.normalize("NFD", "".join(own for _, own in parts))
    assert sorted(said) == sorted(unicodedata.normalize("NFD", text))


@pytest.fixture
def bound(make_page: Callable[..., Path], tmp_path: Path) -> Callable[..., Path]:
    def bind(*posts: str, options: str = "") -> Path:
        target = tmp_path / "b.pdf"
        page = make_page(["A post in English comes first.", *posts])
        assert run(["pdf", str(page), "-o", str(target), "-f", *options.split()]) == 0
        return target

    return bind


@pytest.mark.parametrize(
    "words",
    [
        "בְּרֵאשִׁית בָּרָא אֱלֹהִים אֵת הַשָּׁמַיִם וְאֵת הָאָרֶץ",
        "بِسْمِ ٱللَّهِ ٱلرَّحْمَٰنِ ٱلرَّحِيمِ",
        "إِنَّا لِلَّهِ وَإِنَّآ إِلَيْهِ رَٰجِعُونَ مُحَمَّدٌ رَسُولُ ٱللَّهِ ﷺ",
        "بَ تُ نِ ثَ بُ",
        "Z̴̢̛a̷͝͡ĺ̵̨̧̛g̸̡̛̿ơ̶̢̧̨̿̀ t̸̨̛͊͜e̵x̶t",
    ],
)
def test_letters_and_marks_are_copied_in_order(words: str, bound: Callable[..., Path]) -> None:
    book = bound(words)
    with pypdf.PdfReader(book) as reader:
        copied = "".join(page.extract_text() for page in reader.pages)
    assert _folded(words) in _folded(copied)


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="poppler-utils is not installed")
@pytest.mark.parametrize("variant", ["pdf/a-3a", "pdf/a-3u"])
def test_what_one_glyph_cannot_say_twice_stands_beside_it(variant: str, bound: Callable[..., Path]) -> None:
    words = "图书・阅读•写作·生活‧了①一➀二⋯三人⼈"
    book = bound(words, options=f"--pdf-variant {variant}")
    copied = subprocess.run(["pdftotext", str(book), "-"], check=True, capture_output=True, timeout=60).stdout.decode()
    assert words in "".join(copied.split())
    with pikepdf.open(book) as document:
        said = b"".join(page.Contents.read_bytes() for page in document.pages).count(b"/ActualText")
        pages = range(len(document.pages))
    assert said >= 1
    assert words in "".join(pdf_drawn.words(book, pages).split())


def test_ordinary_words_stand_beside_no_glyphs(bound: Callable[..., Path]) -> None:
    book = bound(
        "« Voilà », dit-il\u00a0! Où ça ? naïve—œuvre", "Ελληνικά, кириллица – 中文。", "الكتاب (الجيد) لا ينتهي"
    )
    with pikepdf.open(book) as document:
        assert b"/ActualText" not in b"".join(page.Contents.read_bytes() for page in document.pages)


def _folded(text: str) -> str:
    return "".join(unicodedata.normalize("NFD", text).split())
