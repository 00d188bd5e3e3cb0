"""Work done by other processes, behind the standard library's Executor. The one place where an executor is chosen.

Before: a public function of this package that takes one record and gives one, and records. After: a future of each
result. What goes between the processes is data (msgspec), never code: a worker has read a stranger's page.

The workers are plain processes that import nothing of the command line; the pools of the standard library would import
our ``__main__`` into each, and break as a whole when the system kills one. Here a job whose worker ended is done once
more by a fresh one, and is lost alone if that ends too. When the pipe closes, a worker ends, however we ended.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, ParamSpec, TypeVar

import msgspec

from threadbound.tools.worker import Answer, Job, decoder, raised, receive, send

#: Most workers: each has a page, a picture or a chapter in memory.
MOST = 8
#: How many jobs wait for each worker, or are done and wait to be asked for.
AHEAD = 4
#: How often a job is given to a worker.
TRIES = 2
#: Seconds that a worker has to end whose pipe has: then it is known how.
ENDING = 1.0
#: Seconds after which whoever is busy in this process lets another thread on: at the usual five thousandths a worker
#: waits as long for its next job as it takes to do one.
TURN = 0.0005
#: Runs the worker of this very package. Without ``-P`` Python would look for modules among the saved pages first.
COMMAND = (
    "-P",
    "-c",
    "import sys; sys.path.insert(0, sys.argv[1]); from threadbound.tools import worker; worker.main()",
)
#: Made here, by the one thread that imports this: see :func:`~threadbound.tools.worker.decoder`.
_ANSWERS = msgspec.msgpack.Decoder(Answer)
Parameters = ParamSpec("Parameters")
Argument = TypeVar("Argument")
Result = TypeVar("Result")


class WorkerLost(Exception):
    """The process that did a job ended, as often as it was tried; the message says how."""


def executor(jobs: int, worth: int, patience: float | None = None) -> Executor:
    """What does so many jobs: workers, one a processor; or this process itself, where that is as quick.

    Args:
        jobs: how many there are.
        worth: how many are worth the start of other processes.
        patience: seconds that a job may take in a worker.
    """
    size = min(processors(), jobs, MOST)
    return Workers(size, patience) if size > 1 and jobs >= worth else Here()


def in_order(
    workers: Executor, work: Callable[[Argument], Result], arguments: Iterable[Argument], each: int = AHEAD
) -> Iterator[Future[Result]]:
    """A future for each argument, in their order.

    Args:
        workers: who does them.
        work: a public function of this package.
        arguments: of it, one by one.
        each: how many jobs wait for each worker, or are done and wait to be asked for: as many as keep it busy while
            whoever asks is busy elsewhere.
    """
    waiting: deque[Future[Result]] = deque()
    for argument in arguments:
        waiting.append(workers.submit(work, argument))
        if len(waiting) >= ahead(workers, each):
            yield waiting.popleft()
    yield from waiting


def ahead(workers: Executor, each: int = AHEAD) -> int:
    """How many jobs may wait, or be done and not asked for, where ``each`` worker may have so many."""
    return each * workers.size if isinstance(workers, Workers) else 1


def processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


class Here(Executor):
    """No other process: a job is done when it is submitted."""

    def submit(
        self, fn: Callable[Parameters, Result], /, *args: Parameters.args, **kwargs: Parameters.kwargs
    ) -> Future[Result]:
        """Do it."""
        future: Future[Result] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:  # noqa: BLE001 - whoever asks for the result meets it
            future.set_exception(error)
        return future


class Workers(Executor):
    """Processes of our own. Left with an exception, as with an interrupt, it ends them at once."""

    def __init__(self, size: int, patience: float | None = None) -> None:
        self.size = size
        sys.setswitchinterval(TURN)
        self._jobs: SimpleQueue[tuple[Future[Any], Callable[..., Any], Any] | None] = SimpleQueue()
        self._hands = [_Hand(self._jobs, patience) for _ in range(size)]

    def submit(
        self, fn: Callable[Parameters, Result], /, *args: Parameters.args, **kwargs: Parameters.kwargs
    ) -> Future[Result]:
        """Have ``fn``, a public function of this package, called with its one argument."""
        (argument,) = args
        if kwargs:
            raise TypeError("a job has one argument")
        future: Future[Result] = Future()
        decoder(fn)  # before a hand asks for it
        self._jobs.put((future, fn, argument))
        for hand in self._hands:
            if hand.ident is None:
                hand.start()
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: FBT001, FBT002 - Executor's
        """Let the workers end when their jobs are done."""
        if cancel_futures:
            self._cancel()
        for _ in self._hands:
            self._jobs.put(None)
        for hand in self._hands:
            if wait and hand.ident is not None:
                hand.join()

    def stop(self) -> None:
        """End the workers at once, whatever they do."""
        for hand in self._hands:
            hand.stop()

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            self.stop()
        self.shutdown(cancel_futures=kind is not None)

    def _cancel(self) -> None:
        with contextlib.suppress(Empty):  # the hands take from it too: what was there a moment ago may be gone
            while True:
                if job := self._jobs.get_nowait():
                    job[0].cancel()


class _Hand(threading.Thread):
    """Leads one worker: gives it a job, waits for the answer, starts another where it ended."""

    def __init__(self, jobs: SimpleQueue[Any], patience: float | None) -> None:
        super().__init__(daemon=True)
        self.jobs = jobs
        self.patience = patience
        self.process: subprocess.Popen[bytes] | None = None
        self.is_stopped = False

    def stop(self) -> None:
        """End the worker, whatever it does."""
        self.is_stopped = True
        if process := self.process:
            process.kill()

    def run(self) -> None:
        """Work until there is nothing more to do."""
        try:
            while job := self.jobs.get():
                future, work, argument = job
                if future.set_running_or_notify_cancel():
                    self._do(future, work, argument)
        finally:
            if self.process:  # it waits for a job that will not come
                self.process.kill()
            self._end()

    def _do(self, future: Future[Any], work: Callable[..., Any], argument: object) -> None:
        try:
            future.set_result(self._asked(work, argument))
        except Exception as error:  # noqa: BLE001 - whoever asks for the result meets it
            future.set_exception(error)

    def _asked(self, work: Callable[..., Any], argument: object) -> object:
        """What a worker answers.

        Raises:
            WorkerLost: it ended, and the one after it.
        """
        job = msgspec.msgpack.encode(
            Job(f"{work.__module__}:{work.__qualname__}", msgspec.Raw(msgspec.msgpack.encode(argument)))
        )
        how = "it was stopped"
        for _ in range(TRIES):
            if self.is_stopped:
                break
            is_new = self.process is None
            try:
                process = self.process = self.process or _start()
            except OSError as error:  # no room for another process
                raise WorkerLost(f"no process could be started: {error}") from error
            if self.is_stopped:  # since it was asked before: whoever stops us may not have seen the process yet
                break
            answer = _exchanged(process, job, self.patience, is_new=is_new)
            if answer is not None:
                told = _ANSWERS.decode(answer)
                if told.is_last:
                    self._end()
                return _result(told, work)
            how, is_late = self._end()
            if is_late:
                break
        raise WorkerLost(how)

    def _end(self) -> tuple[str, bool]:
        """End the worker; gives how it ended, and whether it had to be ended."""
        process, self.process = self.process, None
        if process is None:
            return "", False
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(ENDING)
        code = process.poll()
        process.kill()
        for pipe in (process.stdin, process.stdout):
            if pipe:
                with contextlib.suppress(OSError):
                    pipe.close()
        process.wait()
        if code is None:
            return f"it took longer than {self.patience or 0:.0f} s", True
        return f"the system ended it (signal {-code})" if code < 0 else f"it ended (status {code})", False


def _start() -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603 - this very Python
        [sys.executable, *COMMAND, str(Path(__file__).resolve().parents[2])],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        bufsize=0,
        process_group=0,  # an interrupt from the terminal is for us, and we end our workers
    )


def _exchanged(process: subprocess.Popen[bytes], job: bytes, patience: float | None, *, is_new: bool) -> bytes | None:
    """The answer to a job; ``None`` where the worker ended or took too long. Its start is no job."""
    if process.stdin is None or process.stdout is None:
        return None
    try:
        send(process.stdin, job)
        if is_new:
            receive(process.stdout)
        until = time.monotonic() + patience if patience else None
        return receive(process.stdout, until)
    except (OSError, EOFError):
        return None


def _result(answer: Answer, work: Callable[..., Any]) -> object:
    if answer.failure:
        raise raised(answer.failure)
    return decoder(work).decode(answer.result)
