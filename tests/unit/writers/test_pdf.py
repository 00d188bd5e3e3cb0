"""The PDF: its metadata, evidence, structure, and what it must never do."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pikepdf
import pytest
from msgspec.structs import replace

from threadbound import pipeline
from threadbound.book.book import Evidence
from threadbound.book.build import Binding, build
from threadbound.errors import FileTrouble, ThreadboundError
from threadbound.media.pictures import Pictures
from threadbound.options import BindOptions
from threadbound.rendering.render import Rendering, render
from threadbound.rendering.rendered import RenderedBook
from threadbound.rendering.theme import load
from threadbound.writers import fonts, registry

BINDING = Binding(
    "Threadbound test",
    "2025-03-09T10:11:12Z",
    "en",
    lambda: (Evidence("thread.json", "application/json", "The thread as data (JSON)", "Data", b'{"a": 1}'),),
)


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


def rendered(page: Path, binding: Binding = BINDING) -> RenderedBook:
    store = Pictures()
    read = pipeline.read(str(page), store)
    return render(build([read.thread], binding), store, Rendering(load("serif"), "print", binding.software))


@pytest.fixture
def book(example: Path, cache: Path, tmp_path: Path) -> Path:
    registry.load("pdf", cache).write(rendered(example), tmp_path / "book.pdf")
    return tmp_path / "book.pdf"


def test_info_and_xmp_say_the_same(book: Path) -> None:
    with pikepdf.open(book) as pdf:
        info, xmp = pdf.docinfo, pdf.open_metadata()
        assert str(info["/Title"]) == xmp["dc:title"]
        assert str(info["/Title"]) == (
            "Over the door of my grandmother’s bindery she had painted one line: THE THREAD IS THE BOOK"
        )
        assert [str(info["/Author"])] == xmp["dc:creator"]
        assert str(info["/CreationDate"]) == "D:20250308091407Z"
        assert xmp["dc:source"] == "https://threadreaderapp.com/thread/1898301191378579461.html"
        assert xmp["dc:identifier"].startswith("urn:uuid:")
        assert xmp["dc:language"] == {"en"}
        assert {"marbling", "bookbinding"} <= set(re.split(r", ?", str(info["/Keywords"])))
        assert (xmp["pdfaid:part"], xmp["pdfaid:conformance"], xmp["pdfuaid:part"]) == ("3", "A", "1")
        assert str(pdf.Root.Lang) == "en"


def test_the_evidence_is_inside_byte_for_byte(book: Path) -> None:
    with pikepdf.open(book) as pdf:
        attached = pdf.attachments["thread.json"]
        assert attached.get_file().read_bytes() == b'{"a": 1}'
        assert attached.relationship == pikepdf.Name.Data
        assert attached.get_file().mod_date == datetime(2025, 3, 9, 10, 11, 12, tzinfo=UTC)


def test_every_picture_has_a_description_and_every_link_its_target(book: Path) -> None:
    with pikepdf.open(book) as pdf:
        targets = {
            str(annotation.A.URI) for page in pdf.pages for annotation in page.get("/Annots", []) if "/A" in annotation
        }
        figures = [item for item in pdf.objects if isinstance(item, pikepdf.Dictionary) and item.get("/S") == "/Figure"]
    assert "https://quill-bindery.example/notes/sewing-your-first-book-on-two-tapes" in targets
    assert {f"https://twitter.com/perpetuabinds/status/{n}" for n in (1898301191378579461,)} <= targets
    assert len(figures) >= 5
    assert all(str(figure.get("/Alt", "")) for figure in figures)


def test_jpegs_pass_through_untouched(book: Path, example: Path) -> None:
    originals = {path.read_bytes() for path in (example.parent / "how-a-book-is-sewn_files").glob("*.jpg")}
    with pikepdf.open(book) as pdf:
        inside = {image.read_raw_bytes() for page in pdf.pages for image in page.get_images().values()}
    assert originals & inside  # those that are set side by side are made smaller


def test_the_same_bytes_in_another_process_at_another_time_under_another_seed(
    book: Path, example: Path, cache: Path, tmp_path: Path
) -> None:
    script = (
        "import sys; from pathlib import Path; from threadbound.writers import registry;"
        "import runpy; me = runpy.run_path(sys.argv[1]);"
        "registry.load('pdf', Path(sys.argv[2])).write(me['rendered'](Path(sys.argv[3])), Path(sys.argv[4]))"
    )
    other = tmp_path / "other.pdf"
    subprocess.run(
        [sys.executable, "-c", script, __file__, str(cache), str(example), str(other)],
        check=True,
        env={
            "PATH": "/usr/bin",
            "PYTHONHASHSEED": "7",
            "PYTHONPATH": os.environ.get("PYTHONPATH", ""),
            "TZ": "Asia/Kathmandu",
            "LC_ALL": "C",
            "HOME": str(tmp_path),
        },
    )
    assert other.read_bytes() == book.read_bytes()


def test_a_book_that_points_outside_itself_is_refused(
    make_page: Callable[..., Path], cache: Path, tmp_path: Path
) -> None:
    whole = rendered(make_page(["Words of a post."]))
    for address in ("https://evil.example/x.png", "file:///etc/passwd", "data:image/png;base64,AAAA", "other.png"):
        bad = whole.documents[0].content.replace("</body>", f'<img src="{address}" alt="x"/></body>')
        with pytest.raises(ThreadboundError, match="left something out"):
            registry.load("pdf", cache).write(
                replace(whole, documents=(replace(whole.documents[0], held=bad.encode()),)), tmp_path / "bad.pdf"
            )


def test_weasyprints_silences_are_errors(make_page: Callable[..., Path], cache: Path, tmp_path: Path) -> None:
    whole = rendered(make_page(["Words of a post."]))
    with pytest.raises(ThreadboundError, match="left something out"):
        registry.load("pdf", cache).write(
            replace(whole, css=whole.css + "p { no-such-property: 1 }"), tmp_path / "b.pdf"
        )


def test_the_fonts_are_the_books_own(book: Path) -> None:
    with pikepdf.open(book) as pdf:
        names = {str(item.BaseFont).split("+")[-1] for item in pdf.objects if _is_font(item)}
    assert names
    assert all(name.startswith(("EB-Garamond", "Source-Sans-3", "Noto-")) for name in names), names


def _is_font(item: object) -> bool:
    return isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/Font" and "/BaseFont" in item


def test_a_cache_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(FileTrouble, match="XDG_CACHE_HOME"):
        fonts.activate(tmp_path / "file")


def test_default_options_agree_with_the_naming() -> None:
    from threadbound.book.naming import DEFAULT_TEMPLATE  # noqa: PLC0415 - only here

    assert BindOptions("pdf").name_template == DEFAULT_TEMPLATE
