"""Ways inside a book: anchors → addresses and numbers of pages.

Before: ids of chapters, posts and figures, and of what stands round the chapters. After: what an ``href`` holds, and
the numbers of the pages that they are on, as an index gives them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal

from markupsafe import Markup
from msgspec import Struct

from threadbound.book.book import Chapter
from threadbound.book.matter import Group, Place
from threadbound.rendering.filters import address
from threadbound.rendering.places import PAGE, PLACE

#: Posts in a row that are named by the first and the last.
ROW = 3
#: Digits of the last page's number in a book whose lists are not to be set anew for each thread that joins it.
LONG = 4


def numbers(groups: Iterable[Group], pages: Mapping[str, str], zeros: str) -> Iterator[tuple[str, str]]:
    """What stands for the numbers of the pages on which something is named, and the first anchor there.

    The pages ascending and each once. Two chapters have no page in common, so which places share one does not depend
    on what stands before them.
    """
    seen: set[str] = set()
    for group in groups:
        for place in group.places:
            number = pages[place.anchor]
            if number not in seen:
                seen.add(number)
                yield stand_in(number, zeros), place.anchor


def zeros(pages: Mapping[str, str]) -> str:
    """As many zeros as the last page's number has digits; none in a book of fewer than a thousand pages."""
    digits = max((len(number) for number in pages.values() if number.isdecimal()), default=1)
    return "0" * digits if digits >= LONG else ""


def stand_in(number: str, zeros: str) -> str:
    """What stands for the number of a page until all are known.

    In a long book as wide as the widest, so that its lists stay as set when pages move; else as wide as itself. A
    number in letters, as a style sheet may have it, stands for itself.
    """
    if not number.isdecimal():
        return number
    return zeros or "0" * len(number)


def spans(places: Sequence[Place]) -> Iterator[tuple[str, str]]:
    """The numbers of posts, three or more in a row from the first to the last, with the id of the first."""
    rows: list[list[Place]] = []
    for place in places:
        if rows and place.n == rows[-1][-1].n + 1:
            rows[-1].append(place)
        else:
            rows.append([place])
    for row in rows:
        if len(row) >= ROW:
            yield f"{row[0].n}–{row[-1].n}", row[0].anchor
        else:
            yield from ((str(place.n), place.anchor) for place in row)


class Ways(Struct, frozen=True):
    """Where the links of one product's chapters lead."""

    kind: Literal["piece", "whole", "epub"]
    """A piece of a printed collection, a printed book that is one document, or an EPUB."""
    zeros: str = "000"
    """Room for the number of a page in the text of a piece: the widest that the book may have."""

    def way(self, anchor: str) -> str:
        """The address of a place in the book: a document of an EPUB is called like its own anchor, and those in it."""
        if self.kind == "piece":
            return f"{PLACE}{anchor}"
        document, separator, _ = anchor.partition("-")
        in_document = f"#{anchor}" if separator or self.kind == "whole" else ""
        return in_document if self.kind == "whole" else f"{document}.xhtml{in_document}"

    def number(self, anchor: str) -> str:
        """The address of what stands for the number of a place's page."""
        return f"{PAGE}{anchor}" if self.kind == "piece" else self.way(anchor)

    def leads(self, url: str, chapter: Chapter) -> str:
        """What the ``href`` of a link to ``url`` holds: a place in the book where what stands there is in it."""
        anchor = chapter.crossings.get(url)
        return self.way(anchor) if anchor else address(url)

    def crossing(self, url: str, chapter: Chapter) -> Markup:
        """What is printed behind a link that leads into the book: the page, whose number is put in when it is known."""
        anchor = chapter.crossings.get(url)
        if not anchor or self.kind == "epub":
            return Markup("")
        way, number = self.number(anchor), "\u2060" if self.kind == "whole" else self.zeros
        return Markup(' <span class="see" lang="en">page <a class="pg" href="{}">{}</a></span>').format(way, number)
