"""The joined file, read again: whatever is not as it was joined is found."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, Future
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from threadbound.checks.report import CheckReport
from threadbound.collection import proof
from threadbound.digests import sha256
from threadbound.readers import bounds
from threadbound.readers import pdf as reader
from threadbound.readers.bookfile import PACKED
from threadbound.tools.workers import Here, WorkerLost, Workers

Change = Callable[[pikepdf.Pdf], None]
#: More than are read of a file that is open.
PAGES = 7


@pytest.fixture(autouse=True)
def _few_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "TOGETHER", 3)
    monkeypatch.setattr(proof, "TOGETHER", 3)
    monkeypatch.setattr(proof, "OF_CHAPTERS", 2)


def written(path: Path, change: Change | None = None) -> Path:
    """A file with pages, a place, and a picture."""
    with pikepdf.new() as pdf:
        shown = pdf.make_stream(b"\x80", Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=1, Height=1)
        for number in range(PAGES):
            page = pdf.add_blank_page()
            page.obj.Contents = pdf.make_stream(f"BT ({number}) Tj ET".encode())
            page.obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(i=shown))
        place = pikepdf.Array([pdf.pages[1].obj, pikepdf.Name.XYZ, 0, 0, 0])
        dests = pdf.make_indirect(pikepdf.Dictionary(Names=pikepdf.Array([pikepdf.String("t1"), place])))
        pdf.Root.Names = pikepdf.Dictionary(Dests=dests)
        pdf.attachments["threads.jsonl"] = b"{}\n"
        if change:
            change(pdf)
        pdf.save(path)
    return path


def content(pdf: pikepdf.Pdf) -> None:
    pdf.pages[4].obj.Contents.write(b"BT (other) Tj ET")


def exchanged(pdf: pikepdf.Pdf) -> None:
    one, two = pdf.pages[2].obj, pdf.pages[5].obj
    one.Contents, two.Contents = two.Contents, one.Contents


def lost(pdf: pikepdf.Pdf) -> None:
    del pdf.pages[6]


def more(pdf: pikepdf.Pdf) -> None:
    pdf.add_blank_page().obj.Contents = pdf.make_stream(b"")


def place(pdf: pikepdf.Pdf) -> None:
    pdf.Root.Names.Dests.Names[1][0] = pdf.pages[2].obj


def picture(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].obj.Resources.XObject.i.write(b"\x00")


def carried(pdf: pikepdf.Pdf) -> None:
    pdf.attachments["threads.jsonl"] = b"[]\n"


def parts(path: Path) -> list[tuple[str, str]]:
    with reader.opened(path) as book:
        return [part for part in book.parts() if part[0] != PACKED]


EVIDENCE = (("threads.jsonl", sha256(b"{}\n")),)


def prove(path: Path, wanted: list[tuple[str, str]], workers: Executor | None = None) -> CheckReport:
    """As whoever joins does, who knows which objects have streams."""
    try:
        with pikepdf.open(path) as pdf:
            contents = {page.obj.get("/Contents", page.obj).objgen for page in pdf.pages}
            found = [each for each, entry in pdf.get_xref_table().items() if entry.type == 1 and each not in contents]
            plain = [number for number, _ in found]
    except pikepdf.PdfError:
        plain = []
    return proof.begin(path, wanted, plain, workers or Here(), lists=4).report(EVIDENCE)


def test_a_file_that_is_as_it_was_joined_is_whole(tmp_path: Path) -> None:
    path = written(tmp_path / "a.pdf")
    assert len(parts(path)) == PAGES + 2
    assert prove(path, parts(path)).ok


@pytest.mark.parametrize("change", [content, exchanged, lost, more, place, picture, carried])
def test_what_is_otherwise_is_found(change: Change, tmp_path: Path) -> None:
    wanted = parts(written(tmp_path / "a.pdf"))
    assert not prove(written(tmp_path / "b.pdf", change), wanted).ok


def test_a_file_that_was_cut_short_is_no_book(tmp_path: Path) -> None:
    path = written(tmp_path / "a.pdf")
    wanted, data = parts(path), path.read_bytes()
    for length in (0, 40, len(data) // 2, len(data) - 30):
        path.write_bytes(data[:length])
        assert not prove(path, wanted).ok


def test_other_processes_read_the_same(tmp_path: Path) -> None:
    path = written(tmp_path / "a.pdf")
    wanted = parts(path)
    with Workers(2, 60) as workers:
        assert prove(path, wanted, workers).ok
        report = prove(written(tmp_path / "b.pdf", content), wanted, workers)
    assert [(each.code, each.message) for each in report.findings] == [
        ("part.altered", "page 5 is not as it was laid out")
    ]


class Lost(Here):
    """Its processes end before they have answered."""

    def submit(self, *_: object, **__: object) -> Future[Any]:  # type: ignore[override]
        future: Future[Any] = Future()
        future.set_exception(WorkerLost("the system ended it (signal 9)"))
        return future


def test_what_no_other_process_could_read_is_read_here(tmp_path: Path) -> None:
    path = written(tmp_path / "a.pdf")
    wanted = parts(path)
    assert prove(path, wanted, Lost()).ok
    assert not prove(written(tmp_path / "b.pdf", content), wanted, Lost()).ok


def test_pages_that_together_are_beyond_a_bound_are_no_book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path / "a.pdf")
    wanted = parts(path)
    monkeypatch.setattr(bounds, "MAX_CONTENT", 40)  # three pages that are read together have less
    (finding,) = prove(path, wanted).findings
    assert finding.code == "file.broken"
    assert "unpack to more" in finding.message
