"""Where in a page's markup a match stands: inside a tag, inside a style sheet, or among the words.

Before: markup, any size, any damage. After: for each match of a pattern its :class:`Place`. Words must never be
changed, so whoever rewrites addresses asks here first. One pass, linear in the markup whatever it holds: no token is
looked at twice, and nothing recurses.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from msgspec import Struct

from threadbound.containers import bounds

_STOP = re.compile(r"""(?a)>|=\s*+["']""")
_STYLE_END = re.compile(r"(?ai)</style")
_NAME_BEFORE = re.compile(r"""(?a)([^\s=/>"'<]{1,60})\s{0,4}=\s{0,4}["']?\s{0,4}\Z""")
_LOOK_BACK = 160
_SRCSET_LOOK_BACK = 8192

#: Attributes that hold words of a person, not addresses.
WORDS = frozenset({"alt", "title", "aria-label", "aria-description", "placeholder", "label", "value"})


class Place(Struct, frozen=True):
    """One match and what surrounds it."""

    match: re.Match[str]
    kind: Literal["tag", "style"]
    start: int
    """Where the tag or style sheet begins."""
    end: int
    """Where the tag (before its ``>``) or style sheet ends."""

    @property
    def before(self) -> str:
        """What directly precedes the match inside the tag or style sheet, not more than is needed to judge."""
        text = self.match.string
        return text[max(self.start, self.match.start() - _LOOK_BACK) : self.match.start()]

    @property
    def attribute(self) -> str | None:
        """Lower-case name of the attribute whose value the match begins; ``None`` if it begins none."""
        lead = self.before.rstrip()[-1:]
        named = _NAME_BEFORE.search(self.before) if self.kind == "tag" and lead and lead in "=\"'" else None
        return named[1].lower() if named else None

    @property
    def in_srcset(self) -> bool:
        """Whether the match stands in a list of pictures for different screens."""
        text, here = self.match.string, self.match.start()
        if self.kind != "tag" or text[here - 1 : here] not in tuple("\t\n\r =,\"'"):
            return False
        begin = text.rfind("srcset", max(self.start, here - _SRCSET_LOOK_BACK), here)
        return begin >= 0 and text[begin:here].count('"') < 2 and text[begin:here].count("'") < 2


def tag_end(markup: str, position: int) -> int:
    """Index of the ``>`` that closes the tag beginning at or before ``position``; the end of markup if none does."""
    while stop := _STOP.search(markup, position):
        if stop[0] == ">":
            return stop.start()
        closing = markup.find(stop[0][-1], stop.end())
        if closing < 0:
            break
        position = closing + 1
    return len(markup)


def places(markup: str, pattern: re.Pattern[str]) -> Iterator[Place]:
    """Each match of ``pattern`` inside a tag or a style sheet, in order; at most ``MAX_ADDRESSES``."""
    seen = start = end = 0  # the region last judged; ``end`` is 0 when it was words
    kind: Literal["tag", "style"] = "tag"
    for count, match in enumerate(pattern.finditer(markup)):
        here = match.start()
        if count >= bounds.MAX_ADDRESSES:
            return
        if here >= end:
            opening = markup.rfind("<", max(seen, end), here)
            if opening >= 0:
                start, end, kind = _region(markup, opening, here)
            seen = here
        if here < end:
            yield Place(match, kind, start, end)


def _region(markup: str, opening: int, here: int) -> tuple[int, int, Literal["tag", "style"]]:
    """The tag or style sheet around ``here``, begun by the ``<`` at ``opening``; its end is 0 for words."""
    following = markup[opening + 1 : opening + 6]
    if not (following[:1].isascii() and following[:1].isalpha()):
        return opening, 0, "tag"
    end = tag_end(markup, opening)
    if here < end:
        return opening, end, "tag"
    if following.lower() != "style":
        return opening, 0, "tag"
    closing = _STYLE_END.search(markup, end)
    return end + 1, closing.start() if closing else len(markup), "style"
