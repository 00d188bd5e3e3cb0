"""Volumes hold every thread once, in order; estimates grow with what is to be set."""

from __future__ import annotations

import runpy
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from threadbound.book import estimates, volumes
from threadbound.book.collection import Collection
from threadbound.book.estimates import Measure
from threadbound.model.media import Media
from threadbound.model.thread import Author, Thread

SAMPLES = runpy.run_path(str(Path(__file__).parents[2] / "samples.py"))
post, thread = SAMPLES["post"], SAMPLES["thread"]
A5 = Measure(65, 32)


@given(st.lists(st.floats(0.1, 1000), min_size=1, max_size=40), st.floats(1, 2000))
def test_volumes_by_weight_hold_all_and_are_too_heavy_only_alone(weights: list[float], most: float) -> None:
    runs = volumes.by_weight(weights, most)
    assert [place for run in runs for place in run] == list(range(len(weights)))
    assert all(len(run) == 1 or sum(weights[place] for place in run) <= most * 1.000001 for run in runs)


@given(st.integers(1, 200), st.integers(1, 50))
def test_volumes_by_number_hold_all_and_no_more_than_asked_for(count: int, most: int) -> None:
    runs = volumes.by_number(count, most)
    assert [place for run in runs for place in run] == list(range(count))
    assert all(1 <= len(run) <= most for run in runs)


def several(count: int) -> list[Thread]:
    return [
        thread(post(1, f"Thread {k} of them. So it goes."), id=str(k), published=f"20{10 + k}-01-01")
        for k in range(count)
    ]


def test_every_volume_lists_the_chapters_of_all_and_has_the_titles_of_its_own() -> None:
    decided = Collection(titles={"threadreader:0": "The first", "threadreader:2": "The last"}, identifier="urn:x")
    first, last = volumes.numbered(several(3), [range(2), range(2, 3)], decided)
    assert first.volume
    assert last.volume
    assert [(each.title, each.volume) for each in first.volume.listed] == [
        ("The first", 1),
        ("Thread 1 of them", 1),
        ("The last", 2),
    ]
    assert first.volume.listed == last.volume.listed
    assert (first.titles, last.titles) == ({"threadreader:0": "The first"}, {"threadreader:2": "The last"})
    assert {first.volume.set_identifier, last.volume.set_identifier} == {"urn:x"}
    assert first.volume.title == "Threads, 2010–2012"
    assert volumes.numbered(several(3), [range(3)], decided) == [decided]


def test_estimates_grow_with_words_and_pictures() -> None:
    one = thread(post(1, "Words of it. " * 20))
    longer = thread(post(1, "Words of it. " * 400))
    shown = replace(one, posts=(replace(one.posts[0], media=(Media("image", "https://m.example/a", ""),) * 4),))
    assert estimates.pages([one], A5) < estimates.pages([longer], A5)
    assert estimates.pages([one], A5) < estimates.pages([shown], A5)
    assert estimates.pages([one] * 3, A5) < estimates.pages([one] * 30, A5)
    days = [replace(one, published=f"2022-0{month}-01") for month in range(1, 7)]
    assert estimates.pages(days, A5, "none") + 12 < estimates.pages(days, A5, "month")
    assert estimates.pages(days, replace(A5, is_facing=False), "month") < estimates.pages(days, A5, "month")


def test_the_contents_of_all_volumes_say_whose_each_chapter_is_where_there_are_several_authors() -> None:
    one, other = several(2)
    alone, _ = volumes.numbered([one, other], [range(1), range(1, 2)], Collection())
    other = replace(other, author=Author("ono", name="Ono"))
    mixed, _ = volumes.numbered([one, other], [range(1), range(1, 2)], Collection())
    assert alone.volume
    assert mixed.volume
    assert alone.volume.listed[1].detail == "1 January 2011 · 1 post"
    assert mixed.volume.listed[1].detail == "Ono\u200e · 1 January 2011 · 1 post"
