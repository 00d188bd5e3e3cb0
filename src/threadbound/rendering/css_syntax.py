"""The notation in which specifications say what values a property has: ``none | <length [0,∞]>{1,2} && inset?``.

Before: a grammar, as ``css_values.txt`` has it. After: the tree of it. CSS Values and Units 4, section 2: what stands
side by side binds closest, then ``&&`` (all, in any order), ``||`` (one or more, in any order) and ``|`` (one).
"""

from __future__ import annotations

import re
from collections.abc import Callable

from msgspec import Struct

INFINITE = float("inf")
_TOKEN = re.compile(r"\s*(<[^<>]+>|'[^']+'|\|\||&&|\{\d+(?:,\d*)?\}|[\w-]+\(|[\w-]+|\S)")
_KIND = re.compile(r"<('?[\w()-]+'?)\s*(?:\[\s*([^,\]]+),\s*([^\]]+)\])?>")
_NUMBER = re.compile(r"[-+]?(?:\d+(?:\.\d+)?|∞)")
#: Multiplier → least, most.
_TIMES = {"?": (0, 1), "*": (0, INFINITE), "+": (1, INFINITE)}


class Node(Struct, frozen=True, eq=False):
    """What a part of a value can be; one is another only if it is the same."""


class Word(Node, frozen=True, eq=False):
    """A keyword, in small letters; or a sign."""

    text: str


class Words(Node, frozen=True, eq=False):
    """One of several keywords."""

    texts: frozenset[str]


class Sign(Word, frozen=True, eq=False):
    """``,``, ``/``, a bracket and the like."""


class Kind(Node, frozen=True, eq=False):
    """A type: ``length``, ``color``, ``rgb()``; in quotes the value of a property, ``'margin-top'``."""

    name: str
    least: float = -INFINITE
    most: float = INFINITE


class Call(Node, frozen=True, eq=False):
    """A function, and what stands in its brackets."""

    name: str
    inside: Node


class Row(Node, frozen=True, eq=False):
    """Each, in this order."""

    parts: tuple[Node, ...]


class One(Node, frozen=True, eq=False):
    """One of them."""

    parts: tuple[Node, ...]


class Unordered(Node, frozen=True, eq=False):
    """Each once, in any order: all of them, or some."""

    parts: tuple[Node, ...]
    is_all: bool


class Times(Node, frozen=True, eq=False):
    """The same several times, with commas between or without."""

    part: Node
    least: int
    most: float
    has_commas: bool


class Something(Node, frozen=True, eq=False):
    """What may not be empty, though each part of it may be left out."""

    part: Node


def read(syntax: str) -> Node:
    """The tree of a grammar.

    Raises:
        ValueError: it is none.
    """
    reading = _Reading(_TOKEN.findall(syntax))
    node = reading.level()
    if reading.tokens:
        raise ValueError(f"{syntax}: cannot be read at {reading.tokens[-1]}")
    return node


def bounded(node: Node, least: float, most: float) -> Node:
    """The tree of a type in which numbers and measures have at most these bounds."""
    if isinstance(node, Kind):
        return Kind(node.name, max(node.least, least), min(node.most, most))
    if isinstance(node, One):
        return One(tuple(bounded(part, least, most) for part in node.parts))
    return node


class _Reading:
    """What is left to read, the next token last."""

    def __init__(self, tokens: list[str]) -> None:
        self.tokens = tokens[::-1]

    def level(self, at: int = 0) -> Node:
        """What is combined by one kind of sign, of things that are combined by those that bind closer."""
        if at == len(_LEVELS):
            return self._row()
        sign, make = _LEVELS[at]
        parts = [self.level(at + 1)]
        while self.tokens and self.tokens[-1] == sign:
            self.tokens.pop()
            parts.append(self.level(at + 1))
        return make(tuple(parts)) if len(parts) > 1 else parts[0]

    def _row(self) -> Node:
        parts = []
        while self.tokens and self.tokens[-1] not in ("|", "||", "&&", "]", ")"):
            parts.append(self._multiplied(self._single(self.tokens.pop())))
        if not parts:
            raise ValueError("a grammar has an empty place")
        return parts[0] if len(parts) == 1 else Row(tuple(parts))

    def _single(self, mark: str) -> Node:
        if mark == "[":
            node = self.level()
            self._close("]")
            return node
        if mark == "(":
            node = Row((Sign("("), self.level(), Sign(")")))
            self._close(")")
            return node
        if mark.endswith("("):
            inside = Row(()) if self.tokens[-1:] == [")"] else self.level()
            self._close(")")
            return Call(mark[:-1].lower(), inside)
        if kind := _KIND.fullmatch(mark):
            name, least, most = kind.groups()
            return Kind(name, _bound(least, -INFINITE), _bound(most, INFINITE))
        if mark.startswith("'") and mark.endswith("'"):
            return Sign(mark[1:-1])
        return Word(mark.lower()) if re.fullmatch(r"[\w-]+", mark) else Sign(mark)

    def _multiplied(self, node: Node) -> Node:
        while self.tokens:
            mark = self.tokens[-1]
            if mark == "!":
                node = Something(node)
            elif mark == "#":
                is_counted = self.tokens[-2:-1] and self.tokens[-2].startswith("{")
                counts = _counted(self.tokens.pop(-2) if is_counted else "+")
                node = Times(node, *counts, has_commas=True)
            elif mark in _TIMES or mark.startswith("{"):
                node = Times(node, *_counted(mark), has_commas=False)
            else:
                break
            self.tokens.pop()
        return node

    def _close(self, bracket: str) -> None:
        if not self.tokens or self.tokens.pop() != bracket:
            raise ValueError(f"a grammar lacks a {bracket}")


def _counted(mark: str) -> tuple[int, float]:
    """Least and most of ``+``, ``{2}``, ``{1,4}`` and the like."""
    if mark in _TIMES:
        return _TIMES[mark]
    least, comma, most = mark[1:-1].partition(",")
    return int(least), float(most) if most else INFINITE if comma else int(least)


def _bound(written: str | None, otherwise: float) -> float:
    """The number in ``∞``, ``-90deg`` and the like; units are those of the measure."""
    if not written:
        return otherwise
    found = _NUMBER.match(written.strip())
    return float(found[0].replace("∞", "inf")) if found else otherwise


def _one(parts: tuple[Node, ...]) -> Node:
    """One of them: keywords, of which there may be hundreds, are looked up together."""
    words = frozenset(part.text for part in parts if type(part) is Word)
    others = tuple(part for part in parts if type(part) is not Word)
    if not words:
        return One(others)
    return One((*others, Words(words))) if others else Words(words)


#: From what binds least.
_LEVELS: tuple[tuple[str, Callable[[tuple[Node, ...]], Node]], ...] = (
    ("|", _one),
    ("||", lambda parts: Unordered(parts, is_all=False)),
    ("&&", lambda parts: Unordered(parts, is_all=True)),
)
