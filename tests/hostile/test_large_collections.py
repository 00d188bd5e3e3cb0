"""Collections that go wrong: the other chapters are bound, the reason is said, nothing half-written is left."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from threadbound.cli.app import run
from threadbound.reading.many import MANY
from threadbound.tools.workers import processors

pytestmark = pytest.mark.slow

COMMAND = [sys.executable, "-m", "threadbound"]
needs_workers = pytest.mark.skipif(processors() < 2, reason="with one processor there are no workers")


def chapters(book: Path) -> int:
    with zipfile.ZipFile(book) as archive:
        names = [name for name in archive.namelist() if re.fullmatch(r"EPUB/t\d+\.xhtml", name)]
        return sum(bool(re.search(rb"Page number \d+ has words", archive.read(name))) for name in names)


def test_broken_pages_cost_no_other(pages: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (pages / "010.html").write_bytes(b"")
    (pages / "020.html").write_text("<html><head><title>Leek soup</title></head><body><p>Leeks.</p></body></html>")
    (pages / "030.html").write_bytes(b"\xff\xd8\xff\xe0" + bytes(range(256)) * 9)
    (pages / "040.html").write_bytes((pages / "041.html").read_bytes())
    book = tmp_path / "a.epub"
    assert run(["epub", str(pages), "-o", str(book)]) == 3
    said = capsys.readouterr().err
    assert "010.html" in said
    assert "020.html" in said
    assert "Traceback" not in said
    assert chapters(book) == MANY + 8 - 4


@needs_workers
@pytest.mark.parametrize(("kills", "code"), [(1, 0), (99, 3)])
def test_a_worker_that_the_system_kills_costs_a_second_try_then_its_page(
    kills: int, code: int, pages: Path, killer: Callable[[int], Path], tmp_path: Path
) -> None:
    (pages / "007.html").rename(pages / "killer.html")
    left = killer(kills)
    book = tmp_path / "a.epub"
    done = subprocess.run(
        [*COMMAND, "epub", str(pages), "-o", str(book)],
        env={**os.environ, "PYTHONPATH": str(left.parent)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code, done.stderr
    assert left.stat().st_size == kills - min(kills, 2)
    assert chapters(book) == MANY + 8 - (code == 3)
    lost = [line for line in done.stderr.splitlines() if "killer.html" in line]
    assert len(lost) == (code == 3)
    if lost:
        assert "not read, though tried twice: the system ended it (signal 9)" in lost[0]


def test_a_full_disk_leaves_nothing_half_written(pages: Path, tmp_path: Path) -> None:
    limited = (
        "import resource as r, sys; r.setrlimit(r.RLIMIT_FSIZE, (30_000, 30_000));"
        "from threadbound.cli.app import run; sys.exit(run(sys.argv[1:]))"
    )
    out = tmp_path / "out"
    out.mkdir()
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path / "cache")}
    done = subprocess.run(
        [sys.executable, "-c", limited, "epub", str(pages), "-d", str(out)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 5, done.stderr
    assert "Traceback" not in done.stderr
    # Where the machine is slow, how far it is is said too.
    assert len([line for line in done.stderr.splitlines() if "chapters: " not in line]) == 1
    assert not list(out.iterdir())
    assert not [path for path in (tmp_path / "cache").rglob("*") if path.name.endswith(".part")]


@needs_workers
def test_an_interrupt_ends_workers_too_and_the_next_run_goes_on(pages: Path, tmp_path: Path) -> None:
    slow = tmp_path / "slow"
    slow.mkdir()
    # In a worker the last page takes a minute.
    (slow / "sitecustomize.py").write_text(
        "import sys, time\n"
        "def watch(event, arguments):\n"
        "    if event == 'open' and str(arguments[0]).endswith('070.html'): time.sleep(60)\n"
        "if any('worker.main' in argument for argument in sys.orig_argv): sys.addaudithook(watch)\n"
    )
    cache = tmp_path / "cache"
    environment = {**os.environ, "XDG_CACHE_HOME": str(cache)}
    command = [*COMMAND, "epub", str(pages), "-q", "-o", str(tmp_path / "a.epub")]
    with subprocess.Popen(command, env={**environment, "PYTHONPATH": str(slow)}) as child:
        until = time.monotonic() + 60
        while len(kept(cache)) < MANY and time.monotonic() < until:
            time.sleep(0.05)
        workers = Path(f"/proc/{child.pid}/task/{child.pid}/children").read_text(encoding="ascii").split()
        stopped = time.monotonic()
        child.send_signal(signal.SIGINT)
        assert child.wait(30) == 130
        assert time.monotonic() - stopped < 10  # a second, where nothing else runs
    while any(Path(f"/proc/{pid}").exists() for pid in workers) and time.monotonic() < stopped + 20:
        time.sleep(0.05)
    assert not any(Path(f"/proc/{pid}").exists() for pid in workers)
    assert not (tmp_path / "a.epub").exists()
    before = kept(cache)
    assert len(before) >= MANY
    assert subprocess.run(command, env=environment, check=False).returncode == 0
    assert before.items() <= kept(cache).items()
    assert chapters(tmp_path / "a.epub") == MANY + 8


def kept(cache: Path) -> dict[str, int]:
    """What is remembered of pages, and when it was written."""
    found = (cache / "threadbound" / "pages").glob("*/*")
    return {path.name: path.stat().st_mtime_ns for path in found if path.suffix != ".part"}


def test_a_page_with_five_thousand_posts_is_bound(make_page: Callable[..., Path], tmp_path: Path) -> None:
    page = make_page([f"Post {n} of very many" for n in range(1, 5001)])
    assert run(["epub", str(page), "-q", "-o", str(tmp_path / "a.epub")]) == 0
    with zipfile.ZipFile(tmp_path / "a.epub") as archive:
        text = b"".join(archive.read(name) for name in archive.namelist() if name.endswith(".xhtml"))
    assert text.count(b" of very many") >= 5000
