"""``threadbound status --max-age``: a timer that died is noticed."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from threadbound.backup.runlog import GOOD, RunLog, age, lines, stamp_in
from threadbound.cli.app import run
from threadbound.cli.boundary import one_line
from threadbound.errors import ExitCode


@pytest.fixture
def library(tmp_path: Path) -> Path:
    assert run(["init", str(tmp_path / "library"), "-q"]) == 0
    return tmp_path / "library"


def _ran(library: Path, ago: timedelta, code: int) -> None:
    """A run that ended so long ago."""
    log = RunLog(library / "state" / "runs", datetime.now(UTC) - ago)
    stamp = log.end(code, "done")
    file = library / "state" / "runs" / "last.json"
    said = json.loads(file.read_bytes())
    said["ended"] = (stamp.ended - ago).isoformat()
    if code in GOOD:
        said["last_good"] = said["ended"]
    file.write_text(json.dumps(said))


@pytest.mark.parametrize(
    ("hours", "most", "code"), [(1, "36h", 0), (35, "36h", 0), (37, "36h", 7), (37, "2d", 0), (1, "30m", 7)]
)
def test_the_last_good_run_may_be_so_old(library: Path, hours: int, most: str, code: int) -> None:
    _ran(library, timedelta(hours=hours), 0)
    assert run(["status", "-L", str(library), "--max-age", most]) == code


def test_a_library_that_was_never_backed_up_is_too_old(library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["status", "-L", str(library)]) == 0
    assert run(["status", "-L", str(library), "--max-age", "36h"]) == 7
    assert "no good backup was ever made" in capsys.readouterr().err


def test_runs_that_fail_every_night_do_not_count(library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _ran(library, timedelta(days=52), 0)
    for night in range(3):
        _ran(library, timedelta(days=3 - night), int(ExitCode.FILE))
    assert run(["status", "-L", str(library), "--max-age", "36h"]) == 7
    assert "the last good backup is 52 days old" in capsys.readouterr().err


def test_a_run_with_losses_is_a_good_one(library: Path) -> None:
    _ran(library, timedelta(hours=1), int(ExitCode.LOSSES))
    assert run(["status", "-L", str(library), "--max-age", "36h"]) == 0


def test_a_clock_that_was_set_back_is_not_believed(library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _ran(library, timedelta(days=-400), 0)
    assert run(["status", "-L", str(library), "--max-age", "36h"]) == 7
    assert "the clock was set back" in capsys.readouterr().err


def test_a_run_that_was_killed_is_seen(library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _ran(library, timedelta(hours=30), 0)
    killed = RunLog(library / "state" / "runs", datetime.now(UTC))
    killed.note("step", step="books")
    with killed.path.open("a") as file:
        file.write('{"type": "ex')  # cut off
    assert run(["status", "-L", str(library)]) == 0
    assert f"{killed.path.name} has no end" in capsys.readouterr().err
    assert age(killed.folder, datetime.now(UTC)).unfinished == killed.path.name
    killed.end(0, "done")


@pytest.mark.parametrize("words", ["36", "h", "36 h", "-1h", "1.5h", "36w"])
def test_what_is_no_time_is_refused(library: Path, words: str) -> None:
    assert run(["status", "-L", str(library), f"--max-age={words}"]) == 2


def test_a_stamp_that_is_damaged_is_none(library: Path) -> None:
    _ran(library, timedelta(hours=1), 0)
    (library / "state" / "runs" / "last.json").write_text("{")
    assert stamp_in(library / "state" / "runs") is None
    assert run(["status", "-L", str(library), "--max-age", "36h"]) == 7


def test_programs_are_told_too(library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _ran(library, timedelta(hours=1), 3)
    assert run(["status", "-L", str(library), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["last_run"]["code"] == 3
    assert said["trouble"] == ""


def test_old_logs_go(library: Path) -> None:
    runs = library / "state" / "runs"
    runs.mkdir(parents=True, exist_ok=True)
    for n in range(500):
        (runs / f"2020-01-01T{n:06}Z-1.jsonl").write_text("{}\n")
    _ran(library, timedelta(), 0)
    assert len(list(runs.glob("*.jsonl"))) == 400


def test_a_backup_that_is_minutes_old_may_be_too_old(library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _ran(library, timedelta(minutes=12), 0)
    assert run(["status", "-L", str(library), "--max-age", "1s"]) == 7
    assert "12 minutes old, which is older than --max-age allows" in capsys.readouterr().err


def test_a_library_is_no_book_to_verify(library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["verify", str(library)]) == 5
    assert f"that is a library: threadbound verify -L {library}" in capsys.readouterr().err
    assert run(["list", "-L", str(library)]) == 0
    assert "no thread was found" in capsys.readouterr().err


def test_joiners_are_no_control_characters() -> None:
    assert one_line("می\u200cخواهم 👩\u200d💻\x1b[2J\u202e") == "می\u200cخواهم 👩\u200d💻\ufffd[2J\ufffd"


def test_a_log_may_name_files_whose_names_are_no_text(tmp_path: Path) -> None:
    log = RunLog(tmp_path, datetime.now(UTC))
    log.note("failure", page="caf\udce9.html", others=("a", "\ud800"), counts={"pages": 1})
    log.end(3, "caf\udce9.html: holds no thread")
    failure, *_ = lines(log.path)
    assert (failure["page"], failure["others"], failure["counts"]) == (
        "caf\\udce9.html",
        ["a", "\\ud800"],
        {"pages": 1},
    )
    stamp = stamp_in(tmp_path)
    assert stamp
    assert stamp.summary == "caf\\udce9.html: holds no thread"
