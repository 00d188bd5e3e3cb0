"""The rules of the house that no linter keeps."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[2] / "src" / "threadbound"
MODULES = sorted(SOURCE.rglob("*.py"))
#: Wayward library → the only modules that import it.
KEPT_IN = {
    "weasyprint": {f"writers/pdf{room}.py" for room in ("_library", "_faces", "_margins", "_numbers", "_speed", "")},
    "ebooklib": {"writers/epub.py"},
    "bs4": {"sites/dom.py"},
    "pypdfium2": {"checks/pdf.py", "checks/pdf_stretches.py"},
    "pikepdf": {"readers/pdf.py", "readers/pdf_drawn.py", "readers/pdf_pages.py", "joining/parts.py"},
    "uharfbuzz": {"joining/fonts.py"},
    "jpype": {"tools/verapdf.py"},
    "pycurl": {"media/client.py"},
    "tenacity": {"media/fetch.py"},
    "protego": {"backup/addresses.py"},
    "watchdog": {"backup/watching.py"},
}
#: Libraries that could open a connection.
NETWORK = {"http", "urllib.request", "socket", "ssl", "pycurl", "httpx", "requests", "aiohttp", "ftplib", "smtplib"}
#: The one that does, and the one that asks the environment for proxies.
CONNECTED = {"media/client.py", "media/lookups.py", "cli/environment.py"}


def _name(path: Path) -> str:
    return path.relative_to(SOURCE).as_posix()


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_every_module_says_what_it_is_for_and_is_short(path: Path) -> None:
    text = path.read_text("utf-8")
    tree = ast.parse(text)
    assert ast.get_docstring(tree)
    assert text.count("\n") <= 400
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert (node.end_lineno or 0) - node.body[0].lineno < 60, node.name


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_wayward_libraries_stay_in_their_rooms(path: Path) -> None:
    for name in _imports(path):
        room = KEPT_IN.get(name.split(".")[0])
        assert room is None or _name(path) in room, name


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_one_module_opens_connections(path: Path) -> None:
    assert _name(path) in CONNECTED or not NETWORK & set(_imports(path))


@pytest.mark.parametrize("path", [path for path in MODULES if "cli" not in path.parts], ids=_name)
def test_only_the_command_line_prints_and_exits(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id not in {"print", "exit", "quit", "input"}
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            place = (node.value.id, node.attr)
            assert place not in {("sys", "exit"), ("sys", "stdout"), ("sys", "stderr")} or path.name == "__main__.py"
