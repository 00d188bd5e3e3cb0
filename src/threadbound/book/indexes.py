"""The indexes of a collection: people, hashtags, linked sites.

Before: the chapters of a book. After: an index of each, sorted as people sort, under its first letters; none that would
be empty. Whose the book is needs no entry: such a one would name every page.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import groupby

from threadbound.book.direction import direction
from threadbound.book.essay import host
from threadbound.book.identity import authors_of
from threadbound.book.matter import Index, Letter, Term
from threadbound.book.named import person, subject
from threadbound.book.order import collated
from threadbound.book.people import file_as
from threadbound.book.places import Chapters, Found
from threadbound.model.text import Hashtag, Mention, clean
from threadbound.model.thread import Post

#: What stands above the entries that begin with no letter.
FIGURES = "0–9"
_Found = dict[str, list[Found]]


def indexes(chapters: Chapters, ways: Mapping[int, Mapping[str, str]]) -> tuple[Index, ...]:
    """Every index that has an entry.

    Args:
        chapters: of the book.
        ways: place of a chapter → its addresses that lead into the book: those are no sites.
    """
    people, subjects, sites = defaultdict(list), defaultdict(list), defaultdict(list)
    names: dict[str, str] = {}
    tags: dict[str, str] = {}
    for spot in chapters.spots():
        for handle, name in _people(spot.post):
            people[handle.casefold()].append((spot, person(handle)))
            names.setdefault(f"@{handle.casefold()}", handle)
            if name:
                names[handle.casefold()] = name
        for node in spot.post.body:
            if isinstance(node, Hashtag):
                subjects[node.tag.casefold()].append((spot, subject(node.tag)))
                tags.setdefault(node.tag.casefold(), node.tag)
        for url in spot.urls:
            if url not in ways[spot.chapter] and (site := host(url)) != url:
                sites[site.casefold()].append((spot, url))
    _leave_out_the_author(people, chapters, names)
    made = (
        Index("people", "People", _letters([_person(each, names, found, chapters) for each, found in people.items()])),
        Index(
            "subjects", "Hashtags", _letters([_term(f"#{tags[k]}", found, chapters) for k, found in subjects.items()])
        ),
        Index("sites", "Linked sites", _letters([_term(site, found, chapters) for site, found in sites.items()])),
    )
    return tuple(index for index in made if index.letters)


def _people(post: Post) -> Iterator[tuple[str, str]]:
    """Handle and name of whom a post names or quotes."""
    for node in post.body:
        if isinstance(node, Mention):
            yield node.handle, ""
    for quote in post.quotes:
        if quote.author:
            yield quote.author, quote.name or ""


def _leave_out_the_author(people: _Found, chapters: Chapters, names: dict[str, str]) -> None:
    """Take out whoever wrote the whole book; and know the names of the authors."""
    known = authors_of(chapters.threads).values()
    names |= {author.handle.casefold(): author.name for author in known if author.name}
    if len(known) == 1:
        people.pop(next(iter(known)).handle.casefold(), None)


def _person(handle: str, names: Mapping[str, str], found: list[Found], chapters: Chapters) -> Term:
    """By the surname, where the name is one of a person; without a name by the handle."""
    name = file_as(clean(names.get(handle, ""))).strip()
    known = names[f"@{handle}"]
    return _term(name or f"@{known}", found, chapters, f"@{known}" if name else "")


def _term(words: str, found: list[Found], chapters: Chapters, note: str = "") -> Term:
    return Term(words, note, chapters.groups(found), direction(words))


def _letters(terms: list[Term]) -> tuple[Letter, ...]:
    """The entries, sorted, by their first letters; what begins with none stands before them."""
    entries = sorted(terms, key=lambda term: (_head(term) != FIGURES, collated(term.words), term.note))
    return tuple(Letter(head, tuple(own)) for head, own in groupby(entries, key=_head))


def _head(term: Term) -> str:
    first = collated(term.words)[:1]
    return first.upper() if first.isalpha() else FIGURES
