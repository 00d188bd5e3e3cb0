"""Words of the book's own apparatus: labels, phrases and addresses, as records."""

from __future__ import annotations

from msgspec import Struct


class Phrase(Struct, frozen=True):
    """A few words of the apparatus."""

    text: str
    url: str | None = None
    """Where they lead."""
    is_code: bool = False
    """A file name, digest or address: set so that every character can be told apart."""


class Entry(Struct, frozen=True):
    """One line of colophon or front matter: a label, and paragraphs of words and addresses."""

    label: str
    lines: tuple[tuple[Phrase, ...], ...]
    is_loss: bool = False
    """Set in red: something is missing."""
