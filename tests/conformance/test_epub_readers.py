"""Readers of the web show a whole book: epub.js, and Readium's web toolkit behind Readium's own parser.

They run in headless Chromium (``tests/npm/read.mjs``) and are asked what they display.
"""

from __future__ import annotations

import json
import runpy
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from threadbound.cli.app import run
from threadbound.errors import SomethingMissing
from threadbound.tools import ace

pytestmark = [pytest.mark.judge, pytest.mark.loopback]

NPM = Path(__file__).parents[1] / "npm"
TONGUES = runpy.run_path(str(Path(__file__).with_name("test_epub_products.py")))["TONGUES"]
#: What Readium puts in front of each name: the folder of the package document.
FOLDER = {"epubjs": "", "readium": "EPUB/"}


@pytest.fixture(params=list(FOLDER))
def reader(request: pytest.FixtureRequest) -> str:
    return str(request.param)


Read = Callable[[Path], dict[str, Any]]


@pytest.fixture
def read(reader: str) -> Read:
    """Opens a book and gives what is seen; names are those of the package document's folder."""
    if not shutil.which("node") or not (NPM / "node_modules").is_dir():
        pytest.skip("Node or the packages of tests/npm are not installed: sh tests/run.sh --all")
    try:
        browser = ace.browser()
    except SomethingMissing as error:
        pytest.skip(str(error))

    def ask(book: Path) -> dict[str, Any]:
        command = ["node", str(NPM / "read.mjs"), reader, str(book), str(browser)]
        done = subprocess.run(command, capture_output=True, check=False, timeout=240)
        assert done.returncode == 0, done.stderr.decode()
        seen: dict[str, Any] = json.loads(done.stdout.decode().replace(f'"{FOLDER[reader]}', '"'))
        return seen

    return ask


def bound(source: Path, book: Path) -> Path:
    assert run(["epub", "--offline", str(source), "-o", str(book)]) in {0, 3}
    return book


def words(document: dict[str, Any]) -> str:
    return " ".join(document["text"].split())


def documents(seen: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {document["href"]: document for document in seen["documents"]}


def test_a_thread_is_shown_whole(read: Read, example: Path, tmp_path: Path) -> None:
    seen = read(bound(example, tmp_path / "book.epub"))
    assert seen["said"] == []
    assert seen["title"].startswith("Over the door of my grandmother")
    assert [entry["href"] for entry in seen["contents"]] == ["t1.xhtml", "colophon.xhtml"]
    assert seen["order"] == ["cover.xhtml", "titlepage.xhtml", "t1.xhtml", "colophon.xhtml"]
    assert [mark["href"] for mark in seen["landmarks"]] == seen["order"]
    shown = documents(seen)
    assert list(shown) == seen["order"]
    assert all(document["shown"] for document in shown.values())
    chapter = shown["t1.xhtml"]
    assert "Paper is only what the thread holds." in words(chapter)
    assert words(chapter).rstrip().endswith("sewing-your-first-book-on-two-tapes")
    assert len(chapter["pictures"]) == 7
    assert shown["cover.xhtml"]["pictures"][0]["width"] == 1600
    assert all(picture["width"] > 0 for document in shown.values() for picture in document["pictures"])


def test_a_note_is_one_touch_away(read: Read, example: Path, tmp_path: Path) -> None:
    seen = read(bound(example, tmp_path / "book.epub"))
    assert seen["followed"] == {**seen["followed"], "note": "#t1-n1", "found": True, "before": False, "after": True}


def test_a_collection_has_its_chapters_in_their_order(
    read: Read, make_page: Callable[..., Path], tmp_path: Path
) -> None:
    folder = tmp_path / "saved"
    for number in range(3):
        posts = [f"Thread {number} begins here.", "Something between.", f"Thread {number} is at its end."]
        make_page(posts, folder=folder, name=f"{number}.html", first=1498301191378579461 + number * 10**15)
    seen = read(bound(folder, tmp_path / "book.epub"))
    assert seen["said"] == []
    chapters = [f"t{1498301191378579461 + number * 10**15}.xhtml" for number in range(3)]
    assert [entry["href"] for entry in seen["contents"]] == ["about.xhtml", *chapters, "colophon.xhtml"]
    assert [entry["title"] for entry in seen["contents"][1:4]] == [f"Thread {n} begins here" for n in range(3)]
    shown = documents(seen)
    assert "Contents" in words(shown["contents.xhtml"])
    for number, name in enumerate(chapters):
        assert f"Thread {number} begins here." in words(shown[name])
        assert f"Thread {number} is at its end." in words(shown[name])


def test_every_passage_says_its_language_and_pages_turn_as_it_is_read(
    read: Read, make_page: Callable[..., Path], tmp_path: Path
) -> None:
    seen = read(bound(make_page([TONGUES[0], TONGUES[1], TONGUES[3]]), tmp_path / "book.epub"))
    assert seen["said"] == []
    assert seen["direction"] == "rtl"
    chapter = documents(seen)["t1.xhtml"]
    assert TONGUES[1] in words(chapter)
    languages = {passage["text"]: passage["language"] for passage in chapter["passages"]}
    assert languages["Links"] == "en"
    assert next(spoken for text, spoken in languages.items() if TONGUES[1] in text) == "he"
    assert next(spoken for text, spoken in languages.items() if "هكذا كانت جدتي" in text) == "ar"


def test_a_broken_book_is_noticed(read: Read, example: Path, tmp_path: Path) -> None:
    """The reader is awake: a picture that is not there is said to be not there."""
    whole, broken = bound(example, tmp_path / "whole.epub"), tmp_path / "broken.epub"
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(broken, "w") as target:
        for member in source.infolist():
            if not member.filename.endswith("2fb3c38baad9a18b.jpg"):
                target.writestr(member, source.read(member))
    seen = read(broken)
    assert seen["said"] or any(picture["width"] == 0 for picture in documents(seen)["t1.xhtml"]["pictures"])
