"""Headings in print: where their lines end, and how wide they are.

Before: a theme and its page. After: functions for the templates, which need the width of the heading's own face.
"""

from __future__ import annotations

from collections.abc import Callable

from markupsafe import Markup

from threadbound.book.book import Heading
from threadbound.model.text import Link, clean, plain
from threadbound.rendering import filters
from threadbound.rendering.balance import MM_A_POINT, balanced_width, count_lines, width_of, with_room
from threadbound.rendering.pages import Page
from threadbound.rendering.phrases import phrases
from threadbound.rendering.theme import Theme

#: Room for a leader and the number of a page, mm.
LEADER = 12.0
#: How much of a line a phrase may fill that is kept whole: a wider one, as in laughter, is divided as ever.
WIDEST = 0.5
#: Sizes of the title on a title page, in lines of text: the style sheet's, and those that a longer title steps down to.
TITLES = (3.0, 2.25, 1.7, 1.3, 1.0, 0.8)
#: How far apart its lines stand then, in sizes.
TITLE_LEADING = 1.1
#: Lines of text that a title takes at most; and those of a page that author, rule and subtitle need.
MOST_TITLE, BESIDE_TITLE = 15.0, 12.0


def whole_phrases(theme: Theme, page: Page) -> Callable[[Heading, filters.Inlines], Markup]:
    """Markup of a heading whose lines end between its phrases, where elsewhere they might end within one."""

    def headed(heading: Heading, words: filters.Inlines) -> Markup:
        size = _size(heading, theme, page)

        def whole(text: str) -> Markup:
            parts = phrases(clean(text), heading.language)
            return filters.words(text) if parts is None else Markup("").join(map(kept, parts))

        def kept(part: str) -> Markup:
            is_whole = not part.isspace() and width_of(part, theme.heading_font, size) < page.measure * WIDEST
            return Markup('<span class="k">{}</span>').format(filters.words(part)) if is_whole else filters.words(part)

        return Markup("").join(words((node,), whole) for node in heading.words)

    return headed


def balanced(theme: Theme, page: Page) -> Callable[[Heading], Markup]:
    """The attribute that makes a heading's lines of much the same length; nothing for a single line."""

    def balance(heading: Heading) -> Markup:
        text = clean("".join(filters.shown(node) if isinstance(node, Link) else plain(node) for node in heading.words))
        parts = phrases(text, heading.language)
        size = _size(heading, theme, page)
        width = balanced_width(text if parts is None else parts, theme.heading_font, size, page.measure)
        return Markup(' style="width:{:.1f}mm"').format(width) if width else Markup("")

    return balance


def displayed(theme: Theme, page: Page) -> Callable[[str], Markup]:
    """The attribute that sets a long title smaller, so that the title page stays one page; nothing for others."""
    room = min(MOST_TITLE, page.height / MM_A_POINT / page.rem - BESIDE_TITLE)

    def fits(title: str, size: float) -> bool:
        lines = count_lines(clean(title), theme.heading_font, page.rem * size, page.measure)
        return lines * size * (1 if size == TITLES[0] else TITLE_LEADING) <= room

    def sized(title: str) -> Markup:
        size = next((size for size in TITLES if fits(title, size)), TITLES[-1])
        if size == TITLES[0]:
            return Markup("")
        return Markup(' style="font-size:{:g}rem;line-height:{:.3g}rem"').format(size, size * TITLE_LEADING)

    return sized


def led(theme: Theme, page: Page) -> Callable[[str], Markup]:
    """Lines of the contents, as markup, that leave room for the number of the page behind their words.

    Where one is divided a line feed stands, which the style sheet keeps: a ``br`` would be no part of the link.
    """
    size, face = page.rem * theme.fonts.text, theme.heading_font

    def line(text: str) -> Markup:
        head, tail = with_room(clean(text), face, size, page.measure, LEADER)
        return filters.words(head) + (Markup("\n") + filters.words(tail) if tail else Markup(""))

    return line


def _size(heading: Heading, theme: Theme, page: Page) -> float:
    """Of a heading's letters, in points."""
    return page.rem * (theme.fonts.long if heading.is_long else theme.fonts.h1)
