"""What people are called in a book."""

from __future__ import annotations

from threadbound.model.thread import Author


def called(author: Author) -> str:
    """The display name, else the handle with its ``@``; of an author who is not known, that."""
    return author.name or (f"@{author.handle}" if author.handle else "an unknown author")
