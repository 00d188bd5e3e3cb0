"""What a style sheet of the user's says that no reader can know, since CSS has it not: names, and rules of no form.

A reader of EPUBs passes over it in silence, and WeasyPrint says of some of it neither the line nor what was meant. Not
found here: what is CSS, and this or that reader does not know. Values are ``css_values``'.

Before: a rule or declaration, as tinycss2 has it, and its place. After: each trouble with its line.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Any

from threadbound.errors import meant
from threadbound.rendering import css_names, css_selectors, css_values
from threadbound.rendering.css_rules import BOXES, GROUPING, OF_PAGES, keyword
from threadbound.rendering.css_tokens import MAKERS, SHOWN, dense, inside, sign, word

#: At-rules that say something of the screen or sheet in lengths.
MEASURING = frozenset({"media", "container"})
#: At-rules that end with ``;``, and those that may.
STATEMENTS = frozenset({"charset", "import", "namespace", "custom-media", "custom-selector"})
EITHER = frozenset({"layer", "apply", "contents"})
#: Pseudo-elements of CSS 2, which one colon may stand before.
SINGLE = frozenset({"before", "after", "first-letter", "first-line"})
#: Kinds of media, new and old; of Kindles there are more: ``amzn-kf8``.
MEDIA = frozenset("all print screen speech aural braille embossed handheld projection tty tv".split())
#: Places of properties.
STYLED = frozenset({"style", *OF_PAGES})
Troubles = Iterator[tuple[int, str]]


def troubles(node: Any, place: str) -> Troubles:  # noqa: ANN401 - tinycss2 has no types
    """What no reader can know in a rule or declaration, without what the rule holds."""
    if node.type == "declaration":
        yield from _of_declaration(node, place)
    elif node.type == "at-rule":
        yield from _of_at_rule(node, place)
    elif node.type == "qualified-rule":
        if place == "keyframes":
            yield from _prelude(node, "keyframes selector")
        elif place not in ("top", "style"):
            yield node.source_line, f"a rule cannot stand in @{place}"
        else:
            yield from _of_selector(node.prelude)
            if why := css_selectors.trouble(node.prelude, is_nested=place != "top"):
                yield node.source_line, why


def _of_at_rule(rule: Any, place: str) -> Troubles:  # noqa: ANN401 - as above
    name = keyword(rule)
    yield from _unknown(rule, "at-rule", name, css_names.AT_RULES, "@")
    if name.startswith("-"):
        return
    if (name in BOXES) != (place == "page" and name not in GROUPING):
        yield rule.source_line, f"@{name} cannot stand there"
    elif place == "style" and name not in GROUPING:
        yield rule.source_line, f"@{name} cannot stand in another rule"
    if name not in EITHER and (rule.content is None) != (name in STATEMENTS):
        yield rule.source_line, f"@{name} has {'no ' if rule.content is None else ''}braces after it"
    if name in MEASURING:
        yield from _of_units(rule.prelude)
        yield from _of_query(name, rule.prelude)
    elif name == "page":
        for _, token in _after_colons(rule.prelude):
            yield from _unknown(token, "page", _name(token), css_names.PAGES, ":")
    yield from _prelude(rule, name)


def _prelude(rule: Any, name: str) -> Troubles:  # noqa: ANN401 - as above
    if why := css_values.trouble(f"@{name}", rule.prelude):
        yield rule.source_line, why


def _of_query(rule: str, tokens: Iterable[Any]) -> Troubles:
    """The kinds of media, and features with the values that are asked for."""
    for token in tokens:
        if rule == "media" and word(token) and word(token) not in css_values.JOINING:
            yield from _unknown(token, "kind of media", word(token), MEDIA)
        elif token.type == "() block":
            yield from _of_feature(rule, token, dense(token.content))


def _of_feature(rule: str, block: Any, tokens: Sequence[Any]) -> Troubles:  # noqa: ANN401 - as above
    known = css_values.described(rule)
    if any(each.type == "() block" for each in tokens):
        yield from _of_query(rule, tokens)
    elif tokens[1:] and sign(tokens[1]) != ":":  # a range
        for each in filter(word, tokens):
            yield from _unknown(block, "feature", word(each), known)
    elif tokens and word(tokens[0]):
        name = word(tokens[0]).removeprefix("min-").removeprefix("max-") if tokens[1:] else word(tokens[0])
        yield from _unknown(block, "feature", name, known)
        if tokens[2:] and (trouble := css_values.trouble(f"@{rule} {name}", tokens[2:])):
            yield block.source_line, trouble


def _of_declaration(node: Any, place: str) -> Troubles:  # noqa: ANN401 - as above
    if place == "top":
        yield node.source_line, f"{node.name[:SHOWN]} stands in no rule"
    yield from _unknown(node, "property", node.lower_name, _declared(place))
    if not node.name.startswith("--"):
        yield from _of_units(node.value)


@cache
def _declared(place: str) -> frozenset[str]:
    """What can be declared in a place."""
    descriptors = css_values.described(place)
    if descriptors and place not in STYLED:
        return descriptors
    return css_names.PROPERTIES - css_values.only_described() | descriptors


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
    if name not in known and not name.startswith(("--", *MAKERS)):
        yield node.source_line, f'there is no {kind} "{mark}{name[:SHOWN]}"{meant(name[:SHOWN], sorted(known))}'


def _name(token: Any) -> str:  # noqa: ANN401 - as above
    return str(token.lower_name if token.type == "function" else token.lower_value)
