from __future__ import annotations

import importlib.util
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from threadbound.errors import SomethingMissing
from threadbound.tools import epubcheck
from threadbound.tools.epubcheck import EpubCheck, Remark

SAID: dict[str, Any] = {
    "messages": [
        {"ID": "RSC-005", "severity": "ERROR", "message": "bad", "locations": [{"path": "EPUB/t1.xhtml", "line": 7}]},
        {"ID": "OPF-000", "severity": "WARNING", "message": "odd", "locations": [{"path": "content.opf", "line": -1}]},
        {"ID": "ACC-1", "severity": "USAGE", "message": "advice", "locations": []},
        {"ID": "PKG-008", "severity": "FATAL", "message": "no zip"},
    ]
}


def program(folder: Path, output: str) -> EpubCheck:
    """A stand-in for Java that says ``output``."""
    java = folder / "java"
    java.write_text(f"#!/bin/sh\ncat <<'END'\n{output}\nEND\nexit 1\n")
    java.chmod(0o755)
    return EpubCheck(java, folder / "epubcheck.jar")


def test_what_it_says_becomes_remarks_and_advice_is_left_out(tmp_path: Path) -> None:
    book = tmp_path / "book.epub"
    assert epubcheck.validate([book], program(tmp_path, json.dumps(SAID))) == {
        book: (
            Remark("RSC-005", "ERROR", "bad", "EPUB/t1.xhtml:7"),
            Remark("OPF-000", "WARNING", "odd", "content.opf"),
            Remark("PKG-008", "FATAL", "no zip"),
        )
    }


def test_nonsense_means_that_it_does_not_run(tmp_path: Path) -> None:
    with pytest.raises(SomethingMissing, match="does not run"):
        epubcheck.validate([tmp_path / "book.epub"], program(tmp_path, "Error: no such option"))


def test_a_missing_program_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SomethingMissing, match="does not run"):
        epubcheck.validate([tmp_path / "a.epub"], EpubCheck(tmp_path / "nowhere", tmp_path / "nowhere.jar"))
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(SomethingMissing, match="pip install epubcheck"):
        epubcheck.probe()


def test_java_may_be_the_systems_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    monkeypatch.setattr(shutil, "which", lambda _name: "/somewhere/java")
    assert epubcheck._java() == Path("/somewhere/java")
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    with pytest.raises(SomethingMissing, match="Java is not installed"):
        epubcheck._java()
