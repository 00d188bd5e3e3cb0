"""What a run keeps for the next one, beside the fonts' cache.

Before: a place and bytes that can be had again. After: they lie there, sealed (:mod:`threadbound.tools.kept`), whole or
not at all; where the folder cannot be written nothing is kept, and the next run has them again at the cost of time.
"""

from __future__ import annotations

import contextlib
from pathlib import Path

from threadbound.media.parts import clear
from threadbound.tools.kept import PARTS, put


def keep(place: Path, data: bytes) -> None:
    """Put ``data`` at ``place``, two folders below the cache's own, if that can be done."""
    with contextlib.suppress(OSError):
        clear(place.parents[1] / PARTS)  # of runs that were killed
        put(place, data)
