"""The words of a post as inline nodes: never as markup.

After extraction a post's body is a tuple of these nodes. Text nodes hold no line breaks (those are :class:`Break`), no
control characters and no markup; neighbouring text nodes are merged.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import msgspec

#: Control characters (kept: tab, line feed), lone surrogates and non-characters: nothing that a book could print.
UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


class Text(msgspec.Struct, frozen=True, tag="text", tag_field="type"):
    """Plain words."""

    text: str


class Break(msgspec.Struct, frozen=True, tag="break", tag_field="type"):
    """A line break; two in a row are an empty line."""


class Link(msgspec.Struct, frozen=True, tag="link", tag_field="type"):
    """A link with its full target."""

    url: str
    """The whole target, never shortened; ``http``, ``https`` or ``mailto`` only."""
    text: str
    """What the page shows for it, often cut with "…"."""


class Mention(msgspec.Struct, frozen=True, tag="mention", tag_field="type"):
    """A person named with ``@``."""

    handle: str
    """Without the ``@``."""
    url: str | None = None
    """The person's profile, where the page links to it."""
    reply: bool = False
    """True for the mentions at the start of a reply, which sites hide."""


class Hashtag(msgspec.Struct, frozen=True, tag="hashtag", tag_field="type"):
    """A subject named with ``#``."""

    tag: str
    """Without the ``#``."""
    url: str | None = None


Inline = Text | Break | Link | Mention | Hashtag


def plain(node: Inline) -> str:
    """The words of one node: a line feed for a break, the full target for a link."""
    match node:
        case Text(text):
            return text
        case Break():
            return "\n"
        case Link(url):
            return url
        case Mention(handle):
            return f"@{handle}"
        case Hashtag(tag):
            return f"#{tag}"


def plain_text(body: Iterable[Inline]) -> str:
    """The words of a body, with line feeds, and with each link as its full target."""
    return "".join(plain(node) for node in body)


def clean(text: str) -> str:
    """``text`` without the characters that no product may hold (see :data:`UNPRINTABLE`)."""
    return text if text.isascii() and text.isprintable() else UNPRINTABLE.sub("", text)


def spelled_out(text: str, characters: Iterable[str]) -> str:
    """``text`` with each of ``characters`` replaced by its name: ``[U+1F9F5]``."""
    return text.translate({ord(character): f"[U+{ord(character):04X}]" for character in characters})


def tidy(nodes: Iterable[Inline]) -> tuple[Inline, ...]:
    """Merge neighbouring texts, drop empty ones, and strip white space round breaks and at both ends.

    Words and their order stay; runs of spaces inside a line stay as they are. Idempotent.
    """
    lines: list[list[Inline]] = [[]]
    for node in nodes:
        if isinstance(node, Break):
            lines.append([])
        elif isinstance(node, Text) and lines[-1] and isinstance(lines[-1][-1], Text):
            lines[-1][-1] = Text(lines[-1][-1].text + node.text)
        else:
            lines[-1].append(node)
    stripped = [_strip(line) for line in lines]
    while stripped and not stripped[-1]:
        stripped.pop()
    while stripped and not stripped[0]:
        stripped.pop(0)
    return tuple(node for k, line in enumerate(stripped) for node in ([Break()] if k else []) + line)


def _strip(line: list[Inline]) -> list[Inline]:
    """A line without white space at its ends and without empty texts."""
    out = list(line)
    if out and isinstance(out[0], Text):
        out[0] = Text(out[0].text.lstrip(" \t\n"))
    if out and isinstance(out[-1], Text):
        out[-1] = Text(out[-1].text.rstrip(" \t\n"))
    return [node for node in out if not isinstance(node, Text) or node.text]
