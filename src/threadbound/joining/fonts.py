"""One set of fonts for all pieces.

Before: every piece says which glyphs of which files it shows, how wide they are and which words they stand for. After:
one program and one descriptor a face, cut down to what the book shows. Glyphs keep the numbers that they have in their
files, so nothing that was set changes. Where a piece means other words by a glyph than the others do, it has a table
of its own.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterable, Mapping
from typing import Any

import uharfbuzz as hb
from msgspec import Struct, field

from threadbound.digests import sha256
from threadbound.joining.packing import LEVEL
from threadbound.joining.parts import Fonts
from threadbound.joining.pdf_file import PdfFile
from threadbound.joining.piece import Face
from threadbound.joining.stored import Lettering

#: Tables that printing needs not, and those of pictures in place of glyphs.
_DROPPED = [
    tag.ljust(4) for tag in "BASE DSIG EBDT EBLC EBSC GPOS GSUB GDEF JSTF LTSH PCLT SVG COLR CPAL CBDT CBLC".split()
]
#: Rows of a table of characters in one block (Adobe Technical Note 5014).
_ROWS = 100
_FIXED_PITCH = 1
#: A width is rounded at the size that a piece met it in first; PDF/A allows a thousandth (ISO 19005-3 §6.2.11.5).
ROUNDED = 1


class _Made(Struct, frozen=True):
    """A face in the file."""

    name: bytes
    descendant: int
    font: int


class FontSet(Struct):
    """The fonts of a book, while it is written."""

    faces: dict[str, Face] = field(default_factory=dict)
    """Name in the resources → what all pieces together use."""
    said: dict[str, Fonts] = field(default_factory=dict)
    made: dict[str, _Made] = field(default_factory=dict)
    tables: dict[bytes, int] = field(default_factory=dict)
    """Tables of characters that are in the file."""
    sets: dict[bytes, int] = field(default_factory=dict)
    """Dictionaries of resources that are in the file."""
    digests: list[str] = field(default_factory=list)
    """Of every stream that was written, unpacked."""

    def note(self, said: Lettering) -> None:
        """Take what a piece uses into account.

        Raises:
            ValueError: it has another file under a name that is known.
        """
        for key, face in said.faces.items():
            known = self.faces.setdefault(key, Face(face.path, face.index, face.is_empty, {}, {}, face.axes))
            if (known.path, known.index, known.axes) != (face.path, face.index, face.axes):
                raise ValueError(f"two files for the font {key}: {known.path} and {face.path}")
            for glyph, width in face.widths.items():
                old_width = known.widths.setdefault(glyph, width)
                if abs(old_width - width) > ROUNDED:
                    raise ValueError(f"two widths for glyph {glyph} of {face.path}")
                known.widths[glyph] = min(old_width, width)
            for glyph, text in face.texts.items():
                old = known.texts.get(glyph)
                if old is None or (len(text), text) < (len(old), old):
                    known.texts[glyph] = text
            self.said.setdefault(key, said.fonts[key])

    def write(self, file: PdfFile) -> None:
        """Put all faces into the file."""
        for key in sorted(self.faces):
            self.made[key] = self._make(file, key)

    def of(self, file: PdfFile, said: Lettering) -> int:
        """The number of the dictionary of a piece's fonts."""
        entries = b"".join(
            b"/%b %d 0 R" % (key.encode(), self._font(file, key, face)) for key, face in sorted(said.faces.items())
        )
        if entries not in self.sets:
            self.sets[entries] = file.add(b"<<%b>>" % entries)
        return self.sets[entries]

    def _font(self, file: PdfFile, key: str, used: Face) -> int:
        whole, made = self.faces[key], self.made[key]
        if all(whole.texts[glyph] == text for glyph, text in used.texts.items()):
            return made.font
        table = self._table(file, used.texts)
        own = b"own %d %d" % (made.descendant, table)
        if own not in self.sets:
            self.sets[own] = _composite(file, made.name, made.descendant, table)
        return self.sets[own]

    def _make(self, file: PdfFile, key: str) -> _Made:
        face, said = self.faces[key], self.said[key]
        data = subset(face)
        is_open_type = data[:4] == b"OTTO"
        kind = b"/Subtype/OpenType" if is_open_type else b"/Length1 %d" % len(data)
        program = self._stream(file, kind, data)
        name = b"/" + said.name.encode()
        descriptor = file.add(_descriptor(said, face, b"/FontFile%d %d 0 R" % (3 if is_open_type else 2, program)))
        base = (
            b"/Type/Font/Subtype/CIDFontType%d/BaseFont%b/CIDToGIDMap/Identity"
            b"/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>/FontDescriptor %d 0 R"
        ) % (0 if is_open_type else 2, name, descriptor)
        descendant = file.add(b"<<%b/W%b>>" % (base, _widths(face.widths)))
        return _Made(name, descendant, _composite(file, name, descendant, self._table(file, face.texts)))

    def _table(self, file: PdfFile, texts: Mapping[int, str]) -> int:
        data = to_unicode(texts)
        if data not in self.tables:
            self.tables[data] = self._stream(file, b"", data)
        return self.tables[data]

    def _stream(self, file: PdfFile, said: bytes, data: bytes) -> int:
        packed = zlib.compress(data, LEVEL)
        self.digests.append(sha256(data))
        return file.add_stream(said + b"/Filter/FlateDecode", packed)


def _composite(file: PdfFile, name: bytes, descendant: int, texts: int) -> int:
    return file.add(
        b"<</Type/Font/Subtype/Type0/BaseFont%b/Encoding/Identity-H/DescendantFonts[%d 0 R]/ToUnicode %d 0 R>>"
        % (name, descendant, texts)
    )


def _descriptor(said: Fonts, face: Face, program: bytes) -> bytes:
    """As the piece has it, but for what is only true of what that piece shows."""
    told = dict(said.descriptor)
    left, bottom, _, top = told["/FontBBox"].strip("[] ").split()
    told["/FontBBox"] = f"[{left} {bottom} {max(face.widths.values(), default=0)} {top}]"
    told["/Flags"] = str(int(told["/Flags"]) & ~_FIXED_PITCH)
    return b"<<%b%b>>" % (b"".join(f"{key} {value}".encode("latin-1") for key, value in sorted(told.items())), program)


def subset(face: Face) -> bytes:
    """The face's file, cut down to the glyphs that are used, each under its own number."""
    source = hb.Face(hb.Blob.from_file_path(face.path), face.index)
    wanted = hb.SubsetInput()
    wanted.glyph_set.update(face.widths)
    wanted.flags = (
        hb.SubsetFlags.RETAIN_GIDS
        | hb.SubsetFlags.NO_HINTING
        | hb.SubsetFlags.DESUBROUTINIZE
        | hb.SubsetFlags.PASSTHROUGH_UNRECOGNIZED
    )
    wanted.drop_table_tag_set.update(int.from_bytes(tag.encode(), "big") for tag in _DROPPED)
    if face.axes:
        wanted.pin_all_axes_to_default(source)
        for tag, value in sorted(face.axes.items()):
            wanted.pin_axis_location(source, tag, value)
    data = bytes(hb.subset(source, wanted).blob.data)
    return _emptied(data, max(face.widths, default=0) + 1) if face.is_empty else data


def _emptied(data: bytes, glyphs: int) -> bytes:
    """A font of pictures without them: empty outlines, which are what pictures are laid over."""
    from fontTools.ttLib import TTFont, getTableClass, getTableModule  # noqa: PLC0415 - only where there are emoji

    font = TTFont(io.BytesIO(data), recalcTimestamp=False)
    names = font.getGlyphOrder()[:glyphs]
    font.setGlyphOrder(names)
    outlines: Any = getTableClass("glyf")()
    outlines.glyphOrder = names
    outlines.glyphs = {name: getTableModule("glyf").Glyph() for name in names}
    font["loca"], font["glyf"] = getTableClass("loca")(), outlines
    font["hmtx"].metrics = {name: font["hmtx"].metrics.get(name, (0, 0)) for name in names}
    for tag in ("vmtx", "vhea", "CBDT", "CBLC", "cmap", "post"):
        if tag in font:
            del font[tag]
    done = io.BytesIO()
    font.save(done)
    return done.getvalue()


def _widths(widths: Mapping[int, int]) -> bytes:
    """``/W`` (ISO 32000-1 §9.7.4.3): runs of glyphs, each with its first number."""
    runs: list[list[bytes]] = []
    for glyph in sorted(widths):
        if not runs or glyph - 1 not in widths:
            runs.append([b"%d[" % glyph])
        runs[-1].append(b"%d" % widths[glyph])
    return b"[" + b"".join(run[0] + b" ".join(run[1:]) + b"]" for run in runs) + b"]"


def to_unicode(texts: Mapping[int, str]) -> bytes:
    """The table that says which words each glyph shows."""
    rows = [f"<{glyph:04x}> <{text.encode('utf-16-be').hex()}>" for glyph, text in sorted(texts.items())]
    blocks = (rows[k : k + _ROWS] for k in range(0, len(rows), _ROWS))
    return _TABLE.format(blocks="\n".join(_block(block) for block in blocks)).encode()


def _block(rows: Iterable[str]) -> str:
    known = list(rows)
    return "\n".join((f"{len(known)} beginbfchar", *known, "endbfchar"))


_TABLE = """/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo
<< /Registry (Adobe)
/Ordering (UCS)
/Supplement 0
>> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000> <ffff>
endcodespacerange
{blocks}
endcmap
CMapName currentdict /CMap defineresource pop
end
end"""
