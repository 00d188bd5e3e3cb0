"""Manifests: a text file a folder that says what is in it, so that nobody needs this program to prove it.

Before: files in a folder. After: ``manifest-sha256.txt``, a line ``SHA256  PATH`` each, as ``sha256sum -c`` and BagIt
read it (RFC 8493, section 2.1.3). It is written last: a folder with one is whole, or damaged, but never half done.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from threadbound.digests import sha256
from threadbound.errors import FileTrouble
from threadbound.library.layout import MANIFEST

#: How RFC 8493 writes what would break a line; the per cent sign first, and read back last.
_CODES = {"%": "%25", "\n": "%0A", "\r": "%0D"}
_LINE = re.compile(r"([0-9a-f]{64})  (\S.*)")


def listing(digests: Mapping[str, str]) -> bytes:
    """The text of a manifest.

    Args:
        digests: path in the folder → sha256.
    """
    return "".join(f"{digest}  {_escaped(name)}\n" for name, digest in sorted(digests.items())).encode()


def read(folder: Path) -> tuple[dict[str, str], str]:
    """What the manifest in ``folder`` says: path → sha256; and the manifest's own sha256.

    Raises:
        FileTrouble: there is none, or it is damaged.
    """
    path = folder / MANIFEST
    try:
        data = path.read_bytes()
        lines = data.decode().split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise FileTrouble(f"it cannot be read: {error}") from error
    matches = [_LINE.fullmatch(line) for line in lines[:-1]]
    if lines[-1] or not all(matches):
        raise FileTrouble("it is damaged: a line is no digest and path")
    return {_unescaped(match[2]): match[1] for match in matches if match}, sha256(data)


def _escaped(name: str) -> str:
    for character, code in _CODES.items():
        name = name.replace(character, code)
    return name


def _unescaped(name: str) -> str:
    for character, code in reversed(_CODES.items()):
        name = name.replace(code, character)
    return name
