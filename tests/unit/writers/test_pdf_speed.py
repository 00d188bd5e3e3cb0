"""What makes WeasyPrint quicker changes no byte, and is done for the versions alone that it was tried with."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pikepdf
import pytest

from threadbound.writers import pdf_library, pdf_spans, pdf_speed

pytestmark = pytest.mark.slow

SCRIPT = Path(__file__).with_name("pdf_patches.py")


@pytest.fixture(scope="module")
def altered(cache: Path) -> dict[str, list[str]]:
    """Patch → the documents that are other bytes with it and those before it."""
    command = [sys.executable, str(SCRIPT), str(cache / "threadbound")]
    told = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return {name: documents for name, *documents in map(str.split, told.stdout.splitlines())}


@pytest.mark.parametrize("patch", [patch.__name__ for patch in pdf_speed.PATCHES])
def test_no_patch_changes_a_byte(patch: str, altered: dict[str, list[str]]) -> None:
    """Of a book of ours, and of a document with what a user's style sheet may ask for, in six scripts, with emoji."""
    assert altered[patch] == []


def test_what_a_piece_was_laid_out_with_goes_with_it(cache: Path) -> None:
    """Else garbage is looked for among all boxes of every piece, here ten times as many of a book of ours."""
    script = (
        "import gc, runpy, sys; from pathlib import Path\n"
        "from threadbound.writers import fonts, pdf_piece; from threadbound.writers.engine import Sheets\n"
        "from threadbound.writers.pdf_variants import DEFAULT, VARIANTS\n"
        "samples, cache = runpy.run_path(sys.argv[1]), Path(sys.argv[2]); fonts.activate(cache)\n"
        "markup, css, pictures = samples['ours']()[0]\n"
        "entry = markup.partition(b'<body>')[2].partition(b'</body>')[0].replace(b' id=', b' data-id=')\n"
        "entry = b'<div style=\"columns: 2\">' + entry + b'</div>'\n"
        "def garbage(times):\n"
        "    whole = markup.replace(b'</body>', entry * times + b'</body>')\n"
        "    sheets = {'style.css': css, 'own.css': ''}\n"
        "    pdf_piece.render(Sheets(whole, sheets, pictures, frozenset({'en'}), VARIANTS[DEFAULT]), cache)\n"
        "    return gc.collect()\n"
        "garbage(1); gc.disable(); print(garbage(1), garbage(20))\n"
    )
    command = [sys.executable, "-c", script, str(SCRIPT), str(cache / "threadbound")]
    few, many = map(int, subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout.split())
    assert few < 5000  # of the style sheets, and of what fetches them
    assert many < few + 100


def test_a_book_in_one_document_is_still_written_when_pieces_were_laid_out_before(cache: Path) -> None:
    script = (
        "import sys; from pathlib import Path\n"
        "from threadbound.writers import fonts, pdf_library, pdf_speed\n"
        "fonts.activate(Path(sys.argv[1])); library = pdf_library.weasyprint(); pdf_speed.install(library)\n"
        "library.HTML(string='<!DOCTYPE html><html><body><p>text</p></body></html>').write_pdf()\n"
    )
    done = subprocess.run([sys.executable, "-c", script, str(cache / "threadbound")], check=False, capture_output=True)
    assert done.returncode == 0, done.stderr.decode()


def test_the_patches_were_tried_with_what_is_installed() -> None:
    assert pdf_speed.is_known()


@pytest.mark.parametrize("name", pdf_speed.KNOWN)
def test_another_version_is_left_as_it_is(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[object] = []
    monkeypatch.setattr(pdf_speed, "PATCHES", (done.append,))
    library = SimpleNamespace(pdf=SimpleNamespace(tags=SimpleNamespace(_build_box_tree=iter)))
    with monkeypatch.context() as other:
        other.setitem(pdf_speed.KNOWN, name, "1.0")
        pdf_speed.install(library)
        with pdf_spans.without_spans(library):
            assert library.pdf.tags._build_box_tree is iter
    assert done == []
    pdf_speed.install(library)
    pdf_speed.install(library)
    assert done == [library]
    with pdf_spans.without_spans(library):
        assert library.pdf.tags._build_box_tree is not iter
    assert library.pdf.tags._build_box_tree is iter


def as_before(markup: str, cache: Path) -> None:
    """The patches leave the PDF of that markup as it is."""
    script = (
        "import sys; from pathlib import Path\n"
        "from threadbound.writers import fonts, pdf_library, pdf_speed\n"
        "fonts.activate(Path(sys.argv[1])); library = pdf_library.weasyprint()\n"
        "def made(): return library.HTML(string=sys.argv[2].encode(), encoding='utf-8').write_pdf(pdf_tags=True)\n"
        "before = made(); pdf_speed.install(library); sys.exit(0 if made() == before else 9)\n"
    )
    command = [sys.executable, "-c", script, str(cache / "threadbound"), markup]
    status = subprocess.run(command, check=False).returncode
    assert status == 0  # nine: another PDF; one: an exception


def test_what_a_template_writes_that_is_no_xml_is_read_as_html(cache: Path) -> None:
    """The patch that reads markup as XML lets a parser of HTML read the rest."""
    as_before("<!DOCTYPE html><title>x</title><p>one<p>two &nbsp; <br>three", cache)


def test_a_template_may_say_that_it_is_xhtml(cache: Path) -> None:
    style = "<style>p { font-size: 30px }</style>"
    head = f"<head><title>x</title>{style}</head>"
    as_before(f'<html xmlns="http://www.w3.org/1999/xhtml" lang="en">{head}<body><p>one</p></body></html>', cache)


def test_words_belong_to_their_paragraphs_at_once(cache: Path) -> None:
    pdf_library_ready(cache)
    library = pdf_library.weasyprint()
    html = library.HTML(string=b"<html lang=en><p>One line. <b>Bold</b><p>Two<h1>Three</h1>", base_url=pdf_library.BASE)
    before = html.write_pdf(pdf_tags=True, uncompressed_pdf=True)
    with pdf_spans.without_spans(library):
        within = html.write_pdf(pdf_tags=True, uncompressed_pdf=True)
    assert html.write_pdf(pdf_tags=True, uncompressed_pdf=True) == before
    spans, paragraphs = kinds(before), kinds(within)
    assert spans.count("/Span") > paragraphs.count("/Span")
    assert [kind for kind in spans if kind not in NOTHING] == [kind for kind in paragraphs if kind not in NOTHING]
    assert "/P" in paragraphs


#: Kinds of elements that say nothing of what is in them.
NOTHING = ("/Span", "/NonStruct")


def kinds(data: bytes) -> list[str]:
    """Kinds of the elements of a structure, in order."""
    found: list[str] = []

    def walk(element: Any) -> None:
        if isinstance(element, pikepdf.Array):
            for each in element:
                walk(each)
        elif isinstance(element, pikepdf.Dictionary) and "/S" in element:
            found.append(str(element.S))
            walk(element.get("/K"))

    with pikepdf.open(io.BytesIO(data)) as pdf:
        walk(pdf.Root.StructTreeRoot.K)
    return found


def pdf_library_ready(cache: Path) -> None:
    """Fonts first: whoever imports WeasyPrint first decides for the whole process."""
    from threadbound.writers import registry  # noqa: PLC0415 - only here

    registry.load("pdf", cache)
