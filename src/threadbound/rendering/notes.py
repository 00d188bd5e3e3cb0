"""Where the full address of a link is printed: what stands behind the link in the text.

Before: the links of a chapter, met in reading order. After: behind each the number of its note, in print with the note
itself where notes stand at the foot of the page; or its address in brackets; or nothing. When all are met, the notes
that stand at the end of the chapter are known.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

from markupsafe import Markup, escape
from msgspec import Struct, field

from threadbound.book.book import Chapter, Links
from threadbound.rendering.balance import MM_A_POINT
from threadbound.rendering.filters import address, is_web, linked_parted, linked_whole, words
from threadbound.rendering.pages import Page

#: Part of a page's height that one note may fill at its foot; longer ones stand at the end of the chapter.
FOOT = 0.25
#: Height of a line of a note in lines of the text, and width of a letter of an address (``.fn`` in ``book.css``).
LINE, LETTER = 0.8, 0.62 * 0.84 * 0.52


class Notes(Struct):
    """Makes the notes of one product, and remembers those at the feet of pages."""

    target: Literal["print", "epub"]
    longest: int
    """Characters of an address that fits at the foot of a page."""
    made: dict[str, list[str]] = field(default_factory=dict)
    """Id of a chapter → the addresses noted in print, in order: note 1 is the first."""

    def begin(self, chapter: Chapter) -> None:
        """Begin a chapter, of which no link has been met."""
        self.made[chapter.id] = []

    def beside(self, url: str, chapter: Chapter) -> Markup:
        """What stands behind a link."""
        return _WAYS[chapter.links](self, url, chapter)

    def at_end(self, chapter: Chapter) -> list[tuple[int, str]]:
        """Number and address of each note at the end of a chapter, whose links have all been met."""
        if chapter.links == "footnote" and self.target == "print":
            notes = enumerate(self.made.get(chapter.id, ()), 1)
            return [(number, url) for number, url in notes if len(url) > self.longest]
        return list(enumerate(chapter.notes, 1))


def longest(page: Page) -> int:
    """Characters of an address that fills :data:`FOOT` of a page."""
    rem = page.rem * MM_A_POINT
    return int(page.measure / (rem * LETTER)) * max(1, int(page.height * FOOT / (rem * LINE)))


def _endnote(_notes: Notes, url: str, chapter: Chapter) -> Markup:
    return _reference(f"{chapter.id}-n", chapter.note(url))


def _footnote(notes: Notes, url: str, chapter: Chapter) -> Markup:
    """At the foot of its page each link has a note of its own, since nobody knows yet which page that will be.

    A link that leads where the one before it led, such as a preview under the words that it belongs to, has the same.
    """
    if notes.target == "epub":
        return _reference(f"{chapter.id}-n", chapter.note(url), Markup(' epub:type="noteref"'))
    made = notes.made.setdefault(chapter.id, [])
    is_new = made[-1:] != [url]
    if is_new:
        made.append(url)
    if len(url) > notes.longest:
        return _reference(f"{chapter.id}-n", len(made))
    return _reference(f"{chapter.id}-foot", len(made)) + (_foot(chapter.id, len(made), url) if is_new else "")


def _inline(notes: Notes, url: str, _chapter: Chapter) -> Markup:
    if not is_web(url):
        return Markup("")
    link = linked_whole if notes.target == "print" else linked_parted
    return Markup(' <span class="ad">({})</span>').format(link(url))


def _nothing(_notes: Notes, _url: str, _chapter: Chapter) -> Markup:
    return Markup("")


#: Where addresses are printed → how.
_WAYS: Mapping[Links, Callable[[Notes, str, Chapter], Markup]] = {
    "endnote": _endnote,
    "footnote": _footnote,
    "inline": _inline,
    "none": _nothing,
}


def _reference(stem: str, number: int, more: Markup | None = None) -> Markup:
    """The number in the text, which leads to its note."""
    return Markup(f'<a class="x"{more or ""} role="doc-noteref" href="#{escape(stem)}{number}">{number}</a>')  # noqa: S704 - it is escaped


def _foot(chapter: str, number: int, url: str) -> Markup:
    """A note that the style sheet takes out of the words and sets at the foot of the page."""
    return Markup(
        '<span class="fn" id="{}-foot{}" dir="ltr"><span class="no">{}</span> <a class="u" href="{}">{}</a></span>'
    ).format(chapter, number, number, address(url), words(url))
