"""Work in other processes: the same results in the same order, whatever becomes of a worker."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from threadbound.errors import CheckFailed
from threadbound.tools.workers import COMMAND, Here, WorkerLost, Workers, executor, in_order, processors

FOLDER = Path(__file__).parent


@pytest.fixture
def jobs(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.setenv("PYTHONPATH", str(FOLDER))  # the workers'
    monkeypatch.syspath_prepend(str(FOLDER))
    import jobs  # noqa: PLC0415 - found there only now

    return jobs  # type: ignore[no-any-return]


@pytest.fixture
def workers() -> Iterator[Workers]:
    with Workers(2) as workers:
        yield workers


def test_results_come_in_the_order_of_their_jobs_from_several_processes(jobs: ModuleType, workers: Workers) -> None:
    numbers = [jobs.Sum(n, 1) for n in range(100)]
    results = [future.result() for future in in_order(workers, jobs.add, numbers)]
    assert [each.total for each in results] == list(range(1, 101))
    assert len({each.process for each in results} - {os.getpid()}) == 2


def test_answers_of_records_that_nobody_has_read_before_may_come_together() -> None:
    """In a process of its own: msgspec ends one in which two threads get to know a record at once."""
    run = (
        "import sys; sys.setswitchinterval(1e-6); import jobs; from threadbound.tools.workers import Workers\n"
        "with Workers(4) as workers:\n"
        "    print(len([each.result() for each in [workers.submit(work, n) for work in jobs.BORN for n in range(4)]]))"
    )
    ours = {**os.environ, "PYTHONPATH": str(FOLDER)}
    done = subprocess.run([sys.executable, "-c", run], env=ours, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "160\n", "")


def test_no_more_is_under_way_than_keeps_the_workers_busy(jobs: ModuleType, workers: Workers) -> None:
    taken = 0

    def numbers() -> Iterator[object]:
        nonlocal taken
        for n in range(100):
            taken += 1
            yield jobs.Sum(n, n)

    for done, _ in enumerate(in_order(workers, jobs.add, numbers()), 1):
        assert taken <= done + 8


def test_an_error_is_the_same_as_it_would_be_here(jobs: ModuleType, workers: Workers) -> None:
    with pytest.raises(CheckFailed, match=r"^page: no$"):
        workers.submit(jobs.refuse, "page").result()
    with pytest.raises(ValueError, match=r"^page") as caught:
        workers.submit(jobs.fail, "page").result()
    assert "in fail" in caught.value.__notes__[0]
    with pytest.raises(FileNotFoundError) as missing:
        workers.submit(jobs.miss, "/not/there").result()
    assert missing.value.filename == "/not/there"


def test_a_job_whose_worker_was_killed_is_done_once_more(jobs: ModuleType, workers: Workers, tmp_path: Path) -> None:
    once, ever = tmp_path / "once", tmp_path / "ever"
    once.write_text("1")
    ever.write_text("99")
    before, again, lost, after = (
        workers.submit(jobs.length, b"abc"),
        workers.submit(jobs.die, str(once)),
        workers.submit(jobs.die, str(ever)),
        workers.submit(jobs.length, b"abcd"),
    )
    assert (before.result(), again.result(), after.result()) == (3, "alive", 4)
    with pytest.raises(WorkerLost, match=r"signal 9"):
        lost.result()
    assert ever.read_text() == "97"
    with pytest.raises(WorkerLost, match=r"status 1"):
        workers.submit(jobs.leave, "now").result()


def test_a_job_that_takes_too_long_is_given_up(jobs: ModuleType) -> None:
    with Workers(1, patience=3.0) as workers:
        late, next_one = workers.submit(jobs.sleep, 60.0), workers.submit(jobs.length, b"abc")
        with pytest.raises(WorkerLost, match="longer"):
            late.result()
        assert next_one.result() == 3


def test_what_a_worker_takes_to_start_is_not_counted(
    jobs: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """On a busy machine Python alone may take longer than a job may."""
    (tmp_path / "sitecustomize.py").write_text("import time; time.sleep(3)")
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}{os.pathsep}{FOLDER}")
    with Workers(1, patience=2.0) as workers:
        assert workers.submit(jobs.length, b"abc").result() == 3


def test_an_interrupt_ends_the_workers_at_once() -> None:
    """In a process of its own, whose handler of interrupts is Python's, whatever ours is."""
    run = (
        "import faulthandler, jobs, os, signal, threading; faulthandler.enable()\n"
        "from threadbound.tools.workers import Workers\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "try:\n"
        "    with Workers(2) as workers:\n"
        "        futures = [workers.submit(jobs.sleep, 60.0) for _ in range(9)]\n"
        "        threading.Timer(0.5, lambda: os.kill(os.getpid(), signal.SIGINT)).start()\n"
        "        futures[0].result()\n"
        "except KeyboardInterrupt:\n"
        "    print(sum(future.cancelled() or bool(future.exception()) for future in futures))"
    )
    ours = {**os.environ, "PYTHONPATH": str(FOLDER)}
    started = time.monotonic()
    done = subprocess.run([sys.executable, "-c", run], env=ours, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "9\n", "")
    assert time.monotonic() - started < 30  # not sixty


def test_whoever_ends_waits_for_no_job_that_a_worker_has_taken_meanwhile() -> None:
    run = (
        "import jobs\nfrom threadbound.tools.workers import Workers\n"
        "for _ in range(3):\n"
        "    try:\n"
        "        with Workers(4) as workers:\n"
        "            [workers.submit(jobs.length, b'a') for _ in range(3000)][0].result()\n"
        "            raise KeyboardInterrupt\n"
        "    except KeyboardInterrupt:\n"
        "        print('ended')"
    )
    ours = {**os.environ, "PYTHONPATH": str(FOLDER)}
    done = subprocess.run(
        [sys.executable, "-c", run], env=ours, capture_output=True, text=True, check=False, timeout=120
    )
    assert (done.returncode, done.stdout) == (0, "ended\n" * 3)


def test_large_records_go_both_ways(jobs: ModuleType, workers: Workers) -> None:
    assert workers.submit(jobs.length, bytes(30_000_000)).result() == 30_000_000


def test_a_worker_that_has_grown_too_large_gives_way_to_another(
    jobs: ModuleType, workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What libraries remember of what they met is gone with it."""
    *others, last = COMMAND
    monkeypatch.setattr("threadbound.tools.workers.COMMAND", (*others, last.replace("main", "ENOUGH = 0; worker.main")))
    results = [future.result() for future in in_order(workers, jobs.add, [jobs.Sum(n, n) for n in range(6)])]
    assert [each.total for each in results] == [0, 2, 4, 6, 8, 10]
    assert len({each.process for each in results}) == 6


def test_few_jobs_are_done_here() -> None:
    assert isinstance(executor(3, worth=4), Here)
    assert isinstance(executor(1, worth=1), Here)
    assert isinstance(executor(4, worth=4), Here if processors() == 1 else Workers)
    with Here() as here:
        assert here.submit(os.getpid).result() == os.getpid()
        with pytest.raises(ZeroDivisionError):
            here.submit(lambda: 1 / 0).result()


@pytest.mark.usefixtures("jobs")
@pytest.mark.parametrize("busy", [0, 1])
def test_workers_end_when_their_leader_is_killed(busy: int, tmp_path: Path) -> None:
    script = tmp_path / "leader.py"
    script.write_text(
        "import jobs\n"
        "from threadbound.tools.workers import Workers\n"
        "workers = Workers(1)\n"
        "print(workers.submit(jobs.add, jobs.Sum(1, 2)).result().process, flush=True)\n"
        f"for _ in range({busy}): workers.submit(jobs.sleep, 60.0)\n"
        "import time; time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE) as leader:
        assert leader.stdout
        worker = int(leader.stdout.readline())
        leader.kill()
    for _ in range(100):
        if not Path(f"/proc/{worker}").exists():
            return
        time.sleep(0.1)
    pytest.fail("the worker lives on")
