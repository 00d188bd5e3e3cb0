"""The books of the gallery look as they did when a person looked at them.

When a page fails, look at ``output/gallery/failed``; when the new page is the better one, ``make gallery-update``.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from gallery import books, goldens, page
from gallery.samples import BOOKS, SAMPLES

GOLDEN = sorted(BOOKS)


@pytest.mark.judge
@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", GOLDEN)
def test_pages_are_the_golden_ones(name: str, tmp_path: Path) -> None:
    book = BOOKS[name]
    if not books.can_draw(book):
        pytest.skip("no Chromium here: screens of e-readers are not drawn")
    product = books.bind(name, tmp_path)
    actual = [goldens.small(book, each) for each in books.pictures(book, product, goldens.DPI)]
    assert goldens.faults(book, actual) == []


def test_every_book_has_golden_pages_and_they_are_small() -> None:
    made = json.loads(goldens.INDEX.read_text("utf-8"))
    assert sorted(made["pages"]) == GOLDEN
    assert {path.stem for path in goldens.GOLDEN.glob("*.png")} == set(GOLDEN)
    assert sum(path.stat().st_size for path in goldens.GOLDEN.iterdir()) < 1_600_000


def test_what_fails_is_named_and_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(goldens, "FAILED", tmp_path)
    book = BOOKS["one-post"]
    pages = goldens.expected(book)
    assert pages
    assert goldens.faults(book, pages) == []
    assert goldens.faults(book, pages[:-1]) == [f"one-post: {len(pages) - 1} pages, golden are {len(pages)}"]
    spoilt = pages[0].copy()
    ImageDraw.Draw(spoilt).rectangle((100, 300, 300, 360), fill=0)
    (told,) = goldens.faults(book, [spoilt, *pages[1:]])
    assert told.startswith("one-post page 1: ")
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        f"one-post-01-{kind}.png" for kind in ("actual", "difference", "expected")
    ]


def test_renewed_pages_are_read_back_as_they_were(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(goldens, "GOLDEN", tmp_path)
    monkeypatch.setattr(goldens, "INDEX", tmp_path / "made-with.json")
    book = BOOKS["one-post"]
    pages = [Image.linear_gradient("L").resize((60, 80)), Image.new("L", (40, 90), 255)]
    reduced = [goldens.small(book, each) for each in pages]
    goldens.renew(book, reduced)
    assert [each.tobytes() for each in goldens.expected(book)] == [each.tobytes() for each in reduced]
    assert goldens.known()["pillow"] == goldens.tools()["pillow"]


def test_a_thread_may_be_amended_before_it_is_bound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As it is, it gives the same words and pages as the command line."""
    plain = books.bind("one-post", tmp_path / "plain").read_bytes()
    monkeypatch.setitem(SAMPLES, "one-post", replace(SAMPLES["one-post"], amend=lambda thread: thread))
    assert books.bind("one-post", tmp_path / "amended").read_bytes() == plain


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_saved_pages_are_the_same_each_time(name: str, tmp_path: Path) -> None:
    one, other = (page.write(SAMPLES[name], tmp_path / folder) for folder in ("one", "other"))
    assert one.read_bytes() == other.read_bytes()
    files = sorted((tmp_path / "one" / f"{name}_files").iterdir())
    assert all((tmp_path / "other" / f"{name}_files" / each.name).read_bytes() == each.read_bytes() for each in files)
