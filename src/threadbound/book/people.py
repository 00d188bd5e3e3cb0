"""What people are called in a book."""

from __future__ import annotations

from collections.abc import Sequence

from threadbound.model.thread import Author


def called(author: Author) -> str:
    """The display name, else the handle with its ``@``; of an author who is not known, that."""
    return author.name or (f"@{author.handle}" if author.handle else "an unknown author")


def byline(authors: Sequence[Author]) -> str:
    """The authors on a title page: up to three names, or two and how many more."""
    names = [called(author) for author in authors]
    if len(names) <= 3:
        return ", ".join(names)
    return f"{names[0]}, {names[1]} and {len(names) - 2} others"
