"""``threadbound verify``: a sound book is sound, and whatever is done to one is found."""

from __future__ import annotations

import io
import json
import re
import runpy
import shutil
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from PIL import Image

from threadbound import verification
from threadbound.cli.app import run
from threadbound.errors import SomethingMissing
from threadbound.readers import pdf as pdf_reader
from threadbound.readers.bookfile import PACKED, UNPACKED
from threadbound.readers.registry import opened
from threadbound.tools import epubcheck, verapdf
from threadbound.writers import pdf as pdf_writer

CLI = runpy.run_path(str(Path(__file__).with_name("test_pictures.py")))
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


def in_epub(change: Callable[[str, bytes], bytes | None]) -> Callable[[Path], None]:
    """Rewrites every part of an EPUB; what becomes nothing is left out."""

    def alter(book: Path) -> None:
        with zipfile.ZipFile(book) as old:
            parts = [(item, change(item.filename, old.read(item))) for item in old.infolist()]
        with zipfile.ZipFile(book, "w") as new:
            for item, data in parts:
                if data is not None:
                    new.writestr(item, data)

    return alter


def in_part(ending: str, change: Callable[[bytes], bytes | None]) -> Callable[[Path], None]:
    return in_epub(lambda name, data: change(data) if name.endswith(ending) else data)


def without_pictures(pattern: str) -> Callable[[Path], None]:
    """Takes a picture out as a careful hand would: the file, its mention in the manifest, and the ``img``."""

    def change(name: str, data: bytes) -> bytes | None:
        if "/images/" in name and re.search(pattern, name):
            return None
        if name.endswith(".opf"):
            return re.sub(rb'<item [^>]*href="images/[^"]*%s[^"]*"[^>]*/>' % pattern.encode(), b"", data)
        return re.sub(rb'<img[^>]*src="images/[^"]*%s[^"]*"[^>]*/>' % pattern.encode(), b"", data)

    return in_epub(change)


def instead_of_pictures(make: Callable[[Image.Image], bytes], pattern: str = r"\.jpg$") -> Callable[[Path], None]:
    def change(name: str, data: bytes) -> bytes:
        is_one = "/images/" in name and re.search(pattern, name) and "cover" not in name
        return make(Image.open(io.BytesIO(data))) if is_one else data

    return in_epub(change)


def in_pdf(change: Callable[[pikepdf.Pdf], object]) -> Callable[[Path], None]:
    def alter(book: Path) -> None:
        with pikepdf.open(book, allow_overwriting_input=True) as document:
            change(document)
            document.save(book)

    return alter


def repack(book: Path) -> None:
    """Packs every stream anew, as ``qpdf --recompress-flate`` does: what was unpacked from them is the same."""
    pikepdf.settings.set_flate_compression_level(1)
    try:
        with pikepdf.open(book, allow_overwriting_input=True) as document:
            document.save(book, recompress_flate=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    finally:
        pikepdf.settings.set_flate_compression_level(-1)


def images(document: pikepdf.Pdf) -> Iterator[tuple[Any, Any]]:
    for page in document.pages:
        objects = page.obj["/Resources"]["/XObject"]
        yield from ((objects, name) for name in list(objects) if objects[name].get("/Filter") == "/DCTDecode")


def reattached(document: pikepdf.Pdf, name: str, change: Callable[[bytes], bytes]) -> None:
    stream = document.attachments[name].get_file().obj
    stream.write(change(stream.read_bytes()))


def exchange(document: pikepdf.Pdf, make: Callable[[Image.Image], bytes]) -> None:
    for objects, name in images(document):
        picture = objects[name]
        image = make(Image.open(io.BytesIO(picture.read_raw_bytes())))
        with Image.open(io.BytesIO(image)) as seen:
            picture["/Width"], picture["/Height"] = seen.size
        picture.write(image, filter=pikepdf.Name("/DCTDecode"))


def undrawn(document: pikepdf.Pdf) -> None:
    """Takes the pictures off the pages, and leaves them in the file."""
    for page in document.pages:
        page.contents_coalesce()
        data = page.obj["/Contents"].read_bytes()
        page.obj["/Contents"].write(re.sub(rb"/i[0-9a-f]{33} Do", b"", data))


def other(image: Image.Image) -> bytes:
    return SAMPLES["picture"](image.size, "#abcdef", "JPEG")


def narrower(image: Image.Image) -> bytes:
    return SAMPLES["picture"]((image.width // 2, image.height), "#abcdef", "JPEG")


def whitened(document: pikepdf.Pdf) -> None:
    """A white rectangle over every page."""
    for page in document.pages:
        page.contents_add(b"Q Q Q Q 1 g 0 0 900 900 re f")


def forged(document: pikepdf.Pdf) -> None:
    page = document.pages[0]
    font = next(iter(page.obj["/Resources"]["/Font"].keys()))
    page.contents_add(f"BT {font} 12 Tf 60 20 Td <0001> Tj ET".encode())


def _links(document: pikepdf.Pdf) -> list[Any]:
    return [note for page in document.pages for note in page.obj.get("/Annots", ()) if "/A" in note]


def retargeted(document: pikepdf.Pdf) -> None:
    """Every link leads where the next one should."""
    links = _links(document)
    targets = [str(link["/A"]["/URI"]) for link in links]
    for link, target in zip(links, targets[1:] + targets[:1], strict=True):
        link["/A"]["/URI"] = pikepdf.String(target)


def pasted_over(document: pikepdf.Pdf) -> None:
    """A note on a page, with a look of its own."""
    look = document.make_stream(b"1 g 0 0 900 900 re f", {"/Subtype": pikepdf.Name.Form, "/BBox": [0, 0, 900, 900]})
    note = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Stamp, Rect=[0, 0, 900, 900])
    note["/AP"] = pikepdf.Dictionary(N=look)
    document.pages[0].obj["/Annots"] = pikepdf.Array([document.make_indirect(note)])


def other_letters(document: pikepdf.Pdf) -> None:
    """One font's program in the place of another."""
    fonts = [each for each in document.objects if isinstance(each, pikepdf.Dictionary) and "/FontFile3" in each]
    fonts += [each for each in document.objects if isinstance(each, pikepdf.Dictionary) and "/FontFile2" in each]
    program = fonts[0].get("/FontFile3", fonts[0].get("/FontFile2"))
    program.write(program.read_bytes() + b" ")


def led_astray(document: pikepdf.Pdf) -> None:
    names = document.Root["/Names"]["/Dests"]["/Names"]
    first, last = document.pages[0].obj, document.pages[-1].obj
    names[1][0] = first if names[1][0].objgen == last.objgen else last


#: Changes that leave every word, link and picture of the thread in its place.
FORGERIES: dict[str, tuple[str, Callable[[Path], None]]] = {
    "epub, a paragraph added": (
        "epub",
        in_part("t1.xhtml", lambda data: data.replace(b"</h1>", b"</h1><p>I lied.</p>")),
    ),
    "epub, paragraphs hidden by style": ("epub", in_part("style.css", lambda data: data + b"p{display:none}")),
    "epub, sections hidden": (
        "epub",
        in_part("t1.xhtml", lambda data: data.replace(b"<section", b'<section hidden=""')),
    ),
    "epub, a link added": (
        "epub",
        in_part("t1.xhtml", lambda data: data.replace(b"</h1>", b'<a href="https://example.org/">!</a></h1>')),
    ),
    "epub, the contents renamed": ("epub", in_part("nav.xhtml", lambda data: data.replace(b"Contents", b"Comments"))),
    "epub, the NCX renamed": ("epub", in_part("toc.ncx", lambda data: data.replace(b"<text>", b"<text>Not "))),
    "epub, another author": ("epub", in_part(".opf", lambda data: data.replace(b"P. Quill", b"Q. Pill"))),
    "pdf, pages under white": ("pdf", in_pdf(whitened)),
    "pdf, letters added": ("pdf", in_pdf(forged)),
    "pdf, the last page taken out": ("pdf", in_pdf(lambda document: document.pages.remove(p=len(document.pages)))),
    "pdf, a page doubled": ("pdf", in_pdf(lambda document: document.pages.append(document.pages[0]))),
    "pdf, links exchanged": ("pdf", in_pdf(retargeted)),
    "pdf, links without a place": (
        "pdf",
        in_pdf(lambda document: [link.__setitem__("/Rect", pikepdf.Array([0, 0, 0, 0])) for link in _links(document)]),
    ),
    "pdf, a link inside the book led astray": ("pdf", in_pdf(led_astray)),
    "pdf, a page turned": ("pdf", in_pdf(lambda document: document.pages[0].rotate(180, relative=True))),
    "pdf, a page cropped": (
        "pdf",
        in_pdf(lambda document: document.pages[0].obj.__setitem__("/CropBox", pikepdf.Array([0, 0, 200, 200]))),
    ),
    "pdf, a stamp on a page": ("pdf", in_pdf(pasted_over)),
    "pdf, a font changed": ("pdf", in_pdf(other_letters)),
}
SABOTAGES: dict[str, tuple[str, Callable[[Path], None]]] = {
    "epub, a word changed": ("epub", in_part("t1.xhtml", lambda data: data.replace(b"Six leaves", b"Ten leaves"))),
    "epub, a word changed in the JSON": ("epub", in_part("thread.json", lambda data: data.replace(b"Six", b"Ten"))),
    "epub, the page altered": ("epub", in_part("page.html", lambda data: data.replace(b"Six", b"Ten"))),
    "epub, the page taken out": (
        "epub",
        in_epub(
            lambda name, data: (
                None
                if name.endswith("page.html")
                else re.sub(rb"<item [^>]*page\.html[^>]*/>", b"", data)
                if name.endswith(".opf")
                else data
            )
        ),
    ),
    "epub, a photograph taken out": ("epub", without_pictures(r"\.jpg")),
    "epub, the last slice taken out": ("epub", without_pictures(r"-[0-9]*[02468]\.png")),
    "epub, a picture exchanged for one like it": ("epub", instead_of_pictures(other)),
    "epub, a picture exchanged for a narrower one": ("epub", instead_of_pictures(narrower)),
    "epub, a slice exchanged": ("epub", instead_of_pictures(lambda image: SAMPLES["picture"](image.size), "-02.png")),
    "epub, a picture that is none": ("epub", instead_of_pictures(lambda _: b"no picture")),
    "pdf, the first page taken out": ("pdf", in_pdf(lambda document: document.pages.remove(p=1))),
    "pdf, a page with parts of a picture taken out": ("pdf", in_pdf(lambda document: document.pages.remove(p=2))),
    "pdf, a word changed in the JSON": (
        "pdf",
        in_pdf(lambda document: reattached(document, "thread.json", lambda data: data.replace(b"Six", b"Ten"))),
    ),
    "pdf, the page altered": (
        "pdf",
        in_pdf(lambda document: reattached(document, "page.html", lambda data: data.replace(b"Six", b"Ten"))),
    ),
    "pdf, the page taken out": ("pdf", in_pdf(lambda document: document.attachments.__delitem__("page.html"))),
    "pdf, pictures exchanged for some like them": ("pdf", in_pdf(lambda document: exchange(document, other))),
    "pdf, pictures exchanged for narrower ones": ("pdf", in_pdf(lambda document: exchange(document, narrower))),
    "pdf, pictures not drawn": ("pdf", in_pdf(undrawn)),
    "pdf, pictures taken out": (
        "pdf",
        in_pdf(lambda document: [objects.__delitem__(name) for objects, name in images(document)]),
    ),
}


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
def test_a_book_without_evidence_is_none_of_ours(
    product: str, make_page: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = tmp_path / f"b.{product}"
    assert run([product, str(make_page(["Words."])), "-o", str(book), "-q", "--attach", "none"]) == 0
    assert run(["verify", str(book)]) == 4
    assert "carries no thread" in capsys.readouterr().err
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
