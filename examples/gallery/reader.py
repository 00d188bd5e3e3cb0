"""Chapters of an EPUB as an e-reader with a screen of 600 by 800 shows them, by headless Chromium.

Before: an EPUB and, on the machine, Chromium. After: the screens of every chapter in reading order. Chapters are laid
out in columns as wide as the screen, as the reading systems of browsers do; the fonts are the book's own, so that the
screens do not depend on the machine's.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from xml.etree import ElementTree as ET

from PIL import Image, ImageChops

from threadbound.writers import fonts

WIDTH, HEIGHT = 600, 800
#: Screens drawn at once: most chapters have no more, and Chromium draws none wider than 16,384 pixels.
ACROSS = 8
_STYLE = (
    "<style>html{{margin:0!important;height:{height}px;overflow:visible;font-size:21px}}"
    "body{{box-sizing:border-box;width:{width}px!important;height:{height}px!important;margin:0!important;"
    "column-width:540px;column-gap:60px;column-fill:auto;transform:translateX(-{shift}px)}}"
    "body:not(.coverpage){{padding:36px 30px 44px!important}}</style>"
)
_NAMES = {"c": "urn:oasis:names:tc:opendocument:xmlns:container", "o": "http://www.idpf.org/2007/opf"}


def program() -> str | None:
    """The path of Chromium, ``None`` where there is none."""
    found = (shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome"))
    return next(filter(None, found), None)


@cache
def version() -> str:
    """Which Chromium this is: golden screens hold for one of them."""
    path = program()
    if path is None:
        return ""
    said = subprocess.run([path, "--version"], capture_output=True, text=True, check=False, timeout=60).stdout
    return said.split("built")[0].strip()


def screens(book: Path, folder: Path) -> Iterator[Image.Image]:
    """Every screen of ``book``; it is unpacked into ``folder``."""
    with zipfile.ZipFile(book) as archive:
        archive.extractall(folder)
    for chapter in _chapters(folder):
        yield from _screens(chapter, folder)


def _screens(chapter: Path, folder: Path) -> Iterator[Image.Image]:
    """The screens of one chapter: until a row of them ends in an empty one."""
    first, drawn = 0, folder / "screens.png"
    while True:
        draw(_laid_out(chapter, first), folder, drawn)
        with Image.open(drawn) as image:
            row = image.convert("RGB")
        ink = ImageChops.invert(row).getbbox()
        count = -(-ink[2] // WIDTH) if ink else int(first == 0)
        for place in range(count):
            yield row.crop((place * WIDTH, 0, (place + 1) * WIDTH, HEIGHT))
        first += ACROSS
        if count < ACROSS:
            return


def _chapters(folder: Path) -> Iterator[Path]:
    """The chapters in the order of the spine."""
    root = ET.parse(folder / "META-INF" / "container.xml").find(".//c:rootfile", _NAMES)  # noqa: S314 - our own book
    package = folder / (root.get("full-path", "") if root is not None else "")
    tree = ET.parse(package)  # noqa: S314 - our own book
    items = {item.get("id"): item.get("href", "") for item in tree.iterfind(".//o:item", _NAMES)}
    for reference in tree.iterfind(".//o:itemref", _NAMES):
        yield package.parent / items[reference.get("idref")]


def _laid_out(chapter: Path, first: int) -> Path:
    """The chapter with the screen's columns, from screen ``first`` on."""
    style = _STYLE.format(width=WIDTH, height=HEIGHT, shift=first * WIDTH)
    path = chapter.with_name(f"screen-{chapter.name}")
    path.write_text(chapter.read_text("utf-8").replace("</head>", f"{style}</head>"), "utf-8")
    return path


def draw(page: Path, folder: Path, target: Path, size: tuple[int, int] = (WIDTH * ACROSS, HEIGHT)) -> None:
    """Draw ``page``, as wide as ``ACROSS`` screens unless said otherwise, with the book's own fonts and no others."""
    command = [
        program() or "chromium",
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--hide-scrollbars",
        "--force-device-scale-factor=1",
        "--font-render-hinting=none",
        "--disable-lcd-text",
        f"--user-data-dir={folder / 'profile'}",
        f"--window-size={size[0]},{size[1]}",
        f"--screenshot={target}",
        page.as_uri(),
    ]
    environment = {**os.environ, "FONTCONFIG_FILE": str(_fonts(folder))}
    subprocess.run(command, capture_output=True, check=True, timeout=120, env=environment)


def _fonts(folder: Path) -> Path:
    """The fontconfig of books, written into ``folder``; this process keeps its own."""
    kept = os.environ.get("FONTCONFIG_FILE")
    fonts.activate(folder)
    if kept is None:
        os.environ.pop("FONTCONFIG_FILE", None)
    else:
        os.environ["FONTCONFIG_FILE"] = kept
    return folder / "fontconfig" / "fonts.conf"
