"""A thread's title: its own first words, never invented.

Before: the bodies of the posts. After: one line of at most :data:`LIMIT` characters, cut where a sentence or a line
ends, else between two words with "…". Mentions at the start of a reply and links are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from threadbound.model.text import Inline, Link, Mention, plain

#: Characters of a title.
LIMIT = 80
#: Shorter beginnings ("Hi.", "1.") are no title: rather cut inside a sentence.
SHORTEST = 16

_END = re.compile(r"[.!?…]+[\"'”’»)\]]*(?=\s|$)|[。！？]+[」』）]*|\n")
_SPACES = re.compile(r"\s+")
#: "1/", "1/12", "(1/n)" before or after the words.
_NUMBERING = re.compile(r"^\(?\d{1,3}/(?:\d{1,3}|[nx])?\)?\s+|\s+\(?\d{1,3}/(?:\d{1,3}|[nx])?\)?$")
#: Points that end no sentence.
_SHORT_FORMS = ("e.g.", "i.e.", "vs.", "cf.", "mr.", "mrs.", "ms.", "dr.", "st.", "no.", "p.s.", "u.s.", "u.k.")


def title_of(bodies: Iterable[Sequence[Inline]]) -> str:
    """The title of a thread with these posts: from the first one that has words; empty where none has."""
    return next((title for body in bodies if (title := _first_words(body))), "")


def _first_words(body: Sequence[Inline]) -> str:
    """One post's title."""
    shown = (plain(node) for node in body if not isinstance(node, Link) and not _is_reply(node))
    lines = "".join(shown).split("\n")
    text = _NUMBERING.sub("", "\n".join(filter(None, (_SPACES.sub(" ", line).strip() for line in lines))))
    if len(text) <= LIMIT:
        return text.replace("\n", " ")
    # One character more than a title has: an end at the cut itself is none.
    found = _END.finditer(text[: LIMIT + 1])
    ends = [match.end() for match in found if SHORTEST <= match.end() <= LIMIT and _is_end(text, match)]
    if ends:
        return text[: ends[-1]].strip().replace("\n", " ")
    return _at_a_word(text.replace("\n", " "))


def _is_end(text: str, match: re.Match[str]) -> bool:
    """Whether a sentence ends there: "(to a point!) it goes on" is one."""
    if text[: match.end()].lower().endswith(_SHORT_FORMS):
        return False
    return match[0] == "\n" or not text[match.end() :].lstrip()[:1].islower()


def _at_a_word(text: str) -> str:
    """The beginning of a long sentence, with "…"."""
    beginning = text[: LIMIT - 1]
    if not text[LIMIT - 1].isspace() and " " in beginning[SHORTEST:]:
        beginning = beginning[: beginning.rindex(" ")]
    return beginning.rstrip(" ,;:–—-") + "…"


def _is_reply(node: Inline) -> bool:
    return isinstance(node, Mention) and node.reply
