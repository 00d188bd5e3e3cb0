from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from threadbound.writers import registry


def test_the_table_knows_the_writers_by_their_names(tmp_path: Path) -> None:
    assert sorted(registry.WRITERS) == ["epub", "pdf"]
    writer = registry.load("epub", tmp_path)
    assert (writer.name, writer.suffix, writer.target) == ("epub", ".epub", "epub")
    assert writer.media_type == "application/epub+zip"


@pytest.mark.parametrize(("asked", "kept_out"), [("epub", "weasyprint"), ("pdf", "ebooklib")])
def test_a_writer_does_not_import_the_other_ones_library(tmp_path: Path, asked: str, kept_out: str) -> None:
    program = (
        "import sys; from pathlib import Path; from threadbound.writers import registry;"
        f"registry.load({asked!r}, Path(sys.argv[1])); print({kept_out!r} in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program, str(tmp_path)], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
