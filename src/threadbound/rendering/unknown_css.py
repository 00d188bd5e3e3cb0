"""What a style sheet of the user's says that no reader can know: a name that CSS does not have, a colour that is none.

A reader of EPUBs passes over it in silence, and WeasyPrint says of some of it neither the line nor what was meant. Not
found here: a name of CSS that this or that reader does not know, and a value that its property cannot have.

Before: rules that parse, as tinycss2 has them. After: each trouble with its line.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from threadbound.errors import meant
from threadbound.rendering import css_names

#: Names that makers and users give: nobody can know them all.
OWN_BEGINNINGS = ("-", "adobe-")
#: At-rules whose blocks hold names that the user gives.
NAMING = frozenset({"font-feature-values"})
#: At-rules that say something of the screen or sheet in lengths.
MEASURING = frozenset({"media", "container"})
#: Pseudo-elements of CSS 2, which one colon may stand before.
SINGLE = frozenset({"before", "after", "first-letter", "first-line"})
#: Properties that hold colours and nothing else.
_SIDES = ("top", "right", "bottom", "left", "inline", "block", "inline-start", "inline-end", "block-start", "block-end")
COLOURS = frozenset(
    {f"border-{side}-color" for side in _SIDES}
    | set("color background-color border-color column-rule-color text-decoration-color text-emphasis-color".split())
    | set("outline-color caret-color flood-color lighting-color stop-color -webkit-text-fill-color".split())
)
#: Words that stand for a colour that only the reader knows, or for none.
COLOUR_WORDS = frozenset(
    """
    inherit initial unset revert revert-layer revert-rule auto invert currentcolor transparent accentcolor
    accentcolortext activeborder activecaption activetext appworkspace background buttonborder buttonface
    buttonhighlight buttonshadow buttontext canvas canvastext captiontext field fieldtext graytext highlight
    highlighttext inactiveborder inactivecaption inactivecaptiontext infobackground infotext linktext mark
    marktext menu menutext scrollbar selecteditem selecteditemtext threeddarkshadow threedface threedhighlight
    threedlightshadow threedshadow visitedtext window windowframe windowtext
    """.split()
)
Troubles = Iterator[tuple[int, str]]


def troubles(nodes: Iterable[Any]) -> Troubles:
    """What no reader can know in rules and declarations, and in what they hold, in the order of the sheet."""
    import tinycss2  # noqa: PLC0415 - only where a user has a style sheet

    for node in nodes:
        if node.type == "declaration":
            yield from _of_declaration(node)
        elif node.type in ("at-rule", "qualified-rule"):
            yield from _of_at_rule(node) if node.type == "at-rule" else _of_selector(node.prelude)
            if node.content is not None and getattr(node, "lower_at_keyword", "") not in NAMING:
                yield from troubles(
                    tinycss2.parse_blocks_contents(node.content, skip_comments=True, skip_whitespace=True)
                )


def _of_at_rule(rule: Any) -> Troubles:  # noqa: ANN401 - tinycss2 has no types
    keyword = rule.lower_at_keyword
    yield from _unknown(rule, "at-rule", keyword, css_names.AT_RULES, "@")
    if keyword in MEASURING:
        yield from _of_units(rule.prelude)
    elif keyword == "page":
        for _, token in _after_colons(rule.prelude):
            yield from _unknown(token, "page", _name(token), css_names.PAGES, ":")


def _of_declaration(node: Any) -> Troubles:  # noqa: ANN401 - as above
    name = node.lower_name
    yield from _unknown(node, "property", name, css_names.PROPERTIES)
    if name.startswith("--"):
        return
    yield from _of_units(node.value)
    if name in COLOURS:
        yield from (
            (token.source_line, f'{name}: there is no such colour as "{token.serialize()}"{_colour_meant(token)}')
            for token in node.value
            if token.type in ("ident", "hash") and not _is_colour(token)
        )


def _of_units(tokens: Iterable[Any]) -> Troubles:
    for token in tokens:
        if token.type == "dimension":
            yield from _unknown(token, "unit", token.lower_unit, css_names.UNITS)
        yield from _of_units(inside(token))


def _of_selector(tokens: Sequence[Any]) -> Troubles:
    """The pseudo-classes and -elements of a selector, in brackets of ``:not()`` and the like too."""
    for colons, token in _after_colons(tokens):
        if colons == "::":
            yield from _unknown(token, "pseudo-element", _name(token), css_names.ELEMENTS, colons)
        else:
            yield from _unknown(token, "pseudo-class", _name(token), css_names.CLASSES | SINGLE, colons)
    for token in tokens:
        if token.type == "function":
            yield from _of_selector(token.arguments)


def _after_colons(tokens: Iterable[Any]) -> Iterator[tuple[str, Any]]:
    """Each name and function that colons stand before, with the colons."""
    colons = ""
    for token in tokens:
        if token.type == "literal" and token.value in (":", "::"):
            colons += token.value
            continue
        if colons and token.type in ("ident", "function"):
            yield colons, token
        colons = ""


def _unknown(node: Any, kind: str, name: str, known: Iterable[str], mark: str = "") -> Troubles:  # noqa: ANN401 - as above
    if name not in known and not name.startswith(OWN_BEGINNINGS):
        yield node.source_line, f'there is no {kind} "{mark}{name}"{meant(name, sorted(known))}'


def _name(token: Any) -> str:  # noqa: ANN401 - as above
    return str(token.lower_name if token.type == "function" else token.lower_value)


def _is_colour(token: Any) -> bool:  # noqa: ANN401 - as above
    from tinycss2.color5 import parse_color  # noqa: PLC0415 - as above

    return (token.type == "ident" and token.lower_value in COLOUR_WORDS) or parse_color(token) is not None


def _colour_meant(token: Any) -> str:  # noqa: ANN401 - as above
    from PIL.ImageColor import colormap  # noqa: PLC0415 - as above

    return meant(token.lower_value, sorted(colormap)) if token.type == "ident" else ""


def inside(token: Any) -> list[Any]:  # noqa: ANN401 - as above
    """The tokens in a block's or a function's brackets."""
    return getattr(token, "arguments", None) or getattr(token, "content", None) or []
