"""How long a post may be, and how long its words are by Twitter's own measure.

Before: words, a date. After: a number of Twitter's "weighted" characters. Where a text copy does not tell (was
``rhodus.com`` a link?), the smaller number is taken: a post that was allowed must never look too long.
"""

from __future__ import annotations

import re
import unicodedata

#: What any link counts.
LINK = 23
#: The limits for everybody, each with its first day, latest first.
_ORDINARY = (("2017-11-08", 280), ("", 140))
#: The first day on which paying authors may write long posts, and how long these have become.
_LONG_FROM, LONG = "2023-02-08", 25_000

_URL = re.compile(r"https?://\S+|(?<![\w@.-])(?:[\w-]+\.)+[a-z]{2,}(?:/\S*)?", re.IGNORECASE)
#: The names a reply begins with are not counted.
_REPLY_NAMES = re.compile(r"(?:\s*@\w{1,15}\b)+\s*")
#: What counts two; the other characters count one.
_HEAVY = re.compile("[^\u0000-\u10ff\u2000-\u200d\u2010-\u201f\u2032-\u2037]")
#: An emoji with what modifies it or is joined to it, or a flag: counts two like any other emoji.
_EMOJI = "[\u2190-\u32ff\U0001f000-\U0001faff]"
_CLUSTER = re.compile(f"[\U0001f1e6-\U0001f1ff]{{2}}|{_EMOJI}(?:[\ufe0f\u20e3\U0001f3fb-\U0001f3ff]|\u200d{_EMOJI})+")


def limits(day: str | None) -> tuple[int, ...]:
    """The limits that may hold for a post of ``day`` (ISO date; ``None``: unknown), the ordinary one first."""
    if day is None:
        return (_ORDINARY[0][1], LONG)
    ordinary = next(limit for first, limit in _ORDINARY if day >= first)
    return (ordinary, LONG) if day >= _LONG_FROM else (ordinary,)


def weighted_length(words: str) -> int:
    """The length of ``words``, at least."""
    words = unicodedata.normalize("NFC", words)
    if names := _REPLY_NAMES.match(words):
        words = words[names.end() :]
    words = _URL.sub(lambda link: "x" * min(LINK, len(link[0])), words)
    words = _CLUSTER.sub("\u3042", words)
    return len(words) + len(_HEAVY.findall(words))
