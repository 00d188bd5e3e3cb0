"""What the tests of backup runs stand on."""

from __future__ import annotations

import runpy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

BACKING = runpy.run_path(str(Path(__file__).with_name("backing.py")))


@pytest.fixture
def place(tmp_path: Path, make_page: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> Any:
    """A :class:`Place`, with its parent as the current folder."""
    root = tmp_path / "place"
    root.mkdir()
    monkeypatch.chdir(tmp_path)
    return BACKING["Place"](root, make_page)
