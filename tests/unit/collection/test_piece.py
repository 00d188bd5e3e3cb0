"""A process that is to lay pieces out gets ready before there are any."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PROGRAM = """
import sys
from threadbound.collection.piece import Machine, get_ready
assert "weasyprint" not in sys.modules
get_ready(Machine("weasyprint", sys.argv[1]))
assert "weasyprint" in sys.modules
"""


def test_who_is_ready_has_loaded_the_typesetter(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-c", PROGRAM, str(tmp_path)], check=True)
