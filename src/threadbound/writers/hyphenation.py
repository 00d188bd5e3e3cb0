"""Where words may be divided: pyphen's dictionaries, parsed once and not at every start.

Before: WeasyPrint would have pyphen parse five thousand patterns for the first word it divides, a tenth of a second.
After :func:`warm`: pyphen holds them already, from a file beside the font cache, made anew whenever the dictionary is
another one. A file that cannot be read or written, or is not as it was kept, changes nothing but the time.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec
import pyphen

from threadbound.digests import sha256
from threadbound.tools.kept import taken
from threadbound.writers.keeping import keep

#: Letters → where the values of the pattern begin, and the values.
Patterns = dict[str, tuple[int, tuple[int, ...]]]


def warm(languages: Iterable[str], cache: Path) -> None:
    """Give pyphen the dictionaries of ``languages`` (BCP 47), as far as it has them."""
    for language in set(languages):
        name = pyphen.language_fallback(language)
        if name is not None and pyphen.LANGUAGES[name] not in pyphen.hdcache:
            pyphen.hdcache[pyphen.LANGUAGES[name]] = _dictionary(pyphen.LANGUAGES[name], cache / "hyphenation")


def _dictionary(source: Path, folder: Path) -> Any:  # noqa: ANN401 - pyphen has no types
    """The parsed dictionary, from the cache where it is there."""
    digest = sha256(b"".join((pyphen.__version__.encode(), source.read_bytes())))
    kept = folder / "patterns" / f"{source.stem}-{digest}.msgpack"
    data = taken(kept)
    with contextlib.suppress(msgspec.MsgspecError):
        if data and (patterns := msgspec.msgpack.decode(data, type=Patterns)):
            dictionary = pyphen.HyphDict.__new__(pyphen.HyphDict)
            dictionary.patterns = patterns
            dictionary.cache = {}
            dictionary.maxlen = max(map(len, patterns))
            return dictionary
    dictionary = pyphen.HyphDict(source)
    if all(type(value) is int for _, values in dictionary.patterns.values() for value in values):
        keep(kept, msgspec.msgpack.encode(dictionary.patterns))
    return dictionary
