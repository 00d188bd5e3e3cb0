"""The shelf: nothing is made twice, nothing torn is read, and no disk is needed; the crew fills it."""

from __future__ import annotations

import io
import os
import runpy
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from PIL import Image

from threadbound.media import crew
from threadbound.media.crew import WORTH_PROCESSES, crew_for, prepare
from threadbound.media.derive import Derivative
from threadbound.media.parts import STALE
from threadbound.media.recipes import PRESETS, Wishes, plan
from threadbound.media.shelf import PARTS, Shelf, put, shelf_at

SAMPLES = runpy.run_path(str(Path(__file__).parents[2] / "samples.py"))


def wanted(colour: Any = "#993322", form: str = "WEBP", size: tuple[int, int] = (60, 40), **wishes: Any) -> Derivative:
    return wanted_of(SAMPLES["picture"](size, colour, form=form), **wishes)


def saved(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "WEBP", lossless=True)
    return out.getvalue()


def wanted_of(data: bytes, **wishes: Any) -> Derivative:
    (original,) = SAMPLES["store_of"](data).pictures.values()
    return Derivative(original, plan(original.probe, PRESETS["reader"], Wishes(**wishes)))


def many(count: int = WORTH_PROCESSES) -> list[Derivative]:
    return [wanted((k * 9 % 256, 80, 80)) for k in range(count)]


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Every picture that is opened from now on in this process."""
    seen: list[object] = []
    original: Callable[..., Image.Image] = Image.open
    monkeypatch.setattr(Image, "open", lambda *given, **named: seen.append(given) or original(*given, **named))
    return seen


def test_what_was_made_once_is_not_opened_again(tmp_path: Path, opened: list[object]) -> None:
    item = wanted()
    opened.clear()
    first = Shelf(tmp_path).read(item)
    assert len(opened) == 1
    assert Shelf(tmp_path).read(item) == first == item.make()
    assert len(opened) == 2  # by item.make()


def test_what_passes_is_not_kept(tmp_path: Path) -> None:
    Shelf(tmp_path).read(wanted(form="JPEG"))
    assert files(tmp_path) == []


def test_every_recipe_and_every_original_has_a_place_of_its_own(tmp_path: Path) -> None:
    items = [wanted(), wanted("#112233"), wanted(quality=50), wanted(max_size=30), wanted(grey=True)]
    for item in items:
        Shelf(tmp_path).read(item)
    assert len(files(tmp_path)) == len(items)


def test_another_pillow_makes_it_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Shelf(tmp_path).read(wanted())
    monkeypatch.setattr("PIL.__version__", "99.0.0")
    Shelf(tmp_path).read(wanted())
    assert len(files(tmp_path)) == 2


@pytest.mark.parametrize(
    "damage", [lambda _: b"", lambda kept: kept[:-1], lambda kept: kept[:-1] + b"\0", lambda k: k * 2]
)
def test_a_torn_file_is_made_again(damage: Callable[[bytes], bytes], tmp_path: Path) -> None:
    item = wanted()
    good = Shelf(tmp_path).read(item)
    (place,) = files(tmp_path)
    whole = place.read_bytes()
    place.write_bytes(damage(whole))
    assert Shelf(tmp_path).read(item) == good
    assert place.read_bytes() == whole


def test_what_is_drawn_is_drawn_once_for_each_key(tmp_path: Path) -> None:
    drawn: list[bytes] = []

    def draw(data: bytes) -> Callable[[], bytes]:
        return lambda: drawn.append(data) or data  # type: ignore[func-returns-value]

    for shelf in (Shelf(tmp_path), Shelf(tmp_path)):
        assert shelf.drawn(("a", 1), draw(b"one")) == b"one"
        assert shelf.drawn(("\ud800", None), draw(b"two")) == b"two"
    assert drawn == [b"one", b"two"]
    assert Shelf().drawn(("a", 1), draw(b"one")) == b"one"
    assert len(drawn) == 3


def test_what_killed_runs_left_half_written_goes_after_a_day(tmp_path: Path) -> None:
    with shelf_at(tmp_path) as shelf:
        shelf.read(wanted())
    old, young = tmp_path / PARTS / "1.part", tmp_path / PARTS / "2.part"
    for path in (old, young):
        path.write_bytes(b"half")
    os.utime(old, (time.time() - STALE - 60,) * 2)
    with shelf_at(tmp_path):
        assert list((tmp_path / PARTS).iterdir()) == [young]


def test_a_killed_worker_leaves_what_it_wrote_among_the_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "replace", lambda *_: pytest.fail("killed"))
    monkeypatch.setattr(Path, "unlink", lambda *_, **__: None)
    with pytest.raises(pytest.fail.Exception):
        put(tmp_path / "ab" / "cd", b"half")
    assert [path.parent for path in files(tmp_path)] == [tmp_path / PARTS]


def test_where_nothing_can_be_kept_everything_is_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with shelf_at(tmp_path / "file" / "derived") as shelf:
        assert shelf.folder
        assert shelf.read(wanted()) == wanted().make()
    assert not shelf.folder.exists()
    assert Shelf(tmp_path / "file").read(wanted()) == wanted().make()
    assert Shelf().read(wanted()) == wanted().make()


def test_the_crew_makes_what_one_process_makes(tmp_path: Path, opened: list[object]) -> None:
    items, told = many(), []
    passing = wanted(form="JPEG")
    opened.clear()
    prepare(Shelf(tmp_path), [*items, passing, items[0]], lambda *said: told.append(said))
    assert opened == []
    assert len(files(tmp_path)) == len(items)
    assert told[0] == ("making pictures", 0, len(items))
    kept = [Shelf(tmp_path).read(item) for item in items]
    assert opened == []
    assert kept == [item.make() for item in items]


def test_few_pictures_start_no_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subprocess, "Popen", None)
    prepare(Shelf(tmp_path), many(WORTH_PROCESSES - 1))
    prepare(Shelf(), many())
    assert files(tmp_path) == []


def test_a_picture_that_a_worker_cannot_make_is_the_reader_s(tmp_path: Path) -> None:
    items = many()
    broken = msgspec.structs.replace(items[3].original, read=lambda: b"no picture")
    items[3] = msgspec.structs.replace(items[3], original=broken)
    prepare(Shelf(tmp_path), items)
    assert len(files(tmp_path)) == len(items) - 1


def test_a_worker_that_is_killed_costs_no_picture(tmp_path: Path) -> None:
    items = many(20)
    shelf = Shelf(tmp_path)
    with crew_for(20) as workers:
        if not workers.workers:
            pytest.skip("one processor")
        killed = [worker.process for worker in workers.workers]
        os.kill(killed[0].pid, signal.SIGKILL)
        workers.make(shelf.missing(items), lambda *_: None)
        assert len(files(tmp_path)) >= len(items) - 1
        processes = killed + [worker.process for worker in workers.workers]
    assert all(process.returncode is not None for process in processes)
    assert [shelf.read(item) for item in items] == [item.make() for item in items]


def test_a_worker_that_reads_nothing_holds_nobody_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A pipe holds 64 KiB: who hands more to a process that stands still would wait for ever."""
    monkeypatch.setattr(crew, "PATIENCE", 2.0)
    noise = [Image.frombytes("RGB", (300, 200), os.urandom(180_000)) for _ in range(WORTH_PROCESSES)]
    items = [wanted_of(saved(image)) for image in noise]
    shelf = Shelf(tmp_path)
    begun = time.monotonic()
    with crew_for(20) as workers:
        if not workers.workers:
            pytest.skip("one processor")
        os.kill(workers.workers[0].process.pid, signal.SIGSTOP)
        workers.make(shelf.missing(items), lambda *_: None)
    assert time.monotonic() - begun < 20
    assert len(files(tmp_path)) >= len(items) - 1


def test_a_worker_that_hangs_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crew, "COMMAND", ("-c", "import sys, time; sys.stdin.buffer.read(10); time.sleep(60)"))
    monkeypatch.setattr(crew, "PATIENCE", 0.1)
    begun = time.monotonic()
    prepare(Shelf(tmp_path), many())
    assert time.monotonic() - begun < 20
    assert files(tmp_path) == []


def test_workers_that_cannot_start_cost_nothing_but_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crew, "COMMAND", ("-c", "raise SystemExit(1)"))
    prepare(Shelf(tmp_path), many(40))
    monkeypatch.setattr("sys.executable", str(tmp_path / "absent"))
    prepare(Shelf(tmp_path), many())
    assert files(tmp_path) == []


def test_an_interrupt_leaves_no_worker() -> None:
    left: list[subprocess.Popen[bytes]] = []

    def stopped() -> None:
        with crew_for(9) as workers:
            left.extend(worker.process for worker in workers.workers)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stopped()
    assert all(process.returncode is not None for process in left)
