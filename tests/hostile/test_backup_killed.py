"""The run is killed, the disk is full, bits flip: afterwards nothing is gone, and the next run completes."""

from __future__ import annotations

import contextlib
import io
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import bagit
import pytest

from threadbound.backup.runlog import lines, stamp_in
from threadbound.cli.app import run
from threadbound.digests import sha256

pytestmark = pytest.mark.slow

FIRST = 1898301191378579461
CONFIG = """library = "library"
[[inbox]]
path = "copied"
settle = 0
[[inbox]]
path = "moved"
mode = "move"
settle = 0
[[destination]]
path = "disk"
[retention]
keep_last = 2
[verify]
sample = "100%"
"""
BOOKS = '[[product]]\nof = "author"\nformats = ["epub"]\n'
#: Steps of a run, as the lines of its log begin: it is killed when each has begun.
STEPS = ("inbox ", "pictures", "books", "book ", "verify", "snapshot ", "verify /", "prune ")


class Place:
    """A library that has been backed up, and an inbox with more."""

    def __init__(self, root: Path, make_page: Callable[..., Path], picture: bytes, config: str = CONFIG) -> None:
        self.root, self.make_page, self.picture = root, make_page, picture
        self.library, self.disk = root / "library", root / "disk"
        self.ever: set[str] = set()
        """Digests of every page and picture that was ever put into an inbox."""
        self.count = 0
        root.mkdir()
        (root / "threadbound.toml").write_text(config)

    def arrive(self, inbox: str, count: int = 1) -> None:
        """More pages, each with a picture of its own beside it."""
        for _ in range(count):
            self.count += 1
            name = f"{self.count}"
            folder = self.root / inbox / f"{name}_files"
            folder.mkdir(parents=True, exist_ok=True)
            picture = self.picture + name.encode()  # after the end of a JPEG anything may stand
            (folder / f"picture{name}.jpg").write_bytes(picture)
            body = f'words {name} <span class="entity-image"><img alt="x" src="{name}_files/picture{name}.jpg"></span>'
            first = FIRST + (self.count << 42)
            page = self.make_page([body], folder=self.root / inbox, name=f"{name}.html", first=first)
            self.ever |= {sha256(picture), sha256(page.read_bytes())}

    def start(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "threadbound", "backup", "-c", str(self.root / "threadbound.toml")]
        return subprocess.Popen([*command, "--offline", "-q"], stderr=subprocess.DEVNULL)

    def backup(self) -> int:
        return run(["backup", "-c", str(self.root / "threadbound.toml"), "--offline", "-q"])

    def held(self, *roots: Path) -> set[str]:
        files = (path for root in roots for path in root.rglob("*") if path.is_file())
        return {sha256(path.read_bytes()) for path in files}

    def lost(self) -> set[str]:
        """What is in no inbox and not in the library."""
        places = (self.root / "copied", self.root / "moved", self.library / "threads", self.library / "media")
        return self.ever - self.held(*places)

    def sound(self) -> None:
        """Nothing is gone, the library is whole or says what finishes it, the next run completes and all is whole."""
        assert not self.lost()
        if (self.library / "threadbound-library.json").exists():
            assert not self.damage()
        assert self.backup() == 0
        assert not self.lost()
        assert run(["verify", "-L", str(self.library), "-q"]) == 0
        snapshots = [path for path in self.disk.iterdir() if path.name[:1] == "0"]
        assert bagit.Bag(str(max(snapshots))).validate()
        assert not list(self.disk.glob(".threadbound-*"))
        assert not (self.library / "state" / "lock.json").exists()
        assert self.ever <= self.held(max(snapshots))
        last = stamp_in(self.library / "state" / "runs")
        assert last is not None
        assert last.code == 0

    def damage(self) -> list[str]:
        """What ``verify`` calls damage, other than that catalogue and indexes are behind: files are what they were."""
        with contextlib.redirect_stderr(io.StringIO()) as said:
            code = run(["verify", "-L", str(self.library)])
        text = said.getvalue()
        assert code == 0 or "threadbound reindex" in text or "the next add" in text
        return [line for line in text.splitlines() if "verify --repair" in line]


@pytest.fixture
def place(tmp_path: Path, make_page: Callable[..., Path], make_picture: Callable[..., bytes]) -> Place:
    place = Place(tmp_path / "place", make_page, make_picture())
    place.arrive("copied", 2)
    place.arrive("moved", 2)
    return place


def _kill_at(place: Place, step: str) -> bool:
    """Kill a run when it has begun a step; gives whether it was still at work."""
    runs = place.library / "state" / "runs"
    before = set(runs.glob("*.jsonl"))
    process = place.start()
    while process.poll() is None:
        for log in set(runs.glob("*.jsonl")) - before:
            if any(line["type"] == "step" and line["step"].startswith(step) for line in lines(log)):
                process.kill()
    return process.wait() == -signal.SIGKILL


@pytest.mark.parametrize("step", STEPS)
def test_a_run_that_is_killed_at_a_step_costs_nothing(place: Place, step: str) -> None:
    (place.root / "threadbound.toml").write_text(CONFIG + BOOKS)
    assert place.backup() == 0
    for _ in range(10):  # a step may be over before anybody can look
        place.arrive("copied", 2)
        place.arrive("moved", 2)
        if _kill_at(place, step):
            break
        assert place.backup() == 0
    else:
        pytest.fail("it was never killed")
    place.sound()


def _forked(place: Place) -> int:
    """A run in a process of its own that need not load the program first."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # newer Pythons warn of forks beside threads
        process = os.fork()
    if process == 0:
        try:
            os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
            place.backup()
        finally:
            os._exit(0)
    return process


@pytest.mark.judge
def test_a_run_that_is_killed_at_a_hundred_moments_costs_nothing(place: Place) -> None:
    moments = random.Random(6)  # noqa: S311 - no secret
    assert place.backup() == 0
    longest, killed = 0.0, 0
    for number in range(104):
        place.arrive("copied" if number % 2 else "moved")
        began = time.monotonic()
        process = _forked(place)
        if number < 4:  # how long it takes
            os.waitpid(process, 0)
            longest = max(longest, time.monotonic() - began)
            continue
        time.sleep(moments.random() * longest)
        os.kill(process, signal.SIGKILL)
        killed += os.waitpid(process, 0)[1] == signal.SIGKILL
        assert not place.lost()
    assert killed > 50
    place.sound()


def test_a_first_run_that_is_killed_costs_nothing(place: Place) -> None:
    for delay in (0.2, 0.3, 0.4, 0.5, 0.6):
        process = place.start()
        time.sleep(delay)
        process.kill()
        process.wait()
        assert not place.lost()
    place.sound()


def test_a_terminated_run_says_so_in_its_stamp(place: Place) -> None:
    assert place.backup() == 0
    place.arrive("copied", 40)
    process = place.start()
    while len(list((place.library / "state" / "runs").glob("*.jsonl"))) < 2:
        time.sleep(0.01)
    process.send_signal(signal.SIGTERM)
    assert process.wait() == 143
    last = stamp_in(place.library / "state" / "runs")
    assert last is not None
    assert last.code == 143
    place.sound()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk with little room."""
    disk = tmp_path / "place" / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=600k", "tmpfs", str(disk)]
    if os.geteuid() or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("only root may mount a disk")
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=True)


def test_a_destination_that_is_full_keeps_its_snapshots_and_is_said(
    place: Place, small_disk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert place.backup() == 0
    first = [path.name for path in small_disk.iterdir() if path.name[:1] == "0"]
    big = place.root / "copied" / "1_files" / "film.bin"
    place.arrive("copied")
    (place.root / "copied" / "5_files" / big.name).write_bytes(os.urandom(900_000))
    assert place.backup() == 5
    assert "disk is full" in capsys.readouterr().err
    assert [path.name for path in small_disk.iterdir() if path.name[:1] in "0."] == first
    assert bagit.Bag(str(small_disk / first[0])).validate()
    subprocess.run(["mount", "-o", "remount,size=20m", str(small_disk)], check=True)
    place.sound()


@pytest.mark.parametrize("limit", [200, 1000, 3000, 6000, 20_000])
def test_a_disk_that_is_full_at_any_write_costs_nothing(place: Place, limit: int) -> None:
    assert place.backup() == 0
    place.arrive("copied")
    place.arrive("moved")
    command = [sys.executable, "-m", "threadbound", "backup", "-c", str(place.root / "threadbound.toml"), "--offline"]

    def small() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    done = subprocess.run(command, preexec_fn=small, capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr
    assert done.returncode in (0, 5) or (done.returncode == 8 and "catalogue cannot be used" in done.stderr), (
        done.stderr
    )
    assert not place.lost()
    place.sound()


def test_a_destination_that_disappears_meanwhile_is_said(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    from threadbound.backup import snapshot  # noqa: PLC0415 - what is patched

    assert place.backup() == 0
    place.arrive("copied")
    real = snapshot.copied

    def unplugged(source: Path, target: Path) -> object:
        shutil.rmtree(place.disk, ignore_errors=True)
        return real(source, target)

    monkeypatch.setattr(snapshot, "copied", unplugged)
    assert place.backup() == 5
    monkeypatch.undo()
    assert place.backup() == 5
    assert not place.lost()
    assert run(["backup", "-c", str(place.root / "threadbound.toml"), "--offline", "-q", "--new-destination"]) == 0
    place.sound()


#: A file of each kind that a library has, and the code with which ``verify`` finds that it changed.
KINDS = (
    "threads/*/*/v1/source/1.html",
    "threads/*/*/v1/source/1_files/picture1.jpg",
    "threads/*/*/v1/thread.json",
    "threads/*/*/v1/version.json",
    "threads/*/*/v1/manifest-sha256.txt",
    "media/sha256/*/*",
    "README.txt",
    "threadbound-library.json",
    "manifest-sha256.txt",
    "index.html",
    "index.json",
    "products/*/*.epub",
    "products/products.json",
    "products/manifest-sha256.txt",
)


@pytest.mark.parametrize("kind", KINDS)
def test_a_bit_that_flips_in_any_file_is_found_and_healed(place: Place, kind: str) -> None:
    (place.root / "threadbound.toml").write_text(CONFIG + (BOOKS if "products" in kind else ""))
    assert place.backup() == 0
    file = min(place.library.glob(kind))
    sound = file.read_bytes()
    damaged = bytearray(sound)
    damaged[len(damaged) // 2] ^= 4
    file.chmod(0o644)
    file.write_bytes(damaged)
    assert run(["verify", "-L", str(place.library), "-q"]) in (8, 10)
    if kind == "threadbound-library.json":  # then it is no library any more, and copied back by hand, as it says
        shutil.copyfile(max(place.disk.glob("0*")) / "data" / kind, file)
    else:
        run(["verify", "-L", str(place.library), "--repair", str(place.disk), "-q"])
    assert run(["verify", "-L", str(place.library), "-q"]) == 0
    if not kind.startswith("index"):
        assert file.read_bytes() == sound
    place.sound()
