"""Whether a value is one that its property can have.

A reader of EPUBs passes over one that is not, in silence. The grammars are those of the specifications
(``css_values.txt``), every one that some reader may know. Not judged are properties without a grammar, and whether a
sum (``calc()``) is of lengths, angles or times; words of makers (``-webkit-…``) and what is known only when a page is
shown (``env()``, ``attr()``) may be whatever fits one place.

Before: the tokens of a value, as tinycss2 has them, with variables spelled. After: the trouble with it, if any.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from functools import cache
from importlib import resources
from typing import Any

from threadbound.errors import meant
from threadbound.rendering import css_names, css_syntax
from threadbound.rendering.css_syntax import Call, Kind, Node, One, Row, Sign, Something, Times, Unordered, Word, Words
from threadbound.rendering.css_tokens import MAKERS, SHOWN, Token, deep, flat, inside, sign, word

#: What every property may have.
EVERYWHERE = frozenset({"inherit", "initial", "unset", "revert", "revert-layer", "revert-rule"})
#: Functions that stand for what is known only when a page is shown.
LATE = frozenset(
    {
        "var",
        "env",
        "attr",
        "if",
        "inherit",
        "first-valid",
        "random-item",
        "toggle",
        "ident",
        "sibling-index",
        "sibling-count",
    }
)
#: Functions that give a number, length, angle, time or percentage.
COMPUTING = frozenset(
    """
    calc min max clamp round mod rem sin cos tan asin acos atan atan2 pow sqrt hypot log exp abs sign progress calc-size
    calc-mix random media-progress container-progress
    """.split()
)
#: Functions in functions: more is no style, and a grammar in a grammar is read by recursion.
DEEPEST = 8
#: Parts of a value: more is no style.
LONGEST = 1_000
#: Words of a query that join its parts, and so are no kind of media.
JOINING = frozenset({"and", "or", "not", "only"})
#: What stands before the first token of a value and after its last.
END = "the end"
#: Measure → its units, in small letters. Every other unit is of lengths.
_UNITS = {
    "angle": {"deg", "grad", "rad", "turn"},
    "time": {"s", "ms"},
    "frequency": {"hz", "khz"},
    "resolution": {"dpi", "dpcm", "dppx", "x"},
    "flex": {"fr"},
    "decibel": {"db"},
    "semitones": {"st"},
}
UNITS = {**_UNITS, "length": css_names.UNITS.difference(*_UNITS.values()), "dimension": css_names.UNITS}


def trouble(name: str, value: Sequence[Token]) -> str:
    """Why a value is none of its property; empty if it is one, or if that cannot be known.

    Args:
        name: of the property, in small letters; or of an at-rule's descriptor or feature, ``@page size``; or of the
            at-rule, ``@media``, whose value is what stands before its braces.
        value: its tokens.
    """
    node = _grammar(name)
    if node is None:
        return ""
    shown = name.partition(" ")[2] or name
    parts = sum(token.type not in ("whitespace", "comment") for token in deep(value))
    if parts > LONGEST or _depth(value) > DEEPEST:
        return f"{shown}: its value has more than {LONGEST:,} parts, or more than {DEEPEST} brackets in one another"
    tokens = list(flat(value))
    if len(tokens) == 1 and (word(tokens[0]) in EVERYWHERE or _is_late(tokens[0])):
        return ""
    matching = _Matching(tokens)
    if len(tokens) in matching.ends(node, 0):
        return ""
    if matching.farthest == len(tokens):
        return f"{shown}: its value is not complete"
    token = tokens[matching.farthest]
    near = meant(word(token), sorted(matching.words)) if word(token) else ""
    return f'{shown}: "{token.serialize()[:SHOWN]}" cannot stand there{near}'


@cache
def described(rule: str) -> frozenset[str]:
    """The descriptors of an at-rule, or the features that it asks for."""
    mark = f"@{rule} "
    return frozenset(name.removeprefix(mark) for name in _grammars() if name.startswith(mark))


@cache
def only_described() -> frozenset[str]:
    """What is a descriptor or feature of some at-rule, and no property."""
    names = {name.partition(" ")[2] for name in _grammars() if name.startswith("@") and " " in name}
    return frozenset(names.difference(_grammars()))


@cache
def _grammars() -> dict[str, str]:
    text = resources.files("threadbound.rendering").joinpath("css_values.txt").read_text("utf-8")
    grammars: dict[str, str] = {}
    for name, _, syntax in (line.partition(": ") for line in text.splitlines() if not line.startswith("#")):
        grammars[name] = f"{grammars[name]} | {syntax}" if name in grammars else syntax
    return grammars


@cache
def _grammar(name: str) -> Node | None:
    """The grammar of a property, ``@media`` feature or ``<type>``."""
    syntax = _grammars().get(name)
    return css_syntax.read(syntax) if syntax else None


@cache
def _type(kind: Kind) -> Node | None:
    """What a type is made of, within its bounds."""
    made = _grammar(kind.name.strip("'") if kind.name.startswith("'") else f"<{kind.name}>")
    return css_syntax.bounded(made, kind.least, kind.most) if made else None


class _Matching:
    """One value, beside grammars."""

    def __init__(self, tokens: Sequence[Token], held: dict[tuple[Node, int], bool] | None = None) -> None:
        self.tokens = tokens
        self.texts = [_text(token) for token in tokens]
        self.farthest = 0
        """The first token that nothing could be made of, as far as it came."""
        self.words: set[str] = set()
        """The keywords that could have stood there."""
        self._known: dict[tuple[Node, int], frozenset[int]] = {}
        self._held = {} if held is None else held
        """Whether a function's brackets hold what they should: several grammars ask, and brackets stand in brackets."""

    def ends(self, node: Node, at: int) -> frozenset[int]:
        """Where what begins at a token could end, if it is what the grammar says."""
        if (node, at) not in self._known:
            self._known[node, at] = frozenset()  # what would begin with itself
            self._known[node, at] = ends = frozenset(_WAYS[type(node)](self, node, at))
            self._reached(max(ends, default=0))
        return self._known[node, at]

    def after(self, node: Node, starts: Iterable[int]) -> frozenset[int]:
        """The same from several places."""
        return frozenset().union(*(self.ends(node, start) for start in starts))

    def next(self, at: int) -> Token | None:
        """The token there, if there is one."""
        self._reached(at)
        return self.tokens[at] if at < len(self.tokens) else None

    def word(self, node: Word, at: int) -> Iterator[int]:
        return self._one_of({node.text}, at)

    def words_(self, node: Words, at: int) -> Iterator[int]:
        return self._one_of(node.texts, at)

    def _one_of(self, texts: AbstractSet[str], at: int) -> Iterator[int]:
        token = self.next(at)
        if at == self.farthest:
            self.words |= texts
        if token is not None and (self.texts[at] in texts or _is_late(token)):
            yield at + 1

    def sign(self, node: Sign, at: int) -> Iterator[int]:
        """A sign; a comma is left out with what it would divide (section 2.1), and stands nowhere else."""
        self._reached(at)
        before, here, after = (self._sign(place) for place in (at - 1, at, at + 1))
        if node.text != ",":
            is_there, is_left_out = here == node.text, False
        else:
            is_there = here == "," and not {END, ","} & {before, after}
            is_left_out = not is_there and bool({END, ","} & {before, here})
        if is_there or is_left_out:
            yield at + is_there

    def kind(self, node: Kind, at: int) -> Iterator[int]:
        name = node.name
        if name in KINDS:
            token = self.next(at)
            if token is not None and (self._is_one(token, node) or _is_late(token)):
                yield at + 1
        elif name in REST:
            yield from range(at + 1, len(self.tokens) + 1)
        elif made := _type(node):
            yield from self.ends(made, at)

    def _is_one(self, token: Token, node: Kind) -> bool:
        if token.type == "function" and token.lower_name in COMPUTING:
            return node.name in NUMERIC and self._holds(SUMS, token)
        return KINDS[node.name](token) and _is_between(token, node)

    def call(self, node: Call, at: int) -> Iterator[int]:
        token = self.next(at)
        if at == self.farthest:
            self.words.add(f"{node.name}()")
        if token is None or token.type != "function":
            return
        if _is_late(token) or (token.lower_name == node.name and self._holds(node.inside, token)):
            yield at + 1

    def _holds(self, node: Node, token: Token) -> bool:
        if (node, id(token)) not in self._held:
            inner = list(flat(token.arguments))
            self._held[node, id(token)] = len(inner) in _Matching(inner, self._held).ends(node, 0)
        return self._held[node, id(token)]

    def row(self, node: Row, at: int) -> frozenset[int]:
        ends = frozenset({at})
        for part in node.parts:
            ends = self.after(part, ends)
        return ends

    def one(self, node: One, at: int) -> frozenset[int]:
        return frozenset().union(*(self.ends(part, at) for part in node.parts))

    def unordered(self, node: Unordered, at: int) -> Iterator[int]:
        """Every way to use up the parts; a state is where one is, and which are used."""
        states = {(at, frozenset[int]())}
        seen = set(states)
        while states:
            position, used = states.pop()
            missing = [place for place in range(len(node.parts)) if place not in used]
            if used and (not missing or not node.is_all):
                yield position
            for place in missing:
                for end in self.ends(node.parts[place], position):
                    state = (end, used | {place})
                    if state not in seen and (end > position or node.is_all):
                        seen.add(state)
                        states.add(state)

    def times(self, node: Times, at: int) -> Iterator[int]:
        starts, count, comma = frozenset({at}), 0, Sign(",")
        seen: set[int] = set()
        while starts:
            if count >= node.least:
                yield from starts
                if starts <= seen or count >= node.most:
                    return
                seen |= starts
            if count and node.has_commas:
                starts = frozenset(end for start in starts for end in self.ends(comma, start) if end > start)
            starts = self.after(node.part, starts)
            count += 1

    def something(self, node: Something, at: int) -> Iterator[int]:
        yield from (end for end in self.ends(node.part, at) if end > at)

    def _sign(self, at: int) -> str:
        return sign(self.tokens[at]) if 0 <= at < len(self.tokens) else END

    def _reached(self, at: int) -> None:
        if at > self.farthest:
            self.farthest, self.words = at, set()


_WAYS: dict[type[Node], Callable[[_Matching, Any, int], Iterable[int]]] = {
    Word: _Matching.word,
    Words: _Matching.words_,
    Sign: _Matching.sign,
    Kind: _Matching.kind,
    Call: _Matching.call,
    Row: _Matching.row,
    One: _Matching.one,
    Unordered: _Matching.unordered,
    Times: _Matching.times,
    Something: _Matching.something,
}


def _depth(tokens: Iterable[Token]) -> int:
    """How many brackets stand in one another."""
    level, depth = list(tokens), -1
    while level:
        level = [each for token in level for each in inside(token)]
        depth += 1
    return depth


def _text(token: Token) -> str:
    """A keyword, or a number that a grammar has as one (``0deg``); in small letters."""
    if token.type in ("number", "dimension"):
        return str(token.serialize()).lower()
    return word(token)


def _is_late(token: Token) -> bool:
    """Whether what it is is known only later, or only to the makers of a reader."""
    if token.type == "function":
        return token.lower_name in LATE or token.lower_name.startswith(MAKERS)
    return word(token).startswith(MAKERS)


def _is_between(token: Token, node: Kind) -> bool:
    value = getattr(token, "value", None)
    return not isinstance(value, (int, float)) or node.least <= value <= node.most


def _is_zero(token: Token) -> bool:
    return bool(token.type == "number" and token.value == 0)


def _measure(units: Iterable[str], *, has_zero: bool) -> Callable[[Token], bool]:
    def is_one(token: Token) -> bool:
        return (token.type == "dimension" and token.lower_unit in units) or (has_zero and _is_zero(token))

    return is_one


def _typed(*types: str) -> Callable[[Token], bool]:
    return lambda token: token.type in types


def _is_own(token: Token) -> bool:
    """A name that the user gives; ``default`` is kept for later."""
    return token.type == "ident" and token.lower_value not in EVERYWHERE | {"default"}


def _is_hex(token: Token) -> bool:
    digits = token.value if token.type == "hash" else ""
    return len(digits) in (3, 4, 6, 8) and all(digit in "0123456789abcdefABCDEF" for digit in digits)


#: What any number of tokens may be.
REST = frozenset({"declaration-value"})
#: What ``calc()`` and the like may stand for, and what they hold.
NUMERIC = frozenset({"number", "integer", "percentage", *UNITS})
SUMS = css_syntax.read("<calc-part>#")
#: Type that is no combination of others → whether a token is one.
KINDS: dict[str, Callable[[Token], bool]] = {
    "number": _typed("number"),
    "integer": lambda token: token.type == "number" and token.is_integer,
    "percentage": _typed("percentage"),
    **{name: _measure(units, has_zero=name == "length") for name, units in UNITS.items()},
    "zero": _is_zero,
    "ident": _typed("ident"),
    "custom-ident": _is_own,
    "dashed-ident": lambda token: token.type == "ident" and token.value.startswith("--"),
    "media-type": lambda token: token.type == "ident" and word(token) not in JOINING,
    "string": _typed("string"),
    "url": lambda token: token.type == "url" or (token.type == "function" and token.lower_name in ("url", "src")),
    "hex-color": _is_hex,
    "id": lambda token: token.type == "hash" and token.is_identifier,
    "hash-token": _typed("hash"),
}
KINDS |= {f"{name}-token": KINDS[name] for name in ("number", "ident", "url")}
