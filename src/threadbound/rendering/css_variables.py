"""Variables of a style sheet (``--own: 1em``), and values in which they stand (``var(--own)``).

Before: rules that parse, as tinycss2 has them. After: values as they are where each variable is what the sheets say; or
why one cannot be that.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product
from math import prod
from typing import Any

from threadbound.errors import meant
from threadbound.rendering.css_rules import keyword
from threadbound.rendering.css_tokens import Token, deep, dense, inside, sign

#: Name → its values, each once: which of them holds where is not known here. None: only a reader knows what it has.
Variables = Mapping[str, Sequence[Sequence[Token]]]
#: Ways to spell one value, variables in variables, and parts of a value: more is no style.
MOST, DEEPEST, LONGEST = 64, 8, 1_000
#: Values that say that the variable has none here.
NOTHING = frozenset({"initial", "inherit", "unset", "revert", "revert-layer"})


class NoValue(ValueError):
    """A variable stands for nothing; what it says is for the user."""


def defined(nodes: Iterable[Any]) -> Variables:
    """The variables that declarations and ``@property`` make."""
    import tinycss2  # noqa: PLC0415 - only where a user has a style sheet

    found: dict[str, dict[str, Sequence[Token]]] = {}
    registered: dict[str, dict[str, Sequence[Token]]] = {}
    for node in nodes:
        if keyword(node) == "property":
            registered |= {token.value: {} for token in node.prelude if token.type == "ident"}
        elif node.type == "declaration" and node.name.startswith("--"):
            text = tinycss2.serialize(node.value).strip()
            if text.lower() not in NOTHING:
                found.setdefault(node.name, {})[text] = node.value
    return {name: list(values.values()) for name, values in (registered | found).items()}


def spelled(tokens: Sequence[Token], variables: Variables) -> Iterator[Sequence[Token]]:
    """A value, once for each of the values that the variables in it have; not at all where only a reader knows them.

    Raises:
        NoValue: a variable has none, too many, or itself.
    """
    used = sorted(_reached(tokens, variables))
    if prod(len(variables[name]) for name in used) > MOST:
        raise NoValue(f"{' and '.join(used[:3])} can have more than {MOST} values together")
    for values in product(*(variables[name] for name in used)):
        yield list(_Spelling(variables, dict(zip(used, values, strict=True))).spell(tokens, 0))


def _reached(tokens: Iterable[Token], variables: Variables) -> set[str]:
    """The variables that stand in a value, and in theirs."""
    reached: set[str] = set()
    waiting = [tokens]
    while waiting:
        for token in deep(waiting.pop()):
            name = _name(token)
            if name in variables and name not in reached:
                reached.add(name)
                waiting += variables[name]
    return reached


class _Spelling:
    """One way to spell a value."""

    def __init__(self, variables: Variables, values: Mapping[str, Sequence[Token]]) -> None:
        self.variables, self.values = variables, values
        self.left = LONGEST

    def spell(self, tokens: Iterable[Token], depth: int) -> Iterator[Token]:
        for token in tokens:
            if name := _name(token):
                self.left -= 1
                if depth == DEEPEST or self.left < 0:
                    raise NoValue(f"{name} stands for itself, or for too much")
                yield from self.spell(self._value(token, name), depth + 1)
            elif inside(token) and token.type != "{} block":
                yield _again(token, list(self.spell(inside(token), depth)))
            else:
                yield token

    def _value(self, token: Token, name: str) -> Sequence[Token]:
        """What stands in a variable's place: its value, else what is said for want of one."""
        if name in self.values:
            return self.values[name]
        after = dense(token.arguments)[1:]
        if not after or sign(after[0]) != ",":
            raise NoValue(f'no variable is called "{name}"{meant(name, sorted(self.variables))}')
        return after[1:]


def _again(token: Token, inner: list[Token]) -> Token:
    """A function or block with other tokens in its brackets."""
    at = token.source_line, token.source_column
    return type(token)(*at, token.name, inner) if token.type == "function" else type(token)(*at, inner)


def _name(token: Token) -> str:
    """The variable's, of ``var()``; of another token nothing."""
    if token.type != "function" or token.lower_name != "var":
        return ""
    arguments = dense(token.arguments)
    return str(arguments[0].value) if arguments and arguments[0].type == "ident" else ""
