"""How templates print a value: escaped, and without the characters that XML forbids.

Before: any value. After: a piece of markup. Jinja's own way is two calls and two objects more for each of the million
pieces of a large book; what it compiles here calls :func:`printed` alone, unless a theme switches escaping off. Macros
of our own templates are called without the questions that Jinja asks of whatever is called.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import jinja2
from jinja2 import BytecodeCache, Environment, FileSystemLoader, StrictUndefined, Undefined
from jinja2.bccache import Bucket
from jinja2.compiler import CodeGenerator
from jinja2.runtime import Context, Macro
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup, escape

from threadbound.digests import sha256
from threadbound.media.parts import clear
from threadbound.model.text import clean
from threadbound.tools.kept import PARTS, put, taken

#: What must be escaped.
_MARKS = re.compile("[&<>'\"]")
#: What compiled templates hand on with a call from within a loop or a block, which no macro is given.
_AROUND = frozenset({"_loop_vars", "_block_vars"})


def printable(value: object) -> object:
    """What is printed without a filter of ours: without the characters that XML forbids."""
    return clean(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def printed(value: Any) -> Any:  # noqa: ANN401 - templates print whatever they are given
    """The value as markup: a string."""
    kind = type(value)
    if kind is Markup:
        return value
    if kind is str:
        return value if value.isprintable() and not _MARKS.search(value) else escape(clean(value))
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


class Calling(Context):
    """Calls a macro that gets all its arguments by their places, as most do, in a third of the time."""

    def call(self, function: Any, /, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - Jinja's
        """What ``function`` gives."""
        if type(function) is Macro and _is_plain(function, len(args)) and _AROUND.issuperset(kwargs):
            text = function._func(*args)  # noqa: SLF001 - there is no other way past Jinja's questions
            return Markup(text) if self.eval_ctx.autoescape else text  # noqa: S704 - what it prints is escaped
        return super().call(function, *args, **kwargs)


def _is_plain(macro: Macro, arguments: int) -> bool:
    if macro._argument_count != arguments:  # noqa: SLF001 - as above
        return False
    return not (macro.catch_kwargs or macro.catch_varargs or macro.caller)


class Ours(Environment):
    """For templates of the program's own, which need no sandbox."""

    code_generator_class = Printing
    context_class = Calling
    printed = staticmethod(printed)


class Sandboxed(ImmutableSandboxedEnvironment):
    """For a user's own."""

    code_generator_class = Printing
    printed = staticmethod(printed)


#: Whether a theme is the user's → how its templates are run, and what compiled ones are kept as. A sandbox has them
#: compiled otherwise; those of the other kind ask it nothing. Our own templates need none, and are quicker without.
ENVIRONMENTS: dict[bool, tuple[type[Environment], str]] = {
    True: (Sandboxed, "sandboxed 2"),
    False: (Ours, "ours 2"),
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
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )


class Compiled(BytecodeCache):
    """Compiled templates from the run before: a twentieth of a second. Where they cannot be kept, they are not.

    Jinja's own cache on the disk runs whatever lies there; here it is sealed (:mod:`threadbound.tools.kept`).
    """

    def __init__(self, folder: Path, made_as: str) -> None:
        self.folder = folder
        self.made_by = f"{made_as} {jinja2.__version__}"
        with suppress(OSError):
            clear(folder / PARTS)  # of runs that were killed

    def load_bytecode(self, bucket: Bucket) -> None:
        """Have the bucket hold what is kept of it."""
        if data := taken(self._place(bucket)):
            bucket.bytecode_from_string(data)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what it holds."""
        with suppress(OSError):
            put(self._place(bucket), bucket.bytecode_to_string())

    def _place(self, bucket: Bucket) -> Path:
        key = sha256(f"{self.made_by} {bucket.key} {bucket.checksum}".encode("utf-8", "surrogatepass"))
        return self.folder / key[:2] / key[2:]


def _kept(cache: Path | None, made_as: str) -> Compiled | None:
    return Compiled(cache / "templates", made_as) if cache else None
