"""Derivatives made in several processes at once.

Before: derivatives and the places that they belong to. After: those that could be made lie there; one whose worker
ended, refused or took too long does not, and whoever reads it makes it then, alone.

The workers are plain processes of :mod:`threadbound.media.worker`, which import Pillow and nothing of the command line:
the pools of the standard library would import our ``__main__`` into each. A job goes to a worker through a pipe, one
picture at a time; what it makes goes to the disk. When the pipe closes, a worker ends, however we ended.
"""

from __future__ import annotations

import contextlib
import os
import selectors
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO

from msgspec import Struct

from threadbound.media.derive import Derivative
from threadbound.media.shelf import Shelf
from threadbound.media.worker import Job, send
from threadbound.options import Step, no_step

#: So many pictures are worth the start of other processes, which takes as long as making several.
WORTH_PROCESSES = 8
#: Most workers: each holds a picture in memory.
MOST = 8
#: Seconds that one picture may take. A picture of the greatest size takes some ten.
PATIENCE = 180.0
#: Runs the worker of this very package. Without ``-P`` Python would look for modules among the saved pages first.
COMMAND = (
    "-P",
    "-c",
    "import sys; sys.path.insert(0, sys.argv[1]); from threadbound.media import worker; worker.main()",
)

_Queue = Iterator[tuple[Path, Derivative]]


def prepare(shelf: Shelf, wanted: Iterable[Derivative], step: Step = no_step) -> None:
    """Put those of ``wanted`` that are missing on the shelf, if they are many; the others are made when read."""
    missing = shelf.missing(wanted)
    if len(missing) >= WORTH_PROCESSES:
        with crew_for(len(missing)) as crew:
            crew.make(missing, step)


class _Worker(Struct):
    process: subprocess.Popen[bytes]
    jobs: IO[bytes]
    answers: IO[bytes]
    since: float = 0.0
    """When it got its job."""
    sender: threading.Thread | None = None
    """Writes its job into the pipe, which holds less than a picture: who does not read must not hold us up."""

    def give(self, job: Job, data: bytes) -> None:
        """Hand a job over. A worker that has ended is met when its answer is read."""

        def write() -> None:
            with contextlib.suppress(OSError):
                send(self.jobs, job, data)

        self.since = time.monotonic()
        self.sender = threading.Thread(target=write, daemon=True)
        self.sender.start()

    def end(self) -> None:
        """Stop it, whatever it does."""
        self.process.kill()
        if self.sender:
            self.sender.join()  # nobody reads any more, so it ends
        self.jobs.close()
        self.answers.close()
        self.process.wait()


class Crew(Struct):
    """Workers that wait for pictures."""

    workers: list[_Worker]
    replacements: int = 3
    """How often a worker that ended is replaced: where none can work, soon none is started."""

    def make(self, wanted: Mapping[Path, Derivative], step: Step) -> None:
        """Make ``wanted``, each at its place, as far as the workers can."""
        queue = iter(wanted.items())
        done = 0
        with selectors.DefaultSelector() as waiting:
            for worker in self.workers:
                _give(worker, queue, waiting)
            while waiting.get_map():
                step("making pictures", done, len(wanted))
                for worker in _ready(waiting):
                    waiting.unregister(worker.answers)
                    done += 1
                    if worker.answers.read(1):
                        _give(worker, queue, waiting)
                    else:
                        self._replace(worker, queue, waiting)

    def _replace(self, ended: _Worker, queue: _Queue, waiting: selectors.BaseSelector) -> None:
        ended.end()
        self.workers.remove(ended)
        if self.replacements and self.hire():
            self.replacements -= 1
            _give(self.workers[-1], queue, waiting)

    def hire(self) -> bool:
        """Start one more worker, unless the system has no room: then whoever reads a picture makes it."""
        with contextlib.suppress(OSError):
            self.workers.append(_start())
            return True
        return False


@contextlib.contextmanager
def crew_for(jobs: int) -> Iterator[Crew]:
    """A crew for so many jobs: a worker for each processor, none for a single one. None is left afterwards."""
    crew = Crew([])
    size = min(_processors(), jobs, MOST)
    try:
        for _ in range(size if size > 1 else 0):
            crew.hire()
        yield crew
    finally:
        for worker in crew.workers:
            worker.end()


def _ready(waiting: selectors.BaseSelector) -> list[_Worker]:
    """The workers that have answered or ended; one that took too long is ended first."""
    ready = [key.data for key, _ in waiting.select(timeout=1.0)]
    for key in waiting.get_map().values():
        if time.monotonic() - key.data.since > PATIENCE:
            key.data.process.kill()
    return ready


def _give(worker: _Worker, queue: _Queue, waiting: selectors.BaseSelector) -> None:
    """Hand the next job over, if there is one."""
    for place, item in queue:
        worker.give(Job(os.fsencode(place), item.recipe), item.original.read())
        waiting.register(worker.answers, selectors.EVENT_READ, worker)
        return


def _start() -> _Worker:
    package = Path(__file__).resolve().parents[2]
    process = subprocess.Popen(  # noqa: S603 - this very Python
        [sys.executable, *COMMAND, str(package)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        bufsize=0,
        process_group=0,  # an interrupt from the terminal is for us, and we end our workers
    )
    if process.stdin is None or process.stdout is None:
        raise OSError("no pipe to a worker")
    return _Worker(process, process.stdin, process.stdout)


def _processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1
