"""A collection as PDF, from the command line: set piece by piece, and the same bytes however it came about."""

from __future__ import annotations

import base64
import io
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pikepdf
import pypdf
import pypdfium2
import pytest
from PIL import Image

from threadbound import verification
from threadbound.cli.app import run
from threadbound.collection import keys
from threadbound.collection import pieces as setting
from threadbound.collection.piece import Job, Outcome, make
from threadbound.collection.press import PIECES
from threadbound.tools import workers
from threadbound.tools.kept import put

pytestmark = pytest.mark.slow

#: Words of each post, none of which is a word of another post or of the book's own.
WORDS = (
    ("Aardvarks were first 👩🏽‍🔬 in burrows", "漢字。かな！とびら"),
    ("Bellows wheeze 🇫🇮 by evening", "مرحبا كتاب جميل"),
    ("Cormorants dry 1️⃣ themselves", "ספר טוב אינו נגמר"),
    ("Dovetails hold without glue", "Ehrlich währt am längsten"),
    ("Flagons were emptied slowly", "Garnets shine under lamps"),
    ("Hedgehogs snuffle along walls", "Inkwells freeze every January"),
    ("Jackdaws steal buttons", "Kettles sing before boiling"),
)


def ident(day: int) -> int:
    """The id of a post of so many days after the first of January 2021."""
    return (1609459200000 - 1288834974657 + day * 86_400_000) << 22


@pytest.fixture(autouse=True)
def _no_judges(monkeypatch: pytest.MonkeyPatch) -> None:
    """Outside judges take seconds: ``tests/conformance`` calls them."""
    monkeypatch.setattr(verification, "JUDGES", ())


@pytest.fixture
def add(make_page: Callable[..., Path], make_picture: Callable[..., bytes]) -> Callable[[Path, int], Path]:
    """A maker of saved pages: the thread of that number, with a picture that all have."""
    data = base64.b64encode(make_picture("PNG", (90, 60))).decode()
    picture = f'<span class="entity-image"><img src="data:image/png;base64,{data}"></span>'
    link = f'<a class="entity-url" href="https://twitter.com/mara/status/{ident(0)}">twitter.com/mara/s…</a>'
    named = '<a class="entity-mention" href="https://twitter.com/ono">@ono</a>'

    def make(folder: Path, n: int) -> Path:
        first, *rest = WORDS[n]
        bodies = [f"{first} {picture}", *rest, *([f"{link} {named}"] if n % 2 else [])]
        given = {"handle": "mara", "author": "Mara Lindqvist", "first": ident(90 * n)}
        return make_page(bodies, folder=folder, name=f"{n}.html", **given)

    return make


def few(add: Callable[[Path, int], Path], folder: Path, *numbers: int) -> Path:
    """A folder of saved pages."""
    for n in numbers:
        add(folder, n)
    return folder


@pytest.fixture
def pieces(cache: Path, book: Path) -> Path:
    """Where pieces are kept, empty: those of the book are gone."""
    assert book.is_file()
    folder = cache / "threadbound" / PIECES
    shutil.rmtree(folder, ignore_errors=True)
    return folder


def kept(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if path.is_file()}


def bound(saved: Path, book: Path, *options: str) -> bytes:
    """The bytes of the book of those pages."""
    assert run(["pdf", str(saved), "-o", str(book), "-f", "-q", "--parts", "year", "--list-of-pictures", *options]) == 0
    return book.read_bytes()


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the book that many tests read stands."""
    return tmp_path_factory.mktemp("shelf")


@pytest.fixture
def book(add: Callable[[Path, int], Path], shelf: Path) -> Path:
    """A book of seven threads, made once."""
    path = shelf / "b.pdf"
    if not path.exists():
        bound(few(add, shelf / "saved", *range(len(WORDS))), path)
    return path


def test_pictures_of_one_thread_may_have_the_same_transparency(
    add: Callable[[Path, int], Path], make_page: Callable[..., Path], tmp_path: Path
) -> None:
    """Their masks are one object, in the piece that has both as in the book."""
    rounded = Image.linear_gradient("L").resize((90, 60))
    shown = []
    for colour in ("firebrick", "seagreen"):
        picture, out = Image.new("RGB", rounded.size, colour), io.BytesIO()
        picture.putalpha(rounded)
        picture.save(out, "PNG")
        data = base64.b64encode(out.getvalue()).decode()
        shown.append(f'<span class="entity-image"><img src="data:image/png;base64,{data}"></span>')
    saved = few(add, tmp_path / "saved", 0)
    make_page(["Two stamps. " + " ".join(shown)], folder=saved, name="stamps.html", first=ident(700))
    bound(saved, tmp_path / "b.pdf")
    with pikepdf.open(tmp_path / "b.pdf") as pdf:
        pictures = {
            image.objgen: image
            for page in pdf.pages
            if "/XObject" in page.Resources
            for image in page.Resources.XObject.values()
            if "/SMask" in image and image.Width == 90
        }
        assert len(pictures) == 2
        assert len({image.SMask.objgen for image in pictures.values()}) == 1


# What the joined book says of itself ----------------------------------------------------------------------------------


def test_contents_that_go_on_begin_on_the_next_page(
    add: Callable[[Path, int], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Contents begin on a right page; what goes on with them does not, or a blank page would stand among them."""
    monkeypatch.setattr("threadbound.rendering.sections.CONTENTS", 0.5)
    data = bound(few(add, tmp_path / "saved", 3, 4, 5, 6), tmp_path / "book.pdf")
    words = [page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(data)]
    first = next(number for number, text in enumerate(words) if text.startswith("Contents"))
    assert "2021" in words[first]
    assert "2022" in words[first + 1]


def test_no_page_within_a_list_is_half_empty(
    add: Callable[[Path, int], Path], make_page: Callable[..., Path], tmp_path: Path
) -> None:
    """Addresses are divided into pieces, and what follows a piece begins a page."""
    url = "https://site{n}.example/{way}"
    link = f'<a class="entity-url" href="{url}">{url}</a>'
    links = [link.format(n=n, way="way/" * (n * n % 23)) for n in range(800)]
    saved = few(add, tmp_path / "saved", 0)
    make_page([f"Read {' '.join(links[k::40])}" for k in range(40)], folder=saved, name="l.html", first=ident(700))
    pages = list(pypdfium2.PdfDocument(bound(saved, tmp_path / "book.pdf")))
    words = [page.get_textpage() for page in pages]
    texts = [text.get_text_bounded() for text in words]
    first = max(number for number, text in enumerate(texts) if "Every address that the threads lead to" in text)
    own = [k for k in range(first, len(pages)) if "https://site" in texts[k] and "sha256" not in texts[k]]
    ends = [min(words[k].get_rect(n)[1] for n in range(words[k].count_rects() - 1)) for k in own]  # but for the folio
    assert len(own) > 14
    assert max(ends[:-1]) - min(ends) < 448 / 2  # points; how long a run is going to be is an estimate


def places(pdf: pikepdf.Pdf) -> dict[str, int]:
    """Name of a place → index of its page."""
    index = {page.objgen: n for n, page in enumerate(pdf.pages)}
    tree = pikepdf.NameTree(pdf.Root.Names.Dests)
    return {str(name): index[target[0].objgen] for name, target in tree.items()}


def links(pdf: pikepdf.Pdf) -> Iterator[tuple[int, Any]]:
    """Index of the page and annotation of each link."""
    for n, page in enumerate(pdf.pages):
        for link in page.get("/Annots", []):
            assert link.Subtype == "/Link"
            yield n, link


def test_every_link_within_the_book_leads_to_a_place_of_it(book: Path) -> None:
    with pikepdf.open(book) as pdf:
        where = places(pdf)
        leads = [(n, str(link.Dest)) for n, link in links(pdf) if "/Dest" in link]
        assert {name for _, name in leads} <= where.keys()
        assert all(("/Dest" in link) != ("/A" in link) for _, link in links(pdf))
        to_first = [n for n, name in leads if name == f"t{ident(0)}-p1"]
        sources = [where[f"t{ident(90 * n)}"] for n in (1, 3, 5)]
        assert sorted(set(to_first)) == sources
        assert where[f"t{ident(0)}-p1"] == where[f"t{ident(0)}"] < sources[0]


def test_numbers_in_lists_are_the_labels_of_the_pages_that_they_lead_to(book: Path) -> None:
    labels = pypdf.PdfReader(book).page_labels
    seen = set()
    with pikepdf.open(book) as pdf, pypdfium2.PdfDocument(book) as document:
        where = places(pdf)
        for n, link in links(pdf):
            if "/Dest" not in link:
                continue
            label = labels[where[str(link.Dest)]]
            said = str(link.Contents)
            if re.fullmatch(r"page \w+", said):
                assert said == f"page {label}"
            x1, y1, x2, y2 = map(float, link.Rect)
            text = document[n].get_textpage().get_text_bounded(min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2))
            if found := re.search(r"[. ]\s*([0-9ivx]+)\s*$", text):
                assert found[1] == label, (n, text)
                seen.add(labels[n])
    assert seen  # the contents, the list of pictures


def test_each_page_shows_the_number_that_it_is_labelled_with(book: Path) -> None:
    reader = pypdf.PdfReader(book)
    labels, shown = reader.page_labels, 0
    for label, page in zip(labels, reader.pages, strict=True):
        lines = page.extract_text().splitlines()
        if lines and re.fullmatch(r"[ivx]+|\d+", lines[-1].strip()):
            assert lines[-1].strip() == label
            shown += 1
    assert shown > len(WORDS)
    assert labels[0] == "Cover"
    first = labels.index("1")
    assert labels[first:] == [str(n + 1) for n in range(len(labels) - first)]


def test_the_outline_leads_to_the_chapters_under_their_years(book: Path) -> None:
    with pypdfium2.PdfDocument(book) as document:
        toc = [(item.level, item.get_title(), item.get_dest().get_index()) for item in document.get_toc()]
    with pikepdf.open(book) as pdf:
        where = places(pdf)
    chapters = [(1, re.sub(r"\s+", " ", words[0]), where[f"t{ident(90 * n)}"]) for n, words in enumerate(WORDS)]
    years = [n for n, (level, title, _) in enumerate(toc) if title in {"2021", "2022"} and level == 0]
    assert [toc[n][1] for n in years] == ["2021", "2022"]
    assert toc[years[0] + 1 : years[1]] == chapters[:5]
    assert toc[years[1] + 1 :][:2] == chapters[5:]
    assert [page for _, _, page in toc] == sorted(page for _, _, page in toc)


def test_names_are_sorted_and_each_is_there_once(book: Path) -> None:
    names = []

    def walk(node: Any) -> None:
        if "/Names" in node:
            names.extend(bytes(name) for name in list(node.Names)[::2])
        for kid in node.get("/Kids", []):
            walk(kid)

    with pikepdf.open(book) as pdf:
        walk(pdf.Root.Names.Dests)
    assert names == sorted(set(names))
    assert f"t{ident(90)}-p2".encode() in names


def test_words_copied_out_are_those_of_every_post_once_and_in_order(book: Path) -> None:
    """By pypdf, page by page, from the first chapter to the last."""
    reader = pypdf.PdfReader(book)
    with pikepdf.open(book) as pdf:
        where = places(pdf)
    first, last = where[f"t{ident(0)}"], where[f"t{ident(90 * (len(WORDS) - 1))}"]
    text = "".join("".join(page.extract_text().split()) for page in reader.pages[first : last + 1])
    found = 0
    for words in (words for thread in WORDS for words in thread):
        squeezed = "".join(words.split())
        assert text.count(squeezed) == 1, words
        at = text.index(squeezed)
        assert at > found, words
        found = at


def test_what_pieces_share_is_in_the_book_once(book: Path) -> None:
    with pikepdf.open(book) as pdf:
        streams = [each for each in pdf.objects if isinstance(each, pikepdf.Stream)]
        images = [each.read_raw_bytes() for each in streams if each.get("/Subtype") == "/Image"]
        files = [each.read_raw_bytes() for each in streams if "/Length1" in each or "/Subtype" in each]
        fonts = {str(each.BaseFont) for each in pdf.objects if isinstance(each, pikepdf.Dictionary)
                 and each.get("/Subtype") == "/Type0"}  # fmt: skip
        names = [str(each.FontName) for each in pdf.objects if isinstance(each, pikepdf.Dictionary)
                 and each.get("/Type") == "/FontDescriptor"]  # fmt: skip
        trees = [each for each in pdf.objects if isinstance(each, pikepdf.Dictionary)
                 and each.get("/Type") == "/StructTreeRoot"]  # fmt: skip
        documents = [each for each in pdf.objects if isinstance(each, pikepdf.Dictionary)
                     and each.get("/S") == "/Document"]  # fmt: skip
    assert images
    assert len(set(images)) == len(images)
    assert len(set(files)) == len(files)
    assert len(set(names)) == len(names)
    assert len(fonts) > 3
    assert (len(trees), len(documents)) == (1, 1)


def test_pictures_of_one_thread_that_are_the_same_once_stripped_are_in_the_book_once(
    tmp_path: Path, make_page: Callable[..., Path], make_picture: Callable[..., bytes]
) -> None:
    def shown(comment: str) -> str:
        data = base64.b64encode(make_picture("JPEG", comment=comment)).decode()
        return f'<span class="entity-image"><img src="data:image/jpeg;base64,{data}"></span>'

    for number in (1, 2):
        bodies = [f"{shown('one')} seen", f"{shown('another')} seen again"]
        make_page(bodies, folder=tmp_path / "pages", name=f"{number}.html", first=ident(number))
    assert run(["pdf", "--offline", str(tmp_path / "pages"), "-o", str(tmp_path / "book.pdf")]) == 0
    with pikepdf.open(tmp_path / "book.pdf") as pdf:
        pictures = [each for each in pdf.objects if isinstance(each, pikepdf.Stream) and each.get("/Width") == 120]
    assert len(pictures) == 1
    assert run(["verify", str(tmp_path / "book.pdf")]) == 0


def test_every_marked_word_has_its_element_and_every_element_its_word(book: Path) -> None:
    """The parent tree leads from what a page marks to the element that holds it."""
    with pikepdf.open(book) as pdf:
        root = pdf.Root.StructTreeRoot
        tree = pikepdf.NumberTree(root.ParentTree)
        held = 0
        for page in pdf.pages:
            if "/StructParents" not in page:
                continue
            parents = tree[int(page.StructParents)]
            marks = [
                int(operands[1].MCID)
                for operands, operator in pikepdf.parse_content_stream(page)
                if str(operator) == "BDC" and isinstance(operands[1], pikepdf.Dictionary) and "/MCID" in operands[1]
            ]
            assert sorted(marks) == list(range(len(parents)))
            for mark, element in enumerate(parents):
                kids = element.K if isinstance(element.K, pikepdf.Array) else [element.K]
                numbers = [int(kid) if isinstance(kid, int) else int(kid.get("/MCID", -1)) for kid in kids]
                assert mark in numbers
                held += 1
        for _, link in links(pdf):
            assert tree[int(link.StructParent)].S == "/Link"
        assert int(root.ParentTreeNextKey) > max(tree)
        assert held > 100


def test_nothing_is_in_the_book_that_nothing_points_at(book: Path) -> None:
    with pikepdf.open(book) as pdf:
        seen: set[tuple[int, int]] = set()
        waiting: list[Any] = [pdf.trailer]
        while waiting:
            each = waiting.pop()
            if not isinstance(each, pikepdf.Object) or each.objgen in seen:
                continue
            if each.is_indirect:
                seen.add(each.objgen)
            if isinstance(each, pikepdf.Dictionary | pikepdf.Stream):
                waiting += [value for _, value in each.items()]
            elif isinstance(each, pikepdf.Array):
                waiting += list(each)
        own = {"/ObjStm", "/XRef"}  # what objects are packed in, and the table of where they are
        dead = [
            each.objgen
            for each in pdf.objects
            if each.objgen not in seen and not (isinstance(each, pikepdf.Stream) and str(each.get("/Type")) in own)
        ]
    assert dead == []


# The same bytes however it came about ---------------------------------------------------------------------------------


def test_a_book_is_the_same_bytes_cold_and_warm_and_made_by_any_number_of_workers(
    add: Callable[[Path, int], Path], pieces: Path, book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved = few(add, tmp_path / "saved", *range(len(WORDS)))
    monkeypatch.setattr(workers, "processors", lambda: 1)
    assert bound(saved, tmp_path / "one.pdf") == book.read_bytes()
    made = kept(pieces)
    assert len(made) > len(WORDS)
    before = {path: path.stat().st_ino for path in made}
    monkeypatch.setattr(workers, "processors", lambda: 3)
    assert bound(saved, tmp_path / "warm.pdf") == book.read_bytes()
    assert {path: path.stat().st_ino for path in kept(pieces)} == before
    contents = {path: path.read_bytes() for path in made}
    shutil.rmtree(pieces)
    assert bound(saved, tmp_path / "three.pdf") == book.read_bytes()
    assert {path: path.read_bytes() for path in kept(pieces)} == contents


def test_one_more_page_is_laid_out_alone(
    add: Callable[[Path, int], Path], pieces: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its chapter, and what tells of the whole book; the chapters that were there are left as they were."""
    laid_out: list[str] = []

    def noted(job: Job) -> Outcome:
        laid_out.append(job.name)
        return make(job)

    monkeypatch.setattr(workers, "processors", lambda: 1)
    monkeypatch.setattr(setting, "make", noted)
    saved = few(add, tmp_path / "saved", 3, 4, 6)
    bound(saved, tmp_path / "a.pdf")
    assert {f"t{ident(90 * n)}" for n in (3, 4, 6)} < set(laid_out)
    assert len(kept(pieces)) == len(laid_out) == len(set(laid_out))
    laid_out.clear()
    bound(saved, tmp_path / "a.pdf")
    assert laid_out == []
    add(saved, 5)
    warm = bound(saved, tmp_path / "b.pdf")
    assert [name for name in laid_out if name.startswith("t1")] == [f"t{ident(450)}"]
    assert "part1" not in laid_out  # 2021 is as it was
    assert "part2" in laid_out
    shutil.rmtree(pieces)
    assert bound(saved, tmp_path / "c.pdf") == warm


@pytest.mark.parametrize("harm", ["cut", "altered", "emptied", "of another piece"])
def test_a_kept_piece_that_is_not_whole_is_made_again(
    harm: str, add: Callable[[Path, int], Path], pieces: Path, tmp_path: Path
) -> None:
    saved = few(add, tmp_path / "saved", 5, 6)
    good = bound(saved, tmp_path / "a.pdf")
    files = sorted(kept(pieces))
    whole = {path: path.read_bytes() for path in files}
    for path in files:
        data = whole[path]
        other = whole[files[files.index(path) - 1]]
        path.write_bytes(
            {
                "cut": data[:-1],
                "altered": data[:-40] + bytes([data[-40] ^ 1]) + data[-39:],
                "emptied": b"",
                "of another piece": data[:64] + other[64:],
            }[harm]
        )
    assert bound(saved, tmp_path / "b.pdf") == good
    assert {path: path.read_bytes() for path in kept(pieces)} == whole


def test_kept_pieces_with_a_right_seal_and_no_sense_are_made_anew(
    add: Callable[[Path, int], Path], pieces: Path, tmp_path: Path
) -> None:
    saved = few(add, tmp_path / "saved", *range(3, 7))
    good = bound(saved, tmp_path / "a.pdf")
    whole = {path: path.read_bytes() for path in kept(pieces)}
    for path in whole:
        put(path, b"".join([*[(1).to_bytes(8, "big")] * 4, b"\xc1" * 4]))  # four parts of a byte that msgpack has not
    assert bound(saved, tmp_path / "b.pdf") == good
    assert {path: path.read_bytes() for path in kept(pieces)} == whole


def test_pieces_are_good_where_their_cache_has_been_moved(
    add: Callable[[Path, int], Path], pieces: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved = few(add, tmp_path / "saved", *range(3, 7))
    good = bound(saved, tmp_path / "a.pdf")
    before = {path.relative_to(pieces): path.stat().st_ino for path in kept(pieces)}
    moved = tmp_path / "moved" / "threadbound"
    moved.parent.mkdir()
    pieces.parent.rename(moved)
    monkeypatch.setenv("XDG_CACHE_HOME", str(moved.parent))
    assert bound(saved, tmp_path / "b.pdf") == good
    there = moved / pieces.name
    assert {path.relative_to(there): path.stat().st_ino for path in kept(there)} == before


def test_a_piece_of_another_version_is_not_taken(
    add: Callable[[Path, int], Path], pieces: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved = few(add, tmp_path / "saved", 5, 6)
    good = bound(saved, tmp_path / "a.pdf")
    before = kept(pieces)
    monkeypatch.setattr(keys, "program", lambda: "another program")
    assert bound(saved, tmp_path / "b.pdf") == good
    assert len(kept(pieces)) == 2 * len(before)
    assert bound(saved, tmp_path / "c.pdf", "--theme", "sans") != good
    assert len(kept(pieces)) == 3 * len(before)


# When it is broken off -----------------------------------------------------------------------------------------------


def _begun(saved: Path, book: Path, pieces: Path, enough: int) -> subprocess.Popen[bytes]:
    """A run, with so many pieces made."""
    command = [sys.executable, "-m", "threadbound", "pdf", str(saved), "-o", str(book), "-q"]
    process = subprocess.Popen([*command, "--parts", "year", "--list-of-pictures"], stderr=subprocess.PIPE)
    while process.poll() is None and len(kept(pieces)) < enough:
        time.sleep(0.02)
    return process


def _children(number: int) -> list[int]:
    """Ids of the processes that a process started."""
    return [int(n) for n in Path(f"/proc/{number}/task/{number}/children").read_text("ascii").split()] + [
        int(n)
        for task in Path(f"/proc/{number}/task").iterdir()
        if task.name != str(number)
        for n in (task / "children").read_text("ascii").split()
    ]


needs_two = pytest.mark.skipif(sys.platform != "linux" or workers.processors() < 2, reason="no processes are started")


@needs_two
def test_an_interrupt_leaves_no_book_and_the_next_run_goes_on(
    add: Callable[[Path, int], Path], pieces: Path, book: Path, tmp_path: Path
) -> None:
    saved = few(add, tmp_path / "saved", *range(len(WORDS)))
    process = _begun(saved, tmp_path / "out" / "b.pdf", pieces, 2)
    crew = _children(process.pid)
    process.send_signal(signal.SIGINT)
    said = process.communicate(timeout=60)[1].decode()
    assert process.returncode == 130, said
    assert said.endswith("interrupted; nothing half-written was left; the next run goes on from what is kept\n")
    assert not (tmp_path / "out").exists() or not list((tmp_path / "out").iterdir())
    assert not [n for n in crew if os.path.exists(f"/proc/{n}")]  # noqa: PTH110 - short
    there = {path: path.stat().st_ino for path in kept(pieces) if path.parent.name != "parts"}
    assert there
    assert bound(saved, tmp_path / "b.pdf") == book.read_bytes()
    assert {path: path.stat().st_ino for path in there} == there


@needs_two
def test_a_worker_that_is_killed_costs_a_second_try(
    add: Callable[[Path, int], Path], pieces: Path, book: Path, tmp_path: Path
) -> None:
    saved = few(add, tmp_path / "saved", *range(len(WORDS)))
    process = _begun(saved, tmp_path / "b.pdf", pieces, 1)
    for number in _children(process.pid):
        os.kill(number, signal.SIGKILL)
    said = process.communicate(timeout=60)[1]
    assert (process.returncode, said) == (0, b"")
    assert (tmp_path / "b.pdf").read_bytes() == book.read_bytes()
    assert not [path for path in kept(pieces) if path.suffix == ".part"]
