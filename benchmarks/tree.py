"""Run a program and measure it with everything that it starts.

    python benchmarks/tree.py RESULT.json SECONDS COMMAND…

After: seconds, processor seconds and peak memory of all its processes together, as JSON. Memory is the proportional
share (PSS) of every living process, added up, looked at again and again: what they share counts once. It is dear to
ask for (the kernel looks at every page: a fifteenth of the time of whoever keeps both processors busy), so it is asked
only where it may be a new peak: where the resident sizes, which are cheap and no smaller, add up to more than the peak
so far, and have moved by a hundredth, or for a second nobody has asked. So a peak may be missed by a hundredth of them.
Processes that their parents leave behind are counted too (Linux: this process takes them over). The status is the
program's own; a program that takes longer than SECONDS is stopped, and its status is -9.
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

MEGABYTE = 1_000_000
PAUSE = 0.1
#: Seconds after which the share is asked for though the resident sizes have not moved.
SECOND = 1.0
#: The part of the resident sizes that counts as a move.
MOVE = 0.01
#: Asks the kernel for orphans (prctl(2)).
PR_SET_CHILD_SUBREAPER = 36


@dataclass(slots=True)
class Peak:
    """The largest share that was seen."""

    most: float = 0.0
    """In MB."""
    resident: float = 0.0
    """What the resident sizes were when the share was last asked for, in MB."""
    asked: float = 0.0
    """When that was."""

    def look(self, living: list[int]) -> None:
        """Ask the processes, if that may tell of more."""
        resident, now = sum(map(_resident, living)), time.perf_counter()
        has_moved = abs(resident - self.resident) > MOVE * self.resident or now - self.asked > SECOND
        if resident > self.most and has_moved:
            self.most = max(self.most, sum(map(_share, living)))
            self.resident, self.asked = resident, now


def measure(command: list[str], patience: float) -> dict[str, float]:
    """Run ``command``."""
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    before = os.times()
    started = time.perf_counter()
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    peak, status = Peak(), None
    while status is None:
        peak.look(_living())
        if time.perf_counter() - started > patience:
            _stop()
        try:
            status = process.wait(PAUSE)
        except subprocess.TimeoutExpired:
            continue
    seconds = time.perf_counter() - started
    _stop()
    after = os.times()
    processor = after.children_user + after.children_system - before.children_user - before.children_system
    return {"seconds": seconds, "processor": processor, "peak": peak.most, "status": status}


def _stop() -> None:
    """End whatever this process has started and is still there."""
    for pid in _living():
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            continue
    except ChildProcessError:
        return


def _living() -> list[int]:
    """Every process below this one."""
    found, waiting = [], [os.getpid()]
    while waiting:
        for thread in Path(f"/proc/{waiting.pop()}/task").glob("*/children"):
            try:
                children = [int(pid) for pid in thread.read_text(encoding="ascii").split()]
            except OSError:  # it has just ended
                continue
            found += children
            waiting += children
    return found


def _resident(pid: int) -> float:
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    except OSError:
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / MEGABYTE


def _share(pid: int) -> float:
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:")) * 1024 / MEGABYTE


if __name__ == "__main__":
    told = measure(sys.argv[3:], float(sys.argv[2]))
    Path(sys.argv[1]).write_text(json.dumps(told), encoding="utf-8")
    sys.exit(int(told["status"]) != 0)
