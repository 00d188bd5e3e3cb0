"""``threadbound backup`` and ``restore``: what came is kept, and books are kept up to date."""

from __future__ import annotations

import json
import os
import runpy
import shutil
import time
from pathlib import Path
from typing import Any

import bagit
import pytest

from threadbound import pipeline
from threadbound.cli.app import run
from threadbound.digests import sha256
from threadbound.errors import CheckFailed

BACKING = runpy.run_path(str(Path(__file__).with_name("backing.py")))
FIRST = BACKING["FIRST"]
tree = BACKING["tree"]


def test_the_smallest_configuration_keeps_a_page_and_backs_it_up(place: Any, tmp_path: Path) -> None:
    page = place.page()
    assert place.backup() == 0
    assert page.exists()
    assert place.sources == {sha256(page.read_bytes())}
    (snapshot,) = place.snapshots
    assert bagit.Bag(str(snapshot)).validate()
    info = bagit.Bag(str(snapshot)).info
    assert {"Bagging-Date", "Payload-Oxum", "External-Identifier", "Bag-Software-Agent"} <= info.keys()
    assert run(["restore", str(place.disk), str(tmp_path / "back")]) == 0
    assert tree(tmp_path / "back") == tree(place.library)
    assert run(["verify", "-L", str(tmp_path / "back")]) == 0
    assert run(["list", "-L", str(tmp_path / "back"), "--json"]) == 0


def test_a_restored_library_goes_on_where_the_lost_one_was(place: Any) -> None:
    place.page(1)
    assert place.backup() == 0
    shutil.rmtree(place.library)
    assert place.backup() == 10  # no new library is begun where a destination has backups of one
    assert not place.library.exists()
    assert run(["restore", str(place.disk), str(place.library)]) == 0
    page = place.page(2)
    assert place.backup() == 0
    assert sha256(page.read_bytes()) in place.sources
    assert len(place.snapshots) == 2


def test_a_page_is_moved_only_when_the_library_has_it_and_its_folder_travels_along(place: Any, example: Path) -> None:
    place.configure(mode="move")
    shutil.copy2(example, place.saved)
    folder = example.with_name(f"{example.stem}_files")
    shutil.copytree(folder, place.saved / folder.name)
    (place.saved / folder.name / "script.js").write_bytes(b"alert(1)")
    (place.saved / "notes.bin").write_bytes(b"\0mine")
    before = tree(place.saved)
    for path in place.saved.rglob("*"):
        os.utime(path, (time.time() - 3600,) * 2)
    assert place.backup() == 0
    assert tree(place.saved) == {"notes.bin": b"\0mine"}
    kept = {sha256(data) for data in tree(place.library).values()}
    assert {sha256(data) for name, data in before.items() if name != "notes.bin"} <= kept


def test_what_the_library_cannot_keep_stays_in_the_inbox(place: Any) -> None:
    place.configure(mode="move")
    good = place.page(1)
    bad = place.saved / "other.html"
    bad.write_text("<!DOCTYPE html><html><head><title>x</title></head><body><p>no thread</p></body></html>")
    os.utime(bad, (time.time() - 3600,) * 2)
    assert place.backup() == 3
    assert not good.exists()
    assert bad.exists()
    assert place.backup() == 3  # said again every night
    assert place.last().last_good is not None


def test_a_known_page_changes_nothing_and_a_new_capture_becomes_a_version(place: Any) -> None:
    old = place.page(1).read_bytes()
    assert place.backup() == 0
    assert place.backup() == 0
    page = place.page(1, "other words")
    assert place.backup() == 0
    assert place.sources == {sha256(old), sha256(page.read_bytes())}
    assert run(["diff", "-L", str(place.library), str(FIRST + (1 << 42))]) == 0


def test_a_page_that_grows_is_not_taken_before_it_has_come_to_rest(place: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    place.configure(mode="move")
    page = place.page(1)
    whole = page.read_bytes()
    page.write_bytes(whole[:300])
    pieces = [whole[:600], whole[:900], whole]

    def grow(_: float) -> None:
        if pieces:
            page.write_bytes(pieces.pop(0))

    monkeypatch.setattr(time, "sleep", grow)
    assert place.backup() == 0
    assert place.sources == {sha256(whole)}


def test_books_are_made_once_and_again_when_their_threads_change(place: Any) -> None:
    place.configure(
        '[[product]]\nof = "author"\nformats = ["epub"]\n[author.riel]\nformats = ["pdf"]\ntheme = "sans"\n'
    )
    place.page(1)
    place.page(2, handle="riel", author="Riel")
    assert place.backup() == 0
    books = sorted(path.relative_to(place.library).as_posix() for path in place.library.glob("products/*/*.*"))
    assert books == ["products/perpetuabinds/threads-by-perpetuabinds.epub", "products/riel/threads-by-riel.pdf"]
    times = {name: (place.library / name).stat().st_mtime_ns for name in books}
    assert place.backup() == 0
    assert times == {name: (place.library / name).stat().st_mtime_ns for name in books}
    place.page(3)
    assert place.backup() == 0
    changed = [name for name in books if (place.library / name).stat().st_mtime_ns != times[name]]
    assert changed == [books[0]]
    assert run(["verify", *(str(place.library / name) for name in books)]) == 0
    assert run(["verify", "-L", str(place.library)]) == 0


def test_authors_without_a_handle_have_a_book_each(place: Any) -> None:
    place.configure('[[product]]\nof = "author"\nformats = ["epub"]\n')
    for number, name in enumerate(("Mara Quill", "Ono", "mara  quill"), 1):
        place.page(number, handle="", author=name)
    assert place.backup() == 0
    books = {path.name: path.read_bytes() for path in place.library.glob("products/_/*.epub")}
    assert sorted(books) == ["threads-by-mara-quill.epub", "threads-by-ono.epub"]
    place.page(4, handle="", author="Mara Quill")
    assert place.backup() == 0
    changed = [path.name for path in place.library.glob("products/_/*.epub") if books[path.name] != path.read_bytes()]
    assert changed == ["threads-by-mara-quill.epub"]


def test_books_that_are_to_look_alike_are_each_made_once_and_keep_their_names(place: Any) -> None:
    place.configure('[[product]]\nof = "author"\nformats = ["epub"]\n[[product]]\nof = "thread"\nformats = ["epub"]\n')
    place.page(1)
    place.page(2)
    place.page(3, handle="riel", author="Riel")  # his anthology has the threads that the book of his thread has
    assert place.backup() == 0
    books = {path.relative_to(place.library): path.stat().st_mtime_ns for path in place.library.glob("products/*/*.*")}
    assert len(books) == 5
    assert place.backup() == 0
    assert place.last().summary == "1 snapshot taken"
    place.page(4)
    assert place.backup() == 0
    there = {path.relative_to(place.library): path.stat().st_mtime_ns for path in place.library.glob("products/*/*.*")}
    changed = {path.as_posix() for path, time in books.items() if there.get(path) != time}
    assert changed == {"products/perpetuabinds/threads-by-perpetuabinds.epub"}
    assert len(there) == 6


def test_books_of_one_name_are_each_made_once(place: Any) -> None:
    asked = '[[product]]\nof = "author"\nformats = ["epub"]\ntheme = "{}"\n'
    place.configure(asked.format("serif") + asked.format("sans"))
    place.page(1)
    assert place.backup() == 0
    books = sorted(place.library.glob("products/*/*.epub"))
    assert [path.name for path in books] == ["threads-by-perpetuabinds-2.epub", "threads-by-perpetuabinds.epub"]
    place.configure(asked.format("serif") + "style = 'posts'\n" + asked.format("sans"))
    assert place.backup() == 0
    assert place.last().summary == "1 book made, 1 snapshot taken"
    assert all(path.exists() for path in books)


def test_an_anthology_grows_into_volumes_and_shrinks_again(place: Any) -> None:
    anthology = '[[product]]\nof = "author"\nformats = ["epub"]\nparts = "year"\nmax_threads = {}\n'
    place.configure(anthology.format(2))

    def books() -> list[str]:
        return sorted(path.name for path in place.library.glob("products/*/*.epub"))

    place.page(1)
    place.page(2)
    assert place.backup() == 0
    assert books() == ["threads-by-perpetuabinds.epub"]
    place.page(3)
    assert place.backup() == 0
    assert books() == ["threads-by-perpetuabinds-1.epub", "threads-by-perpetuabinds-2.epub"]
    assert place.backup() == 0
    assert place.last().summary == "1 snapshot taken"
    place.configure(anthology.format(5))
    assert place.backup() == 0
    assert books() == ["threads-by-perpetuabinds.epub"]
    assert run(["verify", "-L", str(place.library)]) == 0


def test_a_book_that_fails_leaves_the_one_before_it_and_the_backup_is_made(
    place: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.configure('[defaults]\nformats = ["epub"]\n')
    place.page(1)
    assert place.backup() == 0
    (book,) = place.library.glob("products/*/*.epub")
    old = book.read_bytes()

    def broken(*_: object, **__: object) -> None:
        raise CheckFailed("book.epub: not written, it would not be whole")

    monkeypatch.setattr(pipeline, "make", broken)
    place.page(1, "other words")
    assert place.backup() == 3
    assert book.read_bytes() == old
    assert len(place.snapshots) == 2


def test_a_read_only_inbox_is_copied_from(place: Any) -> None:
    page = place.page()
    page.chmod(0o444)
    place.saved.chmod(0o555)
    try:
        assert place.backup() == 0
    finally:
        place.saved.chmod(0o755)
    assert place.sources == {sha256(page.read_bytes())}


def test_an_inbox_that_is_gone_fails_and_the_library_is_backed_up_all_the_same(place: Any) -> None:
    place.page()
    assert place.backup() == 0
    place.saved.rename(place.root / "unmounted")
    assert place.backup() == 5
    assert len(place.snapshots) == 2


def test_globs_name_pages_and_leave_their_folders_alone(place: Any) -> None:
    text = (place.root / "threadbound.toml").read_text().replace('"saved" ', '"saved/**/*.html" ')
    (place.root / "threadbound.toml").write_text(text)
    (place.saved / "deep").mkdir()
    shutil.copy2(place.page(1), place.saved / "deep" / "2.html")
    (place.saved / "1_files").mkdir()
    (place.saved / "1_files" / "frame.html").write_text("<html><body>an advertisement</body></html>")
    for path in place.saved.rglob("*"):
        os.utime(path, (time.time() - 3600,) * 2)
    assert place.backup() == 0
    assert len(place.sources) == 1
    assert place.last().summary == "1 new thread, 1 page known already, 1 snapshot taken"


def test_a_dry_run_says_what_would_be_done_and_does_nothing(place: Any, capsys: pytest.CaptureFixture[str]) -> None:
    place.configure('[retention]\nkeep_last = 1\n[[product]]\nof = "thread"\nformats = ["epub"]\n')
    page = place.page()
    before = tree(place.root)
    assert place.backup("--dry-run") == 0
    said = capsys.readouterr().err
    assert f"library: {place.library}: make it" in said
    assert f"inbox: {page}: copy it into the library" in said
    assert f"snapshot: {place.disk}: take one" in said
    assert tree(place.root) == before
    assert place.backup() == 0
    assert place.backup("--dry-run", "--json") == 0
    steps = [json.loads(line)["step"] for line in capsys.readouterr().out.splitlines()]
    assert steps == ["inbox", "snapshot", "prune"]


def test_a_glob_below_a_folder_that_is_not_there_fails_as_that_folder_does(
    place: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    file = place.root / "threadbound.toml"
    file.write_text(file.read_text().replace('"saved" ', '"savd/*.html" '))
    assert place.backup() == 5
    assert f"matches nothing; the folder {place.root / 'savd'} is not there" in capsys.readouterr().err
    (place.root / "savd").mkdir()
    assert place.backup() == 0


def test_a_text_file_that_holds_no_thread_is_named_in_every_run(place: Any, capsys: pytest.CaptureFixture[str]) -> None:
    place.page()
    notes = place.saved / "notes.txt"
    notes.write_text("bread, milk")
    os.utime(notes, (time.time() - 3600,) * 2)
    for _ in range(2):
        assert place.backup() == 0
        assert f"{notes}: stays; the text file holds no thread" in capsys.readouterr().err
