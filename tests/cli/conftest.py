"""What the tests of backup runs, of editions and of volumes stand on."""

from __future__ import annotations

import runpy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from threadbound import verification

BOOKS = runpy.run_path(str(Path(__file__).with_name("books.py")))
ident = BOOKS["ident"]
BACKING = runpy.run_path(str(Path(__file__).with_name("backing.py")))


@pytest.fixture
def place(tmp_path: Path, make_page: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> Any:
    """A :class:`Place`, with its parent as the current folder."""
    root = tmp_path / "place"
    root.mkdir()
    monkeypatch.chdir(tmp_path)
    return BACKING["Place"](root, make_page)


@pytest.fixture
def no_judges(monkeypatch: pytest.MonkeyPatch) -> None:
    """Outside judges take seconds: ``tests/conformance`` calls them."""
    monkeypatch.setattr(verification, "JUDGES", ())


@pytest.fixture
def page(make_page: Callable[..., Path], tmp_path: Path) -> Callable[..., Path]:
    """A maker of saved pages, one a day: ``page(3, "Words.", "More.")``."""

    def make(day: int, *bodies: str, name: str = "") -> Path:
        words = list(bodies or (f"Thread of day {day} it is. So much for that.", "And more."))
        return make_page(words, folder=tmp_path / "saved", name=name or f"{day}.html", first=ident(day))

    return make


@pytest.fixture
def two_authors(make_page: Callable[..., Path], tmp_path: Path) -> Callable[..., None]:
    """A maker of threads of a day, by an author, with a word in it."""

    def make(day: int, handle: str, word: str) -> None:
        bodies = [f"Thread of day {day} it is. So much for that.", f"And more {word}."]
        given = {"folder": tmp_path / "saved", "name": f"{day}.html", "first": ident(day)}
        make_page(bodies, handle=handle, author=handle.title(), **given)

    return make


@pytest.fixture
def written(make_page: Callable[..., Path], tmp_path: Path) -> Callable[[int, str, str], None]:
    """A maker of threads of a day, by an author with a handle, or with none, and a display name."""

    def make(day: int, handle: str, name: str) -> None:
        given = {"folder": tmp_path / "saved", "name": f"{day}.html", "first": ident(day)}
        make_page([f"Thread of day {day} it is. So much."], handle=handle, author=name, **given)

    return make
