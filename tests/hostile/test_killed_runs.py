"""Runs that the system kills at any stage: what they leave is never trusted, and the next one makes the same book."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

COMMAND = [sys.executable, "-m", "threadbound", "pdf", "-q", "--force"]


def files(folder: Path) -> list[Path]:
    """The files in a folder that is not there yet, or is."""
    return [path for path in folder.rglob("*") if path.is_file()]


#: What is seen of a run in its cache and beside its book, stage after stage.
STAGES: dict[str, Callable[[Path, Path], bool]] = {
    "it has laid out a chapter": lambda cache, _: bool(files(cache / "pieces")),
    "it has laid out many": lambda cache, _: len(files(cache / "pieces")) > 12,
    "it has begun to write": lambda _, out: any(path.name.startswith(".threadbound-") for path in files(out)),
    "it has written much": lambda _, out: any(path.stat().st_size > 30_000 for path in files(out)),
}


def test_whenever_runs_are_killed_the_next_one_makes_the_same_book(pages: Path, tmp_path: Path) -> None:
    for path in sorted(pages.iterdir())[24:]:
        path.unlink()
    whole = tmp_path / "whole.pdf"
    subprocess.run([*COMMAND, str(pages), "-o", str(whole)], check=True)
    for number, reached in enumerate(STAGES.values()):  # each with a cache of its own: nothing is there beforehand
        out, cache = tmp_path / f"out{number}", tmp_path / f"cache{number}"
        command = [*COMMAND, str(pages), "-o", str(out / "b.pdf")]
        environment = {**os.environ, "XDG_CACHE_HOME": str(cache)}
        process = subprocess.Popen(command, env=environment)
        while process.poll() is None and not reached(cache / "threadbound", out):
            time.sleep(0.005)
        process.send_signal(signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL  # it was at work
        for path in files(out):  # as if it had been a minute ago
            os.utime(path, (time.time() - 120,) * 2)
        subprocess.run(command, env=environment, check=True)
        assert [path.name for path in files(out)] == ["b.pdf"]
        assert (out / "b.pdf").read_bytes() == whole.read_bytes()
        assert not [path for path in files(cache) if path.suffix == ".part"]


TELLS_PEAK = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="Linux alone tells a program's own peak")


def peak(*command: str) -> int:
    """Megabytes that the program took at most.

    Not ``ru_maxrss``: Linux hands it on through exec, so it would be the peak of the process that these tests run in.
    """
    program = (
        "import pathlib, re, sys; from threadbound.__main__ import collect_rarely; collect_rarely();"
        "from threadbound.cli.app import run; code = run(sys.argv[1:]);"
        "print(int(re.search('VmHWM:(.*)kB', pathlib.Path('/proc/self/status').read_text())[1]) >> 10);"
        "sys.exit(code)"
    )
    done = subprocess.run([sys.executable, "-c", program, *command], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return int(done.stdout)


@TELLS_PEAK
@pytest.mark.parametrize("product", ["epub", "pdf"])
def test_a_page_with_many_posts_takes_memory_by_the_post_and_no_more(
    product: str, make_page: Callable[..., Path], tmp_path: Path
) -> None:
    """As a page of 5,000 posts does: 1.1 GB as a PDF, 110 MB as an EPUB."""
    page = make_page([f"Post {n} of very many, with some words of its own." for n in range(600)])
    most = {"pdf": 100 + 0.3 * 600, "epub": 90 + 0.05 * 600}[product]
    assert peak(product, "-q", str(page), "-o", str(tmp_path / f"b.{product}")) < most


@TELLS_PEAK
def test_a_pdf_of_each_page_takes_no_more_memory_for_more_pages(make_page: Callable[..., Path], tmp_path: Path) -> None:
    """What was laid out refers to itself: three megabytes a book, if nobody looks for it."""
    bodies = [f"Post {n}, with some words of its own that fill a line and a half of the page." for n in range(40)]
    for n in range(40):
        make_page(bodies, folder=tmp_path / ("few" if n < 8 else "many"), name=f"{n}.html", first=(n + 1) << 22)
    few, many = (
        peak("pdf", "-q", "--individual", str(tmp_path / of), "-d", str(tmp_path / of)) for of in ("few", "many")
    )
    assert many < few + 24
