"""``threadbound extract``: what a book carries comes out as it went in, and nothing of anybody's is overwritten."""

from __future__ import annotations

import io
import json
import re
import runpy
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from threadbound.cli.app import run
from threadbound.digests import sha256
from threadbound.model import codec

SAMPLES = runpy.run_path(str(Path(__file__).parents[1] / "samples.py"))
PRODUCTS = ("pdf", "epub")


@pytest.fixture(params=PRODUCTS)
def book(request: pytest.FixtureRequest, example: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    made = tmp_path / f"sewn.{request.param}"
    assert run([request.param, str(example), "-o", str(made), "-q"]) == 0
    return made


def test_everything_comes_out(book: Path, example: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["extract", str(book)]) == 0
    folder = Path("output", "sewn")
    assert capsys.readouterr().err == f"threadbound: {folder}: 1 thread, 1 saved page, 7 pictures\n"
    assert (folder / example.name).read_bytes() == example.read_bytes()
    thread = codec.decode((folder / "thread.json").read_bytes())
    assert json.loads((folder / "link-map.json").read_bytes()) == codec.link_map(thread)
    listed = json.loads((folder / "extracted.json").read_bytes())
    assert listed["book"] == {
        "name": book.name,
        "product": book.suffix[1:],
        "sha256": sha256(book.read_bytes()),
        "size": book.stat().st_size,
    }
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert there == {"extracted.json", *(file["name"] for file in listed["files"])}
    for file in listed["files"]:
        assert sha256((folder / file["name"]).read_bytes()) == file["sha256"]
    originals = {sha256(path.read_bytes()): path for path in example.with_name(f"{example.stem}_files").iterdir()}
    photographs = [file for file in listed["files"] if file["name"].endswith(".jpg") and file["of"] in originals]
    if book.suffix == ".epub":  # where they are not made smaller they come out as they went in
        assert any(file["sha256"] == file["of"] for file in photographs)


@pytest.mark.parametrize("verb", ["inspect", "pdf", "epub", "add"])
def test_a_book_of_ours_that_is_given_as_a_page_is_to_be_extracted_first(
    book: Path, verb: str, capsys: pytest.CaptureFixture[str]
) -> None:
    run(["init", "library", "-q"])
    library = ["-L", "library"] if verb == "add" else []
    assert run([verb, *library, str(book)]) == 5
    said = capsys.readouterr().err.splitlines()[-1]
    assert said.startswith(f"threadbound: {book}: a ")
    assert said.endswith("take its pages out with threadbound extract BOOK, and give the folder that it makes")


def test_a_book_that_carries_nothing_or_is_another_s_gets_other_advice(
    book: Path, example: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([book.suffix[1:], str(example), "-o", str(book), "-qf", "--attach", "none"]) == 0
    assert run(["inspect", str(book)]) == 5
    said = capsys.readouterr().err
    assert "extract" not in said
    assert "no saved page" in said


def test_nothing_is_overwritten_unless_it_is_said(book: Path, tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "link-map.json").write_text("mine")
    assert run(["extract", str(book), "-d", str(folder)]) == 5
    assert [path.name for path in folder.iterdir()] == ["link-map.json"]
    assert run(["extract", str(book), "-d", str(folder), "--force"]) == 0
    assert run(["extract", str(book), "-d", str(folder)]) == 5


def test_json_says_what_came_out(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["extract", str(book), "-d", "out", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["type"], said["book"], said["folder"], said["missing_pictures"]) == (
        "extraction",
        str(book),
        "out",
        [],
    )
    assert [file["kind"] for file in said["files"]] == ["threads", "page", "link-map", *["picture"] * 7]


@pytest.mark.parametrize(
    ("name", "cure"),
    [("thread.json", "not what was extracted"), ("how-a-book-is-sewn.html", "not what was extracted")],
)
def test_what_was_altered_is_not_bound(name: str, cure: str, book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["extract", str(book), "-d", "out", "-q"]) == 0
    Path("out", name).write_bytes(Path("out", name).read_bytes() + b" ")
    assert run(["epub", "out"]) == 5
    assert cure in capsys.readouterr().err
    Path("out", name).unlink()
    assert run(["epub", "out"]) == 5


def test_a_picture_that_is_not_there_is_a_loss(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["extract", str(book), "-d", "out", "-q"]) == 0
    listed = json.loads(Path("out", "extracted.json").read_bytes())
    listed["files"] = [file for file in listed["files"] if file["kind"] != "picture"]
    Path("out", "extracted.json").write_text(json.dumps(listed), "utf-8")
    shutil.rmtree("out/pictures")
    assert run([book.suffix[1:], "out", "-o", f"again{book.suffix}"]) == 3
    assert "a picture was not in the book that was extracted" in capsys.readouterr().err
    assert run(["verify", f"again{book.suffix}"]) == 0


def _damage_in_epub(book: Path) -> None:
    """Turns a byte in the middle of the first photograph and of the saved page."""
    raw = bytearray(book.read_bytes())
    with zipfile.ZipFile(book) as archive:
        names = [name for name in archive.namelist() if name.endswith(".jpg") and "/images/" in name]
        for item in (archive.getinfo(names[0]), archive.getinfo("EPUB/evidence/how-a-book-is-sewn.html")):
            raw[item.header_offset + 30 + len(item.filename) + item.compress_size // 2] ^= 0xFF
    book.write_bytes(raw)


def _damage_in_pdf(book: Path) -> None:
    with pikepdf.open(book, allow_overwriting_input=True) as document:
        pictures = document.pages[0].obj["/Resources"]["/XObject"].values()
        next(picture for picture in pictures if picture.get("/Filter") == "/FlateDecode")["/Width"] = pikepdf.Name.Odd
        page = document.attachments["how-a-book-is-sewn.html"].get_file().obj
        page.write(page.read_raw_bytes()[:99], filter=pikepdf.Name.FlateDecode)
        document.save(book)


def test_what_is_damaged_does_not_cost_the_rest(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    {".epub": _damage_in_epub, ".pdf": _damage_in_pdf}[book.suffix](book)
    assert run(["extract", str(book), "-d", "out", "--json"]) == 3
    said = json.loads(capsys.readouterr().out)
    listed = json.loads(Path("out", "extracted.json").read_bytes())
    assert listed["missing"] == said["missing"]
    damaged = [each for each in listed["missing"] if each["kind"] != "page"]
    assert [each["kind"] for each in damaged] == ["other", "picture"]
    assert damaged[0]["name"] == "how-a-book-is-sewn.html"
    assert said["missing_pictures"] == [damaged[1]["of"]]
    assert all(re.search("damaged|cut short|stored as no book", each["reason"]) for each in damaged)
    assert not any(str(book) in each["reason"] for each in damaged)
    assert sum(file["kind"] == "picture" for file in listed["files"]) == 6
    for file in listed["files"]:
        assert sha256(Path("out", file["name"]).read_bytes()) == file["sha256"]
    assert run([book.suffix[1:], "out", "-o", f"again{book.suffix}", "--attach", "json"]) == 3
    assert "was not in the book that was extracted" in capsys.readouterr().err


@pytest.mark.parametrize("part", [0.5, 0.99])
def test_of_a_book_cut_short_comes_out_what_is_left(
    book: Path, part: float, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["extract", str(book), "-d", "whole", "-q"]) == 0
    data = book.read_bytes()
    book.write_bytes(data[: int(len(data) * part)])
    if book.suffix == ".pdf":  # what lies where is said at its end
        assert run(["extract", str(book), "-d", "out"]) == 5
        return
    assert run(["extract", str(book), "-d", "out"]) == 3
    assert f"{book}: the file {book.name}: its end is missing, and what it held" in capsys.readouterr().err
    thread = Path("out", "thread.json").read_bytes()
    assert thread == Path("whole", "thread.json").read_bytes()
    listed = json.loads(Path("out", "extracted.json").read_bytes())
    for file in listed["files"]:
        assert Path("out", file["name"]).read_bytes() == Path("whole", file["name"]).read_bytes()
    assert any(file["kind"] == "picture" for file in listed["files"])
    lacks = any(each["kind"] == "picture" for each in listed["missing"])
    assert lacks or part == 0.99
    assert run(["inspect", "out", "-q"]) == (3 if lacks else 0)


def test_a_book_cut_before_its_thread_cannot_be_read(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    book.write_bytes(book.read_bytes()[:600])
    assert run(["extract", str(book), "-d", "out"]) == 5
    assert f"{book}: no whole {book.suffix[1:].upper()}: " in capsys.readouterr().err
    assert not Path("out").exists()


def test_the_parts_of_a_divided_picture_that_came_out_are_not_taken_for_all_of_it(
    make_page: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pictures = runpy.run_path(str(Path(__file__).with_name("test_pictures.py")))
    tall = pictures["saved"](SAMPLES["screenshot"](344, 2703), "PNG")
    book, out = tmp_path / "b.epub", tmp_path / "out"
    assert run(["epub", str(make_page([pictures["shown"](tall)])), "-o", str(book), "-q"]) == 0
    with zipfile.ZipFile(book) as archive:
        item = next(item for item in archive.infolist() if item.filename.endswith("-02.png"))
    raw = bytearray(book.read_bytes())
    raw[item.header_offset + 60 + item.compress_size // 2] ^= 0xFF
    book.write_bytes(raw)
    assert run(["extract", str(book), "-d", str(out), "-q"]) == 3
    (lacking,) = json.loads((out / "extracted.json").read_bytes())["missing"]
    assert (lacking["kind"], lacking["part"]) == ("picture", 2)
    assert run(["epub", str(out), "-o", str(tmp_path / "c.epub")]) == 3
    assert "was not in the book that was extracted" in capsys.readouterr().err


def test_a_page_of_any_name_stands_beside_what_is_ours(make_page: Callable[..., Path], tmp_path: Path) -> None:
    for name in ("extracted.json", "pictures", "thread.json", "link-map.json", "fixity.json"):
        page = make_page(["Words."], name=name)
        for product in PRODUCTS:
            book, out = tmp_path / f"b.{product}", tmp_path / "out"
            assert run([product, str(page), "-o", str(book), "-f", "-q"]) == 0
            assert run(["extract", str(book), "-d", str(out), "-q"]) == 0
            assert sum(path.read_bytes() == page.read_bytes() for path in out.iterdir()) == 1
            assert run([product, str(out), "-o", str(tmp_path / "again"), "-f", "-q"]) == 0
            assert (tmp_path / "again").read_bytes() == book.read_bytes()
            shutil.rmtree(out)


def test_a_book_without_its_page_says_how_to_bind_it_again(
    make_page: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book, out = tmp_path / "b.epub", str(tmp_path / "out")
    assert run(["epub", str(make_page(["Words."])), "-o", str(book), "--attach", "json", "-q"]) == 0
    assert run(["extract", str(book), "-d", out]) == 0
    assert "bind what was extracted with --attach json" in capsys.readouterr().err
    assert run(["epub", out, "-o", str(tmp_path / "c.epub")]) == 5
    assert "bind with --attach json" in capsys.readouterr().err
    assert run(["epub", out, "-o", str(tmp_path / "c.epub"), "--attach", "json"]) == 0
    assert (tmp_path / "c.epub").read_bytes() == book.read_bytes()


def test_inspect_reads_what_was_extracted(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["extract", str(book), "-d", "out", "-q"]) == 0
    assert run(["inspect", "--json", "out"]) == 0
    assert (
        capsys.readouterr().out.encode() == codec.encode(codec.decode(Path("out", "thread.json").read_bytes())) + b"\n"
    )


@pytest.mark.parametrize("product", PRODUCTS)
def test_a_character_without_a_font_is_told_of_once(
    product: str, make_page: Callable[..., Path], tmp_path: Path
) -> None:
    book, again, out = tmp_path / f"a.{product}", tmp_path / f"b.{product}", str(tmp_path / "out")
    code = run(
        [product, str(make_page(["A sign of a script without letters: \U00016b02 \U00012000"])), "-o", str(book)]
    )
    assert run(["extract", str(book), "-d", out, "-q"]) == 0
    assert run([product, out, "-o", str(again)]) == code
    assert again.read_bytes() == book.read_bytes()


def test_a_picture_that_is_not_the_one_that_was_bound_does_not_come_out_under_its_name(
    example: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = tmp_path / "b.pdf"
    assert run(["pdf", str(example), "-o", str(book), "--offline"]) == 0
    with pikepdf.open(book, allow_overwriting_input=True) as document:
        pictures = [each for page in document.pages for each in page.obj["/Resources"]["/XObject"].values()]
        jpeg = next(each for each in pictures if each.get("/Filter") == "/DCTDecode")
        image = Image.new("RGB", (int(jpeg.Width), int(jpeg.Height)), "red")
        out = io.BytesIO()
        image.save(out, "JPEG")
        jpeg.write(out.getvalue(), filter=pikepdf.Name.DCTDecode)
        document.save(book)
    assert run(["extract", str(book), "-d", str(tmp_path / "out"), "--json"]) == 3
    (lacking,) = json.loads(capsys.readouterr().out)["missing"]
    assert lacking["reason"] == "it is not the picture that was bound, by the book's own list"


def test_what_an_anthology_does_not_carry_is_said_once(
    make_page: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for day in range(5):
        first = 1898301191378579461 + (day << 42)
        make_page([f"Words of {day}."], folder=tmp_path / "saved", name=f"{day}.html", first=first)
    book = tmp_path / "b.epub"
    assert run(["epub", str(tmp_path / "saved"), "-o", str(book), "-q"]) == 0
    assert run(["extract", str(book), "-d", str(tmp_path / "out")]) == 0
    assert capsys.readouterr().err.splitlines() == [
        f"threadbound: {book}: it does not carry its 5 saved pages; bind what was extracted with --attach json",
        f"threadbound: {tmp_path / 'out'}: 5 threads, 0 saved pages, 0 pictures",
    ]
    listed = json.loads((tmp_path / "out" / "extracted.json").read_bytes())
    assert [each["name"] for each in listed["missing"]] == [f"{day}.html" for day in range(5)]
