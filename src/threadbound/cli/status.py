"""``threadbound status``: how the library is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from threadbound.cli import console
from threadbound.cli import parameters as p
from threadbound.cli.boundary import message
from threadbound.cli.shelf import LibraryFolder, library_at

if TYPE_CHECKING:
    from threadbound.library.standing import Standing

HELP = """Say how the library is: what is in it, and when it was last looked at.

\b
  threadbound status
  threadbound status --json
"""


def status(*, library: LibraryFolder = None, json: p.Json = False, verbose: p.Verbose = False) -> None:
    """Say how the library is."""
    del verbose  # what it asks for, the boundary does
    from threadbound.library.reading import reading  # noqa: PLC0415 - not for --help
    from threadbound.library.standing import standing  # noqa: PLC0415 - not for --help

    root = library_at(library)
    with reading(root) as desk:
        found = standing(desk)
    if json:
        import msgspec  # noqa: PLC0415 - not for --help

        console.emit(type="status", library=str(root), **msgspec.to_builtins(found))
        return
    for line in _lines(found):
        message(f"{root}: {line}")


def _lines(found: Standing) -> list[str]:
    from threadbound.book.dates import count  # noqa: PLC0415 - not for --help

    what = [count(found.threads, "thread"), count(found.captures, "capture"), count(found.posts, "post")]
    lines = [f"{', '.join(what)}, {count(found.pictures, 'picture')}"]
    if found.incomplete:
        lines.append(f"{count(found.incomplete, 'thread')} with losses; list --incomplete shows them")
    if found.gone:
        lines.append(f"{count(found.gone, 'post')} that later captures lack")
    if found.forgotten:
        lines.append(f"{count(found.forgotten, 'thread')} forgotten on purpose")
    if found.added:
        lines.append(f"the last addition: {found.added[:10]}")
    read = f"{count(found.verified, 'file')} found sound when last read, the longest ago on {(found.oldest or '')[:10]}"
    lines.append(read if found.verified else "never verified: threadbound verify does it")
    if found.unfinished:
        lines.append("a run was stopped before it was done; the next add, or threadbound reindex, finishes it")
    return lines
