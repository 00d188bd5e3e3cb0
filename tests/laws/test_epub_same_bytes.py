"""The same book is the same bytes: at any time, in any zone, whatever order sets have."""

from __future__ import annotations

import os
import runpy
import subprocess
import sys
import time
from pathlib import Path

import pytest

from threadbound.digests import sha256
from threadbound.rendering import cover
from threadbound.writers.epub import EPUB

SAMPLE = Path(__file__).parents[1] / "unit" / "writers" / "epub_sample.py"
PROGRAM = """
import runpy, sys
from pathlib import Path
from threadbound.digests import sha256
from threadbound.rendering import cover
from threadbound.writers.epub import EPUB
EPUB.write(runpy.run_path(sys.argv[1])["rendered"](chapters=2), Path(sys.argv[2]))
print(sha256(Path(sys.argv[2]).read_bytes()), sha256(cover.draw("On rain 🧵", "Ren", "A thread", size=(400, 600))))
"""


@pytest.mark.parametrize(("zone", "seed"), [("UTC", "0"), ("Asia/Kathmandu", "1"), ("America/St_Johns", "4242")])
def test_zone_locale_and_hash_seed_change_nothing(tmp_path: Path, zone: str, seed: str) -> None:
    here = tmp_path / "here.epub"
    EPUB.write(runpy.run_path(str(SAMPLE))["rendered"](chapters=2), here)
    drawn = cover.draw("On rain 🧵", "Ren", "A thread", size=(400, 600))
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(SAMPLE), str(tmp_path / "there.epub")],
        env={**os.environ, "TZ": zone, "PYTHONHASHSEED": seed, "LC_ALL": "C"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == [sha256(here.read_bytes()), sha256(drawn)]


def test_another_moment_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rendered = runpy.run_path(str(SAMPLE))["rendered"]
    EPUB.write(rendered(), tmp_path / "now.epub")
    monkeypatch.setattr(time, "time", lambda: 4_000_000_000.0)
    EPUB.write(rendered(), tmp_path / "then.epub")
    assert (tmp_path / "now.epub").read_bytes() == (tmp_path / "then.epub").read_bytes()
