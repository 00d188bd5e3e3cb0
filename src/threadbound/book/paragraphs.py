"""A post's words → paragraphs. Before: inline nodes with line breaks. After: paragraphs without any.

Every line becomes a paragraph of its own. Where an author ends lines in both ways, with an empty line and without, the
paragraph behind an empty line says so: that is how stanzas are made. Elsewhere an empty line is an author's way to make
a paragraph, and the paragraph's indent says the same. A line that starts like a list item keeps its number apart, so
that it can hang. Nothing is dropped but breaks and white space round them, behind numbers and behind the mentions of a
reply.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import dropwhile, groupby

from threadbound.book.blocks import Mark, Paragraph
from threadbound.book.direction import direction_of
from threadbound.model.text import Break, Inline, Mention, Text, plain_text

#: The author's own list: "1. ", "12) ", "• ", "- ", "– ", "→ ".
ITEM = re.compile("(\\d{1,2}[.)]|[•▪◦‣·\\-–—*→]|[➡▶✅✔]\ufe0f?)\\s+(?=\\S|\\Z)")
#: The author's own numbering of posts, at the very start: "3/", "3/12", "3 / 12", "3/n", "(3)", "3)", "[3/12]".
NUMBERING = re.compile(
    r"[(\[]?(?P<n>\d{1,4})(?:(?:\s?/|\s/\s)(?:(?P<total>\d{1,4})|[nNxX])[)\]]?|\s?/[)\]]?|[)\]])(?:\s+|\Z)"
)

#: Characters that a line of verse has at most.
VERSE = 60


def lines(body: Iterable[Inline]) -> list[tuple[Inline, ...]]:
    """The body cut at its breaks, empty lines left out."""
    return [line for _, line in _lines(body)]


def _lines(body: Iterable[Inline]) -> Iterator[tuple[bool, tuple[Inline, ...]]]:
    """Each line with whether an empty one stands before it."""
    breaks = 0
    for is_break, nodes in groupby(body, key=lambda node: isinstance(node, Break)):
        group = tuple(nodes)
        if is_break:
            breaks = len(group)
        else:
            yield breaks > 1, group


def split_replies(body: Sequence[Inline]) -> tuple[tuple[Mention, ...], tuple[Inline, ...]]:
    """The mentions at the start that only say whom a reply answers, and the rest."""
    replies: list[Mention] = []
    rest = list(body)
    while rest:
        node = rest[0]
        if isinstance(node, Mention) and node.reply:
            replies.append(node)
        elif not (replies and _is_blank(node)):
            break
        rest.pop(0)
    if replies and rest and isinstance(rest[0], Text):
        rest[0] = Text(rest[0].text.lstrip())
    return tuple(replies), tuple(rest)


def _is_blank(node: Inline) -> bool:
    return isinstance(node, Break) or (isinstance(node, Text) and not node.text.strip())


def take_start(words: Sequence[Inline], pattern: re.Pattern[str]) -> tuple[str, tuple[Inline, ...]]:
    """What ``pattern`` matches at the start of the words, and the words without it."""
    if words and isinstance(words[0], Text) and (found := pattern.match(words[0].text)):
        rest = words[0].text[found.end() :]
        return found[0].strip(), (*([Text(rest)] if rest else []), *words[1:])
    return "", tuple(words)


def take_number(body: Sequence[Inline], n: int) -> tuple[str, tuple[Inline, ...]]:
    """The author's own number at the start, when it equals the post's place, and the rest."""
    found = NUMBERING.match(body[0].text) if body and isinstance(body[0], Text) else None
    if not found or int(found["n"]) != n or _is_fraction(found):
        return "", tuple(body)
    number, rest = take_start(body, NUMBERING)
    return number, tuple(dropwhile(lambda node: isinstance(node, Break), rest))


def _is_fraction(number: re.Match[str]) -> bool:
    """Whether "3/4" is part of a sentence ("3/4 of us") and not "the third of four"."""
    total = number["total"]
    return bool(total) and (int(total) < int(number["n"]) or number.string[number.end() :][:1].islower())


def has_stanzas(body: Iterable[Inline]) -> bool:
    """Whether lines of the body end in both ways, with an empty line and without."""
    return any(stanza_starts(body))


def stanza_starts(body: Iterable[Inline]) -> tuple[bool, ...]:
    """Of each line whether it begins a stanza behind another; of none in a body without stanzas."""
    are_apart = [is_apart for is_apart, _ in _lines(body)]
    are_both = len(set(are_apart[1:])) > 1
    return tuple(are_both and is_apart and place > 0 for place, is_apart in enumerate(are_apart))


def paragraphs(
    body: Sequence[Inline], mark: Mark, language: str | None, *, flush: bool, stanzas: bool = False
) -> list[Paragraph]:
    """The paragraphs of one post.

    Args:
        body: its words, or what its heading leaves of them.
        mark: that the first one carries.
        language: of the words.
        flush: the first one has no indent.
        stanzas: an empty line is more than the end of a paragraph.
    """
    out: list[Paragraph] = []
    every = list(_lines(body))
    begins = [True, *(is_apart for is_apart, _ in every[1:]), True, True]
    for place, (is_apart, line) in enumerate(every):
        item, words = take_start(line, ITEM)
        is_verse = stanzas and len(plain_text(line)) <= VERSE
        out.append(
            Paragraph(
                words=words,
                mark=None if out else mark,
                flush=flush and not out,
                is_apart=is_apart and stanzas and bool(out),
                is_kept=is_verse and not begins[place + 1] and (begins[place] or begins[place + 2]),
                item=item or None,
                language=language,
                # names and addresses are Latin in every script's text: only words tell the direction
                direction=direction_of(words),
            )
        )
    return out
