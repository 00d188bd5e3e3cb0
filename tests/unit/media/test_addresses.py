"""Addresses: every form of one picture has one identity, and the largest is asked for first."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from threadbound.media.addresses import SIZES, address_of

KEY = "https://pbs.twimg.com/media/EQ_x-1abcdEFGH9"


def known(url: str) -> tuple[str, tuple[str, ...]]:
    address = address_of(url)
    assert address
    return address.identity, address.candidates


@pytest.mark.parametrize(
    "url",
    [
        f"{KEY}.jpg",
        f"{KEY}.jpg:large",
        f"{KEY}.jpg:orig",
        f"{KEY}?format=jpg&name=small",
        f"{KEY}?format=jpg&name=4096x4096",
        f"{KEY}?format=jpg",
        f"{KEY}.jpg?name=large",
        f"{KEY}.jpg#top",
        f"http://PBS.twimg.com:80/media/{KEY.rpartition('/')[2]}.jpg",
    ],
)
def test_all_forms_are_one_picture_and_the_largest_is_asked_for_first(url: str) -> None:
    identity, candidates = known(url)
    assert identity == KEY
    assert candidates[:4] == tuple(f"{KEY}?format=jpg&name={size}" for size in SIZES)
    assert len(candidates) == len(set(candidates)) <= 5
    assert all(candidate.startswith("https://") for candidate in candidates)


def test_a_png_stays_one_and_webp_is_nobodys_original() -> None:
    assert known(f"{KEY}.png")[1][0] == f"{KEY}?format=png&name=orig"
    first = known(f"{KEY}?format=webp&name=small")[1]
    assert first[:3] == (f"{KEY}?format=jpg&name=orig", f"{KEY}?format=png&name=orig", f"{KEY}?format=webp&name=orig")


@pytest.mark.parametrize(
    "path",
    ["ext_tw_video_thumb/15/pu/img/K", "amplify_video_thumb/15/img/K", "tweet_video_thumb/K", "card_img/15/K"],
)
def test_stills_and_card_pictures_have_sizes_too(path: str) -> None:
    stem = f"https://pbs.twimg.com/{path}"
    assert known(f"{stem}.jpg")[0] == known(f"{stem}?format=jpg&name=600x314")[0] == stem
    assert known(f"{stem}.jpg")[1][0] == f"{stem}?format=jpg&name=orig"


def test_portraits() -> None:
    stem = "https://pbs.twimg.com/profile_images/12/a_b"
    for size in ("", "_normal", "_bigger", "_mini", "_400x400", "_reasonably_small"):
        identity, candidates = known(f"{stem}{size}.jpeg")
        assert identity == stem
        assert candidates[0] == f"{stem}.jpeg"
        assert f"{stem}{size}.jpeg" in candidates


def test_elsewhere_an_address_is_a_picture() -> None:
    assert known("http://example.org/a b.png?x=1#y") == (
        "https://example.org/a b.png?x=1",
        ("http://example.org/a%20b.png?x=1",),
    )
    assert known("https://example.org/a.png")[0] != known("https://example.org/a.png?x=1")[0]


@pytest.mark.parametrize(
    "url",
    [
        "",
        "a.jpg",
        "./p_files/a.jpg",
        "//x",
        "data:image/png,x",
        "file:///a",
        "ftp://x/a.jpg",
        "http://[::",
        "https:///a",
    ],
)
def test_what_is_no_address_in_the_web(url: str) -> None:
    assert address_of(url) is None


@given(st.text(max_size=40) | st.text(max_size=40).map(lambda text: f"https://pbs.twimg.com/{text}"))
def test_no_text_breaks_it_and_asking_again_changes_nothing(url: str) -> None:
    address = address_of(url)
    if address:
        assert address.candidates
        for candidate in address.candidates:
            again = address_of(candidate)
            assert again is None or again.identity == address.identity or "%" in candidate
