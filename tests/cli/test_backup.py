"""``threadbound backup`` and ``restore``: what came is kept, what is kept is copied, and nothing fails in silence."""

from __future__ import annotations

import json
import os
import runpy
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import bagit
import pytest

from threadbound import pipeline
from threadbound.backup.runlog import lines, stamp_in
from threadbound.cli.app import run
from threadbound.digests import sha256
from threadbound.errors import CheckFailed

WEB = runpy.run_path(str(Path(__file__).parents[1] / "web.py"))
gives, says = WEB["gives"], WEB["says"]
SMALLEST = """library = "my-threads"
[[inbox]]
path = "saved"          # folder or glob
mode = "{mode}"           # or "move"
[[destination]]
path = "disk/threads"
"""
FIRST = 1898301191378579461
HOLD = """
import time
from pathlib import Path
from threadbound.lock import held
with held(Path({state!r}), "the other run"):
    Path({held!r}).touch()
    while not Path({go!r}).exists():
        time.sleep(0.01)
"""


class Place:
    """A folder with a configuration, an inbox, a library to be, and a disk."""

    def __init__(self, root: Path, make_page: Callable[..., Path]) -> None:
        self.root, self.make_page = root, make_page
        self.saved, self.library, self.disk = root / "saved", root / "my-threads", root / "disk" / "threads"
        self.saved.mkdir()
        self.configure()

    def configure(self, more: str = "", mode: str = "copy", before: str = "") -> None:
        (self.root / "threadbound.toml").write_text(before + SMALLEST.format(mode=mode) + more, "utf-8")

    def page(self, number: int = 1, words: str = "words", **given: Any) -> Path:
        """A page that was saved long ago, of the thread with that number."""
        named = {"folder": self.saved, "name": f"{number}.html", "first": FIRST + (number << 42), **given}
        made: Path = self.make_page([f"{words} of {number}"], **named)
        os.utime(made, (time.time() - 3600,) * 2)
        return made

    def backup(self, *words: str) -> int:
        return run(["backup", "-c", str(self.root / "threadbound.toml"), "--offline", *words])

    @property
    def snapshots(self) -> list[Path]:
        return sorted(path for path in self.disk.glob("0*") if path.is_dir())

    @property
    def sources(self) -> set[str]:
        """Digests of every saved page in the library."""
        return {sha256(path.read_bytes()) for path in self.library.glob("threads/*/*/*/source/*.html")}

    def last(self) -> Any:
        return stamp_in(self.library / "state" / "runs")

    def log(self) -> list[dict[str, Any]]:
        return list(lines(self.library / "state" / "runs" / self.last().log))


@pytest.fixture
def place(tmp_path: Path, make_page: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> Place:
    root = tmp_path / "place"
    root.mkdir()
    monkeypatch.chdir(tmp_path)
    return Place(root, make_page)


def _tree(root: Path, but: str = "state") -> dict[str, bytes]:
    files = (path for path in root.rglob("*") if path.is_file())
    return {
        path.relative_to(root).as_posix(): path.read_bytes() for path in files if path.relative_to(root).parts[0] != but
    }


def test_the_smallest_configuration_keeps_a_page_and_backs_it_up(place: Place, tmp_path: Path) -> None:
    page = place.page()
    assert place.backup() == 0
    assert page.exists()
    assert place.sources == {sha256(page.read_bytes())}
    (snapshot,) = place.snapshots
    assert bagit.Bag(str(snapshot)).validate()
    info = bagit.Bag(str(snapshot)).info
    assert {"Bagging-Date", "Payload-Oxum", "External-Identifier", "Bag-Software-Agent"} <= info.keys()
    assert run(["restore", str(place.disk), str(tmp_path / "back")]) == 0
    assert _tree(tmp_path / "back") == _tree(place.library)
    assert run(["verify", "-L", str(tmp_path / "back")]) == 0
    assert run(["list", "-L", str(tmp_path / "back"), "--json"]) == 0


def test_a_restored_library_goes_on_where_the_lost_one_was(place: Place) -> None:
    place.page(1)
    assert place.backup() == 0
    shutil.rmtree(place.library)
    assert place.backup() == 10  # no new library is begun where a destination has backups of one
    assert not place.library.exists()
    assert run(["restore", str(place.disk), str(place.library)]) == 0
    page = place.page(2)
    assert place.backup() == 0
    assert sha256(page.read_bytes()) in place.sources
    assert len(place.snapshots) == 2


def test_a_page_is_moved_only_when_the_library_has_it_and_its_folder_travels_along(place: Place, example: Path) -> None:
    place.configure(mode="move")
    shutil.copy2(example, place.saved)
    folder = example.with_name(f"{example.stem}_files")
    shutil.copytree(folder, place.saved / folder.name)
    (place.saved / folder.name / "script.js").write_bytes(b"alert(1)")
    (place.saved / "notes.bin").write_bytes(b"\0mine")
    before = _tree(place.saved)
    for path in place.saved.rglob("*"):
        os.utime(path, (time.time() - 3600,) * 2)
    assert place.backup() == 0
    assert _tree(place.saved) == {"notes.bin": b"\0mine"}
    kept = {sha256(data) for data in _tree(place.library).values()}
    assert {sha256(data) for name, data in before.items() if name != "notes.bin"} <= kept


def test_what_the_library_cannot_keep_stays_in_the_inbox(place: Place) -> None:
    place.configure(mode="move")
    good = place.page(1)
    bad = place.saved / "other.html"
    bad.write_text("<!DOCTYPE html><html><head><title>x</title></head><body><p>no thread</p></body></html>")
    os.utime(bad, (time.time() - 3600,) * 2)
    assert place.backup() == 3
    assert not good.exists()
    assert bad.exists()
    assert place.backup() == 3  # said again every night
    assert place.last().last_good is not None


def test_a_known_page_changes_nothing_and_a_new_capture_becomes_a_version(place: Place) -> None:
    old = place.page(1).read_bytes()
    assert place.backup() == 0
    assert place.backup() == 0
    page = place.page(1, "other words")
    assert place.backup() == 0
    assert place.sources == {sha256(old), sha256(page.read_bytes())}
    assert run(["diff", "-L", str(place.library), str(FIRST + (1 << 42))]) == 0


def test_a_page_that_grows_is_not_taken_before_it_has_come_to_rest(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.configure(mode="move")
    page = place.page(1)
    whole = page.read_bytes()
    page.write_bytes(whole[:300])
    pieces = [whole[:600], whole[:900], whole]

    def grow(_: float) -> None:
        if pieces:
            page.write_bytes(pieces.pop(0))

    monkeypatch.setattr(time, "sleep", grow)
    assert place.backup() == 0
    assert place.sources == {sha256(whole)}


def test_books_are_made_once_and_again_when_their_threads_change(place: Place) -> None:
    place.configure(
        '[[product]]\nof = "author"\nformats = ["epub"]\n[author.riel]\nformats = ["pdf"]\ntheme = "sans"\n'
    )
    place.page(1)
    place.page(2, handle="riel", author="Riel")
    assert place.backup() == 0
    books = sorted(path.relative_to(place.library).as_posix() for path in place.library.glob("products/*/*.*"))
    assert books == ["products/perpetuabinds/threads-by-perpetuabinds.epub", "products/riel/threads-by-riel.pdf"]
    times = {name: (place.library / name).stat().st_mtime_ns for name in books}
    assert place.backup() == 0
    assert times == {name: (place.library / name).stat().st_mtime_ns for name in books}
    place.page(3)
    assert place.backup() == 0
    changed = [name for name in books if (place.library / name).stat().st_mtime_ns != times[name]]
    assert changed == [books[0]]
    assert run(["verify", *(str(place.library / name) for name in books)]) == 0
    assert run(["verify", "-L", str(place.library)]) == 0


def test_an_anthology_grows_into_volumes_and_shrinks_again(place: Place) -> None:
    anthology = '[[product]]\nof = "author"\nformats = ["epub"]\nparts = "year"\nmax_threads = {}\n'
    place.configure(anthology.format(2))

    def books() -> list[str]:
        return sorted(path.name for path in place.library.glob("products/*/*.epub"))

    place.page(1)
    place.page(2)
    assert place.backup() == 0
    assert books() == ["threads-by-perpetuabinds.epub"]
    place.page(3)
    assert place.backup() == 0
    assert books() == ["threads-by-perpetuabinds-1.epub", "threads-by-perpetuabinds-2.epub"]
    assert place.backup() == 0
    assert place.last().summary == "1 snapshot taken"
    place.configure(anthology.format(5))
    assert place.backup() == 0
    assert books() == ["threads-by-perpetuabinds.epub"]
    assert run(["verify", "-L", str(place.library)]) == 0


def test_a_book_that_fails_leaves_the_one_before_it_and_the_backup_is_made(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.configure('[defaults]\nformats = ["epub"]\n')
    place.page(1)
    assert place.backup() == 0
    (book,) = place.library.glob("products/*/*.epub")
    old = book.read_bytes()

    def broken(*_: object, **__: object) -> None:
        raise CheckFailed("book.epub: not written, it would not be whole")

    monkeypatch.setattr(pipeline, "make", broken)
    place.page(1, "other words")
    assert place.backup() == 3
    assert book.read_bytes() == old
    assert len(place.snapshots) == 2


def test_old_snapshots_go_by_the_rules_and_never_the_newest(place: Place) -> None:
    place.configure("[retention]\nkeep_last = 2\n")
    place.page()
    for _ in range(4):
        assert place.backup() == 0
    assert [each.name[:6] for each in place.snapshots] == ["000003", "000004"]


def test_nothing_is_removed_where_the_library_is_damaged(place: Place) -> None:
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
    place: Place, capsys: pytest.CaptureFixture[str]
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
    place: Place, make_picture: Callable[..., bytes]
) -> None:
    place.page(1)
    (place.saved / "2_files").mkdir()
    (place.saved / "2_files" / "picture.jpg").write_bytes(make_picture("JPEG", (40, 30), "RGB"))
    place.page(2, '<span class="entity-image"><img alt="x" src="2_files/picture.jpg"></span>')
    assert place.backup() == 0
    whole = _tree(place.library)
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
        assert _tree(root) == whole
    assert place.backup() == 0


def test_a_thread_that_was_forgotten_and_comes_again_is_no_damage(place: Place) -> None:
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


def test_cron_hears_of_losses_and_of_nothing_else(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    lazy = (
        '<span class="entity-image"><a href="https://pbs.twimg.com/media/KeyOfALostPicture.jpg">'
        '<img alt="Image" src="/images/1px.png" data-src="https://pbs.twimg.com/media/KeyOfALostPicture.jpg"></a></span>'
    )
    place.page(1)
    assert place.backup("-q") == 0
    assert capsys.readouterr().err == ""
    place.page(2, lazy)
    assert place.backup("-q") == 3
    assert "2.html: 1898309987471601669: new; lost: " in capsys.readouterr().err


def test_much_damage_is_told_in_few_lines_and_logged_in_full(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
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


def test_damage_at_a_destination_is_found_healed_and_said(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
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


def test_a_destination_that_is_gone_fails_and_the_others_are_served(place: Place) -> None:
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


def test_a_read_only_inbox_is_copied_from(place: Place) -> None:
    page = place.page()
    page.chmod(0o444)
    place.saved.chmod(0o555)
    try:
        assert place.backup() == 0
    finally:
        place.saved.chmod(0o755)
    assert place.sources == {sha256(page.read_bytes())}


def test_an_inbox_that_is_gone_fails_and_the_library_is_backed_up_all_the_same(place: Place) -> None:
    place.page()
    assert place.backup() == 0
    place.saved.rename(place.root / "unmounted")
    assert place.backup() == 5
    assert len(place.snapshots) == 2


def test_globs_name_pages_and_leave_their_folders_alone(place: Place) -> None:
    text = (place.root / "threadbound.toml").read_text().replace('"saved" ', '"saved/**/*.html" ')
    (place.root / "threadbound.toml").write_text(text)
    (place.saved / "deep").mkdir()
    shutil.copy2(place.page(1), place.saved / "deep" / "2.html")
    (place.saved / "1_files").mkdir()
    (place.saved / "1_files" / "frame.html").write_text("<html><body>an advertisement</body></html>")
    for path in place.saved.rglob("*"):
        os.utime(path, (time.time() - 3600,) * 2)
    assert place.backup() == 0
    assert len(place.sources) == 1
    assert place.last().summary == "1 new thread, 1 page known already, 1 snapshot taken"


def test_a_dry_run_says_what_would_be_done_and_does_nothing(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    place.configure('[retention]\nkeep_last = 1\n[[product]]\nof = "thread"\nformats = ["epub"]\n')
    page = place.page()
    before = _tree(place.root)
    assert place.backup("--dry-run") == 0
    said = capsys.readouterr().err
    assert f"library: {place.library}: make it" in said
    assert f"inbox: {page}: copy it into the library" in said
    assert f"snapshot: {place.disk}: take one" in said
    assert _tree(place.root) == before
    assert place.backup() == 0
    assert place.backup("--dry-run", "--json") == 0
    steps = [json.loads(line)["step"] for line in capsys.readouterr().out.splitlines()]
    assert steps == ["inbox", "snapshot", "prune"]


def test_the_log_and_the_stamp_say_how_it_went(place: Place) -> None:
    place.page()
    assert place.backup() == 0
    told = [line["type"] for line in place.log()]
    assert told[0] == "start"
    assert told[-1] == "exit"
    assert {"page", "snapshot", "verified"} <= set(told)
    assert place.last().code == 0
    assert datetime.now(UTC) - place.last().last_good < timedelta(minutes=5)


def test_a_failing_run_is_told_to_whoever_asked(place: Place) -> None:
    told = place.root / "told"
    command = f'echo "$THREADBOUND_EXIT_CODE $THREADBOUND_SUMMARY" >> {told}'
    place.configure(before=f"on_failure = '{command}'\n")
    place.page()
    assert place.backup() == 0
    assert not told.exists()
    place.saved.rename(place.root / "unmounted")
    assert place.backup("--notify-command", f"echo notified >> {told}") == 5
    said = told.read_text()
    assert said.startswith("notified\n5 ")
    assert "this inbox is not there" in said


def test_a_command_that_fails_is_said(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    place.configure(before='notify_command = ["false"]\n')
    assert place.backup() == 0
    assert "false: it ended with code 1" in capsys.readouterr().err


@pytest.mark.loopback
def test_a_ping_address_is_told_of_the_start_and_of_the_end(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THREADBOUND_OFFLINE", "")
    with WEB["served"]() as site:
        site.otherwise = gives(b"OK")
        place.configure(before=f'ping = "{site.url}/uuid"\n')
        config = ["backup", "-c", str(place.root / "threadbound.toml")]
        assert run(config) == 0
        assert site.asked == ["/uuid/start", "/uuid"]
        place.saved.rename(place.root / "unmounted")
        assert run(config) == 5
        assert site.asked[2:] == ["/uuid/start", "/uuid/fail"]
        assert place.backup() == 5
        assert len(site.asked) == 4, "nothing is told while offline"


@pytest.mark.loopback
def test_a_ping_address_that_is_down_or_leads_elsewhere_is_said(
    place: Place, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("THREADBOUND_OFFLINE", "")
    with WEB["served"]() as site:
        site.otherwise = WEB["leads"]("http://127.0.0.1:9/elsewhere")
        place.configure(before=f'ping = "{site.url}/uuid"\n')
        assert run(["backup", "-c", str(place.root / "threadbound.toml")]) == 0
        assert "the ping address was not told: 127.0.0.1: it leads to another server" in capsys.readouterr().err


def test_two_runs_at_once_take_turns_or_say_who_is_at_work(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    place.page()
    assert place.backup() == 0
    places = {"state": place.library / "state", "held": place.root / "held", "go": place.root / "go"}
    hold = HOLD.format(**{name: str(path) for name, path in places.items()})
    child = subprocess.Popen([sys.executable, "-c", hold])
    while not (place.root / "held").exists():
        assert child.poll() is None
        time.sleep(0.01)
    try:
        assert place.backup() == 11
        said = capsys.readouterr().err
        assert f"the other run, process {child.pid}" in said
        assert run(["add", "-L", str(place.library), str(place.page(2)), "--offline"]) == 11
    finally:
        (place.root / "go").touch()
        child.wait()
    assert place.backup("--wait-lock", "10") == 0


BAD = {"library = 1": "library: ", 'libary = "x"': "did you mean library?"}


@pytest.mark.parametrize("text", BAD)
def test_a_configuration_that_cannot_be_used_is_exit_code_nine(
    place: Place, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (place.root / "threadbound.toml").write_text(text)
    assert place.backup() == 9
    assert BAD[text] in capsys.readouterr().err


def test_a_theme_that_is_not_there_is_found_before_anything_is_done(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    place.configure('[defaults]\nformats = ["pdf"]\ntheme = "serf"\n')
    place.page()
    assert place.backup() == 9
    assert "serif" in capsys.readouterr().err
    assert not place.library.exists()


def test_config_writes_checks_shows_and_finds_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "xdg"))
    monkeypatch.delenv("THREADBOUND_CONFIG", raising=False)
    assert run(["config", "check"]) == 9
    assert run(["config", "init"]) == 0
    assert run(["config", "init"]) == 5, "nothing is overwritten"
    assert run(["config", "check"]) == 0
    capsys.readouterr()
    assert run(["config", "path"]) == 0
    assert capsys.readouterr().out == "threadbound.toml\n"
    assert run(["config", "show"]) == 0
    shown = capsys.readouterr().out
    assert f'library = "{tmp_path}/my-threads"  # threadbound.toml' in shown
    assert 'verify.sample = "5%"  # default' in shown
    (tmp_path / "xdg" / "threadbound").mkdir(parents=True)
    (tmp_path / "threadbound.toml").rename(tmp_path / "xdg" / "threadbound" / "config.toml")
    assert run(["config", "path"]) == 0
    assert capsys.readouterr().out == f"{tmp_path}/xdg/threadbound/config.toml\n"
    monkeypatch.setenv("THREADBOUND_CONFIG", str(tmp_path / "elsewhere.toml"))
    assert run(["config", "check"]) == 9


def test_library_verbs_find_the_library_of_the_configuration(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    place.page()
    assert place.backup() == 0
    monkeypatch.chdir(place.root)
    assert run(["list"]) == 0
    assert run(["status"]) == 0


@pytest.fixture
def threads(place: Place, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A mirror that has a thread page, and a list that names it."""
    monkeypatch.setenv("THREADBOUND_OFFLINE", "")
    page = place.page(7).read_bytes()
    (place.saved / "7.html").unlink()
    with WEB["served"]() as site:
        site.page = page
        site.routes["/threadreaderapp.com/thread/7.html"] = gives(page, ETag='"seven"')
        (place.root / "wanted.txt").write_text("# mine\nhttps://threadreaderapp.com/thread/7.html # a good one\n\n")
        fetch = f'[fetch]\nmirror = "{site.url}"\n[[addresses]]\npath = "wanted.txt"\nwait = 0\n'
        place.configure(fetch)
        yield site


def _online(place: Place) -> int:
    return run(["backup", "-c", str(place.root / "threadbound.toml")])


@pytest.mark.loopback
def test_a_listed_page_is_fetched_once_and_stored_as_it_came(place: Place, threads: Any) -> None:
    assert _online(place) == 0
    assert place.sources == {sha256(threads.page)}
    (note,) = place.library.glob("threads/*/*/*/source/*_files/response.json")
    said = json.loads(note.read_bytes())
    assert said["address"] == "https://threadreaderapp.com/thread/7.html"
    assert said["headers"]["etag"] == '"seven"'
    assert threads.asked[0] == "/threadreaderapp.com/robots.txt"
    threads.routes["/threadreaderapp.com/thread/7.html"] = says(304)
    assert _online(place) == 0
    assert threads.headers[-1]["If-None-Match"] == '"seven"'
    assert place.last().summary == "1 snapshot taken"
    assert run(["verify", "-L", str(place.library)]) == 0


@pytest.mark.loopback
def test_a_listed_page_that_changed_becomes_a_version(place: Place, threads: Any) -> None:
    assert _online(place) == 0
    changed = threads.page.replace(b"words of 7", b"other words of 7")
    threads.routes["/threadreaderapp.com/thread/7.html"] = gives(changed)
    assert _online(place) == 0
    assert place.sources == {sha256(threads.page), sha256(changed)}


@pytest.mark.loopback
def test_robots_txt_is_obeyed(place: Place, threads: Any, capsys: pytest.CaptureFixture[str]) -> None:
    threads.routes["/threadreaderapp.com/robots.txt"] = gives(b"User-agent: *\nDisallow: /thread/\n")
    assert _online(place) == 3
    assert threads.asked == ["/threadreaderapp.com/robots.txt"]
    assert "robots.txt does not allow it" in capsys.readouterr().err
    threads.routes["/threadreaderapp.com/robots.txt"] = says(500)
    assert _online(place) == 3
    assert "/threadreaderapp.com/thread/7.html" not in threads.asked


@pytest.mark.loopback
def test_offline_nothing_is_asked_for(place: Place, threads: Any) -> None:
    assert place.backup() == 0
    assert threads.asked == []


@pytest.mark.loopback
def test_what_cannot_be_had_is_named_and_asked_for_again(
    place: Place, threads: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    with (place.root / "wanted.txt").open("a") as file:
        file.write("https://threadreaderapp.com/thread/8.html\nhttp://127.0.0.1/x\nnonsense\nhttps://other.example/x\n")
    threads.routes["/other.example/x"] = gives(b"<!DOCTYPE html><html><body><p>no thread</p></body></html>")
    assert _online(place) == 3
    said = capsys.readouterr().err
    for words in (
        "thread/8.html: its server does not have it",
        "127.0.0.1 is not a public address",
        "line 6: nonsense",
    ):
        assert words in said
    assert "other.example/x: " in said
    assert place.sources == {sha256(threads.page)}
    assert _online(place) == 3


@pytest.mark.loopback
def test_pictures_that_a_thread_lacks_are_fetched_when_they_can_be_had(
    place: Place, threads: Any, make_picture: Callable[..., bytes]
) -> None:
    lazy = (
        '<span class="entity-image"><a href="https://pbs.twimg.com/media/KeyOfAPicture.jpg">'
        '<img alt="Image" src="/images/1px.png" data-src="https://pbs.twimg.com/media/KeyOfAPicture.jpg"></a></span>'
    )
    (place.root / "wanted.txt").write_text("")
    place.page(1, lazy)
    assert place.backup() == 3
    assert place.backup() == 0  # old losses are known: only new ones make a run one with losses
    threads.routes["/pbs.twimg.com/media/KeyOfAPicture"] = gives(make_picture())
    threads.routes["/pbs.twimg.com/media/KeyOfAPicture.jpg"] = gives(make_picture())
    assert _online(place) == 0
    assert place.last().summary == "1 thread completed, 1 snapshot taken"
    assert sha256(make_picture()) in {path.name for path in place.library.glob("media/*/*/*")}


@pytest.mark.parametrize("verb", ["backup", "restore", "watch", "schedule", "config", "status"])
def test_help_begins_with_examples(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([verb, "--help"]) == 0
    assert capsys.readouterr().out.split("Options:")[0].count(f"threadbound {verb} ") >= 2
