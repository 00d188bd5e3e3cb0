"""``threadbound verify``: a sound book is sound, and whatever is done to one is found."""

from __future__ import annotations

import json
import re
import runpy
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from threadbound import verification
from threadbound.cli.app import run
from threadbound.errors import SomethingMissing
from threadbound.readers import pdf as pdf_reader
from threadbound.readers.bookfile import PACKED, UNPACKED
from threadbound.readers.registry import opened
from threadbound.tools import epubcheck, verapdf
from threadbound.writers import pdf as pdf_writer

CLI = runpy.run_path(str(Path(__file__).with_name("test_pictures.py")))
SABOTAGE = runpy.run_path(str(Path(__file__).with_name("sabotage.py")))
in_epub = SABOTAGE["in_epub"]
in_part = SABOTAGE["in_part"]
in_pdf = SABOTAGE["in_pdf"]
repack = SABOTAGE["repack"]
reattached = SABOTAGE["reattached"]
FORGERIES = SABOTAGE["FORGERIES"]
SABOTAGES = SABOTAGE["SABOTAGES"]
SAMPLES = runpy.run_path(str(Path(__file__).parents[1] / "samples.py"))
PRODUCTS = ("pdf", "epub")
EVERY_JUDGE = verification.JUDGES


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A book of each product: six posts, pictures of several kinds, one of them divided."""
    folder = tmp_path_factory.mktemp("books")
    make: Any = runpy.run_path(str(Path(__file__).parents[1] / "conftest.py"))
    tall = CLI["saved"](SAMPLES["screenshot"](344, 2703), "PNG")
    pictures = [CLI["ODD"]["telephone"], CLI["ODD"]["WebP"], tall, SAMPLES["picture"]((80, 60), "#225599", "JPEG")]
    bodies = ["The thread holds the book.", "Six leaves of it."]
    bodies += [f"Post {n} has a picture. {CLI['shown'](data)}" for n, data in enumerate(pictures, 3)]
    page = folder / "page.html"
    first = 1898301191378579461
    head = make["_HEAD"].format(handle="quill", first=first, name="P. Quill", time=1741421000, count=len(bodies))
    posts = [
        make["_POST"].format(n=n, handle="quill", id=first + n * (60_000 << 22), body=body)
        for n, body in enumerate(bodies, 1)
    ]
    page.write_text(head + "".join(posts) + "</body></html>", "utf-8")
    made = {product: folder / f"book.{product}" for product in PRODUCTS}
    for product, book in made.items():
        assert run([product, str(page), "-o", str(book), "-q", "--offline"]) == 0
    return made


@pytest.fixture(autouse=True)
def _no_judges(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Outside judges take seconds: only the tests that are about them call them."""
    if not request.node.get_closest_marker("judge"):
        monkeypatch.setattr(verification, "JUDGES", ())


@pytest.fixture
def book(request: pytest.FixtureRequest, books: dict[str, Path], tmp_path: Path) -> Path:
    """A copy of the book of the product that the test names."""
    return Path(shutil.copy(books[request.param], tmp_path))


@pytest.mark.parametrize("book", PRODUCTS, indirect=True)
def test_a_sound_book_is_sound(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["verify", str(book)]) == 0
    assert capsys.readouterr().err == f"threadbound: {book}: content: whole: 6 posts, 4 of 4 pictures, 1 saved page\n"
    assert run(["verify", "-q", str(book)]) == 0
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("product", PRODUCTS)
def test_so_is_the_example_and_a_collection_whatever_was_wished(
    product: str, example: Path, make_page: Callable[..., Path], tmp_path: Path
) -> None:
    other_page = make_page([f"A picture. {CLI['shown'](CLI['ODD']['WebP'])}"])
    wishes = "--grayscale --image-max-size 200 --attach page,json".split()
    for number, call in enumerate(([str(example)], [str(example), str(other_page), *wishes])):
        book = tmp_path / f"{number}.{product}"
        assert run([product, *call, "-o", str(book), "-q"]) == 0
        assert run(["verify", str(book)]) == 0


@pytest.mark.parametrize(
    ("book", "sabotage"),
    [pytest.param(product, sabotage, id=name) for name, (product, sabotage) in (SABOTAGES | FORGERIES).items()],
    indirect=["book"],
)
def test_every_sabotage_is_found(
    book: Path, sabotage: Callable[[Path], None], capsys: pytest.CaptureFixture[str]
) -> None:
    sabotage(book)
    assert run(["verify", str(book)]) == 8
    lines = capsys.readouterr().err.splitlines()
    assert all(line.startswith(f"threadbound: {book}: content: ") for line in lines)
    assert not any("whole" in line for line in lines)


@pytest.mark.parametrize(
    ("book", "forgery"),
    [pytest.param(product, forgery, id=name) for name, (product, forgery) in FORGERIES.items()],
    indirect=["book"],
)
def test_what_a_forgery_altered_is_named(
    book: Path, forgery: Callable[[Path], None], capsys: pytest.CaptureFixture[str]
) -> None:
    """By the book's own list, whatever else notices it."""
    forgery(book)
    assert run(["verify", str(book)]) == 8
    assert re.search(r"not as written|not in the book( when it was written)?: ", capsys.readouterr().err)


@pytest.mark.parametrize("book", PRODUCTS, indirect=True)
def test_a_book_that_was_only_packed_anew_is_what_it_was(book: Path) -> None:
    {".epub": in_epub(lambda _, data: data), ".pdf": in_pdf(lambda _: None)}[book.suffix](book)
    assert run(["verify", str(book)]) == 0


@pytest.mark.parametrize("book", ["pdf"], indirect=True)
def test_a_pdf_whose_streams_were_packed_anew_is_what_it_was(book: Path, tmp_path: Path) -> None:
    before = book.read_bytes()
    repack(book)
    assert book.read_bytes() != before
    assert run(["verify", str(book)]) == 0
    assert run(["extract", str(book), "-d", str(tmp_path / "out")]) == 0


@pytest.mark.parametrize("book", ["pdf"], indirect=True)
def test_a_book_that_lists_its_streams_as_they_are_packed_is_verified_by_them(book: Path) -> None:
    """As the first books did."""
    with opened(book) as read:
        digests = dict(read.parts())

    def older(data: bytes) -> bytes:
        data = data.replace(UNPACKED.encode(), PACKED.encode())
        return data.replace(digests[UNPACKED].encode(), digests[PACKED].encode())

    in_pdf(lambda document: reattached(document, "fixity.json", older))(book)
    assert run(["verify", str(book)]) == 0
    repack(book)
    assert run(["verify", str(book)]) == 8


def relisted(change: Callable[[bytes], bytes]) -> dict[str, Callable[[Path], None]]:
    return {
        ".epub": in_part("fixity.json", change),
        ".pdf": in_pdf(lambda document: reattached(document, "fixity.json", change)),
    }


def unlisted(name: str, data: bytes) -> bytes | None:
    if name.endswith(".opf"):
        return re.sub(rb"<item [^>]*fixity\.json[^>]*/>", b"", data)
    return None if name.endswith("fixity.json") else data


LISTLESS: dict[str, tuple[dict[str, Callable[[Path], None]], str]] = {
    "none": (
        {
            ".epub": in_epub(unlisted),
            ".pdf": in_pdf(lambda document: document.attachments.__delitem__("fixity.json")),
        },
        "; it carries no list of its parts: whether pictures were exchanged, or anything added or hidden, cannot be",
    ),
    "another version": (
        relisted(lambda data: data.replace(b"threadbound.fixity/1", b"threadbound.fixity/7")),
        "; its list of its parts is not judged, being of the schema 'threadbound.fixity/7': whether",
    ),
}


@pytest.mark.parametrize("listless", LISTLESS)
@pytest.mark.parametrize("book", PRODUCTS, indirect=True)
def test_what_cannot_be_said_without_a_list_is_said(
    listless: str, book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    change, said = LISTLESS[listless]
    change[book.suffix](book)
    assert run(["verify", str(book)]) == 0
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("data", [b"{}", b"[", b'{"schema": "threadbound.fixity/1"}'])
@pytest.mark.parametrize("book", PRODUCTS, indirect=True)
def test_a_list_that_cannot_be_read_is_a_finding(data: bytes, book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    relisted(lambda _: data)[book.suffix](book)
    code = run(["verify", str(book)])
    said = capsys.readouterr().err
    assert (code, "fixity.json cannot be read" in said) == (8, True) or (code == 0 and "not judged" in said)


@pytest.mark.parametrize("part", [0.02, 0.5, 0.99])
@pytest.mark.parametrize("book", PRODUCTS, indirect=True)
def test_a_book_cut_short_cannot_be_read(part: float, book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = book.read_bytes()
    book.write_bytes(data[: int(len(data) * part)])
    assert run(["verify", str(book)]) == 5
    assert f"no whole {book.suffix[1:].upper()}" in capsys.readouterr().err


@pytest.mark.parametrize("book", PRODUCTS, indirect=True)
def test_json_is_a_line_a_book(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["verify", "--json", str(book), str(book.with_name("absent"))]) == 5
    sound, absent = map(json.loads, capsys.readouterr().out.splitlines())
    assert (sound["type"], sound["path"], sound["product"]) == ("verification", str(book), book.suffix[1:])
    assert (sound["sound"], sound["exit_code"]) == (True, 0)
    (content,) = sound["verdicts"]
    assert content == {
        "judge": "content",
        "judged": True,
        "findings": [],
        "message": "whole: 6 posts, 4 of 4 pictures, 1 saved page",
    }
    assert (absent["type"], absent["exit_code"]) == ("failure", 5)


@pytest.mark.parametrize("product", PRODUCTS)
def test_a_book_without_evidence_is_none_of_ours_whatever_judges_say(
    product: str,
    make_page: Callable[..., Path],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    book = tmp_path / f"b.{product}"
    assert run([product, str(make_page(["Words."])), "-o", str(book), "-q", "--attach", "none"]) == 0
    assert run(["verify", str(book)]) == 4
    assert "carries no thread" in capsys.readouterr().err
    faulty = verification.Judge("A judge", frozenset(PRODUCTS), lambda *_: verification.Said("1", ["not so"]))
    monkeypatch.setattr(verification, "JUDGES", (faulty,))
    assert run(["verify", str(book)]) == 4
    assert f"{book}: A judge 1: not so" in capsys.readouterr().err
    assert run(["extract", str(book), "-d", str(tmp_path / "out")]) == 4


@pytest.mark.parametrize("product", PRODUCTS)
def test_what_is_not_installed_is_said_and_no_failure(
    product: str, books: dict[str, Path], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def absent(*_: object) -> None:
        raise SomethingMissing("the judge is not installed: pip install judge")

    judges = [verification.Judge("Judge", frozenset(PRODUCTS), absent)]  # type: ignore[arg-type]
    monkeypatch.setattr(verification, "JUDGES", judges)
    assert run(["verify", str(books[product])]) == 0
    assert "Judge: the judge is not installed: pip install judge" in capsys.readouterr().err


@pytest.mark.parametrize("product", PRODUCTS)
def test_a_judge_that_is_not_installed_is_named_once(
    product: str, books: dict[str, Path], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(verification, "JUDGES", EVERY_JUDGE)
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr("importlib.util.find_spec", lambda *_: None)
    assert run(["verify", str(books[product])]) == 0
    told = [line.removeprefix(f"threadbound: {books[product]}: ") for line in capsys.readouterr().err.splitlines()[1:]]
    assert told
    for line in told:
        judge, _, said = line.partition(": ")
        assert said.startswith(("is not installed: ", "needs ")), line
        assert judge in {"EPUBCheck", "Ace", "veraPDF"}


def test_a_judge_that_breaks_down_is_a_finding(
    books: dict[str, Path], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object) -> verification.Said:
        raise ArithmeticError("out of\nmemory")

    judges = [verification.Judge("EPUBCheck", frozenset({"epub"}), broken)]
    monkeypatch.setattr(verification, "JUDGES", judges)
    assert run(["verify", str(books["epub"])]) == 8
    assert "it broke down over the file: ArithmeticError: out of memory" in capsys.readouterr().err


@pytest.mark.parametrize("where", ["opened", "carried", "_content"])
def test_a_book_over_which_the_check_breaks_down_does_not_keep_the_others_from_being_looked_at(
    where: str, books: dict[str, Path], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    sound: Any = getattr(verification, where)

    def breaks(*given: Any) -> Any:
        if books["pdf"] in given:
            raise ZeroDivisionError("hostile")
        return sound(*given)

    monkeypatch.setattr(verification, where, breaks)
    assert run(["verify", "--json", str(books["pdf"]), str(books["epub"])]) == 8
    broken, whole = map(json.loads, capsys.readouterr().out.splitlines())
    assert broken["verdicts"][0]["findings"] == ["it broke down over the file: ZeroDivisionError: hostile"]
    assert (broken["exit_code"], whole["exit_code"]) == (8, 0)


@pytest.mark.judge
@pytest.mark.parametrize("book", PRODUCTS, indirect=True)
def test_the_judges_that_are_installed_judge(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    probes = {"epub": epubcheck.probe, "pdf": verapdf.start}
    try:
        probes[book.suffix[1:]]()
    except SomethingMissing as error:
        pytest.skip(str(error))
    assert run(["verify", str(book)]) == 0
    said = capsys.readouterr().err
    assert re.search(r"(EPUBCheck|veraPDF) .*: no faults found\n", said)
    assert book.suffix == ".pdf" or re.search(r": Ace( [\d.]+: no faults found|: .* install)", said)
    {"epub": in_part("t1.xhtml", lambda data: data.replace(b"<h1", b"<h1 odd=''")), "pdf": in_pdf(_unmarked)}[
        book.suffix[1:]
    ](book)
    assert run(["verify", str(book)]) == 8
    assert re.search(r"(EPUBCheck|veraPDF) .*: (RSC-005|3a: |ua1: )", capsys.readouterr().err)


def test_a_plain_pdf_gives_its_judge_nothing_to_judge(
    make_page: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(verification, "JUDGES", EVERY_JUDGE)
    book = tmp_path / "plain.pdf"
    assert run(["pdf", str(make_page(["Words."])), "-o", str(book), "--pdf-variant", "pdf", "-q"]) == 0
    assert run(["verify", str(book)]) == 0
    assert "veraPDF: the file claims neither PDF/A nor PDF/UA, so there is nothing to judge" in capsys.readouterr().err
    assert run(["verify", "--json", str(book)]) == 0
    assert json.loads(capsys.readouterr().out)["verdicts"][1]["judged"] is False


def _unmarked(document: pikepdf.Pdf) -> None:
    del document.Root["/MarkInfo"]


def test_the_reader_knows_where_the_markup_stands_for_the_writer() -> None:
    assert pdf_reader.BASE == pdf_writer.BASE
