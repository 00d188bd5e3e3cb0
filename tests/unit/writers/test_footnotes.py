"""Notes at the foot of the page: each stands once, on the page where its number does, and is a note to everybody."""

from __future__ import annotations

import random
import runpy
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from threadbound.cli.app import run
from threadbound.writers import footnotes

elements: Callable[[Path], list[Any]] = runpy.run_path(str(Path(__file__).with_name("pdf_structure.py")))["elements"]
WORDS = "the keeper of the harbour wrote in pencil beside a row of small teeth and went home for the winter".split()


def post(chance: random.Random, longest: int) -> str:
    """Words with none, one or two links of very different lengths in them."""

    def some() -> str:
        return " ".join(chance.choices(WORDS, k=chance.randint(1, 30)))

    def link() -> str:
        url = f"https://{chance.choice(['a', 'archive.of-a-harbour'])}.example/" + "/".join(
            chance.choice(["x", "a-long-piece-of-an-address", "1953"]) for _ in range(chance.randint(1, longest))
        )
        return f"<a href='{url}'>{url[8:30]}…</a>"

    return " ".join([some(), *(f"{link()} {some()}" for _ in range(chance.choice([0, 1, 1, 2])))])


def notes(book: Path) -> tuple[dict[str, int], dict[str, list[int]]]:
    """Name of a note → the page that it stands on, and the pages that refer to it."""
    with pikepdf.open(book) as document:
        pages = {page.obj.objgen: number for number, page in enumerate(document.pages)}
        listed = list(document.Root.Names.Dests.Names)
        standing = {str(name): pages[place[0].objgen] for name, place in zip(listed[::2], listed[1::2], strict=True)}
        called: dict[str, list[int]] = {}
        for number, page in enumerate(document.pages):
            for annotation in page.obj.get("/Annots", ()):
                if "/Dest" in annotation:
                    called.setdefault(str(annotation.Dest), []).append(number)
    return {name: page for name, page in standing.items() if "-foot" in name}, called


@pytest.mark.parametrize(("seed", "longest", "size"), [(1, 3, "a5"), (2, 9, "a4"), (3, 20, "a5"), (5, 12, "70x110")])
def test_every_note_stands_once_where_its_number_is(
    seed: int, longest: int, size: str, make_page: Callable[..., Path], tmp_path: Path
) -> None:
    chance = random.Random(seed)  # noqa: S311 - a law's sample
    page, book = make_page([post(chance, longest) for _ in range(30)]), tmp_path / "b.pdf"
    assert run(["pdf", str(page), "-o", str(book), "--links", "footnote", "--page-size", size]) == 0
    standing, called = notes(book)
    assert len(standing) > 15
    far = [name for name, where in standing.items() if where != called[name][0]]
    assert all(standing[name] == called[name][0] + 1 for name in far)
    assert len(far) <= len(standing) / 10
    told = [each for each in elements(book) if each.role == "Note"]
    assert len(told) == len(standing)
    assert all("https://" in each.text for each in told)


def test_a_note_is_no_part_of_the_words_that_go_on_overleaf(make_page: Callable[..., Path], tmp_path: Path) -> None:
    words = " ".join(f"word{k}" for k in range(900))
    page, book = make_page([f"One. {words} <a href='https://e.org/a'>e.org/a</a> {words}", words]), tmp_path / "b.pdf"
    assert run(["pdf", str(page), "-o", str(book), "--links", "footnote", "--page-size", "a5"]) == 0
    assert notes(book)[0]
    assert run(["verify", str(book)]) == 0


def test_a_very_long_address_stands_at_the_end(make_page: Callable[..., Path], tmp_path: Path) -> None:
    url = "https://example.org/?" + "&".join(f"key{k}=value" for k in range(300))
    page = make_page(["First.", f"Here: <a href='{url.replace('&', '&amp;')}'>example.org</a>", "Last."])
    assert run(["pdf", str(page), "-o", str(tmp_path / "b.pdf"), "--links", "footnote"]) == 0
    standing, called = notes(tmp_path / "b.pdf")
    assert not standing
    assert list(called) == ["t1-n1"]


def test_books_without_such_notes_are_as_they_would_be(
    example: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(["pdf", str(example), "-o", str(tmp_path / "a.pdf")]) == 0
    monkeypatch.setattr(footnotes, "kept", nullcontext)
    assert run(["pdf", str(example), "-o", str(tmp_path / "b.pdf"), "--links", "endnote"]) == 0
    assert (tmp_path / "a.pdf").read_bytes() == (tmp_path / "b.pdf").read_bytes()
