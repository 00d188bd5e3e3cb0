"""Style sheets of the user's own: laid over the theme's, or part of a theme of the user's.

Before: a file. After: CSS that parses, loads nothing and can stand in the product; or a message with the line where it
cannot.
"""

from __future__ import annotations

import re
import stat
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from msgspec import Struct

from threadbound.errors import BadConfiguration, FileTrouble
from threadbound.rendering import css_values, css_variables, epub_css, epub_fonts, unknown_css
from threadbound.rendering.css_rules import OF_PAGES, everything, keyword, rules
from threadbound.rendering.css_tokens import inside
from threadbound.rendering.css_variables import NoValue, Variables

#: At-rules that would load something, or that say what only the program may.
REFUSED = {
    "import": "loads another file, which a book's style sheet may not",
    "font-face": "loads a font, which a book's style sheet may not",
    "charset": "says what is known: it is UTF-8",
    "namespace": "must come before all rules, and the theme's come first: say [epub\\:type] for such an attribute",
}
#: What many sheets begin with; it is true.
_CHARSET = re.compile(r'\A@charset "utf-8";', re.IGNORECASE)
#: Functions that give words to ``content``; counters give numbers, and so does this attribute of the contents.
PAGE_NUMBER = "data-page"
WORDS_OF = frozenset({"attr", "content", "element", "string", "target-text", "var"})
#: Bytes: more is no style sheet.
LARGEST = 1_000_000
#: Brackets within brackets: more is no style sheet, and more than what reads it further on can bear.
DEEPEST = 32


class StyleSheet(Struct, frozen=True):
    """A style sheet, and what a message calls it."""

    name: str
    css: str


def read(path: Path, target: str, name: str = "", beside: str = "") -> StyleSheet:
    """The style sheet in ``path`` for a kind of product, ``print`` or ``epub``.

    Args:
        path: the file.
        target: the kind of product.
        name: what messages call it; by default it is what ``--css`` names.
        beside: CSS that it may have variables from.

    Raises:
        FileTrouble: it cannot be read.
        BadConfiguration: it is broken, or would load something.
    """
    sheet = StyleSheet(name or f"--css {path}", "")
    text = _CHARSET.sub("", plain_text(path, sheet.name))
    if found := _first_trouble(text, target, beside):
        line, trouble = found
        raise BadConfiguration(f"{sheet.name}: line {line}: {trouble}")
    return StyleSheet(sheet.name, text)


def plain_text(path: Path, name: str) -> str:
    """The text of a file of the user's that messages call ``name``; of a plain file alone, and of a small one.

    Raises:
        FileTrouble: it cannot be read, or is no plain file: a pipe would be waited for, a device never ends.
        BadConfiguration: it is too large, or not UTF-8.
    """
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise FileTrouble(f"{name}: cannot be read: no plain file")
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        raise FileTrouble(f"{name}: cannot be read: {error.strerror}") from None
    if len(data) > LARGEST:
        raise BadConfiguration(f"{name}: it is larger than {LARGEST:,} bytes")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadConfiguration(f"{name}: it is not UTF-8") from None


def has_page_rules(css: str) -> bool:
    """Whether a style sheet says something of pages (``@page``), in whatever rule that stands."""
    return any(keyword(node) == "page" for node, _ in everything(rules(css)))


@lru_cache(maxsize=16)  # a run asks again for each book
def _first_trouble(css: str, target: str, beside: str) -> tuple[int, str] | None:
    return next(_troubles(css, target, beside), None)


def _troubles(css: str, target: str, beside: str) -> Iterator[tuple[int, str]]:
    """What cannot be used, with its line."""
    import tinycss2  # noqa: PLC0415 - only where a user has a style sheet

    yield from _too_deep(tinycss2.parse_component_value_list(css))
    yield from _left_open(css)
    nodes = list(everything(rules(css)))
    variables = css_variables.defined(node for node, _ in [*everything(rules(beside)), *nodes])
    for node, place in nodes:
        if node.type == "error":
            yield node.source_line, f"the style sheet is broken: {node.message}"
        elif trouble := _refused(node, place, target):
            yield node.source_line, trouble
        yield from unknown_css.troubles(node, place)
        if node.type == "declaration" and not node.name.startswith("--"):
            yield from _of_declaration(node, place, target, variables)


def _refused(node: Any, place: str, target: str) -> str:  # noqa: ANN401 - tinycss2 has no types
    """Why a rule or declaration may not stand in a book's style sheet."""
    rule = keyword(node)
    if rule in REFUSED:
        return f"@{rule} {REFUSED[rule]}"
    if node.type != "declaration":
        return ""
    if any(_loads(token) for token in node.value):
        return f"{node.name} would load a file, which a book's style sheet may not"
    if target == "print" and place == "page" and node.lower_name.partition("-")[0] in ("size", "margin"):
        return f"{node.name} of @page: say --page-size or --margin instead"
    return ""


def _of_declaration(node: Any, place: str, target: str, variables: Variables) -> Iterator[tuple[int, str]]:  # noqa: ANN401 - as above
    """What cannot be used of a property's value, whatever its variables are."""
    name = node.lower_name
    described = f"@{place} {name}" if name in css_values.described(place) else name
    try:
        values = list(css_variables.spelled(node.value, variables))
    except NoValue as error:
        yield node.source_line, f"{name}: {error}"
        return
    troubles = [css_values.trouble(described, value) for value in values]
    values = values or [node.value]  # what only a reader knows may be anything
    if target == "epub":
        fonts = epub_fonts.trouble(node) if place in unknown_css.STYLED else ""
        troubles += [fonts, *(epub_css.trouble(name, value) for value in values)]
    elif place not in OF_PAGES:
        troubles += [trouble for value in values if (trouble := _changed(name, value))]
    yield from ((node.source_line, trouble) for trouble in troubles if trouble)


def _changed(name: str, value: Sequence[Any]) -> str:
    """What would add words to the text of a page, or change them; in the margins of pages (``@page``) it may."""
    if name == "content" and any(map(_says, value)):
        return "content: this would add words, which the check of a PDF could not tell from the book's"
    return epub_css.trouble_in_print(name, value)


def _says(token: Any) -> bool:  # noqa: ANN401 - as above
    if token.type == "string":
        return any(character.isalnum() for character in token.value)
    if token.type != "function" or token.lower_name not in WORDS_OF:
        return False
    return [getattr(each, "value", "") for each in token.arguments] != [PAGE_NUMBER]


def _too_deep(tokens: Iterable[Any]) -> Iterator[tuple[int, str]]:
    """Where brackets stand too deep in brackets; counted without recursion."""
    level = list(tokens)
    for _ in range(DEEPEST + 1):
        level = [inner for token in level for inner in inside(token)]
    yield from ((token.source_line, f"more than {DEEPEST} brackets stand in one another") for token in level)


def _left_open(css: str) -> Iterator[tuple[int, str]]:
    """What is never closed, and so holds all that follows it: a reader of CSS closes it without a word."""
    import tinycss2  # noqa: PLC0415 - as above

    *_, last = tinycss2.parse_component_value_list(css + "}")  # one too many, where nothing is open
    if last.type != "error":
        yield last.source_line, "the style sheet is broken: what begins here is never closed"


def _loads(token: Any) -> bool:  # noqa: ANN401 - tinycss2 has no types
    if token.type == "url":
        return True
    is_loader = token.type == "function" and token.lower_name in ("url", "src", "image-set")
    return is_loader or any(map(_loads, inside(token)))
