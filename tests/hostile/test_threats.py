"""The threat list of docs/security.md and its tests belong together: ``test_threats_*.py``, by subject.

Where it can be, a test is a whole run: a saved page that holds the hostile thing is bound into a book, on a network of
which every connection is recorded (``conftest.py``).
"""

from __future__ import annotations

import re
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs" / "security.md"
TEST = re.compile(r"^def (test_\w+)", re.MULTILINE)


def _tests(pattern: str) -> set[str]:
    """The names of the tests in files of that pattern, here and below."""
    paths = list(Path(__file__).parents[1].rglob(pattern))
    assert paths
    return {name for path in paths for name in TEST.findall(path.read_text("utf-8"))}


def test_every_line_of_the_list_has_its_test_and_every_test_its_line() -> None:
    rows = [line for line in DOCS.read_text("utf-8").splitlines() if line.startswith("|")][2:]
    named = [re.findall(r"`(test_\w+)`", row.rsplit("|", 2)[1]) for row in rows]
    assert all(named), "a line without a test"
    told = {name for names in named for name in names}
    assert _tests("test_threats_*.py") <= told, "a test without a line"
    assert told <= _tests("test_*.py"), "a test that is nowhere"
