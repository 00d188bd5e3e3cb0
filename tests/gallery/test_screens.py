"""What the screens of e-readers show of pictures: with the line that speaks of them, and in their own shape."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
from PIL import Image

from gallery import page, reader
from gallery.page import Picture, Said, Sample
from threadbound.cli.app import run

pytestmark = [
    pytest.mark.judge,
    pytest.mark.skipif(reader.program() is None, reason="no Chromium here: screens of e-readers are not drawn"),
]
RED = (200, 0, 0)
TALL = Picture(partial(Image.new, "RGB", (600, 1200), RED), form="png")
Box = tuple[int, int, int, int]


@pytest.fixture
def bind(tmp_path: Path) -> Callable[..., Path]:
    def bound(*posts: Said) -> Path:
        sample = Sample("screens", "Mara", "mara", datetime(2024, 3, 8, 9, tzinfo=UTC), posts)
        saved, book = page.write(sample, tmp_path), tmp_path / "b.epub"
        assert run(["epub", str(saved), "-o", str(book), "--offline", "--force"]) == 0
        return book

    return bound


def red(screen: Image.Image) -> Box | None:
    """Where the picture is."""
    channels = screen.convert("RGB").split()
    tests = (lambda value: 255 * (value > 150), lambda value: 255 * (value < 60), lambda value: 255 * (value < 60))
    masks = [channel.point(test) for channel, test in zip(channels, tests, strict=True)]
    return Image.merge("RGB", masks).convert("L").point(lambda value: 255 * (value > 250)).getbbox()


@pytest.mark.parametrize("lines", [1, 9, 17, 23])
@pytest.mark.parametrize(
    "words", ["Look at this.", "Look at this picture of a wall, which is redder than any other. " * 2]
)
def test_a_line_stands_on_the_screen_of_its_picture(
    lines: int, words: str, bind: Callable[..., Path], tmp_path: Path
) -> None:
    book = bind(Said("A wall.\n" + "It is red.\n" * lines), Said(words.strip(), (TALL,)), Said("And the end."))
    shown = [(screen, box) for screen in reader.screens(book, tmp_path / "x") if (box := red(screen))]
    large = [(screen, box) for screen, box in shown if box[3] - box[1] > 300]
    assert len(large) == 1
    screen, box = large[0]
    above = screen.crop((0, 0, screen.width, box[1] - 2)).convert("L").point(lambda value: 255 * (value < 128))
    assert above.getbbox()
    assert box[3] < screen.height


def test_pictures_side_by_side_keep_their_shape_on_a_wide_screen(bind: Callable[..., Path], tmp_path: Path) -> None:
    book, target = bind(Said("A wall.\nIt is red."), Said("Both of it:", (TALL, TALL))), tmp_path / "wide.png"
    with zipfile.ZipFile(book) as archive:
        archive.extractall(tmp_path / "x")
    (chapter,) = (path for path in (tmp_path / "x" / "EPUB").glob("t*.xhtml") if path.name != "titlepage.xhtml")
    figure = re.search("<figure.*?</figure>", chapter.read_text("utf-8"), re.DOTALL)
    assert figure
    markup = re.sub("<body.*</body>", f"<body>{figure[0]}</body>", chapter.read_text("utf-8"), flags=re.DOTALL)
    chapter.write_text(markup, "utf-8")
    reader.draw(chapter, tmp_path, target, (1200, 640))
    with Image.open(target) as drawn:
        box = red(drawn.crop((0, 0, 600, 640)))
    assert box
    assert 2 * (box[2] - box[0]) == pytest.approx(box[3] - box[1], abs=4)
