"""What an EPUB says of dangers: an animation, in whatever form it is in the book, nobody has looked at."""

from __future__ import annotations

import re
import runpy
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from threadbound.cli.app import run

PICTURES = runpy.run_path(str(Path(__file__).with_name("test_pictures.py")))
RED, BLUE = (PICTURES["Image"].new("RGB", (300, 200), colour) for colour in ("red", "blue"))
STILL = PICTURES["saved"](RED, "PNG")
MOVING = PICTURES["saved"](RED, "GIF", save_all=True, append_images=[BLUE])


@pytest.mark.parametrize(
    ("data", "suffix", "hazards"),
    [
        (STILL, ".png", ["none"]),
        (MOVING, ".gif", ["unknownFlashingHazard", "noSoundHazard"]),
        (PICTURES["ODD"]["animated WebP"], ".png", ["unknownFlashingHazard", "noSoundHazard"]),
    ],
    ids=["still", "gif", "animated png"],
)
def test_what_moves_may_flash(
    make_page: Callable[..., Path], tmp_path: Path, data: bytes, suffix: str, hazards: list[str]
) -> None:
    page = make_page([f"A post has a picture. {PICTURES['shown'](data)}"])
    assert run(["epub", str(page), "-o", str(tmp_path / "book.epub")]) == 0
    with zipfile.ZipFile(tmp_path / "book.epub") as book:
        shown = [Path(name) for name in book.namelist() if "/images/" in name and "cover" not in name]
        assert [path.suffix for path in shown] == [suffix]
        package = book.read("EPUB/content.opf").decode()
    assert re.findall(r"schema:accessibilityHazard\">(\w+)<", package) == hazards
