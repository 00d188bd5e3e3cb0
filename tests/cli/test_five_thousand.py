"""A folder of five thousand pages is one book, and what is broken among them costs a line each."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from threadbound.cli.app import run

pytestmark = pytest.mark.slow

PAGES = 5_000


def ident(day: int) -> int:
    """The id of a post of so many days after the first of January 2021."""
    return (1609459200000 - 1288834974657 + day * 86_400_000) << 22


@pytest.mark.timeout(600)
def test_five_thousand_pages_are_one_book(
    make_page: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    saved, book = tmp_path / "saved", tmp_path / "b.epub"
    for number in range(PAGES):
        make_page([f"Word {number} of all."], folder=saved, name=f"{number:04}.html", first=ident(number))
    broken = [saved / f"{number:04}.html" for number in (7, 2_500, PAGES - 1)]
    for path in broken:
        path.write_text("<html><p>Somebody cut this one short")
    assert run(["epub", str(saved), "-o", str(book)]) == 3
    said = capsys.readouterr().err.splitlines()
    assert [sum(path.name in line for line in said) for path in broken] == [1, 1, 1]
    with zipfile.ZipFile(book) as archive:
        chapters = [name for name in archive.namelist() if Path(name).stem[1:].isdigit()]
        assert len(chapters) == PAGES - len(broken)
        listed = archive.read("EPUB/contents.xhtml").decode()
        kept = archive.read("EPUB/evidence/threads.jsonl").count(b"\n")
    assert listed.count('href="t') == kept == PAGES - len(broken)
