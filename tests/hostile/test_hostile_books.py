"""Books that anybody may have made: each ends in one line, soon, and within a bounded memory."""

from __future__ import annotations

import json
import re
import resource
import runpy
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from PIL import Image

from threadbound import verification
from threadbound.checks import epub as epub_check
from threadbound.checks import pages
from threadbound.checks.report import Finding
from threadbound.cli.app import run
from threadbound.readers import bounds

PRODUCTS = ("pdf", "epub")
EVERY_JUDGE = verification.JUDGES


@pytest.fixture(autouse=True)
def _bounded(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No outside judges; and ten seconds, and 500 MB more than before, are more than any of these may take."""
    monkeypatch.setattr(verification, "JUDGES", ())
    begun, before = time.monotonic(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    yield
    assert time.monotonic() - begun < 30
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 700_000


@pytest.fixture(params=PRODUCTS)
def book(request: pytest.FixtureRequest, make_page: Callable[..., Path], tmp_path: Path) -> Path:
    made = tmp_path / f"b.{request.param}"
    assert run([request.param, str(make_page(["Some words.", "Some more."])), "-o", str(made), "-q"]) == 0
    return made


def with_json(book: Path, change: Callable[[Any], Any]) -> None:
    """Rewrites the thread that the book carries."""
    with_bytes(book, lambda data: json.dumps(change(json.loads(data))).encode())


def with_bytes(book: Path, change: Callable[[bytes], bytes], name: str = "thread.json") -> None:
    if book.suffix == ".epub":
        with zipfile.ZipFile(book) as old:
            parts = [(item.filename, old.read(item)) for item in old.infolist()]
        with zipfile.ZipFile(book, "w", zipfile.ZIP_DEFLATED) as new:
            for part, data in parts:
                stored = zipfile.ZIP_STORED if part == "mimetype" else zipfile.ZIP_DEFLATED
                new.writestr(part, change(data) if part.endswith(f"evidence/{name}") else data, stored)
        return
    with pikepdf.open(book, allow_overwriting_input=True) as document:
        stream = document.attachments[name].get_file().obj
        packed = zlib.compress(change(stream.read_bytes()), 9)
        stream.write(packed, filter=pikepdf.Name("/FlateDecode"))
        document.save(book)


def one_line(capsys: pytest.CaptureFixture[str]) -> str:
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1, captured.err
    assert captured.err.isprintable() or captured.err[:-1].isprintable()
    return captured.err


def changed(path: str, value: Any) -> Callable[[Any], Any]:
    """``posts.0.n`` → that value."""

    def change(thread: Any) -> Any:
        *steps, last = [int(step) if step.isdigit() else step for step in path.split(".")]
        place = thread
        for step in steps:
            place = place[step]
        place[last] = value
        return thread

    return change


UNSOUND = {
    "a newer schema": (changed("schema", "threadbound.thread/2"), "update threadbound"),
    "no schema": (changed("schema", ""), "without a schema"),
    "no posts": (changed("posts", []), "not numbered"),
    "posts out of order": (changed("posts.0.n", 7), "not numbered"),
    "a number that no post has": (changed("posts.1.n", 10**19), "so many posts"),
    "more posts than any thread has": (changed("declared_posts", 10**19), "so many posts"),
    "fewer posts than none": (changed("declared_posts", -1), "so many posts"),
    "no capture": (changed("captures", []), "which pages it was read from"),
    "a digest that is a path": (changed("captures.0.sha256", "../../etc/passwd"), "digest"),
    "a picture's digest that is a path": (
        changed(
            "posts.0.media", [{"kind": "image", "url": "", "alt": "", "sha256": "/etc/passwd", "width": 9, "height": 9}]
        ),
        "digest",
    ),
    "a post of a capture that cannot be": (changed("posts.0.capture", ""), "digest"),
    "other words of a capture that cannot be": (
        changed("posts.0.wordings", [{"captures": ["0" * 64, "x"], "body": []}]),
        "digest",
    ),
    "a picture without a size": (
        changed("posts.0.media", [{"kind": "image", "url": "", "alt": "", "sha256": "0" * 64}]),
        "impossible size",
    ),
    "a site of its own": (changed("site", "../elsewhere"), "no site"),
    "a notice of its own": (changed("notices", [{"code": "never.heard", "message": ""}]), "no thread of the schema"),
    "a notice without a character": (
        changed("notices", [{"code": "font.missing-glyph", "message": "", "where": "U+D800"}]),
        "no character",
    ),
    "numbers for words": (changed("title", 7), "no thread of the schema"),
    "another shape": (lambda _: [], "no thread of the schema"),
}


@pytest.mark.parametrize("unsound", UNSOUND)
def test_an_unsound_thread_is_refused(
    unsound: str, book: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    change, said = UNSOUND[unsound]
    with_json(book, change)
    for call in (["verify", str(book)], ["extract", str(book), "-d", str(tmp_path / "out")]):
        assert run(call) == 5
        assert said in one_line(capsys)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("data", [b"", b"\0", b"{", b"[" * 100_000, b'{"schema": "\xff"}', b"null"])
def test_what_is_no_json_is_refused(data: bytes, book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with_bytes(book, lambda _: data)
    assert run(["verify", str(book)]) == 5
    one_line(capsys)


def test_a_name_from_the_book_is_no_path(book: Path, tmp_path: Path) -> None:
    with_json(book, changed("captures.0.name", "../../../evil\x00\n/page.html"))
    assert run(["extract", str(book), "-d", str(tmp_path / "deep" / "out"), "-q"]) == 0
    there = {path.relative_to(tmp_path / "deep").parts for path in (tmp_path / "deep").rglob("*") if path.is_file()}
    assert len(there) == 4
    assert all(len(parts) == 2 and parts[0] == "out" for parts in there)


def test_a_file_that_unpacks_without_end_is_refused(
    book: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bounds, "MAX_FILE", 4 << 20)
    with_bytes(book, lambda _: bytes(150 << 20))
    assert run(["verify", str(book)]) == 5
    assert "unpacks to more than 4 MiB" in one_line(capsys)


def test_files_that_together_are_too_many_are_refused(
    book: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bounds, "MAX_CARRIED", 1000)
    assert run(["verify", str(book)]) == 5
    assert "it carries more than" in one_line(capsys)


@pytest.mark.parametrize(
    ("bound", "said"), [("MAX_PARTS", "parts"), ("MAX_BOOK", "unpacks"), ("MAX_DOCUMENT", "unpacks")]
)
@pytest.mark.parametrize("book", ["epub"], indirect=True)
def test_an_epub_beyond_a_bound_is_refused(
    bound: str, said: str, book: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bounds, bound, 3)
    assert run(["verify", str(book)]) == 5
    assert said in one_line(capsys)


@pytest.mark.parametrize("book", ["epub"], indirect=True)
def test_entities_are_not_opened(book: Path, tmp_path: Path) -> None:
    """Neither a file of the reader's machine, nor one that grows without end."""
    secret = tmp_path / "secret"
    secret.write_text("hush")
    laughs = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    kind = f'<!DOCTYPE html [<!ENTITY x SYSTEM "{secret.as_uri()}"><!ENTITY a0 "ha">{laughs}]>'

    def change(data: bytes) -> bytes:
        return data.replace(b"<!DOCTYPE html>", kind.encode()).replace(b"Some more", b"&x;&a11;")

    with zipfile.ZipFile(book) as old:
        parts = [(item.filename, old.read(item)) for item in old.infolist()]
    with zipfile.ZipFile(book, "w") as new:
        for name, data in parts:
            new.writestr(name, change(data) if name.endswith("t1.xhtml") else data)
    assert run(["verify", str(book)]) == 8


def _many(document: pikepdf.Pdf) -> None:
    for number in range(3000):
        document.attachments[f"{number:05}.html"] = pikepdf.AttachedFileSpec(document, b"x", filename=f"{number}.html")


def _strange(document: pikepdf.Pdf) -> None:
    document.attachments["odd\n\x1b[31m.html"] = pikepdf.AttachedFileSpec(document, b"x", filename="../../odd.html")


STRANGE: dict[str, Callable[[pikepdf.Pdf], object]] = {"many files": _many, "a file of an odd name": _strange}


@pytest.mark.parametrize("strange", STRANGE)
@pytest.mark.parametrize("book", ["pdf"], indirect=True)
def test_what_a_pdf_carries_beside_is_said(
    strange: str, book: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pikepdf.open(book, allow_overwriting_input=True) as document:
        STRANGE[strange](document)
        document.save(book)
    assert run(["verify", str(book)]) == 8
    lines = capsys.readouterr().err.splitlines()
    assert any("is not the page that the thread was read from" in line for line in lines)
    assert all(line.isprintable() for line in lines)
    assert run(["extract", str(book), "-d", str(tmp_path / "out"), "-q"]) == 0
    assert len(list((tmp_path / "out").iterdir())) == 4


ILLUSTRATED = runpy.run_path(str(Path(__file__).parents[1] / "cli" / "test_pictures.py"))


@pytest.fixture
def illustrated(request: pytest.FixtureRequest, make_page: Callable[..., Path], tmp_path: Path) -> Path:
    """A book with a drawing and a photograph."""
    made = tmp_path / f"i.{request.param}"
    saved = ILLUSTRATED["saved"]
    drawing = saved(Image.linear_gradient("L").convert("RGBA"), "PNG")
    bodies = [f"Words. {ILLUSTRATED['shown'](data)}" for data in (drawing, saved(Image.new("RGB", (90, 60)), "JPEG"))]
    assert run([request.param, str(make_page(bodies)), "-o", str(made), "-q"]) == 0
    return made


def _drawings(document: pikepdf.Pdf) -> list[Any]:
    objects = document.pages[0].obj["/Resources"]["/XObject"]
    return [picture for picture in objects.values() if picture.get("/Filter") == "/FlateDecode"]


def _masks(document: pikepdf.Pdf) -> pikepdf.Stream:
    kind = {"/Width": 30, "/Height": 30, "/BitsPerComponent": 8, "/ColorSpace": pikepdf.Name.DeviceGray}
    mask = document.make_stream(b"", kind)
    mask.write(zlib.compress(bytes(31 * 30)), filter=pikepdf.Name.FlateDecode)
    return mask


ODD_PICTURES: dict[str, Callable[[Any, pikepdf.Pdf], object]] = {
    "no width": lambda picture, _: picture.__delitem__("/Width"),
    "a name for a width": lambda picture, _: picture.__setitem__("/Width", pikepdf.Name("/X")),
    "endless height": lambda picture, _: picture.__setitem__("/Height", 10**12),
    "a number for a mask": lambda picture, _: picture.__setitem__("/SMask", 5),
    "itself for a mask": lambda picture, _: picture.__setitem__("/SMask", picture),
    "a mask of another size": lambda picture, document: picture.__setitem__("/SMask", _masks(document)),
    "bits in a list": lambda picture, _: picture.__setitem__("/BitsPerComponent", pikepdf.Array([8])),
    "colours in a dictionary": lambda picture, _: picture.__setitem__("/ColorSpace", pikepdf.Dictionary()),
}


@pytest.mark.parametrize("odd", ODD_PICTURES)
@pytest.mark.parametrize("illustrated", ["pdf"], indirect=True)
def test_a_picture_stored_oddly_is_a_finding_and_no_end_of_the_run(
    odd: str, illustrated: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pikepdf.open(illustrated, allow_overwriting_input=True) as document:
        for picture in _drawings(document):
            ODD_PICTURES[odd](picture, document)
        document.save(illustrated)
    assert run(["verify", str(illustrated)]) == 8
    assert ".png is no picture" in capsys.readouterr().err
    assert run(["extract", str(illustrated), "-d", str(tmp_path / "out")]) == 3


@pytest.mark.parametrize("method", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
@pytest.mark.parametrize("book", ["epub"], indirect=True)
def test_what_is_packed_as_no_epub_may_be_is_refused(
    method: int, book: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Damaged too: every unpacker has errors of its own."""
    with zipfile.ZipFile(book) as old:
        parts = [(item.filename, old.read(item)) for item in old.infolist()]
    with zipfile.ZipFile(book, "w") as new:
        for name, data in parts:
            new.writestr(name, data, method if name.endswith("t1.xhtml") else zipfile.ZIP_STORED)
        place = new.getinfo("EPUB/t1.xhtml").header_offset
    raw = bytearray(book.read_bytes())
    raw[place + 60 : place + 80] = bytes(20)
    book.write_bytes(raw)
    for call in (["verify", str(book)], ["extract", str(book), "-d", str(tmp_path / "out")]):
        assert run(call) == 5
        assert "packed as no EPUB may be" in one_line(capsys)
    (finding,) = set(epub_check.check(book, ()).findings) & {
        Finding("file.member", "the part is damaged", "EPUB/t1.xhtml")
    }
    assert finding


@pytest.mark.parametrize("srcset", [" ,", ",,", " "])
def test_an_empty_list_of_candidates_loads_nothing(srcset: str) -> None:
    page = f'<html xmlns="http://www.w3.org/1999/xhtml"><body><img srcset="{srcset}"/></body></html>'
    assert not pages.read(page.encode()).loads


CIRCLE = b"""%PDF-1.7
1 0 obj<</Type/Catalog/Pages 1 0 R/Kids[1 0 R]/Names<</EmbeddedFiles 1 0 R>>>>endobj
xref
0 2
0000000000 65535 f\x20
0000000009 00000 n\x20
trailer<</Root 1 0 R/Size 2>>
startxref
94
%%EOF"""
BROKEN: dict[str, tuple[bytes, int]] = {
    "nothing": (b"", 4),
    "noise": (bytes(range(256)) * 40, 4),
    "a page": (b"<html>", 4),
    "a PDF's header": (b"%PDF-1.7\n", 5),
    "a PDF that points into itself": (CIRCLE, 5),
    "a PDF of brackets": (b"%PDF-1.7\n1 0 obj" + b"[" * 200_000 + b"\ntrailer<</Root 1 0 R>>", 5),
    "an EPUB's header": (b"PK\x03\x04" + bytes(26) + b"mimetypeapplication/epub+zip" + bytes(99), 5),
    "an EPUB's header and a nameless member": (
        b"PK\x03\x04" + bytes(14) + b"\x14\0\0\0\x14\0\0\0\x08\0\0\0mimetypeapplication/epub+zipPK\x03\x04" + bytes(99),
        5,
    ),
    "an EPUB whose member has a name in no charset": (
        b"PK\x03\x04" + bytes(14) + b"\x14\0\0\0\x14\0\0\0\x08\0\0\0mimetypeapplication/epub+zip"
        b"PK\x03\x04\0\0\0\x08" + bytes(18) + b"\x02\0\0\0\xff\xff" + bytes(30),
        5,
    ),
    "a zip archive": (b"PK\x03\x04" + bytes(99), 4),
}


@pytest.mark.parametrize("broken", BROKEN)
def test_what_is_no_book_ends_in_a_line(broken: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data, code = BROKEN[broken]
    file = tmp_path / "a\nb\x1b.pdf"
    file.write_bytes(data)
    for call in (["verify", str(file)], ["extract", str(file), "-d", str(tmp_path / "out")]):
        assert run(call) == code
        one_line(capsys)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("place", ["absent", "."])
def test_what_is_no_file_ends_in_a_line(
    place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["verify", place]) == 5
    one_line(capsys)


@pytest.mark.parametrize("book", ["pdf"], indirect=True)
def test_structure_that_unpacks_without_end_is_refused(
    book: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bounds, "MAX_STRUCTURE", 1000)
    assert run(["verify", str(book)]) == 5
    assert "no whole PDF" in one_line(capsys)
    pikepdf.open(book).close()  # the bound is the reader's own


def _link_folder(listed: Any, root: Path) -> None:
    """The whole of ``deep`` lies elsewhere; each file in it is where its folder is."""
    (root.parent / "elsewhere").mkdir()
    (root / "thread.json").rename(root.parent / "elsewhere" / "thread.json")
    (root / "deep").symlink_to(root.parent / "elsewhere")
    listed["files"][0]["name"] = "deep/thread.json"


def _endless(document: pikepdf.Pdf) -> None:
    for page in document.pages:
        page.obj["/Contents"] = document.make_stream(b"q " * 3_000_000)


def _endless_pieces(document: pikepdf.Pdf) -> None:
    piece = document.make_stream(b"q " * 400_000)
    for page in document.pages:
        page.obj["/Contents"] = pikepdf.Array([piece] * 900)


def _endless_form(document: pikepdf.Pdf) -> None:
    document.Root["/Form"] = document.make_stream(b"q " * 3_000_000, {"/Subtype": pikepdf.Name.Form})


@pytest.mark.parametrize("endless", [_endless, _endless_pieces, _endless_form])
@pytest.mark.parametrize("book", ["pdf"], indirect=True)
def test_pages_that_no_judge_would_ever_finish_are_not_given_to_one(
    endless: Callable[[pikepdf.Pdf], None],
    book: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(verification, "JUDGES", EVERY_JUDGE)
    with pikepdf.open(book, allow_overwriting_input=True) as document:
        endless(document)
        document.save(book)
    assert run(["verify", str(book)]) == 5
    assert "unpack" in one_line(capsys)
    assert run(["extract", str(book), "-d", str(tmp_path / "out"), "-q"]) == 0  # what it carries is whole


FOLDERS: dict[str, Callable[[Any, Path], object]] = {
    "a file outside": lambda listed, _: listed["files"][0].update(name="../thread.json"),
    "an absolute name": lambda listed, root: listed["files"][0].update(name=str(root / "thread.json")),
    "a newer list": lambda listed, _: listed.update(schema="threadbound.extracted/2"),
    "no threads": lambda listed, _: listed.update(files=[]),
    "another page": lambda listed, _: _other_page(listed),
    "a link that leads out": lambda _, root: _link(root),
    "a folder that is a link": _link_folder,
}


def _other_page(listed: Any) -> None:
    listed["files"][1]["sha256"] = listed["files"][0]["sha256"]
    listed["files"][1]["name"] = listed["files"][0]["name"]


def _link(root: Path) -> None:
    (root / "thread.json").rename(root.parent / "elsewhere.json")
    (root / "thread.json").symlink_to(root.parent / "elsewhere.json")


@pytest.mark.parametrize("trick", FOLDERS)
@pytest.mark.parametrize("book", ["epub"], indirect=True)
def test_a_folder_made_by_anybody_is_distrusted(
    trick: str, book: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = tmp_path / "out"
    assert run(["extract", str(book), "-d", str(root), "-q"]) == 0
    listed = json.loads((root / "extracted.json").read_bytes())
    FOLDERS[trick](listed, root)
    (root / "extracted.json").write_text(json.dumps(listed), "utf-8")
    assert run(["epub", str(root), "-o", str(tmp_path / "c.epub")]) == 5
    assert re.search(r"out|extracted", one_line(capsys))
    assert not (tmp_path / "c.epub").exists()
