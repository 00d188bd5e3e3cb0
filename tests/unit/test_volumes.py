"""Volumes that are small enough, whatever measuring says."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from threadbound import volumes
from threadbound.media.collect import Search
from threadbound.media.pictures import Pictures
from threadbound.options import BindOptions, CollectionOptions
from threadbound.pipeline import Content, Page, Product

SAMPLES = runpy.run_path(str(Path(__file__).parents[1] / "samples.py"))


def pages(count: int) -> tuple[Page, ...]:
    made: list[Page] = []
    for number in range(count):
        thread = SAMPLES["thread"](SAMPLES["post"](1, f"Thread {number}."), id=str(number))
        made.append(Page(f"{number}.html", SAMPLES["capture"](), thread, thread, Search((), Pictures())))
    return tuple(made)


@given(sizes=st.lists(st.integers(1, 100), min_size=2, max_size=12), data=st.data())
def test_every_volume_fits_or_is_a_single_thread(sizes: list[int], data: Any) -> None:
    """Even where what is measured is no sum of parts, so that no weight can be right."""
    extra = data.draw(st.lists(st.integers(0, 60), min_size=len(sizes), max_size=len(sizes)))
    content, most = Content(pages(len(sizes))), 100

    def size(each: Content) -> int:
        places = [int(str(page.thread.id)) for page in each.pages]
        return sum(sizes[place] for place in places) + extra[places[0]] * (len(places) > 1)

    made = volumes._small_enough(content, [content], most, size, [1.0] * len(sizes))
    assert [page for each in made for page in each.pages] == list(content.pages)
    assert all(size(each) <= most or len(each.pages) == 1 for each in made)


def test_a_book_that_is_too_large_says_why_and_falls_short() -> None:
    threads = tuple(page.thread for page in pages(2))
    options = BindOptions("epub", collection=CollectionOptions(max_size=100))
    assert not volumes.told(Product(Path("b"), (), threads, "", 100), options).falls_short
    several = volumes.told(Product(Path("b"), (), threads, "", 101, "a remark"), options)
    assert several.falls_short
    assert several.remark == "a remark; larger than --max-size: 101 bytes, and it could not be divided further"
    alone = volumes.told(Product(Path("b"), (), threads[:1], "", 1234), options)
    assert alone.remark == "larger than --max-size: 1,234 bytes, and no thread can be divided"
