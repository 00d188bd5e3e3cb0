"""What is kept between runs is what was put there, or nothing."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from threadbound.tools import kept


@pytest.fixture
def place(tmp_path: Path) -> Path:
    place = tmp_path / "cache" / "ab" / "cdef"
    kept.put(place, b"words that were kept")
    return place


def test_what_was_put_is_taken(place: Path) -> None:
    assert kept.taken(place) == b"words that were kept"
    assert kept.is_there(place)
    kept.put(place, b"")
    assert kept.taken(place) == b""
    assert [path for path in place.parents[1].rglob("*") if path.is_file()] == [place]


def test_what_is_not_as_it_was_put_is_not_there(place: Path) -> None:
    whole = place.read_bytes()
    for n in range(len(whole)):
        place.write_bytes(whole[:n] + bytes([whole[n] ^ 1]) + whole[n + 1 :])
        assert kept.taken(place) is None
        assert not kept.is_there(place)
        place.write_bytes(whole[:n])
        assert kept.taken(place) is None
        assert not kept.is_there(place)
    place.write_bytes(whole + b"!")
    assert kept.taken(place) is None
    assert not kept.is_there(place)


def test_what_lies_in_the_place_of_another_is_not_there_and_a_cache_may_be_moved(place: Path, tmp_path: Path) -> None:
    for other in (place.with_name("cdee"), place.parents[1] / "ac" / place.name):
        other.parent.mkdir(exist_ok=True)
        shutil.copy(place, other)
        assert kept.taken(other) is None
        assert not kept.is_there(other)
    (tmp_path / "cache").rename(tmp_path / "moved")
    assert kept.taken(tmp_path / "moved" / "ab" / "cdef") == b"words that were kept"


def test_what_another_version_sealed_is_not_there(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "STAMP", b"threadbound 1\n")
    assert kept.taken(place) is None
    assert not kept.is_there(place)


def test_a_disk_that_refuses_names_the_place_and_leaves_nothing(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_self: Path, _data: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="No space") as caught:
        kept.put(place, b"more")
    assert caught.value.filename == str(place)
    assert kept.taken(place) == b"words that were kept"
    assert not list((place.parents[1] / kept.PARTS).iterdir())
