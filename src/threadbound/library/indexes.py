"""``index.json`` and ``index.html``: the library for programs and for people, without this program.

Before: a catalogue that agrees with the files. After: both lie in the library's root, whole, the same bytes for the
same library. What a page says becomes text there, and what links lead to are files of the library.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from html import escape
from itertools import groupby
from pathlib import Path
from string import Template
from urllib.parse import quote

import msgspec

from threadbound import disk
from threadbound.book.dates import count
from threadbound.book.extent import said
from threadbound.library import query
from threadbound.library.catalogue import Entry, Held
from threadbound.library.layout import INDEX_DATA, INDEX_PAGE, THREAD, Library
from threadbound.library.products import Product, products

TEMPLATE = Path(__file__).with_name("index.html.template")
UNDATED = "Without a date"
#: Fewer years than this need no list of them.
WORTH_A_LIST = 3
#: Letters of some scripts run from right to left; let each title decide for itself.
_TITLE = '<div class="thread" dir="auto">{}</div>'


def renew(library: Library, connection: sqlite3.Connection) -> None:
    """Write both anew, where they are not what they should be.

    Raises:
        FileTrouble: the disk refuses.
    """
    for name, data in made(library, connection).items():
        path = library.root / name
        with disk.explained(path):
            if not path.exists() or path.read_bytes() != data:
                disk.put(path, data)


def made(library: Library, connection: sqlite3.Connection) -> dict[str, bytes]:
    """What they should hold, by name."""
    entries = list(query.threads(connection))
    captures: dict[str, list[Held]] = {}
    for held in query.all_versions(connection):
        captures.setdefault(held.key, []).append(held)
    books: dict[str, list[Product]] = {}
    for product in products(library).listed.values():
        for key in product.threads:
            books.setdefault(key, []).append(product)
    shelf = [(entry, captures.get(entry.id, []), books.get(entry.id, [])) for entry in entries]
    return {INDEX_DATA: _data(library, shelf), INDEX_PAGE: _page(shelf).encode()}


_Shelf = Sequence[tuple[Entry, Sequence[Held], Sequence[Product]]]


def _data(library: Library, shelf: _Shelf) -> bytes:
    threads = [
        {
            **msgspec.to_builtins(entry),
            "versions": [
                {
                    "number": held.number,
                    "capture": held.capture,
                    "captured": held.captured,
                    "page": f"{entry.folder}/v{held.number}/{held.page}" if held.page else None,
                    "thread": f"{entry.folder}/v{held.number}/{THREAD}",
                }
                for held in captures
            ],
            "products": [f"products/{product.name}" for product in books],
        }
        for entry, captures, books in shelf
    ]
    index = {"schema": "threadbound.index/1", "library": library.marker.id, "threads": threads}
    return msgspec.json.format(msgspec.json.encode(index), indent=1) + b"\n"


def _page(shelf: _Shelf) -> str:
    """The newest first, those without a date last."""
    dated = [row for row in reversed(shelf) if row[0].published]
    ordered = dated + [row for row in shelf if not row[0].published]
    years = [(year, list(rows)) for year, rows in groupby(ordered, key=lambda row: _year(row[0]))]
    parts = "\n".join(
        f'<section id="{_anchor(year)}"><h2>{escape(year)}</h2>\n<ol>\n{"".join(map(_row, rows))}</ol></section>'
        for year, rows in years
    )
    links = " ".join(f'<a href="#{_anchor(year)}">{escape(year)}</a>' for year, _ in years)
    return Template(TEMPLATE.read_text("utf-8")).substitute(
        title="Saved threads",
        sums=escape(_sums([entry for entry, _, _ in shelf])),
        contents=f'<nav aria-label="Years">{links}</nav>' if len(years) >= WORTH_A_LIST else "",
        years=parts or "<p>There is no thread in this library yet.</p>",
    )


def _year(entry: Entry) -> str:
    return (entry.published or "")[:4] or UNDATED


def _anchor(year: str) -> str:
    return f"y{year}" if year.isdecimal() else "undated"


def _sums(entries: Sequence[Entry]) -> str:
    authors = len({entry.handle.lower() or entry.author for entry in entries})
    posts = said(sum(entry.posts for entry in entries), sum(entry.whole for entry in entries))
    pictures = sum(entry.pictures - entry.missing for entry in entries)
    parts = [count(len(entries), "thread"), f"by {count(authors, 'author')}", posts]
    return ", ".join([*parts, count(pictures, "picture")]) if entries else "empty"


def _row(row: tuple[Entry, Sequence[Held], Sequence[Product]]) -> str:
    entry, captures, books = row
    newest = next(held for held in captures if held.number == entry.newest)
    title = escape(entry.title or "(without words)")
    page = f'<a href="{_at(entry, newest, newest.page)}">{title}</a>' if newest.page else title
    facts = "".join(f"<span>{fact}</span>" for fact in _facts(entry))
    links = "".join(f"<span>{link}</span>" for link in _links(entry, captures, books))
    return f'<li>{_TITLE.format(page)}\n<div class="facts">{facts}</div>\n<div class="captures">{links}</div></li>\n'


def _facts(entry: Entry) -> Iterator[str]:
    if entry.published:
        yield f'<time datetime="{escape(entry.published)}">{escape(entry.published[:10])}</time>'
    if entry.author or entry.handle:
        yield f"<bdi>{escape(entry.author)}</bdi> {escape(f'@{entry.handle}' if entry.handle else '')}".strip()
    yield said(entry.posts, entry.whole)
    if entry.pictures:
        had = f"{entry.pictures - entry.missing} of " if entry.missing else ""
        yield f"{had}{count(entry.pictures, 'picture')}"
    if entry.gone:
        yield f'<b class="lost">{count(entry.gone, "post")} gone from the page since</b>'
    if entry.losses:
        yield f'<b class="lost">{"1 loss" if entry.losses == 1 else f"{entry.losses} losses"}</b>'


def _links(entry: Entry, captures: Sequence[Held], books: Sequence[Product]) -> Iterator[str]:
    for held in reversed(captures):
        day = f"saved {escape(held.captured[:10])}"
        page = f'<a href="{_at(entry, held, held.page)}">{day}</a>' if held.page else day
        yield f'{page} (<a href="{_at(entry, held, THREAD)}">data</a>)'
    for product in books:
        yield f'<a href="{quote(f"products/{product.name}")}">{escape(Path(product.name).suffix[1:].upper())}</a>'


def _at(entry: Entry, held: Held, name: str) -> str:
    return quote(f"{entry.folder}/v{held.number}/{name}")
