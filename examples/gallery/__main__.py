"""Bind the gallery and draw it: ``python -m gallery [--update] [--readme] [BOOK…]``, with ``examples`` on the path.

Before: the project and its development packages; Chromium for the screens of e-readers (skipped and said where there is
none). After: the products, a PNG of each page and a sheet of all pages of each book in ``output/gallery``; with
``--update`` the golden pages in ``tests/gallery/golden`` anew, with ``--readme`` the pages that ``README.md`` shows.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from PIL import Image, ImageOps

from gallery import books, goldens
from gallery.samples import BOOKS, Book

OUTPUT = books.ROOT / "output" / "gallery"
IMAGES = books.ROOT / "docs" / "images"
#: Pages of README.md: file, book, page.
README: tuple[tuple[str, str, int], ...] = (
    ("gallery-text.png", "long-text", 1),
    ("gallery-pictures.png", "many-pictures", 1),
    ("gallery-quotes.png", "quotes-and-cards", 1),
    ("gallery-arabic.png", "arabic", 1),
)
#: Width in pixels, and bytes at most.
README_WIDTH, README_BYTES = 700, 150_000


def main(words: Sequence[str]) -> int:
    """Do what the command line asks; 1 when a book was not bound or drawn as it should."""
    asked = _parser().parse_args(words)
    failed = False
    shown = {book: None for _, book, _ in README} if asked.readme and not asked.update else BOOKS
    for name in asked.books or shown:
        try:
            pages = _drawn(BOOKS[name])
        except books.NotBound as error:
            print(error, file=sys.stderr)
            failed = True
            continue
        if pages and asked.update:
            said = f"golden: {goldens.renew(BOOKS[name], pages) // 1000} KB"
        else:
            said = "\n".join(goldens.faults(BOOKS[name], pages)) if pages else "no Chromium here: skipped"
            failed |= bool(pages and said)
        print(f"{name}: {len(pages)} pages. {said}", flush=True)
    if asked.readme:
        _write_readme()
    return int(failed)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="gallery", description="Bind the gallery and draw every page.")
    parser.add_argument("books", nargs="*", metavar="BOOK", choices=[*BOOKS, []], help=", ".join(BOOKS))
    parser.add_argument("--update", action="store_true", help="keep these pages as the golden ones")
    parser.add_argument("--readme", action="store_true", help="write the pages that README.md shows")
    return parser


def _drawn(book: Book) -> list[Image.Image]:
    """The small pages of a book, after its large ones were written; none where the machine cannot draw them."""
    if not books.can_draw(book):
        return []
    product = books.bind(book.name, OUTPUT)
    for old in OUTPUT.glob(f"{book.name}-[0-9][0-9].png"):
        old.unlink()
    large = list(books.pictures(book, product))
    for number, page in enumerate(large, 1):
        page.save(OUTPUT / f"{book.name}-{number:02}.png")
    _sheet(large).save(OUTPUT / f"sheet-{book.name}.png", optimize=True)
    if book.verb == "pdf":
        large = list(books.pictures(book, product, goldens.DPI))
    return [goldens.small(book, page) for page in large]


def _sheet(pages: Sequence[Image.Image], across: int = 6, width: int = 320) -> Image.Image:
    """All pages of a book, small, each with a hairline round it."""
    small = [
        ImageOps.expand(page.resize((width, page.height * width // page.width), Image.Resampling.LANCZOS), 1, "#bbb")
        for page in pages
    ]
    high = max(page.height for page in small) + 12
    wide = width + 14
    sheet = Image.new("RGB", (wide * min(across, len(small)), high * -(-len(small) // across)), "white")
    for place, page in enumerate(small):
        sheet.paste(page, (place % across * wide + 6, place // across * high + 6))
    return sheet


def _write_readme() -> None:
    """The pages of README.md, as small as their colours allow."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    for name, book, number in README:
        with Image.open(OUTPUT / f"{book}-{number:02}.png") as page:
            shown = page.convert("RGB")
        shown = shown.resize((README_WIDTH, shown.height * README_WIDTH // shown.width), Image.Resampling.LANCZOS)
        shown = ImageOps.expand(shown, 1, "#cccccc")
        path = IMAGES / name
        for colours in (128, 64, 32, 16):
            shown.quantize(colours, dither=Image.Dither.NONE).save(path, optimize=True)
            if path.stat().st_size <= README_BYTES:
                break
        print(f"{path.relative_to(books.ROOT)}: {path.stat().st_size // 1000} KB")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
