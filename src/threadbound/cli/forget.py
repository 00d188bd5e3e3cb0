"""``threadbound forget`` and ``threadbound prune``: what leaves the library."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from threadbound.cli import console
from threadbound.cli import parameters as p
from threadbound.cli.boundary import message
from threadbound.cli.shelf import LibraryFolder, library_at
from threadbound.cli.show import Key
from threadbound.errors import UsageError

FORGET = """Take a thread out of the library: its captures, and the pictures that no other thread shows.

\b
  threadbound forget 1898301191378579461 --yes
  threadbound forget 18983 --yes --reason "asked by the author"

A tombstone stays, so that the same page does not come back by itself; add --again takes it in. Books that the thread is
in are thrown away, and made again without it by the next backup. Backups that were made before still have it.
"""
PRUNE = """Remove what nothing in the library refers to.

\b
  threadbound prune              lists it, removes nothing
  threadbound prune --yes

That is: pictures that no capture shows, and temporary files of runs that were killed. Captures are never pruned.
"""
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do it; without it you are asked, or nothing is removed.")]
Reason = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why, for the tombstone.")]


def forget(  # noqa: PLR0913 - a command's options are its parameters
    key: Key,
    *,
    library: LibraryFolder = None,
    yes: Yes = False,
    reason: Reason = "",
    json: p.Json = False,
    quiet: p.Quiet = False,
    verbose: p.Verbose = False,
) -> None:
    """Take a thread out of the library."""
    del verbose  # what it asks for, the boundary does
    from threadbound.book.dates import count  # noqa: PLC0415 - not for --help
    from threadbound.book.extent import said as posts_of  # noqa: PLC0415 - not for --help
    from threadbound.library import forgetting, query  # noqa: PLC0415 - not for --help
    from threadbound.library.writing import writing  # noqa: PLC0415 - not for --help

    with writing(library_at(library)) as desk:
        entry = query.thread(desk.connection, key)
        said = f"{entry.id}: {entry.title} ({posts_of(entry.posts, entry.whole)}, {count(entry.versions, 'capture')})"
        if not yes and not _agrees(f"Forget {said}?"):
            raise UsageError(f"{said}: nothing was removed; --yes forgets it")
        pictures = forgetting.forget(desk, entry, reason)
    if json:
        console.emit(type="forgotten", id=entry.id, captures=entry.versions, pictures=len(pictures))
    elif not quiet:
        message(f"{entry.id}: forgotten, with {count(len(pictures), 'picture')} that no other thread shows")


def prune(
    *,
    library: LibraryFolder = None,
    yes: Yes = False,
    json: p.Json = False,
    quiet: p.Quiet = False,
    verbose: p.Verbose = False,
) -> None:
    """Remove what nothing refers to."""
    del verbose  # what it asks for, the boundary does
    from threadbound.library import forgetting  # noqa: PLC0415 - not for --help
    from threadbound.library.writing import writing  # noqa: PLC0415 - not for --help

    with writing(library_at(library)) as desk:
        found = {path: path.stat().st_size for path in forgetting.unneeded(desk.library)}
        _list(desk.library.root, found, json=json)
        remove = bool(found) and (yes or _agrees("Remove these?"))
        if remove:
            forgetting.sweep(desk.library, found)
    _sum_up(found, remove=remove, json=json, quiet=quiet)


def _list(root: Path, found: dict[Path, int], *, json: bool) -> None:
    for path, size in found.items():
        name = path.relative_to(root).as_posix()
        if json:
            console.emit(type="unneeded", path=name, size=size)
        else:
            sys.stdout.write(f"{name}\n")


def _sum_up(found: dict[Path, int], *, remove: bool, json: bool, quiet: bool) -> None:
    if json:
        console.emit(type="summary", files=len(found), size=sum(found.values()), removed=remove)
    elif not quiet:
        from threadbound.book.dates import count  # noqa: PLC0415 - not for --help

        what = f"{count(len(found), 'file')} ({sum(found.values()):,} bytes)"
        done = "removed" if remove else "that nothing needs; nothing was removed: --yes removes them"
        message(f"{what} {done}" if found else "there is nothing that nothing needs")


def _agrees(question: str) -> bool:
    """Whether somebody sits there and says yes."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return False
    return typer.confirm(question, err=True)
