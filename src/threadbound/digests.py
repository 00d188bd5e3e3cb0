"""Fixity: sha256 of bytes, as lower-case hexadecimal."""

from __future__ import annotations

import hashlib


def sha256(data: bytes) -> str:
    """The sha256 of ``data``: 64 lower-case hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()
