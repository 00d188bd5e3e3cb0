"""Kills runs of ``add`` and sees what they leave: ``killing.py LIBRARIES SAVED PART``, a process of its own since it
forks. A hundred runs are killed in all, a quarter of them in each part (0 to 3).

Each run is a child with everything loaded, which SIGKILL ends at the Nth call by which the library alters the disk, or
after a time. What must hold after that is :func:`healed`.
"""

from __future__ import annotations

import os
import pathlib
import random
import shutil
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from threadbound import archive, disk
from threadbound.cli import app
from threadbound.library import fixity, forgetting, query
from threadbound.library.findings import Finding
from threadbound.library.founding import init
from threadbound.library.opening import opened
from threadbound.library.reading import reading
from threadbound.library.writing import writing
from threadbound.options import FetchOptions

OFFLINE = archive.AddOptions(Path(os.environ["XDG_CACHE_HOME"]), FetchOptions(offline=True))
#: Kills at a call, and kills after a time.
AT_CALLS, AFTER_TIMES = 60, 40
PARTS = 4


def child(work: Callable[[], int]) -> int:
    """Exit status of a process that does ``work``; negative: the signal that ended it."""
    number = os.fork()
    if not number:
        os._exit(work())
    return os.waitstatus_to_exitcode(os.waitpid(number, 0)[1])


def adding(root: Path, saved: Path) -> int:
    return app.run(["add", "-L", str(root), "--offline", "-q", str(saved)])


def counting(left: int, root: Path, saved: Path, tally: Path | None = None) -> int:
    """Add, and be killed at a call; with ``tally`` write down how many there are."""
    made = 0

    def counted(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*given: Any, **named: Any) -> Any:
            nonlocal made
            made += 1
            if made == left:
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*given, **named)

        return call

    for name in ("replace", "unlink", "mkdir", "hardlink_to"):
        setattr(pathlib.Path, name, counted(getattr(pathlib.Path, name)))
    os.open, os.fsync, disk._settled_at_once = map(counted, (os.open, os.fsync, disk._settled_at_once))  # type: ignore[assignment]
    code = adding(root, saved)
    if tally:
        tally.write_text(str(made), "utf-8")
    return code


def evidence(root: Path) -> dict[str, bytes]:
    places = [path for place in ("threads", "media") for path in (root / place).rglob("*") if path.is_file()]
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in places}


def findings(root: Path) -> tuple[Finding, ...]:
    return fixity.verify(opened(root)).findings


def healed(root: Path, before: dict[str, bytes], saved: Path) -> None:
    """What must hold after a run was killed, and after the next one."""
    found = findings(root)
    assert not [each for each in found if each.is_damage], found
    assert {each.code for each in found} <= {"work.unfinished", "catalogue.behind", "index.behind"}, found
    now = evidence(root)
    assert {name: now.get(name) for name in before} == before
    with writing(root) as desk:
        list(archive.add(desk, [str(saved)], OFFLINE))
    assert findings(root) == ()
    with reading(root) as desk:
        assert len(list(query.threads(desk.connection))) == len(list(saved.glob("*.html")))
        assert forgetting.unneeded(desk.library) == []


def main(folder: Path, saved: Path, part: int) -> None:
    """A quarter of a hundred runs are killed."""
    start = folder / "start"
    init(start)
    with writing(start) as desk:
        list(archive.add(desk, [str(saved / "p0.html")], OFFLINE))
    tally = folder / "tally"
    shutil.copytree(start, folder / "whole")
    began = time.monotonic()
    assert child(lambda: counting(-1, folder / "whole", saved, tally)) == 0
    lasts = time.monotonic() - began
    calls = int(tally.read_text("utf-8"))
    chance = random.Random(6)  # noqa: S311 - chance, not secrecy
    points: list[int | float] = [*sorted(chance.sample(range(1, calls + 1), AT_CALLS))[part::PARTS]]
    at_calls = len(points)
    points += [chance.uniform(0, lasts) for _ in range(AFTER_TIMES)][part::PARTS]
    ended = 0
    for point in points:
        root = folder / "library"
        shutil.copytree(start, root)
        before = evidence(root)
        if isinstance(point, int):
            ended += child(lambda: counting(point, root, saved)) == -signal.SIGKILL  # noqa: B023 - called at once
        else:
            stopped(point, root, saved)
        healed(root, before, saved)
        shutil.rmtree(root)
    assert ended > at_calls // 2  # the last calls of a run are not always as many


def stopped(after: float, root: Path, saved: Path) -> None:
    number = os.fork()
    if not number:
        os._exit(adding(root, saved))
    time.sleep(after)
    os.kill(number, signal.SIGKILL)
    os.waitpid(number, 0)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
