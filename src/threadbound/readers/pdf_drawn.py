"""Which words the glyphs on a page of a PDF say, in the order in which they are drawn.

Before: a PDF of this program's. After: the words, as their fonts' tables have them (``/ToUnicode``, ISO 32000-1
§9.10.3) and as they are said beside them (``/ActualText``, §14.9.4). Nothing is guessed from where glyphs stand: a
program for reading puts lines from right to left in order, and loses what it does not know on the way.
"""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pikepdf

from threadbound.readers import bounds
from threadbound.readers.pdf_pages import ODD

_BLOCKS = re.compile(rb"beginbfchar(.*?)endbfchar", re.DOTALL)
_ROWS = re.compile(rb"<([0-9A-Fa-f]{4})>\s*<((?:[0-9A-Fa-f]{2})*)>")
_OPERATORS = "Tf Tj TJ BDC BMC EMC"

Texts = dict[int, str]
"""Glyph → what it says."""


def words(file: Path | bytes, pages: Iterable[int]) -> str:
    """The words of some pages; those of a page that cannot be read are left out.

    Args:
        file: a PDF, or what is in it.
        pages: which, from 0.
    """
    known: dict[tuple[int, int], Texts] = {}
    try:
        with pikepdf.open(io.BytesIO(file) if isinstance(file, bytes) else file) as document:
            return "".join(part for number in pages for part in _page(document, number, known))
    except (zlib.error, IndexError, *ODD):
        return ""


def _page(document: pikepdf.Pdf, number: int, known: dict[tuple[int, int], Texts]) -> Iterator[str]:
    page = document.pages[number].obj
    fonts: Any = page["/Resources"].get("/Font", {})
    texts: Texts = {}
    said: list[bool] = []
    content = pikepdf.Stream(document, _unpacked(page["/Contents"]))
    instructions: Any = pikepdf.parse_content_stream(content, _OPERATORS)
    for operands, operator in instructions:
        name = str(operator)
        if name == "Tf":
            texts = _texts(fonts[operands[0]], known)
        elif name == "EMC":
            del said[-1:]
        elif name in {"BDC", "BMC"}:
            beside = _beside(operands)
            said.append(beside is not None)
            if beside and said.count(True) == 1:
                yield beside
        elif not any(said):
            yield from _shown(operands[0], texts)


def _shown(operand: Any, texts: Texts) -> Iterator[str]:  # noqa: ANN401 - a pikepdf object
    strings = operand if isinstance(operand, pikepdf.Array) else [operand]
    for string in strings:
        if isinstance(string, pikepdf.String):
            codes = bytes(string)
            yield from (texts.get(int.from_bytes(codes[k : k + 2], "big"), "") for k in range(0, len(codes), 2))


def _beside(operands: Any) -> str | None:  # noqa: ANN401 - as above
    """What is said in place of all that is marked; ``None`` where nothing is."""
    properties = operands[1] if len(operands) > 1 else None
    return (
        str(properties["/ActualText"])
        if isinstance(properties, pikepdf.Dictionary) and "/ActualText" in properties
        else None
    )


def _texts(font: Any, known: dict[tuple[int, int], Texts]) -> Texts:  # noqa: ANN401 - as above
    table = font["/ToUnicode"]
    if table.objgen not in known:
        rows = (row for block in _BLOCKS.findall(_unpacked(table)) for row in _ROWS.findall(block))
        known[table.objgen] = {
            int(glyph, 16): bytes.fromhex(text.decode()).decode("utf-16-be", "replace") for glyph, text in rows
        }
    return known[table.objgen]


def _unpacked(stream: Any) -> bytes:  # noqa: ANN401 - as above
    """The bytes of a stream, as far as a page may have them."""
    packed = bytes(stream.read_raw_bytes())
    return (
        zlib.decompressobj().decompress(packed, bounds.MAX_PAGE) if "/Filter" in stream else packed[: bounds.MAX_PAGE]
    )
