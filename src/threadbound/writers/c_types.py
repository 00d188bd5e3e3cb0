"""WeasyPrint's C types, read more quickly.

Before: cffi has the C compiler's grammar read a declaration of every type that WeasyPrint knows, each time it meets one
for the first time: twenty times a book, a tenth of the whole. After :func:`name_fewer`: only of the types that the
expression names. Its own comment says why that is the same: what is declared influences how names are parsed, and a
name that does not occur is not parsed. With another cffi than is known here nothing is changed.
"""

from __future__ import annotations

import re
from typing import Any


def name_fewer(ffi: Any) -> None:  # noqa: ANN401 - cffi has no types
    """Have the parser of this one ``ffi`` declare the types that a source names, and no others."""
    parser: Any = getattr(ffi, "_parser", None)
    if not callable(getattr(parser, "_parse", None)) or not isinstance(getattr(parser, "_declarations", None), dict):
        return
    original: Any = parser._parse  # noqa: SLF001 - there is no other door

    def parse(source: str) -> Any:  # noqa: ANN401 - cffi has no types
        words = set(re.findall(r"\w+", source))
        everything = parser._declarations  # noqa: SLF001 - there is no other door
        parser._declarations = {key: kept for key, kept in everything.items() if key.split()[-1] in words}  # noqa: SLF001 - as above
        try:
            return original(source)
        finally:
            parser._declarations = everything  # noqa: SLF001 - as above

    parser._parse = parse  # noqa: SLF001 - as above
