"""Whatever bytes come: a capture or a one-line error, soon."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from threadbound.containers.capture import Capture, Source
from threadbound.containers.registry import CONTAINERS, open_page, open_source
from threadbound.errors import ThreadboundError

MHTML = (
    b'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="b"\r\n\r\n--b\r\nContent-Type: text/html\r\n'
    b"Content-Transfer-Encoding: quoted-printable\r\n\r\n<p>caf=C3=A9</p>\r\n--b--\r\n"
)
SINGLEFILE_OF_WAYBACK = (
    b"<html><!--\n Page saved with SingleFile \n url: https://a.example \n"
    b" saved date: Sun Nov 22 2026 12:02:31 GMT+0000 (X)\n-->"
    b"<body><!-- BEGIN WAYBACK TOOLBAR INSERT --><div id=wm-ipp></div><!-- END WAYBACK TOOLBAR INSERT -->"
    b"<a href=/web/20200113142204/https://a.example/>x</a>"
)
SEEDS = [
    b"<html><body><p>words</p><img src='data:image/png;base64,QUJD'></body></html>",
    MHTML,
    SINGLEFILE_OF_WAYBACK,
    "Ein Faden über Bücher".encode("utf-16"),
]
PIECES = [
    *(
        b"<",
        b">",
        b'"',
        b"'",
        b"=",
        b"<a ",
        b"<style>",
        b"</style>",
        b"<!--",
        b"-->",
        b"data:,",
        b"data:image/png;base64,",
    ),
    *(
        b"/web/20200113142204/http://x",
        b"\0",
        b"\xff",
        b"\xed\xa0\x80",
        b"\r\n--b",
        b"--b--",
        b"<div id=wm-ipp>",
        b"srcset=",
    ),
    *(
        b"\xff\xfe",
        b"charset=utf-16",
        b"<meta charset=hz>",
        b"&quot;",
        b"(",
        b"\n",
        b":",
        b"Content-Type: multipart/mixed",
    ),
]


def opened_or_refused(data: bytes) -> Capture | None:
    source = Source("page", data)
    assert sum(container.matches(source) for container in CONTAINERS) <= 1
    try:
        capture = open_source(source)
    except ThreadboundError as error:
        message = str(error)
    else:
        return checked(capture, data)
    assert "\n" not in message
    assert message.startswith("page: ")
    return None


def checked(capture: Capture, data: bytes) -> Capture:
    assert capture.data is data
    assert capture.note.size == len(data)
    capture.markup.encode()
    assert "\0" not in capture.markup
    for reference in ("resource:0", "x.png", "cid:x", "https://a.example/x", "data:,x"):
        found = capture.find(reference)
        assert found is None or isinstance(found, bytes)
    return capture


@given(st.binary(max_size=600))
def test_any_bytes(data: bytes) -> None:
    opened_or_refused(data)


@given(st.lists(st.sampled_from(PIECES), max_size=60).map(b"".join), st.sampled_from([b"", *SEEDS]))
def test_any_heap_of_pieces(heap: bytes, seed: bytes) -> None:
    opened_or_refused(seed + heap)
    opened_or_refused(heap + seed)


@settings(deadline=None)
@given(st.sampled_from(SEEDS), st.data())
def test_mutated_pages(seed: bytes, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(seed)))
    gone = data.draw(st.integers(0, 30))
    opened_or_refused(
        seed[:at] + data.draw(st.one_of(st.binary(max_size=20), st.sampled_from(PIECES))) + seed[at + gone :]
    )


@pytest.mark.parametrize(
    "unit",
    [
        *(
            b"<a ",
            b"<a x='",
            b'<a x="',
            b"<a data:,",
            b"data:,",
            b"<data:,",
            b'="data:,',
            b"<style>data:,",
            b"<!--",
            b"<a b=c ",
        ),
        *(
            b"<div id=wm-ipp>",
            b"/web/20200113142204/http://x ",
            b"<a href=/web/20200113142204/http://x>",
            b"<div>",
            b"< ",
        ),
        *(
            b"<meta charset=",
            b"srcset=data:, ",
            b"<?xml ",
            b"&quot;data:,",
            b"\xff",
            b"\xc3\xa9",
            b"\xed\xa0\x80",
            b" ",
            b"{",
        ),
        *(
            b"<img srcset='data:, ",
            b"FILE ARCHIVED ON ",
            b"<!--  FILE ARCHIVED ON ",
            b"<single-file-infobar ",
            b"a: b\n",
        ),
        *(b"<link rel=canonical ", b"<input id=wmtbURL ", b"wbinfo.prefix = ", b"<head", b"__wm.wombat("),
    ],
)
@pytest.mark.parametrize(
    "head", [b"", b"<html>", b"<!-- End Wayback Rewrite JS Include -->", b"<!-- WB Insert --><html>", b"text "]
)
def test_a_megabyte_of_the_same_is_read_in_time(unit: bytes, head: bytes) -> None:
    begin = time.process_time()
    opened_or_refused(head + unit * (1_000_000 // len(unit)))
    assert time.process_time() - begin < 5


@pytest.mark.parametrize(
    "unit", [b"\r\n--b\r\n", b"\r\n--b\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n", b"--b ", b"\r\n "]
)
def test_a_megabyte_of_boundaries_is_read_in_time(unit: bytes) -> None:
    begin = time.process_time()
    head = b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=b\r\n\r\n--b\r\n\r\n<p>x</p>"
    opened_or_refused(head + unit * (1_000_000 // len(unit)))
    assert time.process_time() - begin < 5


def test_ten_thousand_nested_tags() -> None:
    capture = opened_or_refused(b"<html><body>" + b"<div>" * 10_000 + b"words" + b"</div>" * 10_000 + b"</body></html>")
    assert capture is not None
    assert capture.markup.count("<div>") == 10_000


def test_a_hundred_megabytes() -> None:
    page = b"<html><body><img src='data:image/png;base64," + b"QUJD" * 25_000_000 + b"'><p>words</p></body></html>"
    begin = time.process_time()
    capture = opened_or_refused(page)
    assert capture is not None
    assert len(capture.markup) < 100
    assert time.process_time() - begin < 5
    with pytest.raises(ThreadboundError, match=r"page: a page with .* MiB of markup"):
        open_source(Source("page", b"<html>" + b"<p>words</p>" * 9_000_000))


@pytest.mark.corpus
@pytest.mark.parametrize("number", range(30))
def test_damaged_real_pages(corpus: Path, number: int) -> None:
    chance = random.Random(number)  # noqa: S311 - the same damage every time
    for path in sorted((corpus / "containers").glob("*.*ht*")):
        data = bytearray(path.read_bytes()[: chance.randrange(1000, 400_000)])
        for _ in range(chance.randrange(20)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        opened_or_refused(bytes(data))


@pytest.mark.corpus
class TestRealPages:
    @pytest.mark.parametrize(
        ("name", "container", "url", "saved"),
        [
            ("chrome-2016-portfolio-qp.mhtml", "mhtml", "http://msindwan.bitbucket.org/", "2016-09-05T22:30:04"),
            (
                "chrome-2026-noahpinion.mht",
                "mhtml",
                "https://www.noahpinion.blog/p/how-japan-has",
                "2026-04-04T14:06:00",
            ),
            (
                "chrome-mhtml-nitter-alrocar-1496534632497561607.mhtml",
                "mhtml",
                "http://nitter.net/",
                "2026-11-22T12:03:13",
            ),
            (
                "chrome-mhtml-nitter-alrocar-1785732249037533601.mhtml",
                "mhtml",
                "http://nitter.net/",
                "2026-11-22T12:03:18",
            ),
            (
                "singlefile-nitter-alrocar-1496534632497561607.html",
                "singlefile",
                "http://nitter.net/",
                "2026-11-22T12:02:31",
            ),
            (
                "singlefile-nitter-alrocar-1785732249037533601.html",
                "singlefile",
                "http://nitter.net/",
                "2026-11-22T12:02:39",
            ),
            (
                "pywb-rewritten-nitter-alrocar-1496534632497561607.html",
                "wayback",
                "http://nitter.net/",
                "2026-11-22T12:03:39",
            ),
            (
                "pywb-rewritten-twitter-netpreserve-2019.html",
                "wayback",
                "https://twitter.com/net",
                "2019-06-03T05:31:35",
            ),
        ],
    )
    def test_provenance(self, corpus: Path, name: str, container: str, url: str, saved: str) -> None:
        capture = open_page(corpus / "containers" / name)
        assert capture.note.container == container
        assert (capture.note.source_url or "").startswith(url)
        assert capture.note.saved_at is not None
        assert capture.note.saved_at.isoformat() == f"{saved}+00:00"
        assert not capture.notices
        assert "base64," not in capture.markup
        assert "wbinfo" not in capture.markup

    def test_one_thread_in_every_form_has_the_same_words(self, corpus: Path) -> None:
        folder = corpus / "containers"
        names = ["chrome-mhtml-*149653*", "singlefile-*149653*", "pywb-*149653*", "wget-mirror-*/**/149653*.html"]
        markups = [open_page(next(folder.glob(name))).markup for name in names]
        for words in ("El sistema que uso para gestionar", "avalancha de comunicaciones (asíncronas)", "c viene 🧵"):
            assert all(words in markup for markup in markups)

    def test_pictures_inside_are_pictures(self, corpus: Path) -> None:
        single = open_page(corpus / "containers" / "singlefile-nitter-alrocar-1785732249037533601.html")
        pictures = [single.find(f"resource:{number}") or b"" for number in range(60)]
        assert sum(picture.startswith((b"\xff\xd8\xff", b"\x89PNG")) for picture in pictures) >= 20
        archive = open_page(corpus / "containers" / "chrome-mhtml-nitter-alrocar-1785732249037533601.mhtml")
        address = "http://nitter.net/pic/media%2FGMgv_l0XMAAvB9E.jpg%3Fname%3Dsmall%26format%3Dwebp"
        assert address in archive.markup
        assert (archive.find(address) or b"").startswith(b"\xff\xd8\xff")

    def test_a_whole_thread_page(self, corpus: Path) -> None:
        capture = open_page(next((corpus / "threadreader" / "full-html").iterdir()))
        assert (capture.note.container, capture.kind, capture.notices) == ("html", "html", ())
        assert "102 tweets" in capture.markup

    def test_text_copies(self, corpus: Path) -> None:
        for path in sorted((corpus / "threadreader" / "text").iterdir()):
            assert open_page(path).kind == "text"
