"""Several configurations as one: the system's, the user's, and that of the folder.

Before: what each file says, the widest first. After: one table, in which what a narrower file says holds before what a
wider one says, key by key; a list, such as the inboxes, is taken whole. What belongs to a library stays with it: a file
that names a library takes no inbox, list, destination or product from wider ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct

#: What belongs to one library.
OWN = frozenset({"library", "inbox", "addresses", "destination", "product"})


class Layer(Struct, frozen=True):
    """One file."""

    file: Path
    given: dict[str, Any]
    """What it says, keys with underscores, paths absolute."""


def joined(layers: Iterable[Layer]) -> dict[str, Any]:
    """What all of them say."""
    whole: dict[str, Any] = {}
    for layer in layers:
        if "library" in layer.given:
            whole = {key: value for key, value in whole.items() if key not in OWN}
        whole = _over(whole, layer.given)
    return whole


def sources(layers: Iterable[Layer]) -> dict[str, Path]:
    """``name.of.key`` → the file whose word holds."""
    layers = list(layers)
    holding = {name for name, _ in flat(joined(layers))}
    return {name: layer.file for layer in layers for name, _ in flat(layer.given) if name in holding}


def flat(value: Any, name: str = "") -> Iterator[tuple[str, Any]]:  # noqa: ANN401 - whatever TOML holds
    """``name.of.key``, value: a line each, as ``config show`` prints them."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield from flat(each, f"{name}.{key}" if name else str(key))
    elif isinstance(value, list | tuple) and value and isinstance(value[0], dict):
        for number, each in enumerate(value, 1):
            yield from flat(each, f"{name}.{number}")
    else:
        yield name, value


def _over(wide: Mapping[str, Any], narrow: Mapping[str, Any]) -> dict[str, Any]:
    tables = {
        key: _over(wide[key], value)
        for key, value in narrow.items()
        if isinstance(value, dict) and isinstance(wide.get(key), dict)
    }
    return {**wide, **narrow, **tables}
