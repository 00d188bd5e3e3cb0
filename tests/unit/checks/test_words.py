"""What must be found of a thread, and which differences between texts count."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from threadbound.checks.words import expected, fold, fold_print, fold_url, follow, lost_runs
from threadbound.model.media import Media
from threadbound.model.text import Break, Hashtag, Inline, Link, Mention, Text
from threadbound.model.thread import Author, Card, Post, Quote, Thread, Wording

DIGEST = "a" * 64


def of(*posts: Post) -> Thread:
    return Thread("threadreader", Author("mara"), posts)


def second(*body: Inline) -> Post:
    return Post(2, body=body)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a b", "a\u00a0b"),
        ("a b\nc", "a b c"),
        ("ﬁne ﬂow", "fine flow"),
        ("hy\u00adphen\u2060ate", "hyphenate"),
        ("👩🏽\u200d🔬 ❤\ufe0f", "👩🔬❤"),
        ("“so” ‘it’ is", "\"so\" 'it' is"),
        ("10–12 – now", "10-12 - now"),
        ("so—or — now", "so--or -- now"),
        ("Cafe\u0301", "Café"),
        ("…", "..."),
        ("a\x00b\ud800", "ab"),
    ],
)
def test_what_a_reader_takes_for_the_same_folds_alike(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("cat", "cut"), ("Cat", "cat"), ("a.", "a"), ("re-sign", "resign"), ("é", "e"), ("so--or", "so-or")],
)
def test_other_words_stay_other_words(one: str, other: str) -> None:
    assert fold(one) != fold(other)


def test_on_printed_pages_a_hyphen_at_a_line_end_is_nobodys() -> None:
    assert fold_print("self-\nmade hyphen\u2010\nated") == fold_print("self-made hyphenated")


@given(st.text(), st.text())
def test_the_parts_of_a_text_fold_like_the_whole(one: str, other: str) -> None:
    assert fold(one + other) == fold(one) + fold(other)


@given(st.text())
def test_folding_is_done_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


def test_an_address_is_the_same_percent_encoded_or_not() -> None:
    assert fold_url("https://example.org/%C3%A9%20a") == fold_url("https://example.org/é a")


def test_words_are_expected_between_links_and_what_is_shown_of_links() -> None:
    link = Link("https://example.org/a", "example.org/a")
    post = second(Text("See "), link, Text(" and "), Mention("triel"), Break(), Hashtag("maps"))
    (found,) = expected(of(post))
    assert [fold(run) for run in found.runs] == ["See", "example.org", "and@triel#maps"]
    assert found.links == ("https://example.org/a",)


def test_numbers_of_the_authors_own_and_whom_a_reply_answers_may_stand_apart() -> None:
    (reply,) = expected(of(second(Mention("triel", reply=True), Text(" yes"))))
    assert ([fold(run) for run in reply.runs], reply.loose) == (["yes"], ("@triel",))
    (numbered,) = expected(of(second(Text("2/ and so on"))))
    assert ([fold(run) for run in numbered.runs], [fold(w) for w in numbered.loose]) == (["andsoon"], ["2/"])


def test_quotes_cards_clips_and_lost_pictures_are_expected() -> None:
    post = Post(
        2,
        media=(
            Media("image", "https://example.org/there.jpg", "", sha256=DIGEST),
            Media("image", "https://example.org/lost.jpg", ""),
            Media("video", "https://example.org/clip.mp4", ""),
            Media("image", "file.jpg", ""),
        ),
        quotes=(Quote("7", "https://example.org/7", text="Quoted words"),),
        cards=(Card("https://example.org/card", "Title", "Description"),),
    )
    (found,) = expected(of(post))
    assert found.runs == ("Quoted words", "Title", "Description")
    assert found.pictures == (DIGEST,)
    assert found.links == (
        "https://example.org/card",
        "https://example.org/7",
        "https://example.org/lost.jpg",
        "https://example.org/clip.mp4",
    )


def test_what_other_captures_have_in_place_of_a_post_is_expected_behind_it() -> None:
    body = (Text("As it was: "), Link("https://example.org/then", "example.org/…"), Mention("ada", "https://x.com/ada"))
    (found,) = expected(of(Post(1, body=(Text("As it is."),), wordings=(Wording((DIGEST,), body),))))
    assert found.runs == ("As it is.", "As it was: ", "example.org", "@ada")
    assert found.links == ("https://example.org/then", "https://x.com/ada")


def test_a_run_is_followed_over_a_break_and_over_two() -> None:
    text = "Firstpart" + "NOTE" + "secondpart" + "NOTE" + "third."
    breaks = [9, 23]
    assert follow("Firstpartsecondpart", text, 0, breaks) == 23
    assert follow("Firstpartsecondpartthird.", text, 0, breaks) == len(text)
    assert follow("Firstpartsecondpart", text, 0) == -1


def test_a_run_is_not_followed_where_there_is_no_break() -> None:
    assert follow("Firstpartsecondpart", "FirstpartNOTEsecondpart", 0, [4]) == -1


def test_the_nearest_place_counts_even_when_it_is_broken() -> None:
    text = "anda" + "NOTE" + "lso" + "x" * 50 + "andalso"
    assert follow("andalso", text, 0, [4]) == 11


def test_runs_must_stand_in_their_order() -> None:
    assert list(lost_runs(["one", "two", "three"], "onetwothree")) == []
    assert list(lost_runs(["one", "two", "three"], "twoonethree")) == [1]
    assert list(lost_runs(["one", "two", "one"], "twoone")) == [1, 2]


def test_a_lost_book_is_found_lost_in_time() -> None:
    """Runs that are nowhere, in a text that repeats itself over a thousand pages."""
    page = "aaaaab" * 400
    text, breaks = page * 1000, [len(page) * n for n in range(1, 1001)]
    begin = time.process_time()
    assert len(list(lost_runs(["aaaaab" * 50 + "c"] * 10, text, breaks))) == 10
    assert time.process_time() - begin < 20
