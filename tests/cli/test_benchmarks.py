"""The benchmark's clock finds the stages where they are called: a function that moves must not leave it silent."""

from __future__ import annotations

import json
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "benchmarks"


@pytest.mark.parametrize("plain", [False, True])
def test_every_stage_is_timed(example: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, plain: bool) -> None:
    monkeypatch.syspath_prepend(str(FOLDER))
    known = runpy.run_path(str(FOLDER / "stages.py"))
    options = ["--unjudged", "pdf", "--pdf-variant", "pdf", "--attach", "none"] if plain else ["pdf"]
    arguments = [str(tmp_path / "s.json"), *options, "-q", "-o", str(tmp_path / "b.pdf"), str(example)]
    subprocess.run([sys.executable, str(FOLDER / "stages.py"), *arguments], check=True)
    told = json.loads((tmp_path / "s.json").read_text())
    missing = {"tags", "attach"} if plain else set()
    assert set(told) == {known["START"], *known["STAGES"], *known["LATER"], known["CHECK"]} - missing
    assert all(seconds >= 0 for seconds in told.values())
