"""``threadbound verify``: is a book still whole, or the library."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from threadbound.cli import console, holdings
from threadbound.cli import parameters as p
from threadbound.cli.boundary import message
from threadbound.cli.console import Talk
from threadbound.cli.holdings import Repair, verify_options
from threadbound.cli.shared import with_options
from threadbound.cli.shelf import LibraryFolder, library_at
from threadbound.errors import ExitCode, FileTrouble, NoLibrary, ThreadboundError, UsageError
from threadbound.options import VerifyOptions

if TYPE_CHECKING:
    from threadbound.verification import Verdict, Verified

HELP = """Say whether books are still whole, or the library.

\b
  threadbound verify book.epub
  threadbound verify output/*.pdf output/*.epub
  threadbound verify                          the library: every file, and what the catalogue says
  threadbound verify -L my-threads --deep     read the saved pages again, too
  threadbound verify --max-duration 10m       a part of it, those files that were not read for longest
  threadbound verify --repair /mnt/backup/threads         from the newest snapshot there
  threadbound verify --json book.pdf          JSON Lines, for programs

A book carries the JSON of its threads: every word, link and picture of them must be in it, and the saved page that it
carries must be the one that they were read from. Then the judges that are installed say whether it obeys its standard:
EPUBCheck and Ace, or veraPDF. Of the library every file must have the sha256 that it came with.
Exit code 8: something is damaged; 5: a file cannot be read; 4: no book of this tool,
whatever the judges find in it.
"""
Books = Annotated[
    list[Path] | None,
    typer.Argument(
        metavar="[BOOK...]", help="PDFs and EPUBs that threadbound made; none: the library.", show_default=False
    ),
]


@with_options(options=verify_options)
def verify(  # noqa: PLR0913 - a command's options are its parameters
    books: Books = None,
    *,
    library: LibraryFolder = None,
    options: VerifyOptions,
    repair: Repair = None,
    json: p.Json = False,
    quiet: p.Quiet = False,
    verbose: p.Verbose = False,
) -> None:
    """Say whether books are still whole, or the library."""
    talk = Talk(json=json, quiet=quiet, verbose=verbose)
    if not books:
        root = library_at(library)
        if cure := _of_backup(root):
            raise NoLibrary(cure)
        raise typer.Exit(holdings.verify(root, options, repair, talk))
    if library or repair or options != VerifyOptions():
        raise UsageError("--library, --repair, --deep, --sample and --max-duration are for the library: name no book")
    raise typer.Exit(_books(books, talk))


def _books(books: list[Path], talk: Talk) -> int:
    from threadbound.verification import verify as judged  # noqa: PLC0415 - not for --help

    codes: set[ExitCode] = set()
    for book in books:
        try:
            _refuse_folder(book)
            found = judged(book)
        except ThreadboundError as error:
            codes.add(error.exit_code)
            _fail(book, error, talk)
            continue
        codes.add(_code(found))
        _tell(found, talk)
    return next((code for code in WORST_FIRST if code in codes), ExitCode.BUG)


def _refuse_folder(book: Path) -> None:
    from threadbound.library.opening import is_library  # noqa: PLC0415 - not for --help

    if not os.path.isdir(book):  # noqa: PTH112 - what may not be looked at is said by whoever reads it
        return
    if is_library(book):
        raise FileTrouble(f"{book}: that is a library: threadbound verify -L {book}")
    if cure := _of_backup(book):
        raise FileTrouble(cure)


def _of_backup(folder: Path) -> str:
    """What to do where a folder is a snapshot or holds snapshots, and is no library itself; empty elsewhere."""
    from threadbound.backup.restoring import snapshot_at  # noqa: PLC0415 - not for --help
    from threadbound.library.opening import is_library  # noqa: PLC0415 - as above

    try:
        if is_library(folder):
            return ""
        snapshot_at(folder)
    except (FileTrouble, OSError):  # said by whoever opens it
        return ""
    cure = f"threadbound restore {folder} DIR, then threadbound verify -L DIR"
    return f"{folder}: a backup of a library, not the library; to verify it: {cure}"


#: What a run over many books says: the first of these that any of them deserves.
WORST_FIRST = (ExitCode.BUG, ExitCode.DAMAGE, ExitCode.FILE, ExitCode.NO_THREAD, ExitCode.DONE)


def _code(found: Verified) -> ExitCode:
    # Of a stranger's book nobody knows what it was, whatever the judges of its standard find.
    content, *_ = found.verdicts
    if not (found.is_sound if found.is_ours else content.is_sound):
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
            message(f"{found.path}: {verdict.judge}: {verdict.said.removeprefix(f'{verdict.judge} ')}")


def _record(verdict: Verdict) -> dict[str, object]:
    return {
        "judge": verdict.judge,
        "judged": verdict.has_judged,
        "findings": list(verdict.findings),
        "message": "" if verdict.findings else verdict.said,
    }
