"""Whether a selector is one: a rule whose selector is none is passed over, whatever it says.

Before: the tokens before a rule's braces, as tinycss2 has them. After: what is wrong with them, if anything. Selectors
4, section 18; columns (``||``), which no reader knows, are not taken.
"""

from __future__ import annotations

from collections.abc import Sequence

from threadbound.rendering.css_tokens import SHOWN, Token, dense, sign, word

#: Pseudo-classes and -elements that take selectors, places or languages in brackets, and do not stand without.
TAKING = frozenset(
    """
    is where not has matches nth-child nth-last-child nth-of-type nth-last-of-type nth-col nth-last-col nth-of-page lang
    dir state part slotted cue-region active-view-transition-type nth-fragment picker highlight
    view-transition-group view-transition-image-pair view-transition-old view-transition-new
    view-transition-group-children
    """.split()
)
#: Those that may.
EITHER = frozenset({"host", "host-context", "cue", "heading", "scroll-button", "column", "snapped"})
#: Those of them that hold selectors; ``has`` holds such as begin with a combinator.
HOLDING = frozenset({"is", "where", "not", "has", "matches", "slotted", "host", "host-context"})
#: Those that hold ``2n+1 of …``.
COUNTING = frozenset(name for name in TAKING if name.startswith("nth-"))
COMBINATORS = frozenset({">", "+", "~"})


def trouble(tokens: Sequence[Token], *, is_nested: bool = False) -> str:
    """Why a list of selectors is none, in words; empty if it is one.

    Args:
        tokens: the list.
        is_nested: whether it stands in another rule's braces: then ``&`` is that rule's, and a combinator may begin.
    """
    for selector in _parts(tokens):
        reading = _Reading(selector, is_nested=is_nested)
        if why := reading.trouble():
            return why
    return ""


class _Reading:
    """One selector."""

    def __init__(self, tokens: Sequence[Token], *, is_nested: bool) -> None:
        self.tokens = [token for token in tokens if token.type != "comment"]
        self.is_nested = is_nested
        self.is_last = False
        """Whether a pseudo-element has been met: nothing is below it."""
        self.at = 0

    def trouble(self) -> str:
        if not dense(self.tokens):
            return "a selector is missing"
        self._space()
        if self.is_nested:
            self._combinator()
        while True:
            if why := self._compound():
                return why
            end = self.at
            self._space()
            if self.at == len(self.tokens):
                return ""
            is_below = self._combinator() or self.at > end
            if self.is_last or not is_below:
                return self._unfit()

    def _compound(self) -> str:
        """``p.class:first-child::before``: at least one part."""
        self._space()
        start = self.at
        self._type()
        while self.at < len(self.tokens) and self.tokens[self.at].type != "whitespace":
            before = self.at
            if why := self._simple():
                return why
            if self.at == before:
                break
        return "" if self.at > start else self._unfit()

    def _type(self) -> None:
        """``p``, ``*``, ``&``, ``*|p`` and ``|p``; there are no namespaces with names."""
        if self._sign(self._sign() == "*") == "|":
            self.at += 2 if self._sign() == "*" else 1
        if self._word() or self._sign() in ("*", "&"):
            self.at += 1

    def _simple(self) -> str:
        token = self.tokens[self.at]
        if (token.type == "hash" and token.is_identifier) or sign(token) == "&":
            self.at += 1
        elif token.type == "[] block":
            self.at += 1
            return "" if _is_attribute(dense(token.content)) else f'"{token.serialize()[:SHOWN]}" is no attribute'
        elif sign(token) == "." and self._word(1):
            self.at += 2
        elif sign(token) == ":":
            self.is_last = self._sign(1) == ":"
            self.at += 2 if self.is_last else 1
            return self._pseudo()
        return ""

    def _pseudo(self) -> str:
        token = self.tokens[self.at] if self.at < len(self.tokens) else None
        if token is None or token.type not in ("ident", "function"):
            return "a colon stands before no name"
        self.at += 1
        name = str(token.lower_name if token.type == "function" else token.lower_value)
        if name.startswith("-"):
            return ""
        if token.type == "ident":
            return f":{name} lacks its brackets" if name in TAKING else ""
        if name not in TAKING | EITHER:
            return f":{name} takes nothing in brackets"
        return _in_brackets(name, token.arguments)

    def _space(self) -> None:
        while self.at < len(self.tokens) and self.tokens[self.at].type == "whitespace":
            self.at += 1

    def _combinator(self) -> bool:
        if self._sign() not in COMBINATORS:
            return False
        self.at += 1
        self._space()
        return True

    def _sign(self, ahead: int = 0) -> str:
        return sign(self.tokens[self.at + ahead]) if self.at + ahead < len(self.tokens) else ""

    def _word(self, ahead: int = 0) -> str:
        return word(self.tokens[self.at + ahead]) if self.at + ahead < len(self.tokens) else ""

    def _unfit(self) -> str:
        if self.at == len(self.tokens):
            return "a selector is not complete"
        return f'"{self.tokens[self.at].serialize()[:SHOWN]}" cannot stand in a selector'


def _in_brackets(name: str, tokens: Sequence[Token]) -> str:
    from tinycss2.nth import parse_nth  # noqa: PLC0415 - only where a user has a style sheet

    if not dense(tokens):
        return f":{name} has nothing in its brackets"
    if name in HOLDING:
        return trouble(tokens, is_nested=name == "has")
    if name in COUNTING:
        places = [place for place, token in enumerate(tokens) if word(token) == "of"]
        count, rest = (tokens[: places[0]], tokens[places[0] + 1 :]) if places else (tokens, None)
        if parse_nth(count) is None:
            return f":{name} counts by numbers, as 2n+1, odd or even"
        return "" if rest is None else trouble(rest)
    return ""


def _is_attribute(tokens: Sequence[Token]) -> bool:
    """``[name="value" i]``."""
    name = [token for token in tokens[:3] if word(token) or sign(token) in ("|", "*")]
    names = "".join(sign(token) or "n" for token in name)
    for form in ("*|n", "|n", "n"):
        if names.startswith(form):
            rest = tokens[len(form) :]
            break
    else:
        return False
    if not rest:
        return True
    is_equal = sign(rest[0]) in ("=", "~=", "|=", "^=", "$=", "*=")
    has_value = len(rest) > 1 and rest[1].type in ("ident", "string")
    return is_equal and has_value and [word(token) for token in rest[2:]] in ([], ["i"], ["s"])


def _parts(tokens: Sequence[Token]) -> list[list[Token]]:
    """What stands between commas."""
    parts: list[list[Token]] = [[]]
    for token in tokens:
        if sign(token) == ",":
            parts.append([])
        else:
            parts[-1].append(token)
    return parts
