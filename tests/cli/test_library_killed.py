"""Runs that are killed, at any moment: what was there stays, what is half done is finished by the next run."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

COMMAND = [sys.executable, "-m", "threadbound"]


def run(*words: object, check: bool = True) -> subprocess.CompletedProcess[str]:
    done = subprocess.run([*COMMAND, *map(str, words)], capture_output=True, text=True, check=False)
    assert not check or done.returncode == 0, done.stderr
    return done


def findings(root: Path) -> list[dict[str, object]]:
    done = run("verify", "-L", root, "--json", check=False)
    found = [json.loads(line) for line in done.stdout.splitlines()]
    return [each for each in found if each["type"] == "finding"]


@pytest.fixture
def saved(tmp_path: Path, make_page: Callable[..., Path], make_picture: Callable[..., bytes]) -> Path:
    """A folder of six pages with pictures."""
    folder = tmp_path / "saved"
    for n in range(6):
        image = f'<img src="./p{n}_files/GX{n}aaaaaaaaaa.jpg">'
        make_page(
            [f"Thread {n}.", f"The picture. {image}"],
            name=f"p{n}.html",
            first=1898301191378579461 + (n << 40),
            folder=folder,
        )
        (folder / f"p{n}_files").mkdir()
        (folder / f"p{n}_files" / f"GX{n}aaaaaaaaaa.jpg").write_bytes(make_picture("JPEG", (40 + n, 30), "RGB"))
    return folder


@pytest.mark.parametrize("part", range(4))
def test_a_hundred_runs_that_are_killed_lose_nothing_and_are_finished_by_the_next(
    part: int, tmp_path: Path, saved: Path
) -> None:
    killing = Path(__file__).with_name("killing.py")
    (tmp_path / "libraries").mkdir()
    done = subprocess.run(
        [sys.executable, str(killing), str(tmp_path / "libraries"), str(saved), str(part)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_of_two_runs_at_once_one_works_and_the_other_says_so(tmp_path: Path, saved: Path) -> None:
    root = tmp_path / "library"
    run("init", root, "-q")
    feed, end = os.pipe()
    first = subprocess.Popen(
        [*COMMAND, "add", "-L", str(root), "--offline", "-q", "-"], stdin=feed, stderr=subprocess.PIPE
    )
    os.close(feed)
    deadline = time.monotonic() + 20
    while not (root / "state" / "incoming").exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    second = run("add", "-L", root, "--offline", saved, check=False)
    assert (second.returncode, len(second.stderr.splitlines())) == (11, 1)
    assert "another run is at work" in second.stderr
    assert run("list", "-L", root).returncode == 0  # who only reads never waits
    with os.fdopen(end, "wb") as pipe:
        pipe.write((saved / "p0.html").read_bytes())
    first.communicate(timeout=60)
    assert first.returncode in {0, 3}
    run("add", "-L", root, "--offline", "-q", saved)
    assert findings(root) == []
