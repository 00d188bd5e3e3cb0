"""What fontconfig remembers of the fonts, sealed by us: it maps its files into memory and believes all that is in them.

Before: its private folder, its settings made known to this process. After :func:`checked`: what it remembers there is
what it wrote, or it remembers nothing.
"""

from __future__ import annotations

import ctypes
import shutil
from contextlib import suppress
from functools import cache
from pathlib import Path

import msgspec

from threadbound.digests import sha256_of
from threadbound.tools.kept import taken
from threadbound.writers.keeping import keep

#: Where fontconfig remembers, and where the digests of that are kept.
REMEMBERED, SEALS = "cache", "seals"
#: The library, on Linux and on macOS.
LIBRARIES = ("libfontconfig.so.1", "libfontconfig.1.dylib")


@cache
def checked(folder: Path) -> None:
    """See once a process that what is remembered below ``folder`` is as it was; have it found anew where it is not."""
    place = folder / SEALS / "files.msgpack"
    with suppress(OSError, msgspec.MsgspecError):
        known = taken(place)
        if known is not None and msgspec.msgpack.decode(known, type=dict[str, str]) == _digests(folder / REMEMBERED):
            return
    shutil.rmtree(folder / REMEMBERED, ignore_errors=True)
    if _looked():
        with suppress(OSError):
            keep(place, msgspec.msgpack.encode(_digests(folder / REMEMBERED)))


def _digests(folder: Path) -> dict[str, str]:
    """Name → digest of each file. What is being written meanwhile is not there yet."""
    return {path.name: sha256_of(path) for path in sorted(folder.glob("*.cache-*"))}


def _looked() -> bool:
    """Have fontconfig look at the fonts and remember them; whether it could be asked to."""
    for name in LIBRARIES:
        with suppress(OSError):
            library = ctypes.CDLL(name)
            library.FcInitLoadConfigAndFonts.restype = ctypes.c_void_p
            found = library.FcInitLoadConfigAndFonts()
            if found:
                library.FcConfigDestroy(ctypes.c_void_p(found))
            return bool(found)
    return False
