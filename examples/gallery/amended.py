"""Books with what no saved page holds, such as a poll: ``python -m gallery.amended BOOK PRODUCT PAGE…``.

Before: the saved pages of a book whose samples have ``amend``. After: the product, of the threads as their samples
amended them. Apart from that it is what the command line makes, offline, without options.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from msgspec.structs import replace

from gallery.samples import BOOKS, SAMPLES
from threadbound import pipeline
from threadbound.book.order import date_key
from threadbound.media.pictures import Pictures
from threadbound.options import BindOptions


def main(words: Sequence[str]) -> None:
    """Bind the book."""
    book, product, store = BOOKS[words[0]], Path(words[1]), Pictures()
    pages = []
    for name, path in zip(book.samples, words[2:], strict=True):
        page, amend = pipeline.read(path, store), SAMPLES[name].amend
        pages.append(replace(page, thread=amend(page.thread)) if amend else page)
    options = BindOptions(product=book.verb, force=True, cache_dir=product.parent / "cache")
    pages.sort(key=lambda page: date_key(page.thread))
    pipeline.make(pipeline.Content(tuple(pages)), store, options, product)


if __name__ == "__main__":
    main(sys.argv[1:])
