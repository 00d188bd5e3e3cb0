"""Snapshots of a run: old ones go by the rules, and what is damaged or gone is said, and healed from another place."""

from __future__ import annotations

import os
import runpy
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import bagit
import pytest

from threadbound.backup import copying
from threadbound.backup.bag import Digests
from threadbound.backup.snapshot import snapshots
from threadbound.cli.app import run

BACKING = runpy.run_path(str(Path(__file__).with_name("backing.py")))
FIRST = BACKING["FIRST"]
tree = BACKING["tree"]


def test_old_snapshots_go_by_the_rules_and_never_the_newest(place: Any) -> None:
    place.configure("[retention]\nkeep_last = 2\n")
    place.page()
    for _ in range(4):
        assert place.backup() == 0
    assert [each.name[:6] for each in place.snapshots] == ["000003", "000004"]


def test_verify_of_snapshots_says_how_to_verify_what_is_in_them(place: Any, capsys: pytest.CaptureFixture[str]) -> None:
    place.page()
    assert place.backup() == 0
    for each in (place.disk, *place.snapshots):
        for words, code in ((["verify"], 5), (["verify", "-L"], 10)):
            capsys.readouterr()
            assert run([*words, str(each)]) == code
            cure = f"threadbound restore {each} DIR, then threadbound verify -L DIR"
            said = f"{each}: a backup of a library, not the library; to verify it: {cure}"
            assert capsys.readouterr().err == f"threadbound: {said}\n"


def test_nothing_is_removed_where_the_library_is_damaged(place: Any) -> None:
    place.configure('[retention]\nkeep_last = 1\n[verify]\nsample = "100%"\n')
    page = place.page()
    assert place.backup() == 0
    (kept,) = place.library.glob("threads/*/*/*/source/1.html")
    kept.chmod(0o644)
    kept.write_bytes(b"rot")
    assert place.backup() == 8
    assert place.backup() == 8
    assert len(place.snapshots) == 3
    (copy,) = place.snapshots[-1].glob("data/threads/*/*/*/source/1.html")
    assert copy.read_bytes() == page.read_bytes()  # what is evidence does not change
    assert place.last().code == 8
    assert run(["verify", "-L", str(place.library), "--repair", str(place.disk)]) == 0
    assert kept.read_bytes() == page.read_bytes()
    assert place.backup() == 0
    assert len(place.snapshots) == 1


def test_a_capture_that_vanished_is_missed_and_one_that_was_forgotten_is_not(
    place: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    place.configure("[retention]\nkeep_last = 1\n")
    place.page(1)
    place.page(2)
    assert place.backup() == 0
    assert run(["forget", "-L", str(place.library), str(FIRST + (1 << 42)), "--yes"]) == 0
    (place.saved / "1.html").unlink()
    assert place.backup() == 0
    (place.saved / "2.html").unlink()
    shutil.rmtree(place.library / "threads" / "perpetuabinds" / str(FIRST + (2 << 42)))
    shutil.rmtree(place.library / "state")
    for night in range(2):
        assert place.backup() == 8
        assert "v1: the library has it no more, and nobody forgot it; snapshots keep it" in capsys.readouterr().err
        assert len(place.snapshots) == 2 + night
        assert bagit.Bag(str(place.snapshots[-1])).validate()


def test_a_capture_and_its_picture_that_vanished_with_all_that_knew_of_them_are_brought_back(
    place: Any, make_picture: Callable[..., bytes]
) -> None:
    place.page(1)
    (place.saved / "2_files").mkdir()
    (place.saved / "2_files" / "picture.jpg").write_bytes(make_picture("JPEG", (40, 30), "RGB"))
    place.page(2, '<span class="entity-image"><img alt="x" src="2_files/picture.jpg"></span>')
    assert place.backup() == 0
    whole = tree(place.library)
    (picture,) = place.library.glob("media/sha256/*/*")
    shutil.rmtree(place.saved)
    place.saved.mkdir()
    shutil.rmtree(place.library / "threads" / "perpetuabinds" / str(FIRST + (2 << 42)))
    picture.unlink()
    shutil.rmtree(place.library / "state")
    assert [place.backup(), place.backup()] == [8, 8]
    restored = place.root / "restored"
    assert run(["restore", str(place.disk), str(restored)]) == 0
    for root, copy in ((place.library, place.disk), (restored, place.disk)):
        run(["verify", "-L", str(root), "--repair", str(copy)])
        assert run(["verify", "-L", str(root)]) == 0
        assert tree(root) == whole
    assert place.backup() == 0


def test_a_strangers_file_comes_changes_and_goes_as_it_likes(place: Any) -> None:
    place.page()
    assert place.backup() == 0
    capture = next(place.library.glob("threads/*/*/v1"))
    strangers = [folder / "notes.txt" for folder in (capture, *capture.parents[:3])]
    for text in ("mine", "mine again"):
        for stranger in strangers:
            stranger.write_text(text)
        assert place.backup() == 0
        assert len(list(place.snapshots[-1].rglob("notes.txt"))) == len(strangers)
    for stranger in strangers:
        stranger.unlink()
    assert place.backup() == 0
    assert not list(place.snapshots[-1].rglob("notes.txt"))


def test_a_thread_that_was_forgotten_and_comes_again_is_no_damage(place: Any) -> None:
    (place.saved / "1_files").mkdir()
    (place.saved / "1_files" / "style.css").write_text("p {}")  # a run keeps it, add does not
    page = place.page(1)
    assert place.backup() == 0
    assert run(["forget", "-L", str(place.library), str(FIRST + (1 << 42)), "--yes"]) == 0
    os.utime(page, (time.time() - 1800,) * 2)
    page.write_text(page.read_text("utf-8").replace("words of 1", "other words of 1"), "utf-8")
    assert run(["add", "-L", str(place.library), "--offline", "--again", str(page)]) == 0
    assert place.backup() == 0
    assert run(["verify", "-L", str(place.library)]) == 0


def test_much_damage_is_told_in_few_lines_and_logged_in_full(place: Any, capsys: pytest.CaptureFixture[str]) -> None:
    place.configure('[verify]\nsample = "100%"\n')
    for number in range(20):
        place.page(number + 1)
    assert place.backup("-q") == 0
    for source in place.library.glob("threads/*/*/v1/source/*.html"):
        source.unlink()
    assert place.backup("-q") == 8
    said = capsys.readouterr().err.splitlines()
    assert len(said) < 30
    assert any("10 more like these; threadbound verify lists them" in line for line in said)
    assert sum(line["type"] == "finding" for line in place.log()) == 20


def test_damage_at_a_destination_is_found_healed_and_said(place: Any, capsys: pytest.CaptureFixture[str]) -> None:
    place.configure('[verify]\nsample = "100%"\n')
    page = place.page()
    assert place.backup() == 0
    (copy,) = place.snapshots[0].glob("data/threads/*/*/*/source/1.html")
    copy.chmod(0o644)
    copy.write_bytes(page.read_bytes().replace(b"words", b"swords"[:5]))
    assert place.backup() == 8
    assert "healed from the library" in capsys.readouterr().err
    assert all(bagit.Bag(str(each)).validate() for each in place.snapshots)
    assert place.backup() == 0


def test_a_destination_that_is_gone_fails_and_the_others_are_served(place: Any) -> None:
    place.configure('[[destination]]\npath = "other"\n')
    place.page(1)
    assert place.backup() == 0
    shutil.rmtree(place.root / "disk")
    place.page(2)
    assert place.backup() == 5
    assert not place.disk.exists()
    assert len(list((place.root / "other").glob("0*"))) == 2
    assert place.last().code == 5
    assert place.backup("--new-destination") == 0
    assert len(place.snapshots) == 1


def test_a_damaged_file_is_counted_once_however_many_steps_and_names_meet_it(place: Any) -> None:
    place.configure('[verify]\nsample = "100%"\n')
    pages = [place.page(1), place.page(2)]
    assert place.backup() == 0
    sources = sorted(place.library.glob("threads/*/*/*/source/*.html"))
    assert len(sources) == len(pages)
    sources[0].chmod(0o644)
    sources[0].write_bytes(b"rot")
    assert place.backup() == 8
    assert "1 damaged file;" in place.last().summary
    sources[1].unlink()
    sources[1].hardlink_to(sources[0])
    assert place.backup() == 8
    assert "1 damaged file;" in place.last().summary


def test_a_disk_that_is_taken_away_while_it_is_read_is_said_and_its_files_are_not_called_damaged(
    place: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    place.page()
    assert place.backup() == 0

    def taken_away(path: Path) -> Digests:
        if place.disk.exists():
            place.disk.rename(place.root / "away")
        return copying.digested(path)

    monkeypatch.setattr("threadbound.backup.checking.digested", taken_away)
    place.page(2)
    assert place.backup() == 5
    said = capsys.readouterr().err
    assert "was its disk taken away?" in said
    assert "damaged" not in said
    (place.root / "away").rename(place.disk)
    monkeypatch.undo()
    assert place.backup() == 0


def test_a_newest_snapshot_whose_own_files_are_damaged_is_said_and_counts_as_none(
    place: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    place.page()
    assert place.backup() == 0
    (snapshot,) = place.snapshots
    manifest = snapshot / "manifest-sha512.txt"
    data = bytearray(manifest.read_bytes())
    data[0] ^= 1
    manifest.write_bytes(data)
    capsys.readouterr()
    assert place.backup("-q") == 8
    assert str(manifest) in capsys.readouterr().err
    assert [each.is_good for each in snapshots(place.disk)] == [False, True]
    assert place.backup() == 0, "it was said, and is no more asked"
