"""A place to make runs of ``threadbound backup`` in: a configuration, an inbox, a library to be, and a disk."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from threadbound.backup.runlog import lines, stamp_in
from threadbound.cli.app import run
from threadbound.digests import sha256

SMALLEST = """library = "my-threads"
[[inbox]]
path = "saved"          # folder or glob
mode = "{mode}"           # or "move"
[[destination]]
path = "disk/threads"
"""
FIRST = 1898301191378579461


class Place:
    """A folder with a configuration, an inbox, a library to be, and a disk."""

    def __init__(self, root: Path, make_page: Callable[..., Path]) -> None:
        self.root, self.make_page = root, make_page
        self.saved, self.library, self.disk = root / "saved", root / "my-threads", root / "disk" / "threads"
        self.saved.mkdir()
        self.configure()

    def configure(self, more: str = "", mode: str = "copy", before: str = "") -> None:
        (self.root / "threadbound.toml").write_text(before + SMALLEST.format(mode=mode) + more, "utf-8")

    def page(self, number: int = 1, words: str = "words", **given: Any) -> Path:
        """A page that was saved long ago, of the thread with that number."""
        named = {"folder": self.saved, "name": f"{number}.html", "first": FIRST + (number << 42), **given}
        made: Path = self.make_page([f"{words} of {number}"], **named)
        os.utime(made, (time.time() - 3600,) * 2)
        return made

    def backup(self, *words: str) -> int:
        return run(["backup", "-c", str(self.root / "threadbound.toml"), "--offline", *words])

    @property
    def snapshots(self) -> list[Path]:
        return sorted(path for path in self.disk.glob("0*") if path.is_dir())

    @property
    def sources(self) -> set[str]:
        """Digests of every saved page in the library."""
        return {sha256(path.read_bytes()) for path in self.library.glob("threads/*/*/*/source/*.html")}

    def last(self) -> Any:
        return stamp_in(self.library / "state" / "runs")

    def log(self) -> list[dict[str, Any]]:
        return list(lines(self.library / "state" / "runs" / self.last().log))


def tree(root: Path, but: str = "state") -> dict[str, bytes]:
    files = (path for path in root.rglob("*") if path.is_file())
    return {
        path.relative_to(root).as_posix(): path.read_bytes() for path in files if path.relative_to(root).parts[0] != but
    }
