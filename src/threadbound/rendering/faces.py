"""Which font has a character: for pictures that are drawn with words on them.

Before: any text. After: runs of characters that one face can draw, in the order of the text. What no face has is left
out: a box would say less than nothing. EB Garamond comes first; the other scripts come from packages.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from importlib.util import find_spec
from itertools import accumulate
from pathlib import Path

from msgspec import Struct
from PIL import ImageFont, features

from threadbound.rendering.theme import fonts_dir

#: At what size a face is asked whether it has a character.
_PROBE = 24
#: A character that no font has: its picture is the face's sign for "missing".
_NOBODY_HAS = "\U0010fffe"
_JOINER = "\u200d"
#: Parts of an emoji that stand behind its first character and that no face of one colour shows: skin tones, tags.
_FOLLOWERS = re.compile("[\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]")
_UNSEEN = frozenset({"Cc", "Cf", "Cn", "Co", "Cs"})
#: Flags are pairs of these; a face of one colour has no flags.
_FLAG_LETTERS = range(0x1F1E6, 0x1F200)


class Face(Struct, frozen=True):
    """One font file, and how to use it."""

    path: Path
    weight: int | None = None
    """Of a variable font."""
    is_shaped: bool = False
    """Its letters join, or run from right to left: of no use without the shaping library."""
    scale: float = 1.0
    """Beside EB Garamond: what looks as large."""


class Run(Struct, frozen=True):
    """Characters of one face."""

    text: str
    face: Face
    is_rtl: bool


class _Package(Struct, frozen=True):
    name: str
    file: str
    weight: int | None = None
    is_shaped: bool = False
    scale: float = 1.0


_JAPANESE, _KOREAN, _CHINESE, _TAIWANESE = (
    _Package("justmytype_intl_cjk", f"fonts/ofl/notosans{code}/NotoSans{code.upper()}[wght].ttf", 400, scale=0.92)
    for code in ("jp", "kr", "sc", "tc")
)
_ARABIC = _Package("fontpkg_amiri", "files/Amiri-Regular.ttf", is_shaped=True, scale=1.07)
_HEBREW = _Package("fontpkg_frank_ruhl_libre", "files/FrankRuhlLibre[wght].ttf", 500, is_shaped=True)
_HAN = (_CHINESE, _JAPANESE, _TAIWANESE, _KOREAN)


def _noto(script: str) -> _Package:
    return _Package("manimgx_fonts", f"NotoSans{script}[wght].ttf", 400, is_shaped=True, scale=0.88)


#: First and last character of a script, and who has it.
_SCRIPTS: tuple[tuple[int, int, tuple[_Package, ...]], ...] = (
    (0x0530, 0x058F, (_noto("Armenian"),)),
    (0x0590, 0x05FF, (_HEBREW,)),
    (0x0600, 0x08FF, (_ARABIC,)),
    (0x0900, 0x097F, (_noto("Devanagari"),)),
    (0x0980, 0x09FF, (_noto("Bengali"),)),
    (0x0A00, 0x0A7F, (_noto("Gurmukhi"),)),
    (0x0A80, 0x0AFF, (_noto("Gujarati"),)),
    (0x0B00, 0x0B7F, (_noto("Oriya"),)),
    (0x0B80, 0x0BFF, (_noto("Tamil"),)),
    (0x0C00, 0x0C7F, (_noto("Telugu"),)),
    (0x0C80, 0x0CFF, (_noto("Kannada"),)),
    (0x0D00, 0x0D7F, (_noto("Malayalam"),)),
    (0x0D80, 0x0DFF, (_noto("Sinhala"),)),
    (0x0E00, 0x0E7F, (_noto("Thai"),)),
    (0x0E80, 0x0EFF, (_noto("Lao"),)),
    (0x1000, 0x109F, (_noto("Myanmar"),)),
    (0x10A0, 0x10FF, (_noto("Georgian"),)),
    (0x1100, 0x11FF, (_KOREAN,)),
    (0x1200, 0x139F, (_noto("Ethiopic"),)),
    (0x1780, 0x17FF, (_noto("Khmer"),)),
    (0x2E80, 0x303F, _HAN),
    (0x3040, 0x30FF, (_JAPANESE,)),
    (0x3100, 0xA4CF, _HAN),
    (0xAC00, 0xD7FF, (_KOREAN,)),
    (0xF900, 0xFAFF, _HAN),
    (0xFB1D, 0xFB4F, (_HEBREW,)),
    (0xFB50, 0xFDFF, (_ARABIC,)),
    (0xFE70, 0xFEFE, (_ARABIC,)),
    (0xFF00, 0xFFEF, _HAN),
    (0x20000, 0x3FFFF, _HAN),
)
#: Who is asked for everything else: signs and emoji.
_OTHERS = (_Package("manimgx_fonts", "NotoEmoji[wght].ttf", 400, scale=0.84), _noto("Symbols"), _noto(""), _JAPANESE)


def garamond(style: str) -> Face:
    """EB Garamond, e.g. ``500Medium``."""
    return Face(fonts_dir() / "eb-garamond" / f"EBGaramond_{style}.ttf")


def runs(text: str, first: Face, *, is_rtl: bool = False) -> list[Run]:
    """``text`` in runs of one face and one direction each, ``first`` wherever it has the character.

    Args:
        text: one line of it, or a word.
        first: the face to prefer.
        is_rtl: whether the text as a whole runs from right to left.
    """
    out: list[Run] = []
    parts = [_FOLLOWERS.sub("", cluster) for cluster in clusters(text)]
    for cluster, way in zip(parts, _ways([part[:1] for part in parts], is_rtl=is_rtl), strict=True):
        last = out[-1] if out else None
        # Spaces and points between words of a right-to-left script belong to that script.
        stays = way and last is not None and last.is_rtl and has(last.face, cluster[:1])
        face = last.face if last is not None and stays else _face_for(cluster, first, text)
        if face is None:
            continue
        if last is not None and (last.face, last.is_rtl) == (face, way):
            out[-1] = Run(last.text + cluster, face, way)
        else:
            out.append(Run(cluster, face, way))
    return out


def is_right_to_left(text: str) -> bool:
    """Whether the first letter that has a direction runs from right to left."""
    ways = (unicodedata.bidirectional(character) for character in text)
    return next((way != "L" for way in ways if way in {"L", "R", "AL"}), False)


def _ways(characters: Sequence[str], *, is_rtl: bool) -> list[bool]:
    """Which characters run from right to left: a plain form of the bidirectional algorithm (UAX #9), of one level.

    Characters without a direction go with both neighbours, where these agree, otherwise with the text.
    """
    kinds = [unicodedata.bidirectional(character) if character else "ON" for character in characters]
    beside = {"L": False, "R": True, "AL": True, "EN": is_rtl, "AN": is_rtl}
    own = {"L": False, "R": True, "AL": True, "EN": False, "AN": False}
    before = accumulate(kinds, lambda way, kind: beside.get(kind, way), initial=is_rtl)
    after = [*accumulate(reversed(kinds), lambda way, kind: beside.get(kind, way), initial=is_rtl)][::-1]
    return [
        own.get(kind, left if left == right else is_rtl)
        for kind, left, right in zip(kinds, before, after[1:], strict=False)
    ]


def clusters(text: str) -> Iterator[str]:
    """What a reader takes for one character: a letter with its marks, a joined emoji, a flag."""
    current = ""
    for character in text:
        is_flag = ord(character) in _FLAG_LETTERS and len(current) == 1 and ord(current) in _FLAG_LETTERS
        if current and (is_flag or current.endswith(_JOINER) or _follows(character)):
            current += character
        else:
            if current:
                yield current
            current = character
    if current:
        yield current


@lru_cache(maxsize=64)
def font(face: Face, size: float) -> ImageFont.FreeTypeFont:
    """The face at a size in pixels, scaled to look like the first."""
    loaded = ImageFont.truetype(str(face.path), round(size * face.scale))
    if face.weight:
        loaded.set_variation_by_axes([face.weight])
    return loaded


@cache
def has(face: Face, character: str) -> bool:
    """Whether the face can draw the character."""
    mask = _probe(face).getmask(character)
    missing = _probe(face).getmask(_NOBODY_HAS)
    return (mask.size, bytes(mask)) != (missing.size, bytes(missing))


def can_shape() -> bool:
    """Whether the library is there that joins letters and orders them."""
    return bool(features.check("raqm"))


def _follows(character: str) -> bool:
    return character == _JOINER or bool(_FOLLOWERS.match(character)) or unicodedata.category(character).startswith("M")


@cache
def _probe(face: Face) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(face.path), _PROBE, layout_engine=ImageFont.Layout.BASIC)


def _face_for(cluster: str, first: Face, text: str) -> Face | None:
    """The first face that has ``cluster``; ``text`` tells which Han characters are meant."""
    character = cluster[:1]
    if not character or unicodedata.category(character) in _UNSEEN or ord(character) in _FLAG_LETTERS:
        return None
    if _JOINER not in cluster and has(first, character):
        return first
    packages = next((who for start, end, who in _SCRIPTS if start <= ord(character) <= end), _OTHERS)
    if packages is _HAN:
        packages = _han(text)
    faces = (face for package in packages if (face := _installed(package)) is not None)
    return next((face for face in faces if has(face, character)), None)


def _han(text: str) -> tuple[_Package, ...]:
    """Who is asked for Han characters: beside kana the Japanese forms, beside hangul the Korean ones."""
    if any("\u3040" <= character <= "\u30ff" for character in text):
        return (_JAPANESE, *_HAN)
    if any("\uac00" <= character <= "\ud7a3" for character in text):
        return (_KOREAN, *_HAN)
    return _HAN


@cache
def _installed(package: _Package) -> Face | None:
    """The package's face, unless it is not installed or could not be drawn rightly here."""
    spec = find_spec(package.name)
    if spec is None or (package.is_shaped and not can_shape()):
        return None
    paths = (Path(folder) / package.file for folder in spec.submodule_search_locations or ())
    path = next((path for path in paths if path.is_file()), None)
    return Face(path, package.weight, package.is_shaped, package.scale) if path else None
