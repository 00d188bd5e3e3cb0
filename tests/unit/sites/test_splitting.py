"""The boundary search on invented lines."""

from __future__ import annotations

import time

import pytest

from threadbound.sites.splitting import FEATURES, Line, split
from threadbound.sites.weighted_length import LONG, limits, weighted_length

TWEET = (280,)
FULL = "A sentence that says what it has to say in a good many words, and then some more of them, so that it fills " * 2


def firsts(lines: list[Line], count: int | None, allowed: tuple[int, ...] = TWEET) -> list[str]:
    return [lines[start].text for start in split(lines, count, allowed).starts]


def test_every_feature_has_a_name_of_its_own_and_a_reason() -> None:
    assert len({feature.name for feature in FEATURES}) == len(FEATURES)
    assert all(feature.why and feature.weight for feature in FEATURES)


def test_no_lines_are_no_posts() -> None:
    assert split([], 3, TWEET).starts == ()


def test_one_line_each_is_sure() -> None:
    lines = [Line(f"{FULL}{n}.") for n in range(5)]
    found = split(lines, 5, TWEET)
    assert found.starts == (0, 1, 2, 3, 4)
    assert found.confidence == "sure"


def test_blank_lines_are_inside_posts() -> None:
    lines = [Line("One."), Line("Still one.", 1), Line("Two."), Line("Still two.", 2), Line("Three.")]
    assert firsts(lines, 3) == ["One.", "Two.", "Three."]


def test_a_blank_line_parts_posts_where_the_count_wants_it() -> None:
    lines = [Line("One."), Line("Two.", 1), Line("Three.", 1)]
    assert split(lines, 3, TWEET).starts == (0, 1, 2)


def test_a_list_stays_with_the_line_that_announces_it() -> None:
    lines = [Line(FULL), Line("What I packed:"), Line("- a lamp"), Line("- a rope"), Line("- soap"), Line(FULL)]
    assert firsts(lines, 3) == [FULL, "What I packed:", FULL]


def test_an_enumeration_is_no_numbering_of_posts() -> None:
    lines = [Line(FULL), Line("Reasons:"), Line("1. Rent"), Line("2. Dust"), Line("3. Rain"), Line(FULL), Line(FULL)]
    assert firsts(lines, 4) == [FULL, "Reasons:", FULL, FULL]


@pytest.mark.parametrize("form", ["{}/", "{}/6", "{}.", "{})", "({})"])
def test_hand_numbers_begin_posts(form: str) -> None:
    numbered = [[f"{form.format(n)} The {n}th thing is short.", "And it has a second line."] for n in range(2, 7)]
    lines = [Line("A story in parts."), *(Line(text) for post in numbered for text in post)]
    assert firsts(lines, 6) == ["A story in parts.", *(post[0] for post in numbered)]


def test_a_picture_ends_its_post() -> None:
    lines = [Line("Look at this", pictures=1), Line("and at that"), Line("or this"), Line("", 0, 1), Line("and here")]
    assert split(lines, 3, TWEET).starts == (0, 1, 4)


def test_postscripts_are_posts() -> None:
    lines = [Line("The end."), Line("PS One more."), Line("It is short."), Line("PPS And another.")]
    assert firsts(lines, 3) == ["The end.", "PS One more.", "PPS And another."]


def test_a_link_alone_belongs_to_the_words_above() -> None:
    lines = [Line("Read the report."), Line("salt.example/report…"), Line("It is long."), Line("The end.")]
    assert firsts(lines, 3) == ["Read the report.", "It is long.", "The end."]


def test_no_post_exceeds_the_limit_of_its_day() -> None:
    lines = [Line("x" * 130), Line("continues here " * 8), Line("ends here")]
    assert split(lines, 2, (140,)).starts == (0, 1)
    assert not split(lines, 2, (140,)).too_long


def test_where_the_count_needs_longer_posts_it_is_kept_and_said() -> None:
    found = split([Line(FULL), Line(FULL), Line(FULL)], 2, TWEET)
    assert len(found.starts) == 2
    assert found.too_long
    assert found.confidence == "a guess"


def test_long_posts_are_allowed_once_the_ordinary_limit_cannot_explain_the_page() -> None:
    assert not split([Line(FULL), Line(FULL), Line(FULL)], 2, (280, LONG)).too_long


def test_equal_lines_still_give_the_declared_number() -> None:
    assert len(split([Line("la la la")] * 50, 17, TWEET).starts) == 17


def test_a_toss_up_is_a_guess() -> None:
    assert split([Line("Red.")] * 4, 2, TWEET).confidence == "a guess"


def test_without_a_count_the_words_decide() -> None:
    lines = [Line(FULL + "."), Line(FULL + "."), Line("Then came:"), Line("a small one")]
    assert split(lines, None, TWEET).starts == (0, 1, 2)


def test_the_time_grows_no_faster_than_the_square_of_the_lines() -> None:
    def spent(count: int) -> float:
        lines = [Line(f"Line {n} " + "and more words " * (n * 7919 % 17), n % 3 == 1) for n in range(count)]
        before = time.process_time()
        assert len(split(lines, count * 3 // 10, TWEET).starts) == count * 3 // 10
        return time.process_time() - before

    assert spent(5000) < 8 * spent(2500)  # four, and what a busy machine adds: a third power is eight


@pytest.mark.parametrize("piece", ["a", "a-", "a.", "@a ", "(", "1", "https://", "\U0001f44d\U0001f3fd", "Thread"])
def test_a_line_of_a_million_characters_is_no_trap(piece: str) -> None:
    line = Line(piece * (1_000_000 // len(piece)))
    before = time.process_time()
    split([line, line], 1, TWEET)
    assert time.process_time() - before < 5


@pytest.mark.parametrize(
    ("words", "length"),
    [
        ("abc", 3),
        ("塩と水", 6),
        ("👍🏽", 2),
        ("👩\u200d🌾", 2),
        ("🇵🇱", 2),
        ("see https://salt.example/a/very/long/address/indeed", 27),
        ("see salt.example", 16),
        ("@one @two and words", 9),
        ("e\u0301", 1),
    ],
)
def test_the_length_is_weighted_as_twitter_does(words: str, length: int) -> None:
    assert weighted_length(words) == length


@pytest.mark.parametrize(
    ("day", "allowed"),
    [
        ("2017-11-07", (140,)),
        ("2017-11-08", (280,)),
        ("2023-02-07", (280,)),
        ("2023-02-08", (280, LONG)),
        (None, (280, LONG)),
    ],
)
def test_limits_grew(day: str | None, allowed: tuple[int, ...]) -> None:
    assert limits(day) == allowed
