"""What holds of every split and of every text copy."""

from __future__ import annotations

import unicodedata
from itertools import combinations, pairwise

from hypothesis import given
from hypothesis import strategies as st

from threadbound.containers.capture import Capture, nothing
from threadbound.digests import sha256
from threadbound.model.text import clean
from threadbound.model.thread import CaptureNote
from threadbound.sites.splitting import Line, gains_of, split
from threadbound.sites.textcopy_pictures import lines_of
from threadbound.sites.threadreader_text import extract, matches
from threadbound.sites.weighted_length import weighted_length

SHORT = "salt Wind. and 2/ 1. PS @ada #tide here: (so Image seaImage 🌊 塩 Why? salt.example/y… https://salt.example/x"
WORDS = st.sampled_from([*SHORT.split(), "- rope", "x" * 90])
TEXT = st.lists(WORDS, min_size=1, max_size=8).map(" ".join) | st.text(min_size=1, max_size=30)
LINE = st.builds(Line, TEXT, st.integers(0, 2), st.integers(0, 2))
LINES = st.lists(LINE, min_size=1, max_size=9)
HEADER = "Ada Keel Profile picture\nFeb 21, 2022 {} tweets 2 min read Read on X\n"
FOOT = "\n\n• • •\n\nMissing some Tweet in this thread? You can try to force a refresh\n"


def size(lines: list[Line]) -> int:
    return sum(weighted_length(line.text) for line in lines) + sum(1 + min(line.blank_before, 1) for line in lines[1:])


def seen(text: str) -> str:
    """The visible characters."""
    return "".join(c for c in clean(text) if not c.isspace() and unicodedata.category(c) != "Cf")


def capture(text: str) -> Capture:
    data = text.encode()
    return Capture(CaptureNote("page.txt", "text", sha256(data)), data, text, "text", nothing)


@given(LINES, st.integers(1, 12), st.sampled_from([(60,), (140,), (140, 25_000)]))
def test_there_are_as_many_posts_as_declared(lines: list[Line], count: int, allowed: tuple[int, ...]) -> None:
    found = split(lines, count, allowed)
    assert len(found.starts) == min(count, len(lines))
    assert found.starts[0] == 0
    assert all(before < after for before, after in pairwise(found.starts))


@given(LINES, st.integers(1, 9), st.sampled_from([60, 140, 280]))
def test_posts_keep_the_limit_wherever_that_is_possible(lines: list[Line], count: int, limit: int) -> None:
    count = min(count, len(lines))
    found = split(lines, count, (limit,))

    def fits(starts: tuple[int, ...]) -> bool:
        return all(size(lines[a:b]) <= limit for a, b in pairwise([*starts, len(lines)]))

    possible = any(fits((0, *rest)) for rest in combinations(range(1, len(lines)), count - 1))
    assert fits(found.starts) == possible
    assert found.too_long != possible


@given(LINES, st.integers(1, 9))
def test_no_split_within_a_wide_limit_is_better(lines: list[Line], count: int) -> None:
    count = min(count, len(lines))
    gains = gains_of(lines, count)
    best = max(sum(gains[n] for n in rest) for rest in combinations(range(1, len(lines)), count - 1))
    assert abs(sum(gains[n] for n in split(lines, count, (25_000,)).starts) - best) < 1e-6


@given(LINES, st.none() | st.integers(1, 9))
def test_the_same_lines_are_split_the_same_way(lines: list[Line], count: int | None) -> None:
    assert split(lines, count, (140,)) == split(list(lines), count, (140,))


@given(st.lists(TEXT, max_size=12))
def test_only_marks_of_pictures_leave_the_lines(raw: list[str]) -> None:
    raw = [line.replace("\n", " ") for line in raw]
    lines = lines_of(raw)
    kept = "".join(seen(line.text) + "Image" * line.pictures for line in lines)
    assert kept == seen("".join(raw))


@given(
    st.lists(TEXT, min_size=1, max_size=12), st.lists(st.integers(1, 3), min_size=12, max_size=12), st.integers(1, 9)
)
def test_no_word_of_a_copy_is_lost(texts: list[str], feeds: list[int], declared: int) -> None:
    texts = [f"w{''.join(text.splitlines())}" for text in texts]  # no line of a post is chrome
    body = "".join(text + "\n" * feed for text, feed in zip(texts, feeds, strict=False))
    page = capture(HEADER.format(declared) + body.rstrip("\n") + FOOT)
    assert matches(page)
    thread = extract(page)
    pictures = sum(len(post.media) for post in thread.posts)
    words = seen("".join(post.text for post in thread.posts))
    assert words.replace("Image", "") == seen("".join(texts)).replace("Image", "")
    assert words.count("Image") + pictures == seen("".join(texts)).count("Image")
    assert len(thread.posts) == declared or any(n.code == "posts.split-failed" for n in thread.notices)


@given(
    st.text(max_size=400)
    | st.lists(
        st.sampled_from([*FOOT.split("\n"), *HEADER.split("\n"), "---", "Read 3 tweets", "More from @ada", "Jun 30"]),
        max_size=20,
    ).map("\n".join)
)
def test_any_text_is_judged_without_a_crash(text: str) -> None:
    page = capture(text.encode("utf-8", "replace").decode())
    assert matches(page) in {True, False}
