"""Which threads are bound: by author, day, words and hashtags.

Before: threads, and what the user asks for. After: those that fit all of it, in the order given; or an error that says
what there was instead, since a book of nothing is never what was meant.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Sequence
from datetime import date

from msgspec.structs import replace

from threadbound.book import dates
from threadbound.book.collection import Chosen, Collection
from threadbound.book.people import called, folded, known_by
from threadbound.errors import NoThread, UsageError, meant
from threadbound.model.text import Hashtag, plain_text
from threadbound.model.thread import Author, Post, Thread
from threadbound.options import Choice

#: Names in one message.
MOST = 8
#: How a book was chosen whose threads a file listed.
AS_LISTED = "as listed in a file"


def fitting(threads: Sequence[Thread], choice: Choice) -> list[int]:
    """The places of the threads that fit.

    Raises:
        NoThread: none does.
    """
    found = [place for place, thread in enumerate(threads) if fits(thread, choice)]
    if not found:
        undated = sum(lacks_day(thread, chosen(choice)) for thread in threads)
        raise none_fits(len(threads), choice, undated)
    return found


def none_fits(count: int, choice: Choice, undated: int) -> NoThread:
    """What is said where no thread fits, of so many; of those that fit all but the days, so many have none."""
    unknown = f"; of {undated} the day is not known" if undated else ""
    return NoThread(f"none of {dates.count(count, 'thread')} fits: {'; '.join(described(choice))}{unknown}")


def understood(threads: Sequence[Thread], choice: Choice) -> Choice:
    """The choice with its authors as these threads have them: a handle before a name.

    Raises:
        NoThread: an author or a hashtag is asked for of which there is no thread.
    """
    refuse_unknown(threads, choice)
    return settled(threads, choice)


def settled(threads: Sequence[Thread], choice: Choice) -> Choice:
    """The choice as :func:`understood`; an author of whom there is no thread stays as asked for, and fits none."""
    handles, names = _handles(threads), _names(threads)
    authors, named = [], list(choice.names)
    for wanted in choice.authors:
        if bare(wanted) not in handles and folded(wanted) in names:
            named.append(" ".join(wanted.split()))
        else:
            authors.append(f"@{wanted.strip().removeprefix('@')}")
    return dataclasses.replace(choice, authors=tuple(authors), names=tuple(named))


def refuse_unknown(threads: Sequence[Thread], choice: Choice) -> None:
    """See that there are threads by everybody who is asked for, and one with such a hashtag.

    Raises:
        NoThread: there are not.
    """
    handles, names = _handles(threads), _names(threads)
    for wanted in choice.authors:
        if bare(wanted) not in handles and folded(wanted) not in names:
            raise _unknown_author(wanted, threads)
    _refuse_unknown_tags(threads, choice)


def loosely(choice: Choice) -> Choice:
    """The choice while not all threads are known: whoever has no handle may be asked for by the name."""
    return dataclasses.replace(choice, names=(*choice.names, *choice.authors))


def fits_otherwise(thread: Thread, choice: Choice) -> bool:
    """Whether authors are asked for, and the thread fits all else; where none are, it is not even looked at."""
    return has_authors(choice) and fits(thread, dataclasses.replace(choice, authors=(), names=()))


def has_authors(choice: Choice) -> bool:
    """Whether somebody is asked for."""
    return bool(choice.authors or choice.names)


def outline(thread: Thread) -> Thread:
    """Of a thread what :func:`settled` and :func:`refuse_unknown` look at."""
    return Thread(thread.site, thread.author, (Post(1, body=tuple(_hashtags(thread))),))


def _handles(threads: Sequence[Thread]) -> dict[str, str]:
    """Handles, as they are compared → as they are shown."""
    authors = [thread.author for thread in threads]
    return {author.handle.casefold(): f"@{author.handle}" for author in authors if author.handle}


def _names(threads: Sequence[Thread]) -> dict[str, str]:
    """Display names of those without a handle, as they are compared → as they are shown; an empty one names nobody."""
    authors = [thread.author for thread in threads if not thread.author.handle]
    return {known: called(author) for author in authors if (known := known_by(author))}


def chosen(choice: Choice) -> tuple[Chosen, ...]:
    """The choice as a book remembers it; nothing where everything fits."""
    if choice == Choice():
        return ()
    listed = choice.order_file is not None
    return (Chosen(choice.authors, choice.since, choice.until, choice.match, choice.tags, listed, choice.names),)


def narrowed(before: Sequence[Chosen], choice: Choice) -> tuple[Chosen, ...]:
    """What holds where threads of a book that was itself chosen are chosen once more."""
    now = chosen(choice)
    return tuple(_both(each, now[0]) for each in before) if before and now else (tuple(before) or now)


def _both(one: Chosen, other: Chosen) -> Chosen:
    """The later word counts, where both have one."""
    whose = other if other.authors or other.names else one
    return Chosen(
        whose.authors,
        other.since or one.since,
        other.until or one.until,
        other.match or one.match,
        other.tags or one.tags,
        one.listed or other.listed,
        whose.names,
    )


def continued(before: Sequence[Chosen], choice: Choice) -> tuple[Chosen, ...]:
    """What a thread must fit, any of it, to come into a new edition of a book that was chosen so: what is said now,
    within the book's days as far as no other ones are said.

    Where nothing but days is said, all else holds on as the book has it. An order file chooses by itself; and of a
    book that a file listed nothing holds on. Spans in which no day lies are left out.

    Raises:
        UsageError: there is no other one.
    """
    now = chosen(choice)
    own = [each for each in before if not each.listed]
    if not now:
        return tuple(before)
    if now[0].listed or not own:
        return now
    if now[0] != Chosen(since=choice.since, until=choice.until):
        own = [Chosen(since=each.since, until=each.until) for each in own]
    found = tuple(dict.fromkeys(both for each in own if _has_days(both := _both(each, now[0]))))
    if not found:
        raise _no_day(own, choice)
    return found


def _has_days(said: Chosen) -> bool:
    return (said.since or date.min) <= (said.until or date.max)


def _no_day(own: Sequence[Chosen], choice: Choice) -> UsageError:
    """What is said of days that are all outside those of a book that was chosen so."""
    days = {"--since": choice.since, "--until": choice.until}
    said = "".join(f"{option} {day}: " for option, day in days.items() if day)
    cure = " and ".join(option for option, day in days.items() if not day)
    book = " or ".join(dict.fromkeys(_span(_choice(each)) for each in own))
    return UsageError(f"{said}the book is of threads {book}: no day lies between them; give {cure} too")


def widened(collection: Collection, choice: Choice) -> Collection:
    """What was decided about a book into which threads come that fit another choice than its own."""
    before = collection.choices
    added = [each for each in continued(before, choice) if not any(_is_within(each, known) for known in before)]
    if not added or not before:
        return collection
    if all(any(_is_within(known, each) for each in added) for known in before):
        return replace(collection, choices=tuple(added), chosen=phrases(added))
    words = (f"or {', '.join(_phrases(each))}" for each in added)
    return replace(collection, choices=(*before, *added), chosen=(*collection.chosen, *words))


def phrases(choices: Sequence[Chosen]) -> tuple[str, ...]:
    """The choices, any of which will do, in words, a phrase each."""
    first, *others = map(_phrases, choices)
    return (*first, *(f"or {', '.join(each)}" for each in others))


def _phrases(said: Chosen) -> tuple[str, ...]:
    return (*described(_choice(said)), *([AS_LISTED] if said.listed else []))


def _is_within(one: Chosen, other: Chosen) -> bool:
    """Whether every thread that fits the one surely fits the other."""
    if one.listed or other.listed:
        return one.listed and other.listed and _compared(one) == _compared(other)
    first, last = one.since or date.min, one.until or date.max
    if first < (other.since or date.min) or last > (other.until or date.max):
        return False
    pairs = zip(_wanted(one), _wanted(other), strict=True)
    return all(not theirs or (own and own <= theirs) for own, theirs in pairs)


def _wanted(said: Chosen) -> tuple[set[str], ...]:
    """Whom, which words and which hashtags, as they are compared."""
    whom = {*(f"@{bare(handle)}" for handle in said.authors), *map(folded, said.names)}
    return whom, set(map(folded, said.match)), {folded(tag.strip().removeprefix("#")) for tag in said.tags}


def _compared(choice: Chosen) -> Chosen:
    """The choice however its authors are spelled."""
    return replace(choice, authors=tuple(map(bare, choice.authors)), names=tuple(map(folded, choice.names)))


def belongs(thread: Thread, choices: Sequence[Chosen]) -> bool:
    """Whether a book that was chosen so takes the thread in."""
    return not choices or any(not each.listed and fits(thread, _choice(each)) for each in choices)


def lacks_day(thread: Thread, choices: Sequence[Chosen]) -> bool:
    """Whether a span of days alone keeps the thread out of a book that is chosen so, since its day is not known."""
    spans = [each for each in choices if (each.since or each.until) and not each.listed]
    if not spans or dates.parse(thread.published):
        return False
    return any(fits(thread, _choice(replace(each, since=None, until=None))) for each in spans)


def _choice(said: Chosen) -> Choice:
    return Choice(said.authors, said.since, said.until, said.match, said.tags, names=said.names)


def fits(thread: Thread, choice: Choice) -> bool:
    """Whether a thread fits every line of the choice, the order file left aside."""
    return all(rule(thread, choice) for rule in _RULES)


def described(choice: Choice) -> tuple[str, ...]:
    """The choice in words, a phrase each; nothing where everything fits."""
    return tuple(filter(None, (describe(choice) for describe in _DESCRIPTIONS)))


def _unknown_author(wanted: str, threads: Sequence[Thread]) -> NoThread:
    """What is said of an author of whom there is no thread."""
    authors = [thread.author for thread in threads]
    handles, names = _handles(threads), _names(threads)
    own = {f"@{author.handle}": None for author in authors if author.handle and known_by(author) == folded(wanted)}
    handle = bare(wanted)
    shown = f"@{handle}" if len(handle.split()) == 1 else handle
    there = ", ".join([*handles.values(), *names.values()][:MOST])
    if not handle:
        return NoThread(f"--author {wanted!r}: that is no name{f'; there are threads by {there}' if there else ''}")
    cure = (
        f"; so {'is' if len(own) == 1 else 'are'} called {' and '.join(own)}: give the handle"
        if own
        else meant(handle, [*handles, *names])
        or (f"; there are threads by {there}" if there else "; no thread says whose it is")
    )
    return NoThread(f"--author {handle}: no thread is by {shown}{cure}")


def _refuse_unknown_tags(threads: Sequence[Thread], choice: Choice) -> None:
    wanted = [folded(tag.strip().removeprefix("#")) for tag in choice.tags]
    if not wanted:
        return
    known = {folded(node.tag): node.tag for thread in threads for node in _hashtags(thread)}
    if not any(tag in known for tag in wanted):
        there = ", ".join(f"#{tag}" for tag in list(known.values())[:MOST])
        cure = meant(wanted[0], known) or (f"; there are {there}" if there else "; there is none in these threads")
        raise NoThread(f"--tag {wanted[0]}: no thread has the hashtag #{wanted[0]}{cure}")


def bare(handle: str) -> str:
    """A handle as it is compared, without its ``@``."""
    return handle.strip().removeprefix("@").casefold()


def _as_name(author: str) -> str | None:
    """What may be a display name, as it is compared; nothing where it must be a handle."""
    return None if author.strip().startswith("@") else folded(author)


def is_by(thread: Thread, choice: Choice) -> bool:
    """Whether the thread is by somebody who is asked for."""
    if not has_authors(choice):
        return True
    own = thread.author
    if own.handle:
        return own.handle.casefold() in map(bare, choice.authors)
    return known_by(own) in {*map(folded, choice.names), *map(_as_name, choice.authors)}


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
        yield from (plain_text(wording.body) for wording in post.wordings)
        yield from (quote.text for quote in post.quotes)
        yield from (media.alt for media in post.all_media)
        yield from (words for card in post.cards for words in (card.title, card.description))
        yield from (choice.text for poll in post.polls for choice in poll.choices)


def _tags(thread: Thread, choice: Choice) -> bool:
    if not choice.tags:
        return True
    wanted = {folded(tag.strip().removeprefix("#")) for tag in choice.tags}
    return any(folded(node.tag) in wanted for node in _hashtags(thread))


def _hashtags(thread: Thread) -> Iterator[Hashtag]:
    return (node for post in thread.posts for node in post.body if isinstance(node, Hashtag))


#: What a thread must fit.
_RULES: tuple[Callable[[Thread, Choice], bool], ...] = (is_by, _days, _words, _tags)


def _either(what: str, words: Sequence[str], shown: Callable[[str], str]) -> str:
    return f"{what} {' or '.join(map(shown, words))}" if words else ""


def _authors(choice: Choice) -> Iterator[str]:
    yield from (f"@{handle.strip().removeprefix('@')}" for handle in choice.authors)
    yield from (name or called(Author("")) for name in choice.names)


def _span(choice: Choice) -> str:
    first, last = dates.long(choice.since), dates.long(choice.until)
    if first and last:
        return f"from {first} to {last}"
    return f"since {first}" if first else f"until {last}" if last else ""


#: The parts of a choice → what is said of each.
_DESCRIPTIONS: tuple[Callable[[Choice], str], ...] = (
    lambda choice: _either("by", list(_authors(choice)), str),
    _span,
    lambda choice: _either("with the words", choice.match, lambda words: f"“{words}”"),
    lambda choice: _either("with the hashtag", choice.tags, lambda tag: f"#{tag.strip().removeprefix('#')}"),
    lambda choice: AS_LISTED if choice.order_file else "",
)
