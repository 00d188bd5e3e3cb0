"""Half-written files: what a run that was killed left behind does not stay for ever.

Before: a folder in which files are written under names of their own before they are renamed. After: those that no
running process can still be writing are gone.
"""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path

#: Seconds after which a file that was begun is nobody's any more.
STALE = 24 * 60 * 60


def clear(folder: Path, pattern: str = "*") -> None:
    """Throw away the stale files of ``folder`` whose names match ``pattern``.

    Raises:
        OSError: the folder cannot be read, or a file in it not be removed.
    """
    oldest = time.time() - STALE
    for left in folder.glob(pattern):
        with suppress(FileNotFoundError):  # another process was faster
            if left.stat().st_mtime < oldest:
                left.unlink()
