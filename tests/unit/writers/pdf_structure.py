"""A PDF's structure tree, read back with PDFium: what a screen reader is told. Helps the tests beside it."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pypdfium2
from pypdfium2 import raw


@dataclass
class Element:
    """One structure element of one page."""

    role: str
    alt: str
    language: str
    """Its own ``/Lang``, or that of the nearest element round it which has one."""
    page: int
    """From 0."""
    children: list[Element] = field(default_factory=list)
    own_text: str = ""
    """Of its own marked content."""

    def walk(self) -> Iterator[Element]:
        """This element and all in it, in reading order."""
        yield self
        for child in self.children:
            yield from child.walk()

    @property
    def text(self) -> str:
        """All its words."""
        return "".join(each.own_text for each in self.walk())


def elements(path: Path) -> list[Element]:
    """Every structure element of the file, page by page, in reading order."""
    with pypdfium2.PdfDocument(path) as document:
        return [each for number, page in enumerate(document) for root in _page(page, number) for each in root.walk()]


def _page(page: Any, number: int) -> list[Element]:
    texts = _marked_texts(page)
    tree = raw.FPDF_StructTree_GetForPage(page.raw)
    try:
        roots = (raw.FPDF_StructTree_GetChildAtIndex(tree, k) for k in range(raw.FPDF_StructTree_CountChildren(tree)))
        return [_element(root, number, "", texts) for root in roots]
    finally:
        raw.FPDF_StructTree_Close(tree)


def _element(element: Any, page: int, language: str, texts: dict[int, str]) -> Element:
    language = _string(raw.FPDF_StructElement_GetLang, element) or language
    out = Element(
        _string(raw.FPDF_StructElement_GetType, element),
        _string(raw.FPDF_StructElement_GetAltText, element),
        language,
        page,
    )
    for k in range(raw.FPDF_StructElement_CountChildren(element)):
        child = raw.FPDF_StructElement_GetChildAtIndex(element, k)
        if child:
            out.children.append(_element(child, page, language, texts))
        else:
            out.own_text += texts.get(raw.FPDF_StructElement_GetChildMarkedContentID(element, k), "")
    return out


def _marked_texts(page: Any) -> dict[int, str]:
    """Marked content identifier → its words."""
    out: dict[int, str] = {}
    words = page.get_textpage()
    for thing in page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT]):
        mark = raw.FPDFPageObj_GetMarkedContentID(thing.raw)
        out[mark] = out.get(mark, "") + _string(raw.FPDFTextObj_GetText, thing.raw, words.raw)
    return out


def _string(ask: Callable[..., int], *what: Any) -> str:
    """What PDFium writes into a buffer of the size that it asks for, in UTF-16."""
    size = ask(*what, None, 0)
    if not size:
        return ""
    buffer = ctypes.create_string_buffer(size)
    ask(*what, ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)) if len(what) == 2 else buffer, size)
    return buffer.raw.decode("utf-16-le").rstrip("\x00")
