"""Posts → blocks: the thread as an essay. Before: posts. After: paragraphs, figures, quotations, in order, with the
borders of the posts kept as marks.

Every word, picture, quotation and card of the posts is in exactly one block (or in the heading); nothing is reordered.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby, pairwise
from urllib.parse import urlsplit

from msgspec import Struct, field
from msgspec.structs import replace

from threadbound.book import dates
from threadbound.book.ballots import ballot
from threadbound.book.blocks import (
    Block,
    Clip,
    Figure,
    Gap,
    Kept,
    LinkCard,
    LostPicture,
    Mark,
    Paragraph,
    Pause,
    PostHead,
    Quotation,
)
from threadbound.book.book import Heading
from threadbound.book.brief import brief
from threadbound.book.captures import kept
from threadbound.book.direction import direction
from threadbound.book.heading import open_thread
from threadbound.book.language import language_of
from threadbound.book.paragraphs import has_stanzas, lines, paragraphs, split_replies, stanza_starts, take_number
from threadbound.book.people import called
from threadbound.book.tags import known
from threadbound.book.wordings import other_words
from threadbound.model.media import Media
from threadbound.model.text import Inline, Mention, Text, tidy, with_links
from threadbound.model.thread import Card, Post, Quote, Thread

#: More pictures of one post than this are no figure that fits on a page: they become several.
MOST_PICTURES = 6


class Essay(Struct):
    """A thread's blocks, with what its chapter needs beside them."""

    heading: Heading
    reply_to: tuple[Mention, ...]
    blocks: list[Block] = field(default_factory=list)


def essay(thread: Thread, chapter_id: str) -> Essay:
    """The thread as one flow of paragraphs; ids of posts in the book are ``<chapter_id>-p<n>``."""
    first = thread.posts[0]
    reply_to, body = split_replies(first.body)
    label, body = take_number(body, first.n)
    opening = open_thread(body, fallback_title(thread), _language(first))
    mark = replace(_mark(first, label, chapter_id), is_opening=True)
    heading = opening.heading if opening.rest else replace(opening.heading, mark=mark)
    lost = kept(thread)
    out = Essay(heading, reply_to, _kept(first, lost))
    words = _paragraphs(opening.rest, mark, first, flush=True, whole=body) if opening.rest else []
    out.blocks += [*words, *_extras(first, thread)]
    for before, post in pairwise(thread.posts):
        if post.n > before.n + 1:
            out.blocks.append(Gap(_gap(before.n + 1, post.n - 1)))
        pause = dates.pause(before.time, post.time)
        if pause:
            out.blocks.append(Pause(pause))
        out.blocks += _kept(post, lost)
        flush = not out.blocks or not isinstance(out.blocks[-1], Paragraph)
        last, words = words, _words(post, chapter_id, flush=flush)
        out.blocks += [*_apart(words, last), *_extras(post, thread)]
    out.blocks += _end(thread)
    return out


def _apart(words: list[Paragraph], last: Iterable[Paragraph]) -> list[Paragraph]:
    """A post's paragraphs; its first one with space above where it or the last post has stanzas.

    Else its neighbour's nearest stanza would stand nearer to it than to the neighbour's others.
    """
    is_apart = not words[0].flush and any(each.is_apart for each in (*words, *last))
    return [replace(words[0], is_apart=True), *words[1:]] if is_apart else words


def one_by_one(thread: Thread, chapter_id: str) -> Essay:
    """The thread as posts that stand apart, each under its number and time; ids as in :func:`essay`.

    The heading says whose thread it is, and of which day; the first post stands whole among the others.
    """
    first = thread.posts[0]
    title = fallback_title(thread)
    opening = open_thread(take_number(split_replies(first.body)[1], first.n)[1], title, _language(first))
    out = Essay(
        replace(
            opening.heading,
            words=(Text(title),),
            mark=None,
            is_long=False,
            direction=direction(title),
            language="en",
            is_ours=True,
        ),
        (),
    )
    before: Post | None = None
    lost = kept(thread)
    for post in thread.posts:
        if before and post.n > before.n + 1:
            out.blocks.append(Gap(_gap(before.n + 1, post.n - 1)))
        out.blocks += _kept(post, lost)
        words = _words(post, chapter_id, flush=True)
        mark = words[0].mark
        if mark:
            time = dates.clock(post.time, before.time if before else None) if post.time else ""
            out.blocks.append(PostHead(mark, time))
        out.blocks += [replace(paragraph, mark=None) for paragraph in words if paragraph.words or paragraph.item]
        out.blocks += _extras(post, thread)
        before = post
    out.blocks += _end(thread)
    return out


#: How a thread is set → what makes it so.
STYLES = {"essay": essay, "posts": one_by_one}


def _end(thread: Thread) -> list[Block]:
    """That posts are missing of which nobody can say where they stood: a page that was cut off ends in mid-air."""
    declared, numbered = thread.declared_posts or 0, thread.posts[-1].n
    if declared <= max(numbered, len(thread.posts)):
        return []
    return [Gap(f"The page declares {declared} posts; here it ends, after {len(thread.posts)}")]


def _kept(post: Post, lost: Mapping[int, str]) -> list[Block]:
    """That a capture lost the post which follows."""
    return [Kept(f"Post {post.n} is {lost[post.n]}")] if post.n in lost else []


def _gap(first: int, last: int) -> str:
    if first == last:
        return f"Post {first} is not in the saved page"
    return f"Posts {first} {'and' if last == first + 1 else 'to'} {last} are not in the saved page"


def fallback_title(thread: Thread) -> str:
    """A title where the first post gives none: whose thread, and of which day."""
    who = brief(called(thread.author))
    day = dates.long(dates.parse(thread.published))
    return f"Thread by {who}, {day}" if day else f"Thread by {who}"


def host(url: str) -> str:
    """The site of an address, without ``www.``; the address itself when it has none."""
    try:
        name = urlsplit(url).hostname or ""
    except ValueError:  # such as an unclosed bracket
        name = ""
    return name.removeprefix("www.") or url


def _mark(post: Post, label: str, chapter_id: str) -> Mark:
    return Mark(post.n, label or str(post.n), post.url, f"{chapter_id}-p{post.n}")


def _words(post: Post, chapter_id: str, *, flush: bool) -> list[Paragraph]:
    """A post's paragraphs; a post without words still has its mark, on an empty one."""
    replies, body = split_replies(post.body)
    label, body = take_number(body, post.n)
    mark = _mark(post, label, chapter_id)
    return _paragraphs(_join(replies, body), mark, post, flush=flush)


def _paragraphs(
    body: tuple[Inline, ...], mark: Mark, post: Post, *, flush: bool, whole: Sequence[Inline] = ()
) -> list[Paragraph]:
    """The paragraphs of a post; ``whole`` are all its words where ``body`` is what its heading leaves of them."""
    stanzas = has_stanzas(whole or body)
    return paragraphs(body, mark, _language(post), flush=flush, stanzas=stanzas) or [Paragraph((), mark, flush=True)]


def _language(post: Post) -> str | None:
    return known(post.language) or language_of(post.body)


def _join(replies: tuple[Mention, ...], body: tuple[Inline, ...]) -> tuple[Inline, ...]:
    """Reply mentions run on in front of the words they answer with, a space after each."""
    spaced = [node for mention in replies for node in (mention, Text(" "))]
    return tidy((*spaced, *body)) if replies else body


def _extras(post: Post, thread: Thread) -> Iterator[Block]:
    """What stands with the words of a post, and at last what other captures have in their place."""
    yield from figures(post.media, post.n)
    for quote in post.quotes:
        yield quotation(quote, post.n)
    for card in post.cards:
        yield _card(card)
    for poll in post.polls:
        yield ballot(poll)
    for said, body in other_words(post, thread):
        yield Kept(said)
        if body:
            language = known(post.language) or language_of(body)
            yield Quotation("", "", "", None, tuple(lines(body)), language=language, are_apart=stanza_starts(body))


def figures(media: Iterable[Media], n: int) -> Iterator[Figure | Clip | LostPicture]:
    """A post's media as figures: neighbouring pictures that are there stand together, up to :data:`MOST_PICTURES`."""
    for kind, group in groupby(media, key=_kind):
        if kind == "picture":
            pictures = tuple(group)
            yield from (Figure(pictures[k : k + MOST_PICTURES], n) for k in range(0, len(pictures), MOST_PICTURES))
        elif kind == "clip":
            yield from (Clip(item, n) for item in group)
        else:
            yield from (LostPicture(item, n) for item in group)


def _kind(media: Media) -> str:
    if media.kind != "image":
        return "clip"
    return "picture" if media.sha256 else "lost"


def quotation(quote: Quote, n: int) -> Quotation:
    """A quoted post as a block."""
    day = dates.long(quote.time.date()) if quote.time else ""
    lines = tuple(with_links(line) for line in quote.text.split("\n") if line.strip())
    shown, language = tuple(figures(quote.media, n)), language_of([Text(quote.text)])
    return Quotation(quote.name or "", quote.author or "", day, quote.url, lines, shown, language)


def _card(card: Card) -> LinkCard:
    picture = card.image if card.image and card.image.sha256 else None
    language = language_of([Text(f"{card.title}\n{card.description}")])
    return LinkCard(card.url, host(card.url), card.title, card.description, picture, language)
