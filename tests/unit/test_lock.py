from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from threadbound import lock
from threadbound.errors import ExitCode, Locked
from threadbound.lock import LOCK, held, holder_of, is_surely_dead, myself

HOLD = """
import sys, time
from pathlib import Path
from threadbound.lock import held
with held(Path(sys.argv[1]), "backup"):
    print("held", flush=True)
    time.sleep(60)
"""
COUNT = """
import sys, time
from pathlib import Path
from threadbound.lock import held
folder = Path(sys.argv[1])
for _ in range(10):
    with held(folder, "count", 60):
        file = folder / "n"
        n = int(file.read_text())
        time.sleep(0.001)
        file.write_text(str(n + 1))
"""


def _holding(folder: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen([sys.executable, "-c", HOLD, str(folder)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    process.stdout.close()
    return process


def test_the_lock_says_who_holds_it_and_goes_with_them(tmp_path: Path) -> None:
    with held(tmp_path, "backup"):
        said = json.loads((tmp_path / LOCK).read_bytes())
        assert said["pid"] == os.getpid()
        assert said["what"] == "backup"
        assert holder_of(tmp_path) is not None
    assert holder_of(tmp_path) is None
    assert list(tmp_path.iterdir()) == []


def test_a_second_run_is_told_who_is_at_work_and_leaves_with_eleven(tmp_path: Path) -> None:
    process = _holding(tmp_path)
    try:
        said = f"backup, process {process.pid} on .*--wait-lock"
        with pytest.raises(Locked, match=said) as caught, held(tmp_path, "x"):
            pass
        assert caught.value.exit_code == ExitCode.LOCKED == 11
        assert (tmp_path / LOCK).exists()
    finally:
        process.kill()
        process.wait()


def test_who_holds_it_may_take_it_again_and_keeps_it_to_the_end(tmp_path: Path) -> None:
    with held(tmp_path, "backup"):
        with held(tmp_path, "add"):
            assert (tmp_path / LOCK).exists()
        assert (tmp_path / LOCK).exists()
    assert not (tmp_path / LOCK).exists()


def test_whoever_waits_gets_the_lock_when_it_is_let_go(tmp_path: Path) -> None:
    process = _holding(tmp_path)
    process.send_signal(signal.SIGTERM)
    with held(tmp_path, "second", 20):
        assert holder_of(tmp_path) is not None
    process.wait()


def test_the_lock_of_a_killed_run_is_broken_at_once(tmp_path: Path) -> None:
    process = _holding(tmp_path)
    process.kill()
    process.wait()
    assert (tmp_path / LOCK).exists()
    began = time.monotonic()
    with held(tmp_path, "next"):
        assert holder_of(tmp_path) is not None
    assert time.monotonic() - began < 5
    assert not (tmp_path / LOCK).exists()


def test_many_at_once_take_turns(tmp_path: Path) -> None:
    (tmp_path / "n").write_text("0")
    left = myself("left by a machine that was started anew")
    (tmp_path / LOCK).write_bytes(msgspec.json.encode(msgspec.structs.replace(left, boot="before")))
    crowd = [subprocess.Popen([sys.executable, "-c", COUNT, str(tmp_path)]) for _ in range(4)]
    assert [process.wait(120) for process in crowd] == [0] * 4
    assert (tmp_path / "n").read_text() == "40"


def test_what_is_no_lock_is_not_removed(tmp_path: Path) -> None:
    (tmp_path / LOCK).write_text("mine")
    with pytest.raises(Locked, match="no lock of this tool"), held(tmp_path, "x"):
        pass
    assert (tmp_path / LOCK).read_text() == "mine"


def test_a_disk_without_hard_links_can_be_locked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_links(*_: object) -> None:
        raise PermissionError(1, "no links here")

    monkeypatch.setattr(lock.os, "link", no_links)
    with held(tmp_path, "backup"):
        assert holder_of(tmp_path) is not None
    assert not (tmp_path / LOCK).exists()


WORDS = st.sampled_from(["", "a", "b"])
HOLDERS = st.builds(
    lock.Holder,
    pid=st.sampled_from([os.getpid(), 2**22 + 1]),
    host=st.sampled_from(["here/1", "there/1"]),
    boot=WORDS,
    space=WORDS,
    started=WORDS,
    since=st.just(""),
    what=st.just(""),
    token=WORDS,
)


@given(HOLDERS, HOLDERS, st.sampled_from([True, False, None]))
def test_nobody_is_called_dead_who_may_be_alive(
    holder: lock.Holder,
    me: lock.Holder,
    is_let_go: bool | None,  # noqa: FBT001 - hypothesis gives it
) -> None:
    if not is_surely_dead(holder, me, is_let_go):
        return
    assert holder.host == me.host
    started_anew = "" not in {holder.boot, me.boot} and holder.boot != me.boot
    is_other_process = holder.space == me.space and holder.started != "" and is_let_go is not False
    assert started_anew or is_other_process or is_let_go is True


def test_a_live_process_is_alive_whatever_its_file_says() -> None:
    me = myself("x")
    assert not is_surely_dead(me, me, None)
    assert not is_surely_dead(me, me, is_let_go=True)
    assert is_surely_dead(msgspec.structs.replace(me, started="another"), me, None)
