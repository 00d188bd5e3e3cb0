"""Style sheets of the user's own: laid over the theme's, or part of a theme of the user's.

Before: a file. After: CSS that parses, loads nothing and can stand in the product; or a message with the line where it
cannot.
"""

from __future__ import annotations

import stat
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from msgspec import Struct

from threadbound.errors import BadConfiguration, FileTrouble
from threadbound.rendering import epub_css, unknown_css
from threadbound.rendering.unknown_css import inside

#: At-rules that would load something, or that say what only the program may.
REFUSED = {"import": "loads another file", "font-face": "loads a font", "charset": "says what is known: it is UTF-8"}
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


def read(path: Path, target: str, name: str = "") -> StyleSheet:
    """The style sheet in ``path`` for a kind of product, ``print`` or ``epub``.

    Args:
        path: the file.
        target: the kind of product.
        name: what messages call it; by default it is what ``--css`` names.

    Raises:
        FileTrouble: it cannot be read.
        BadConfiguration: it is broken, or would load something.
    """
    sheet = StyleSheet(name or f"--css {path}", "")
    text = plain_text(path, sheet.name)
    for line, trouble in _troubles(text, target):
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


def declarations(css: str) -> Iterator[Any]:
    """Every declaration of a style sheet that is sound, as tinycss2 has it, in the order of the sheet."""
    import tinycss2  # noqa: PLC0415 - only where a user has a style sheet

    rules = tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True)
    return (node for node in _declarations(rules) if node.type == "declaration")


def has_page_rules(css: str) -> bool:
    """Whether a style sheet says something of pages (``@page``), in whatever rule that stands."""
    import tinycss2  # noqa: PLC0415 - as above

    waiting = tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True)
    while waiting:
        rule = waiting.pop()
        if rule.type == "at-rule":
            if rule.lower_at_keyword == "page":
                return True
            waiting += tinycss2.parse_blocks_contents(rule.content or (), skip_comments=True, skip_whitespace=True)
    return False


def _troubles(css: str, target: str) -> Iterator[tuple[int, str]]:
    """What cannot be used, with its line."""
    import tinycss2  # noqa: PLC0415 - as above

    yield from _too_deep(tinycss2.parse_component_value_list(css))
    yield from _left_open(css)
    rules = tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True)
    for node in rules:
        if node.type == "error":
            yield node.source_line, f"the style sheet is broken: {node.message}"
        elif node.type == "at-rule" and node.lower_at_keyword in REFUSED:
            keyword = node.lower_at_keyword
            yield node.source_line, f"@{keyword} {REFUSED[keyword]}, which a book's style sheet may not"
        elif node.type == "at-rule" and node.lower_at_keyword == "page":
            yield from _sheet(node)
    yield from unknown_css.troubles(rules)
    for node in _declarations(rules):
        if node.type == "error":
            yield node.source_line, f"the style sheet is broken: {node.message}"
        elif any(_loads(token) for token in node.value):
            yield node.source_line, f"{node.name} would load a file, which a book's style sheet may not"
        elif target == "epub" and (trouble := epub_css.trouble(node)):
            yield node.source_line, trouble
    if target == "print":
        yield from _changed(rules)


def _changed(rules: Iterable[Any]) -> Iterator[tuple[int, str]]:
    """What would add words to the text of a page, or change them; in the margins of pages (``@page``) it may."""
    for node in _declarations(rules, of_pages=False):
        if node.type != "declaration":
            continue
        if node.lower_name == "content" and any(map(_says, node.value)):
            yield (
                node.source_line,
                "content: this would add words, which the check of a PDF could not tell from the book's",
            )
        elif trouble := epub_css.trouble_in_print(node):
            yield node.source_line, trouble


def _says(token: Any) -> bool:  # noqa: ANN401 - tinycss2 has no types
    if token.type == "string":
        return any(character.isalnum() for character in token.value)
    if token.type != "function" or token.lower_name not in WORDS_OF:
        return False
    return [getattr(each, "value", "") for each in token.arguments] != [PAGE_NUMBER]


def _sheet(rule: Any) -> Iterator[tuple[int, str]]:  # noqa: ANN401 - tinycss2 has no types
    """What an ``@page`` says of the sheet: everything else is measured from it, and so the program's to say."""
    import tinycss2  # noqa: PLC0415 - as above

    for node in tinycss2.parse_blocks_contents(rule.content or (), skip_comments=True, skip_whitespace=True):
        if node.type == "declaration" and node.lower_name.partition("-")[0] in ("size", "margin"):
            yield (
                node.source_line,
                f"{node.name} of @page: say --page-size or --margin instead",
            )


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


def _declarations(rules: Iterable[Any], *, of_pages: bool = True) -> Iterator[Any]:
    """Every declaration in the rules, in nested ones too, and errors between them; or all but those of ``@page``."""
    import tinycss2  # noqa: PLC0415 - as above

    for rule in rules:
        if rule.type not in ("qualified-rule", "at-rule") or rule.content is None:
            continue
        if not of_pages and getattr(rule, "lower_at_keyword", "") == "page":
            continue
        for node in tinycss2.parse_blocks_contents(rule.content, skip_comments=True, skip_whitespace=True):
            if node.type in ("declaration", "error"):
                yield node
            else:
                yield from _declarations((node,), of_pages=of_pages)


def _loads(token: Any) -> bool:  # noqa: ANN401 - tinycss2 has no types
    if token.type == "url":
        return True
    is_loader = token.type == "function" and token.lower_name in ("url", "src", "image-set")
    return is_loader or any(map(_loads, inside(token)))
