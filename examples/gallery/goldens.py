"""The golden pages: small pictures of every page, kept in the repository, and what they were made with.

Before: a book of the gallery. After: its pages as goldens are kept, compared with those in ``tests/gallery/golden``, or
put in their place. What fails is shown in ``output/gallery/failed``: actual, expected, and the difference in red.
"""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Sequence
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pypdfium2
from PIL import Image, features

from gallery import compare, reader
from gallery.books import ROOT
from gallery.samples import Book

GOLDEN = ROOT / "tests" / "gallery" / "golden"
FAILED = ROOT / "output" / "gallery" / "failed"
INDEX = GOLDEN / "made-with.json"
DPI = 56
"""Of a golden page of a PDF: a line of text is 12 pixels high."""
SCREEN = 0.5
"""Size of a golden screen of an e-reader."""


def tools() -> dict[str, str]:
    """What decides where a letter stands: with others, letters may stand a hair elsewhere."""
    return {
        "weasyprint": version("weasyprint"),
        "pango": _pango(),
        "pypdfium2": str(pypdfium2.PYPDFIUM_INFO),
        "pillow": f"{features.version('pil')} {features.version('freetype2')}",
        "chromium": reader.version(),
    }


@cache
def _pango() -> str:
    """Asked of a child: whoever imports WeasyPrint here would choose the fonts of this process."""
    ask = "from weasyprint.text.ffi import pango; print(pango.pango_version())"
    number = int(subprocess.run([sys.executable, "-c", ask], capture_output=True, check=True, timeout=60).stdout)
    return f"{number // 10000}.{number // 100 % 100}.{number % 100}"


def small(book: Book, page: Image.Image) -> Image.Image:
    """A page at the size and in the greys of a golden one."""
    if book.verb == "epub":
        page = page.resize((round(page.width * SCREEN), round(page.height * SCREEN)), Image.Resampling.BOX)
    return compare.reduced(page)


def tolerance(book: Book) -> compare.Tolerance:
    """Strict where the goldens were made with the same tools."""
    made, here = known(), tools()
    matter = ("chromium",) if book.verb == "epub" else ("weasyprint", "pango", "pypdfium2", "pillow")
    return compare.SAME if all(made.get(name) == here[name] for name in matter) else compare.OTHER


def known() -> dict[str, Any]:
    """What the goldens were made with."""
    return dict(json.loads(INDEX.read_text("utf-8"))) if INDEX.is_file() else {}


def expected(book: Book) -> list[Image.Image]:
    """The golden pages of a book, in order."""
    path = GOLDEN / f"{book.name}.png"
    if not path.is_file():
        return []
    sizes = known()["pages"][book.name]
    with Image.open(path) as strip:
        grey = strip.convert("L")
    pages, left = [], 0
    for width, height in sizes:
        pages.append(grey.crop((left, 0, left + width, height)))
        left += width
    return pages


def faults(book: Book, actual: Sequence[Image.Image]) -> list[str]:
    """What differs from the golden pages, a line each; the pictures of it are written."""
    golden = expected(book)
    found = []
    if len(actual) != len(golden):
        found.append(f"{book.name}: {len(actual)} pages, golden are {len(golden)}")
    allowed = tolerance(book)
    for number, (page, wanted) in enumerate(zip(actual, golden, strict=False), 1):
        seen = compare.difference(page, wanted, allowed)
        if not 0 <= seen.squares <= allowed.squares:
            found.append(f"{book.name} page {number}: {_told(seen)}; see {_shown(book, number, page, wanted, seen)}")
    return found


def renew(book: Book, pages: Sequence[Image.Image]) -> int:
    """Put these pages in the place of the golden ones; how many bytes they are."""
    GOLDEN.mkdir(parents=True, exist_ok=True)
    strip = Image.new("L", (sum(page.width for page in pages), max(page.height for page in pages)), 255)
    left = 0
    for page in pages:
        strip.paste(page, (left, 0))
        left += page.width
    out = io.BytesIO()
    compare.compact(strip).save(out, "PNG", optimize=True, bits=4)
    (GOLDEN / f"{book.name}.png").write_bytes(out.getvalue())
    index = known()
    sizes = {**index.get("pages", {}), book.name: [page.size for page in pages]}
    text = json.dumps({**index, **tools(), "pages": dict(sorted(sizes.items()))}, indent=None)
    INDEX.write_text(text.replace('"pages": {', '\n"pages": {').replace(']], "', ']],\n"') + "\n", "utf-8")
    return len(out.getvalue())


def _told(seen: compare.Difference) -> str:
    return "another size" if seen.squares < 0 else f"{seen.squares} squares differ"


def _shown(book: Book, number: int, actual: Image.Image, wanted: Image.Image, seen: compare.Difference) -> Path:
    FAILED.mkdir(parents=True, exist_ok=True)
    stem = FAILED / f"{book.name}-{number:02}"
    actual.save(f"{stem}-actual.png")
    wanted.save(f"{stem}-expected.png")
    if seen.picture:
        seen.picture.save(f"{stem}-difference.png")
    return FAILED / f"{book.name}-{number:02}-*.png"
