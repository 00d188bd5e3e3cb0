"""``threadbound add``: pages → the library."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from threadbound.cli import cache, console
from threadbound.cli import parameters as p
from threadbound.cli.boundary import message
from threadbound.cli.console import Talk
from threadbound.cli.fetching import fetch_options
from threadbound.cli.shared import with_options
from threadbound.cli.shelf import LibraryFolder, library_at
from threadbound.options import MAX_IMAGE_PIXELS, FetchOptions

if TYPE_CHECKING:
    from pathlib import Path

    from threadbound.archive import Added, AddOptions
    from threadbound.survey import Failure

HELP = """Take pages into the library: the page as it is, the thread as JSON, its pictures.

\b
  threadbound add page.html
  threadbound add -L my-threads saved/ --offline
  threadbound add --tag printing *.html

A page that is there already changes nothing. Another capture of a thread that is there becomes a new version of it:
nothing is overwritten, and posts that are gone stay and are marked. Pictures that a page lacks are fetched as pdf does.
"""
Tags = Annotated[
    list[str], typer.Option("--tag", metavar="NAME", help="Put this tag on what is new; may be given again.")
]
Again = Annotated[bool, typer.Option("--again", help="Take in even threads that were forgotten on purpose.")]


@with_options(fetch=fetch_options)
def add(  # noqa: PLR0913 - a command's options are its parameters
    pages: p.Pages,
    *,
    library: LibraryFolder = None,
    tags: Tags = [],  # noqa: B006 - typer makes a list of its own
    again: Again = False,
    fetch: FetchOptions,
    max_image_pixels: p.MaxImagePixels = MAX_IMAGE_PIXELS,
    json: p.Json = False,
    quiet: p.Quiet = False,
    verbose: p.Verbose = False,
) -> None:
    """Take pages into the library."""
    from threadbound.archive import AddOptions  # noqa: PLC0415 - not for --help

    p.check_pages(pages)
    options = AddOptions(cache.cache_dir(), fetch, max_image_pixels, tuple(tags), again)
    raise typer.Exit(_run(library_at(library), pages, options, Talk(json=json, quiet=quiet, verbose=verbose)))


def _run(root: Path, pages: list[str], options: AddOptions, talk: Talk) -> int:
    from threadbound import archive  # noqa: PLC0415 - not for --help
    from threadbound.library.writing import writing  # noqa: PLC0415 - not for --help
    from threadbound.survey import Failure, exit_code  # noqa: PLC0415 - not for --help

    added: list[Added] = []
    failures: list[Failure] = []
    with writing(root) as desk, console.progress(quiet=talk.quiet or talk.json) as step:
        for item in archive.add(desk, pages, options, step):
            if isinstance(item, Failure):
                failures.append(item)
                if not item.is_skip:
                    console.tell_failure(item, talk)
            else:
                added.append(item)
                _tell(item, talk)
    console.tell_skips(failures, talk, made=len(added))
    lost = any(notice.is_loss for item in added for notice in item.outcome.thread.notices)
    return _sum_up(added, failures, exit_code(failures, made=len(added), lost=lost), talk)


#: What is said of each outcome.
SAID = {
    "new": "{key}: new",
    "version": "{key}: version {number}; threadbound diff {key} shows what changed",
    "completed": "{key}: version {number}: the same page with more of its pictures",
    "known": "{key}: known already as version {number}, nothing changes",
    "forgotten": "{key}: forgotten on purpose, so left out; --again takes it in",
}


def _tell(item: Added, talk: Talk) -> None:
    outcome = item.outcome
    if talk.json:
        console.emit(type="result", name=item.name, id=outcome.key, status=outcome.status, version=outcome.number)
    elif not talk.quiet:
        if outcome.is_change:
            console.tell_notices(item.name, outcome.thread.notices, verbose=talk.verbose)
        message(f"{item.name}: {SAID[outcome.status].format(key=outcome.key, number=outcome.number)}")


def _sum_up(added: list[Added], failures: list[Failure], code: int, talk: Talk) -> int:
    count = {status: sum(item.outcome.status == status for item in added) for status in SAID}
    if talk.json:
        console.emit(type="summary", **count, failures=len(failures), exit_code=int(code))
    elif not talk.quiet and len(added) > 1:
        message(", ".join(f"{number} {status}" for status, number in count.items() if number))
    return code
