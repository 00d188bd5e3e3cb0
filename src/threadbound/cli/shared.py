"""Options that several verbs share, joined to a verb as one record.

Before: a verb with a parameter for a record, and a function that makes the record from options. After: a verb whose
command line has the options in the parameter's place. Each option is declared once, in the function that reads it.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping
from typing import Any, get_type_hints

Verb = Callable[..., None]


def with_options(**makers: Callable[..., Any]) -> Callable[[Verb], Verb]:
    """A decorator of verbs: parameters called like ``makers`` become the options that these take."""
    return lambda verb: _joined(verb, makers)


def _joined(verb: Verb, makers: Mapping[str, Callable[..., Any]]) -> Verb:
    taken = {name: inspect.signature(maker).parameters for name, maker in makers.items()}

    @functools.wraps(verb)
    def called(**given: Any) -> None:  # noqa: ANN401 - whatever the verb and the options take
        records = {name: makers[name](**{each: given.pop(each) for each in taken[name]}) for name in makers}
        verb(**given, **records)

    hints = get_type_hints(verb, include_extras=True)
    parameters: list[inspect.Parameter] = []
    for each in inspect.signature(verb).parameters.values():
        parameters += taken[each.name].values() if each.name in makers else (each,)
    for maker in makers.values():
        hints |= get_type_hints(maker, include_extras=True)
    described = [each.replace(annotation=hints[each.name]) for each in parameters]
    called.__signature__ = inspect.Signature(described)  # type: ignore[attr-defined] # PEP 362; typer reads it
    return called
