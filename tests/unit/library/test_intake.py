"""What a library does with captures."""

from __future__ import annotations

import hashlib
import os
import runpy
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from msgspec.structs import replace

from threadbound.book.captures import one
from threadbound.errors import FileTrouble
from threadbound.library import fixity, query
from threadbound.library.opening import opened
from threadbound.library.reading import reading
from threadbound.library.search import search
from threadbound.library.shelves import thread_at
from threadbound.model.text import plain_text
from threadbound.model.thread import Thread
from threadbound.options import ThreadFilter

ROOT = Path(__file__).parents[2]
SHELF = SimpleNamespace(**runpy.run_path(str(ROOT / "shelf.py")))
PICTURE = runpy.run_path(str(ROOT / "samples.py"))["picture"]
ONE, TWO, THREE = (1, "Fold the sheet."), (2, "Prick the fold."), (3, "Sew it.")


def kept(root: Path, key: str = "101") -> Thread:
    with reading(root) as desk:
        return thread_at(desk.library, query.thread(desk.connection, key).folder).thread


def test_a_capture_that_is_there_already_changes_nothing(tmp_path: Path) -> None:
    capture = SHELF.captured([ONE, TWO])
    root = SHELF.library_of(tmp_path / "library", capture)
    before = SHELF.files_of(root)
    (outcome,) = SHELF.take(root, capture)
    assert outcome.status == "known"
    assert SHELF.files_of(root) == before


def test_a_thread_that_says_numbers_beyond_measure_harms_no_library(tmp_path: Path) -> None:
    """Nor one that has it already: its JSON came from somebody's book."""
    arrival = SHELF.captured([ONE, TWO])
    first, second = arrival.thread.posts
    thread = replace(arrival.thread, posts=(first, replace(second, n=10**19)), declared_posts=10**19)
    root = SHELF.library_of(tmp_path / "library", replace(arrival, thread=thread))
    (root / "state" / "catalogue.sqlite3").unlink()  # made anew from the files
    SHELF.take(root, SHELF.captured([(9, "Glue.")], key="202"))
    with reading(root) as desk:
        assert [(each.id, each.posts) for each in query.threads(desk.connection)] == [("101", 2), ("202", 1)]
    assert fixity.verify(opened(root)).findings == ()


def test_a_capture_that_comes_twice_in_one_run_is_taken_once(tmp_path: Path) -> None:
    capture = SHELF.captured([ONE])
    SHELF.library_of(tmp_path / "library")
    assert [each.status for each in SHELF.take(tmp_path / "library", capture, capture)] == ["new", "known"]


def test_another_capture_becomes_a_version_and_leaves_the_first_as_it_was(tmp_path: Path) -> None:
    root = SHELF.library_of(tmp_path / "library", SHELF.captured([ONE, TWO]))
    before = {name: data for name, data in SHELF.files_of(root).items() if name.startswith(("threads", "media"))}
    (outcome,) = SHELF.take(root, SHELF.captured([ONE, TWO, THREE], day=2))
    assert (outcome.status, outcome.number) == ("version", 2)
    after = SHELF.files_of(root)
    assert {name: after[name] for name in before} == before


def test_a_deleted_post_stays_in_its_place_and_is_marked(tmp_path: Path) -> None:
    root = SHELF.library_of(
        tmp_path / "library", SHELF.captured([ONE, TWO, THREE]), SHELF.captured([ONE, THREE], day=5)
    )
    thread = kept(root)
    assert [(post.n, post.text) for post in thread.posts] == [(1, ONE[1]), (2, TWO[1]), (3, THREE[1])]
    (notice,) = [notice for notice in thread.notices if notice.code == "post.kept"]
    assert (notice.where, notice.message) == ("post 2", "not in the capture of 6 May 2024")
    with reading(root) as desk:
        assert query.thread(desk.connection, "101").gone == 1


def test_that_the_last_post_is_gone_is_said_though_no_page_says_when_it_was_saved(tmp_path: Path) -> None:
    captures = [undated(SHELF.captured([ONE, TWO][:n], day=day), day) for n, day in ((2, 1), (1, 5))]
    thread = kept(SHELF.library_of(tmp_path / "library", *captures))
    assert [notice.where for notice in thread.notices if notice.code == "post.kept"] == ["post 2"]


def undated(arrival: Any, day: int) -> Any:
    """The page does not say when it was saved; its file was written on a day."""
    note = replace(arrival.capture.note, saved_at=None)
    thread = replace(arrival.thread, captures=(note,))
    saved = datetime(2024, 5, day, tzinfo=UTC)
    return replace(arrival, thread=thread, capture=replace(arrival.capture, note=note), modified=saved)


def test_other_words_of_a_post_are_said(tmp_path: Path) -> None:
    edited = (2, "Prick the fold four times.")
    root = SHELF.library_of(tmp_path / "library", SHELF.captured([ONE, edited], day=9), SHELF.captured([ONE, TWO]))
    thread = kept(root)
    assert [post.text for post in thread.posts] == [ONE[1], edited[1]]
    assert [notice.code for notice in thread.notices] == ["post.differs"]


def test_a_picture_that_only_an_older_capture_had_is_in_the_thread(tmp_path: Path) -> None:
    picture = PICTURE()
    with_it = SHELF.captured([ONE], pictures={1: picture})
    bare = SHELF.captured([ONE], day=2, pictures={1: picture}, lost={1})
    root = SHELF.library_of(tmp_path / "library", with_it, bare)
    (media,) = kept(root).posts[0].media
    assert media.sha256 == hashlib.sha256(picture).hexdigest()
    assert not [notice for notice in kept(root).notices if notice.is_loss]


def test_the_same_page_with_a_picture_that_was_missing_completes_the_thread(tmp_path: Path) -> None:
    picture = PICTURE()
    whole = SHELF.captured([ONE], pictures={1: picture})
    bare = SHELF.captured([ONE], pictures={1: picture}, lost={1})
    root = SHELF.library_of(tmp_path / "library", bare)
    assert [each.status for each in SHELF.take(root, whole)] == ["completed"]
    assert [each.status for each in SHELF.take(root, bare, whole)] == ["known", "known"]
    with reading(root) as desk:
        assert query.thread(desk.connection, "101").missing == 0


def extracted(*arrivals: Any, said: str = "2024-05") -> Any:
    """The arrivals as one thread, out of a book whose maker said when the pages were saved."""
    whole = one([arrival.thread for arrival in arrivals])
    whole = replace(whole, captures=tuple(replace(note, saved_as_said=said) for note in whole.captures))
    by_digest = {arrival.capture.note.sha256: arrival.capture for arrival in arrivals}
    captures = [replace(by_digest[note.sha256], note=note) for note in whole.captures]
    return replace(arrivals[0], thread=whole, capture=captures[0], others=tuple(captures[1:]), form="extracted")


def as_kept(thread: Thread) -> tuple[list[str | None], list[str], list[tuple[str, Any]]]:
    """Ids of the posts, other words, and what was said of each capture, whatever stands first."""
    other = [plain_text(wording.body) for post in thread.posts for wording in post.wordings]
    notes = sorted((note.sha256, note.saved_as_said) for note in thread.captures)
    return [post.id for post in thread.posts], other, notes


@pytest.mark.parametrize("is_late", [False, True])
@pytest.mark.parametrize("has_picture", [False, True])
def test_of_a_book_of_several_captures_and_a_page_of_them_nothing_is_lost(
    tmp_path: Path, *, is_late: bool, has_picture: bool
) -> None:
    """A page that was in no book, or came first, or comes with a picture that the book had not."""
    words = [ONE, (2, "Prick the fold four times."), THREE]
    first, bare = (SHELF.captured(words, pictures={1: PICTURE()}, lost=lost) for lost in (set(), {1}))
    first = first if has_picture else bare
    second = SHELF.captured([ONE, TWO, (9, "Glue.")], day=0)
    book = extracted(bare, second)
    wanted = as_kept(book.thread)
    root = SHELF.library_of(tmp_path / "library")
    arrivals = [first, book] if is_late else [book, first]
    statuses = [SHELF.take(root, each)[0].status for each in arrivals]
    assert statuses == ["new", "version" if is_late else "completed" if has_picture else "known"]
    assert as_kept(kept(root)) == wanted
    assert bool(kept(root).posts[0].media[0].sha256) == has_picture
    assert [each.status for each in SHELF.take(root, *arrivals)] == ["known", "known"]
    assert fixity.verify(opened(root)).findings == ()


def test_a_thread_out_of_a_book_is_found_by_the_words_that_other_captures_had(tmp_path: Path) -> None:
    book = extracted(SHELF.captured([ONE, TWO, THREE], day=2), SHELF.captured([ONE, (2, "Prick it with an awl.")]))
    root = SHELF.library_of(tmp_path / "library", book)
    with reading(root) as desk:
        found = {words: search(desk.connection, words, ThreadFilter(), 9).hits for words in ("awl", "fold", "sew")}
    assert {words: [hit.post for hit in hits] for words, hits in found.items()} == {
        "awl": [2],
        "fold": [1, 2],
        "sew": [3],
    }
    assert (found["awl"][0].text, found["awl"][0].length) == (TWO[1], 0)
    assert fixity.verify(opened(root)).findings == ()


def test_what_only_a_book_has_besides_a_page_that_is_its_first_is_not_gone(tmp_path: Path) -> None:
    """The page is no newer than itself."""
    first, bare = (SHELF.captured([ONE, TWO, THREE], pictures={1: PICTURE()}, lost=lost) for lost in (set(), {1}))
    book = extracted(bare, SHELF.captured([ONE, (9, "Glue.")], day=3))
    root = SHELF.library_of(tmp_path / "library", first, book)
    with reading(root) as desk:
        assert query.thread(desk.connection, "101").gone == 0


def test_a_copy_of_the_words_alone_takes_no_post_away(tmp_path: Path) -> None:
    words_only = SHELF.captured([(None, "Fold the sheet. Prick"), (None, "the fold. Sew it.")], day=7)
    root = SHELF.library_of(tmp_path / "library", SHELF.captured([ONE, TWO, THREE]), words_only)
    thread = kept(root)
    assert [post.id for post in thread.posts] == ["1", "2", "3"]
    assert not [notice for notice in thread.notices if notice.code == "post.kept"]


def test_anybody_can_prove_a_version_with_sha256sum(tmp_path: Path) -> None:
    root = SHELF.library_of(tmp_path / "library", SHELF.captured([ONE], pictures={1: PICTURE()}))
    for folder in (root, root / "threads/maralindqvist/101/v1"):
        subprocess.run(["sha256sum", "--check", "--strict", "manifest-sha256.txt"], cwd=folder, check=True)


def test_evidence_is_not_to_be_written_to(tmp_path: Path) -> None:
    root = SHELF.library_of(tmp_path / "library", SHELF.captured([ONE], pictures={1: PICTURE()}))
    files = [path for place in ("threads", "media") for path in (root / place).rglob("*") if path.is_file()]
    assert files
    assert {oct(path.stat().st_mode & 0o777) for path in files} == {"0o444"}


def test_a_picture_of_two_threads_is_kept_once(tmp_path: Path) -> None:
    picture = PICTURE()
    shown = [SHELF.captured([ONE], key=key, pictures={1: picture}) for key in ("101", "202")]
    root = SHELF.library_of(tmp_path / "library", *shown)
    (path,) = [path for path in (root / "media").rglob("*") if path.is_file()]
    assert path.name == hashlib.sha256(picture).hexdigest()


@pytest.mark.parametrize("key", ["../../etc", "a/b", "", ".", "con", "x" * 500, "ä\u202e", "1\n2"])
def test_no_id_of_a_page_becomes_a_path(tmp_path: Path, key: str) -> None:
    root = SHELF.library_of(tmp_path / "library", SHELF.captured([ONE], key=key))
    (folder,) = (root / "threads" / "maralindqvist").iterdir()
    assert folder.name.startswith("page-") or folder.name == "_con"
    assert {path.name for path in tmp_path.iterdir()} == {"library"}


def test_a_disk_that_fills_leaves_the_library_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = SHELF.library_of(tmp_path / "library", SHELF.captured([ONE]))
    evidence = {name: data for name, data in SHELF.files_of(root).items() if not name.startswith("index")}
    real, left = os.fdopen, 0

    def full(*given: Any, **named: Any) -> Any:
        nonlocal left
        left -= 1
        if not left:
            raise OSError(28, "No space left on device")
        return real(*given, **named)

    monkeypatch.setattr(os, "fdopen", full)
    said: set[str] = set()
    fuller = SHELF.captured([ONE, TWO], day=2, pictures={1: PICTURE()})
    for fails_at in range(1, 20):
        left = fails_at
        try:
            SHELF.take(root, fuller)
            break
        except FileTrouble as error:
            said.add(str(error).partition(": ")[2])
        now = SHELF.files_of(root)
        assert {name: now[name] for name in evidence} == evidence
    assert fails_at > 5
    assert {each.startswith("cannot be written: the disk is full") for each in said} == {True}
    left = -1
    SHELF.take(root, fuller)
    assert len(kept(root).posts) == 2
    assert fixity.verify(opened(root)).findings == ()
