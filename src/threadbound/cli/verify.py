"""``threadbound verify``: is a book still whole."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from threadbound.cli import console
from threadbound.cli import parameters as p
from threadbound.cli.boundary import message
from threadbound.cli.console import Talk
from threadbound.errors import ExitCode, ThreadboundError

if TYPE_CHECKING:
    from threadbound.verification import Verdict, Verified

HELP = """Say whether books are still whole.

\b
  threadbound verify book.epub
  threadbound verify output/*.pdf output/*.epub
  threadbound verify --json book.pdf        JSON Lines, for programs

A book carries the JSON of its threads: every word, link and picture of them must be in it, and the saved page that it
carries must be the one that they were read from. Then the judges that are installed say whether it obeys its standard:
EPUBCheck and Ace, or veraPDF. Exit code 8: something is damaged; 5: a file cannot be read; 4: no book of this tool.
"""
Books = Annotated[
    list[Path], typer.Argument(metavar="BOOK...", help="PDFs and EPUBs that threadbound made.", show_default=False)
]


def verify(books: Books, *, json: p.Json = False, quiet: p.Quiet = False, verbose: p.Verbose = False) -> None:
    """Say whether books are still whole."""
    from threadbound.verification import verify as judged  # noqa: PLC0415 - not for --help

    talk = Talk(json=json, quiet=quiet, verbose=verbose)
    codes: set[ExitCode] = set()
    for book in books:
        try:
            found = judged(book)
        except ThreadboundError as error:
            codes.add(error.exit_code)
            _fail(book, error, talk)
            continue
        codes.add(_code(found))
        _tell(found, talk)
    raise typer.Exit(next((code for code in WORST_FIRST if code in codes), ExitCode.BUG))


#: What a run over many books says: the first of these that any of them deserves.
WORST_FIRST = (ExitCode.BUG, ExitCode.DAMAGE, ExitCode.FILE, ExitCode.NO_THREAD, ExitCode.DONE)


def _code(found: Verified) -> ExitCode:
    if not found.is_sound:
        return ExitCode.DAMAGE
    return ExitCode.DONE if found.is_ours else ExitCode.NO_THREAD


def _fail(book: Path, error: ThreadboundError, talk: Talk) -> None:
    if talk.json:
        console.emit(type="failure", name=str(book), message=str(error), exit_code=int(error.exit_code))
    message(str(error))


def _tell(found: Verified, talk: Talk) -> None:
    if talk.json:
        console.emit(
            type="verification",
            path=str(found.path),
            product=found.product,
            sound=found.is_sound,
            exit_code=int(_code(found)),
            verdicts=[_record(verdict) for verdict in found.verdicts],
        )
        return
    for verdict in found.verdicts:
        for finding in verdict.findings:
            message(f"{found.path}: {verdict.judge}: {finding}")
        if not verdict.findings and not (talk.quiet and (verdict.has_judged or found.is_ours)):
            message(f"{found.path}: {verdict.judge}: {verdict.said}")


def _record(verdict: Verdict) -> dict[str, object]:
    return {
        "judge": verdict.judge,
        "judged": verdict.has_judged,
        "findings": list(verdict.findings),
        "message": "" if verdict.findings else verdict.said,
    }
