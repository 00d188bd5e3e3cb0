"""Values of CSS made up from grammars, for tests."""

from __future__ import annotations

from random import Random
from typing import Any

from threadbound.rendering import css_syntax as syntax
from threadbound.rendering import css_values

#: A few of each type that is no combination of others.
SAMPLES = {
    "number": ["0", "1", "2.5", ".3"],
    "integer": ["0", "1", "7"],
    "percentage": ["0%", "12.5%", "100%"],
    "length": ["0", "1px", "2.5EM", "3mm"],
    "dimension": ["1px", "2s"],
    "angle": ["45deg", "1turn"],
    "time": ["1s", "20ms"],
    "frequency": ["1Hz", "2kHz"],
    "resolution": ["2dppx", "300dpi"],
    "flex": ["1fr"],
    "decibel": ["6dB"],
    "semitones": ["2st"],
    "zero": ["0"],
    "ident": ["nice", "Nicer"],
    "custom-ident": ["nice", "Nicer"],
    "dashed-ident": ["--nice"],
    "string": ['"words"'],
    "url": ["url(x)"],
    "hex-color": ["#abc", "#aabbccdd"],
    "id": ["#here"],
}
DEEPEST = 9


class Writer:
    """Writes values as the grammars have them; where they go on for ever, no deeper than a bound."""

    def __init__(self, random: Random) -> None:
        self.random = random

    def value(self, name: str) -> str:
        """A value of a property; nothing where it grew too deep."""
        node = css_values._grammar(name)
        assert node is not None
        tokens = self._written(node, 0)
        return "" if tokens is None else " ".join(_without_lonely_commas(tokens))

    def _written(self, node: syntax.Node, depth: int) -> list[str] | None:
        if depth > DEEPEST:
            return None
        if isinstance(node, syntax.Word | syntax.Words):
            return [node.text if isinstance(node, syntax.Word) else self.random.choice(sorted(node.texts))]
        if isinstance(node, syntax.Kind):
            return self._kind(node, depth)
        if isinstance(node, syntax.Call):
            inner = self._written(node.inside, depth + 1)
            return None if inner is None else [f"{node.name}({' '.join(_without_lonely_commas(inner))})"]
        if isinstance(node, syntax.One):
            return self._first(list(node.parts), depth)
        written = self._row(self._parts(node), depth)
        return None if isinstance(node, syntax.Something) and not _without_lonely_commas(written or []) else written

    def _parts(self, node: Any) -> list[syntax.Node]:
        if isinstance(node, syntax.Row):
            return list(node.parts)
        if isinstance(node, syntax.Unordered):
            parts = self.random.sample(node.parts, len(node.parts))
            return parts if node.is_all else parts[: self.random.randint(1, len(parts))]
        if isinstance(node, syntax.Something):
            return [node.part]
        count = self.random.randint(node.least, min(int(min(node.most, 99)), node.least + 2))
        commas = [syntax.Sign(",")] if node.has_commas else []
        return [part for place in range(count) for part in (commas if place else []) + [node.part]]

    def _row(self, parts: list[syntax.Node], depth: int) -> list[str] | None:
        written = [self._written(part, depth + 1) for part in parts]
        return None if None in written else [token for part in written for token in part or []]

    def _first(self, parts: list[syntax.Node], depth: int) -> list[str] | None:
        self.random.shuffle(parts)
        return next((found for part in parts if (found := self._written(part, depth + 1)) is not None), None)

    def _kind(self, node: syntax.Kind, depth: int) -> list[str] | None:
        if node.name in SAMPLES:
            samples = SAMPLES[node.name]
            fitting = [each for each in samples if node.least <= _number(each) <= node.most]
            return [self.random.choice(fitting)] if fitting else None
        if node.name in css_values.REST or node.name not in css_values.KINDS:
            name = node.name.strip("'") if node.name.startswith("'") else f"<{node.name}>"
            made = css_values._grammar(name)
            return self._written(made, depth + 1) if made else ["anything"]
        return None


def _number(sample: str) -> float:
    digits = sample.rstrip("%EMmpxskHzdBftrueginv")
    try:
        return float(digits)
    except ValueError:
        return 1


def _without_lonely_commas(tokens: list[str]) -> list[str]:
    """What may be left out is left out with the comma beside it."""
    kept: list[str] = []
    for each in tokens:
        if each != "," or (kept and kept[-1] != ","):
            kept.append(each)
    return kept[:-1] if kept[-1:] == [","] else kept
