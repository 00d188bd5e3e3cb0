"""The configuration as a user meets it: written, checked, shown, found; and the help of the verbs that read it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from threadbound.cli.app import run

BAD = {"library = 1": "library: ", 'libary = "x"': "did you mean library?"}


@pytest.mark.parametrize("text", BAD)
def test_a_configuration_that_cannot_be_used_is_exit_code_nine(
    place: Any, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (place.root / "threadbound.toml").write_text(text)
    assert place.backup() == 9
    assert BAD[text] in capsys.readouterr().err


def test_a_theme_that_is_not_there_is_found_before_anything_is_done(
    place: Any, capsys: pytest.CaptureFixture[str]
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
    assert run(["config", "path", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"type": "file", "path": "threadbound.toml"}
    assert run(["config", "init", "--json", "--force"]) == 0
    assert json.loads(capsys.readouterr().out) == {"type": "written", "path": "threadbound.toml"}
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


def test_library_verbs_find_the_library_of_the_configuration(place: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    place.page()
    assert place.backup() == 0
    monkeypatch.chdir(place.root)
    assert run(["list"]) == 0
    assert run(["status"]) == 0


@pytest.mark.parametrize("verb", ["backup", "restore", "watch", "schedule", "config", "status"])
def test_help_begins_with_examples(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([verb, "--help"]) == 0
    assert capsys.readouterr().out.split("Options:")[0].count(f"threadbound {verb} ") >= 2


def test_what_the_environment_says_is_shown_with_its_name(
    place: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("THREADBOUND_OFFLINE", "1")
    assert run(["config", "show", "-c", str(place.root / "threadbound.toml")]) == 0
    assert "fetch.offline = true  # THREADBOUND_OFFLINE" in capsys.readouterr().out


def test_a_destination_on_the_librarys_own_disk_is_said_as_long_as_it_is_there(
    place: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    place.page()
    assert place.backup() == 0
    for words in (
        ["status", "-L", str(place.library)],
        ["config", "check", "-c", str(place.root / "threadbound.toml")],
    ):
        capsys.readouterr()
        assert run(words) == 0
        assert "on the library's own disk" in capsys.readouterr().err


def test_a_destination_that_would_be_made_on_the_librarys_own_disk_is_said_before_anything_is_there(
    place: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    check = ["config", "check", "-c", str(place.root / "threadbound.toml")]
    words = f"destination {place.disk} is not there yet, and would lie on the library's own disk"
    assert run(check) == 0
    assert words in capsys.readouterr().err
    place.disk.mkdir(parents=True)
    assert run(check) == 0
    assert f"destination {place.disk} lies on the library's own disk" in capsys.readouterr().err
    place.page()
    assert place.backup() == 0
    place.disk.rename(place.root / "unmounted")
    capsys.readouterr()
    assert run(check) == 0
    assert "own disk" not in capsys.readouterr().err, "it was used: a run takes it for a mount point"


@pytest.mark.parametrize("path", ["/dev/no-such/threads", "/media/nobody/no-such-disk/threads"])
def test_a_destination_on_another_disk_or_whose_disk_is_not_mounted_is_not_said_to_lie_on_the_librarys_own(
    place: Any, capsys: pytest.CaptureFixture[str], path: str
) -> None:
    (place.root / "threadbound.toml").write_text(f'library = "my-threads"\n[[destination]]\npath = "{path}"\n')
    assert run(["config", "check", "-c", str(place.root / "threadbound.toml")]) == 0
    assert "own disk" not in capsys.readouterr().err


def test_books_without_formats_are_said_and_their_theme_is_looked_at(
    place: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    check = ["config", "check", "-c", str(place.root / "threadbound.toml")]
    place.configure('[[product]]\nof = "thread"\n')
    assert run(check) == 0
    assert "product 1 makes no book" in capsys.readouterr().err
    place.configure('[[product]]\nof = "thread"\ntheme = "nosuch"\n')
    assert run(check) == 9
    assert "nosuch" in capsys.readouterr().err
    place.configure('[[product]]\nof = "thread"\n[author.ada]\nformats = ["epub"]\n')
    assert run(check) == 0
    assert "makes no book" not in capsys.readouterr().err
