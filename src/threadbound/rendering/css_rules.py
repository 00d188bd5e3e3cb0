"""The rules of a style sheet, and where each declaration stands.

Before: CSS. After: each rule and declaration, in the order of the sheet, with its place: ``top``, ``style`` (in braces
after a selector), ``box`` (in the margin of a page), or the at-rule whose braces it stands in, as ``page``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

#: At-rules that hold rules and are no place of their own.
GROUPING = frozenset({"media", "supports", "layer", "container", "scope", "starting-style", "when", "else", "document"})
#: Places of what is said of pages.
OF_PAGES = frozenset({"page", "box"})
#: The boxes in the margins of a page, and its notes.
BOXES = frozenset(
    f"{side}-{part}"
    for sides, parts in (
        (("top", "bottom"), ("left-corner", "left", "center", "right", "right-corner")),
        (("left", "right"), ("top", "middle", "bottom")),
    )
    for side in sides
    for part in parts
) | {"footnote"}
#: At-rules that hold names which the user gives.
NAMING = frozenset({"font-feature-values"})


def rules(css: str) -> list[Any]:
    """The rules of a sheet, as tinycss2 has them."""
    import tinycss2  # noqa: PLC0415 - only where a user has a style sheet

    found: list[Any] = tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True)
    return found


def everything(nodes: Iterable[Any], place: str = "top") -> Iterator[tuple[Any, str]]:
    """Every rule, declaration and error with its place, a rule before what it holds; not what makers' rules hold."""
    import tinycss2  # noqa: PLC0415 - as above

    for node in nodes:
        yield node, place
        if node.type in ("at-rule", "qualified-rule") and node.content is not None and _is_open(node):
            inner = tinycss2.parse_blocks_contents(node.content, skip_comments=True, skip_whitespace=True)
            yield from everything(inner, _within(node, place))


def declarations(css: str) -> Iterator[Any]:
    """Every declaration of a sheet that is sound, in the order of the sheet."""
    return (node for node, _ in everything(rules(css)) if node.type == "declaration")


def keyword(node: Any) -> str:  # noqa: ANN401 - tinycss2 has no types
    """An at-rule's, in small letters; of another node nothing."""
    return str(node.lower_at_keyword) if node.type == "at-rule" else ""


def _is_open(node: Any) -> bool:  # noqa: ANN401 - as above
    name = keyword(node)
    return not name.startswith("-") and name != "viewport" and name not in NAMING


def _within(node: Any, place: str) -> str:  # noqa: ANN401 - as above
    name = keyword(node)
    if name in BOXES:
        return "box"
    return place if name in GROUPING else name or "style"
