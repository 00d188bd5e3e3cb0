"""A style sheet of the user's own, laid over the theme's.

Before: a file. After: CSS that parses, loads nothing and can stand in any product; or a message with the line where it
cannot.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from msgspec import Struct

from threadbound.errors import BadConfiguration, FileTrouble

#: At-rules that would load something, or that say what only the program may.
REFUSED = {"import": "loads another file", "font-face": "loads a font", "charset": "says what is known: it is UTF-8"}
#: Bytes: more is no style sheet.
LARGEST = 1_000_000
#: What readers of EPUBs may not be told (EPUB 3.3 §6.3.1.2): the direction is the document's to say.
NOT_IN_EPUB = frozenset({"direction", "unicode-bidi"})
GENERIC = frozenset(
    "serif sans-serif monospace cursive fantasy system-ui emoji math inherit initial unset revert".split()
)


class StyleSheet(Struct, frozen=True):
    """A style sheet, and what a message calls it."""

    name: str
    css: str


def read(path: Path, target: str) -> StyleSheet:
    """The style sheet in ``path`` for a kind of product, ``print`` or ``epub``.

    Raises:
        FileTrouble: it cannot be read.
        BadConfiguration: it is broken, or would load something.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise FileTrouble(f"--css {path}: cannot be read: {error.strerror}") from None
    if len(data) > LARGEST:
        raise BadConfiguration(f"--css {path}: {len(data):,} bytes are no style sheet")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadConfiguration(f"--css {path}: it is not UTF-8") from None
    for line, trouble in _troubles(text, target):
        raise BadConfiguration(f"--css {path}: line {line}: {trouble}")
    return StyleSheet(f"--css {path}", text)


def families(css: str) -> Iterator[tuple[int, str]]:
    """The families of fonts that a style sheet names, each with its line."""
    import tinycss2  # noqa: PLC0415 - only where a user has a style sheet

    for node in _declarations(tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True)):
        if node.lower_name == "font-family":
            names = _names(node.value)
        elif node.lower_name == "font":
            names = (name for name in _names(node.value, after_size=True))
        else:
            continue
        yield from ((node.source_line, name) for name in names if name.lower() not in GENERIC)


def _troubles(css: str, target: str) -> Iterator[tuple[int, str]]:
    """What cannot be used, with its line."""
    import tinycss2  # noqa: PLC0415 - as above

    rules = tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True)
    for node in rules:
        if node.type == "error":
            yield node.source_line, f"the style sheet is broken: {node.message}"
        elif node.type == "at-rule" and node.lower_at_keyword in REFUSED:
            keyword = node.lower_at_keyword
            yield node.source_line, f"@{keyword} {REFUSED[keyword]}, which a book's style sheet may not"
    for node in _declarations(rules):
        if node.type == "error":
            yield node.source_line, f"the style sheet is broken: {node.message}"
        elif any(_loads(token) for token in node.value):
            yield node.source_line, f"{node.name} would load a file, which a book's style sheet may not"
        elif target == "epub" and node.lower_name in NOT_IN_EPUB:
            yield node.source_line, f"{node.name} is not allowed in an EPUB"


def _declarations(rules: Iterable[Any]) -> Iterator[Any]:
    """Every declaration in the rules, in nested ones too, and errors between them."""
    import tinycss2  # noqa: PLC0415 - as above

    for rule in rules:
        if rule.type not in ("qualified-rule", "at-rule") or rule.content is None:
            continue
        for node in tinycss2.parse_blocks_contents(rule.content, skip_comments=True, skip_whitespace=True):
            if node.type in ("declaration", "error"):
                yield node
            else:
                yield from _declarations((node,))


def _loads(token: Any) -> bool:  # noqa: ANN401 - tinycss2 has no types
    if token.type == "url":
        return True
    inner = getattr(token, "arguments", None) or getattr(token, "content", None) or ()
    return (token.type == "function" and token.lower_name in ("url", "src", "image-set")) or any(map(_loads, inner))


def _names(tokens: Iterable[Any], *, after_size: bool = False) -> Iterator[str]:
    """The families in a list, from its strings and its words; of ``font`` those after the size."""
    words: list[str] = []
    seen = not after_size
    for token in tokens:
        if token.type in ("dimension", "percentage"):
            seen, words = True, []
        elif token.type == "string" and seen:
            yield token.value
        elif token.type == "ident" and seen:
            words.append(token.value)
        elif token.type == "literal" and token.value == "," and words:
            yield " ".join(words)
            words = []
    if words:
        yield " ".join(words)
