"""Damaged, hostile and odd pages: read as far as they go, nothing of the thread lost in silence, no other error."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from threadbound.containers.capture import Capture, nothing
from threadbound.digests import sha256
from threadbound.errors import NoThread
from threadbound.model import codec
from threadbound.model.thread import CaptureNote, Thread
from threadbound.notices import losses
from threadbound.sites import dom, registry, threadreader

PAGES = {
    case.name: (case / "page.html").read_text("utf-8")
    for case in sorted((Path(__file__).parents[2] / "corpus" / "threadreader").iterdir())
}
#: The whole element of a numbered post, as our pages write it.
POST = re.compile(
    r'<div id="tweet_\d+".*?(?=\s*(?:</div>\s*)*'
    r'(?:<div id="tweet_|<div class="row t-tweet">|</article>|<div><ins|<div class="(?:text-center|col-force)))',
    re.DOTALL,
)
#: Beginnings of markup that swallow what follows.
TRAPS = (
    "<!--",
    "<script>",
    "<style>",
    '<a href="',
    "<title>",
    "<textarea>",
    "<svg>",
    "</body>",
    '<div class="thread-card">',
    "<![CDATA[",
)


def capture(markup: str) -> Capture:
    data = markup.encode(errors="replace")
    return Capture(CaptureNote("page.html", "html", sha256(data)), data, markup, "html", nothing)


def read(markup: str) -> Thread | None:
    """The thread, or nothing where the page is said to hold none; any other exception fails the test."""
    try:
        return registry.extract(capture(markup))
    except NoThread:
        return None


def words(thread: Thread) -> str:
    """Everything that the posts hold, on one line."""
    texts = [post.text for post in thread.posts]
    texts += [quote.text for post in thread.posts for quote in post.quotes]
    return " ".join(" ".join(texts).split())


@st.composite
def damaged(draw: st.DrawFn, text: str) -> str:
    """``text`` with slices cut out, doubled, moved, or traps put in."""
    for _ in range(draw(st.integers(1, 4))):
        at, length = draw(st.integers(0, len(text))), draw(st.integers(0, 200))
        piece, to = text[at : at + length], draw(st.integers(0, len(text)))
        kind = draw(st.sampled_from(("cut", "double", "move", "trap")))
        if kind in ("cut", "move"):
            text = text[:at] + text[at + length :]
        if kind in ("double", "move"):
            text = text[:to] + piece + text[to:]
        if kind == "trap":
            text = text[:at] + draw(st.sampled_from(TRAPS)) + text[at:]
    return text


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data(), name=st.sampled_from(sorted(PAGES)))
def test_any_damage_gives_a_thread_or_no_thread(data: st.DataObject, name: str) -> None:
    thread = read(data.draw(damaged(PAGES[name])))
    if thread:
        assert codec.decode(codec.encode(thread)) == thread
        assert [post.n for post in thread.posts] == sorted({post.n for post in thread.posts})


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data(), name=st.sampled_from([name for name in sorted(PAGES) if not name.startswith("2017")]))
def test_damage_round_the_posts_loses_no_words_in_silence(data: st.DataObject, name: str) -> None:
    page = PAGES[name]
    spans = [match.span() for match in POST.finditer(page)]
    inner = [page[start:end] for start, end in spans]
    edges = [0, *(edge for span in spans for edge in span), len(page)]
    outer = [page[start:end] for start, end in zip(edges[::2], edges[1::2], strict=True)]
    hit = data.draw(st.integers(0, len(outer) - 1))
    outer[hit] = data.draw(damaged(outer[hit]))
    mixed = "".join(part for pair in zip(outer, [*inner, ""], strict=True) for part in pair)
    whole, thread = read(page), read(mixed)
    assert whole is not None
    if thread is None or losses(thread.notices):
        return
    found = words(thread)
    # Word by word: damage may join the words of two posts, or part those of one.
    assert [word for post in whole.posts for word in post.text.split() if word not in found] == []


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.sampled_from([*"<>/='\" ab&;#!-?[]", "div", "content-tweet", "id=tweet_1", "\x00", "\ud800", "a href"]))
)
def test_any_markup_can_be_parsed(pieces: list[str]) -> None:
    markup = "".join(pieces)
    dom.parse(markup).text()
    read(f'<div id="tweet_1" class="content-tweet">{markup}')


@pytest.mark.parametrize("tag", ["div", "b", "span", "a", "blockquote", "font", "p", "blockquote class=twitter-tweet"])
@pytest.mark.parametrize("inside", [True, False])
def test_ten_thousand_nested_tags(tag: str, *, inside: bool) -> None:
    name = tag.partition(" ")[0]
    deep, shallow = f"<{tag}>" * 10_000, f"</{name}>" * 10_000
    opening = '<div id="tweet_1" class="content-tweet" data-tweet="1759981257925591045">'
    page = f"{opening}{deep}deep{shallow}</div>" if inside else f"{deep}{opening}deep</div>{shallow}"
    began = time.process_time()
    thread = threadreader.extract(capture(page + '<div id="tweet_2" class="content-tweet">after</div>'))
    assert time.process_time() - began < 10
    assert "deep" in codec.encode(thread).decode()
    assert thread.posts[-1].text == "after"


@pytest.mark.parametrize(
    "name",
    ["thread-info", "screenName", "username", "avatar", "time", "thread-card", "content-tweet", "twitter-tweet", "btn"],
)
@pytest.mark.parametrize("inside", [True, False])
def test_ten_thousand_nested_boxes_of_every_kind(name: str, *, inside: bool) -> None:
    boxes = f'<div class="{name}">' * 10_000
    page = post(1, "a" + boxes) if inside else boxes + post(1, "a")
    began = time.process_time()
    assert read(page + post(2, "b")) is not None
    assert time.process_time() - began < 20


@pytest.mark.parametrize("name", sorted(PAGES))
def test_a_page_cut_anywhere_keeps_the_posts_before_the_cut(name: str) -> None:
    page = PAGES[name]
    whole = read(page)
    assert whole is not None
    for end in range(0, len(page), 97):
        thread = read(page[:end])
        for cut, post in zip(thread.posts if thread else (), whole.posts, strict=False):
            last = cut is (thread.posts[-1] if thread else None)
            assert cut.text == post.text or last


def post(n: int, words: str, ident: str = "") -> str:
    return f'<div id="tweet_{n}" class="content-tweet" data-screenname="w" data-tweet="{ident}">{words}</div>'


def header(count: int) -> str:
    return f'<div class="thread-info">{count} tweets • 1 min read</div>'


def codes(markup: str) -> list[str]:
    thread = read(markup)
    assert thread is not None
    return [notice.code for notice in thread.notices if notice.code.startswith("posts.")]


def test_the_declared_number_is_compared() -> None:
    assert codes(header(2) + post(1, "a") + post(2, "b")) == []
    assert codes(header(3) + post(1, "a") + post(2, "b")) == ["posts.missing"]
    assert codes(header(1) + post(1, "a") + post(2, "b")) == ["posts.extra"]


def test_a_post_that_the_parser_cannot_see_is_missed_all_the_same() -> None:
    assert codes(post(1, "a") + "<!--" + post(2, "b")) == ["posts.missing"]
    assert codes(post(1, "a") + '<script>x = "<div id=\\"tweet_2\\">"</script>') == []


def test_a_gap_in_the_pages_numbers_stays_a_gap() -> None:
    thread = read(header(4) + post(1, "a") + post(2, "b") + post(4, "d"))
    assert thread is not None
    assert [each.n for each in thread.posts] == [1, 2, 4]


def test_numbers_out_of_order_are_counted_anew() -> None:
    thread = read(post(7, "a") + post(7, "b") + post(3, "c"))
    assert thread is not None
    assert [(each.n, each.text) for each in thread.posts] == [(1, "a"), (2, "b"), (3, "c")]


def test_the_same_post_twice_is_one_but_other_words_under_the_same_id_are_kept() -> None:
    thread = read(post(1, "a", "12") + post(1, "a", "12") + post(1, "b", "12"))
    assert thread is not None
    assert [each.text for each in thread.posts] == ["a", "b"]


def test_a_post_that_was_never_closed_does_not_swallow_what_follows() -> None:
    page = post(1, "a").removesuffix("</div>") + post(2, "b").removesuffix("</div>")
    after = '<div class="col-force-refresh">Missing some Tweet in this thread?</div><p>Enjoying this thread?</p>'
    thread = read(page + after + "<h3>More from @w</h3>")
    assert thread is not None
    assert [each.text for each in thread.posts] == ["a", "b"]


def test_a_page_without_header_is_dated_and_signed_by_its_posts() -> None:
    thread = read(post(1, "a", "1759981257925591045"))
    assert thread is not None
    assert (thread.author.handle, thread.author.url) == ("w", "https://twitter.com/w")
    assert (thread.published, thread.id) == ("2024-02-20T16:40:05Z", "1759981257925591045")
    assert thread.posts[0].time_source == "id"


def test_several_authors_stay_apart() -> None:
    thread = read(post(1, "a", "12") + post(2, "b", "13").replace('"w"', '"v"'))
    assert thread is not None
    assert [each.url for each in thread.posts] == ["https://twitter.com/w/status/12", "https://twitter.com/v/status/13"]
    assert thread.author.handle == "w"


def test_posts_of_nothing_but_a_picture_and_of_nothing_at_all() -> None:
    thread = read(
        post(1, '<img src="https://pbs.twimg.com/media/A.jpg">') + post(2, "") + post(3, "The third has words.")
    )
    assert thread is not None
    assert [(each.text, len(each.media)) for each in thread.posts] == [("", 1), ("", 0), ("The third has words.", 0)]
    assert thread.title == "The third has words."


def test_a_page_of_too_many_elements_is_read_as_far_as_the_bound_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dom, "LIMIT", 40)
    thread = read(post(1, "a") + post(2, "b") + "<p>" * 100 + post(3, "c"))
    assert thread is not None
    assert [each.text for each in thread.posts] == ["a", "b"]
    assert "capture.truncated" in [notice.code for notice in losses(thread.notices)]
    assert read("<p>" * 100 + post(3, "c")) is None


def test_unmarked_empty_boxes_are_no_posts() -> None:
    thread = read('<div class="content-tweet"> </div>' + post(1, "a"))
    assert thread is not None
    assert len(thread.posts) == 1
    assert read('<div class="content-tweet"> </div>') is None


def test_an_id_too_old_to_hold_a_time() -> None:
    thread = read(post(1, "a", "20"))
    assert thread is not None
    assert thread.posts[0].time is None
    assert [notice.where for notice in thread.notices if notice.code == "time.unknown"] == ["post 1", ""]


@pytest.mark.parametrize("hostile", ["9" * 40, "-1", "1e9", "١٢٣", "99999999999", "0"])
def test_numbers_that_are_none(hostile: str) -> None:
    page = f'<a class="time" data-time="{hostile}" href="/status/{hostile}"></a>{header(3)}{post(1, "a", hostile)}'
    thread = read(page.replace("tweet_1", f"tweet_{hostile}"))
    assert thread is not None
    assert thread.posts[0].time is None
    assert thread.published is None


@pytest.mark.parametrize("name", sorted(PAGES))
def test_nothing_of_cards_advertisements_and_scripts_is_in_the_thread(name: str) -> None:
    thread = read(PAGES[name])
    assert thread is not None
    own = codec.encode(thread).decode().partition('"other_threads"')[0]
    strangers = (
        "Rye, a short", "never a post", "Sponsored", "adsbygoogle", "synthetic thread", "Dear keeper", "Foghorns",
        "Enjoying this", "Keep Current", "force a refresh", "force-refresh", "Removed Anytime", "kiln in",
        "moths", "Dyes you", "does not hum", "Subscribe", "Bookmark", "Unroll", "${", "Twitter_Logo", "1px.png",
        "External Tweet", "Read on", "see all", "sticky-note", "widgets.js", "Share this", "Read 4 tweets", "• • •",
    )  # fmt: skip
    assert [stranger for stranger in strangers if stranger in own] == []


def test_a_long_page_is_read_quickly() -> None:
    body = "".join(post(n, "Words of a post, enough of them.<br />\n" * 6, str(10**18 + n)) for n in range(1, 101))
    page = capture(header(100) + body)
    began = time.process_time()
    thread = threadreader.extract(page)
    assert time.process_time() - began < 1.5  # it takes 0.02 s; a busy machine takes longer
    assert len(thread.posts) == 100


REFRESH = '<div class="col-force-refresh">Missing some Tweet in this thread?</div><p>Enjoying this thread?</p>'


@pytest.mark.parametrize(
    "after",
    ["", REFRESH, f"<div>• • •</div>{REFRESH}", "<div>• • •</div><div>Missing some Tweet in this thread?</div>"],
)
@pytest.mark.parametrize(
    "own", ["<p>• • •</p>", "<p>Missing some Tweet in this thread?</p>", "<footer>f</footer>", '<i class="modal">m</i>']
)
def test_what_an_author_says_like_the_foot_inside_a_post_loses_nothing_in_silence(own: str, after: str) -> None:
    thread = read(post(1, "a") + f"<div>{post(2, f'before {own} words after')}</div>" + after)
    assert thread is not None
    last = thread.posts[-1].text
    assert "words after" in last or "post.unreadable" in [notice.code for notice in losses(thread.notices)]
    if after or "•" in own:
        assert last.startswith("before")
        assert last.endswith("words after")


def test_dots_at_the_end_of_a_closed_post_are_the_authors() -> None:
    thread = read(post(1, "a <p>• • •</p>") + REFRESH)
    assert thread is not None
    assert thread.posts[0].text == "a\n• • •"


def test_dots_in_a_post_that_only_its_class_marks_do_not_end_the_thread() -> None:
    page = "".join(f'<div class="content-tweet">{words}</div>' for words in ("a", "<p>• • •</p> b", "c"))
    thread = read(page + REFRESH)
    assert thread is not None
    assert [each.text for each in thread.posts] == ["a", "• • •\nb", "c"]


@pytest.mark.parametrize("foot", [REFRESH, "<div>Missing some Tweet in this thread?</div><p>Enjoying this thread?</p>"])
def test_the_foot_in_a_post_that_was_never_closed_is_no_words_of_it(foot: str) -> None:
    page = post(1, "a") + post(2, "b <p>• • •</p> c").removesuffix("</div>")
    thread = read(f"<div>{page}<div>• • •</div>{foot}</div>")
    assert thread is not None
    assert [each.text for each in thread.posts] == ["a", "b\n• • •\nc"]
    said = [notice.where for notice in thread.notices if notice.code == "post.unreadable"]
    assert said == ([] if foot == REFRESH else ["post 2"])


def test_a_gap_in_the_pages_numbers_is_told_once() -> None:
    page = post(1, "a") + post(2, "b") + post(4, "d") + post(7, "e")
    thread = read(page)
    assert thread is not None
    (notice,) = (notice for notice in thread.notices if notice.code == "posts.missing")
    assert notice.where == "posts 3, 5, 6"
    assert codes(header(7) + page) == ["posts.missing"]
    assert codes(header(4) + page) == ["posts.missing"]
    assert codes(post(1, "a") + "<!--" + post(2, "b") + "-->" + post(3, "c")) == ["posts.missing"]
    assert codes(post(1, "a", "12") + post(2, "a", "12") + post(3, "c")) == ["posts.missing"]
    assert codes(post(2, "b")) == ["posts.missing"]


def test_a_hostile_number_makes_no_long_message() -> None:
    thread = read(post(1, "a") + "".join(post(n, "b") for n in range(10, 2000, 9)) + post(999_999, "z"))
    assert thread is not None
    assert max(len(str(notice)) for notice in thread.notices if notice.code == "posts.missing") < 200


@pytest.mark.parametrize("hostile", ["../x?&quot;&gt;&lt;b", "a/b", "a b", "@", "ada" * 9])
def test_a_hostile_handle_reaches_no_address(hostile: str) -> None:
    page = post(1, "a", "1759981257925591045").replace('"w"', f'"{hostile}"')
    thread = read(page)
    assert thread is not None
    assert (thread.author.handle, thread.author.url, thread.posts[0].author, thread.posts[0].url) == (
        "",
        None,
        None,
        None,
    )
    signed = read('<div class="screenName">@wren</div>' + page)
    assert signed is not None
    assert signed.posts[0].url == "https://twitter.com/wren/status/1759981257925591045"


def test_a_hostile_profile_is_no_authors_address() -> None:
    for address in ("javascript://twitter.com/w", "https://twitter.com:99999/w"):
        thread = read(f'<meta property="article:author" content="{address}">' + post(1, "a"))
        assert thread is not None
        assert thread.author.url == "https://twitter.com/w"
