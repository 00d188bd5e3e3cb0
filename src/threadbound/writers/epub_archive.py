"""A zip file whose bytes depend on nothing but its contents.

Before: names and bytes, in order. After: an archive with fixed times and permissions, pictures and fonts stored as
they are (deflating a JPEG costs time and gains nothing), the rest deflated.
"""

from __future__ import annotations

import zipfile
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
            self._put(entry, data)
            return
        stored = PurePosixPath(name).suffix.lower() in _STORED
        method = compress_type if compress_type is not None else zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
        super().writestr(entry, data, method, LEVEL)
        self.digests[name] = sha256(data if isinstance(data, bytes) else data.encode())

    def _put(self, entry: zipfile.ZipInfo, data: Packed) -> None:
        """Add what is deflated already: zipfile offers no way to, so the member is written as ``mkdir`` writes one."""
        entry.compress_type = zipfile.ZIP_DEFLATED
        entry.file_size, entry.compress_size, entry.CRC = data.size, len(data.deflated), data.checksum
        file: IO[bytes] = self.fp  # type: ignore[assignment] # open for writing
        file.seek(self.start_dir)
        entry.header_offset = file.tell()
        self._didModify = True
        file.write(entry.FileHeader(zip64=False) + data.deflated)
        self.filelist.append(entry)
        self.NameToInfo[entry.filename] = entry
        self.start_dir = file.tell()
        self.digests[entry.filename] = data.sha256
