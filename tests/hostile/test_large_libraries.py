"""Many pages into a library, read by workers: the same library as without them, whatever becomes of a worker."""

from __future__ import annotations

import os
import runpy
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from threadbound.cli.app import run
from threadbound.library import staging
from threadbound.reading.many import MANY
from threadbound.tools import workers

pytestmark = pytest.mark.slow

COMMAND = [sys.executable, "-m", "threadbound"]
files_of = runpy.run_path(str(Path(__file__).parents[1] / "shelf.py"))["files_of"]
needs_workers = pytest.mark.skipif(workers.processors() < 2, reason="with one processor there are no workers")


@pytest.fixture
def library(tmp_path: Path) -> Path:
    root = tmp_path / "library"
    assert run(["init", "-q", str(root)]) == 0
    return root


@needs_workers
def test_a_library_is_the_same_whoever_reads_its_pages(
    pages: Path, library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = tmp_path / "alone"
    shutil.copytree(library, alone)
    monkeypatch.setattr(staging, "now", lambda: datetime(2026, 11, 28, tzinfo=UTC))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "with"))
    assert run(["add", "-q", "-L", str(library), str(pages)]) == 0
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "without"))
    monkeypatch.setattr(workers, "processors", lambda: 1)
    assert run(["add", "-q", "-L", str(alone), str(pages)]) == 0
    assert len(files_of(library)) > 4 * MANY
    assert files_of(library) == files_of(alone)


@needs_workers
@pytest.mark.parametrize(("kills", "code"), [(1, 0), (99, 3)])
def test_a_worker_that_the_system_kills_costs_its_page_at_most(
    kills: int, code: int, pages: Path, library: Path, killer: Callable[[int], Path]
) -> None:
    (pages / "007.html").rename(pages / "killer.html")
    environment = {**os.environ, "PYTHONPATH": str(killer(kills).parent)}
    command = [*COMMAND, "add", "-L", str(library), str(pages)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stderr
    lost = [line for line in done.stderr.splitlines() if "not read, though tried twice" in line]
    assert ["killer.html" in line for line in lost] == [True] * (code == 3)
    assert len(list(library.glob("threads/*/*/v1"))) == MANY + 8 - (code == 3)
    assert run(["verify", "-q", "-L", str(library)]) == 0


@needs_workers
def test_an_interrupt_leaves_a_library_that_is_whole_and_the_next_run_goes_on(pages: Path, library: Path) -> None:
    command = [*COMMAND, "add", "-q", "-L", str(library), str(pages)]
    with subprocess.Popen(command) as child:
        until = time.monotonic() + 60
        while not (library / "state" / "incoming" / "9").exists() and time.monotonic() < until:
            time.sleep(0.01)
        child.send_signal(signal.SIGINT)
        assert child.wait(30) == 130
    assert not (library / "state" / "incoming").exists()
    assert run(["verify", "-q", "-L", str(library)]) == 0
    assert subprocess.run(command, check=False).returncode == 0
    assert len(list(library.glob("threads/*/*/v1"))) == MANY + 8
