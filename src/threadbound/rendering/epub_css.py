"""What a style sheet of the user's may not say: in an EPUB what would hide, change or add words, in a PDF some of it.

A PDF is read back as it looks, and words that are missing from it are found; refused is what changes words for certain,
and what no reading would show. Of an EPUB only the documents are read, so that its style sheet is held to more. Each
declaration is judged alone: words in the colour of their ground are not found.

Before: a property and its value, as tinycss2 has it, with variables spelled. After: the trouble with it, if any.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from typing import Any

from threadbound.rendering.css_tokens import Token, deep, dense

#: What readers of EPUBs may not be told (EPUB 3.3 §6.3.1.2): the direction is the document's to say.
FORBIDDEN = frozenset({"direction", "unicode-bidi"})
#: Property → words in its value that hide, change or add.
WORDS = {
    "display": {"none", "list-item"},
    "visibility": {"hidden", "collapse"},
    "content-visibility": {"hidden", "auto"},
    **{name: {"hidden", "clip"} for name in ("overflow", "overflow-x", "overflow-y")},
    "position": {"absolute", "fixed"},
    "text-transform": {"uppercase", "lowercase", "capitalize", "full-width", "full-size-kana", "math-auto"},
    **{name: {"row-reverse", "column-reverse", "wrap-reverse"} for name in ("flex-direction", "flex-flow")},
}
#: Properties that do so with any value but these.
PLAIN = frozenset({"none", "normal", "auto", "inherit", "initial", "unset", "revert"})
SHAPES = frozenset(
    "content clip clip-path mask mask-image -webkit-mask -webkit-mask-image filter transform -webkit-transform "
    "translate scale rotate offset-path order -webkit-text-security -webkit-line-clamp line-clamp max-lines".split()
)
#: Property → unit → the least that can be read. Of other units: what is more than nothing.
_TYPE = {"px": 4, "pt": 3, "%": 30, "em": 0.3, "rem": 0.3, "ex": 0.6, "ch": 0.6}
_PART = {"": 0.3, "%": 30}
LEAST = {"font-size": _TYPE, "font": _TYPE, "opacity": _PART, "zoom": _PART}
COLOURS = frozenset({"color", "-webkit-text-fill-color"})
#: How far words may be moved, by units; of other units :data:`FARTHEST`.
FAR = {"px": 200, "pt": 150, "%": 50, "vw": 50, "vh": 50, "mm": 50, "cm": 5, "in": 2}
FARTHEST = 12
_SIDES = ("top", "right", "bottom", "left", "inline", "block", "inline-start", "inline-end", "block-start", "block-end")
MOVES = frozenset(
    {"text-indent", "word-spacing", "letter-spacing", "inset", "margin", "padding", *_SIDES[:4]}
    | {f"{what}-{side}" for what in ("margin", "padding", "inset") for side in _SIDES}
)
#: Properties whose strings are no words of a book.
NAMES = frozenset(
    """
    font font-family font-feature-settings -webkit-font-feature-settings -moz-font-feature-settings
    font-variation-settings font-language-override grid grid-template grid-template-areas voice-family syntax
    """.split()
)
#: Properties whose strings a PDF would show among the words; ``content`` is judged by itself.
SIGNS = frozenset(
    "hyphenate-character quotes list-style list-style-type text-emphasis text-emphasis-style text-overflow "
    "block-ellipsis symbols additive-symbols prefix suffix negative pad".split()
)


def trouble(name: str, value: Sequence[Token]) -> str:
    """Why a property cannot have a value in an EPUB; empty if it can."""
    if name in FORBIDDEN:
        return f"{name} is not allowed in an EPUB"
    tokens = dense(value)
    has_words = name not in NAMES and any(map(_speaks, deep(tokens)))
    if has_words or any(is_bad(name, token) for names, is_bad in _RULES if name in names for token in tokens):
        return f"{name}: this may hide, change or add words, which an EPUB's own check could not see"
    return ""


def trouble_in_print(name: str, value: Sequence[Token]) -> str:
    """Why a property cannot have a value in a PDF, outside of the margins of its pages; empty if it can.

    What must be computed is left to the reading of the book.
    """
    tokens = dense(value)
    if name in SIGNS and any(_speaks(token) or _is_variable(token) for token in deep(tokens)):
        return f"{name}: this may add words, and a book has those of its threads"
    if any(is_bad(name, token) for names, is_bad in _PRINT_RULES if name in names for token in tokens):
        return f"{name}: this changes or hides words, and a book has those of its threads as they are"
    return ""


def _speaks(token: Any) -> bool:  # noqa: ANN401 - as above
    """Whether it is a string of more than signs and spaces."""
    return token.type == "string" and any(unicodedata.category(character)[0] not in "SZ" for character in token.value)


def _is_variable(token: Any) -> bool:  # noqa: ANN401 - as above
    return bool(token.type == "function" and token.lower_name == "var")


def _hides(name: str, token: Any) -> bool:  # noqa: ANN401 - as above
    return bool(token.type == "function" or (token.type == "ident" and token.lower_value in WORDS[name]))


def _is_shape(name: str, token: Any) -> bool:  # noqa: ANN401 - as above
    is_plain = token.type == "ident" and token.lower_value in PLAIN
    return not is_plain and not (name == "content" and token.type == "string")


def _is_small(name: str, token: Any) -> bool:  # noqa: ANN401 - as above
    if token.type not in ("number", "percentage", "dimension"):
        return bool(token.type == "function")
    return bool(token.value <= 0 or token.value < LEAST[name].get(_unit(token), 0))


def _is_far(_name: str, token: Any) -> bool:  # noqa: ANN401 - as above
    if token.type not in ("percentage", "dimension"):
        return bool(token.type == "function")
    return bool(abs(token.value) > FAR.get(_unit(token), FARTHEST))


def _is_faint(_name: str, token: Any) -> bool:  # noqa: ANN401 - as above
    from tinycss2.color4 import parse_color  # noqa: PLC0415 - only where a user has a style sheet

    if token.type == "ident" and token.lower_value in PLAIN | {"currentcolor"}:
        return False
    colour = parse_color(token)
    return colour is None or colour.alpha < _PART[""]


def _is_unseen(name: str, token: Any) -> bool:  # noqa: ANN401 - as above
    """As :func:`_is_faint`, but what is no colour is left to the typesetter to refuse."""
    from tinycss2.color4 import parse_color  # noqa: PLC0415 - only where a user has a style sheet

    return parse_color(token) is not None and _is_faint(name, token)


def _stated(is_bad: Callable[[str, Any], bool]) -> Callable[[str, Any], bool]:
    """The same of what can be judged alone."""
    return lambda name, token: token.type != "function" and is_bad(name, token)


def _unit(token: Any) -> str:  # noqa: ANN401 - as above
    return "%" if token.type == "percentage" else getattr(token, "lower_unit", "")


_RULES: tuple[tuple[frozenset[str], Callable[[str, Any], bool]], ...] = (
    (frozenset(WORDS), _hides),
    (SHAPES, _is_shape),
    (frozenset(LEAST), _is_small),
    (COLOURS, _is_faint),
    (MOVES, _is_far),
)
_PRINT_RULES: tuple[tuple[frozenset[str], Callable[[str, Any], bool]], ...] = (
    (frozenset({"text-transform"}), _stated(_hides)),
    (frozenset({"clip"}), _is_shape),
    (frozenset({"opacity"}), _stated(_is_small)),
    (COLOURS, _is_unseen),
    (frozenset({"text-indent"}), _stated(_is_far)),
)
