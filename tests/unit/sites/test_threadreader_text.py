"""Reading the plain-text copy of a Thread Reader page."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from threadbound.containers.capture import Capture, nothing
from threadbound.digests import sha256
from threadbound.errors import NoThread
from threadbound.model import codec
from threadbound.model.text import Hashtag, Link, Mention, Text, clean
from threadbound.model.thread import CaptureNote, Thread
from threadbound.sites.snowflake import time_of
from threadbound.sites.textcopy_dates import iso_date
from threadbound.sites.textcopy_pictures import lines_of
from threadbound.sites.textcopy_words import body_of
from threadbound.sites.threadreader_text import THREADREADER_TEXT

CASES = sorted((Path(__file__).parents[2] / "corpus" / "threadreader-text").iterdir())
HEADER = "Ada Keel Profile picture\nFeb 21, 2022 3 tweets 2 min read Read on X\n"
FOOT = "\n• • •\n\nMissing some Tweet in this thread? You can try to force a refresh\n"
BODY = "The tide is out.\nThe boats lie on the sand.\nNobody hurries.\n"


def capture(text: str, *, name: str = "page.txt", url: str | None = None, saved: datetime | None = None) -> Capture:
    data = text.encode()
    note = CaptureNote(name, "text", sha256(data), len(data), saved, url)
    return Capture(note, data, text, "text", nothing)


def read(text: str, **kwargs: object) -> Thread:
    page = capture(text, **kwargs)  # type: ignore[arg-type]  # handed on as they are
    assert THREADREADER_TEXT.matches(page)
    return THREADREADER_TEXT.extract(page)


def codes(thread: Thread) -> list[str]:
    return [notice.code for notice in thread.notices]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_copies_of_every_era(case: Path) -> None:
    thread = read((case / "page.txt").read_text("utf-8"))
    assert json.loads(codec.encode(thread)) == json.loads((case / "expected.json").read_text("utf-8"))


def test_the_parts_of_a_page() -> None:
    thread = read(HEADER + BODY + FOOT)
    assert thread.site == "threadreader"
    assert (thread.author.name, thread.published, thread.published_text) == ("Ada Keel", "2022-02-21", "Feb 21, 2022")
    assert (thread.declared_posts, thread.reading_minutes) == (3, 2)
    assert [post.text for post in thread.posts] == BODY.splitlines()
    assert codes(thread) == ["posts.split", "post.no-id", "time.unknown"]
    assert "3 posts, as declared" in thread.notices[0].message


@pytest.mark.parametrize(
    "header",
    [
        "Profile picture\nAda Keel @ada\n, 3 tweets, 6 min read Read on Twitter\n",
        "Ada Keel Profile picture\nFeb 21, 2022 3 tweets 6 min read Twitter logo Read on Twitter\n",
        "Ada Keel Profile picture\nFeb 21, 2022 3 tweets 6 min read\n",
        "Ada Keel\nSubscribe\n@ada\nFeb 21, 2022 •\n3 tweets • 6 min read •\nRead on X\nScrolly\nBookmark\nGift Link\n",
        "Ada Keel\n@ada\nFeb 21, 2022 • 3 tweets • 6 min read • Read on X\n",
    ],
)
@pytest.mark.parametrize("feed", ["\n", "\r\n", "\r"])
def test_headers_of_all_years(header: str, feed: str) -> None:
    thread = read((header + BODY + FOOT + "\nMore from @ada\n").replace("\n", feed))
    assert (thread.author.name, thread.author.handle) == ("Ada Keel", "ada")
    assert (thread.declared_posts, thread.reading_minutes) == (3, 6)
    assert [post.text for post in thread.posts] == BODY.splitlines()
    assert {post.author for post in thread.posts} == {"ada"}


def test_a_copy_without_header_begins_with_the_thread() -> None:
    thread = read(BODY + FOOT + "\nKeep Current with Ada Keel\n\nMore from @ada\n")
    assert (thread.author.name, thread.author.handle, thread.declared_posts) == ("Ada Keel", "ada", None)
    assert "\n".join(post.text for post in thread.posts) == BODY.rstrip()
    assert "not declared" in next(notice.message for notice in thread.notices if notice.code == "posts.split")


def test_what_stands_ahead_of_the_thread_is_ignored() -> None:
    banner = "May 1: our X/Twitter account (@threadreaderapp) is resting.\n"
    for ahead in (banner + HEADER, "---\ntitle: tides\n---\n" + HEADER, banner):
        assert read(ahead + BODY + FOOT).posts[0].text.startswith("The tide is out.")


def test_dots_of_the_author_do_not_end_the_thread() -> None:
    thread = read(HEADER + "The tide is out.\n• • •\nThe boats lie on the sand.\nNobody hurries.\n" + FOOT)
    assert "• • •" in "\n".join(post.text for post in thread.posts)
    assert thread.posts[-1].text == "Nobody hurries."


@pytest.mark.parametrize(
    "text",
    [
        "Just a note about the tide.",
        "I wrote 30 tweets, 6 min read them.\n",
        "Ada Keel Profile picture\nFeb 21, 2022 10,000,000,000,000,000,000 tweets 6 min read\nThe tide is out.\n",
        "Ada Keel @ada Sailor. Mar. 24, 2019 2 min read\n\nThe tide is out.\n",
        "Ada Profile picture\nApr 1, 2024 5 tweets 1 min read\nThe tide.\nFeb 2, 2024 9 tweets 3 min read\nThe wind.\n",
        "[Practice here](https://threadreaderapp.com/help)\n" + HEADER + BODY + FOOT,
    ],
)
def test_other_texts_do_not_match(text: str) -> None:
    assert not THREADREADER_TEXT.matches(capture(text))


def test_html_does_not_match() -> None:
    page = capture(HEADER + BODY + FOOT)
    assert not THREADREADER_TEXT.matches(Capture(page.note, page.data, page.markup, "html", nothing))


def test_a_frame_without_words_is_no_thread() -> None:
    with pytest.raises(NoThread, match=r"^tide\.txt: .*no words"):
        THREADREADER_TEXT.extract(capture(HEADER + FOOT, name="tide.txt"))


def test_a_thread_of_nothing_but_pictures_is_a_thread() -> None:
    assert [len(post.media) for post in read(HEADER + "Image\nImage\nImage" + FOOT).posts] == [1, 1, 1]


def test_two_pages_in_one_text_are_refused() -> None:
    with pytest.raises(NoThread, match="2 Thread Reader pages"):
        THREADREADER_TEXT.extract(capture((HEADER + BODY + FOOT) * 2))


def test_a_cut_copy_says_what_may_be_missing() -> None:
    thread = read(HEADER.replace("3 tweets", "30 tweets") + BODY)
    assert codes(thread)[:2] == ["capture.truncated", "posts.missing"]
    assert "\n".join(post.text for post in thread.posts) == BODY.rstrip()


def test_more_posts_declared_than_lines_is_a_loss() -> None:
    thread = read(HEADER.replace("3 tweets", "30 tweets") + BODY + FOOT)
    assert "posts.split-failed" in codes(thread)
    assert len(thread.posts) == 3


def test_ids_that_a_converter_leaked_are_used() -> None:
    leak = 'thread#showTweet" data-screenname="ada" data-tweet="{}" dir="auto">\n'
    one, two = 1_500_000_000_000_000_000, 1_500_000_100_000_000_000
    thread = read(HEADER + leak.format(one) + "A.\nB.\n" + leak.format(two) + "C.\n" + FOOT + "More from @ada\n")
    assert [(post.id, post.text, post.time_source) for post in thread.posts] == [
        (str(one), "A.\nB.", "id"),
        (str(two), "C.", "id"),
    ]
    assert thread.posts[0].url == f"https://twitter.com/ada/status/{one}"
    assert "posts.split" not in codes(thread)


def test_the_address_gives_id_and_year() -> None:
    url = "https://threadreaderapp.com:443/thread/1542510772168712193"
    text = HEADER.replace("Feb 21, 2022", "Jun 30") + BODY + FOOT
    thread = read(text, url=url)
    assert (thread.id, thread.published) == ("1542510772168712193", "2022-06-30")
    assert thread.url == "https://threadreaderapp.com/thread/1542510772168712193.html"
    assert read(text).published is None
    assert read(text, saved=datetime(2023, 3, 1, tzinfo=UTC)).published == "2022-06-30"


def test_cards_of_other_threads() -> None:
    cards = (
        "\nMore from @ada\n\n22 Feb\nOn ropes.\n\nAnd knots.\nRead 4 tweets\nDec 12, 2021\nOn sails.\nRead 9 tweets\n"
    )
    found = read(
        HEADER + BODY + FOOT + cards + "\nDid Thread Reader help you today?\nMay 1\nRead 2 tweets\n"
    ).other_threads
    assert [(card.author, card.published, card.declared_posts, card.excerpt) for card in found] == [
        ("ada", None, 4, "On ropes. And knots."),
        ("ada", "2021-12-12", 9, "On sails."),
    ]


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (["The tide is out. Image"], [("The tide is out.", 1)]),
        (["The tide is out.Image"], [("The tide is out.", 1)]),
        (["Low tide 🌊Image"], [("Low tide 🌊", 1)]),
        (["see salt.example/tid…Image"], [("see salt.example/tid…", 1)]),
        (["The tide", "Image"], [("The tide", 0), ("", 1)]),
        (["The tide", "ImageImage Image"], [("The tide", 0), ("", 3)]),
        (["The tideImage", "Image"], [("The tide", 1), ("", 1)]),
        (["The tide Image", "The wind Image"], [("The tide", 1), ("The wind", 1)]),
        # In doubt the word stays.
        (["She built a Docker Image"], [("She built a Docker Image", 0)]),
        (["We call it the Image", "The tide. Image"], [("We call it the Image", 0), ("The tide.", 1)]),
        (["https://salt.example/HeroImage", "Image"], [("https://salt.example/HeroImage", 0), ("", 1)]),
        (["Image is everything."], [("Image is everything.", 0)]),
        (["my image", "our Images"], [("my image", 0), ("our Images", 0)]),
    ],
)
def test_the_word_that_pictures_leave(raw: list[str], expected: list[tuple[str, int]]) -> None:
    assert [(line.text, line.pictures) for line in lines_of(raw)] == expected


def test_pictures_are_placeholders_and_a_loss() -> None:
    thread = read(HEADER + "The tide is out.Image\nImage\nThe boats.\nNobody hurries. Image" + FOOT)
    assert [len(post.media) for post in thread.posts] == [2, 0, 1]
    assert thread.posts[0].media[0].url == ""
    assert [notice.message for notice in thread.notices if notice.code == "media.not-in-capture"] == [
        "a text copy holds no pictures; here it marks 3"
    ]


def test_words_become_nodes() -> None:
    (line,) = lines_of(["@ada, see (https://salt.example/a_(b)) or salt.example, https://sal… #tide me@salt.example"])
    assert body_of([line]) == (
        Mention("ada"),
        Text(", see ("),
        Link("https://salt.example/a_(b)", "https://salt.example/a_(b)"),
        Text(") or salt.example, https://sal… "),
        Hashtag("tide"),
        Text(" me@salt.example"),
    )


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("Feb 21, 2022", "2022-02-21"),
        ("22 Feb 2021", "2021-02-22"),
        ("Jun 30", None),
        ("Feb 29, 2023", None),
        ("Jun 31, 2022", None),
        ("May be", None),
    ],
)
def test_dates(text: str, iso: str | None) -> None:
    assert iso_date(text) == iso


def test_a_year_that_the_id_tells_may_be_the_neighbour() -> None:
    assert iso_date("Dec 31", near=datetime(2022, 1, 1, tzinfo=UTC)) == "2021-12-31"


@pytest.mark.corpus
def test_the_page_that_the_project_began_with(corpus: Path) -> None:
    (seed,) = (corpus.parent / "seed").glob("*.txt")
    thread = read(seed.read_text("utf-8"))
    expected = ["I think Kremlin", "My argument", "If Putin", "Many argued", "The very idea", "To keep power"]
    expected += ["Russian public", "But Russian", "Compare two", "I would even", "Meanwhile, mob", "Engaging"]
    expected += ["PS For", "PPS With"]
    assert [post.text[: len(words)] for post, words in zip(thread.posts, expected, strict=True)] == expected
    assert next(notice.message for notice in thread.notices if notice.code == "posts.split").endswith(
        "as declared; sure"
    )
    assert len(thread.other_threads) == 6


@pytest.mark.corpus
def test_real_copies_are_told_apart(corpus: Path) -> None:
    foreign = ("authorpage", "threader.app")
    for path in (corpus / "threadreader" / "text").iterdir():
        page = capture(path.read_text("utf-8"))
        assert THREADREADER_TEXT.matches(page) != path.name.startswith(foreign), path.name
        if not path.name.startswith(foreign):
            assert THREADREADER_TEXT.extract(page).posts
    assert not any(
        THREADREADER_TEXT.matches(capture(p.read_text("utf-8")))
        for p in (corpus / "threadreader" / "markdown").iterdir()
    )


def as_copied(row: dict[str, Any]) -> tuple[str, list[str]]:
    """A real thread as a text copy of its page, and its true posts."""
    shown = [re.sub(r"\[([^\]]*)\]\((?:https?://|/)[^)\s]*\)", r"\1", post["text"]) for post in row["posts"]]
    posts = [re.sub(r"\\([-.>#*_+~!()\[\]])", r"\1", text).strip() for text in shown]
    began = time_of(row["id"])
    date = f"{began:%b} {began.day}, {began.year}" if began else ""
    header = f"Jo Profile picture\n{date} {len(posts)} tweets 9 min read Read on X\n"
    return header + "\n".join(posts) + "\n" + FOOT, posts


def bare(text: str) -> str:
    return re.sub(r"[\s\u200b-\u200d\u2060\ufeff]+", "", clean(text))


@pytest.mark.corpus
def test_how_often_real_threads_come_out_exactly(corpus: Path) -> None:
    rows = [json.loads(line) for line in (corpus / "collections" / "drjackkruse.jsonl").read_text("utf-8").splitlines()]
    exact: dict[str, list[bool]] = {"sure": [], "likely": [], "a guess": [], "short": []}
    for row in rows:
        text, posts = as_copied(row)
        thread = read(text)
        assert bare("".join(post.text for post in thread.posts)) == bare("".join(posts))
        right = [bare(post.text) for post in thread.posts] == [bare(post) for post in posts]
        message = next(notice.message for notice in thread.notices if notice.code == "posts.split")
        exact[re.split("[;] ", message)[1]].append(right)
        if max(map(len, posts)) <= 290:
            exact["short"].append(right)
    share = {name: sum(found) / len(found) for name, found in exact.items()}
    assert share["sure"] >= 0.98
    assert share["likely"] >= 0.7
    assert share["short"] >= 0.8
    assert sum(map(sum, exact.values())) - sum(exact["short"]) >= 250


OWN = "Binders:\n\nEnjoying this thread?\n\nKeep Current with what binders do all day.\nThe boats lie on the sand."


@pytest.mark.parametrize("dots", ["• • •\n\n", "", "• • •\n\n• • •\n"])
@pytest.mark.parametrize("foot", ["Missing some Tweet in this thread?", "Keep Current with Ada Keel"])
@pytest.mark.parametrize(
    "more", ["", "\nThis Thread may be Removed Anytime!\nMore from @ada\n22 Feb\nOn ropes.\nRead 4 tweets\n"]
)
def test_what_an_author_says_like_the_foot_ends_nothing(dots: str, foot: str, more: str) -> None:
    end = "\nDid Thread Reader help you today?\n"
    thread = read(f"{HEADER}The tide is out.\n{OWN}\nNobody hurries.\n{dots}{foot}\n{more}{end}")
    text = "\n".join(post.text for post in thread.posts)
    assert [line for line in OWN.split("\n") if line not in text] == []
    assert text.removesuffix("\n• • •").endswith("Nobody hurries.")
    assert len(thread.other_threads) == bool(more)


def test_dots_and_words_of_an_author_like_a_foot_end_nothing() -> None:
    own = "• • •\nKeep Current with what binders do.\nThe boats lie on the sand.\nNobody hurries."
    for dots in ("• • •\n", ""):
        thread = read(f"{HEADER}The tide is out.\n{own}\n{dots}Missing some Tweet in this thread?\n")
        assert "\n".join(post.text for post in thread.posts).endswith(own)


def test_the_author_is_not_named_by_the_authors_words() -> None:
    thread = read(f"The tide.\n{OWN}\nMore from @nobody\n{FOOT}\nKeep Current with Ada Keel\n\nMore from @ada\n")
    assert (thread.author.name, thread.author.handle) == ("Ada Keel", "ada")


def test_dots_in_a_copy_without_foot_end_nothing_that_has_words_after_them() -> None:
    thread = read(HEADER + "The tide is out.\n• • •\nThe boats lie on the sand.\nNobody hurries.\n")
    assert thread.posts[-1].text.endswith("Nobody hurries.")
    assert "capture.truncated" in codes(thread)
    assert "capture.truncated" not in codes(read(HEADER + BODY + "\n• • •\n"))


@pytest.mark.parametrize(
    "address", ["https://[broken/a", "https://a.example:99999/b", "https://...", "https://1.2.3/x"]
)
def test_what_cannot_be_an_address_stays_text(address: str) -> None:
    (line,) = lines_of([f"see {address} there"])
    assert body_of([line]) == (Text(f"see {address} there"),)
