"""``threadbound extract``: what a book carries, taken out again."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from threadbound.cli import console
from threadbound.cli import parameters as p
from threadbound.cli.boundary import message
from threadbound.errors import ExitCode
from threadbound.options import OUTPUT_DIR

if TYPE_CHECKING:
    from threadbound.extraction import Extraction
    from threadbound.readers.manifest import Lacking

HELP = """Take out of a book what it carries: the saved page, the JSON, the link map, the pictures.

\b
  threadbound extract book.epub             into output/book/
  threadbound extract book.pdf -d rescued
  threadbound epub rescued                  bind it again: the same bytes as the book that it came from

The saved page and the JSON come out byte for byte. Pictures are what the book shows of them, named after the sha256 of
the originals. extracted.json says what each file is, and what could not be had (exit code 3). Nothing is fetched.
Of a damaged book, or an EPUB that was cut short, comes out what can still be read.
"""
Book = Annotated[Path, typer.Argument(metavar="BOOK", help="A PDF or EPUB that threadbound made.", show_default=False)]
Folder = Annotated[
    Path | None,
    typer.Option("--output-dir", "-d", metavar="DIR", help="Where to. Default: output/ and the book's name."),
]


def extract(  # noqa: PLR0913 - a command's options are its parameters
    book: Book,
    *,
    folder: Folder = None,
    force: p.Force = False,
    json: p.Json = False,
    quiet: p.Quiet = False,
    verbose: p.Verbose = False,
) -> None:
    """Take out of a book what it carries."""
    del verbose  # what it asks for, the boundary does
    from threadbound.extraction import extract as taken_out  # noqa: PLC0415 - not for --help

    found = taken_out(book, folder or OUTPUT_DIR / book.stem, force=force)
    if json:
        _emit(book, found)
    if not quiet:
        _tell(book, found, said=json)
    raise typer.Exit(ExitCode.LOSSES if found.has_losses else ExitCode.DONE)


#: What is said of each kind of thing that did not come out: of one, and of several for one reason.
_SAID = {
    "page": (
        "{book}: it does not carry the saved page {each.name}; bind what was extracted with --attach json",
        "{book}: it does not carry its {count} saved pages; bind what was extracted with --attach json",
    ),
    "picture": (
        "{book}: the picture {each.of}: {each.reason}",
        "{book}: {count} pictures, the first of them {each.of}: {each.reason}; extracted.json names them all",
    ),
    "other": (
        "{book}: the file {each.name}: {each.reason}",
        "{book}: {count} files, the first of them {each.name}: {each.reason}; extracted.json names them all",
    ),
}


def _tell(book: Path, found: Extraction, *, said: bool) -> None:
    reasons: dict[tuple[str, str], list[Lacking]] = {}
    for each in found.missing:
        reasons.setdefault((each.kind, each.reason), []).append(each)
    for (kind, _), same in reasons.items():
        message(_SAID[kind][len(same) > 1].format(book=book, each=same[0], count=len(same)))
    if said:
        return
    from threadbound.book.dates import count  # noqa: PLC0415 - not for --help

    pages = sum(file.kind == "page" for file in found.files)
    pictures = len({file.of for file in found.files if file.kind == "picture"})
    parts = (count(len(found.threads), "thread"), count(pages, "saved page"), count(pictures, "picture"))
    message(f"{found.folder}: {', '.join(parts)}")


def _emit(book: Path, found: Extraction) -> None:
    import msgspec  # noqa: PLC0415 - not for --help

    pictures = sorted({str(each.of) for each in found.missing if each.kind == "picture"})
    console.emit(
        type="extraction",
        book=str(book),
        folder=str(found.folder),
        files=msgspec.to_builtins(found.files),
        missing=msgspec.to_builtins(found.missing),
        missing_pictures=pictures,
    )
