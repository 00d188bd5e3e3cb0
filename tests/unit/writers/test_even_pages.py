"""A piece of a list that another one follows has no page that is nearly empty: all end a little higher instead."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from threadbound.writers import even_pages, fonts, pdf_library, tuning

pytestmark = pytest.mark.slow

SHEET = """@page { size: 100mm 120mm; margin: 10mm; @bottom-center { content: counter(page) } }
body { font: 10px/12px "EB Garamond" } p { margin: 0; break-inside: avoid } .columns { columns: 2 }"""
ENTRY = "<p>Entry {n}{more}</p>"
#: Every third entry has a second line.
MORE = " of a list that is long enough to be divided into pieces, and goes on and on until its line is full, and behind"


class Laid:
    """A list, and what was laid out of it."""

    def __init__(self, cache: Path, entries: int, columns: bool = False) -> None:  # noqa: FBT001, FBT002
        fonts.activate(cache)
        self.tries = 0
        inside = "".join(ENTRY.format(n=n, more="" if n % 3 or columns else MORE) for n in range(entries))
        kind = "columns" if columns else "list"
        markup = (
            f"<html lang=en><head><style>{SHEET}</style></head><body><div class={kind}>{inside}</div></body></html>"
        )
        self.library = pdf_library.weasyprint()
        self.html = self.library.HTML(string=markup, base_url=pdf_library.BASE)
        self.before = self.html.render()

    def again(self, css: str) -> Any:
        self.tries += 1
        assert ": -" not in css  # which WeasyPrint would leave out
        return self.html.render(stylesheets=[self.library.CSS(string=css)])


def used(document: Any) -> list[float]:
    """How much of the first page's height each page has used before, by the sheet that all have."""
    return [tuning.used(page._page_box) / 378 for page in document.pages]  # 100 mm, in pixels


def words(document: Any) -> list[str]:
    boxes = (box for page in document.pages for box in page._page_box.children[0].descendants())
    return [box.text for box in boxes if hasattr(box, "text")]


@pytest.mark.parametrize(
    ("entries", "columns"), [(100, False), (121, False), (123, False), (150, True), (210, True), (260, True)]
)
def test_pages_end_at_about_one_height_and_are_not_more(entries: int, columns: bool, cache: Path) -> None:  # noqa: FBT001
    laid = Laid(cache, entries, columns)
    filled = used(laid.before)
    assert filled[-1] < even_pages.FULL  # else there is nothing to do
    even = used(made := even_pages.evened(laid.before, laid.again))
    assert len(even) == len(filled)
    assert min(even) >= max(even) - 0.17  # three lines and a half
    assert words(made) == words(laid.before)


def test_a_last_page_that_is_full_and_a_single_one_stay_as_they_are(cache: Path) -> None:
    for entries in (112, 20):
        laid = Laid(cache, entries)
        assert even_pages.evened(laid.before, laid.again) is laid.before
        assert laid.tries == 0


def test_where_no_height_does_the_pages_stay_as_they_are(cache: Path) -> None:
    laid = Laid(cache, 100)

    def never(css: str) -> Any:
        laid.again(css)
        return Laid(cache, 400).before

    assert even_pages.evened(laid.before, never) is laid.before
    assert laid.tries == even_pages.TRIES


def test_pages_that_are_shorter_by_an_estimate_are_let_be_where_they_are_full_and_longer_where_they_are_not(
    cache: Path,
) -> None:
    laid = Laid(cache, 100)
    laid.before = laid.again(even_pages.shorter(36, "px"))
    assert len(laid.before.pages) == 5
    laid.tries = 0
    assert even_pages.evened(laid.before, laid.again) is laid.before
    laid.before = Laid(cache, 113).again(even_pages.shorter(30, "px"))  # on a page more, and they all but fill theirs
    assert len(even_pages.evened(laid.before, Laid(cache, 113).again).pages) < len(laid.before.pages)
    for by in (100, 1):  # more than fits, and much less
        laid.before = laid.again(even_pages.shorter(by, "px"))
        even = used(even_pages.evened(laid.before, laid.again))
        assert len(even) == 5
        assert min(even) >= max(even) - 0.17
