"""MHTML from browsers of many years, whole and cut."""

from __future__ import annotations

import base64
from datetime import UTC, datetime

import pytest

from threadbound.containers.capture import Source
from threadbound.containers.registry import open_source
from threadbound.errors import FileTrouble

PNG = b"\x89PNG\r\n\x1a\n" + bytes(200)
HEAD = 'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="{}"; start="{}"\r\n\r\nThis is MIME.\r\n'
HTML = "Content-Type: text/html; charset={}\r\nContent-Transfer-Encoding: {}\r\nContent-Location: {}\r\n\r\n"


def built(*parts: bytes, boundary: str = "b--ound", start: str = "", end: str = "--\r\n") -> bytes:
    mark = f"\r\n--{boundary}".encode()
    body = b"".join(mark + b"\r\n" + part for part in parts)
    return HEAD.format(boundary, start).encode() + body + mark + end.encode()


def html(
    body: bytes, charset: str = "utf-8", encoding: str = "8bit", location: str = "https://a.example/t/1.html"
) -> bytes:
    return HTML.format(charset, encoding, location).encode() + body


def picture(location: str, extra: str = "") -> bytes:
    head = (
        f"Content-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n{extra}Content-Location: {location}\r\n\r\n"
    )
    return head.encode() + base64.encodebytes(PNG)


@pytest.mark.parametrize(
    ("body", "charset", "encoding"),
    [
        ("<p>café</p>".encode(), "utf-8", "binary"),
        ("<p>café</p>".encode("cp1252"), "iso-8859-1", "8bit"),
        ("<p>чай</p>".encode("cp1251"), "windows-1251", "7bit"),
        (b"<p>caf=C3=A9</p>", "utf-8", "quoted-printable"),
        (b"<p>caf=C3=\r\n=A9</p>", "utf-8", "Quoted-Printable"),
        (base64.encodebytes("<p>café</p>".encode()), "utf-8", "base64"),
    ],
)
def test_the_page_is_decoded(body: bytes, charset: str, encoding: str) -> None:
    markup = open_source(Source("p", built(html(body, charset, encoding)))).markup
    assert markup.strip() in {"<p>café</p>", "<p>чай</p>"}


@pytest.mark.parametrize(
    ("location", "reference"),
    [
        ("https://a.example/i/x.png", "https://a.example/i/x.png"),
        ("https://a.example/i/x.png", "http://a.example/i/x.png#frag"),
        ("https://a.example/i/x.png", "//a.example/i/x.png"),
        ("https://a.example/i/x.png", "../i/x.png"),
        ("https://a.example/i/x.png", "/i/x.png"),
        ("https://a.example/i/x%20y.png", "https://a.example/i/x y.png"),
        ("x.png", "x.png"),
        ("x.png", "https://a.example/t/x.png"),
        ("https://a.example/i/\r\n long.png", "https://a.example/i/long.png"),
        ("https://web.archive.org/web/20200101000000im_/https://a.example/x.png", "https://a.example/x.png"),
    ],
)
def test_parts_are_found_by_address(location: str, reference: str) -> None:
    capture = open_source(Source("p", built(html(b"<p>x</p>"), picture(location))))
    assert capture.find(reference) == PNG
    assert capture.note.source_url == "https://a.example/t/1.html"


def test_parts_are_found_by_content_id() -> None:
    capture = open_source(Source("p", built(html(b"<p>x</p>"), picture("", "Content-ID: <pic-1@mhtml.blink>\r\n"))))
    assert capture.find("cid:pic-1@mhtml.blink") == PNG
    assert capture.find("CID:pic-1%40mhtml.blink") == PNG
    assert capture.find("cid:other") is None


def test_the_start_part_is_the_page() -> None:
    frame, main = html(b"<p>frame</p>"), b"Content-ID: <main@x>\r\n" + html(b"<p>main</p>")
    assert "main" in open_source(Source("p", built(frame, main, start="<main@x>"))).markup
    assert "frame" in open_source(Source("p", built(frame, main))).markup


def test_a_multipart_in_a_multipart() -> None:
    inner = (
        b'Content-Type: multipart/alternative; boundary="inner"\r\n\r\n--inner\r\n'
        + html(b"<p>x</p>")
        + b"\r\n--inner--\r\n"
    )
    assert "<p>x</p>" in open_source(Source("p", built(inner, picture("https://a.example/x.png")))).markup


@pytest.mark.parametrize(
    "date", ["Sat, 2 Mar 2024 04:30:05 GMT", "Fri, 1 Mar 2024 23:30:05 -0500", "2 Mar 2024 04:30:05 -0000"]
)
def test_the_date_is_when_it_was_saved(date: str) -> None:
    data = f"From: <Saved by Mozilla 5.0>\r\nDate: {date}\r\n".encode() + built(html(b"<p>x</p>"))
    assert open_source(Source("p", data)).note.saved_at == datetime(2024, 3, 2, 4, 30, 5, tzinfo=UTC)


@pytest.mark.parametrize("date", ["", "yesterday", "Sat, 99 Mar 2024 04:30:05 GMT", "1 Jan 99999 00:00:00 +9999"])
def test_an_impossible_date_is_none(date: str) -> None:
    data = f"Date: {date}\r\n".encode() + built(html(b"<p>x</p>"))
    assert open_source(Source("p", data)).note.saved_at is None


def test_a_cut_file_opens_as_far_as_it_goes() -> None:
    whole = built(
        html(b"<html><body><p>caf=C3=A9 words</p></body></html>", "utf-8", "quoted-printable"), picture("x.png")
    )
    for end in range(whole.index(b"words"), len(whole) - 4, 7):
        capture = open_source(Source("p", whole[:end]))
        assert "café" in capture.markup
        assert [notice.code for notice in capture.notices] == ["capture.truncated"]
        assert PNG.startswith(capture.find("x.png") or b"")


def test_a_file_cut_before_its_page_is_trouble() -> None:
    with pytest.raises(FileTrouble, match="p: an MHTML file that ends before its page begins"):
        open_source(Source("p", built(b"", end="")))


def test_a_wayback_copy_in_it_is_undone() -> None:
    address = "https://web.archive.org/web/20200113142204/https://a.example/t/1.html"
    page = b'<a href="/web/20200113142204/https://a.example/u">x</a><img src="https://web.archive.org/web/20200113142204im_/x://y">'
    capture = open_source(Source("p", built(html(page, location=address))))
    assert capture.note.container == "mhtml"
    assert capture.note.source_url == "https://a.example/t/1.html"
    assert capture.note.saved_at == datetime(2020, 1, 13, 14, 22, 4, tzinfo=UTC)
    assert 'href="https://a.example/u"' in capture.markup


@pytest.mark.parametrize(
    ("date", "known"),
    [
        ("Mon, 1 Jan 0900 00:00:00 +0000", False),
        ("Sat, 31 Dec 2005 23:59:59 +0000", False),
        ("Sun, 1 Jan 2006 00:00:00 +0000", True),
        ("Fri, 31 Dec 9999 23:59:59 +0000", False),
    ],
)
def test_a_time_at_which_nobody_saved_threads_is_no_time(date: str, known: bool) -> None:  # noqa: FBT001 - of pytest
    page = f"Date: {date}\r\n".encode() + built(html(b"<p>x</p>"))
    assert (open_source(Source("p", page)).note.saved_at is not None) == known
