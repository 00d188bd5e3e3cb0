"""The grammars of ``css_values.txt``, made from the W3C's index of all specifications (npm's ``@webref/css``, MIT).

    python tests/conformance/css_data.py    writes the file anew; what stands below its last heading is ours, and stays

Before: the npm packages of the tests. After: a line for each property, descriptor, media feature and type that some
property's grammar names.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "tests/npm/node_modules/@webref/css/css.json"
FILE = ROOT / "src/threadbound/rendering/css_values.txt"
#: Begins what is not from there.
OURS = "# What the index lacks, or has in another form.\n"
HEAD = """\
# What values CSS gives to a property, in its own notation (CSS Values and Units 4, section 2): one line each.
# From the W3C's index of all specifications, @webref/css {version} (MIT, © World Wide Web Consortium).
# Made by tests/conformance/css_data.py.
"""
#: At-rules that load something.
LEFT_OUT = frozenset({"@font-face", "@color-profile"})
#: Bounds that stand behind the type that they are of.
_MISPLACED = re.compile(r"> ?\[(0, ?∞)\]")
_NAMED = re.compile(r"<(?!')([^<>\[\]' ]+)")


def generated() -> str:
    """The part of the file that is made."""
    index = json.loads(SOURCE.read_text("utf-8"))
    version = json.loads(SOURCE.with_name("package.json").read_text("utf-8"))["version"]
    grammars = _properties(index)
    types = _joined(_named(index["types"] + index["functions"]))
    for syntax in _reached(grammars.values(), types):
        grammars[f"<{syntax}>"] = types[syntax]
    return HEAD.format(version=version) + "".join(f"{name}: {grammars[name]}\n" for name in sorted(grammars))


def _properties(index: dict[str, Any]) -> dict[str, str]:
    """Properties; descriptors and features, which are declared or stated like them, after their at-rules."""
    descriptors = [
        (f"{rule['name']} {name}", syntax)
        for rule in index["atrules"]
        if rule["name"] not in LEFT_OUT
        for name, syntax in _named(rule["descriptors"])
    ]
    return _joined([*_named(index["properties"]), *descriptors])


def _named(entries: Iterable[Any]) -> Iterator[tuple[str, str]]:
    """Names and grammars, without those of makers."""
    for entry in entries:
        if entry.get("syntax") and "..." not in entry["syntax"] and not entry["name"].startswith("-"):
            yield entry["name"], _MISPLACED.sub(r" [\1]>", " ".join(entry["syntax"].split()))


def _joined(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Name → grammar; of several of one name any will do: which is meant depends on where it stands."""
    found: dict[str, list[str]] = {}
    for name, syntax in pairs:
        if syntax not in found.setdefault(name, []):
            found[name].append(syntax)
    return {name: " | ".join(syntaxes) for name, syntaxes in found.items()}


def _reached(grammars: Iterable[str], types: dict[str, str]) -> set[str]:
    """The types that the grammars name, and theirs."""
    reached: set[str] = set()
    waiting = list(grammars)
    while waiting:
        for name in _NAMED.findall(waiting.pop()):
            if name in types and name not in reached:
                reached.add(name)
                waiting.append(types[name])
    return reached


if __name__ == "__main__":
    FILE.write_text(generated() + OURS + FILE.read_text("utf-8").partition(OURS)[2], "utf-8")
