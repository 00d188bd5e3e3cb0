"""``threadbound export``: threads of the library → files."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from threadbound.cli import cache, console, environment
from threadbound.cli import parameters as p
from threadbound.cli.boundary import message
from threadbound.cli.console import Talk
from threadbound.cli.listing import wanted_options
from threadbound.cli.look import look_options
from threadbound.cli.shared import with_options
from threadbound.cli.shelf import LibraryFolder, library_at
from threadbound.errors import ExitCode, UsageError
from threadbound.options import OUTPUT_DIR, BindOptions, LookOptions, ThreadFilter

if TYPE_CHECKING:
    from threadbound.archive import Exported
    from threadbound.library.catalogue import Entry
    from threadbound.library.writing import Desk

HELP = """Make books or files of threads of the library.

\b
  threadbound export 1898301191378579461              a PDF, into output/
  threadbound export --author perpetuabinds -t epub --together
  threadbound export --since 2024 -t json -t page -d copies

pdf and epub are made of all captures as one; json is the thread as data, page the newest saved page with its pictures.
Nothing is fetched, nothing is overwritten without --force.
"""

DEFAULTS = BindOptions("")


class Format(StrEnum):
    """What can be made."""

    PDF = "pdf"
    EPUB = "epub"
    JSON = "json"
    PAGE = "page"


Keys = Annotated[
    list[str] | None,
    typer.Argument(metavar="[ID...]", help="Threads; none: all that the options name.", show_default=False),
]
Formats = Annotated[list[Format], typer.Option("--to", "-t", help="What to make; may be given again.")]
Together = Annotated[bool, typer.Option("--together", help="One book of all of them.")]
All = Annotated[bool, typer.Option("--all", help="Every thread of the library.")]


@with_options(wanted=wanted_options, look=look_options)
def export(  # noqa: PLR0913 - a command's options are its parameters
    keys: Keys = None,
    *,
    library: LibraryFolder = None,
    everything: All = False,
    wanted: ThreadFilter,
    formats: Formats = [Format.PDF],  # noqa: B006 - typer makes a list of its own
    together: Together = False,
    output_dir: p.OutputDir = OUTPUT_DIR,
    name: p.Name = DEFAULTS.name_template,
    look: LookOptions,
    force: p.Force = False,
    json: p.Json = False,
    quiet: p.Quiet = False,
    verbose: p.Verbose = False,
) -> None:
    """Make books or files of threads of the library."""
    from threadbound.book.naming import check_template  # noqa: PLC0415 - not for --help
    from threadbound.library.reading import reading  # noqa: PLC0415 - not for --help

    check_template(name)
    options = BindOptions(
        "",
        output_dir=output_dir,
        name_template=name,
        force=force,
        look=look,
        modified=environment.source_date(),
        cache_dir=cache.cache_dir(for_fonts="pdf" in formats),
    )
    talk = Talk(json=json, quiet=quiet, verbose=verbose)
    with reading(library_at(library)) as desk:
        entries = _chosen(desk, keys or [], wanted, everything=everything)
        _tell_undated(desk, wanted, talk)
        raise typer.Exit(_run(desk, entries, formats, options, together=together, talk=talk))


def _chosen(desk: Desk, keys: list[str], wanted: ThreadFilter, *, everything: bool) -> list[Entry]:
    """The threads that the user names."""
    from threadbound.library import query  # noqa: PLC0415 - not for --help

    is_filtered = wanted != ThreadFilter()
    if sum((bool(keys), is_filtered, everything)) != 1:
        raise UsageError("name the threads to export: their ids, or --author, --since and the like, or --all")
    if keys:
        return list({entry.id: entry for entry in (query.thread(desk.connection, key) for key in keys)}.values())
    if entries := list(query.threads(desk.connection, wanted)):
        return entries
    undated = len(query.undated(desk.connection, wanted))
    unknown = f"; of {undated} the day is not known" if undated else ""
    raise UsageError(f"no thread of the library is like that{unknown}; threadbound list takes the same options")


def _tell_undated(desk: Desk, wanted: ThreadFilter, talk: Talk) -> None:
    """Say which threads were left out since their days are not known."""
    from threadbound.gathering import undated  # noqa: PLC0415 - not for --help
    from threadbound.library import query  # noqa: PLC0415 - not for --help

    names = query.undated(desk.connection, wanted)
    console.tell_remarks(undated(names, "name the ids of what you want instead"), talk)


def _run(  # noqa: PLR0913 - what the command was told
    desk: Desk, entries: list[Entry], formats: list[Format], options: BindOptions, *, together: bool, talk: Talk
) -> int:
    from threadbound import archive  # noqa: PLC0415 - not for --help
    from threadbound.survey import Failure, exit_code  # noqa: PLC0415 - not for --help

    made, failures, lost = 0, list[Failure](), False
    told = set[tuple[str, object]]()
    with console.progress(quiet=talk.quiet or talk.json) as step:
        for item in archive.export(desk, entries, tuple(dict.fromkeys(formats)), options, together=together, step=step):
            if isinstance(item, Failure):
                failures.append(item)
                if (item.name, str(item.error)) not in told:  # of another format
                    console.tell_failure(item, talk)
                told.add((item.name, str(item.error)))
                continue
            made += 1
            lost = lost or bool(item.losses)
            _tell(item, talk, told)
    return exit_code(failures, made=made, lost=lost) if made or failures else ExitCode.DONE


def _tell(item: Exported, talk: Talk, told: set[tuple[str, object]]) -> None:
    """Say what was made, and what each thread in it lacks, where no other format said so."""
    if talk.json:
        lacking = [
            {"id": key, "code": notice.code, "message": notice.message, "where": notice.where}
            for key, notices in item.losses.items()
            for notice in notices
        ]
        console.emit(type="result", path=str(item.path), format=item.format, ids=list(item.keys), losses=lacking)
        return
    if talk.quiet:
        return
    from threadbound.book.dates import count  # noqa: PLC0415 - not for --help

    for key, notices in item.losses.items():
        console.tell_notices(key, tuple(each for each in notices if (key, each) not in told), verbose=talk.verbose)
        told |= {(key, each) for each in notices}
    message(f"{item.path}: {item.keys[0] if len(item.keys) == 1 else count(len(item.keys), 'thread')}")
