"""A book of threads: its title, metadata, notes and colophon say what the threads say, and the same each time."""

from __future__ import annotations

import runpy
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from threadbound.book.blocks import Quotation
from threadbound.book.book import Book
from threadbound.book.build import Binding, build, modified
from threadbound.book.evidence import evidence
from threadbound.book.identity import identifier
from threadbound.book.order import date_key
from threadbound.book.people import byline, called
from threadbound.book.phrases import Entry
from threadbound.containers.capture import Capture
from threadbound.model import codec
from threadbound.model.media import Media
from threadbound.model.text import Hashtag, Link
from threadbound.model.thread import Author, CaptureNote, Card, Quote, Thread
from threadbound.notices import Notice

SAMPLES = runpy.run_path(str(Path(__file__).parents[2] / "samples.py"))
post, thread, NOTE = SAMPLES["post"], SAMPLES["thread"], SAMPLES["NOTE"]
BINDING = Binding("Threadbound 1", "2022-03-01T10:20:30Z")
FIRST = "Maps leave things out. Here is why."
PICTURE = Media("image", "https://media.example.com/2", "")


def bound(*threads: Thread, **changes: Any) -> Book:
    return build(threads, Binding("Threadbound 1", "2022-03-01T10:20:30Z", **changes))


def entry(book: Book, label: str) -> Entry:
    (found,) = [one for one in book.colophon.provenances[0].entries if one.label == label]
    return found


def said(entry: Entry) -> list[str]:
    return ["".join(phrase.text for phrase in line) for line in entry.lines]


def test_one_thread_gives_its_book_its_title_and_sources() -> None:
    book = bound(thread(post(1, FIRST, Hashtag("maps"), Hashtag("rain"), Hashtag("maps")), published="2022-09-29"))
    assert (book.title, book.subtitle) == ("Maps leave things out", "A thread of 1 post, 29 September 2022")
    assert (book.date, book.language, book.subjects) == ("2022-09-29", "en", ("maps", "rain"))
    assert book.sources == ("https://example.org/thread/101.html",)
    assert not book.is_collection


def test_several_threads_are_named_by_their_years() -> None:
    one = thread(post(1, FIRST), published="2021-01-01")
    other = thread(post(1, FIRST), post(2, "So."), published="2023-01-01", author=Author("riel"), id="102")
    book = bound(one, other)
    assert (book.title, book.subtitle) == ("Threads, 2021–2023", "2 threads, 3 posts")
    assert [chapter.id for chapter in book.chapters] == ["t101", "t102"]


def test_authors_are_called_by_what_is_known_and_a_crowd_is_counted() -> None:
    crowd = [Author(f"author{k}", f"Author {k}") for k in range(60)]
    assert called(Author("riel")) == "@riel"
    assert called(Author("")) == "an unknown author"
    assert byline(crowd[:3]) == "Author 0, Author 1, Author 2"
    assert byline(crowd) == "Author 0, Author 1 and 58 others"


@pytest.mark.parametrize(
    ("page", "given", "language"),
    [("ar", None, "ar"), (None, "fr", "fr"), ("ar", "fr", "ar"), (None, None, "en"), ("not a tag!", "fr", "fr")],
)
def test_the_language_is_the_page_s_else_the_caller_s(page: str | None, given: str | None, language: str) -> None:
    book = bound(thread(post(1, FIRST), language=page), language=given)
    assert (book.language, book.chapters[0].language) == (language, language)


def test_threads_of_two_languages_make_a_book_of_neither() -> None:
    book = bound(thread(post(1, FIRST)), thread(post(1, FIRST), language="fr"))
    assert book.language == "und"
    assert [chapter.language for chapter in book.chapters] == ["en", "fr"]


def test_notes_are_the_targets_in_order_of_reading() -> None:
    link = Link("https://example.org/1", "example.org")
    quote, card = Quote(url="https://example.org/2"), Card("https://example.org/3")
    (chapter,) = bound(
        thread(post(1, "See ", link), post(2, link, quotes=(quote, Quote(url="")), cards=(card,)))
    ).chapters
    assert chapter.notes == ("https://example.org/1", "https://example.org/2", "https://example.org/3")
    assert chapter.note("https://example.org/3") == 3


def test_the_identifier_is_that_of_the_threads_alone() -> None:
    one, two = thread(post(1, FIRST)), thread(post(1, FIRST), id="102")
    assert identifier([one]) == identifier([thread(post(1, "Other words"), captures=())])
    assert len({identifier([one]), identifier([two]), identifier([one, two])}) == 3
    unknown = thread(post(1, FIRST), id=None)
    assert identifier([unknown]).startswith("urn:uuid:")


def test_the_newest_evidence_dates_the_book_never_the_clock() -> None:
    saved = CaptureNote("a", "html", "ab", saved_at=datetime(2024, 5, 12, 9, 41, tzinfo=UTC))
    dated = thread(post(1, FIRST), published="2022-09-29")
    assert modified([thread(post(1, FIRST), captures=(NOTE, saved)), dated]) == "2024-05-12T09:41:00Z"
    assert modified([dated]) == "2022-09-29T00:00:00Z"
    assert modified([thread(post(1, FIRST), published="2022-09-29T12:34:56Z")]) == "2022-09-29T12:34:56Z"
    assert modified([thread(post(1, FIRST))]) == "2006-03-21T00:00:00Z"


def test_threads_without_a_date_stand_last() -> None:
    first, later = (thread(post(1, FIRST), published=day) for day in ("2021-01-01", "2022-01-01T10:00:00Z"))
    assert sorted([thread(post(1, FIRST)), later, first], key=date_key)[:2] == [first, later]


def test_a_portrait_is_described() -> None:
    (chapter,) = bound(thread(post(1, FIRST), author=Author("mara", avatar_sha256="ab"))).chapters
    assert chapter.portrait
    assert chapter.portrait.alt == "Portrait of @mara"


def test_a_description_is_the_first_words_on_one_line() -> None:
    assert bound(thread(post(1, "Maps  leave\tthings out. "))).description == "Maps leave things out."
    assert len(bound(thread(post(1, "word " * 5000))).description) <= 500


def test_a_thread_is_called_by_its_first_words_however_it_is_set() -> None:
    long = "Seventeen years before that " * 12
    for style in ("essay", "posts"):
        (chapter,) = (book := bound(thread(post(1, long)), style=style)).chapters
        assert chapter.heading.is_ours
        assert (
            chapter.heading.short == "Seventeen years before that Seventeen years before that Seventeen years before…"
        )
        assert book.title == chapter.heading.title
        assert book.title.startswith("Seventeen years before that Seventeen")
        assert not book.is_retitled


def test_the_colophon_tells_what_was_lost() -> None:
    notices = (
        Notice("posts.missing", "two posts are gone"),
        Notice("time.unknown", "no time"),
        *(Notice("media.not-in-capture", "a picture was not saved", f"post {n}") for n in range(20)),
    )
    pictures = (Media("image", "u", "", sha256="ab"), Media("image", "u", ""), Media("video", "u", ""))
    book = bound(thread(post(1, FIRST, media=pictures), declared_posts=3, notices=notices))
    assert said(entry(book, "Lost")) == ["Two posts are gone", "A picture was not saved: 20 times"]
    assert entry(book, "Lost").is_loss
    assert said(entry(book, "Completeness")) == ["1 of 3 posts that the page declares, 1 of 2 pictures."]


def test_the_colophon_counts_in_words() -> None:
    book = bound(thread(post(1, FIRST)))
    assert said(entry(book, "Completeness")) == ["1 post (the page does not say how many there were), no pictures."]
    assert said(entry(book, "Times")) == ["The times of single posts are unknown: this copy holds none."]
    assert not [one for one in book.colophon.provenances[0].entries if one.label == "Lost"]


def test_permalinks_share_their_beginning_only_where_it_is_one() -> None:
    def links(*urls: str) -> tuple[str, list[tuple[int, str]]]:
        posts = [post(n, FIRST, id=f"10{n}", url=url) for n, url in enumerate(urls, 1)]
        provenance = bound(thread(*posts)).colophon.provenances[0]
        return provenance.permalink_base, [(one.n, one.address) for one in provenance.permalinks]

    assert links("https://x.org/s/101", "https://x.org/s/102") == ("x.org/s/", [(1, "101"), (2, "102")])
    assert links("https://x.org/s/101", "https://y.org/s/102")[0] == ""
    assert links("https://x.org/s/101?p=1") == ("", [(1, "x.org/s/101?p=1")])


def test_days_stand_over_posts_that_share_them() -> None:
    def written(pause: timedelta) -> Book:
        times = [datetime(2022, 3, 1, 9, tzinfo=UTC) + n * pause for n in range(8)]
        return bound(
            thread(*(post(n, FIRST, id=f"9{n}", url=f"https://x.org/9{n}", time=at) for n, at in enumerate(times, 1)))
        )

    assert written(timedelta(minutes=1)).colophon.provenances[0].has_days
    assert not written(timedelta(days=1)).colophon.provenances[0].has_days


def test_the_colophon_speaks_of_headings_where_there_are_such() -> None:
    one = thread(post(1, FIRST))
    assert "stands as the heading" in bound(one).colophon.opening
    assert "stands as the heading" not in bound(thread(post(1, media=(PICTURE,)))).colophon.opening
    assert "stands as the heading" not in bound(one, style="posts").colophon.opening


def test_what_a_book_carries() -> None:
    page = Capture(NOTE, b"<p>", "<p>", "html", lambda _: None)
    one = thread(post(1, FIRST))
    single = evidence([one], [page], None)
    assert [(item.name, item.relationship) for item in single] == [("page.html", "Source"), ("thread.json", "Data")]
    assert codec.decode(single[1].data) == one
    several = evidence([one, one], [page, page], None)
    assert [item.name for item in several] == ["threads.jsonl"]
    assert [codec.decode(line) for line in several[0].data.splitlines()] == [one, one]
    assert [item.name for item in evidence([one, one], [page, page], "page,json")] == [
        "1-page.html",
        "2-page.html",
        "threads.jsonl",
    ]
    assert evidence([one], [page], "none") == ()
    assert [item.name for item in evidence([one], [page], "json")] == ["thread.json"]


def test_a_book_made_twice_is_the_same_book() -> None:
    one = thread(post(1, FIRST, id="101", url="https://x.org/101"))
    assert build([one], BINDING) == build([one], BINDING)


def test_heading_and_quoted_post_have_languages_of_their_own() -> None:
    german = "Der Buchbinder sagte mir, dass Papier nur das ist, was der Faden hält."
    english = "The pipes went in January. Not dramatically: a stain on the ceiling of the map room."
    quote = Quote(url="https://example.org/2", text=german)
    (chapter,) = bound(thread(post(1, german), post(2, english, quotes=(quote,)), post(3, english))).chapters
    (quotation,) = [block for block in chapter.blocks if isinstance(block, Quotation)]
    assert (chapter.language, chapter.heading.language, quotation.language) == ("en", "de", "de")


def test_the_book_has_the_language_of_most_of_its_posts() -> None:
    german = "Der Buchbinder sagte mir, dass Papier nur das ist, was der Faden hält."
    english = "The pipes went in January. Not dramatically: a stain on the ceiling of the map room."
    one = thread(post(1, german), language=None)
    two, three = (thread(*(post(n, english) for n in range(1, k)), language=None) for k in (2, 3))
    assert bound(one, three).language == "en"
    assert bound(one, two).language == "und"
    assert bound(thread(post(1, german), post(2, english), post(3, english), language=None)).language == "en"
    assert bound(one, two, language="fr").language == "fr"
