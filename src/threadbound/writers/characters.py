"""Which characters the fonts of a book have, known before anything is set.

Before: the folders of fonts. After :func:`lacking`: the characters of a text that no font there has. What the fonts
have is read from their ``cmap`` tables once and kept beside the font cache for as long as they are the same files. A
shaper may still miss what this finds: WeasyPrint's own alarm stays the last guard.
"""

from __future__ import annotations

import contextlib
import os
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

import msgspec

from threadbound.digests import sha256
from threadbound.errors import SomethingMissing
from threadbound.tools.kept import taken
from threadbound.writers.cmap import Range, ranges
from threadbound.writers.keeping import keep

#: Counted up whenever other characters are found in the same fonts, or kept otherwise than before.
VERSION = 2
SUFFIXES = frozenset({".ttf", ".otf"})
#: A font for characters that stand for others (:mod:`threadbound.rendering.joined`): a page's own are none of those.
_NOT_FOR_PAGES = "NotoColorEmojiJoined.ttf"
#: Spaces, and what is not seen: controls, marks of direction, joiners, tags. A shaper needs no glyph for them.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp", "Zs"})
#: The same by their names: selectors of variants, fillers and joiners of letters, vowels that are implied.
_UNSEEN_ALSO = frozenset(
    map(chr, (0x34F, 0x115F, 0x1160, 0x17B4, 0x17B5, *range(0x180B, 0x1810), 0x3164, *range(0xFE00, 0xFE10), 0xFFA0))
) | frozenset(map(chr, range(0xE0100, 0xE01F0)))

#: Whose meaning is agreed upon in private: Apple's sign, the signs of some telephones, those of a font of icons.
_PRIVATE = "Co"

#: What the text face has, so that most threads ask no font: Latin with its accents, and the points of a sentence.
_LATIN = "\u017f"
_POINTS = frozenset("–—‘’“”„…•€™")


class Coverage(msgspec.Struct, frozen=True):
    """What some fonts have: ``starts[k]`` to ``ends[k]`` (not included), in order."""

    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def __contains__(self, character: str) -> bool:
        place = bisect_right(self.starts, ord(character)) - 1
        return place >= 0 and ord(character) < self.ends[place]


def lacking(characters: Iterable[str], folders: Sequence[Path], kept: Path) -> frozenset[str]:
    """Those of ``characters`` that no font in ``folders`` has, nor has all the parts of.

    Characters of private use are always among them: what a font draws for one is its own affair, and not what the
    writer saw (Apple's sign is a power line in another font). PDF/A forbids them too (ISO 19005-3 §6.2.11.7.3).

    Args:
        characters: any; those that are not seen are never lacking.
        folders: where fonts are, at any depth.
        kept: a folder for what can be made again.

    Raises:
        SomethingMissing: a font is broken.
    """
    wanted = {character for character in characters if not _is_unseen(character)}
    if all(character <= _LATIN or character in _POINTS for character in wanted):
        return frozenset()
    private = {each for each in wanted if unicodedata.category(each) == _PRIVATE}
    have = _coverage(tuple(folders), kept)
    return frozenset(private) | {each for each in wanted if not all(part in have for part in _parts(each, have))}


def _parts(character: str, have: Coverage) -> str:
    """The character, or what a shaper takes it apart into where no font has it whole."""
    return character if character in have else unicodedata.normalize("NFD", character)


def _is_unseen(character: str) -> bool:
    return unicodedata.category(character) in _UNSEEN or character in _UNSEEN_ALSO


@cache
def _coverage(folders: tuple[Path, ...], kept: Path) -> Coverage:
    """What the fonts have, from ``kept`` where it is there."""
    walked = (Path(place, name) for folder in folders for place, _, names in os.walk(folder) for name in names)
    files = sorted(path for path in walked if path.suffix in SUFFIXES and path.name != _NOT_FOR_PAGES)
    stats = [(str(path), (stat := path.stat()).st_size, stat.st_mtime_ns) for path in files]
    target = kept / "characters" / f"{sha256(msgspec.msgpack.encode((VERSION, stats)))}.msgpack"
    with contextlib.suppress(msgspec.MsgspecError):
        if data := taken(target):
            return msgspec.msgpack.decode(data, type=Coverage)
    try:
        coverage = _joined(each for path in files for each in ranges(path))
    except (OSError, ValueError) as error:
        raise SomethingMissing(f"a font cannot be read ({error}): install threadbound and its fonts again") from error
    keep(target, msgspec.msgpack.encode(coverage))
    return coverage


def _joined(found: Iterable[Range]) -> Coverage:
    """Ranges in any order, as few as can be."""
    out: list[list[int]] = []
    for start, end in sorted(found):
        if out and start <= out[-1][1]:
            out[-1][1] = max(out[-1][1], end)
        else:
            out.append([start, end])
    return Coverage(tuple(start for start, _ in out), tuple(end for _, end in out))
