"""A process that lays pieces out gets ready before there are any, and has done with each when it is laid out."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

READY = """
import sys
from threadbound.collection.piece import Machine, get_ready
assert "weasyprint" not in sys.modules
get_ready(Machine("weasyprint", sys.argv[1]))
assert "weasyprint" in sys.modules
"""
DONE = """
import gc, sys
from pathlib import Path
from threadbound.writers import fonts, pdf_piece
from threadbound.writers.engine import Sheets
from threadbound.writers.pdf_variants import VARIANTS

def garbage(entries):
    links = ", ".join(f'<a href="https://example.org/{n}">{n}</a>' for n in range(40))
    markup = "<p>Words, " + links + "</p>"
    page = f'<!DOCTYPE html><html lang="en"><title>Words</title><body><div>{markup * entries}</div></body></html>'
    css = '<link rel="stylesheet" href="style.css"/>'
    sheets = Sheets(page.replace("<body>", css + "<body>").encode(), {"style.css": "div { columns: 2 }"}, {},
                    frozenset({"en"}), VARIANTS["pdf/a-3a"])
    pdf_piece.render(sheets, Path(sys.argv[1]))
    return gc.collect()

fonts.activate(Path(sys.argv[1]))
garbage(1)
gc.disable()
few, many = garbage(2), garbage(40)
assert many < few + 1000, (few, many)
"""


def test_who_is_ready_has_loaded_the_typesetter(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-c", READY, str(tmp_path)], check=True)


def test_what_a_piece_was_laid_out_with_goes_with_it(cache: Path) -> None:
    """Else garbage is looked for among all boxes of every piece."""
    subprocess.run([sys.executable, "-c", DONE, str(cache / "threadbound")], check=True)
