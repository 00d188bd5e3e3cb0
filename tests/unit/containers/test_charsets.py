"""Whatever a page says of its charset, its words come out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from threadbound.containers.capture import Capture, Source
from threadbound.containers.charsets import clean, codec_of
from threadbound.containers.registry import open_source

SPANISH = "Mañana habrá más señores en el café, ¿no? “Sí”, dijo ella. " * 3
GERMAN = "Ein längerer Faden über das Büchermachen – „schön“ gedruckt. " * 3
RUSSIAN = "Это длинная нить о том, как сохранять страницы на долгие годы. " * 3
JAPANESE = "これは長い糸です。ページを保存する方法について書きます。" * 3
POLISH = "Zażółć gęślą jaźń, to jest dłuższy tekst po polsku o książkach. " * 3


def opened(words: str, charset: str, declaration: str = "") -> Capture:
    page = f"<html><head>{declaration}<title>x</title></head><body><p>{words}</p></body></html>"
    return open_source(Source("page.html", page.encode(charset)))


@pytest.mark.parametrize("words", [SPANISH, GERMAN, RUSSIAN, JAPANESE, POLISH, "plain", "emoji 🧵🪡"])
@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize(
    "declaration", ["", '<meta charset="windows-1251">', "<meta charset=utf-16>", "<meta charset=x-y>"]
)
def test_unicode_is_read_whatever_is_declared(words: str, charset: str, declaration: str) -> None:
    capture = opened(words, charset, declaration)
    assert words in capture.markup
    assert not capture.notices


@pytest.mark.parametrize(
    ("words", "charset", "label"),
    [
        (SPANISH, "cp1252", "iso-8859-1"),
        (SPANISH, "cp1252", "ISO_8859-1"),
        (GERMAN, "cp1252", "Windows-1252"),
        (POLISH, "iso8859-2", "iso-8859-2"),
        (RUSSIAN, "koi8-r", "KOI8-R"),
        (JAPANESE, "cp932", "x-sjis"),
        (JAPANESE, "euc-jp", "euc-jp"),
        (JAPANESE, "iso2022-jp", "iso-2022-jp"),
        ("漢字" * 20, "gb18030", "gb2312"),
        ("한국어" * 20, "cp949", "ks_c_5601-1987"),
    ],
)
@pytest.mark.parametrize(
    "declaration",
    [
        '<meta charset="{}">',
        "<meta charset={}>",
        '<meta http-equiv="Content-Type" content="text/html; charset={}">',
        "<META CONTENT='text/html;charset={}' HTTP-EQUIV=content-type>",
    ],
)
def test_a_declared_charset_is_believed(words: str, charset: str, label: str, declaration: str) -> None:
    capture = opened(words, charset, declaration.format(label))
    assert words in capture.markup
    assert not capture.notices


def test_an_xml_declaration_counts() -> None:
    page = f'<?xml version="1.0" encoding="windows-1251"?><html><body>{RUSSIAN}</body></html>'.encode("cp1251")
    assert RUSSIAN in open_source(Source("p", page)).markup


@pytest.mark.parametrize(
    ("words", "charset"),
    [
        (SPANISH, "cp1252"),
        (GERMAN, "cp1252"),
        (RUSSIAN, "cp1251"),
        (RUSSIAN, "koi8-r"),
        (JAPANESE, "cp932"),
        (POLISH, "cp1250"),
    ],
)
@pytest.mark.parametrize("declaration", ["", "<meta charset=utf-8>", "<meta charset=klingon>"])
def test_an_undeclared_or_wrong_charset_is_guessed(words: str, charset: str, declaration: str) -> None:
    assert words in opened(words, charset, declaration).markup


def test_a_wrong_declaration_that_cannot_decode_is_not_believed() -> None:
    assert SPANISH in opened(SPANISH, "cp1252", "<meta charset=euc-jp>").markup


def test_a_few_broken_bytes_are_counted() -> None:
    page = f"<html><body>{GERMAN}".encode() + b"\xff\xfe!</body></html>"
    capture = open_source(Source("p", page))
    assert GERMAN in capture.markup
    assert [notice.code for notice in capture.notices] == ["capture.characters"]
    assert "2 characters" in capture.notices[0].message


def test_a_real_replacement_character_is_no_loss() -> None:
    assert not opened("caf\ufffd", "utf-8").notices


def test_surrogates_are_joined_or_dropped() -> None:
    page = b"<html><body>ok \xed\xa0\xbe\xed\xb7\xb5 and \xed\xa0\x80 caf\xc3\xa9</body></html>"
    capture = open_source(Source("p", page))
    assert "ok 🧵 and  café" in capture.markup
    assert [notice.code for notice in capture.notices] == ["capture.characters"]


def test_unfit_characters_go_and_the_bytes_stay() -> None:
    data = "<html><body>a\0b\x01c\ufffed\x0ce\r\nf\rg</body></html>".encode()
    capture = open_source(Source("p", data))
    assert capture.markup == "<html><body>abcd e\nf\ng</body></html>"
    assert capture.data == data


@pytest.mark.parametrize(
    ("label", "codec"),
    [
        *(("utf8", "utf-8"), ("UTF-8", "utf-8"), ("uft-8", "utf-8"), ("utf_8", "utf-8"), ("utf-16", "utf-8")),
        *(("latin1", "cp1252"), ("cp1252", "cp1252"), ("unicode_escape", "utf-8"), ("hex", None), ("utf-7", "utf-8")),
        *(("", None), (None, None), ("\ud800", None), ("idna", None), ("rot13", None), ("undefined", None)),
    ],
)
def test_labels(label: str | None, codec: str | None) -> None:
    assert codec_of(label) == codec


@given(st.text())
def test_cleaning_leaves_only_what_xml_may_hold(text: str) -> None:
    cleaned = clean(text)
    assert not set(cleaned) & {*map(chr, range(9)), "\x0b", "\x0c", "\r", "\ufffe", "\uffff", "\x1f"}
    assert clean(cleaned) == cleaned
    cleaned.encode()
