"""What a run says of itself, and to whom; of two runs at once one waits, or says who is at work."""

from __future__ import annotations

import runpy
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from threadbound.cli.app import run

WEB = runpy.run_path(str(Path(__file__).parents[1] / "web.py"))
gives = WEB["gives"]
HOLD = """
import time
from pathlib import Path
from threadbound.lock import held
with held(Path({state!r}), "the other run"):
    Path({held!r}).touch()
    while not Path({go!r}).exists():
        time.sleep(0.01)
"""


def test_cron_hears_of_losses_and_of_nothing_else(place: Any, capsys: pytest.CaptureFixture[str]) -> None:
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
    place.page(3, "It began… <a href='#'>Show more</a>", declared=4)
    assert place.backup() == 3
    assert "; lost: the page declares 4 posts and holds 1, and 1 loss more\n" in capsys.readouterr().err


def test_the_log_and_the_stamp_say_how_it_went(place: Any) -> None:
    place.page()
    assert place.backup() == 0
    told = [line["type"] for line in place.log()]
    assert told[0] == "start"
    assert told[-1] == "exit"
    assert {"page", "snapshot", "verified"} <= set(told)
    assert place.last().code == 0
    assert datetime.now(UTC) - place.last().last_good < timedelta(minutes=5)


def test_a_failing_run_is_told_to_whoever_asked(place: Any) -> None:
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


def test_a_command_that_fails_is_said(place: Any, capsys: pytest.CaptureFixture[str]) -> None:
    place.configure(before='notify_command = ["false"]\n')
    assert place.backup() == 0
    assert "false: it ended with code 1" in capsys.readouterr().err


@pytest.mark.loopback
def test_a_ping_address_is_told_of_the_start_and_of_the_end(place: Any, monkeypatch: pytest.MonkeyPatch) -> None:
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
    place: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("THREADBOUND_OFFLINE", "")
    with WEB["served"]() as site:
        site.otherwise = WEB["leads"]("http://127.0.0.1:9/elsewhere")
        place.configure(before=f'ping = "{site.url}/uuid"\n')
        assert run(["backup", "-c", str(place.root / "threadbound.toml")]) == 0
        assert "the ping address was not told: 127.0.0.1: it leads to another server" in capsys.readouterr().err


def test_two_runs_at_once_take_turns_or_say_who_is_at_work(place: Any, capsys: pytest.CaptureFixture[str]) -> None:
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


def test_a_run_without_a_destination_says_so_and_is_no_good_one(place: Any, capsys: pytest.CaptureFixture[str]) -> None:
    file = place.root / "threadbound.toml"
    file.write_text(file.read_text().partition("[[destination]]")[0])
    place.page()
    assert run(["config", "check", "-c", str(file)]) == 0
    assert "no destination: nothing is backed up" in capsys.readouterr().err
    for words in ((), ("--dry-run",)):
        assert place.backup(*words) == 3
        assert "no destination: nothing is backed up" in capsys.readouterr().err
    assert len(place.sources) == 1
    assert run(["status", "-L", str(place.library), "--max-age", "36h"]) == 7
    said = capsys.readouterr().err
    assert "no destination: nothing is backed up" in said
    assert "no good backup was ever made" in said


@pytest.mark.parametrize("words", [(), ("-q",)])
def test_a_failure_is_said_once(place: Any, words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    place.page()
    broken = place.saved / "broken.html"
    broken.write_text("<html><body>no thread</body></html>")
    assert place.backup(*words) == 3
    said = capsys.readouterr().err
    assert said.count(f"{broken}: ") == 1
    assert "1 page failed" in said


def test_an_interrupted_run_says_that_it_was(place: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("threadbound.backup.run.fill", interrupted)
    assert place.backup() == 130
    assert place.last().summary == "interrupted"
