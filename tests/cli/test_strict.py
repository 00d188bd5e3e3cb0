"""``--strict``: a book that would lack a page is not made, and replaces none."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from threadbound.cli.app import run


@pytest.mark.parametrize("product", ["pdf", "epub"])
@pytest.mark.parametrize("update", [False, True])
def test_with_strict_no_book_replaces_one_that_has_a_page_that_is_empty_now(
    product: str, make_page: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str], *, update: bool
) -> None:
    saved, book = tmp_path / "saved", tmp_path / f"b.{product}"
    for n in range(3):
        make_page([f"Thread {n} begins."], folder=saved, name=f"{n}.html", first=1498301191378579461 + (n << 50))
    (saved / "notes.txt").write_text("no thread of any kind, and no page")
    assert run([product, str(saved), "-o", str(book), "--strict"]) == 0
    good = book.read_bytes()
    (saved / "1.html").write_text("")
    make_page(["New is what comes late."], folder=saved, name="new.html", first=1498301191378579461 + (9 << 50))
    how = ["--update", str(book)] if update else ["-o", str(book), "--force"]
    assert run([product, str(saved), *how, "-q", "--strict"]) == 7
    assert "the book: not made" in capsys.readouterr().err
    assert book.read_bytes() == good
