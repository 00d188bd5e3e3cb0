"""``threadbound watch``: real processes, real files that arrive, real signals."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from threadbound.digests import sha256

CONFIG = 'library = "library"\n[[inbox]]\npath = "saved"\nsettle = 0.3\n[[destination]]\npath = "disk"\n'
CONFIG += "[retention]\nkeep_last = 3\n"
LONGEST = 60.0


class Watch:
    """A watch at work."""

    def __init__(self, root: Path, *words: str) -> None:
        self.root = root
        command = [sys.executable, "-m", "threadbound", "watch", "-c", str(root / "threadbound.toml"), "--offline"]
        self.errors = (root / "stderr").open("w+")
        self.process = subprocess.Popen([*command, "--pause", "0", *words], stderr=self.errors)

    def until(self, is_so: Callable[[], bool]) -> None:
        end = time.monotonic() + LONGEST
        while not is_so():
            assert time.monotonic() < end, self.said()
            assert self.process.poll() is None, self.said()
            time.sleep(0.05)

    def said(self) -> str:
        return (self.root / "stderr").read_text()

    def sources(self) -> set[str]:
        return {sha256(path.read_bytes()) for path in (self.root / "library").glob("threads/*/*/*/source/*.html")}

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(LONGEST)


@pytest.fixture(params=[(), ("--poll", "0.3")], ids=["told", "polling"])
def watch(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Watch]:
    root = tmp_path / "place"
    (root / "saved").mkdir(parents=True)
    (root / "threadbound.toml").write_text(CONFIG)
    watch = Watch(root, *request.param)
    try:
        yield watch
    finally:
        watch.process.kill()
        watch.process.wait()
        watch.errors.close()


def test_pages_are_taken_in_as_they_arrive_whatever_else_does_and_a_signal_ends_it(
    watch: Watch, make_page: Callable[..., Path], tmp_path: Path
) -> None:
    watch.until((watch.root / "library" / "state" / "runs" / "last.json").exists)
    bad = watch.root / "saved" / "bad.html"
    bad.write_text("<!DOCTYPE html><html><body><p>no thread</p></body></html>")
    watch.until(lambda: "bad.html: no thread in it" in watch.said())
    page = make_page(["one"], folder=tmp_path).read_bytes()
    with (watch.root / "saved" / "1.html").open("wb", buffering=0) as file:
        for start in range(0, len(page), len(page) // 4):
            file.write(page[start : start + len(page) // 4])
            time.sleep(0.1)
    watch.until(lambda: watch.sources() == {sha256(page)})
    assert watch.stop() == 143
    assert "nothing half-written was left" in watch.said()
    assert not list((watch.root / "disk").glob(".threadbound-*"))
    check = [sys.executable, "-m", "threadbound", "verify", "-L", str(watch.root / "library"), "-q"]
    assert subprocess.run(check, check=False).returncode == 0
    assert not (watch.root / "library" / "state" / "lock.json").exists()


def test_an_inbox_that_comes_later_is_watched_then(watch: Watch, make_page: Callable[..., Path]) -> None:
    (watch.root / "saved").rmdir()
    time.sleep(0.5)
    page = make_page(["one"], folder=watch.root / "elsewhere")
    (watch.root / "elsewhere").rename(watch.root / "saved")
    watch.until(lambda: watch.sources() == {sha256((watch.root / "saved" / page.name).read_bytes())})
