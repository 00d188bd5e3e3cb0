"""How templates print a value: escaped, and without the characters that XML forbids.

Before: any value. After: a piece of markup. Jinja's own way is two calls and two objects more for each of the million
pieces of a large book; what it compiles here calls :func:`printed` alone, unless a theme switches escaping off.
"""

from __future__ import annotations

from typing import Any

from jinja2 import Environment, Undefined
from jinja2.compiler import CodeGenerator
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup, escape

from threadbound.model.text import clean


def printable(value: object) -> object:
    """What is printed without a filter of ours: without the characters that XML forbids."""
    return clean(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def printed(value: object) -> str:
    """The value as markup."""
    kind = type(value)
    if kind is Markup:
        return value  # type: ignore[return-value] # it is a str
    if kind is str:
        return value if value.isalnum() else escape(clean(value))  # type: ignore[attr-defined, arg-type] # likewise
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
