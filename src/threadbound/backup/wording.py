"""What is wrong with a value of a configuration, in a user's words.

Before: what msgspec says of a value that it refuses. After: the same for who writes TOML: a key that is missing is
named, types are called as people call them, and of a choice the values are listed, with the one that may be meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec
from msgspec import Struct
from msgspec.inspect import LiteralType, StructType, UnionType, VarTupleType

from threadbound.errors import meant

#: msgspec's names of types → ours; ``null`` is what a key that is left out has.
TYPES = {
    "int": "a whole number",
    "float": "a number",
    "str": "text in quotes",
    "bool": "true or false",
    "array": "a list",
    "object": "a table",
    "null": "",
}
_MISSING = re.compile(r"Object missing required field `(\w+)`")
_CHOICE = re.compile(r"Invalid enum value '(.*)'", re.DOTALL)
_TYPE = re.compile(r"`([a-z |]+)`")


def worded(text: str, record: type[Struct] | None, key: str) -> str:
    """What msgspec says of a value, in a user's words.

    Args:
        text: without the place.
        record: of the table that the value stands in, if it is known.
        key: of the value.
    """
    if missing := _MISSING.fullmatch(text):
        return f"the key {missing[1]} is missing"
    if choice := _CHOICE.fullmatch(text):
        known = sorted(_choices(record, key)) if record else []
        listed = f"; known are {', '.join(known)}" if known else ""
        return f"unknown value {choice[1]}{meant(choice[1], known) or ''}{listed}"
    text = _TYPE.sub(lambda found: " or ".join(filter(None, map(_called, found[1].split(" | ")))), text)
    return f"{text[:1].lower()}{text[1:]}"


def _called(name: str) -> str:
    return TYPES.get(name, name)


def _choices(record: type[Struct], key: str) -> Iterator[str]:
    """The values that a key may have, where they are counted."""
    kind = msgspec.inspect.type_info(record)
    fields = kind.fields if isinstance(kind, StructType) else ()
    waiting = [field.type for field in fields if field.name == key]
    while waiting:
        match waiting.pop():
            case LiteralType(values):
                yield from map(str, values)
            case UnionType(types):
                waiting += types
            case VarTupleType(item):
                waiting.append(item)
            case _:
                pass
