"""How far work has come: a bar on a terminal, a line now and then on a pipe."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from threadbound.cli import console
from threadbound.cli.app import run


@pytest.fixture
def pages(make_page: Callable[..., Path], tmp_path: Path) -> Path:
    folder = tmp_path / "saved"
    for n in range(4):
        make_page([f"Page {n} has words"], name=f"{n}.html", first=1898301191378579461 + (n << 40), folder=folder)
    return folder


def test_a_pipe_is_told_now_and_then(
    pages: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(console, "BETWEEN_LINES", 0.0)
    assert run(["epub", str(pages), "-o", str(tmp_path / "a.epub")]) == 0
    said = capsys.readouterr().err.splitlines()
    assert "threadbound: reading pages: 0 of 4" in said
    assert any(line.startswith("threadbound: chapters: 3 of ") for line in said)
    assert said[-1].startswith(f"threadbound: {tmp_path / 'a.epub'}: 4 threads")
    assert run(["epub", str(pages), "-q", "-o", str(tmp_path / "b.epub")]) == 0
    assert capsys.readouterr().err == ""


def test_short_work_is_not_told(pages: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["epub", str(pages), "-o", str(tmp_path / "a.epub")]) == 0
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_what_is_left_is_estimated(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr(console.time, "monotonic", lambda: now)
    with console.progress(quiet=False) as step:
        for done in range(0, 5000, 10):
            step("reading pages", done, 5000)
            now += 1
        now += 20
        step("chapters", 0, 5000)
    said = capsys.readouterr().err.splitlines()
    assert said[0] == "threadbound: reading pages: 100 of 5,000, 8 min left"
    assert said[40] == "threadbound: reading pages: 4,100 of 5,000, 2 min left"
    assert said[-1] == "threadbound: chapters: 0 of 5,000"
    assert len(said) == 50


def test_a_terminal_sees_a_bar_for_each_kind_of_work(pages: Path, tmp_path: Path) -> None:
    mine, theirs = pty.openpty()
    command = [sys.executable, "-m", "threadbound", "epub", "--offline", str(pages), "-o", str(tmp_path / "a.epub")]
    environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "100"}
    with subprocess.Popen(command, stderr=theirs, env=environment) as process:
        os.close(theirs)
        seen = b""
        while part := _read(mine):
            seen += part
    assert process.returncode == 0
    os.close(mine)
    assert b"reading pages" in seen
    assert b"chapters" in seen
    assert b"4 threads" in seen


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # how Linux says that nobody writes any more
        return b""
