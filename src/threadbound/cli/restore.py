"""``threadbound restore``: a library out of a snapshot."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from threadbound.cli import console
from threadbound.cli import parameters as p
from threadbound.cli.boundary import message
from threadbound.errors import ExitCode

HELP = """Make a library of a snapshot, byte for byte.

\b
  threadbound restore /mnt/backup/threads my-threads            the newest snapshot
  threadbound restore /mnt/backup/threads/000012-2026-11-28T040000Z my-threads

The folder must be empty or not there. Every file is proven while it is copied; one that is damaged is taken from
another snapshot that has it. Exit code 8: some are damaged everywhere, or what the snapshot says of itself is; they are
named, and all others are restored.
"""
Snapshot = Annotated[Path, typer.Argument(metavar="SNAPSHOT", help="A snapshot, or a destination.", show_default=False)]
Folder = Annotated[Path, typer.Argument(metavar="DIR", help="Where the library goes.", show_default=False)]


def restore(
    snapshot: Snapshot, folder: Folder, *, json: p.Json = False, quiet: p.Quiet = False, verbose: p.Verbose = False
) -> None:
    """Make a library of a snapshot."""
    del verbose  # what it asks for, the boundary does
    from threadbound.backup.restoring import restore as restored  # noqa: PLC0415 - not for --help
    from threadbound.backup.restoring import snapshot_at  # noqa: PLC0415 - as above
    from threadbound.library.writing import writing  # noqa: PLC0415 - as above

    with console.progress(quiet=quiet or json) as step:
        found = restored(snapshot_at(snapshot), folder, step)
    if found.trouble:
        message(f"{found.trouble}; what its manifests prove is restored all the same")
    for name in found.lost:
        message(f"{folder / name}: not restored: it is damaged in every snapshot beside {found.snapshot}")
    with writing(folder):
        pass  # the catalogue is made from the files
    code = ExitCode.DAMAGE if found.lost or found.trouble else ExitCode.DONE
    if json:
        lost, borrowed = found.lost, found.borrowed
        facts = {"snapshot": str(found.snapshot), "files": found.files, "size": found.size, "exit_code": int(code)}
        console.emit(type="restored", path=str(folder), **facts, lost=lost, borrowed=borrowed)
    elif not quiet:
        message(f"{folder}: {found.files} files restored from {found.snapshot}")
    raise typer.Exit(code)
