"""Ace by DAISY, the judge of an EPUB's accessibility (a Node program; from npm's ``@daisy/ace-cli``, with Chromium).

Before: finished EPUB files. After: what Ace says against each, document by document. Ace asks nobody on the network.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from msgspec import Struct

from threadbound.errors import SomethingMissing

#: What an installation by npm calls the program, …
_PROGRAM = "ace-cli"
#: … and what systems call the browser that it drives.
_BROWSERS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
#: How it says that the browser is at fault, not the book.
_NO_BROWSER = re.compile("Could not find Chrom|Failed to launch the browser|Browser was not found")
_COLOUR = re.compile("\x1b\\[[0-9;]*m")
_TIMEOUT = 600
_AT_ONCE = 2


class Violation(Struct, frozen=True):
    """One thing that Ace says."""

    rule: str
    """Its own name for it, e.g. ``epub-type-has-matching-role``."""
    impact: str
    """``critical``, ``serious``, ``moderate`` or ``minor``."""
    message: str
    where: str = ""
    """Part of the file."""


class Ace(Struct, frozen=True):
    """An installed Ace."""

    program: Path
    browser: Path


def probe(folder: Path | None = None) -> Ace:
    """Find Ace: in ``folder`` (one that holds ``node_modules``), or else on the PATH.

    Raises:
        SomethingMissing: Ace, Node or Chromium is not installed.
    """
    local = shutil.which(_PROGRAM, path=str(folder / "node_modules" / ".bin")) if folder else None
    program = local or shutil.which(_PROGRAM)
    if shutil.which("node") is None:
        raise SomethingMissing("Ace needs Node: apt-get install nodejs")
    if program is None:
        raise SomethingMissing("Ace is not installed: npm install --global --ignore-scripts @daisy/ace-cli")
    return Ace(Path(program), browser())


def browser() -> Path:
    """Find Chromium.

    Raises:
        SomethingMissing: it is not installed.
    """
    found = next((path for name in _BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        raise SomethingMissing("Chromium is not installed: apt-get install chromium")
    return Path(found)


def version(tool: Ace) -> str:
    """The version of Ace, e.g. ``1.4.6``.

    Raises:
        SomethingMissing: it does not run.
    """
    return _run(tool, ["--version"]).strip()


def validate(paths: Sequence[Path], tool: Ace | None = None) -> dict[Path, tuple[Violation, ...]]:
    """Have every file judged; Ace takes one file a run, so a few run at once.

    Raises:
        SomethingMissing: Ace, Node or Chromium is not installed, or does not run.
    """
    found = tool or probe()
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return dict(zip(paths, pool.map(lambda path: _judge(found, path), paths), strict=True))


def _judge(tool: Ace, path: Path) -> tuple[Violation, ...]:
    with TemporaryDirectory(prefix="threadbound-ace-") as folder:
        out = Path(folder)
        said = _run(tool, ["--outdir", str(out / "report"), "--tempdir", str(out / "work"), str(path)])
        try:
            report = json.loads((out / "report" / "report.json").read_bytes())
        except (OSError, ValueError):
            if _NO_BROWSER.search(said):
                raise SomethingMissing(f"Ace cannot start {tool.browser}: install Chromium again") from None
            return (Violation("report", "critical", f"Ace cannot read the book: {_last_error(said)}", path.name),)
    return tuple(_violations(report, ""))


def _run(tool: Ace, arguments: Sequence[str]) -> str:
    """What Ace prints; of its status nothing is to be learnt."""
    # Puppeteer looks for a browser of its own unless its environment names one.
    environment = os.environ | {"PUPPETEER_EXECUTABLE_PATH": str(tool.browser)}
    try:
        done = subprocess.run(  # noqa: S603 - a fixed program; the path is an argument, never a shell's word
            [str(tool.program), *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
            timeout=_TIMEOUT,
            env=environment,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise SomethingMissing(f"Ace does not run ({type(error).__name__}): install it again") from error
    return _COLOUR.sub("", done.stdout.decode("utf-8", "replace"))


def _last_error(said: str) -> str:
    errors = [line.partition("error:")[2].strip() for line in said.splitlines() if line.startswith("error:")]
    return (errors or said.split("\n"))[-1]


def _violations(node: Mapping[str, Any], where: str) -> Iterator[Violation]:
    """Whatever an EARL report says that is not "pass": its assertions hold assertions of their own."""
    for each in node.get("assertions", ()):
        place = str(each.get("earl:testSubject", {}).get("url", where))
        if "assertions" in each:
            yield from _violations(each, place)
        elif each["earl:result"]["earl:outcome"] != "pass":
            test, result = each["earl:test"], each["earl:result"]
            yield Violation(
                rule=str(test["dct:title"]),
                impact=str(test.get("earl:impact", "")),
                message=" ".join(str(result.get("dct:description", "")).split()),
                where=place,
            )
