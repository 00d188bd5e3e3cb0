"""``threadbound schedule``: what is shown is what is installed, and the system understands it."""

from __future__ import annotations

import json
import os
import plistlib
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from threadbound.backup.schedule import Job, crontab, launchd, systemd, without
from threadbound.cli.app import run

CONFIG = 'library = "my threads"\n[[inbox]]\npath = "saved"\nmode = "move"\n[[destination]]\npath = "disk 100%"\n'
FAKE = """#!/bin/sh
echo "$(basename "$0") $*" >> "$CALLS"
case "$(basename "$0") $1" in
    "crontab -l") cat "$CRONTAB" 2>/dev/null || exit 1 ;;
    "crontab -") cat > "$CRONTAB" ;;
esac
"""


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A configuration in a folder with an awkward name; systemctl and crontab only note what they are asked."""
    folder = tmp_path / "it's 50% $HOME"
    folder.mkdir()
    (folder / "threadbound.toml").write_text(CONFIG)
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in ("systemctl", "crontab", "launchctl"):
        (tools / name).write_text(FAKE)
        (tools / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tools}:{os.environ['PATH']}")
    monkeypatch.setenv("CALLS", str(tmp_path / "calls"))
    monkeypatch.setenv("CRONTAB", str(tmp_path / "crontab"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "xdg"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    return folder / "threadbound.toml"


def _schedule(config: Path, *words: str) -> int:
    return run(["schedule", "-c", str(config), *words])


def test_nothing_is_installed_unless_it_is_said(
    config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _schedule(config, "--as", "systemd") == 0
    shown = capsys.readouterr().out
    for words in (
        "Persistent=true",
        "RandomizedDelaySec=30m",
        "OnFailure=",
        "NoNewPrivileges=yes",
        "OnCalendar=*-*-* 04:17",
    ):
        assert words in shown
    assert not (tmp_path / "xdg").exists()
    assert not (tmp_path / "calls").exists()


def test_what_would_be_installed_is_told_to_programs(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _schedule(config, "--as", "systemd", "--json") == 0
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {line["type"] for line in told} == {"file", "command"}
    assert "Persistent=true" in "".join(line.get("text", "") for line in told)
    assert told[-1]["words"][:2] == ["systemctl", "--user"]
    assert _schedule(config, "--as", "cron", "--json") == 0
    (line,) = capsys.readouterr().out.splitlines()
    assert "17 4 * * *" in json.loads(line)["text"]


def test_a_timer_is_shown_installed_and_removed(
    config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _schedule(config, "--as", "systemd", "--install", "--at", "3:05") == 0
    shown = capsys.readouterr().out
    units = sorted((tmp_path / "xdg" / "systemd" / "user").iterdir())
    assert [unit.suffix for unit in units] == [".service", ".service", ".timer"]
    assert all(unit.read_text() in shown for unit in units)
    assert "OnCalendar=*-*-* 03:05:00" in units[-1].read_text()
    name = units[-1].name
    calls = (tmp_path / "calls").read_text().splitlines()
    assert calls == ["systemctl --user daemon-reload", f"systemctl --user enable --now {name}"]
    assert _schedule(config, "--as", "systemd", "--install", "--at", "3:05") == 0, "once more changes nothing"
    assert _schedule(config, "--as", "systemd", "--install", "--at", "4:05") == 5, "nothing is overwritten"
    assert _schedule(config, "--as", "systemd", "--remove") == 0
    assert list((tmp_path / "xdg" / "systemd" / "user").iterdir()) == []
    assert f"systemctl --user disable --now {name}" in (tmp_path / "calls").read_text()
    assert _schedule(config, "--as", "systemd", "--remove") == 0


def test_units_in_which_systemd_finds_a_fault_are_not_installed(
    config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    judge = tmp_path / "tools" / "systemd-analyze"
    judge.write_text(
        '#!/bin/sh\nfor unit; do :; done; echo "other.service: odd" >&2; echo "$unit:3: Unknown key" >&2\n'
    )
    judge.chmod(0o755)
    assert _schedule(config, "--as", "systemd", "--install", "-q") == 7
    assert re.search(r"systemd-analyze verify: threadbound-\w+\S*:3: Unknown key; nothing", capsys.readouterr().err)
    assert not (tmp_path / "xdg").exists()
    judge.write_text('#!/bin/sh\necho "unrecognized option" >&2; exit 1\n')
    assert _schedule(config, "--as", "systemd", "--install", "-q") == 0


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed")
def test_systemd_finds_no_fault_in_what_is_installed(config: Path, tmp_path: Path) -> None:
    assert _schedule(config, "--as", "systemd", "--install", "-q") == 0
    units = sorted(str(unit) for unit in (tmp_path / "xdg" / "systemd" / "user").iterdir())
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", "--recursive-errors=no", *units],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, "")
    calendar = subprocess.run(["systemd-analyze", "calendar", "*-*-* 04:17:00"], capture_output=True, check=False)
    assert calendar.returncode == 0


def test_a_crontab_keeps_what_others_wrote(config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = "MAILTO=me\n0 1 * * * something else\n"
    (tmp_path / "crontab").write_text(other)
    assert _schedule(config, "--as", "cron", "--install") == 0
    shown = capsys.readouterr().out
    assert (tmp_path / "crontab").read_text() == other + shown
    assert _schedule(config, "--as", "cron", "--install", "--at", "05:00") == 0
    text = (tmp_path / "crontab").read_text()
    assert text.count(" backup -q -c ") == 1
    assert "0 5 * * * " in text
    assert _schedule(config, "--as", "cron", "--remove") == 0
    assert (tmp_path / "crontab").read_text() == other


def test_a_launch_agent_is_a_property_list(config: Path, tmp_path: Path) -> None:
    assert _schedule(config, "--as", "launchd", "--install", "-q") == 0
    (file,) = (tmp_path / "home" / "Library" / "LaunchAgents").iterdir()
    said = plistlib.loads(file.read_bytes())
    assert said["StartCalendarInterval"] == {"Hour": 4, "Minute": 17}
    assert said["ProgramArguments"][-4:] == ["backup", "-q", "-c", str(config)]
    assert f"{said['Label']}.plist" == file.name
    assert _schedule(config, "--as", "launchd", "--remove") == 0
    assert not file.exists()


@pytest.mark.parametrize("words", [("--at", "25:00"), ("--at", "4"), ("--as", "windows"), ("--install", "--remove")])
def test_what_cannot_be_is_refused(config: Path, words: tuple[str, ...]) -> None:
    assert _schedule(config, *words) == 2


def test_a_system_that_fails_is_said(config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "tools" / "systemctl").write_text("#!/bin/sh\necho 'no bus here' >&2\nexit 1\n")
    assert _schedule(config, "--as", "systemd", "--install", "-q") == 5
    said = capsys.readouterr().err
    assert "no bus here" in said
    assert "--as cron" in said
    units = tmp_path / "xdg" / "systemd" / "user"
    assert not list(units.iterdir())
    (tmp_path / "tools" / "systemctl").write_text(FAKE)
    assert _schedule(config, "--as", "systemd", "--install", "-q") == 0
    before = {file: file.read_text() for file in units.iterdir()}
    (tmp_path / "tools" / "systemctl").write_text("#!/bin/sh\necho 'no bus here' >&2\nexit 1\n")
    assert _schedule(config, "--as", "systemd", "--at", "05:00", "--install", "--force", "-q") == 5
    assert {file: file.read_text() for file in units.iterdir()} == before
    assert _schedule(config, "--as", "systemd", "--remove") == 5
    assert "removed all the same" in capsys.readouterr().err
    assert not list(units.iterdir())


PATHS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), min_size=1, max_size=12)


@given(PATHS, PATHS)
def test_awkward_paths_come_out_as_they_went_in(word: str, folder: str) -> None:
    job = Job(
        "threadbound-x", ("/bin/threadbound", "backup", "-c", word), Path("/", folder), "04:17", (Path("/", folder),)
    )
    line = crontab(job, "").splitlines()[1].split(" ", 5)[5]
    assert shlex.split(line.replace("\\%", "%")) == list(job.command)
    assert plistlib.loads(launchd(job, Path("/a"), Path("/l")).files[0].text.encode())["ProgramArguments"][3] == word
    assert "\n" not in systemd(job, Path("/u")).files[0].text.split("ExecStart=")[1].split("\n# Code")[0]


@given(st.lists(st.sampled_from(["", "a", "0 1 * * * x", "# threadbound other: begin", "# threadbound other: end"])))
def test_what_was_added_to_a_crontab_goes_and_nothing_else(lines: list[str]) -> None:
    before = "\n".join(lines).rstrip() + "\n" if "\n".join(lines).strip() else ""
    job = Job("mine", ("/bin/threadbound",), Path("/c"), "04:17", ())
    once = crontab(job, before)
    assert without("mine", once) == before
    assert crontab(job, once) == once
