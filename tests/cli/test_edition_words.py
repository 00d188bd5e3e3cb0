"""What a new edition says beside what it holds: of its chapters, of a book that cannot be read, of one that grows."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from threadbound import pipeline
from threadbound.cli.app import run
from threadbound.errors import FileTrouble

pytestmark = pytest.mark.usefixtures("no_judges")
PRODUCTS = ("pdf", "epub")
LOST = '<span class="entity-image"><img src="/images/1px.png" data-src="https://pbs.twimg.com/media/A.jpg"></span>'


@pytest.mark.parametrize("how", [[], ["--dry-run"], ["-v"], ["--strict"]])
@pytest.mark.parametrize("others", [0, 1])
def test_what_the_chapters_of_a_book_lack_is_said_with_the_name_of_the_book(
    how: list[str], others: int, page: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = tmp_path / "b.epub"
    page(1, f"Monday it rained. So we stayed.{LOST}")
    for day in range(2, 2 + others):
        page(day)
    assert run(["epub", str(tmp_path / "saved"), "-o", str(book)]) == 3
    capsys.readouterr()
    assert run(["epub", str(page(9)), "--update", str(book), *how]) == {"--strict": 7}.get(
        "".join(how), 3 * (how != ["--dry-run"])
    )
    told = capsys.readouterr().err
    own = f"threadbound: {book}: 1.html: "
    assert f"{own}{'losses are not allowed with --strict: ' if how == ['--strict'] else 'lost: '}a picture" in told
    assert told.replace(str(tmp_path), "").count(str(Path(tempfile.gettempdir()))) == 0


def test_a_book_that_cannot_be_read_when_it_is_unpacked_is_named_too(
    page: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    book = tmp_path / "b.epub"
    assert run(["epub", str(page(1)), "-o", str(book)]) == 0

    def refuse(name: str, *_: object) -> None:
        raise FileTrouble(f"{name}: it is none of ours")

    monkeypatch.setattr(pipeline, "read_all", refuse)
    assert run(["epub", str(page(2)), "--update", str(book)]) == 5
    assert f"threadbound: {book}: it is none of ours\n" in capsys.readouterr().err


@pytest.mark.parametrize("product", PRODUCTS)
def test_that_the_book_of_one_thread_becomes_a_collection_is_said(
    product: str, page: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = tmp_path / f"b.{product}"
    assert run([product, str(page(1)), "-o", str(book)]) == 0
    page(5)
    saved = str(page(9).parent)
    now = f"threadbound: {book}: it was the book of one thread and becomes a collection of 3; bind new pages without"
    capsys.readouterr()
    for how in (["--dry-run"], []):
        assert run([product, saved, "--update", str(book), *how]) == 0
        assert capsys.readouterr().err.count(now) == 1
    page(12)
    assert run([product, saved, "--update", str(book)]) == 0
    assert "the book of one thread" not in capsys.readouterr().err


def test_a_collection_that_has_one_thread_as_yet_grows_in_silence(
    page: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = tmp_path / "b.epub"
    saved = str(page(1).parent)
    assert run(["epub", saved, "-o", str(book), "--since", "2021"]) == 0
    page(9)
    assert run(["epub", saved, "--update", str(book)]) == 0
    assert "the book of one thread" not in capsys.readouterr().err
