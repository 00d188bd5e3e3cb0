"""Names of books: the same in every edition."""

from __future__ import annotations

from msgspec.structs import replace

from threadbound.book.identity import identifier, series
from threadbound.model.text import Text
from threadbound.model.thread import Author, CaptureNote, Post, Thread

ONE = Thread(
    "threadreader",
    Author("Mara", "Mara Lind"),
    (Post(1, id="7", body=(Text("words"),)),),
    id="7",
    published="2022-09-29T23:59:00Z",
    captures=(CaptureNote("a.html", "plain", "ab" * 32),),
)
TWO = replace(ONE, id="8")


def test_a_name_is_made_of_site_and_id_alone() -> None:
    edited = replace(
        ONE,
        posts=(*ONE.posts, Post(2)),
        captures=(),
        published="2022-09-29",
        author=Author("mara", "Another name"),
        language="de",
    )
    assert identifier([edited]) == identifier([ONE]) == "urn:uuid:fe00ad57-65b9-5c23-8041-e25a04d7f8ef"
    assert series([edited], "Other") is not None
    assert len({identifier([ONE]), identifier([TWO]), identifier([replace(ONE, site="other")])}) == 3


def test_a_collection_is_the_same_in_whatever_order_it_was_given() -> None:
    assert identifier([ONE, TWO]) == identifier([TWO, ONE]) != identifier([ONE])


def test_a_thread_without_an_id_counts_by_its_capture() -> None:
    assert identifier([replace(ONE, id=None)]) != identifier([ONE])


def test_the_series_of_an_author_outlives_a_new_name_and_capitals() -> None:
    before, after = series([ONE], "x"), series([replace(TWO, author=Author("mara", "Renamed"))], "y")
    assert before
    assert after
    assert (before.identifier, before.kind, before.position) == (after.identifier, "series", "20220929")
    assert before.name == "Threads by @Mara"


def test_what_is_not_known_is_not_said() -> None:
    assert series([replace(ONE, author=Author(None, ""))], "x") is None
    undated = series([replace(ONE, published=None)], "x")
    assert undated
    assert undated.position == ""


def test_a_collection_is_a_set() -> None:
    found = series([ONE, TWO], "Threads, 2022")
    assert found
    assert (found.name, found.kind, found.identifier) == ("Threads, 2022", "set", identifier([TWO, ONE]))


def test_letters_that_are_none_do_no_harm() -> None:
    assert series([replace(ONE, author=Author("\ud800", ""))], "x")
    assert identifier([replace(ONE, id="\ud800")])
