"""A zip file whose bytes depend on nothing but its contents.

Before: names and bytes, in order. After: an archive with fixed times and permissions, pictures and fonts stored as
they are (deflating a JPEG costs time and gains nothing), the rest deflated.
"""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path, PurePosixPath
from typing import IO

from threadbound.digests import sha256
from threadbound.tools.packed import LEVEL, Packed

#: The first moment that a zip file can name.
_EPOCH = (1980, 1, 1, 0, 0, 0)
#: A plain file that everybody may read, made on Unix.
_UNIX = 3
_PLAIN_FILE = 0o100644 << 16
#: Compressed in themselves, or not worth it.
_STORED = frozenset(
    {".jpg", ".jpeg", ".png", ".gif", ".webp", ".ttf", ".otf", ".woff", ".woff2", ".zip", ".gz", ".wacz"}
)


class FixedZip(zipfile.ZipFile):
    """``zipfile.ZipFile`` for writing, without the clock and without this machine."""

    def __init__(self, file: str | Path, digests: dict[str, str]) -> None:
        """Begin an archive at ``file``; ``digests`` is told the sha256 of each member once it is written."""
        super().__init__(file, "w")
        self.digests = digests

    def writestr(
        self,
        zinfo_or_arcname: str | zipfile.ZipInfo,
        data: str | bytes | Packed,  # type: ignore[override] # ebooklib gives nothing else
        compress_type: int | None = None,
        compresslevel: int | None = None,  # noqa: ARG002 - the signature of ZipFile; the level is fixed
    ) -> None:
        """Add a member. A given entry's own time and attributes are ignored; what is packed stays as it is."""
        name = zinfo_or_arcname if isinstance(zinfo_or_arcname, str) else zinfo_or_arcname.filename
        if name in self.NameToInfo:
            raise ValueError(f"two members called {name}")
        entry = zipfile.ZipInfo(name, _EPOCH)
        entry.create_system = _UNIX
        entry.external_attr = _PLAIN_FILE
        if isinstance(data, Packed):
            entry.compress_type, entry.file_size, entry.CRC = zipfile.ZIP_DEFLATED, data.size, data.checksum
            self._put(entry, data.deflated)
            self.digests[name] = data.sha256
            return
        held = data if isinstance(data, bytes) else data.encode()
        if compress_type == zipfile.ZIP_STORED or PurePosixPath(name).suffix.lower() in _STORED:
            entry.file_size, entry.CRC = len(held), zlib.crc32(held)
            self._put(entry, held)
        else:
            super().writestr(entry, held, zipfile.ZIP_DEFLATED, LEVEL)
        self.digests[name] = sha256(held)

    def _put(self, entry: zipfile.ZipInfo, held: bytes) -> None:
        """Add what is packed already: zipfile offers no way to, so the member is written as ``mkdir`` writes one."""
        entry.compress_size = len(held)
        file: IO[bytes] = self.fp  # type: ignore[assignment] # open for writing
        file.seek(self.start_dir)
        entry.header_offset = file.tell()
        self._didModify = True
        file.write(entry.FileHeader())
        file.write(held)
        self.filelist.append(entry)
        self.NameToInfo[entry.filename] = entry
        self.start_dir = file.tell()
