"""``threadbound inspect``: for a person, and as JSON Lines that the schema describes."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest

from threadbound.cli.app import run
from threadbound.digests import sha256
from threadbound.model import codec


def test_a_person_sees_what_was_found(example: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["inspect", str(example)]) == 0
    said = capsys.readouterr().out
    for words in (
        "Perpetua Quill",
        "@perpetuabinds",
        "12 (of 12 declared)",
        "5 found, 0 missing",
        "2025-03-08 09:14:07",
    ):
        assert words in said


def test_json_is_what_the_schema_says(example: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["inspect", "--json", str(example)]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    thread = json.loads(line)
    jsonschema.validate(thread, codec.schema())
    assert thread["posts"][0]["text"].startswith("Over the door of my grandmother’s bindery")
    assert thread["captures"][0]["sha256"] == sha256(example.read_bytes())
    picture = thread["posts"][1]["media"][0]
    assert picture["sha256"] == sha256((example.parent / picture["references"][0]).read_bytes())


def test_losses_are_exit_3_and_with_strict_7(
    make_page: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    page = make_page(["One post, though the page says three."], declared=3)
    assert run(["inspect", str(page)]) == 3
    assert "lost:" in capsys.readouterr().err
    assert run(["inspect", str(page), "--strict"]) == 7


def test_a_pipe_gets_whole_lines(
    make_page: Callable[..., Path], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setenv("FORCE_COLOR", "1")  # as in many CIs
    words = "The keeper " + "counted the lamps " * 12 + "and slept."
    assert run(["inspect", str(make_page([words]))]) == 0
    said = re.sub("\x1b\\[[0-9;]*m", "", capsys.readouterr().out)
    assert words in said
    assert max(map(len, said.splitlines())) < len(words) + 100


@pytest.mark.parametrize("force", ["", "1"])
def test_no_line_in_a_pipe_ends_with_spaces(
    example: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, force: str
) -> None:
    monkeypatch.setenv("FORCE_COLOR", force)
    assert run(["inspect", str(example)]) == 0
    said = re.sub("\x1b\\[[0-9;]*m", "", capsys.readouterr().out)
    assert len(said.splitlines()) > 20
    assert not re.findall("(?m)^.* $", said)


def test_nothing_is_written(example: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["inspect", str(example), "-q"]) == 0
    assert not list(tmp_path.iterdir())


def test_a_page_without_a_thread_is_exit_4(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "other.html").write_text("<html><head><title>Soup recipes</title></head><body>Leeks.</body></html>")
    assert run(["inspect", str(tmp_path / "other.html")]) == 4
    said = capsys.readouterr().err
    assert "other.html" in said
    assert "Soup recipes" in said
    assert said.count("\n") == 1
