"""Which file and which face each font of a laid-out document is, and what the document uses of it.

Before: WeasyPrint has cut every font down for the document. After: :func:`faces` says where the whole font is, so that
one subset can be made for many documents; within :func:`left_out` no document makes one of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from threadbound.joining.fonts import subset
from threadbound.joining.piece import Face

_DECLARED = "FcPattern *pango_fc_font_get_pattern(PangoFont *font);"
_PATH = "threadbound_path"


@contextmanager
def left_out() -> Iterator[None]:
    """Note the files of the fonts that WeasyPrint uses meanwhile, and cut none of them down for one document alone."""
    from weasyprint.pdf.fonts import Font  # noqa: PLC0415 - only beside WeasyPrint
    from weasyprint.text.ffi import ffi, fontconfig, pangoft2  # noqa: PLC0415 - as above

    if not hasattr(ffi, _PATH):
        ffi.cdef(_DECLARED)
        setattr(ffi, _PATH, True)
    initial, clean = Font.__init__, Font.clean

    def init(self: Any, font: Any, *more: Any) -> None:  # noqa: ANN401 - WeasyPrint has no types
        initial(self, font, *more)
        found = ffi.new("FcChar8 **")
        fontconfig.FcPatternGetString(pangoft2.pango_fc_font_get_pattern(font), b"file", 0, found)
        setattr(self, _PATH, ffi.string(found[0]).decode())

    def leave_out(self: Any, *_: object) -> None:  # noqa: ANN401 - as above
        self.file_content = _program(getattr(self, _PATH), self.index, () if self.png else self.widths, _axes(self))

    Font.__init__, Font.clean = init, leave_out
    try:
        yield
    finally:
        Font.__init__, Font.clean = initial, clean


#: What this process has cut out of fonts: of a file, a face and its axes, the glyphs and the program.
_cut: dict[tuple[object, ...], tuple[frozenset[int], bytes]] = {}


def _program(path: str, index: int, glyphs: Iterable[int], axes: dict[str, float]) -> bytes:
    """A font with these glyphs and some that were asked for before, cut out once for many pieces.

    Whoever checks a piece reads no words without: PDFium takes the shapes of letters for where they are.
    """
    key, wanted = (path, index, tuple(sorted(axes.items()))), frozenset({0, *glyphs})
    known, program = _cut.get(key, (frozenset(), b""))
    if not wanted <= known:
        known |= wanted
        program = subset(Face(path, index, is_empty=False, widths=dict.fromkeys(known, 0), texts={}, axes=axes))
        _cut[key] = known, program
    return program


def faces(fonts: dict[Any, Any]) -> dict[str, Face]:
    """What a document (``weasyprint.Document.fonts``) uses of its fonts, by their names in its resources."""
    found: dict[str, Face] = {}
    for font in fonts.values():
        path = getattr(font, _PATH)
        known = found.get(font.hash) or Face(path, font.index, bool(font.png), {}, {}, _axes(font))
        if (known.path, known.index) != (path, font.index):
            raise ValueError(f"two files for the font {font.name!r}")
        known.widths.update(font.widths)
        known.texts.update(font.to_unicode)
        found[font.hash] = known
    return found


def _axes(font: Any) -> dict[str, float]:  # noqa: ANN401 - as above
    """Where a font that varies is pinned, as WeasyPrint pins it."""
    if "fvar" not in font.tables:
        return {}
    return {"wght": float(font.weight), **font.variations}
