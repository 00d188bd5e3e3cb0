"""What is made of Ace's answers, with a stand-in for it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from threadbound.errors import SomethingMissing
from threadbound.tools import ace
from threadbound.tools.ace import Ace, Violation


def _assertion(outcome: str) -> dict[str, Any]:
    return {
        "earl:test": {"earl:impact": "serious", "dct:title": "image-alt"},
        "earl:result": {"earl:outcome": outcome, "dct:description": "No\n  alt"},
    }


REPORT = {
    "assertions": [
        {"earl:testSubject": {"url": "t1.xhtml"}, "assertions": [_assertion("fail"), _assertion("pass")]},
        {"earl:testSubject": {"url": "t2.xhtml"}, "assertions": []},
    ]
}


def program(folder: Path, script: str) -> Ace:
    """A stand-in for Ace: ``$2`` is its output folder when it judges a book."""
    path = folder / "ace-cli"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return Ace(path, folder / "chromium")


def test_what_does_not_pass_becomes_violations(tmp_path: Path) -> None:
    (tmp_path / "said.json").write_text(json.dumps(REPORT))
    tool = program(tmp_path, f'mkdir -p "$2" && cp {tmp_path}/said.json "$2/report.json"')
    book = tmp_path / "book.epub"
    assert ace.validate([book], tool) == {book: (Violation("image-alt", "serious", "No alt", "t1.xhtml"),)}


def test_a_browser_is_named_to_it(tmp_path: Path) -> None:
    assert ace.version(program(tmp_path, 'echo "$PUPPETEER_EXECUTABLE_PATH $1"')) == f"{tmp_path}/chromium --version"


def test_a_book_that_it_cannot_read_is_at_fault(tmp_path: Path) -> None:
    tool = program(tmp_path, "printf '\\033[31merror\\033[39m:   Parsing failed\\n' >&2; exit 1")
    (found,) = ace.validate([tmp_path / "book.epub"], tool)[tmp_path / "book.epub"]
    assert (found.impact, found.message) == ("critical", "Ace cannot read the book: Parsing failed")


def test_a_browser_that_does_not_start_is_not_the_books_fault(tmp_path: Path) -> None:
    with pytest.raises(SomethingMissing, match="install Chromium again"):
        ace.validate([tmp_path / "a.epub"], program(tmp_path, "echo 'Failed to launch the browser process!'; exit 1"))


def test_what_is_missing_is_named_with_its_cure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SomethingMissing, match="does not run"):
        ace.version(Ace(tmp_path / "nowhere", tmp_path / "nowhere"))
    here: set[str] = set()
    monkeypatch.setattr(shutil, "which", lambda name, path=None: f"/bin/{name}" if name in here and not path else None)
    for cure, name in (
        ("apt-get install nodejs", "node"),
        ("npm install", "ace-cli"),
        ("chromium", "chromium-browser"),
    ):
        with pytest.raises(SomethingMissing, match=cure):
            ace.probe(tmp_path)
        here.add(name)
    assert ace.probe(tmp_path) == Ace(Path("/bin/ace-cli"), Path("/bin/chromium-browser"))


def test_an_installation_of_ones_own_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "node_modules" / ".bin"
    folder.mkdir(parents=True)
    monkeypatch.setenv("PATH", str(tmp_path))
    for path in (folder / "ace-cli", tmp_path / "ace-cli", tmp_path / "node", tmp_path / "chromium"):
        path.write_text("#!/bin/sh\n")
        path.chmod(0o755)
    assert ace.probe(tmp_path).program == folder / "ace-cli"
    assert ace.probe().program == tmp_path / "ace-cli"
