"""The words of a post as inline nodes: never as markup.

After extraction a post's body is a tuple of these nodes. Text nodes hold no line breaks (those are :class:`Break`), no
control characters and no markup; neighbouring text nodes are merged.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import unquote

import msgspec

#: Control characters (kept: tab, line feed), lone surrogates and non-characters: nothing that a book could print.
UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")

#: What turns the direction of the words behind it, and what ends such a turn; each ends with its paragraph too.
_TURNS = re.compile("[\u202a-\u202e\u2066-\u2069\u2029\n]")
_END_OF_ISOLATE = "\u2069"
_ENDS = dict.fromkeys("\u202a\u202b\u202d\u202e", "\u202c") | dict.fromkeys("\u2066\u2067\u2068", _END_OF_ISOLATE)


_SCHEME = re.compile(r"https?://(?:www\.)?|www\.")
#: An address in plain words, and what ends the sentence behind it rather than the address.
_ADDRESS = re.compile(r"https?://[^\s<>\"]+")
_END = ".,;:!?…'’”»)]}"


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
    if isinstance(node, Text):  # most are; a pattern takes three times as long
        return node.text
    match node:
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
    return "".join(map(plain, body))


def names_itself(link: Link) -> bool:
    """Whether what the page shows for a link is its address, however much of it."""
    return unquote(_bare_address(link.url)).startswith(unquote(_bare_address(link.text).partition("…")[0]))


def _bare_address(text: str) -> str:
    return _SCHEME.sub("", text.strip().lower()).removeprefix("www.")


def with_links(text: str) -> tuple[Inline, ...]:
    """Plain words as nodes, each address in them a link; :func:`plain_text` of them is ``text`` again."""
    nodes: list[Inline] = []
    start = 0
    for found in _ADDRESS.finditer(text):
        url = _alone(found[0])
        nodes += [Text(text[start : found.start()]), Link(url, url)]
        start = found.start() + len(url)
    return tuple(node for node in (*nodes, Text(text[start:])) if not isinstance(node, Text) or node.text)


def _alone(address: str) -> str:
    """An address without what ends the sentence; a bracket that it opens itself stays."""
    bare = address.rstrip(_END)
    return f"{bare})" if bare.count("(") > bare.count(")") and address.startswith(f"{bare})") else bare


def clean(text: str) -> str:
    """``text`` without the characters that no product may hold (see :data:`UNPRINTABLE`)."""
    is_clean = text.isprintable() or text.replace("\n", "").isprintable()  # as nearly all text is
    return text if is_clean else UNPRINTABLE.sub("", text)


def closed(text: str) -> str:
    """``text`` with every turn of direction that it opens closed at its end (Unicode Standard Annex 9).

    So that a name with a turn in it turns nothing round that stands behind it on its line.
    """
    return text if text.isascii() or not _TURNS.search(text) else text + _open_turns(text)


def straight(text: str) -> str:
    """``text`` without its turns of direction where it does not close them all: it was cut, or its writer erred."""
    return text if closed(text) == text else re.sub("[\u202a-\u202e\u2066-\u2069]", "", text) or text


def _open_turns(text: str) -> str:
    """What closes the turns that are open at the end of ``text``: the last one first."""
    ends: list[str] = []
    isolates = 0
    for turn in _TURNS.findall(text):
        if turn in _ENDS:
            ends.append(_ENDS[turn])
            isolates += ends[-1] == _END_OF_ISOLATE
        elif turn in "\n\u2029":
            ends, isolates = [], 0
        elif turn == _END_OF_ISOLATE and isolates:
            isolates -= 1
            while ends.pop() != turn:  # what an isolate has not closed ends with it
                pass
        elif ends[-1:] == [turn]:
            ends.pop()
    return "".join(reversed(ends))


def spelled_out(text: str, characters: Iterable[str]) -> str:
    """``text`` with each of ``characters`` replaced by its name: ``[U+1F9F5]``."""
    names = {ord(character): f"[U+{ord(character):04X}]" for character in characters}
    return text.translate(names) if names else text


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
