"""The media store: originals by digest, never altered, verified when read, safe for two processes."""

from __future__ import annotations

import os
import runpy
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from PIL import Image

from threadbound.digests import sha256
from threadbound.errors import FileTrouble
from threadbound.media.parts import STALE
from threadbound.media.probe import NotAPicture
from threadbound.media.store import Entry, MediaStore

SAMPLES = runpy.run_path(str(Path(__file__).parents[2] / "samples.py"))
RED: bytes = SAMPLES["picture"]()
WHEN = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
ENTRY = Entry("https://example.org/a", "network", WHEN, "https://example.org/a?large", headers={"etag": '"x"'})


def filled(folder: Path, data: bytes = RED, entry: Entry = ENTRY) -> MediaStore:
    store = MediaStore(folder)
    store.open()
    with store.part() as part:
        part.write_bytes(data)
        store.take(part, entry)
    return store


def original(folder: Path) -> Path:
    digest = sha256(RED)
    return folder / "sha256" / digest[:2] / digest


def test_what_was_taken_is_there_for_the_next_run(tmp_path: Path) -> None:
    filled(tmp_path)
    store = MediaStore(tmp_path)
    entry = store.entry(ENTRY.identity)
    assert entry
    assert (entry.sha256, entry.url, entry.fetched, entry.headers) == (sha256(RED), ENTRY.url, WHEN, ENTRY.headers)
    picture = store.picture(entry)
    assert picture
    assert picture.read() == RED == original(tmp_path).read_bytes()
    assert (picture.probe.width, picture.probe.height) == (48, 32)
    assert list((tmp_path / "parts").iterdir()) == []


def test_it_is_not_decoded_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = filled(tmp_path).entry(ENTRY.identity)
    MediaStore(tmp_path).prove(sha256(RED), RED)
    monkeypatch.setattr(Image, "open", lambda *_, **__: pytest.fail("a picture was opened again"))
    store = MediaStore(tmp_path)
    assert entry
    assert store.picture(entry)
    assert store.prove(sha256(RED), RED).width == 48


@pytest.mark.parametrize("damage", [RED[:-1], RED[:-1] + b"x", b""])
def test_a_damaged_original_counts_as_absent_and_can_come_again(damage: bytes, tmp_path: Path) -> None:
    store = filled(tmp_path)
    entry = store.entry(ENTRY.identity)
    assert entry
    original(tmp_path).write_bytes(damage)
    assert store.picture(entry) is None
    filled(tmp_path)
    assert store.picture(entry)


def test_damage_between_two_reads_is_told(tmp_path: Path) -> None:
    store = filled(tmp_path)
    entry = store.entry(ENTRY.identity)
    assert entry
    picture = store.picture(entry)
    assert picture
    original(tmp_path).write_bytes(b"changed")
    with pytest.raises(FileTrouble, match="run again"):
        picture.read()


def test_a_damaged_index_counts_as_empty(tmp_path: Path) -> None:
    store = filled(tmp_path)
    (page,) = (path for path in (tmp_path / "index").rglob("*") if path.is_file())
    whole = page.read_bytes()
    for damage in (b"", b'{"identity": 1', whole[64:], whole.replace(b"example", b"exemple"), whole[:-1]):
        page.write_bytes(damage)
        assert store.entry(ENTRY.identity) is None
    page.write_bytes(whole)
    assert store.entry(ENTRY.identity) is not None


def test_one_entry_in_the_place_of_another_counts_as_empty(tmp_path: Path) -> None:
    store = filled(tmp_path)
    other = msgspec.structs.replace(ENTRY, identity="another")
    store.remember(msgspec.structs.replace(other, sha256=original(tmp_path).name))
    first, second = (path for path in (tmp_path / "index").rglob("*") if path.is_file())
    one, two = first.read_bytes(), second.read_bytes()
    first.write_bytes(two)
    second.write_bytes(one)
    assert store.entry(ENTRY.identity) is None
    assert store.entry("another") is None


def test_what_a_picture_proved_to_be_is_believed_only_as_it_was_told(
    tmp_path: Path, make_picture: Callable[..., bytes]
) -> None:
    store, data = MediaStore(tmp_path), make_picture("JPEG", (120, 80))
    proof = store.prove(sha256(data), data)
    (place,) = (path for path in (tmp_path / "proofs").rglob("*") if path.is_file())
    whole = place.read_bytes()
    assert b"120" in whole
    for damage in (whole.replace(b"120", b"121"), whole[64:], b""):
        place.write_bytes(damage)
        assert store.prove(sha256(data), data) == proof


def test_a_damaged_original_makes_room_for_a_whole_one(tmp_path: Path, make_picture: Callable[..., bytes]) -> None:
    store, data = MediaStore(tmp_path), make_picture("JPEG", (120, 80))
    assert store.keep(data)
    (place,) = (path for path in (tmp_path / "sha256").rglob("*") if path.is_file())
    place.write_bytes(b"changed")
    with pytest.raises(FileTrouble, match="run again"):
        store.original(sha256(data))
    assert store.keep(data)
    assert store.original(sha256(data)) == data


def test_no_picture_is_no_original(tmp_path: Path) -> None:
    with pytest.raises(NotAPicture):
        filled(tmp_path, b"<html>")
    assert not (tmp_path / "sha256").exists()
    assert MediaStore(tmp_path).entry(ENTRY.identity) is None
    assert list((tmp_path / "parts").iterdir()) == []


def test_the_bound_on_pixels_holds_for_what_is_kept_too(tmp_path: Path) -> None:
    entry = filled(tmp_path).entry(ENTRY.identity)
    assert entry
    with pytest.raises(NotAPicture, match="too many"):
        MediaStore(tmp_path, max_pixels=48 * 32 - 1).picture(entry)
    assert MediaStore(tmp_path, max_pixels=48 * 32).picture(entry)


def test_gone_is_remembered_for_its_place_and_for_a_while(tmp_path: Path) -> None:
    store = MediaStore(tmp_path)
    store.remember(msgspec.structs.replace(ENTRY, origin="mirror"), "http://mirror")
    before, after = WHEN - timedelta(1), WHEN + timedelta(1)
    assert store.gone(ENTRY.identity, "mirror", "http://mirror", before)
    assert not store.gone(ENTRY.identity, "mirror", "http://mirror", after)
    assert not store.gone(ENTRY.identity, "mirror", "http://other", before)
    assert not store.gone(ENTRY.identity, "network", "", before)
    assert store.entry(ENTRY.identity) is None


def test_what_killed_runs_left_goes_after_a_day(tmp_path: Path) -> None:
    store = MediaStore(tmp_path)
    store.open()
    old, young = tmp_path / "parts" / "1-1.part", tmp_path / "parts" / "1-2.part"
    for part in (old, young):
        part.write_bytes(b"half")
    os.utime(old, (0, young.stat().st_mtime - STALE - 60))
    store.open()
    assert list((tmp_path / "parts").iterdir()) == [young]


def test_a_store_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "media").write_text("a file")
    with pytest.raises(FileTrouble, match="XDG_CACHE_HOME"):
        MediaStore(tmp_path / "media").open()
    assert MediaStore(tmp_path / "media").prove(sha256(RED), RED).width == 48


WRITER = """
import runpy, sys
from pathlib import Path
from threadbound.media.store import MediaStore
ns = runpy.run_path(sys.argv[1])
for k in range(60):
    ns["filled"](Path(sys.argv[2]), ns["SAMPLES"]["picture"]((8 + k % 20, 8)), ns["ENTRY"])
"""


def test_two_processes_may_use_one_store(tmp_path: Path) -> None:
    command = [sys.executable, "-c", WRITER, __file__, str(tmp_path)]
    both = [subprocess.Popen(command, stderr=subprocess.PIPE) for _ in range(2)]
    assert [(process.communicate()[1], process.returncode) for process in both] == [(b"", 0)] * 2
    store = MediaStore(tmp_path)
    entry = store.entry(ENTRY.identity)
    assert entry
    assert store.picture(entry)
    objects = [path for path in (tmp_path / "sha256").rglob("*") if path.is_file()]
    assert len(objects) == 20
    assert all(sha256(path.read_bytes()) == path.name for path in objects)
