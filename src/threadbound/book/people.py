"""What people are called in a book."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from threadbound.model.text import clean
from threadbound.model.thread import Author

#: A given name and a surname, as far as letters can tell: two capitalised words and nothing else.
_TWO_NAMES = re.compile(r"([^\W\d_][\w'’.-]*) ([^\W\d_][\w'’-]*)")
#: What people put behind their names, e.g. ``(she/her)``.
_ASIDE = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")


def called(author: Author) -> str:
    """The display name, else the handle with its ``@``; of an author who is not known, that."""
    return author.name or (f"@{author.handle}" if author.handle else "an unknown author")


def byline(authors: Sequence[Author]) -> str:
    """The authors on a title page: up to three names, or two and how many more; two of one name by their handles."""
    called_so = Counter(called(author) for author in authors)
    names = [
        f"{called(author)} (@{author.handle})" if called_so[called(author)] > 1 and author.handle else called(author)
        for author in authors
    ]
    if len(names) <= 3:
        return ", ".join(names)
    return f"{names[0]}, {names[1]} and {len(names) - 2} others"


def line(text: str) -> str:
    """``text`` on one line, without the characters that XML cannot hold."""
    return " ".join(clean(text).split())


def file_as(name: str) -> str:
    """How a library sorts a name: surname first where there are just two names, otherwise as it is, without emoji."""
    whole = _ASIDE.sub(" ", name)
    plain = line("".join(c for c in whole if c.isalnum() or c.isspace() or c in "'’.-,&_"))
    two = _TWO_NAMES.fullmatch(plain)
    if two and all(part[0].isupper() for part in two.groups()):
        return f"{two[2]}, {two[1]}"
    return plain or line(name)
