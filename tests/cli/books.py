"""What a book says, and ids of posts of a day."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path

import pikepdf
import pytest

from threadbound.cli.app import run


def ident(day: int) -> int:
    """The id of a post of so many days after the first of January 2021."""
    return (1609459200000 - 1288834974657 + day * 86_400_000) << 22


def catalogued(book: Path) -> str:
    """The title that a library program lists a book by; in a PDF the two places of it agree."""
    if book.suffix == ".pdf":
        with pikepdf.open(book) as pdf:
            title = str(pdf.docinfo.Title)
            assert f">{title}<".encode() in pdf.Root.Metadata.read_bytes()
        return title
    with zipfile.ZipFile(book) as archive:
        found = re.search("<dc:title[^>]*>([^<]*)</dc:title>", archive.read("EPUB/content.opf").decode())
    return found[1] if found else ""


def said(book: Path, name: str) -> str:
    with zipfile.ZipFile(book) as archive:
        return archive.read(f"EPUB/{name}.xhtml").decode()


def days_of(book: Path) -> list[int]:
    """The days of the threads that a book holds."""
    with zipfile.ZipFile(book) as archive:
        listed = archive.read("EPUB/evidence/threads.jsonl").decode()
    return sorted({int(day) for day in re.findall(r"Thread of day (\d+) it is", listed)})


def record_of(book: Path, out: Path) -> dict[str, object]:
    """What a book says that was decided about it."""
    assert run(["extract", str(book), "-d", str(out), "-q"]) == 0
    found: dict[str, object] = json.loads((out / "collection.json").read_text())["collection"]
    return found


def check(book: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """What ``verify`` says of a sound book."""
    assert run(["verify", str(book)]) == 0
    return capsys.readouterr().err
