"""Digests that need not be computed again: what a file was, as long as nothing has touched it.

Before: the records of an earlier run, or none. After: digests by path for every file whose size, times and inode are as
they were. They spare reading in a backup run; ``verify`` believes nothing and reads. Lost records cost time only.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

import msgspec
from msgspec import Struct

from threadbound import disk
from threadbound.backup.bag import Digests


class _Record(Struct, frozen=True, array_like=True):
    size: int
    modified: int
    changed: int
    """Of the inode: no program can set it back."""
    inode: int
    sha256: str
    sha512: str


class Known(Struct):
    """What is known of the files below one folder."""

    file: Path
    """Where the records are kept."""
    records: dict[str, _Record]
    is_changed: bool = False

    def get(self, name: str, status: os.stat_result) -> Digests | None:
        """The digests of a file that is as it was."""
        record = self.records.get(name)
        if record is None or _record(status, record.sha256, record.sha512) != record:
            return None
        return Digests(record.sha256, record.sha512, record.size)

    def put(self, name: str, status: os.stat_result, digests: Digests) -> None:
        """Remember the digests of a file.

        Args:
            name: its path.
            status: from before it was read.
            digests: of what was read.
        """
        self.records[name] = _record(status, digests.sha256, digests.sha512)
        self.is_changed = True

    def save(self, names: set[str]) -> None:
        """Keep the records of these files for the next run; where they cannot be kept, it reads again."""
        if self.is_changed or self.records.keys() - names:
            kept = {name: record for name, record in self.records.items() if name in names}
            with contextlib.suppress(OSError):
                disk.put(self.file, msgspec.json.encode(kept))


def known_in(file: Path) -> Known:
    """What ``file`` has of an earlier run."""
    try:
        return Known(file, msgspec.json.decode(file.read_bytes(), type=dict[str, _Record]))
    except (OSError, msgspec.MsgspecError):
        return Known(file, {})


def _record(status: os.stat_result, sha256: str, sha512: str) -> _Record:
    return _Record(status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino, sha256, sha512)
