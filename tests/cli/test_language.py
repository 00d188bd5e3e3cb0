"""What ``--language`` does to a book: fonts, hyphens, the language that it says; and what is refused.

Deprecated codes are the language that they were given up for.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pyphen
import pytest

from threadbound.book import tags
from threadbound.cli.app import run

#: Too few letters, and of too many languages, for anyone to say what they are in.
HAN, LATIN, HEBREW, ARABIC = "骨 直 角", "Radio, hotel.", "אב", "اب"


@pytest.fixture
def bind(make_page: Callable[..., Path], tmp_path: Path) -> Callable[..., Path]:
    def bound(product: str, words: str, language: str) -> Path:
        book = tmp_path / f"b.{product}"
        page = make_page([words])
        assert run([product, str(page), "-o", str(book), "--offline", "--force", "--language", language]) == 0
        return book

    return bound


def faces(book: Path) -> set[str]:
    with pikepdf.open(book) as pdf:
        named = [item for item in pdf.objects if isinstance(item, pikepdf.Dictionary) and "/FontName" in item]
        return {re.sub(r"^/\w+\+", "", str(item["/FontName"])) for item in named}


@pytest.mark.parametrize(
    ("given", "written", "words", "face"),
    [
        ("zh-CN", "zh-CN", HAN, "Noto-Sans-SC"),
        ("zh-tw", "zh-TW", HAN, "Noto-Sans-TC"),
        ("ZH-HANT-HK", "zh-Hant-HK", HAN, "Noto-Sans-TC"),
        ("cmn-Hant", "zh-Hant", HAN, "Noto-Sans-TC"),
        ("yue", "yue", HAN, "Noto-Sans-TC"),
        ("yue-Hans", "yue-Hans", HAN, "Noto-Sans-SC"),
        ("nan", "nan", HAN, "Noto-Sans-TC"),
        ("iw", "he", HEBREW, "Frank-Ruhl-Libre"),
        ("ji", "yi", HEBREW, "Frank-Ruhl-Libre"),
        ("arb", "ar", ARABIC, "Amiri"),
        ("sh", "sr-Latn", LATIN, "EB-Garamond"),
        ("no", "nb", LATIN, "EB-Garamond"),
        ("tl", "tl", LATIN, "EB-Garamond"),
        ("fil", "fil", LATIN, "EB-Garamond"),
    ],
)
def test_a_printed_book_has_the_face_and_says_the_language(
    given: str, written: str, words: str, face: str, bind: Callable[..., Path]
) -> None:
    book = bind("pdf", words, given)
    found = faces(book)
    assert any(face in each for each in found)
    assert not [each for each in found if "Noto-Sans" in each and face not in each]
    with pikepdf.open(book) as pdf:
        assert str(pdf.Root["/Lang"]) == written


@pytest.mark.parametrize(
    ("given", "written", "way"),
    [
        ("iw-il", "he-IL", "rtl"),
        ("ji", "yi", "rtl"),
        ("arb", "ar", "rtl"),
        ("az-arab", "az-Arab", "rtl"),
        ("ar-Latn", "ar-Latn", None),
        ("in", "id", None),
        ("mo", "ro", None),
        ("zh-tw", "zh-TW", None),
    ],
)
def test_an_epub_says_the_language_and_turns_its_pages(
    given: str, written: str, way: str | None, bind: Callable[..., Path]
) -> None:
    with zipfile.ZipFile(bind("epub", LATIN, given)) as archive:
        package = archive.read("EPUB/content.opf").decode()
        chapter = archive.read("EPUB/t1.xhtml").decode()
    assert f">{written}</dc:language>" in package
    assert f'<html lang="{written}"' in chapter or f'xml:lang="{written}"' in chapter
    assert given == written or f'lang="{given}"' not in chapter
    assert ('page-progression-direction="rtl"' in package) == (way == "rtl")


#: Enough letters to be surely English, and to say so of a post.
ENGLISH = "Maps leave things out, and here is why anybody should care about what they do not show."


@pytest.mark.parametrize(
    ("said", "given", "spoken", "chapter"),
    [
        ("", "", ["en"], "en"),
        ("", "de", ["de", "en"], "de"),
        ("fr", "de", ["fr"], "fr"),
    ],
)
def test_the_option_goes_before_what_is_detected_and_behind_what_the_page_says(
    *, said: str, given: str, spoken: list[str], chapter: str, make_page: Callable[..., Path], tmp_path: Path
) -> None:
    page, book = make_page([ENGLISH, ENGLISH]), tmp_path / "b.epub"
    if said:
        page.write_text(page.read_text("utf-8").replace(' dir="auto"', f' dir="auto" lang="{said}"'), "utf-8")
    assert run(["epub", str(page), "-o", str(book), *(["--language", given] if given else [])]) == 0
    with zipfile.ZipFile(book) as archive:
        package, words = archive.read("EPUB/content.opf").decode(), archive.read("EPUB/t1.xhtml").decode()
    assert re.findall(r"<dc:language[^>]*>([^<]+)<", package) == spoken
    assert (
        f'<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" lang="{chapter}"'
        in words
    )
    assert set(re.findall(r'<p class="f"[^>]* lang="(\w+)"', words)) == {spoken[-1]}


@pytest.mark.parametrize(
    ("given", "dictionary"),
    [
        ("in", "id"),
        ("mo", "ro"),
        ("sh", "sr_Latn"),
        ("sr-Latn", "sr_Latn"),
        ("no", "nb"),
        ("lvs", "lv"),
        ("DE-at", "de_AT"),
    ],
)
def test_words_are_divided_by_the_dictionary_of_the_language(given: str, dictionary: str) -> None:
    assert pyphen.language_fallback(tags.known(given)) == dictionary


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("i-klingon", "did you mean tlh?"),
        ("x-private", "give one like en, pt-BR or zh-Hant"),
        ("zh_TW", "did you mean zh-TW?"),
        ("english", "did you mean en?"),
    ],
)
def test_what_is_no_tag_is_refused_before_anything_is_read(
    given: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["pdf", str(tmp_path / "none.html"), "--language", given]) == 2
    assert capsys.readouterr().err == f"threadbound: --language {given}: no language tag; {said}\n"
