"""The guides can be followed word for word: their commands are run as they stand."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from threadbound.backup.settings import Inbox, Making, Product, Settings, Verifying

ROOT = Path(__file__).parents[2]
GUIDES = sorted((ROOT / "docs").glob("guide-*.md"))
_BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def _commands(guide: Path) -> str:
    return "".join(_BLOCK.findall(guide.read_text("utf-8")))


def test_there_is_a_guide_for_each_of_the_three_uses() -> None:
    assert [guide.stem for guide in GUIDES] == ["guide-anthology", "guide-backups", "guide-one-thread"]
    assert all(_commands(guide).count("threadbound ") >= 4 for guide in GUIDES)


@pytest.mark.judge
@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.stem)
def test_a_guide_can_be_followed_word_for_word(
    guide: Path, tmp_path: Path, make_page: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "place"
    shutil.copytree(ROOT / "examples", place / "examples", ignore=shutil.ignore_patterns("gallery", "__pycache__"))
    for n in range(3):
        make_page([f"words {n}"], folder=place / "saved", name=f"{n}.html", first=1898301191378579461 + (n << 42))
    programs = tmp_path / "programs"
    programs.mkdir()
    (programs / "threadbound").write_text(f'#!/bin/sh\nexec {sys.executable} -m threadbound "$@"\n')
    (programs / "threadbound").chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    done = subprocess.run(
        ["sh", "-e", "-u", "-x"], input=_commands(guide), cwd=place, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert not (tmp_path / "config").exists(), "nothing is installed"


def test_every_key_of_the_configuration_is_documented() -> None:
    text = (ROOT / "docs" / "configuration.md").read_text("utf-8")
    for record in (Settings, Inbox, Making, Product, Verifying):
        for name in record.__struct_fields__:
            assert re.search(rf"[`\[.]{name}[`\].]|`{name} |\b{name} = ", text), name
