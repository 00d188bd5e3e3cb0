"""Dictionaries from the cache divide words as pyphen's own do."""

from __future__ import annotations

from pathlib import Path

import pyphen
import pytest

from threadbound.writers import hyphenation

WORDS = ("representation", "Donaudampfschifffahrt", "extraordinaire", "hyphenation", "mercredi")


@pytest.fixture(autouse=True)
def _forget(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pyphen, "hdcache", {})


def divided(language: str) -> list[str]:
    return [pyphen.Pyphen(lang=pyphen.language_fallback(language)).inserted(word) for word in WORDS]


@pytest.mark.parametrize("language", ["en", "de", "fr", "ru", "hu", "pt-BR"])
def test_the_cache_changes_nothing_but_the_time(language: str, tmp_path: Path) -> None:
    expected = divided(language)
    for _ in range(2):
        pyphen.hdcache.clear()
        hyphenation.warm([language], tmp_path)
        assert divided(language) == expected


@pytest.mark.parametrize("language", ["und", "xx", "", "ja"])
def test_a_language_without_a_dictionary_is_no_trouble(language: str, tmp_path: Path) -> None:
    hyphenation.warm([language], tmp_path)
    assert not pyphen.hdcache


def test_a_broken_cache_is_made_anew(tmp_path: Path) -> None:
    hyphenation.warm(["en"], tmp_path)
    (kept,) = (tmp_path / "hyphenation" / "patterns").iterdir()
    whole = kept.read_bytes()
    for damage in (b"", b"\x00\xff", whole[:1000], whole.replace(b"ent", b"ant"), whole[64:]):
        kept.write_bytes(damage)
        pyphen.hdcache.clear()
        hyphenation.warm(["en"], tmp_path)
        assert divided("en")[0] == "rep-res-ent-a-tion"


def test_a_cache_that_cannot_be_written_costs_time_only(tmp_path: Path) -> None:
    (tmp_path / "hyphenation").write_text("a file where the folder should be")
    hyphenation.warm(["en"], tmp_path)
    assert divided("en")[0] == "rep-res-ent-a-tion"


def test_runs_at_the_same_time_do_not_share_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[Path] = []
    replace = Path.replace

    def noted(self: Path, target: Path) -> Path:
        written.append(self)
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", noted)
    for _ in range(2):
        pyphen.hdcache.clear()
        hyphenation.warm(["en"], tmp_path)
        (kept,) = (tmp_path / "hyphenation" / "patterns").iterdir()
        kept.unlink()
    assert len(set(written)) == 2


def test_a_dictionary_that_does_not_fit_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_self: Path, _target: Path) -> Path:
        raise OSError

    monkeypatch.setattr(Path, "replace", refuse)
    hyphenation.warm(["en"], tmp_path)
    assert not [path for path in (tmp_path / "hyphenation").rglob("*") if path.is_file()]
