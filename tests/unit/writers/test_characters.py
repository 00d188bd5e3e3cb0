"""What no font has is known before anything is set, and costs nothing where nothing is asked."""

from __future__ import annotations

import tempfile
import time
from contextlib import suppress
from pathlib import Path

import msgspec
import pytest
from fontTools.ttLib import TTFont
from hypothesis import given
from hypothesis import strategies as st

from threadbound.errors import SomethingMissing
from threadbound.rendering.theme import fonts_dir
from threadbound.writers import characters, cmap, fonts

GARAMOND = fonts_dir() / "eb-garamond"


def _files(*names: str) -> list[Path]:
    found = [path for folder in fonts.directories() for path in folder.rglob("*.ttf")]
    return [path for path in found if path.name.startswith(names)]


@pytest.mark.parametrize(
    "path", _files("EBGaramond_400Regular.", "Amiri-Reg", "NotoColor", "STIX", "NotoSansJP", "NotoSansThai"), ids=str
)
def test_fonts_are_read_as_fonttools_reads_them(path: Path) -> None:
    with TTFont(path, lazy=True) as font:
        assert {code for start, end in cmap.ranges(path) for code in range(start, end)} == set(font.getBestCmap())


@pytest.mark.parametrize("data", [b"", b"not a font", b"\0\1\0\0\0\x09" + bytes(6), b"\0\1\0\0\0\1" + bytes(30)])
def test_what_is_no_font_is_said_to_be_none(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "x.ttf").write_bytes(data)
    with pytest.raises(ValueError, match=r"x\.ttf"):
        list(cmap.ranges(tmp_path / "x.ttf"))
    with pytest.raises(SomethingMissing, match=r"x\.ttf"):
        characters.lacking("ж", [tmp_path], tmp_path / "kept")


@given(st.binary(max_size=200))
def test_any_bytes_behind_a_directory_of_tables_are_survived(tail: bytes) -> None:
    header = b"\0\1\0\0\0\1" + bytes(6) + b"cmap" + bytes(4) + (28).to_bytes(4, "big") + (200).to_bytes(4, "big")
    path = Path(tempfile.mkdtemp()) / "x.ttf"
    path.write_bytes(header + tail)
    with suppress(ValueError):
        list(cmap.ranges(path))


@given(st.lists(st.tuples(st.integers(0, 300), st.integers(1, 40))))
def test_joined_ranges_have_what_the_parts_had(parts: list[tuple[int, int]]) -> None:
    coverage = characters._joined((start, start + size) for start, size in parts)
    codes = {code for start, size in parts for code in range(start, start + size)}
    assert {code for code in range(400) if chr(code) in coverage} == codes
    assert list(coverage.starts) == sorted(set(coverage.starts))


def test_what_is_not_looked_up_is_there() -> None:
    asked = [*range(0x20, 0x7F), *range(0xA0, ord(characters._LATIN) + 1), *map(ord, characters._POINTS)]
    have = set(_codes(GARAMOND / "EBGaramond_400Regular.ttf"))
    assert not [f"U+{code:04X}" for code in asked if code not in have]


def _codes(path: Path) -> list[int]:
    return [code for start, end in cmap.ranges(path) for code in range(start, end)]


def test_what_no_font_has_is_named_and_the_rest_is_not(cache: Path) -> None:
    text = "Plain, é ạ̈ 漢 ก ع 🧵 👩🏽‍🔬 \u200d\ufe0f\u00a0\u2003 𝕏 \U0001fae9 \U00012000 \uf8ff \U0010fffd"
    assert fonts.lacking(text, cache) == {"\U00012000", "\uf8ff", "\U0010fffd"}


def test_it_is_remembered_and_what_is_remembered_may_be_broken(tmp_path: Path) -> None:
    folders = [GARAMOND]
    everything = msgspec.msgpack.encode(characters.Coverage((0,), (0x110000,)))
    for damage in (None, b"", b"\xc1", b"\x92\x90", everything):
        characters._coverage.cache_clear()
        for path in (tmp_path / "kept" / "characters").glob("*") if damage is not None else ():
            path.write_bytes(damage or b"")
        assert characters.lacking("жก", folders, tmp_path / "kept") == {"ก"}
    assert len(list((tmp_path / "kept" / "characters").iterdir())) == 1


def test_a_folder_that_cannot_be_written_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("a file")
    characters._coverage.cache_clear()
    assert characters.lacking("ก", [GARAMOND], tmp_path / "kept") == {"ก"}


def test_another_font_is_another_answer(tmp_path: Path) -> None:
    folder = tmp_path / "fonts"
    folder.mkdir()
    assert characters.lacking("ж", [folder], tmp_path / "kept") == {"ж"}
    characters._coverage.cache_clear()
    (folder / "a.ttf").write_bytes((GARAMOND / "EBGaramond_400Regular.ttf").read_bytes())
    assert characters.lacking("ж", [folder], tmp_path / "kept") == frozenset()


def test_a_second_book_of_a_run_does_not_wait(cache: Path) -> None:
    fonts.lacking("ก", cache)
    start = time.process_time()
    fonts.lacking("ก漢🧵" * 1000, cache)
    assert time.process_time() - start < 0.05


def test_no_font_has_what_is_of_private_use(cache: Path) -> None:
    own = "\ue000\ue0a0\uf8ff\U000f0000\U0010ffff"
    assert fonts.lacking(f"Apple {own}", cache) == frozenset(own)
