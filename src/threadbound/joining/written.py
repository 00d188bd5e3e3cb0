"""Values as a PDF writes them (ISO 32000-1 §7.3)."""

from __future__ import annotations

import codecs
from collections.abc import Iterable
from functools import lru_cache

_ESCAPED = str.maketrans({sign: f"\\{sign}" for sign in "\\()"})


def string(text: str) -> bytes:
    """Text: in ASCII where it is, else in UTF-16."""
    return quoted(name(text))


def name(text: str) -> bytes:
    """The bytes of a text's string, by which names are sorted."""
    if text.isascii() and text.isprintable():  # what is not printable there are characters of PDF's own (annex D)
        return text.encode()
    return codecs.BOM_UTF16_BE + text.encode("utf-16-be", "replace")


def quoted(data: bytes) -> bytes:
    """A string of these bytes."""
    if data.isascii() and data.decode().isprintable():
        return f"({data.decode().translate(_ESCAPED)})".encode()
    return b"<" + data.hex().encode() + b">"


@lru_cache(maxsize=8192)  # the same margins and lines on all pages
def number(value: float) -> bytes:
    """A number, to a ten-thousandth of a point."""
    written = f"{value:.4f}".rstrip("0").rstrip(".")
    return (written if written not in ("-0", "") else "0").encode()


def numbers(values: Iterable[float]) -> bytes:
    """An array of numbers."""
    return b"[" + b" ".join(map(number, values)) + b"]"


def reference(object_number: int) -> bytes:
    """What stands for an object elsewhere."""
    return b"%d 0 R" % object_number


def references(object_numbers: Iterable[int]) -> bytes:
    """An array of objects."""
    return b"[" + b" ".join(map(reference, object_numbers)) + b"]"


def date(iso: str) -> bytes:
    """A date (§7.9.4) of one in ISO 8601 with ``Z``, as exact as that is."""
    digits = "".join(character for character in iso.rstrip("Z") if character.isdigit())
    return string(f"D:{digits}{'Z' if iso.endswith('Z') else ''}")
