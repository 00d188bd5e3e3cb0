"""``threadbound verify`` without a book: is the library still what it was."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from threadbound.cli import console
from threadbound.cli.boundary import message
from threadbound.cli.console import Talk
from threadbound.errors import ExitCode, UsageError
from threadbound.options import VerifyOptions

if TYPE_CHECKING:
    from threadbound.library.fixity import Verification

Repair = Annotated[
    Path | None,
    typer.Option("--repair", metavar="DIR", help="Heal what is damaged from this backup or copy.", show_default=False),
]
#: Seconds of each unit of a duration.
UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
#: Findings that are said without --verbose.
MOST = 20


def verify_options(
    *,
    deep: Annotated[bool, typer.Option("--deep", help="Read the saved pages again, and compare.")] = False,
    sample: Annotated[
        str, typer.Option("--sample", metavar="N%", help="Only so many of the files, those not read for longest.")
    ] = "100%",
    duration: Annotated[
        str | None,
        typer.Option(
            "--max-duration", metavar="TIME", help="Read no further file after 90s, 10m, 2h.", show_default=False
        ),
    ] = None,
) -> VerifyOptions:
    """How much of the library the user wants looked at.

    Raises:
        UsageError: no share, or no time.
    """
    share = re.fullmatch(r"(\d{1,3}(?:.\d+)?)\s*%", sample)
    if not share or not 0 < float(share[1]) <= 100:
        raise UsageError(f"--sample {sample}: give a share like 5%")
    return VerifyOptions(float(share[1]) / 100, _seconds(duration) if duration else None, deep)


def _seconds(text: str) -> float:
    match = re.fullmatch(r"(\d+(?:.\d+)?)([smhd])", text)
    if not match or not float(match[1]):
        raise UsageError(f"--max-duration {text}: give a time like 90s, 10m or 2h")
    return float(match[1]) * UNITS[match[2]]


def verify(root: Path, options: VerifyOptions, repair: Path | None, talk: Talk) -> int:
    """Say how the library is; gives the exit code."""
    from threadbound.library import fixity  # noqa: PLC0415 - not for --help
    from threadbound.library.opening import opened  # noqa: PLC0415 - not for --help

    with console.progress(quiet=talk.quiet or talk.json) as step:
        if repair is None:
            found = fixity.verify(opened(root), options, step)
        else:
            from threadbound.backup.restoring import copy_at  # noqa: PLC0415 - not for --help
            from threadbound.library.layout import MARKER  # noqa: PLC0415 - as above
            from threadbound.library.repair import marker_from, repair_from  # noqa: PLC0415 - as above
            from threadbound.library.writing import writing  # noqa: PLC0415 - not for --help

            copy = copy_at(repair)
            first = (MARKER,) if marker_from(root, copy) else ()
            with writing(root) as desk:
                mended = repair_from(desk, copy, step)
            found = mended.after
            _tell_healed((*first, *mended.healed), talk)
    _tell(root, found, talk)
    return ExitCode.DONE if found.is_sound else ExitCode.DAMAGE


def _tell_healed(paths: tuple[str, ...], talk: Talk) -> None:
    for path in paths:
        if talk.json:
            console.emit(type="healed", path=path)
        elif not talk.quiet:
            message(f"{path}: healed")


def _tell(root: Path, found: Verification, talk: Talk) -> None:
    damage = [finding for finding in found.findings if finding.is_damage]
    if talk.json:
        for finding in found.findings:
            console.emit(
                type="finding",
                code=finding.code,
                damage=finding.is_damage,
                path=finding.path,
                message=finding.message,
                cure=finding.cure,
            )
        code = int(ExitCode.DAMAGE if damage else ExitCode.DONE)
        console.emit(
            type="verification",
            library=str(root),
            sound=found.is_sound,
            read=found.read,
            files=found.files,
            exit_code=code,
        )
        return
    said = found.findings if talk.verbose else (damage if talk.quiet else found.findings)[:MOST]
    for finding in said:
        message(f"{root}: {finding}")
    if len(said) < len(found.findings) and not talk.quiet:
        message(f"{root}: {len(found.findings) - len(said)} more; -v lists them")
    if not talk.quiet:
        message(f"{root}: {_summary(found, len(damage))}")


def _summary(found: Verification, damage: int) -> str:
    """``whole: 4,711 files read, 1.2 GB``."""
    from rich.filesize import decimal  # noqa: PLC0415 - not for --help

    read = f"{found.read:,} of {found.files:,} files" if found.read < found.files else f"{found.files:,} files"
    what = f"{damage} {'thing is' if damage == 1 else 'things are'} damaged" if damage else "whole"
    return f"{what}: {read} read, {decimal(found.size)}"
