"""The tokens of a style sheet, as tinycss2 has them: those that stand in others, and those of a value.

Before: tokens. After: the same in another order or depth; nothing is judged.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

Token = Any  # tinycss2 has no types
#: Characters of the user's that a message shows.
SHOWN = 60
#: What names begin with that makers of readers and programs have given: nobody can know them all.
MAKERS = (
    *(
        f"-{maker}-"
        for maker in "ah amzn apple epub hp ibooks khtml kindle moz ms o prince ro rtl tc wap weasy webkit xv".split()
    ),
    *("adobe-", "amzn-", "mso-"),
)


def inside(token: Token) -> list[Token]:
    """The tokens in a block's or a function's brackets."""
    return getattr(token, "arguments", None) or getattr(token, "content", None) or []


def deep(tokens: Iterable[Token]) -> Iterator[Token]:
    """The tokens, each before those in its brackets."""
    for token in tokens:
        yield token
        yield from deep(inside(token))


def dense(tokens: Iterable[Token]) -> list[Token]:
    """The tokens without spaces and comments."""
    return [token for token in tokens if token.type not in ("whitespace", "comment")]


def flat(tokens: Iterable[Token]) -> Iterator[Token]:
    """The tokens without spaces; plain brackets are signs before and after what they hold, as in grammars."""
    from tinycss2.ast import LiteralToken  # noqa: PLC0415 - only where a user has a style sheet

    for token in dense(tokens):
        if token.type in ("() block", "[] block"):
            opening, closing = token.type[:2]
            yield LiteralToken(token.source_line, token.source_column, opening)
            yield from flat(token.content)
            yield LiteralToken(token.source_line, token.source_column, closing)
        else:
            yield token


def word(token: Token) -> str:
    """A keyword in small letters; of another token nothing."""
    return str(token.lower_value) if token.type == "ident" else ""


def sign(token: Token) -> str:
    """``,`` and the like; of another token nothing."""
    return str(token.value) if token.type == "literal" else ""
