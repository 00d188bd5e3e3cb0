"""Page labels say what is printed on the pages."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from threadbound.cli.app import run
from threadbound.writers.pdf_labels import Label, filled, runs

MANY = ["A post that is one of many, and long enough to take a line or two of a page. " * 4] * 30


def labelled(path: Path) -> list[tuple[str, str]]:
    """The label of each page, and the number that is printed at its foot."""
    with pypdfium2.PdfDocument(path) as document:
        return [
            (
                document.get_page_label(k),
                page.get_textpage().get_text_bounded(top=page.get_artbox()[1]).strip().split("\n")[-1],
            )
            for k, page in enumerate(document)
        ]


@pytest.mark.parametrize("options", [(), ("--page-size", "kindle-scribe", "--theme", "sans"), ("--page-size", "a5")])
def test_one_thread(options: tuple[str, ...], make_page: Callable[..., Path], tmp_path: Path) -> None:
    assert run(["pdf", "-q", str(make_page(MANY)), "-o", str(tmp_path / "b.pdf"), *options]) == 0
    found = labelled(tmp_path / "b.pdf")
    assert len(found) > 3
    assert [label for label, _ in found] == [str(k) for k in range(1, len(found) + 1)]
    assert all(printed in {label, ""} for label, printed in found)
    assert sum(not printed for _, printed in found) < 3  # no more than the colophon


def test_a_collection_has_a_cover_roman_front_matter_and_numbered_pages(
    make_page: Callable[..., Path], tmp_path: Path
) -> None:
    folder = tmp_path / "saved"
    make_page(MANY, folder=folder, name="a.html", first=1498301191378579461)
    make_page(MANY, folder=folder, name="b.html")
    assert run(["pdf", "-q", str(folder), "-o", str(tmp_path / "b.pdf")]) == 0
    found = labelled(tmp_path / "b.pdf")
    assert [label for label, _ in found[:8]] == ["Cover", "ii", "iii", "iv", "v", "vi", "1", "2"]
    assert [label for label, _ in found[6:]] == [str(k) for k in range(1, len(found) - 5)]
    printed = [(label, words) for label, words in found if words]
    assert len(printed) > len(found) // 2
    assert all(label == words for label, words in printed)


NUMBERS = st.builds(Label, st.sampled_from("Drai"[:3]), st.integers(1, 60))


@given(st.lists(st.none() | NUMBERS | st.just(Label(words="Cover")), max_size=12))
def test_printed_labels_stay_and_every_page_has_one(printed: list[Label | None]) -> None:
    labels = filled(printed)
    assert len(labels) == len(printed)
    assert all(before in (None, after) for before, after in zip(printed, labels, strict=True))
    assert all(label.words or label.number > 0 for label in labels)


@given(st.lists(NUMBERS, min_size=1, max_size=12))
def test_the_series_give_the_labels_back(labels: list[Label]) -> None:
    series = list(runs(labels))
    assert series[0][0] == 0
    back = [next(start.moved(k - index) for index, start in reversed(series) if index <= k) for k in range(len(labels))]
    assert back == labels


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ([None, None, Label("r", 3), None, None, Label("D", 2)], ["r1", "r2", "r3", "r4", "D1", "D2"]),
        ([None, None], ["D1", "D2"]),
        ([Label("D", 5), None], ["D5", "D6"]),
    ],
)
def test_pages_without_a_number_are_counted_from_their_neighbours(
    printed: list[Label | None], expected: list[str]
) -> None:
    assert [f"{label.style}{label.number}" for label in filled(printed)] == expected
