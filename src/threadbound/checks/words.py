"""What a product must hold of a thread, and how its words are compared.

Before: a thread. After: for every post its words, link targets and pictures. Words are compared folded: two texts that
a reader takes for the same fold to the same characters, whatever a typesetter did to spaces, quotes and emoji.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from urllib.parse import unquote

from msgspec import Struct

from threadbound.book.heading import open_thread
from threadbound.book.paragraphs import split_replies, take_number
from threadbound.model.media import Media
from threadbound.model.text import Break, Hashtag, Inline, Link, Mention, clean, plain, with_links
from threadbound.model.thread import Post, Thread
from threadbound.rendering.filters import is_web, shown

#: How far a run is followed over breaks, and in how many ways: bounds for texts that repeat themselves.
_BREAKS_AHEAD, _OVERLAPS_TRIED = 12, 4
_DASHES = "\u2010\u2011\u2012\u2013\u2015\u2212"
#: Characters that show nothing of their own: joiners, marks of direction, variation selectors, skin tones, tags.
_UNSEEN = frozenset(
    {
        *(0x00AD, 0x034F, 0x061C, 0x180E, 0xFEFF),
        *(*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), *range(0xFE00, 0xFE10)),
        *(*range(0x1F3FB, 0x1F400), 0xE0001, *range(0xE0020, 0xE0080), *range(0xE0100, 0xE01F0)),
        *(*range(0x1BCA0, 0x1BCA4), *range(0x1D173, 0x1D17B)),  # how shorthand and music are to be set
    }
)
#: Characters that may fold to others.
_BEYOND = re.compile("[^\0-\x7f]")
#: Characters that fold to themselves.
_PLAIN = re.compile("[!-~]")
#: A long dash is the two hyphens that stand for it on a typewriter.
_ALIKE = str.maketrans(
    dict.fromkeys("‘’‚‛′‹›", "'") | dict.fromkeys("“”„‟«»", '"') | dict.fromkeys(_DASHES, "-") | {"\u2014": "--"}
)


class _Folding(dict[int, str]):
    """How each character folds, worked out when it is first met."""

    def __missing__(self, code: int) -> str:
        apart = "" if code in _UNSEEN else unicodedata.normalize("NFKD", chr(code))
        self[code] = "".join(apart.translate(_ALIKE).split())
        return self[code]


_FOLDING = _Folding()


def _folded(character: re.Match[str]) -> str:
    return _FOLDING[ord(character[0])]


class ExpectedPost(Struct, frozen=True):
    """What must be found of one post."""

    n: int
    runs: tuple[str, ...]
    """Words, in order: the post's own between its links, then those of quoted posts, link cards and other
    wordings. Not folded."""
    loose: tuple[str, ...]
    """Words that a book may set apart: the author's own number, whom a reply answers."""
    links: tuple[str, ...]
    """Addresses that must be linked, each once: links, cards, quoted posts, clips, and pictures that are lost."""
    pictures: tuple[str, ...]
    """Digests of the pictures, each once."""


def expected(thread: Thread) -> tuple[ExpectedPost, ...]:
    """What a product must hold of ``thread``, post by post."""
    return tuple(_expected(post, is_first=k == 0) for k, post in enumerate(thread.posts))


def addresses(post: Post) -> tuple[str, ...]:
    """Where a product must link to for a post, each once."""
    media = [*post.media, *(item for quote in post.quotes for item in quote.media)]
    quoted = (quote.url for quote in post.quotes if quote.url)
    said = [url for quote in post.quotes for url in quote.links]
    other = [node for wording in post.wordings for node in wording.body]
    said += [node.url for node in other if isinstance(node, Link)]
    names = _names((*post.body, *other))
    return tuple(dict.fromkeys((*post.links, *said, *names, *quoted, *_addresses(media))))


def fold(text: str) -> str:
    """``text`` as it is compared: no white space, nothing unseen, plain quotes and hyphens.

    Compatibility forms are taken apart character by character (NFKD, unlike NFKC, can be): so the parts of a text fold
    like the whole, wherever a typesetter divides it.
    """
    text = "".join(clean(text).split())
    return text if text.isascii() else _BEYOND.sub(_folded, text)


def fold_print(text: str) -> str:
    """``text`` folded for pages with hyphenated lines, where nobody can tell whose a hyphen at a line's end is."""
    return fold(text).replace("-", "")


def fold_url(url: str) -> str:
    """An address as it is compared: percent-encoding undone."""
    return unquote(clean(url)).strip()


def follow(run: str, text: str, start: int, breaks: Sequence[int] = ()) -> int:
    """Where ``run`` ends in ``text``, at the nearest place from ``start``; ``-1`` when it is not there. All folded.

    Args:
        run: the words.
        text: where to look.
        start: offset to look from.
        breaks: offsets, ascending, at which a typesetter may have put something between: the end of a heading, the
            foot of a page. What stands before a break reaches up to it; the rest begins before the second one after.
    """
    whole = text.find(run, start)
    best = whole + len(run) if whole >= 0 else -1
    ahead = [at for at in dict.fromkeys(breaks) if at > start][:_BREAKS_AHEAD]
    for position, at in enumerate(ahead):
        if 0 <= best <= at:
            break
        for size in islice(_overlaps(run, text[max(start, at - len(run) + 1) : at]), _OVERLAPS_TRIED):
            end = _resume(run[size:], text, ahead[position:])
            if end >= 0 and (best < 0 or end < best):
                best = end
    return best


def ends(runs: Iterable[str], text: str, breaks: Sequence[int] = ()) -> Iterator[int]:
    """Where each of ``runs`` ends in ``text``, behind those before it; ``-1`` where it is not there. All folded."""
    cursor = 0
    breaks = list(dict.fromkeys(breaks))
    for run in runs:
        near = bisect_right(breaks, cursor)
        end = follow(run, text, cursor, breaks[near : near + _BREAKS_AHEAD])
        yield end
        cursor = max(cursor, end)


def lost_runs(runs: Iterable[str], text: str, breaks: Sequence[int] = ()) -> Iterator[int]:
    """Places among ``runs`` of those that are not in ``text`` in their order. All folded."""
    return (place for place, end in enumerate(ends(runs, text, breaks)) if end < 0)


def _resume(rest: str, text: str, ahead: Sequence[int]) -> int:
    """Where the rest of a run ends that was broken at ``ahead[0]``: it may be broken once more at the next."""
    limit = ahead[2] if len(ahead) > 2 else len(text)
    found = text.find(rest, ahead[0], limit)
    if found >= 0:
        return found + len(rest)
    if len(ahead) > 1:
        for size in islice(_overlaps(rest, text[max(ahead[0], ahead[1] - len(rest) + 1) : ahead[1]]), _OVERLAPS_TRIED):
            end = _resume(rest[size:], text, ahead[1:])
            if end >= 0:
                return end
    return -1


def _overlaps(run: str, before: str) -> Iterator[int]:
    """How many characters of ``run`` may be the end of ``before``: the most first."""
    at = before.find(run[:1])
    while at >= 0:
        if run.startswith(before[at:]):
            yield len(before) - at
        at = before.find(run[:1], at + 1)


def _expected(post: Post, *, is_first: bool) -> ExpectedPost:
    replies, body = split_replies(post.body)
    number, body = take_number(body, post.n)
    apart = (*(plain(mention) for mention in replies), number)
    runs = [
        *(_opening(body) if is_first else _runs(body)),
        *(run for quote in post.quotes for run in _runs(with_links(quote.text))),
        *(words for card in post.cards for words in (card.title, card.description)),
        *(choice.text for poll in post.polls for choice in poll.choices),
        *(run for wording in post.wordings for run in _runs(wording.body)),
    ]
    media = [*post.media, *(item for quote in post.quotes for item in quote.media)]
    return ExpectedPost(
        n=post.n,
        runs=tuple(run for run in runs if _PLAIN.search(run) or fold(run)),
        loose=tuple(run for run in apart if _PLAIN.search(run) or fold(run)),
        links=addresses(post),
        pictures=tuple(dict.fromkeys(item.sha256 for item in media if item.sha256)),
    )


def _opening(body: Sequence[Inline]) -> Iterator[str]:
    """The runs of a first post: its heading's and what follows, since a book sets things between the two."""
    opening = open_thread(body, "")
    if opening.rest != tuple(body):
        yield from _runs(opening.heading.words)
    yield from _runs(opening.rest)


def _runs(body: Iterable[Inline]) -> Iterator[str]:
    """The words between the links, and what is shown of each link."""
    words: list[str] = []
    for node in body:
        if isinstance(node, Link):
            yield "".join(words)
            yield shown(node)
            words = []
        else:
            words.append("\n" if isinstance(node, Break) else plain(node))
    yield "".join(words)


def _names(body: Iterable[Inline]) -> Iterator[str]:
    """Where the names of people and subjects lead."""
    for node in body:
        if isinstance(node, Mention | Hashtag) and is_web(node.url):
            yield str(node.url)


def _addresses(media: Iterable[Media]) -> Iterator[str]:
    """Addresses of what the book shows not at all, or only as a still."""
    for item in media:
        if (item.kind != "image" or not item.sha256) and item.url.lower().startswith(("http://", "https://")):
            yield item.url
