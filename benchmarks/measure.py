"""Run a program and measure it.

Before: a command line. After: seconds, processor seconds and peak memory of the process and the children it waited for.
The measuring process must stay small (import nothing large here): Linux counts the memory of the process that forks
into the peak of what it starts.
"""

from __future__ import annotations

import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

MEGABYTE = 1_000_000
PSS_PAUSE = 0.005


@dataclass(frozen=True, slots=True)
class Case:
    """One program at one piece of work."""

    name: str
    command: Sequence[str]
    product: Path | None = None
    """What it writes; removed before each run."""
    folder: Path | None = None
    """Where it runs."""


@dataclass(slots=True)
class Result:
    """What all the runs of one case gave."""

    case: Case
    seconds: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)
    peak: float = 0.0
    """Largest resident memory of any run, in MB."""
    share: float = 0.0
    """Largest proportional share (PSS), sampled in a run of its own, in MB; 0 where the system does not tell."""
    size: float = 0.0
    """The product in MB."""
    status: int = 0

    @property
    def best(self) -> float:
        """The fastest run."""
        return min(self.seconds)

    @property
    def median(self) -> float:
        """The run in the middle."""
        return statistics.median(self.seconds)


def run_all(cases: Sequence[Case], rounds: int, tell: Callable[[str], None]) -> list[Result]:
    """Run the cases in turn, again and again, so that a slow minute of the machine strikes them all.

    One round more comes first and is not counted: it warms the disk's cache.
    """
    results = [Result(case) for case in cases]
    for number in range(rounds + 1):
        for result in results:
            if result.status == 0:
                tell(f"round {number} of {rounds}: {result.case.name}")
                _run(result, counted=number > 0)
    for result in results:
        if result.status == 0:
            result.share = _sampled_share(result.case)
    return results


def _start(case: Case) -> subprocess.Popen[bytes]:
    if case.product:
        case.product.unlink(missing_ok=True)
    return subprocess.Popen(
        case.command,
        cwd=case.folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _run(result: Result, *, counted: bool) -> None:
    started = time.perf_counter()
    process = _start(result.case)
    _, state, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    process.returncode = result.status = os.waitstatus_to_exitcode(state)
    if not counted or result.status:
        return
    result.seconds.append(seconds)
    result.processor.append(usage.ru_utime + usage.ru_stime)
    kilobyte = 1 if os.uname().sysname == "Darwin" else 1024
    result.peak = max(result.peak, usage.ru_maxrss * kilobyte / MEGABYTE)
    if result.case.product:
        result.size = result.case.product.stat().st_size / MEGABYTE


def _sampled_share(case: Case) -> float:
    """Memory with what several processes share counted in parts, looked at every few milliseconds."""
    process = _start(case)
    most = 0.0
    while process.poll() is None:
        most = max(most, _share(process.pid))
        time.sleep(PSS_PAUSE)
    return most


def _share(process: int) -> float:
    try:
        text = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii")
    except OSError:
        return 0.0
    sizes = [line.split()[1] for line in text.splitlines() if line.startswith("Pss:")]
    return int(sizes[0]) * 1024 / MEGABYTE if sizes else 0.0


def compile_ours() -> None:
    """Have our modules compiled as an installer has them: a checkout may be told to keep no bytecode of its own."""
    source = Path(__file__).resolve().parents[1] / "src"
    subprocess.run([sys.executable, "-m", "compileall", "-q", str(source)], check=True)


def machine() -> str:
    """What it is measured on."""
    version = f"Python {platform.python_version()}"
    return f"{_processor()}, {os.cpu_count()} cores; {platform.system()} {platform.release()}; {version}"


def surroundings() -> str:
    """What it is measured on, and what else goes on there: beside other work only the processor's seconds tell much."""
    return f"{machine()}; load {os.getloadavg()[0]:.1f} before it began."


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.machine())
