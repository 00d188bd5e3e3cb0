"""The door: what is let in, what is refused, and with which words."""

from __future__ import annotations

import gzip
import io
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from threadbound.containers import bounds, registry
from threadbound.containers.capture import Container, Source
from threadbound.containers.registry import CONTAINERS, open_page, open_source, pages_in
from threadbound.errors import FileTrouble, NoThread, ThreadboundError

HTML = b"<html><body><p>words</p></body></html>"


def zipped(*names: str, content: bytes = b"x") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            archive.writestr(name, content)
    return buffer.getvalue()


REFUSED = [
    (b"", "empty"),
    (b" \n\t\0 ", "empty"),
    (b"%PDF-1.7\n...", "a PDF"),
    (b"\x89PNG\r\n\x1a\n" + bytes(100), "a picture"),
    (b"\xff\xd8\xff\xe0" + bytes(100), "a picture"),
    (b"<svg xmlns='http://www.w3.org/2000/svg'></svg>", "an XML document"),
    (b"<?xml version='1.0'?><rss version='2.0'></rss>", "an XML document"),
    (bytes(range(256)) * 50, "a binary file"),
    (b"WARC/1.0\r\nWARC-Type: warcinfo\r\n", "a WARC archive: not supported yet"),
    (gzip.compress(b"WARC/1.1\r\nWARC-Type: warcinfo\r\n", mtime=0), "a WARC archive: not supported yet"),
    (gzip.compress(b"other", mtime=0), "a gzip archive"),
    (zipped("archive/data.warc.gz", "datapackage.json"), "a WACZ archive: not supported yet"),
    (zipped("mimetype", content=b"application/epub+zip"), "an EPUB"),
    (zipped("index.html"), "a ZIP archive"),
    (zipped("1/index.rdf"), "a MAFF archive: not supported yet"),
    (b"bplist00\xd1WebMainResource", "a Safari webarchive: not supported yet"),
    (
        b'<?xml version="1.0"?><!DOCTYPE plist><plist><key>WebMainResource</key>',
        "a Safari webarchive: not supported yet",
    ),
    (b"<!DOCTYPE html> <html data-sfz><body></body></html>" + zipped("index.html"), "SingleFileZ.*not supported yet"),
]


@pytest.mark.parametrize(("data", "what"), REFUSED)
def test_what_is_no_page_is_refused_by_name(data: bytes, what: str) -> None:
    with pytest.raises(FileTrouble, match=f"^f.bin: .*{what}.*; ") as error:
        open_source(Source("f.bin", data))
    assert "\n" not in str(error.value)


def test_a_missing_file_a_folder_and_an_impossible_name(tmp_path: Path) -> None:
    for path, words in (
        (tmp_path / "gone.html", "gone.html: there is no such file"),
        (tmp_path, f"{tmp_path.name}: a folder"),
        ("a\0b.html", "cannot be read"),
        (tmp_path / "x.html" / "y.html", "y.html: "),
        (tmp_path / ("n" * 5000), "cannot be read"),
    ):
        with pytest.raises(FileTrouble, match=words):
            open_page(path)


def test_an_unreadable_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(FileTrouble, match=r"^p\.html: it may not be read; change its permissions$"):
        open_page(tmp_path / "p.html")


def test_a_name_with_line_feeds_makes_one_line(tmp_path: Path) -> None:
    path = tmp_path / "a\nb.html"
    path.write_bytes(HTML)
    assert open_page(path).note.name == "a\ufffdb.html"


def test_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "p.html"
    path.write_bytes(HTML)
    monkeypatch.setattr(bounds, "MAX_MARKUP", 20)
    with pytest.raises(FileTrouble, match=r"p\.html: a page with .* of markup"):
        open_page(path)
    monkeypatch.setattr(bounds, "MAX_BYTES", 20)
    with pytest.raises(FileTrouble, match=r"p\.html: larger than"):
        open_page(path)
    with pytest.raises(FileTrouble, match=r"q: larger than"):
        open_source(Source("q", HTML))


def test_pictures_inside_do_not_count_as_markup(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "MAX_MARKUP", 200)
    page = HTML.replace(b"<p>", b'<img src="data:image/png;base64,' + b"QUJD" * 1000 + b'"><p>')
    assert len(open_source(Source("p", page)).markup) < 200


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(HTML)))
    capture = open_page("-")
    assert (capture.note.name, capture.data) == ("stdin", HTML)
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(FileTrouble, match="stdin: it cannot be read"):
        open_page(Path("-"))


def test_two_that_match_are_a_bug(monkeypatch: pytest.MonkeyPatch) -> None:
    twice = (*CONTAINERS, Container("other", lambda _: True, CONTAINERS[0].open))
    monkeypatch.setattr(registry, "CONTAINERS", twice)
    with pytest.raises(RuntimeError, match="html and other at once"):
        open_source(Source("p", HTML))


@pytest.mark.parametrize(
    ("data", "kind", "container"),
    [
        (HTML, "html", "html"),
        (b"\n\n  <!-- hello --> <div>words</div>", "html", "html"),
        (b"<?xml version='1.0'?><!DOCTYPE html><html><p>x</p></html>", "html", "html"),
        (b"HTTP/1.1 200 OK\r\nServer: x\r\n\r\n" + HTML, "html", "html"),
        (b"A thread about <body> and <p>: HTML tags. " * 9, "text", "text"),
        (b"---\ntitle: x\n---\n<p>a</p><p>b</p><p>c</p>", "text", "text"),
        (b"<3 this thread", "text", "text"),
        (b"Note: this\nSubject: is no mail\n\nbut a text", "text", "text"),
        ("Ein Faden".encode("utf-16"), "text", "text"),
    ],
)
def test_recognised_by_content(data: bytes, kind: str, container: str) -> None:
    capture = open_source(Source("anything.png", data))
    assert (capture.kind, capture.note.container) == (kind, container)


@pytest.mark.parametrize(
    ("data", "codes"),
    [
        (b"<html><body><p>words", ["capture.truncated"]),
        (b"<html><body><p>words</p><img src='x", ["capture.truncated"]),
        (b"<div><p>a piece</p></div>", []),
        (b"<div><p>a piece</p><a hre", ["capture.truncated"]),
        (b"<html><p>words</html>", []),
        (b"<html><!--\n Page saved with SingleFile \n url: https://a.example \n--><body><p>words", []),
        (
            b"<html><!--\n Page saved with SingleFile \n url: x \n--><p>words<img src=data:image/png;base64,QU",
            ["capture.truncated"],
        ),
    ],
)
def test_a_cut_page_is_opened_and_said_to_be_cut(data: bytes, codes: list[str]) -> None:
    assert [notice.code for notice in open_source(Source("p", data)).notices] == codes


def test_a_singlefile_of_a_wayback_copy_is_both() -> None:
    page = (
        b"<!DOCTYPE html> <html lang=en><!--\n Page saved with SingleFile \n"
        b" url: https://web.archive.org/web/20200113142204/https://a.example/t \n"
        b" saved date: Sun Nov 22 2026 12:02:31 GMT+0000 (Coordinated Universal Time)\n--><body>"
        b"<a href=https://web.archive.org/web/20200113142204/https://b.example/>x</a>"
        b"<img src=data:image/gif;base64,QUJD>"
    )
    capture = open_source(Source("p", page))
    assert capture.note.container == "singlefile"
    assert capture.note.source_url == "https://a.example/t"
    assert capture.note.saved_at is not None
    assert capture.note.saved_at.year == 2020
    assert "href=https://b.example/>" in capture.markup
    assert capture.find("resource:0") == b"ABC"


def test_pages_in_a_folder(tmp_path: Path) -> None:
    kept = {
        "a.html": HTML,
        "b.txt": b"A thread\n\nOne post; two posts.\n",
        "c.mht": b"MIME-Version: 1.0\nContent-Type: text/html\n\n" + HTML,
        "d.warc": b"WARC/1.0\r\n",
        "e.html": b"",
        "photo.html": b"\xff\xd8\xff\xe0" + bytes(100),
        "noise.HTM": bytes(range(256)) * 9,
        "sub/f.html": HTML,
    }
    skipped = {
        "x.png": b"\x89PNG\r\n\x1a\n",
        "x.pdf": b"%PDF-1.7",
        "x.css": b"a {\n color: red;\n}\nb {\n margin: 0;\n}\n",
        "x.min.css": b"a{color:red}b{margin:0}",
        "x.js": b"var a = 1;\nfunction b() {\n return a;\n}\n",
        "x.py": b"import os\nimport sys\n\ndef a():\n    return 1\n",
        "x.json": b'{"a": 1}',
        "x.svg": b"<svg/> ",
        "x.bin": bytes(range(256)) * 9,
        "x.zip": zipped("a.html"),
        "x.epub": zipped("mimetype", content=b"application/epub+zip"),
        "nothing": b"",
        ".hidden.html": HTML,
        ".git/a.html": HTML,
    }
    for name, data in {**kept, **skipped}.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(data)
    outside = tmp_path.parent / f"{tmp_path.name}-outside"
    outside.mkdir()
    (outside / "g.html").write_bytes(HTML)
    (tmp_path / "link.html").symlink_to(outside / "g.html")
    (tmp_path / "link").symlink_to(outside)
    (tmp_path / "circle").symlink_to(tmp_path)
    assert [str(path.relative_to(tmp_path)) for path in pages_in(tmp_path)] == sorted(kept)
    assert pages_in(tmp_path / "x.png") == [tmp_path / "x.png"]
    assert pages_in(Path("-")) == [Path("-")]


def test_a_link_that_leads_nowhere_is_told_and_no_page(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_bytes(HTML)
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "gone.html").symlink_to(tmp_path / "nowhere")
    (tmp_path / ".lock").symlink_to("somebody@somewhere")  # as editors leave them
    told: list[tuple[Path, FileTrouble]] = []
    assert pages_in(tmp_path, lambda *each: told.append(each)) == [tmp_path / "a.html"]
    says = "a link that leads nowhere; take it out, or put back what it led to"
    assert [(place, str(error)) for place, error in told] == [
        (tmp_path / "sub" / "gone.html", f"{tmp_path.name}/sub/gone.html: {says}")
    ]


def test_a_folder_with_nothing_in_it(tmp_path: Path) -> None:
    with pytest.raises(NoThread, match=f"{tmp_path.name}: no saved page in this folder; "):
        pages_in(tmp_path)
    with pytest.raises(ThreadboundError, match="gone: there is no such file or folder"):
        pages_in(tmp_path / "gone")


def test_heavy_libraries_are_not_imported() -> None:
    code = (
        "import sys, threadbound.containers.registry; print({'bs4', 'lxml', 'charset_normalizer'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_sixteen_mebibytes_of_markup_are_no_thread() -> None:
    with pytest.raises(FileTrouble, match=r"p: a page with 16 MiB of markup; save only the thread's own page"):
        open_source(Source("p", b"<html>" + b"<p>words</p>" * (16 * 1024 * 1024 // 12)))


def test_an_unreadable_folder_is_told_and_the_others_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("a", "b", "c"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "p.html").write_bytes(HTML)
    scandir = os.scandir

    def shut(path: str) -> object:
        if Path(path).name == "b":
            raise PermissionError(13, "Permission denied", path)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", shut)
    told: list[tuple[Path, FileTrouble]] = []
    assert pages_in(tmp_path, lambda *each: told.append(each)) == [tmp_path / "a" / "p.html", tmp_path / "c" / "p.html"]
    ((place, error),) = told
    assert place == tmp_path / "b"
    assert str(error) == f"{tmp_path.name}/b: the folder cannot be read; change its permissions"
    assert pages_in(tmp_path / "b", lambda *each: told.append(each)) == []
    assert len(told) == 2
