"""What typer says of a call that cannot be meant, said as everything else here is: in one line, with what was nearly
meant and where help is.

Before: typer's own error. After: the words of a :class:`~threadbound.errors.UsageError`. Only this module and ``app``
know typer's errors; what they hold beside their message is looked for by name: their classes are typer's own affair.
"""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import typer
from typer.core import TyperCommand

from threadbound.cli.boundary import one_line
from threadbound.cli.parameters import refuse_address
from threadbound.errors import UsageError, meant

#: What typer says → what is wrong, in our words, from what was typed.
_SAID: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"No such command '(?P<word>.*?)'"), "{word}: there is no such verb"),
    (re.compile(r"No such option: (?P<word>\S+)"), "{word}: there is no such option"),
    (re.compile(r"Option '(?P<word>.*?)' requires"), "{word}: its value is missing"),
    (re.compile(r"Option '(?P<word>.*?)' does not take a value"), "{word}: it takes no value"),
    (re.compile(r"Missing argument '(?P<word>.*?)'"), "{word} is missing"),
    (re.compile(r"Got unexpected extra arguments? *(?:\(s\) )?\((?P<word>.*)\)"), "{word}: {verb} takes no such words"),
)
_VALUE = re.compile(r"Invalid value for '(?P<option>[^']*)'(?: / '[^']*')*: (?P<why>.*)", re.DOTALL)
_NO_NUMBER = re.compile(r"'(.*?)' is not a valid (?:int|integer|float)(?: range)?")
#: Verb → what helps where a word of it was taken for an option.
_BEHIND = {"search": "; to leave a word out, write search -- linen -glue"}
#: Option of other programs, or of other verbs of ours → one that a verb has instead, and what is said where it has.
_INSTEAD = {
    "-o": ("-d", "; did you mean -d?"),
    "-L": ("--config", "; the configuration says which library (-c FILE)"),
    "--library": ("--config", "; the configuration says which library (-c FILE)"),
}
#: What other programs call a verb → ours. (What is spelled most like ``parse`` is ``prune``, which nobody meant.)
_ALSO_CALLED = {
    **dict.fromkeys(("bind", "book", "convert", "make", "print"), "pdf"),
    **dict.fromkeys(("info", "parse", "read"), "inspect"),
    **dict.fromkeys(("check", "validate"), "verify"),
    **dict.fromkeys(("unpack", "unbind", "open"), "extract"),
    **dict.fromkeys(("delete", "remove", "rm"), "forget"),
    "find": "search",
    "import": "add",
    "ls": "list",
}
#: Ending of a file that was given without a verb → what can be done with it, and the verb for that.
_PAGE, _BOOK = ("to make a PDF", "pdf"), ("to see whether it is whole", "verify")
_FOR = {
    **dict.fromkeys((".html", ".htm", ".xhtml", ".mht", ".mhtml", ".txt"), _PAGE),
    **dict.fromkeys((".pdf", ".epub"), _BOOK),
}
_RANGE = re.compile(r"(?P<word>\S+) is not in the range (?:(?P<least>[^<>=]+)<=)?x(?:>=(?P<from>.+)|<=(?P<most>.+))?")
_CHOICE = re.compile(r"'(?P<word>.*?)' is not one of (?P<known>.*?)\.?", re.DOTALL)


class Verb(TyperCommand):
    """A command none of whose options and words may be empty: what is not set would stand for its default, or for
    anything, and nobody see it.
    """

    def __init__(self, *given: Any, **named: Any) -> None:  # noqa: ANN401 - as typer has it
        super().__init__(*given, **named)
        for each in self.params:
            if hasattr(each.type, "readable"):  # whoever reads a file says that it may not be, and of that one alone
                each.type.readable = False

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401 - typer's context has no public type
        """Raises: UsageError: a value is empty, or an option, so that the value is missing."""
        valued = {name for each in self.params for name in each.opts if not getattr(each, "is_flag", False)}
        options = [[name] for each in self.params for name in each.opts if name.startswith("-")]
        given = args[: args.index("--")] if "--" in args else args
        for place, word in enumerate(given):
            option, sign, value = word.partition("=")
            if option in valued and (not value if sign else given[place + 1 : place + 2] == [""]):
                raise UsageError(f"{option}: it is empty (an unset variable?)")
            if option in valued and not sign and given[place + 1 : place + 2] in options:
                raise UsageError(f"{option}: its value is missing. See {ctx.command_path} --help")
        self._refuse_empty(self.make_parser(ctx).parse_args(args=list(args))[0], ctx)
        return super().parse_args(ctx, args)

    def _refuse_empty(self, typed: dict[str, Any], ctx: Any) -> None:  # noqa: ANN401 - as above
        """An empty word is the current folder as a path, and the beginning of every thread's id."""
        for each in self.params:
            value = typed.get(each.name or "")
            name = (getattr(each, "metavar", "") or str(each.name).upper()).strip("[].")
            # Of pages their own verbs say what may be given.
            if (
                each.param_type_name == "argument"
                and name != "PAGE"
                and "" in (value if isinstance(value, tuple) else (value,))
            ):
                article = "an" if name[0] in "AEIO" else "a"
                raise UsageError(f"{article} {name} is empty (an unset variable?). See {ctx.command_path} --help")


def is_help(error: typer.TyperException) -> bool:
    """Whether typer asks for the help to be shown, and for nothing else."""
    context = getattr(error, "ctx", None)
    return bool(context and error.message == context.get_help())


def said(error: typer.TyperException, words: Sequence[str]) -> str:
    """The line for a call of these words."""
    context = getattr(error, "ctx", None)
    where = context.command_path if context else " ".join(("threadbound", *words[:1]))
    what, near = _what(one_line(error.format_message()), context, words)
    return f"{what}{near}{'' if near.endswith('?') else '.'} See {where} --help"


def _what(message: str, context: Any, typed: Sequence[str]) -> tuple[str, str]:  # noqa: ANN401 - typer's context has no public type
    """What is wrong, and what was nearly meant."""
    for pattern, words in _SAID:
        if found := pattern.match(message):
            word = _whole(found["word"], typed)
            return words.format(word=word, verb=context.command.name if context else ""), _near(word, context)
    if not (found := _VALUE.fullmatch(message)):
        return message[:1].lower() + message[1:].rstrip("."), ""
    option, why = found["option"], _NO_NUMBER.sub(r"\1 is no number", found["why"].rstrip("."))
    if choice := _CHOICE.fullmatch(why):
        known = re.findall("'(.*?)'", choice["known"])
        return f"{option} {choice['word']}: give one of {', '.join(known)}", meant(choice["word"].lower(), known)
    if bounds := _RANGE.fullmatch(why):
        word, least, most = bounds["word"].removesuffix(".0"), bounds["least"] or bounds["from"], bounds["most"]
        possible = f"{least} to {most}" if least and most else f"{least} or more" if least else f"{most} or less"
        return f"{option}: {word} is not possible: give {possible}", ""
    return f"{option}: {why}", ""


def _whole(word: str, typed: Sequence[str]) -> str:
    """``-without``, of which typer tells the first letter."""
    is_letter = len(word) == 2 and word.startswith("-")
    return next((each for each in typed if is_letter and each.startswith(word)), word)


def _near(word: str, context: Any) -> str:  # noqa: ANN401 - as above
    """What was nearly meant: what begins so, else what is much like it."""
    if context is None:
        return ""
    if not word.startswith("-") or word == "-":
        if not context.parent and (hint := _for_file(word)):
            return hint
        word = word.lower()
    known = _known(word, context)
    if _ALSO_CALLED.get(word) in known:
        return f"; did you mean {_ALSO_CALLED[word]}?"
    option, said = _INSTEAD.get(word, ("", ""))
    if any(option in each.opts for each in context.command.params):
        return said
    begun = [name for name in known if len(word) > 2 and name.startswith(word)]
    near = f"; did you mean {begun[0]}?" if begun else meant(word, known)
    return near or (_BEHIND.get(context.command.name, "") if word.startswith("-") else "")


def _for_file(word: str) -> str:
    """The whole call, where a file was given without a verb.

    Raises:
        UsageError: it is a web address.
    """
    refuse_address(word)
    is_there = word == "-" or os.path.lexists(word)
    does, verb = _FOR.get(Path(word).suffix.lower(), _PAGE if is_there else ("", ""))
    return f"; {does}: threadbound {verb} {shlex.quote(word)}" if verb else ""


def _known(word: str, context: Any) -> Sequence[str]:  # noqa: ANN401 - as above
    """The verbs or options that there are, of the kind that was typed."""
    command = context.command
    if not word.startswith("-"):
        return tuple(getattr(command, "commands", ()))
    return [name for each in command.params for name in each.opts if name.startswith("--")]
