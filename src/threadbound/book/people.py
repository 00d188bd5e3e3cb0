"""What people are called in a book."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

from threadbound.book.brief import brief
from threadbound.model.text import clean, closed
from threadbound.model.thread import Author

#: A given name and a surname, as far as letters can tell: two capitalised words and nothing else.
_TWO_NAMES = re.compile(r"([^\W\d_][\w'’.-]*) ([^\W\d_][\w'’-]*)")
#: What people put behind their names, e.g. ``(she/her)``.
_ASIDE = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")


def folded(text: str) -> str:
    """``text`` as it is compared: without regard to capitals and compatibility forms, one space between words."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def known_by(author: Author) -> str:
    """The display name as it is compared: what an author without a handle is known by."""
    return folded(line(author.name))


def called(author: Author) -> str:
    """The display name, else the handle with its ``@``; of an author who is not known, that."""
    return closed(author.name) or (closed(f"@{author.handle}") if author.handle else "an unknown author")


def told_apart(authors: Sequence[Author]) -> list[str]:
    """What each author of a book is called in it, briefly: those of one name by their handles too."""
    names = [brief(called(author)) for author in authors]
    called_so = Counter(names)
    return [
        f"{name} (@{closed(author.handle)})" if called_so[name] > 1 and author.handle else name
        for name, author in zip(names, authors, strict=True)
    ]


def namesakes(authors: Sequence[Author]) -> dict[int, list[Author]]:
    """The place of each author without a handle whose display name somebody with a handle has too → who that is.

    They may be one person, and nobody knows.
    """
    named: dict[str, list[Author]] = {}
    for author in authors:
        if author.handle and known_by(author):
            named.setdefault(known_by(author), []).append(author)
    nameless = {place: known_by(author) for place, author in enumerate(authors) if not author.handle}
    return {place: named[name] for place, name in nameless.items() if name in named}


def byline(authors: Sequence[Author]) -> str:
    """The authors on a title page: up to three names, or two and how many more; :func:`namesakes` count once."""
    doubtful = namesakes(authors)
    names = told_apart([author for place, author in enumerate(authors) if place not in doubtful])
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
