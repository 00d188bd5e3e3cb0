"""The words of one post in a plain-text copy, as inline nodes.

Before: the post's lines. After: a body whose words, in order, are those of the lines: whole addresses are links, names
and subjects are marked, everything else (what cannot be an address, and shortened and bare addresses: where they led
is lost) is text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from threadbound.model.text import Break, Hashtag, Inline, Link, Mention, Text, tidy
from threadbound.sites.splitting import Line
from threadbound.sites.threadreader_urls import is_web

_TOKEN = re.compile(
    r"(?P<link>https?://[^\s<>\"“”]+)"
    r"|(?<![\w@/.])@(?P<mention>[A-Za-z0-9_]{1,15})(?!\w)"
    r"|(?<![\w&/#])#(?P<hashtag>\w{0,100}[^\W\d_]\w{0,100})(?!\w)",
    re.IGNORECASE,
)
_AFTER_LINK = ".,;:!?'’)]}»"


def body_of(lines: Iterable[Line]) -> tuple[Inline, ...]:
    """The body of a post with these lines; more than one blank line in a row is one."""
    nodes: list[Inline] = []
    for line in lines:
        nodes += [Break(), Break()] if line.blank_before else [Break()]
        nodes += _nodes(line.text)
    return tidy(nodes)


def _nodes(text: str) -> Iterator[Inline]:
    """One line."""
    place = 0
    for match in _TOKEN.finditer(text):
        node, end = _node(match)
        yield Text(text[place : match.start()])
        yield node
        place = end
    yield Text(text[place:])


def _node(match: re.Match[str]) -> tuple[Inline, int]:
    """What a token is, and where it ends."""
    if match["mention"]:
        return Mention(match["mention"]), match.end()
    if match["hashtag"]:
        return Hashtag(match["hashtag"]), match.end()
    address = match["link"]
    if "…" in address:  # shortened: where it led is lost
        return Text(address), match.end()
    closed = address.rstrip(_AFTER_LINK)
    if address[len(closed) :].startswith(")") and "(" in closed:
        closed += ")"
    if not is_web(closed):
        return Text(address), match.end()
    return Link(closed, closed), match.start() + len(closed)
