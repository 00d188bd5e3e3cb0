"""Which threads are bound: by author, day, words and hashtags.

Before: threads, and what the user asks for. After: those that fit all of it, in the order given; or an error that says
what there was instead, since a book of nothing is never what was meant.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from datetime import date

from threadbound.book import dates
from threadbound.errors import NoThread, meant
from threadbound.model.text import Hashtag
from threadbound.model.thread import Thread
from threadbound.options import Choice

#: Names in one message.
MOST = 8


def folded(text: str) -> str:
    """``text`` as it is compared: without regard to capitals and compatibility forms, one space between words."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def fitting(threads: Sequence[Thread], choice: Choice) -> list[int]:
    """The places of the threads that fit.

    Raises:
        NoThread: none does, or an author or a hashtag is asked for of which there is no thread.
    """
    _refuse_unknown_authors(threads, choice)
    _refuse_unknown_tags(threads, choice)
    found = [place for place, thread in enumerate(threads) if fits(thread, choice)]
    if not found:
        raise NoThread(f"none of {dates.count(len(threads), 'thread')} fits: {'; '.join(described(choice))}")
    return found


def fits(thread: Thread, choice: Choice) -> bool:
    """Whether a thread fits every line of the choice, the order file left aside."""
    return all(rule(thread, choice) for rule in _RULES)


def described(choice: Choice) -> tuple[str, ...]:
    """The choice in words, a phrase each; nothing where everything fits."""
    return tuple(filter(None, (describe(choice) for describe in _DESCRIPTIONS)))


def _refuse_unknown_authors(threads: Sequence[Thread], choice: Choice) -> None:
    handles = {thread.author.handle.casefold(): thread.author.handle for thread in threads if thread.author.handle}
    for wanted in map(bare, choice.authors):
        if wanted not in handles:
            near = meant(wanted, handles)
            there = ", ".join(f"@{handle}" for handle in list(handles.values())[:MOST])
            cure = near or (f"; there are threads by {there}" if there else "; no thread says whose it is")
            raise NoThread(f"--author {wanted}: no thread is by @{wanted}{cure}")


def _refuse_unknown_tags(threads: Sequence[Thread], choice: Choice) -> None:
    known = {folded(node.tag): node.tag for thread in threads for node in _hashtags(thread)}
    wanted = [folded(tag.strip().removeprefix("#")) for tag in choice.tags]
    if wanted and not any(tag in known for tag in wanted):
        there = ", ".join(f"#{tag}" for tag in list(known.values())[:MOST])
        cure = meant(wanted[0], known) or (f"; there are {there}" if there else "; there is none in these threads")
        raise NoThread(f"--tag {wanted[0]}: no thread has the hashtag #{wanted[0]}{cure}")


def bare(handle: str) -> str:
    """A handle as it is compared, without its ``@``."""
    return handle.strip().removeprefix("@").casefold()


def _author(thread: Thread, choice: Choice) -> bool:
    return not choice.authors or thread.author.handle.casefold() in set(map(bare, choice.authors))


def _days(thread: Thread, choice: Choice) -> bool:
    """A thread of which the day is not known fits no span of days."""
    if not (choice.since or choice.until):
        return True
    day = dates.parse(thread.published)
    return day is not None and (choice.since or date.min) <= day <= (choice.until or date.max)


def _words(thread: Thread, choice: Choice) -> bool:
    if not choice.match:
        return True
    wanted = [folded(words) for words in choice.match]
    return any(words in text for text in map(folded, _texts(thread)) for words in wanted)


def _texts(thread: Thread) -> Iterator[str]:
    for post in thread.posts:
        yield post.text
        yield from (quote.text for quote in post.quotes)


def _tags(thread: Thread, choice: Choice) -> bool:
    if not choice.tags:
        return True
    wanted = {folded(tag.strip().removeprefix("#")) for tag in choice.tags}
    return any(folded(node.tag) in wanted for node in _hashtags(thread))


def _hashtags(thread: Thread) -> Iterator[Hashtag]:
    return (node for post in thread.posts for node in post.body if isinstance(node, Hashtag))


#: What a thread must fit.
_RULES: tuple[Callable[[Thread, Choice], bool], ...] = (_author, _days, _words, _tags)


def _either(what: str, words: Sequence[str], shown: Callable[[str], str]) -> str:
    return f"{what} {' or '.join(map(shown, words))}" if words else ""


def _span(choice: Choice) -> str:
    first, last = dates.long(choice.since), dates.long(choice.until)
    if first and last:
        return f"from {first} to {last}"
    return f"since {first}" if first else f"until {last}" if last else ""


#: The parts of a choice → what is said of each.
_DESCRIPTIONS: tuple[Callable[[Choice], str], ...] = (
    lambda choice: _either("by", choice.authors, lambda handle: f"@{handle.strip().removeprefix('@')}"),
    _span,
    lambda choice: _either("with the words", choice.match, lambda words: f"“{words}”"),
    lambda choice: _either("with the hashtag", choice.tags, lambda tag: f"#{tag.strip().removeprefix('#')}"),
    lambda choice: "as listed in a file" if choice.order_file else "",
)
