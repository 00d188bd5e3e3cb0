"""What stands round the chapters: ways into each other, indexes, addresses, and what is said of the edition."""

from __future__ import annotations

import runpy
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import UNSET
from msgspec.structs import replace

from threadbound.book.blocks import LinkCard, Paragraph, Quotation
from threadbound.book.book import Book
from threadbound.book.build import Binding, build
from threadbound.book.collection import Collection, Edition, Listed, Volume, decode, encode
from threadbound.book.look import Look
from threadbound.book.matter import Group, Index, Place
from threadbound.errors import FileTrouble
from threadbound.model.media import Media
from threadbound.model.text import Hashtag, Link, Mention, plain_text
from threadbound.model.thread import Author, CaptureNote, Card, Quote, Thread
from threadbound.notices import Notice
from threadbound.rendering.ways import numbers, spans

SAMPLES = runpy.run_path(str(Path(__file__).parents[2] / "samples.py"))
post, thread = SAMPLES["post"], SAMPLES["thread"]
FIRST = "https://twitter.com/mara/status/1001"


def bound(threads: Sequence[Thread], **changes: Any) -> Book:
    return build(threads, Binding("Threadbound", "2022-03-01T10:20:30Z", collection=Collection(**changes)))


def written(ident: int, *posts: Any, **changes: Any) -> Thread:
    own = tuple(
        replace(each, id=str(ident + n), url=f"https://twitter.com/mara/status/{ident + n}")
        for n, each in enumerate(posts)
    )
    given_ = {"published": "2022-03-01", "url": f"https://threadreaderapp.com/thread/{ident}.html", **changes}
    made: Thread = thread(*own, id=str(ident), **given_)
    return made


MAPS = written(1001, post(1, "Maps leave things out. Here is why."), post(2, "And more."))


@pytest.mark.parametrize(
    ("url", "leads_to"),
    [
        (FIRST, "p1"),
        ("https://x.com/anybody/status/1002?s=20", "p2"),
        ("https://mobile.twitter.com/mara/statuses/1002", "p2"),
        ("https://threadreaderapp.com/thread/1001.html", "p1"),
        ("https://threadreaderapp.com/thread/1002", "p2"),
        ("https://twitter.com/mara/status/7", ""),
        ("https://example.org/status/1001", ""),
    ],
)
def test_a_link_to_a_post_of_the_book_leads_into_the_book(url: str, leads_to: str) -> None:
    other = written(2001, post(1, "Read this first. ", Link(url, "twitter.com/mara/…"), " and come back."))
    book = bound([MAPS, other])
    maps, reading = book.chapters
    assert reading.crossings == ({url: f"{maps.id}-{leads_to}"} if leads_to else {})
    assert url in reading.notes  # where the original was is kept


@pytest.mark.parametrize(
    ("path", "leads_to"),
    [
        ("mara/status/1345157858718646272", "p1"),
        ("mara/status/1345157858718646273/photo/1", "p2"),
        ("web/2021/https://twitter.com/mara/status/1345157858718646272", ""),  # what it leads to is the copy
        ("mara/status/13451578587186462", ""),
    ],
)
def test_a_link_to_a_post_at_another_host_that_shows_it_leads_into_the_book(path: str, leads_to: str) -> None:
    long = written(1345157858718646272, post(1, "Maps leave things out. Here is why."), post(2, "And more."))
    url = f"https://nitter.example/{path}"
    book = bound([long, written(2001, post(1, "Read this. ", Link(url, "here")))])
    own = {chapter.id: chapter for chapter in book.chapters}["t2001"]
    assert own.crossings == ({url: f"t1345157858718646272-{leads_to}"} if leads_to else {})


def test_addresses_in_the_words_of_quoted_posts_are_listed() -> None:
    said = "See https://example.org/a_(b), (https://example.com/c). Not http://[broken/ though."
    book = bound([MAPS, written(2001, replace(post(1, "As x says."), quotes=(Quote("7", None, "x", text=said),)))])
    listed = [each.url for site in book.matter.bibliography for each in site.references]
    assert listed == ["https://example.com/c", "https://example.org/a_(b)"]
    (sites,) = (index for index in book.matter.indexes if index.id == "sites")
    assert [term.words for letter in sites.letters for term in letter.terms] == ["example.com", "example.org"]


def test_quotes_and_cards_lead_into_the_book_as_links_do() -> None:
    quoting = replace(
        post(1, "So it was said before."), quotes=(Quote(id="1002", url="https://twitter.com/m/status/1002"),)
    )
    carded = replace(post(2, "Again."), cards=(Card(FIRST, "Maps"),))
    book = bound([MAPS, written(2001, quoting, carded)])
    assert list(book.chapters[1].crossings.values()) == [f"{book.chapters[0].id}-p2", f"{book.chapters[0].id}-p1"]


def test_a_book_of_one_thread_crosses_nothing() -> None:
    own = written(1001, post(1, "See below. ", Link(FIRST, "x")))
    assert bound([own]).chapters[0].crossings == {}
    assert bound([own]).matter == type(bound([own]).matter)()


def terms(index: Index) -> list[tuple[str, list[str]]]:
    return [(letter.head, [f"{term.words} {term.note}".strip() for term in letter.terms]) for letter in index.letters]


def test_people_are_sorted_by_their_surnames_under_letters_and_whoever_wrote_it_all_has_no_entry() -> None:
    quote = Quote(author="triel", name="Tomás Riel", text="x")
    posts = (
        replace(post(1, "With ", Mention("Zoe"), Mention("maralindqvist"), Mention("ono")), quotes=(quote,)),
        post(2, "And ", Mention("TRIEL"), Mention("zoe"), Mention("3m")),
    )
    people, *_ = bound([written(1001, *posts), written(2001, post(1, "Words of it."))]).matter.indexes
    assert (people.id, people.title) == ("people", "People")
    assert terms(people) == [("0–9", ["@3m"]), ("O", ["@ono"]), ("R", ["Riel, Tomás @triel"]), ("Z", ["@Zoe"])]
    riel = people.letters[2].terms[0]
    assert [place.n for group in riel.groups for place in group.places] == [1, 2]


def test_in_a_book_of_several_authors_each_is_found_where_the_others_name_them() -> None:
    one = written(1001, post(1, "With ", Mention("riel")))
    other = written(2001, post(1, "With ", Mention("maralindqvist")), author=Author("riel", "Tomás Riel"))
    (people,) = bound([one, other]).matter.indexes
    assert terms(people) == [("L", ["Lindqvist, Mara @maralindqvist"]), ("R", ["Riel, Tomás @riel"])]


def test_hashtags_and_sites_have_indexes_and_what_is_empty_has_none() -> None:
    linked = post(1, "On ", Hashtag("Maps"), Link("https://www.example.org/a", "a"), Link("mailto:a@b.org", "b"))
    again = post(1, "On ", Hashtag("maps"), Link("https://example.org/b", "b"), Link(FIRST, "c"))
    indexes = bound([MAPS, written(2001, linked), written(3001, again)]).matter.indexes
    assert [(index.id, terms(index)) for index in indexes] == [
        ("subjects", [("M", ["#Maps"])]),
        ("sites", [("E", ["example.org"])]),
    ]
    assert bound([MAPS, MAPS]).matter.indexes == ()


def test_the_addresses_hold_every_link_once_with_all_that_lead_there() -> None:
    url = "https://example.org/a"
    one = replace(post(1, "See ", Link(url, "a"), Link(url, "a")), cards=(Card(url, " A  title "),))
    other = post(1, "See ", Link(url, "a"), Link(FIRST, "b"), Link("https://abc.example/", "c"))
    book = bound([MAPS, written(2001, one), written(3001, other)])
    rows = [(each.url, each.title, len(each.groups)) for site in book.matter.bibliography for each in site.references]
    assert rows == [("https://abc.example/", "", 1), (url, "A title", 2), (FIRST, "", 1)]


@pytest.mark.parametrize("style", ["essay", "posts"])
def test_a_name_is_looked_up_where_it_first_stands_in_its_post(style: str) -> None:
    quote = Quote(url="https://x.com/ono/status/9", author="Ono", name="Ono")
    posts = (
        post(1, "See ", Mention("riel", "https://x.com/riel"), ". The rest\nof it: ", Link("https://e.org/a", "a")),
        replace(post(2, "One ", Mention("Riel", None), " two ", Mention("riel", None)), quotes=(quote,)),
        replace(post(3, "Card"), cards=(Card("https://e.org/c", "C"),)),
    )
    binding = Binding("Threadbound", "2022-03-01T10:20:30Z", style=style)
    book = build([written(2001, *posts), MAPS], binding)
    (chapter,) = (each for each in book.chapters if each.source.endswith("2001.html"))
    at = {term.words: term.groups[0].places for index in book.matter.indexes
          for letter in index.letters for term in letter.terms}  # fmt: skip
    ids = {chapter.opening: "https://e.org/a"}  # in an essay the heading has all of the first post
    for block in chapter.blocks:
        match block:
            case Paragraph():
                ids |= {anchor: plain_text([block.words[k]]) for k, anchor in block.named}
            case Quotation() | LinkCard() if block.anchor:
                ids[block.anchor] = block.url or ""
            case _:
                pass
    first = chapter.opening if style == "essay" else f"{chapter.id}-p1-1"
    assert [place.anchor for place in at["@riel"]] == [first, f"{chapter.id}-p2-1"]
    assert ids[f"{chapter.id}-p2-1"] == "@Riel"
    assert [ids[place.anchor] for place in at["Ono"]] == [quote.url]
    assert [ids[place.anchor] for place in at["e.org"]] == ["https://e.org/a", "https://e.org/c"]


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(SAMPLES["threads"](SAMPLES["odd_text"]()), min_size=2, max_size=4))
def test_every_place_that_is_named_is_in_the_book_and_every_link_among_the_addresses(threads: list[Thread]) -> None:
    book = bound(threads, pictures=True)
    anchors = {chapter.id for chapter in book.chapters} | {chapter.opening for chapter in book.chapters}
    anchors |= {
        f"{chapter.id}-p{post.n}" for chapter, own in zip(book.chapters, threads, strict=True) for post in own.posts
    }
    within = [
        id_
        for chapter in book.chapters
        for block in chapter.blocks
        for id_ in (*(id_ for _, id_ in getattr(block, "named", ())), getattr(block, "anchor", ""))
        if id_
    ]
    assert len(set(within)) == len(within)
    assert anchors.isdisjoint(within)
    anchors |= set(within)
    groups = [
        g for index in book.matter.indexes for letter in index.letters for term in letter.terms for g in term.groups
    ]
    groups += [group for site in book.matter.bibliography for each in site.references for group in each.groups]
    places = [[place.anchor for place in group.places] for group in groups]
    assert anchors.issuperset(anchor for own in places for anchor in own)
    assert all(len(set(own)) == len(own) for own in places)
    assert anchors.issuperset(anchor for chapter in book.chapters for anchor in chapter.crossings.values())
    addresses = {each.url for site in book.matter.bibliography for each in site.references}
    assert addresses.issuperset(url for own in threads for post in own.posts for url in post.links)


def group(*anchors: str) -> Group:
    return Group("t1", "", tuple(Place(anchor, n) for n, anchor in enumerate(anchors, 1)))


def test_numbers_of_pages_ascend_and_none_stands_twice() -> None:
    pages = {"a": "3", "b": "3", "c": "5", "d": "12"}
    assert list(numbers([group("a", "b", "c"), group("c", "d")], pages, "00")) == [
        ("00", "a"),
        ("00", "c"),
        ("00", "d"),
    ]


def test_posts_in_a_row_are_named_by_the_first_and_the_last() -> None:
    places = [Place(f"p{n}", n) for n in (1, 3, 4, 7, 8, 9)]
    assert list(spans(places)) == [("1", "p1"), ("3", "p3"), ("4", "p4"), ("7–9", "p7")]


def said(book: Book) -> dict[str, list[str]]:
    return {
        entry.label: ["".join(phrase.text for phrase in line) for line in entry.lines] for entry in book.matter.about
    }


def test_the_edition_says_what_it_holds_and_that_nothing_is_missing() -> None:
    note = CaptureNote("a.html", "html", "1" * 64, saved_at=datetime(2024, 5, 3, tzinfo=UTC))
    later = written(2001, post(1, "Later."), published="2023-01-05", captures=(note,))
    assert said(bound([MAPS, later], chosen=("by @mara", "since 2022"))) == {
        "What it holds": ["2 threads by Mara Lindqvist: 3 posts, written from 1 March 2022 to 5 January 2023."],
        "Chosen": ["Of the pages at hand, the threads by @mara, since 2022."],
        "Saved": ["2 pages, saved on 3 May 2024; 1 page does not say when."],
        "What is missing": ["Nothing that the pages declare."],
    }


def test_what_is_missing_is_counted_in_words_and_figures() -> None:
    lost = Media("image", "https://m.example/a", "")
    one = written(1001, replace(post(1, "Words."), media=(lost, lost)), declared_posts=4)
    notices = (Notice("posts.missing", "x"), *(Notice("media.gone", "x", f"post 1, {n}") for n in range(2)))
    undated = written(2001, post(1, "So."), published=None, notices=(Notice("media.timeout", "x"),))
    entries = said(bound([replace(one, notices=notices), undated]))
    assert entries["What is missing"] == [
        "3 posts that the pages declare are in none of them, in 1 thread.",
        "3 pictures could not be had, in 2 threads.",
    ]
    assert entries["What it holds"] == [
        (
            "2 threads by Mara Lindqvist: 2 of 5 posts, with 0 of 2 pictures, written on 1 March 2022. "
            "Of 1 thread the day is not known."
        )
    ]


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (1, "1 page that was given could not be read, or makes no chapter."),
        (1200, "1,200 pages that were given could not be read, or make no chapter."),
    ],
)
def test_pages_that_make_no_chapter_are_missing(count: int, words: str) -> None:
    assert said(bound([MAPS, written(2001, post(1, "Later."))], unbound=count))["What is missing"] == [words]


def test_new_chapters_are_marked_and_the_log_stands_in_the_book() -> None:
    first = Edition(1, "2024-05-03T00:00:00Z", 2, 3)
    second = Edition(2, "2024-06-01T00:00:00Z", 2, 3, ("threadreader:2001",), ("threadreader:1001",), ("Gone",))
    book = bound([MAPS, written(2001, post(1, "Later it rained."))], editions=(first, second), identifier="urn:x")
    assert book.identifier == "urn:x"
    assert [chapter.fresh for chapter in book.chapters] == ["Changed since the last edition", "New in this edition"]
    assert said(book)["Editions"] == [
        (
            "Edition 2, of pages and threads up to 1 June 2024: 2 threads, 3 posts; 1 new: “Later it rained”; "
            "1 changed: “Maps leave things out”; 1 let go: “Gone”."
        ),
        "Edition 1, of pages and threads up to 3 May 2024: 2 threads, 3 posts.",
    ]


def test_short_titles_of_the_users_own_stand_over_their_chapters_too() -> None:
    book = bound([MAPS, written(2001, post(1, "Later it rained."))], titles={"threadreader:1001": "On maps"})
    assert [chapter.heading.short for chapter in book.chapters] == ["On maps", "Later it rained"]
    assert [chapter.heading.given for chapter in book.chapters] == ["On maps", ""]
    assert plain_text(book.chapters[0].heading.words) == "Maps leave things out."


def test_two_authors_of_one_name_stay_two() -> None:
    other = written(2001, post(1, "Words of it."), author=Author("other", "Mara Lindqvist"))
    assert [author.handle for author in bound([MAPS, other]).authors] == ["maralindqvist", "other"]
    assert "Mara Lindqvist (@maralindqvist), Mara Lindqvist (@other)" in said(bound([MAPS, other]))["What it holds"][0]


def test_what_was_decided_comes_back_as_it_was_and_nothing_else_does() -> None:
    decided = Collection(
        "T", "title", "month", {"a": "b"}, ("by @x",), pictures=True, editions=(Edition(1, "2024", 2, 3),)
    )
    assert decode("x", encode(decided)) == decided
    for bad in (b"", b"[]", b'{"schema": "threadbound.collection/9"}', b'{"schema": "threadbound.collection/1"}'):
        with pytest.raises(FileTrouble, match=r"^x: "):
            decode("x", bad)
    sly = b'{"schema":"threadbound.collection/1","collection":{"cover":{"kind":"file","name":"../x.jpg","sha256":"0"}}}'
    with pytest.raises(FileTrouble, match="a cover that cannot be one"):
        decode("x", sly)


@pytest.mark.parametrize(
    "look",
    ['{"theme":"../mine"}', '{"style":"x"}', '{"font_size":1e9}', '{"image_quality":900}', '{"language":"no tongue"}'],
)
def test_a_look_of_anybodys_making_names_nothing_that_the_options_have_not(look: str) -> None:
    with pytest.raises(FileTrouble, match=r"^x: "):
        decode("x", f'{{"schema":"threadbound.collection/1","collection":{{"look":{look}}}}}'.encode())
    kept = decode("x", b'{"schema":"threadbound.collection/1","collection":{"look":{"theme":"sans"}}}')
    assert kept.look == Look("sans")


def test_authors_of_one_name_are_told_apart_wherever_a_chapter_says_whose_it_is() -> None:
    people = [Author("anna", "Same Name"), Author("bert", "Same Name"), Author("carl", "Carl")]
    threads = [written(1001 + 1000 * k, post(1, "Words. And more."), author=who) for k, who in enumerate(people)]
    assert [chapter.by for chapter in bound(threads).chapters] == ["Same Name (@anna)", "Same Name (@bert)", "Carl"]


def test_pictures_that_could_not_be_had_are_counted_though_one_notice_speaks_of_several() -> None:
    lost = Notice("media.not-in-capture", "a text copy holds no pictures")
    still = Notice("media.animation-still", "it stands still", "post 1, https://m.example/b")
    frames = (Media("image", "", ""), Media("image", "", ""))
    had = Media("image", "https://m.example/b", "", sha256="c" * 64, width=3, height=2)
    copied = written(2001, replace(post(1, "Copied. Words."), media=frames), notices=(lost,))
    moving = written(3001, replace(post(1, "Moving. Words."), media=(had,)), notices=(still,))
    (entry,) = (entry for entry in bound([copied, moving]).matter.about if entry.is_loss)
    assert [line[0].text for line in entry.lines] == [
        "1 animation shows its first frame only, in 1 thread.",
        "2 pictures could not be had, in 1 thread.",
    ]


def test_what_is_said_of_one_page_is_said_of_one() -> None:
    volume = Volume(1, 2, (Listed("One", "", 1),), "urn:x", "Threads")
    for threads, words in (
        ([MAPS], "1 page, which does not say when it was saved."),
        ([MAPS, written(2001, post(1, "Another. Yes."))], "2 pages, which do not say when they were saved."),
    ):
        (entry,) = (entry for entry in bound(threads, volume=volume).matter.about if entry.label == "Saved")
        assert entry.lines[0][0].text == words


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (["2025-06"], "1 page, which does not say when it was saved (June 2025, says whoever bound this book)."),
        (
            ["2025-06", "", ""],
            ("3 pages, which do not say when they were saved (of 1 of them: June 2025, says whoever bound this book)."),
        ),
        (
            ["2024-05", "2023", "", "+"],
            (
                "4 pages, saved on 3 May 2024; 3 pages do not say when (of 2 of them: from 2023 to May 2024, says"
                " whoever bound this book)."
            ),
        ),
        (
            ["2024-05", "2024", "2024-05-02"],
            "3 pages, which do not say when they were saved (2024, says whoever bound this book).",
        ),
        (
            ["2024", "2024-05", "2023-01"],
            "3 pages, which do not say when they were saved (from January 2023 to 2024, says whoever bound this book).",
        ),
    ],
)
def test_when_pages_were_saved_is_said_of_those_of_which_somebody_said_it(told: list[str], words: str) -> None:
    """An empty word: nobody said anything; ``+``: the page itself says it."""
    notes = [CaptureNote("a.html", "html", f"{n:064x}", saved_as_said=each or UNSET) for n, each in enumerate(told)]
    notes = [
        replace(note, saved_as_said=UNSET, saved_at=datetime(2024, 5, 3, tzinfo=UTC))
        if note.saved_as_said == "+"
        else note
        for note in notes
    ]
    thread = written(2001, post(1, "Saved. Words."), captures=tuple(notes))
    assert said(bound([thread], volume=Volume(1, 2, (Listed("One", "", 1),), "urn:x", "Threads")))["Saved"] == [words]
