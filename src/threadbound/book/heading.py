"""How a chapter opens. No title is invented and nothing is printed twice: the first sentence is the heading.

After :func:`open_thread`, heading + rest hold every word of the first post, in order, once. Where none of them make a
heading, they stand whole below one of ours; the thread is called by the first of them all the same.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from itertools import takewhile

from msgspec import Struct
from msgspec.structs import replace

from threadbound.book.blocks import room
from threadbound.book.book import Heading
from threadbound.book.brief import STOPS
from threadbound.book.direction import direction
from threadbound.book.paragraphs import lines
from threadbound.model.text import Break, Inline, Link, Text, plain_text, straight

#: Where a sentence ends: . ! ? … (and quotes or brackets that close with it), or their like in other scripts.
END = re.compile("[.!?…]+[\"'”’»)\\]]*(?:\\s»)?(?=\\s|$)|[。！？।॥؟۔]+[!?]*[\"'”’»)\\]」』）]*")
SHORTEST, LONGEST, SHORT_TITLE = 12, 140, 80
#: Latin letters that fill six lines of a small page where they are set smaller: more is no heading.
LONG_HEADING = 240
#: Ends that are no end of a sentence: short forms, and the numbers of lists and ordinals (years do end sentences).
ABBREVIATION = re.compile(
    r"(?:\b(?:[A-Z]|Mr|Mrs|Ms|Dr|Prof|St|Gen|Gov|Sen|Rep|Lt|Col|Capt|Sgt|Rev|Hon|vs|No|Jr|Sr|Inc|Ltd|Co|Corp|cf|al"
    r"|e\.g|i\.e|etc|[ap]\.m)|(?<![\d.,:/])\d{1,2})\.$"
)
#: Brackets within a sentence: words stand before them (":(" is a face, and after ". (" a sentence begins).
ASIDE = re.compile(r"(?<=[^\s.!?…。！？])(?:\s+|(?<![:;=-]))[(\[（［【][^()\[\]（）［］【】]*[)\]）］】]")
#: Ends that may close a bracket within a sentence and not the sentence.
_CALLS = frozenset("!?…！？؟")
#: Behind quoted words: the sentence goes on ("… 」と言った").
QUOTED_ON = re.compile("(?<=[」』])(?:と(?!ても|ころ|にかく)|って|[、，])")
#: More than the longest of the short forms.
_SHORT_FORM = 12
#: What may follow a sentence on its line and belongs to it: "🧵👇", "1/12".
_NUMBER = r"(?:\d{1,4}\s?/\s?(?:\d{1,4}|[nNxX])?[^\w.!?…]*)?"
_TAIL = re.compile(rf"[^\w]*{_NUMBER}$")
#: The same, as what a title is better without.
_ORNAMENT = re.compile(rf"\s[^\w.!?…\"'”’»)\]]*{_NUMBER}$")


class Opening(Struct, frozen=True):
    """The first post, divided."""

    heading: Heading
    rest: tuple[Inline, ...]
    """What runs on under the heading."""


def open_thread(body: Sequence[Inline], fallback: str, language: str | None = None) -> Opening:
    """Divide the first post's body into a heading and what follows.

    Args:
        body: the first post without reply mentions and hand numbering.
        fallback: what stands over a first post that cannot be a heading (no words, or a long text without a
            sentence); the post is then printed in full under it.
        language: of the first post's words, where it is known.
    """
    length = _sentence(body) or _first_line(body)
    if length and _is_seen(_first_words(body)[:length]):
        head, rest = _cut(body, length)
        return Opening(_heading(head, language, is_long=length > LONGEST), rest)
    text = plain_text(body)
    if len(text) >= SHORTEST and _fits(text) and len(lines(body)) == 1 and _is_seen(text):
        return Opening(_heading(tuple(body), language, is_long=True), ())
    return Opening(_ours(shorten(fallback, LONGEST), _called(body), language), tuple(body))


def titled(heading: Heading, title: str) -> Heading:
    """The heading of a thread to which the user gave a title: under it, or made of it where the heading was ours."""
    if title in {heading.short, heading.title, plain_text(heading.words)}:
        return replace(heading, short=title)
    way = direction(title)
    named = replace(heading, short=title, title_direction=way, title_language=None)
    if heading.is_ours:
        return replace(named, words=(Text(title),), direction=way, language=None)
    return replace(named, given=title)


def shorten(text: str, limit: int = SHORT_TITLE) -> str:
    """``text`` on one line and at most ``limit`` characters, cut between words with "…"."""
    line = " ".join(text.split())
    if len(line) <= limit:
        return line
    words = line[:limit].rsplit(" ", 1)[0]
    cut = words if limit // 2 < len(words) < limit else line[: limit - 1]
    return cut.rstrip(STOPS) + "…"


def _heading(words: tuple[Inline, ...], language: str | None, *, is_long: bool = False) -> Heading:
    text = plain_text(node for node in words if not isinstance(node, Link)).strip() or plain_text(words)
    text = _unadorned(text)
    way = direction(text)
    return Heading(
        words,
        *_titles(text),
        title_direction=way,
        title_language=language,
        is_long=is_long,
        direction=way,
        language=language,
    )


def _ours(over: str, called: str, language: str | None) -> Heading:
    """``over`` as the heading of a thread that is called by the words ``called``, or by ``over`` where it has none."""
    title = called or over
    return Heading(
        (Text(over),),
        *_titles(title),
        title_direction=direction(title),
        title_language=language if called else "en",
        direction=direction(over),
        language="en",
        is_ours=True,
    )


def _called(body: Sequence[Inline]) -> str:
    """The first of the words, enough for a title, on one line: up to the first link, which says nothing in a sentence.

    Links before any words are left out; empty where there are none.
    """
    nodes = [node for node in body if not isinstance(node, Link)]
    whole = " ".join(plain_text(nodes).split())
    if not _has_words(whole):
        return ""
    before = " ".join(plain_text(takewhile(lambda node: not isinstance(node, Link), body)).split())
    if SHORTEST <= len(before) < min(len(whole), LONGEST) and _has_words(before):
        return before.rstrip(STOPS) + "…"
    return whole[: 2 * LONGEST] if len(whole) > 2 * LONGEST else _unadorned(whole)


def _titles(text: str) -> tuple[str, str]:
    """The short title and the title that ``text`` gives."""
    return straight(_no_full_stop(shorten(text))), straight(_no_full_stop(shorten(text, LONGEST)))


def _unadorned(text: str) -> str:
    """``text`` without what a title is better without, unless it is nothing else."""
    plain = _ORNAMENT.sub("", text)
    return plain if _is_seen(plain) else text


def _has_words(text: str) -> bool:
    return any(character.isalnum() for character in text)


def _is_seen(text: str) -> bool:
    """Whether there is a letter, figure, sign or picture in ``text`` (spaces, marks and joiners alone are no title)."""
    return any(unicodedata.category(character)[0] in "LNPS" for character in text)


def _no_full_stop(line: str) -> str:
    return line[:-1] if line.endswith((".", "。")) and not line.endswith("..") else line


def _before_break(body: Sequence[Inline]) -> list[Inline]:
    """The nodes up to the first break or link: what a heading may be made of."""
    return list(takewhile(lambda node: not isinstance(node, Break | Link), body))


def _first_words(body: Sequence[Inline]) -> str:
    return plain_text(_before_break(body))


def _sentence(body: Sequence[Inline]) -> int:
    """Length of the first sentence where it makes a heading, else 0."""
    nodes = _before_break(body)
    text = plain_text(nodes)
    near = text[: LONG_HEADING + 1]  # enough to see what follows an end; and no hostile text is searched for long
    ends = (found for found in END.finditer(near) if SHORTEST <= found.end() <= LONG_HEADING)
    length = next((found.end() for found in ends if _is_end(near, found) and not _is_aside(near, found)), 0)
    is_line = len(nodes) == len(body) or isinstance(body[len(nodes)], Break)
    if length and is_line and _fits(text) and _TAIL.match(text, length):
        return len(text)
    return length if _fits(text[:length]) else 0


def _is_end(text: str, found: re.Match[str]) -> bool:
    """Whether a sentence ends there: not after a short form, nor where small letters go on ("Yahoo! is…")."""
    end = found.end()
    if ABBREVIATION.search(text[max(0, end - _SHORT_FORM) : end]) or QUOTED_ON.match(text, end):
        return False
    has_capitals = next((character.isupper() for character in text if character.isalpha()), False)
    return not (has_capitals and text[end:].lstrip()[:1].islower())


def _is_aside(text: str, found: re.Match[str]) -> bool:
    """Whether the end is one of words in brackets, and the sentence round them goes on."""
    aside = next((each for each in ASIDE.finditer(text) if each.start() < found.start() < each.end()), None)
    if aside is None:
        return False
    closes = found.end() >= aside.end()
    return not closes or (not _CALLS.isdisjoint(found[0]) and not _TAIL.match(text, found.end()))


def _first_line(body: Sequence[Inline]) -> int:
    """Length of the first line where it stands alone and makes a heading, else 0."""
    nodes = _before_break(body)
    is_line = len(nodes) < len(body) and isinstance(body[len(nodes)], Break)
    text = plain_text(nodes)
    return len(text) if is_line and len(text) >= SHORTEST and _fits(text) else 0


def _fits(words: str) -> bool:
    """Whether a heading may be as long."""
    return len(words) <= LONGEST or (len(words) <= LONG_HEADING and room(words) <= LONG_HEADING)


def _cut(body: Sequence[Inline], length: int) -> tuple[tuple[Inline, ...], tuple[Inline, ...]]:
    """The first ``length`` characters of the words, and the rest without leading white space and breaks."""
    head: list[Inline] = []
    left = length
    rest = list(body)
    while rest and left > 0:
        node = rest.pop(0)
        size = len(plain_text((node,)))
        if size > left and isinstance(node, Text):
            head.append(Text(node.text[:left]))
            rest.insert(0, Text(node.text[left:].lstrip()))
            break
        head.append(node)
        left -= size
    while rest and (isinstance(rest[0], Break) or (isinstance(rest[0], Text) and not rest[0].text.strip())):
        rest.pop(0)
    if rest and isinstance(rest[0], Text):
        rest[0] = Text(rest[0].text.lstrip())
    return tuple(head), tuple(rest)
