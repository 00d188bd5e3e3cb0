"""Whose folder is whose, among thousands of pages in one place."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from threadbound.containers import companions

NAMES = st.text("aAé._-1", min_size=1, max_size=6)
WORDS = st.sampled_from(["files", "Dateien", "ไฟล์", "x", "12", "a_files", ""])


@given(NAMES, NAMES, WORDS, st.sampled_from([".html", ".mht", ""]))
def test_a_folder_is_a_pages_by_its_name_a_sign_and_a_word(stem: str, other: str, word: str, suffix: str) -> None:
    page = f"{stem}{suffix}"
    if companions.stem_of(page) != stem.casefold():
        return  # what looks like a suffix is one
    for sign in "_-.":
        is_browsers = word.casefold() in companions.WORDS
        assert companions.belongs(f"{stem}{sign}{word}", page) == is_browsers
        if word.isalpha() or is_browsers:
            assert companions.owner_of(f"{stem}{sign}{word}") == companions.stem_of(page)
        if companions.belongs(f"{other}{sign}{word}", page):
            assert is_browsers
            assert other.casefold() == stem.casefold()


def test_a_folder_of_many_pages_is_listed_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(30):
        (tmp_path / f"{number}.html").touch()
        (tmp_path / f"{number}_files").mkdir()
    (tmp_path / "moved_files").mkdir()
    os.utime(tmp_path, (1_700_000_000, 1_700_000_000))
    listed = 0
    scandir = os.scandir

    def counted(path: Any) -> Iterator[Any]:
        nonlocal listed
        listed += 1
        return scandir(path)

    monkeypatch.setattr(os, "scandir", counted)
    for number in range(30):
        found = companions.companions_of(tmp_path / f"{number}.html")
        assert [folder.name for folder in found] == [f"{number}_files", "moved_files"]
    assert listed == 1


def test_a_folder_that_has_just_changed_is_listed_again(tmp_path: Path) -> None:
    page = tmp_path / "a.html"
    page.touch()
    assert companions.companions_of(page) == []
    (tmp_path / "a_files").mkdir()
    assert companions.companions_of(page) == [tmp_path / "a_files"]
    os.utime(tmp_path, (1_700_000_000, 1_700_000_000))
    assert companions.companions_of(page) == [tmp_path / "a_files"]
    (tmp_path / "b_files").mkdir()
    assert companions.companions_of(page) == [tmp_path / "a_files", tmp_path / "b_files"]
