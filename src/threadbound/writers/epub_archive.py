"""A zip file whose bytes depend on nothing but its contents.

Before: names and bytes, in order. After: an archive with fixed times and permissions, pictures and fonts stored as
they are (deflating a JPEG costs time and gains nothing), the rest deflated.
"""

from __future__ import annotations

import zipfile
from pathlib import Path, PurePosixPath

from threadbound.digests import sha256

#: The first moment that a zip file can name.
_EPOCH = (1980, 1, 1, 0, 0, 0)
#: A plain file that everybody may read, made on Unix.
_UNIX = 3
_PLAIN_FILE = 0o100644 << 16
#: Compressed in themselves, or not worth it.
_STORED = frozenset(
    {".jpg", ".jpeg", ".png", ".gif", ".webp", ".ttf", ".otf", ".woff", ".woff2", ".zip", ".gz", ".wacz"}
)
_LEVEL = 6


class FixedZip(zipfile.ZipFile):
    """``zipfile.ZipFile`` for writing, without the clock and without this machine."""

    def __init__(self, file: str | Path, digests: dict[str, str]) -> None:
        """Begin an archive at ``file``; ``digests`` is told the sha256 of each member once it is written."""
        super().__init__(file, "w")
        self.digests = digests

    def writestr(
        self,
        zinfo_or_arcname: str | zipfile.ZipInfo,
        data: str | bytes,  # type: ignore[override] # ebooklib gives nothing else
        compress_type: int | None = None,
        compresslevel: int | None = None,  # noqa: ARG002 - the signature of ZipFile; the level is fixed
    ) -> None:
        """Add a member. A given entry's own time and attributes are ignored."""
        name = zinfo_or_arcname if isinstance(zinfo_or_arcname, str) else zinfo_or_arcname.filename
        if name in self.NameToInfo:
            raise ValueError(f"two members called {name}")
        entry = zipfile.ZipInfo(name, _EPOCH)
        entry.create_system = _UNIX
        entry.external_attr = _PLAIN_FILE
        stored = PurePosixPath(name).suffix.lower() in _STORED
        method = compress_type if compress_type is not None else zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
        super().writestr(entry, data, method, _LEVEL)
        self.digests[name] = sha256(data if isinstance(data, bytes) else data.encode())
