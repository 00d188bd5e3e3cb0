"""Whether a library is still what it was.

Before: a library. After: :class:`Verification`: every file that was read has the digest that its manifest says, every
thread is one, and catalogue and indexes say what the files say; or there is a finding for each that does not. A file
with two names (a hard link) is read once.

Reading a large library may be spread over days: what was read longest ago is read first, and the catalogue remembers.
"""

from __future__ import annotations

import hashlib
import math
import os
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from pathlib import Path
from typing import TypeVar

from msgspec import Struct

from threadbound.library.consistency import Told, consistent
from threadbound.library.exclusive import is_busy
from threadbound.library.findings import Finding
from threadbound.library.layout import THREAD, THREADS, Library
from threadbound.library.rereading import reread
from threadbound.library.stock import Stock, stock
from threadbound.options import Step, VerifyOptions, no_step

Item = TypeVar("Item")
#: Files that are read at a time: reading waits for the disk, and digests are computed beside each other.
WORKERS = min(4, os.cpu_count() or 1)
BLOCK = 1 << 20
#: Files between two looks at the clock.
STRIDE = 64
#: Every file, however long it takes.
ALL_OF_IT = VerifyOptions()


class Verification(Struct, frozen=True):
    """What was found."""

    findings: tuple[Finding, ...]
    read: int
    """Files whose digests were computed."""
    files: int
    """Files that there are."""
    size: int
    """Bytes that were read."""

    @property
    def is_sound(self) -> bool:
        """Whether nothing is damaged, as far as was looked."""
        return not any(finding.is_damage for finding in self.findings)


def verify(
    library: Library, options: VerifyOptions = ALL_OF_IT, step: Step = no_step, *, is_ours: bool = False
) -> Verification:
    """Look at the library, or at the part of it that was not looked at for longest.

    Args:
        library: it may be in use: what a writer takes away meanwhile is not missed.
        options: how much of it.
        step: told how many files are read.
        is_ours: the caller is the writer, and has nothing half done.
    """
    deadline = time.monotonic() + options.max_seconds if options.max_seconds else math.inf
    with closing(Told(library)) as told:
        found = stock(library)
        readings = dict(_read(library, _chosen(found, told.readings(), options), deadline, step))
        in_use = not is_ours and is_busy(library)
        findings = [*found.findings, *_compared(found, readings), *_remarks(found, in_use=in_use or is_ours)]
        sound = {path for path, reading in readings.items() if reading.sha256 == found.wanted[path]}
        findings += consistent(found, told, sound, in_use=in_use)
        findings += _read_again(found, sound) if options.deep else ()
        told.remember(sound)
    lasting = tuple(each for each in dict.fromkeys(findings) if not _is_taken_away(library, each))
    return Verification(lasting, len(readings), len(found.wanted), _size(readings.values()))


def _read_again(found: Stock, sound: AbstractSet[str]) -> Iterator[Finding]:
    """Where a page that was read says something else than its thread."""
    for name, version in found.versions.items():
        if {f"{name}/{version.page}", f"{name}/{THREAD}"} <= sound and (finding := reread(found.library, name)):
            yield finding


def _remarks(found: Stock, *, in_use: bool) -> Iterator[Finding]:
    """What is no damage, but should be known."""
    for path in found.strangers:
        yield Finding("file.stranger", path, "no manifest lists it")
    if found.library.incoming.exists() and not in_use:
        path = found.library.incoming.relative_to(found.library.root).as_posix()
        yield Finding("work.unfinished", path, "a run was stopped before it was done")


def _is_taken_away(library: Library, finding: Finding) -> bool:
    """Whether it is about a version that a writer has taken away meanwhile."""
    parts = Path(finding.path).parts
    return parts[:1] == (THREADS,) and finding.code == "file.missing" and not library.root.joinpath(*parts[:4]).exists()


def _size(readings: Iterable[Reading]) -> int:
    """Bytes that were read; of a file with two names once for each."""
    return sum(reading.size for reading in readings)


class Reading(Struct, frozen=True):
    """What reading a file gave."""

    sha256: str
    size: int = 0
    error: str = ""
    """Why it could not be read."""
    is_missing: bool = False


def _chosen(found: Stock, known: Mapping[str, str], options: VerifyOptions) -> list[str]:
    """The files to read, those first that were read longest ago."""
    ordered = sorted(found.wanted, key=lambda path: (known.get(path, ""), path))
    return ordered[: math.ceil(len(ordered) * options.sample)]


def _read(library: Library, paths: Sequence[str], deadline: float, step: Step) -> Iterator[tuple[str, Reading]]:
    """The files' digests, until the time is over."""
    done = 0
    with ThreadPoolExecutor(WORKERS) as pool:
        for stride in _strides(_by_file(library, paths), STRIDE * WORKERS):
            if time.monotonic() > deadline:
                return
            parts = list(_strides(stride, max(1, len(stride) // WORKERS + 1)))
            readings = pool.map(lambda part: [_digest(library.root / names[0]) for names in part], parts)
            for names, reading in zip(stride, (each for part in readings for each in part), strict=True):
                done += len(names)
                yield from ((name, reading) for name in names)
            step("reading files", done, len(paths))


def _by_file(library: Library, paths: Iterable[str]) -> list[list[str]]:
    """The paths, those together that are names of one file."""
    files: dict[tuple[int, int] | str, list[str]] = {}
    for path in paths:
        key: tuple[int, int] | str = path
        with suppress(OSError):
            facts = (library.root / path).lstat()
            key = facts.st_dev, facts.st_ino
        files.setdefault(key, []).append(path)
    return list(files.values())


def _digest(path: Path) -> Reading:
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with open(handle, "rb", buffering=0) as file:  # noqa: PTH123 - a handle
            data = file.read(BLOCK)
            digest, size = hashlib.sha256(data), len(data)
            while data := file.read(BLOCK) if len(data) == BLOCK else b"":
                digest.update(data)
                size += len(data)
    except FileNotFoundError:
        return Reading("", error="it is not there", is_missing=True)
    except OSError as error:
        return Reading("", error=f"it cannot be read: {error.strerror}")
    return Reading(digest.hexdigest(), size)


def _strides(items: Sequence[Item], length: int) -> Iterator[Sequence[Item]]:
    yield from (items[k : k + length] for k in range(0, len(items), length))


def _compared(found: Stock, readings: dict[str, Reading]) -> Iterator[Finding]:
    for path, reading in readings.items():
        if reading.is_missing:
            yield Finding("file.missing", path, reading.error)
        elif reading.error:
            yield Finding("file.unreadable", path, reading.error)
        elif reading.sha256 != found.wanted[path]:
            yield Finding("file.altered", path, f"its sha256 is not {found.wanted[path]}")
