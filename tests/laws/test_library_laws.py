"""A library loses nothing, whatever comes in whatever order; its catalogue says what its files say, nothing else."""

from __future__ import annotations

import runpy
import tempfile
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from threadbound.library import fixity, query
from threadbound.library.changes import changes
from threadbound.library.history import Kept, words
from threadbound.library.opening import opened
from threadbound.library.reading import reading
from threadbound.library.reindexing import reindex
from threadbound.library.shelves import thread_at
from threadbound.library.writing import writing

ROOT = Path(__file__).parents[1]
SHELF = SimpleNamespace(**runpy.run_path(str(ROOT / "shelf.py")))
SAMPLES = runpy.run_path(str(ROOT / "samples.py"))
PICTURES = [SAMPLES["picture"](colour=colour) for colour in ("#111111", "#eeeeee")]
WORDS = SAMPLES["valid_text"]().map(SAMPLES["clean"])
#: Some of six posts, each with words that may have been edited; two threads; some pictures, had or not.
CAPTURES = st.builds(
    lambda ids, texts, day, key, shown, lost: SHELF.captured(
        [(number, text) for number, text in zip(sorted(ids), texts, strict=False)] or [(1, "x")],
        day=day,
        key=key,
        pictures={number: PICTURES[number % 2] for number in shown & ids},
        lost=lost,
    ),
    st.sets(st.integers(1, 6), min_size=1),
    st.lists(WORDS, min_size=6, max_size=6),
    st.integers(1, 4),
    st.sampled_from(["101", "202"]),
    st.sets(st.integers(1, 6)),
    st.sets(st.integers(1, 6)),
)
MANY = st.lists(CAPTURES, min_size=1, max_size=4)
LAW = settings(deadline=None, max_examples=12)


def all_of(root: Path) -> dict[str, Kept]:
    with reading(root) as desk:
        return {entry.id: thread_at(desk.library, entry.folder) for entry in query.threads(desk.connection)}


def plain(found: Kept) -> Any:
    """What is kept of a thread, but for when and as which version it came."""
    return found.thread, found.gone, found.newest.capture, [each.version.capture for each in found.captures]


def library(folder: str, arrivals: Sequence[Any], *, at_once: bool = False) -> Path:
    root: Path = SHELF.library_of(Path(folder) / "library")
    for group in [arrivals] if at_once else [[each] for each in arrivals]:
        SHELF.take(root, *group)
    return root


@given(MANY, st.booleans())
@LAW
def test_adding_again_changes_no_byte(arrivals: list[Any], at_once: bool) -> None:  # noqa: FBT001 - drawn
    with tempfile.TemporaryDirectory() as folder:
        root = library(folder, arrivals, at_once=at_once)
        before = SHELF.files_of(root)
        assert {each.status for each in SHELF.take(root, *arrivals)} == {"known"}
        assert SHELF.files_of(root) == before


@given(MANY, st.randoms(use_true_random=False))
@LAW
def test_any_order_of_captures_gives_the_same_threads(arrivals: list[Any], random: Any) -> None:
    other = list(arrivals)
    random.shuffle(other)
    with tempfile.TemporaryDirectory() as here, tempfile.TemporaryDirectory() as there:
        first, second = all_of(library(here, arrivals)), all_of(library(there, other, at_once=True))
    assert {key: plain(found)[:3] for key, found in first.items()} == {
        key: plain(found)[:3] for key, found in second.items()
    }


@given(MANY)
@LAW
def test_no_post_no_word_and_no_picture_of_any_capture_is_lost(arrivals: list[Any]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = library(folder, arrivals)
        threads = all_of(root)
        for arrival in arrivals:
            found = threads[arrival.thread.id]
            assert {post.id for post in arrival.thread.posts} <= {post.id for post in found.thread.posts}
            assert arrival.thread in [each.thread for each in found.captures]
            assert all(opened(root).picture(digest).exists() for digest in arrival.digests)
        for found in threads.values():
            newest = next(each.thread for each in found.captures if each.version is found.newest)
            said = {post.id: words(post) for post in found.thread.posts}
            other = {notice.where for notice in found.thread.notices if notice.code == "post.differs"}
            for post in newest.posts:
                n = next(each.n for each in found.thread.posts if each.id == post.id)
                assert words(post) == said[post.id] or f"post {n}" in other
            assert [post.n for post in found.thread.posts] == sorted({post.n for post in found.thread.posts})
            gone = {post.id for post in found.thread.posts if post.n in found.gone}
            marked = {notice.where for notice in found.thread.notices if notice.code == "post.kept"}
            assert {f"post {n}" for n in found.gone} <= marked
            assert gone == said.keys() - {post.id for post in newest.posts}


@given(MANY)
@LAW
def test_the_catalogue_made_anew_says_the_same(arrivals: list[Any]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = library(folder, arrivals)
        before, files = SHELF.catalogue_of(root), SHELF.files_of(root)
        with writing(root, anew=True) as desk:
            assert reindex(desk.library, desk.connection) == []
            desk.renew()
        assert SHELF.catalogue_of(root) == before
        assert SHELF.files_of(root) == files
        assert fixity.verify(opened(root)).findings == ()


@given(CAPTURES, CAPTURES)
@LAW
def test_what_is_said_to_have_changed_is_what_is_different(first: Any, second: Any) -> None:
    older, newer = first.thread, second.thread
    said = [change for change in changes(older, newer) if change.what == "post"]
    then, now = ({post.id for post in thread.posts} for thread in (older, newer))
    assert {change.id for change in said if change.kind == "new"} == now - then
    assert {change.id for change in said if change.kind == "gone"} == then - now
    assert {change.id for change in said if change.kind == "changed"} <= then & now
    assert not changes(older, older)
