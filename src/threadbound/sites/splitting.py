"""Where the posts begin in a copy that lost their boundaries.

Before: the lines of a thread's body, in order. After: which of them begin a post (:class:`Split`), and how sure that
is. No line is cut, moved or lost.

In the plain-text copy of a Thread Reader page one post follows another with only a line feed between, and the blank
lines are the posts' own. So every line may begin a post. :data:`FEATURES` says what speaks for and against it, in
log-odds that add up; :mod:`threadbound.sites.partition` then finds the choice that has the declared number of posts,
each within the limit of its day, and the most in its favour.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Literal

from msgspec import Struct

from threadbound.sites.partition import Measures, partition
from threadbound.sites.weighted_length import weighted_length

Confidence = Literal["sure", "likely", "a guess"]

#: The least margin (log-odds between the best split and the next best) for each confidence. On 518 real threads of one
#: author, the same that the weights were fitted on, every boundary was right in 99 % of the splits at or above the
#: first, in four fifths of those between, in one fifth of those below.
_SURE, _LIKELY = 3.0, 2.0
#: The features look at this much of a line's beginning and end: bounded time on hostile pages.
_LOOK = 300


class Line(Struct, frozen=True):
    """One line of the body that is not blank."""

    text: str
    """Its words, stripped; empty if it held nothing but pictures."""
    blank_before: int = 0
    """How many blank lines stand before it."""
    pictures: int = 0
    """How many pictures stood at its end."""


class Gap(Struct, frozen=True):
    """The place between two lines, where a post may end and the next begin."""

    above: Line
    below: Line
    numbered: bool = False
    """Whether the author numbers the posts of this thread by hand."""
    next_number: bool = False
    """Whether the line below carries the next of those numbers."""

    @property
    def tail(self) -> str:
        """The end of the line above."""
        return self.above.text[-_LOOK:]

    @property
    def head(self) -> str:
        """The beginning of the line below."""
        return self.below.text[:_LOOK]


class Feature(Struct, frozen=True):
    """One thing that speaks for (above zero) or against (below) a boundary in a gap."""

    name: str
    weight: float
    """Log-odds: rounded from a regression over real threads that show the feature, else set from the reason."""
    holds: Callable[[Gap], object]
    why: str


class Split(Struct, frozen=True):
    """Which lines begin a post."""

    starts: tuple[int, ...]
    confidence: Confidence
    too_long: bool = False
    """Whether some post is longer than its day allowed."""


_SLASHED = re.compile(r"\(?(\d{1,3})\s?/\s?(?:\d{1,3}|n|x)?\)?(?=\W|[A-Z]|$)")
_COUNTED = re.compile(r"\(?(\d{1,3})[.)\]:]\)?(?=\s|$)")
_BULLET = re.compile(r"[-–—•*·∙●▪◦‣➤→►✅✔☑+]\s*\S|\d\ufe0f?\u20e3")
_POSTSCRIPT = re.compile(r"P\.?\s?(?:P\.?\s?){0,3}S\b")
_LINK_LINE = re.compile(r"(?:https?://\S+|(?:[\w-]+\.)+[a-z]{2,}(?:/\S*)?)(?:\s|$)", re.IGNORECASE)
_LINK_LAST = re.compile(r"(?:https?://|(?<![\w@.-])(?:[\w-]+\.)+[a-z]{2,}/)\S*$|[\w/=-]…$", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.!?…。！？][\"'”’)\]»]*$")
_THREAD_MARK = re.compile(r"(?:🧵|\bthread\)|\bthread[.:]?$)\W*$", re.IGNORECASE)


def _is_item(line: Line) -> bool:
    head = line.text[:_LOOK]
    return any(form.match(head) for form in (_BULLET, _COUNTED, _SLASHED))


def _items_go_on(gap: Gap) -> bool:
    return not gap.numbered and _is_item(gap.above) and _is_item(gap.below) and len(gap.below.text) < 140


#: The cost model: what there is to see in a gap, how much it counts, and why.
FEATURES: tuple[Feature, ...] = (
    Feature("any gap", -1.0, lambda _: True, "posts of several lines are common"),
    # How the copy is laid out.
    Feature("blank line", -7.0, lambda gap: gap.below.blank_before, "between posts stands one line feed only"),
    Feature(
        "paragraphs", 0.7, lambda gap: gap.above.blank_before, "who parts paragraphs by blank lines parts them all"
    ),
    Feature("picture above", 4.0, lambda gap: gap.above.pictures and gap.below.text, "pictures come last in a post"),
    Feature("picture below", -4.0, lambda gap: not gap.below.text, "one more picture of the same post"),
    # How the line above ends.
    Feature("sentence ends", 0.9, lambda gap: _SENTENCE_END.search(gap.tail), "posts end with their sentence"),
    Feature("colon", -1.8, lambda gap: gap.tail.endswith((":", "：")), "what it announces is in the same post"),
    Feature("comma or dash", -1.9, lambda gap: gap.tail.endswith((",", ";", "-", "–", "—")), "the sentence goes on"),
    Feature("open bracket", -1.5, lambda gap: gap.tail.count("(") > gap.tail.count(")"), "it closes in the same post"),
    Feature("link last", 3.0, lambda gap: _LINK_LAST.search(gap.tail), "links come last in a post"),
    Feature("thread mark", 1.5, lambda gap: _THREAD_MARK.search(gap.tail), "the mark ends the first post"),
    # How the line below begins.
    Feature("lower case", -1.0, lambda gap: gap.head[:1].islower(), "the sentence goes on"),
    Feature("link first", -3.5, lambda gap: _LINK_LINE.match(gap.head), "it belongs to the words above it"),
    Feature("name first", 2.0, lambda gap: gap.head.startswith("@"), "replies begin with a name"),
    Feature("postscript", 2.0, lambda gap: _POSTSCRIPT.match(gap.head), "postscripts are posts of their own"),
    # Lists and numbers.
    Feature("list goes on", -2.0, _items_go_on, "the items of a list stay together"),
    Feature("bullet", -1.0, lambda gap: _BULLET.match(gap.head), "a list belongs to the words before it"),
    Feature("number", 5.0, lambda gap: gap.next_number, "the author numbers the posts"),
    Feature("no number", -2.0, lambda gap: gap.numbered and not gap.next_number, "the author numbers the posts"),
    # How long the lines are.
    Feature("very short above", -0.9, lambda gap: 0 < len(gap.above.text) < 40, "posts are rarely so short"),
    Feature("short above", -0.6, lambda gap: 40 <= len(gap.above.text) < 80, "posts are rarely so short"),
    Feature("long above", 0.7, lambda gap: 140 <= len(gap.above.text) < 200, "it leaves little room in its post"),
    Feature("full above", 1.4, lambda gap: len(gap.above.text) >= 200, "it fills its post"),
    Feature("long below", 0.4, lambda gap: 140 <= len(gap.below.text) < 200, "it leaves little room in its post"),
    Feature("full below", 0.9, lambda gap: len(gap.below.text) >= 200, "it fills its post"),
    Feature("both short", -0.9, lambda gap: max(len(gap.above.text), len(gap.below.text)) < 60, "a list, or verse"),
)


def split(lines: Sequence[Line], count: int | None, allowed: tuple[int, ...]) -> Split:
    """The best split of ``lines`` into ``count`` posts (``None``: as many as the words speak for).

    ``allowed`` are the limits of the day, the ordinary one first: the next counts only where that cannot explain the
    page. A ``count`` beyond the number of lines becomes that number.
    """
    if not lines:
        return Split((), "sure")
    if count is not None:
        count = max(1, min(count, len(lines)))
    sizes = [weighted_length(line.text) for line in lines]
    joins = [1 + min(line.blank_before, 1) for line in lines]
    measures = Measures.of(gains_of(lines, count), sizes, joins)
    limit = next((limit for limit in allowed if _explains(measures, limit, count)), allowed[-1])
    best = partition(measures, limit, count)
    too_long = measures.largest(best.starts) > limit
    return Split(best.starts, "a guess" if too_long else _confidence(best.margin), too_long)


def gains_of(lines: Sequence[Line], count: int | None) -> list[float]:
    """For each line the log-odds that a post begins there; of the first line 0, for one always does."""
    numbered = _numbered_lines(lines, count)
    gains = [0.0] * len(lines)
    for place, (above, below) in enumerate(pairwise(lines), start=1):
        gap = Gap(above, below, bool(numbered), place in numbered)
        gains[place] = sum(feature.weight for feature in FEATURES if feature.holds(gap))
    return gains


def _numbered_lines(lines: Sequence[Line], count: int | None) -> frozenset[int]:
    """The lines with the author's own numbers of the posts; empty where the posts are not numbered.

    ``2/`` is how threads are numbered; ``2.`` and ``2)`` also number lists, so those must run through the whole page.
    """
    for form, least_spread in ((_SLASHED, 0.0), (_COUNTED, 0.6)):
        chain: list[int] = []
        last = 0
        for place, line in enumerate(lines):
            match = form.match(line.text[:_LOOK])
            if match and int(match[1]) in {last + 1, 2 - last}:  # a thread's first post often has no number
                last = int(match[1])
                chain.append(place)
        if len(chain) >= max(3, 0.6 * (count or 5)) and chain[-1] - chain[0] >= least_spread * (len(lines) - 1):
            return frozenset(chain)
    return frozenset()


def _confidence(margin: float) -> Confidence:
    return "sure" if margin >= _SURE else "likely" if margin >= _LIKELY else "a guess"


def _explains(measures: Measures, limit: int, count: int | None) -> bool:
    """Whether posts within ``limit`` can hold all lines."""
    if measures.largest(range(measures.count)) > limit:
        return False
    return count is None or measures.fewest(limit) <= count
