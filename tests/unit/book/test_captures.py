"""One thread captured several times is one chapter: nothing that any capture holds is lost, nothing is altered."""

from __future__ import annotations

import runpy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET
from msgspec.structs import replace

from threadbound.book.build import Binding, build
from threadbound.book.captures import CUT, DIFFERS, KEPT, PART, kept, one, united
from threadbound.digests import sha256
from threadbound.model import codec
from threadbound.model.media import Media
from threadbound.model.text import Text, plain_text
from threadbound.model.thread import CaptureNote, Card, Choice, Poll, Post, Quote, Thread
from threadbound.notices import Notice

SAMPLES = runpy.run_path(str(Path(__file__).parents[2] / "samples.py"))


def capture(*numbers: int, day: int | None = 1, gap: bool = False, **changes: Any) -> Thread:
    """A thread of the posts with these ids, as a page would number them."""
    posts = tuple(
        Post(number if gap else place, str(1000 + number), body=(Text(f"Words of {number}."),))
        for place, number in enumerate(numbers, 1)
    )
    saved = datetime(2024, 5, day, tzinfo=UTC) if day else None
    digest = sha256(repr((numbers, day)).encode())
    note = CaptureNote(f"{'-'.join(map(str, numbers))}.html", "html", digest, saved_at=saved)
    made: Thread = SAMPLES["thread"](*posts, captures=(note,), declared_posts=len(posts))
    return replace(made, **changes)


def ids(thread: Thread) -> list[int]:
    return [int(post.id or 0) - 1000 for post in thread.posts]


def marks(thread: Thread, code: str = KEPT) -> list[str]:
    return [f"{notice.where}: {notice.message}" for notice in thread.notices if notice.code == code]


def test_the_most_complete_capture_stands_and_all_are_named() -> None:
    early, late = capture(1, 2, day=1), capture(1, 2, 3, day=2)
    (found,) = united([early, late])
    assert ids(found) == [1, 2, 3]
    assert [note.name for note in found.captures] == ["1-2-3.html", "1-2.html"]
    assert marks(found) == []  # the third was not written yet


def test_a_post_that_a_later_capture_lost_is_kept_in_its_place_and_marked() -> None:
    found = one([capture(1, 2, 3, 4, day=1), capture(1, 3, 4, 5, 6, day=2)])
    assert ids(found) == [1, 2, 3, 4, 5, 6]
    assert [post.n for post in found.posts] == [1, 2, 3, 4, 5, 6]
    assert marks(found) == ["post 2: not in the capture of 2 May 2024"]
    assert kept(found) == {2: "not in the capture of 2 May 2024"}
    blocks = build([found], Binding("T", "2024-05-03T00:00:00Z")).chapters[0].blocks
    assert [block.text for block in blocks if type(block).__name__ == "Kept"] == [
        "Post 2 is not in the capture of 2 May 2024"
    ]


def test_an_older_capture_that_goes_on_after_a_post_lost_it_too() -> None:
    assert marks(one([capture(1, 3, day=None), capture(1, 2, 3, day=None)])) == ["post 2: not in the capture 1-3.html"]


def test_the_last_post_that_vanished_is_known_by_the_days_of_the_captures() -> None:
    assert marks(one([capture(1, 2, 3, day=1), capture(1, 2, day=4)])) == ["post 3: not in the capture of 4 May 2024"]


def test_a_gap_in_the_numbers_is_filled_and_one_that_stays_is_counted() -> None:
    lacking = Notice("posts.missing", "2 are missing")
    base = capture(1, 4, 5, 6, gap=True, declared_posts=6, notices=(lacking,))
    found = one([base, capture(1, 2, day=2)])
    assert [(post.n, int(post.id or 0) - 1000) for post in found.posts] == [(1, 1), (2, 2), (4, 4), (5, 5), (6, 6)]
    assert [notice.message for notice in found.notices if notice.code == "posts.missing"] == [
        "the captures declare 6 posts and hold 5"
    ]


def test_a_picture_that_only_another_capture_has_is_taken_from_it() -> None:
    there = Media("image", "https://m.example/a", "", sha256="c" * 64, width=3, height=2)
    lost = replace(there, sha256=None, width=None, height=None)

    def with_picture(thread: Thread, media: Media, *notices: Notice) -> Thread:
        return replace(thread, posts=(replace(thread.posts[0], media=(media,)), *thread.posts[1:]), notices=notices)

    missing = Notice("media.not-in-capture", "lost", "post 1, https://m.example/a")
    found = one([with_picture(capture(1, 2, 3), lost, missing), with_picture(capture(1, 2, day=2), there)])
    assert found.posts[0].media == (there,)
    assert not [notice for notice in found.notices if notice.is_loss]


def test_what_only_another_capture_has_of_a_post_is_added_and_said() -> None:
    def media(key: str, size: str = "orig") -> Media:
        return Media("image", f"https://pbs.twimg.com/media/{key}?format=jpg&name={size}", "")

    def enclosing(thread: Thread, **parts: Any) -> Thread:
        return replace(thread, posts=(replace(thread.posts[0], **parts), *thread.posts[1:]))

    found = replace(media("Bbbbbb", "small"), sha256="c" * 64, width=3, height=2)
    quote = Quote("77", "https://twitter.com/x/status/77", "x")
    spoken = replace(quote, text="What x said.")
    base = enclosing(capture(1, 2, 3, day=1), media=(media("Aaaaaa"), media("Bbbbbb")), quotes=(quote,))
    lost = Notice("media.gone", "gone", f"post 1, {media('Cccccc').url}")
    other = enclosing(
        capture(1, 2, day=2, notices=(lost,)),
        media=(found, media("Cccccc")),
        quotes=(spoken,),
        cards=(Card("https://example.org/", "A card"),),
        polls=(Poll((Choice("Yes"), Choice("No"))),),
    )
    whole = one([base, other])
    post = whole.posts[0]
    assert [each.url for each in post.media] == [media("Aaaaaa").url, media("Bbbbbb").url, media("Cccccc").url]
    assert [each.sha256 for each in post.media] == [None, "c" * 64, None]
    assert (post.quotes[0].text, post.cards[0].title, len(post.polls)) == ("What x said.", "A card", 1)
    assert marks(whole, PART) == [
        "post 1, https://twitter.com/x/status/77: the text of a quoted post is not in the capture of 1 May 2024",
        f"post 1, {media('Cccccc').url}: a picture is not in the capture of 1 May 2024",
        "post 1, https://example.org/: the preview of a link is not in the capture of 1 May 2024",
        "post 1: a poll is not in the capture of 1 May 2024",
    ]
    assert lost in whole.notices
    assert one([whole, base, other]) == whole


def test_of_a_page_that_was_read_twice_no_picture_is_lost() -> None:
    """A book keeps two captures as one; one of the pages is read again, with a picture that was not to be had then."""
    missing = Media("image", "https://m.example/a", "")
    had = replace(missing, sha256="c" * 64, width=3, height=2)
    said = Notice("media.gone", "gone", "post 1, https://m.example/a")

    def shown(thread: Thread, media: Media, *notices: Notice) -> Thread:
        return replace(thread, posts=(replace(thread.posts[0], media=(media,)), *thread.posts[1:]), notices=notices)

    page, other = shown(capture(1, 3, 4, day=1), missing, said), capture(1, 2, day=2)
    book = one([page, other])
    whole = one([book, shown(page, had)])
    assert ids(whole) == [1, 2, 3, 4]
    assert whole.posts[0].media == (had,)
    assert said not in whole.notices


@given(held=st.lists(st.tuples(st.sets(st.sampled_from("ABCDEF")), st.sets(st.sampled_from("UVW"))), min_size=2))
def test_no_picture_and_no_quote_that_any_capture_has_is_lost_or_doubled(held: list[tuple[set[str], set[str]]]) -> None:
    captured = []
    for day, (pictures, quotes) in enumerate(held[:5], 1):
        size = "orig" if day % 2 else "small"
        media = tuple(Media("image", f"https://pbs.twimg.com/media/{k}?format=jpg&name={size}", "") for k in pictures)
        quoted = tuple(Quote(k, f"https://twitter.com/x/status/{k}") for k in quotes)
        made = capture(*range(1, day + 1), day=day)
        captured.append(replace(made, posts=(replace(made.posts[0], media=media, quotes=quoted), *made.posts[1:])))
    whole = one(captured)
    shown = sorted(media.url.partition("media/")[2][0] for media in whole.posts[0].media)
    assert shown == sorted(set().union(*(pictures for pictures, _ in held[:5])))
    assert sorted(str(each.id) for each in whole.posts[0].quotes) == sorted(set().union(*(q for _, q in held[:5])))
    assert one([whole, *captured]) == whole


def test_a_portrait_that_only_another_capture_has_is_shown() -> None:
    missing = Notice("media.avatar-missing", "the author's portrait could not be had")
    page, other = capture(1, 2, 3, day=1, notices=(missing,)), capture(1, 2, day=2)
    seen = replace(other.author, avatar="https://pbs.twimg.com/profile_images/1/a.jpg", avatar_sha256="c" * 64)
    for readings in ([page, replace(other, author=seen)], [page, replace(page, author=seen, notices=())]):
        whole = one(readings)
        assert whole.author.avatar_sha256 == "c" * 64
        assert missing not in whole.notices
    stranger = replace(other, author=replace(seen, handle="renamed"))
    assert one([page, stranger]).author.avatar_sha256 is None


def said(thread: Thread, when: str) -> Thread:
    """The same, bound by somebody who says when its pages were saved."""
    return replace(thread, captures=tuple(replace(note, saved_as_said=when) for note in thread.captures))


def test_when_a_page_was_saved_is_said_as_was_said_first() -> None:
    first, second = capture(1, 2, 3, day=None), capture(1, 2, day=None)
    book = one([said(first, "2024-05"), said(second, "2024-05")])
    for again in ([first, second], [second], [said(second, "2025-06")], [said(first, "2025"), said(second, "2025-06")]):
        assert one([book, *again]) == book
    late = one([one([first, second]), said(second, "2025-06")])
    assert [note.saved_as_said for note in late.captures] == [UNSET, "2025-06"]


def test_of_two_books_of_one_thread_both_give_what_they_have() -> None:
    page, second, third = capture(1, 4, 5, 6, day=1), capture(1, 2, day=2), capture(1, 3, day=3)
    whole = one([one([page, second]), one([page, third])])
    assert ids(whole) == [1, 2, 3, 4, 5, 6]
    assert len(whole.captures) == 3


def test_other_words_in_another_capture_are_said() -> None:
    edited = capture(1, 2, 3)
    edited = replace(edited, posts=(*edited.posts[:2], replace(edited.posts[2], body=(Text("Other words."),))))
    found = one([capture(1, 2, 3, 4, day=2), edited])
    assert found.posts[2].text == "Words of 3."
    assert marks(found, DIFFERS) == ["post 3: in other words in the capture of 1 May 2024"]


def reworded(thread: Thread, n: int, words: str) -> Thread:
    """The same page with other words in one post, as another file."""
    posts = tuple(replace(post, body=(Text(words),)) if post.n == n else post for post in thread.posts)
    note = replace(thread.captures[0], sha256=sha256(repr((words, n, thread.captures[0].sha256)).encode()))
    return replace(thread, posts=posts, captures=(note,))


def others(thread: Thread, n: int) -> list[tuple[list[str], str]]:
    """What other captures have of a post: their days, and their words."""
    days = {note.sha256: f"{note.saved_at:%d}" for note in thread.captures}
    return [([days[each] for each in w.captures], plain_text(w.body)) for w in thread.posts[n - 1].wordings]


def test_other_words_stay_with_the_post_each_once_and_say_whose_they_are() -> None:
    first, third = (reworded(capture(1, 2, 3, day=day), 2, "As  it was.") for day in (1, 3))
    second = reworded(capture(1, 2, 3, day=2), 2, "In between.")
    found = one([capture(1, 2, 3, day=4), first, second, third])
    assert found.posts[1].text == "Words of 2."
    assert others(found, 2) == [(["01", "03"], "As  it was."), (["02"], "In between.")]
    assert not found.posts[0].wordings
    assert not found.posts[2].wordings
    assert one([found, first, second, third]) == found
    assert codec.decode(codec.encode(found)) == found


def test_white_space_is_no_other_wording() -> None:
    found = one([capture(1, 2, day=2), reworded(capture(1, 2, day=1), 2, " Words  of\u00a02. ")])
    assert not found.posts[1].wordings


def test_what_a_book_has_of_other_words_stays_whatever_comes_later() -> None:
    book = one([capture(1, 2, day=2), reworded(capture(1, 2, day=1), 2, "As it was.")])
    later = one([book, reworded(capture(1, 2, 3, day=3), 2, "As it is.")])
    assert later.posts[1].text == "As it is."
    assert others(later, 2) == [(["02"], "Words of 2."), (["01"], "As it was.")]
    assert marks(later, DIFFERS) == [f"post 2: in other words in the capture of {day} May 2024" for day in (2, 1)]
    back = one([book, reworded(capture(1, 2, 3, day=3), 2, "As it was.")])
    assert others(back, 2) == [(["02"], "Words of 2.")]
    assert one([replace(book, posts=capture(1, 2, day=2).posts), book]).posts == book.posts


def test_words_are_said_of_the_capture_that_has_them_though_a_book_holds_several_as_one() -> None:
    first, second = capture(1, 2, 3, 4, 5, 6, day=1), capture(1, 2, 7, day=2)
    book, now = one([first, second]), reworded(capture(1, 2, 3, 4, 5, 6, 7, 8, day=3), 7, "As it is.")
    for known in ([], [first], [second], [first, second]):
        later = one([book, *known, now])
        assert later.posts[6].text == "As it is."
        assert others(later, 7) == [(["02"], "Words of 7.")]
        newest = one([later, *known, reworded(capture(1, 2, 3, 4, 5, 6, 7, 8, 9, day=4), 3, "So now.")])
        assert others(newest, 7) == [(["03"], "As it is.")]
        assert all("02" not in days for days, _ in others(newest, 3))


def test_other_words_of_a_post_are_set_after_it() -> None:
    edited = reworded(capture(1, 2, 3, day=1), 2, "As it was.")
    without = reworded(capture(1, 2, 3, day=1), 3, "")
    for style in ("essay", "posts"):
        blocks = (
            build([one([capture(1, 2, 3, day=2), edited, without])], Binding("", "", style=style)).chapters[0].blocks
        )
        said = [getattr(block, "text", "") or "".join(map(plain_text, getattr(block, "lines", ()))) for block in blocks]
        place = said.index("Post 2 reads otherwise in the capture of 1 May 2024:")
        assert said[place + 1] == "As it was."
        assert said[-1] == "Post 3 has no words in the capture of 1 May 2024."
        shown = [plain_text(block.words) for block in blocks[:place] if type(block).__name__ == "Paragraph"]
        assert shown[-1] == "Words of 2."


def test_of_many_captures_with_the_same_other_words_the_first_is_named() -> None:
    older = [reworded(capture(1, 2, day=day), 2, "As it was.") for day in (1, 2, 3)]
    blocks = build([one([capture(1, 2, day=4), *older])], Binding("", "")).chapters[0].blocks
    assert "Post 2 reads otherwise in the capture of 1 May 2024 and in 2 more:" in [
        getattr(b, "text", "") for b in blocks
    ]


@pytest.mark.parametrize(
    ("early", "late", "newest_first", "shown"),
    [(1, 2, False, "short"), (1, 2, True, "short"), (None, None, True, "short"), (None, None, False, "Words of 2.")],
)
def test_of_a_post_that_was_edited_the_newer_words_stand(
    early: int | None, late: int | None, *, newest_first: bool, shown: str
) -> None:
    """Where nobody knows which are newer, those of the capture that has more."""
    old, new = capture(1, 2, day=early), capture(1, 2, day=late)
    edited = replace(new.posts[1], body=(Text("short"),))
    note = replace(new.captures[0], name="new.html", sha256="e" * 64)
    new = replace(new, posts=(new.posts[0], edited), captures=(note,))
    found = one([new, old], newest_first=newest_first)
    assert found.posts[1].text == shown
    assert len(marks(found, DIFFERS)) == 1


def test_posts_without_ids_are_known_by_their_words() -> None:
    assert len(one([nameless(capture(1, 2, 3)), capture(1, 2, 3, 4, day=2)]).posts) == 4


def without_ids(thread: Thread, **changes: Any) -> Thread:
    return replace(thread, id=None, posts=tuple(replace(post, id=None) for post in thread.posts), **changes)


def test_threads_without_an_id_that_say_different_things_are_never_taken_for_one() -> None:
    assert len(united([without_ids(capture(1)), without_ids(capture(2, 1))])) == 2
    short, longer = without_ids(capture(1)), without_ids(capture(1, 2))
    assert len(united([short, longer])) == 2  # so few words may begin any thread


def test_a_copy_of_the_words_that_says_what_a_page_says_is_a_capture_of_its_thread() -> None:
    """Where its posts end was computed, so none of them is added."""
    page, copy = capture(1, 2, 3, 4, 5, day=1), without_ids(capture(1, 2, 3, 4, day=2))
    joined = Text("".join(post.text for post in copy.posts))
    copy = replace(copy, posts=(Post(1, body=(joined,)),))
    (found,) = united([copy, page])
    assert ids(found) == [1, 2, 3, 4, 5]
    assert [note.name for note in found.captures] == ["1-2-3-4-5.html", "1-2-3-4.html"]
    assert marks(found) == []
    other = replace(copy, author=replace(copy.author, handle="somebodyelse"))
    assert len(united([other, page])) == 2
    frame, shown = Media("image", "", ""), Media("image", "https://m.example/a", "")
    framed = replace(copy, posts=(replace(copy.posts[0], media=(frame,)),))
    assert len(united([framed, page])) == 2  # it knows of a picture that the page does not show
    assert len(united([framed, replace(page, posts=(replace(page.posts[0], media=(shown,)), *page.posts[1:]))])) == 1


def test_pages_of_one_thread_that_overlap_are_one_chapter() -> None:
    """Neither is all of it; it is called as the page calls it that has its beginning."""
    first, last = capture(1, 2, 3, day=1), capture(3, 4, 5, 6, day=2, id="1003", url="https://example.org/1003.html")
    for order in ([first, last], [last, first]):
        (found,) = united(order)
        assert ids(found) == [1, 2, 3, 4, 5, 6]
        assert [post.n for post in found.posts] == [1, 2, 3, 4, 5, 6]
        assert (found.id, found.url) == ("101", "https://example.org/thread/101.html")
        assert {note.name for note in found.captures} == {"1-2-3.html", "3-4-5-6.html"}
        assert marks(found) == []  # the second page begins later, the first was saved before
        assert united([found, *order]) == [found]


def test_a_post_of_somebody_else_ties_no_threads_together() -> None:
    stranger = Post(2, "1002", author="stranger", body=(Text("Words of 2."),))
    one_, other = capture(1, 2, id="1"), capture(9, 2, id="9")
    one_, other = (replace(each, posts=(each.posts[0], stranger)) for each in (one_, other))
    assert len(united([one_, other])) == 2
    foreign = replace(capture(1, 2, id="7"), author=replace(one_.author, handle="other"))
    assert len(united([capture(1, 2, id="8"), foreign])) == 2


def test_one_of_several_captures_can_be_united_with_another_again() -> None:
    first = one([capture(1, 2, 3, day=1), capture(1, 3, day=2)])
    again = one([codec.decode(codec.encode(first)), capture(1, 3, 4, 5, day=3)])
    assert ids(again) == [1, 2, 3, 4, 5]
    assert marks(again) == ["post 2: not in the capture of 2 May 2024", "post 2: not in the capture of 3 May 2024"]
    assert len(again.captures) == 3


CUT_SHORT = Notice("capture.truncated", "the saved file ends too early")


def cut_at(thread: Thread, post: int, words: str) -> Thread:
    """A later capture of a thread that ends within the post at that place."""
    torn = replace(thread.posts[post], body=(Text(words),))
    note = replace(thread.captures[0], name="cut.html", sha256="c" * 64, saved_at=datetime(2024, 5, 9, tzinfo=UTC))
    return replace(thread, posts=(*thread.posts[:post], torn), captures=(note,), notices=(CUT_SHORT,))


def nameless(thread: Thread) -> Thread:
    return replace(thread, posts=tuple(replace(post, id=None) for post in thread.posts))


@given(st.integers(0, 5), st.integers(0, 10), st.sampled_from([nameless, replace]), st.sampled_from(["", "&", "&am"]))
def test_a_capture_that_is_cut_within_a_post_adds_none_and_says_of_none_that_it_is_gone(
    post: int, length: int, known_by: Any, stump: str
) -> None:
    whole = known_by(capture(*range(1, 7), day=1))
    cut = cut_at(whole, post, whole.posts[post].text[:length] + stump)
    found = one([cut, whole])
    assert found.posts == whole.posts
    assert not marks(found)
    assert not marks(found, DIFFERS)
    said = "the capture cut.html of 9 May 2024 is cut, and was not used to tell which posts are gone"
    assert marks(found, CUT) == [f": {said}"]
    assert not [notice for notice in found.notices if notice.is_loss]
    assert one([codec.decode(codec.encode(found)), cut]).notices == found.notices


def test_a_page_that_ends_within_a_post_is_cut_even_where_its_file_does_not_say_so() -> None:
    whole = nameless(capture(1, 2, 3, 4))
    found = one([whole, replace(cut_at(whole, 2, "Words o"), notices=())])
    assert found.posts == whole.posts
    assert (len(marks(found, CUT)), len(marks(found))) == (1, 0)


def test_a_post_that_ends_as_a_torn_one_would_is_whole_where_a_whole_file_has_it() -> None:
    whole = capture(1, 2, 3)
    whole = replace(whole, posts=(*whole.posts[:2], replace(whole.posts[2], body=(Text("So much for R&D"),))))
    assert not marks(one([whole, replace(cut_at(whole, 2, "So much for R&D"), notices=())]), CUT)
    echoed = nameless(capture(1, 2, 3))
    echo = replace(echoed.posts[2], body=(Text("Words of 2. Again."),))
    shorter = replace(cut_at(echoed, 1, "Words of 2."), notices=())
    assert not marks(one([replace(echoed, posts=(*echoed.posts[:2], echo)), shorter]), CUT)


def test_two_captures_that_are_cut_at_one_place_add_no_post() -> None:
    whole = nameless(capture(1, 2, 3))
    twins = [cut_at(whole, 1, "Words"), cut_at(whole, 1, "Words")]
    twins[1] = replace(
        twins[1], captures=(replace(twins[1].captures[0], name="twin.html", sha256="d" * 64, saved_at=None),)
    )
    found = one([*twins, whole])
    assert found.posts == whole.posts
    assert len(marks(found, CUT)) == 2


def test_a_whole_file_does_not_end_within_a_post_that_has_no_words() -> None:
    """What stands behind that post in an older capture is gone, and its words were others."""
    late = capture(1, 2, 3, day=2)
    empty = replace(late, posts=(*late.posts[:2], replace(late.posts[2], body=())))
    found = one([capture(1, 2, 3, 4, day=1), empty])
    assert not marks(found, CUT)
    assert len(marks(found)) == 1
    assert len(marks(found, DIFFERS)) == 1


def test_a_post_that_no_other_capture_has_whole_stays_as_it_was_torn() -> None:
    longer = cut_at(capture(1, 2, 3, 4), 3, "Words o")
    found = one([capture(1, 2, 3), longer])
    assert [post.text for post in found.posts][2:] == ["Words of 3.", "Words o"]
    assert CUT_SHORT in found.notices


def test_of_two_captures_with_as_many_posts_the_whole_one_leads() -> None:
    whole = capture(1, 2, 3)
    cut = cut_at(whole, 2, "Words of 3.")
    found = one([cut, whole])
    assert [note.name for note in found.captures] == ["1-2-3.html", "cut.html"]
    assert CUT_SHORT not in found.notices


def test_other_words_in_the_last_post_are_no_sign_that_a_capture_is_cut() -> None:
    whole = capture(1, 2, 3, 4)
    found = one([whole, replace(cut_at(whole, 2, "Other words"), notices=())])
    assert not marks(found, CUT)
    assert marks(found, DIFFERS) == ["post 3: in other words in the capture of 9 May 2024"]
    assert marks(found) == ["post 4: not in the capture of 9 May 2024"]


@given(st.permutations(range(1, 8)), st.lists(st.sets(st.integers(1, 7), min_size=1), min_size=1, max_size=4))
def test_no_post_is_lost_or_doubled_and_the_fullest_capture_keeps_its_order(
    order: list[int], held: list[set[int]]
) -> None:
    captures = [capture(*(n for n in order if n in own), day=day) for day, own in enumerate(held, 1)]
    found = one(captures)
    assert sorted(ids(found)) == sorted(set().union(*held))
    assert [post.n for post in found.posts] == sorted({post.n for post in found.posts})
    fullest = max(len(own) for own in held)
    assert any(
        [number for number in ids(found) if number in own] == [n for n in order if n in own]
        for own in held
        if len(own) == fullest
    )
    words = {post.id: post.body for each in captures for post in each.posts}
    assert all(words[post.id] == post.body for post in found.posts)


@given(st.lists(st.sets(st.integers(1, 7), min_size=1), min_size=2, max_size=4), st.randoms())
def test_it_is_the_same_thread_in_whatever_order_the_captures_are_given(held: list[set[int]], random: Any) -> None:
    captures = [capture(*sorted(own), day=day) for day, own in enumerate(held, 1)]
    shuffled = list(captures)
    random.shuffle(shuffled)
    assert codec.encode(one(captures)) == codec.encode(one(shuffled))
    assert ids(one(captures)) == sorted(set().union(*held))
