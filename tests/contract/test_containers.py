"""One class of tests holds every form of saved page; a new form is a new line in ``WRAPS``."""

from __future__ import annotations

import base64
import hashlib
import quopri
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from threadbound.containers.capture import Capture, Source
from threadbound.containers.registry import CONTAINERS, open_page, open_source, read_source
from threadbound.notices import losses

URL = "https://threadreaderapp.com/thread/1700000000000000001.html"
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40
ADDRESS = "https://pbs.twimg.com/media/Fq8xLaTWIAEy3Rn.png"
WORDS = (
    "Glue first, then <thread> – señor 🧵 said: data:image/png;base64,AAAA is no picture & /web/2020/http://x neither"
)
PAGE = f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>On glue</title>
<link rel="canonical" href="{URL}"></head>
<body><h1>On glue</h1>
<div class="content-tweet" title="a > b">{WORDS.replace("&", "&amp;").replace("<", "&lt;")}<br>
<a href="https://web.archive.org/web/20190101000000/http://example.org/glue">an archived page</a>
<img alt="pot of glue" src="{ADDRESS}"></div>
</body></html>
"""


@dataclass(frozen=True)
class Wrapped:
    """A page in one form, lying in a folder."""

    path: Path
    picture: str | None
    """How the page now calls its picture; ``None`` where the form does not carry it."""
    url: str | None = None
    saved_at: datetime | None = None
    kind: str = "html"


def plain_html(folder: Path) -> Wrapped:
    return _written(folder / "On glue.html", PAGE.encode(), None)


def with_files(folder: Path) -> Wrapped:
    companion = folder / "On glue_files"
    companion.mkdir()
    (companion / "Fq8xLaTWIAEy3Rn.png").write_bytes(PICTURE)
    local = "./On%20glue_files/Fq8xLaTWIAEy3Rn.png"
    page = PAGE.replace(ADDRESS, local).replace(
        "<html", f"<!-- saved from url=({len(URL):04})" + URL + " -->\n<html", 1
    )
    return _written(folder / "On glue.html", page.encode(), local, URL)


def singlefile(folder: Path) -> Wrapped:
    comment = (
        f"<!--\n Page saved with SingleFile \n url: {URL} \n saved date: Fri Mar 01 2024 23:30:05 GMT-0500 (EST)\n-->"
    )
    page = PAGE.replace('<html lang="en">', f'<html lang="en">{comment}')
    page = page.replace(ADDRESS, "data:image/png;base64," + base64.b64encode(PICTURE).decode())
    page = page.replace("</body></html>", "")
    return _written(
        folder / "glue.html", page.encode(), "resource:0", URL, saved_at=datetime(2024, 3, 2, 4, 30, 5, tzinfo=UTC)
    )


def mhtml(folder: Path) -> Wrapped:
    bound = "----MultipartBoundary--glue----"
    text = PAGE.replace("\n", "\r\n").encode()
    parts = [
        f"From: <Saved by Blink>\r\nSnapshot-Content-Location: {URL}\r\nSubject: On glue\r\nbroken line\r\n"
        f"Date: Sat, 2 Mar 2024 04:30:05 -0000\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n"
        f'\ttype="text/html";\r\n\tboundary="{bound}"\r\n\r\n\r\n'.encode(),
        f"--{bound}\r\nContent-Type: text/html\r\nContent-ID: <frame-1@mhtml.blink>\r\n"
        f"Content-Transfer-Encoding: quoted-printable\r\nContent-Location: {URL}\r\n\r\n".encode(),
        quopri.encodestring(text),
        f"\r\n--{bound}\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n"
        f"Content-Location: {ADDRESS}\r\n\r\n".encode(),
        base64.encodebytes(PICTURE),
        f"\r\n--{bound}--\r\n".encode(),
    ]
    return _written(
        folder / "glue.html", b"".join(parts), ADDRESS, URL, saved_at=datetime(2024, 3, 2, 4, 30, 5, tzinfo=UTC)
    )


def wayback(folder: Path) -> Wrapped:
    stamp = "20240302043005"
    page = re.sub(r'(href|content)="(https?:)', rf'\1="https://web.archive.org/web/{stamp}/\2', PAGE)
    page = page.replace(f'src="{ADDRESS}', f'src="/web/{stamp}im_/{ADDRESS}')
    page = page.replace(
        "<head>",
        '<head><script src="//archive.org/includes/athena.js"></script>\n'
        f'<script>__wm.wombat("{URL}","{stamp}","https://web.archive.org/","web");</script>\n'
        "<!-- End Wayback Rewrite JS Include -->",
    )
    toolbar = '<div id="wm-ipp-base"><div id="wm-ipp">12 captures</div></div>'
    page = page.replace(
        "<body>", f"<body><!-- BEGIN WAYBACK TOOLBAR INSERT -->{toolbar}<!-- END WAYBACK TOOLBAR INSERT -->"
    )
    page += "<!--\n     FILE ARCHIVED ON 04:30:05 Mar 02, 2024 AND RETRIEVED FROM THE\n     INTERNET ARCHIVE -->\n"
    return _written(folder / "glue.html", page.encode(), None, URL, saved_at=datetime(2024, 3, 2, 4, 30, 5, tzinfo=UTC))


def text_copy(folder: Path) -> Wrapped:
    words = " ".join(words_of(PAGE))
    return _written(folder / "glue.html", words.encode(), None, kind="text")


def _written(path: Path, data: bytes, picture: str | None, url: str | None = None, **more: Any) -> Wrapped:
    path.write_bytes(data)
    return Wrapped(path, picture, url, **more)


def words_of(markup: str) -> list[str]:
    """The words that a reader of the page sees."""
    bare = re.sub(r"<!--.*?-->|<(script|style)\b.*?</\1>", " ", markup, flags=re.DOTALL)
    return unescape(re.sub(r"""<[a-zA-Z/!](?:[^>"']|"[^"]*"|'[^']*')*>""", " ", bare)).split()


WRAPS: dict[str, Callable[[Path], Wrapped]] = {
    "html": plain_html,
    "html-files": with_files,
    "singlefile": singlefile,
    "mhtml": mhtml,
    "wayback": wayback,
    "text": text_copy,
}


@pytest.fixture(params=[container.name for container in CONTAINERS])
def form(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def wrapped(form: str, tmp_path: Path) -> Wrapped:
    return WRAPS[form](tmp_path)


@pytest.fixture
def capture(wrapped: Wrapped) -> Capture:
    return open_page(wrapped.path)


class TestEveryContainer:
    def test_alone_recognises_its_form(self, form: str, wrapped: Wrapped) -> None:
        source = read_source(wrapped.path)
        assert [container.name for container in CONTAINERS if container.matches(source)] == [form]

    def test_gives_the_words_of_the_page(self, capture: Capture, wrapped: Wrapped) -> None:
        words = words_of(capture.markup) if wrapped.kind == "html" else capture.markup.split()
        assert words == words_of(PAGE)
        assert capture.kind == wrapped.kind
        assert not losses(capture.notices)

    def test_leaves_the_bytes_alone(self, capture: Capture, wrapped: Wrapped, form: str) -> None:
        data = wrapped.path.read_bytes()
        assert capture.data == data
        assert capture.note.sha256 == hashlib.sha256(data).hexdigest()
        assert (capture.note.size, capture.note.name) == (len(data), wrapped.path.name)
        assert capture.note.container == form

    def test_says_what_the_page_says_of_its_saving(self, capture: Capture, wrapped: Wrapped) -> None:
        assert (capture.note.source_url, capture.note.saved_at) == (wrapped.url, wrapped.saved_at)

    def test_finds_its_picture(self, capture: Capture, wrapped: Wrapped) -> None:
        if wrapped.picture is None:
            assert capture.find(ADDRESS) is None
            return
        assert wrapped.picture in capture.markup
        assert capture.find(wrapped.picture) == PICTURE

    def test_keeps_addresses(self, capture: Capture, wrapped: Wrapped) -> None:
        if wrapped.kind == "html":
            assert 'href="https://web.archive.org/web/20190101000000/http://example.org/glue"' in capture.markup
            assert f'href="{URL}"' in capture.markup

    def test_comes_from_standard_input_too(self, wrapped: Wrapped, capture: Capture) -> None:
        data = wrapped.path.read_bytes()
        assert open_source(Source("stdin", data)).markup == capture.markup

    @pytest.mark.parametrize(
        "reference",
        [
            *("", " ", "..", "../secret.png", "%2e%2e/secret.png", "%252e%252e%252fsecret.png", "a/../../secret.png"),
            *("/etc/passwd", "file:///etc/passwd", "On glue_files/../../secret.png", "link.png", "link/secret.png"),
            *("resource:", "resource:99", "resource:-1", "resource:1e9", "cid:", "cid:<x>", "data:", "data:image/png"),
            *(
                "http://[",
                "https://",
                "//",
                "\0",
                "\ud800",
                "x" * 100_000,
                "%" * 500,
                "..\\secret.png",
                "C:\\x",
                "a\nb",
            ),
        ],
    )
    def test_never_escapes_and_never_raises(self, form: str, tmp_path: Path, reference: str) -> None:
        (tmp_path / "secret.png").write_bytes(b"secret")
        folder = tmp_path / "saved"
        folder.mkdir()
        (folder / "link.png").symlink_to(tmp_path / "secret.png")
        (folder / "link").symlink_to(tmp_path)
        assert open_page(WRAPS[form](folder).path).find(reference) is None

    def test_is_named_once(self, form: str) -> None:
        assert [container.name for container in CONTAINERS].count(form) == 1
        assert form in WRAPS
