"""What a run keeps for the next one, beside the fonts' cache.

Before: a place and bytes that can be had again. After: they lie there, whole or not at all; where the folder cannot be
written nothing is kept, and the next run has them again at the cost of time.
"""

from __future__ import annotations

import contextlib
import secrets
from pathlib import Path

from threadbound.media.parts import clear


def keep(path: Path, data: bytes) -> None:
    """Put ``data`` at ``path``, if that can be done."""
    # A name of its own: another run may be keeping the same now.
    temporary = path.with_name(f"{path.stem}-{secrets.token_hex(6)}.part")
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        clear(path.parent, "*.part")  # of runs that were killed
        try:
            temporary.write_bytes(data)
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
