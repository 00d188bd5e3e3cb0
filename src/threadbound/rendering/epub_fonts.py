"""Fonts that a style sheet of the user's names for an EPUB, which brings none: the reader's own are taken.

Before: a declaration, as tinycss2 has it. After: the trouble with it, if it leaves open what a reader takes that lacks
the font; or the names of the fonts, to be said.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from threadbound.rendering.css_tokens import MAKERS, SHOWN, Token, dense, sign, word

#: Properties that name fonts.
NAMING = frozenset({"font", "font-family"})
#: What every reader takes a font of its own for (CSS Fonts 4, section 2.1.2), and what is no name of a font.
GENERIC = frozenset(
    """
    serif sans-serif monospace cursive fantasy system-ui math emoji fangsong ui-serif ui-sans-serif ui-monospace
    ui-rounded
    """.split()
)
SYSTEM = frozenset("caption icon menu message-box small-caption status-bar".split())
INHERITED = frozenset("inherit initial unset revert revert-layer revert-rule".split())
#: Sizes and heights in words; what follows them in ``font`` is a name.
SIZES = frozenset("xx-small x-small small medium large x-large xx-large xxx-large smaller larger normal".split())


def trouble(node: Token) -> str:
    """Why a declaration cannot stand in an EPUB: it leaves open what is shown in place of a font; empty if it can."""
    if node.lower_name not in NAMING:
        return ""
    families = _families(node)
    if any(token.type == "function" and not _is_generic([token]) for family in families for token in family):
        return "the names of fonts cannot stand in a variable: nobody could see what a reader takes that lacks them"
    if not families or _is_generic(families[-1]):
        return ""
    last = _said(families[-1])
    return f"{node.lower_name}: an EPUB brings no fonts: end with what a reader without {last} takes, as serif"


def named(declarations: Iterable[Token]) -> list[str]:
    """The fonts that are no generic ones, each once, in the order of the sheet."""
    families = [family for node in declarations if node.lower_name in NAMING for family in _families(node)]
    return list(dict.fromkeys(_said(family) for family in families if not _is_generic(family)))


def _families(node: Token) -> list[list[Token]]:
    """The fonts that a declaration names; none where it has a system's font or its parent's."""
    tokens = dense(node.value)
    if len(tokens) == 1 and (word(tokens[0]) in SYSTEM | INHERITED or word(tokens[0]).startswith(MAKERS)):
        return []
    groups = [list(group) for is_comma, group in groupby(tokens, lambda token: sign(token) == ",") if not is_comma]
    if node.lower_name == "font":
        groups = [_after_size(groups[0]), *groups[1:]]
    return groups


def _after_size(tokens: list[Token]) -> list[Token]:
    """Of ``italic 12px/1.5 Georgia`` the name."""
    sizes = [place for place, token in enumerate(tokens, 1) if not _is_name(token)]
    return tokens[sizes[-1] :] if sizes and sizes[-1] < len(tokens) else tokens


def _is_name(token: Token) -> bool:
    """Not a size, nor a height; a function at the end may be either."""
    return token.type == "string" or (token.type == "ident" and word(token) not in SIZES) or _is_generic([token])


def _is_generic(family: list[Token]) -> bool:
    """``serif`` and the like, ``generic(kai)``; in quotes it would be a font of that name."""
    if len(family) != 1:
        return False
    return word(family[0]) in GENERIC or (family[0].type == "function" and family[0].lower_name == "generic")


def _said(family: list[Token]) -> str:
    return " ".join(str(token.value) if token.type in ("ident", "string") else token.serialize() for token in family)[
        :SHOWN
    ]
