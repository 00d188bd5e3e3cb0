"""What a book carries inside, and that no file of it takes another's name."""

from __future__ import annotations

import pytest

from threadbound.book.evidence import evidence
from threadbound.containers.capture import Capture, nothing
from threadbound.model.text import Text
from threadbound.model.thread import Author, CaptureNote, Post, Thread

THREAD = Thread("threadreader", Author("mara", "Mara"), (Post(1, body=(Text("Words."),)),))


def page(name: str) -> Capture:
    return Capture(CaptureNote(name, "html", "0" * 64, 12), b"<p>as it was", "", "html", nothing)


@pytest.mark.parametrize(
    ("name", "own"),
    [
        ("page.html", "page.html"),
        ("thread.json", "thread-2.json"),
        ("Thread.JSON", "Thread-2.JSON"),
        ("", "page"),
        ("../thread.json", "thread-2.json"),
    ],
)
def test_no_two_files_have_one_name(name: str, own: str) -> None:
    saved, data = evidence([THREAD], [page(name)], None)
    assert (saved.name, saved.data) == (own, b"<p>as it was")
    assert (data.name, data.relationship) == ("thread.json", "Data")


def test_pages_of_a_collection_are_numbered() -> None:
    threads = [THREAD] * 2
    carried = evidence(threads, [page("threads.jsonl"), page("threads.jsonl")], "page,json")
    assert [file.name for file in carried] == ["1-threads.jsonl", "2-threads.jsonl", "threads.jsonl"]


def test_what_is_carried_by_default() -> None:
    assert len(evidence([THREAD], [page("a.html")], None)) == 2
    assert len(evidence([THREAD] * 2, [page("a.html")] * 2, None)) == 1
    assert not evidence([THREAD], [page("a.html")], "none")
