"""How templates print a value: escaped, and without the characters that XML forbids.

Before: any value. After: a piece of markup. Jinja's own way is two calls and two objects more for each of the million
pieces of a large book; what it compiles here calls :func:`printed` alone, unless a theme switches escaping off.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemBytecodeCache, FileSystemLoader, StrictUndefined, Undefined
from jinja2.compiler import CodeGenerator
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup, escape

from threadbound.model.text import clean


def printable(value: object) -> object:
    """What is printed without a filter of ours: without the characters that XML forbids."""
    return clean(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def printed(value: Any) -> Any:  # noqa: ANN401 - templates print whatever they are given
    """The value as markup: a string."""
    kind = type(value)
    if kind is Markup:
        return value
    if kind is str:
        return value if value.isalnum() else escape(clean(value))
    return "" if kind is Undefined else escape(printable(value))


class Printing(CodeGenerator):
    """Compiles templates that print so."""

    def _output_child_pre(self, node: Any, frame: Any, finalize: Any) -> None:  # noqa: ANN401 - Jinja's
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape:
            super()._output_child_pre(node, frame, finalize)
        else:
            self.write("environment.printed(")

    def _output_child_post(self, node: Any, frame: Any, finalize: Any) -> None:  # noqa: ANN401 - Jinja's
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape:
            super()._output_child_post(node, frame, finalize)
        else:
            self.write(")")


class Ours(Environment):
    """For templates of the program's own, which need no sandbox."""

    code_generator_class = Printing
    printed = staticmethod(printed)


class Sandboxed(ImmutableSandboxedEnvironment):
    """For a user's own."""

    code_generator_class = Printing
    printed = staticmethod(printed)


#: Whether a theme is the user's → how its templates are run, and the names of compiled ones. A sandbox has them
#: compiled otherwise; those of the other kind ask it nothing. Our own templates need none, and are quicker without.
ENVIRONMENTS: dict[bool, tuple[type[Environment], str]] = {
    True: (Sandboxed, "sandboxed-2-%s.cache"),
    False: (Ours, "ours-2-%s.cache"),
}


def environment(folders: Sequence[Path], cache: Path | None, *, is_own: bool) -> Environment:
    """What runs the templates of a theme; the caller adds its filters.

    Args:
        folders: the theme's, and those of what it stands on.
        cache: where compiled templates may be kept.
        is_own: the theme is the user's.
    """
    kind, compiled = ENVIRONMENTS[is_own]
    return kind(
        loader=FileSystemLoader(folders),
        bytecode_cache=_kept(cache, compiled),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=printable,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _kept(cache: Path | None, names: str) -> FileSystemBytecodeCache | None:
    """Compiled templates from the run before: a twentieth of a second. Where they cannot be kept, they are not."""
    if cache is None:
        return None
    folder = cache / "templates"
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
    return FileSystemBytecodeCache(str(folder), names) if os.access(folder, os.W_OK) else None
