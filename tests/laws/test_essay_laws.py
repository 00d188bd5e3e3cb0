"""A chapter holds its thread: every word, picture, quotation, card and link, in order, once; file names are safe."""

from __future__ import annotations

import re
import runpy
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from threadbound.book.blocks import Clip, Figure, LinkCard, LostPicture, Paragraph, Pause, Quotation
from threadbound.book.book import Chapter
from threadbound.book.build import Binding, build
from threadbound.book.essay import essay, fallback_title, host
from threadbound.book.heading import LONGEST, SHORT_TITLE, shorten
from threadbound.book.naming import LONGEST as LONGEST_NAME
from threadbound.book.naming import file_stem, safe, slug
from threadbound.book.paragraphs import split_replies
from threadbound.model.media import Media
from threadbound.model.text import Link, Text, plain_text
from threadbound.model.thread import Thread

SAMPLES = runpy.run_path(str(Path(__file__).parents[1] / "samples.py"))
squeezed = SAMPLES["squeezed"]
WORDS = st.sampled_from(["", "One word", "Twelve letters. More follow", "مرحبا", "…", "two\nlines\n\n"])


#: Threads as adapters give them: their bodies tidy.
THREADS = SAMPLES["threads"](WORDS, SAMPLES["posts"](WORDS, SAMPLES["plausible_bodies"]()))


def chapter_of(thread: Thread) -> Chapter:
    return build([thread], Binding("Threadbound", "2022-03-01T10:20:30Z")).chapters[0]


def by_post(chapter: Chapter) -> dict[int, list[Any]]:
    """The blocks of each post; pauses are the book's own."""
    out: dict[int, list[Any]] = {1: []}
    n = 1
    for block in chapter.blocks:
        if isinstance(block, Paragraph) and block.mark and block.mark.n != n:
            n = block.mark.n
            assert n not in out, "a post begins twice"
            out[n] = []
        if not isinstance(block, Pause):
            out[n].append(block)
    return out


def said(blocks: list[Any]) -> str:
    """The words of paragraphs, with the author's own number where it went into the mark."""
    out = ""
    for block in blocks:
        if isinstance(block, Paragraph):
            replies, words = split_replies(block.words) if block.mark else ((), block.words)
            own = block.mark.label if block.mark and block.mark.label != str(block.mark.n) else ""
            out += plain_text(replies) + own + (block.item or "") + plain_text(words)
    return squeezed(out)


def shown(blocks: list[Any]) -> Iterator[Media]:
    for block in blocks:
        match block:
            case Figure(pictures):
                yield from pictures
            case Clip(media) | LostPicture(media):
                yield media
            case _:
                pass


@settings(max_examples=60, deadline=None)
@given(THREADS)
def test_every_word_is_there_in_order_once(thread: Thread) -> None:
    chapter = chapter_of(thread)
    blocks = by_post(chapter)
    assert list(blocks) == [post.n for post in thread.posts]
    for post in thread.posts[1:]:
        assert said(blocks[post.n]) == squeezed(plain_text(post.body))
    first, heading = thread.posts[0], chapter.heading
    expected = squeezed(plain_text(first.body))
    replies = squeezed(plain_text(chapter.reply_to))
    mark = heading.mark or next((block.mark for block in blocks[1] if isinstance(block, Paragraph)), None)
    assert mark
    own = "" if mark.label == "1" else squeezed(mark.label)
    rest = said(blocks[1]).removeprefix(own)
    opening = "" if heading.words == (Text(shorten(fallback_title(thread), LONGEST)),) else plain_text(heading.words)
    assert replies + own + squeezed(opening) + rest == expected


@settings(max_examples=40, deadline=None)
@given(THREADS)
def test_every_picture_quotation_and_card_is_there_in_order_once(thread: Thread) -> None:
    blocks = by_post(chapter_of(thread))
    for post in thread.posts:
        mine = blocks[post.n]
        assert tuple(shown(mine)) == post.media
        quotations = [block for block in mine if isinstance(block, Quotation)]
        other = [words for each in post.wordings if (words := plain_text(each.body)).split()]  # of other captures
        assert [(q.name, q.handle, q.url) for q in quotations] == [
            *((quote.name or "", quote.author or "", quote.url) for quote in post.quotes),
            *(("", "", None) for _ in other),
        ]
        quoted = [squeezed("".join(map(plain_text, q.lines))) for q in quotations]
        assert quoted == [*(squeezed(quote.text) for quote in post.quotes), *map(squeezed, other)]
        assert [tuple(shown(list(q.figures))) for q in quotations] == [
            *(quote.media for quote in post.quotes),
            *(() for _ in other),
        ]
        assert [(c.url, c.title, c.description) for c in mine if isinstance(c, LinkCard)] == [
            (card.url, card.title, card.description) for card in post.cards
        ]
        assert all(block.post == post.n for block in mine if isinstance(block, Figure | Clip | LostPicture))


@settings(max_examples=40, deadline=None)
@given(THREADS)
def test_the_notes_hold_every_target_once(thread: Thread) -> None:
    chapter = chapter_of(thread)
    targets = [url for post in thread.posts for url in post.links]
    targets += [quote.url for post in thread.posts for quote in post.quotes if quote.url]
    others = [words for post in thread.posts for words in post.wordings if plain_text(words.body).split()]
    targets += [node.url for words in others for node in words.body if isinstance(node, Link)]
    assert sorted(chapter.notes) == sorted(set(targets))
    assert all(chapter.notes[chapter.note(url) - 1] == url for url in targets)


@settings(max_examples=40, deadline=None)
@given(THREADS)
def test_every_post_has_one_anchor_of_its_own(thread: Thread) -> None:
    text = essay(thread, "t7")
    marks = [block.mark for block in text.blocks if isinstance(block, Paragraph) and block.mark]
    marks += [text.heading.mark] if text.heading.mark else []
    assert sorted(mark.anchor for mark in marks) == sorted(f"t7-p{post.n}" for post in thread.posts)


@settings(max_examples=40, deadline=None)
@given(THREADS)
def test_headings_are_never_empty_and_never_long(thread: Thread) -> None:
    heading = chapter_of(thread).heading
    assert heading.short.strip()
    assert heading.title.strip()
    assert len(heading.short) <= SHORT_TITLE
    assert len(heading.title) <= LONGEST
    assert not any(isinstance(node, Link) for node in heading.words) or heading.is_long


@given(SAMPLES["odd_text"]())
def test_the_site_of_any_address_can_be_named(url: str) -> None:
    assert host(url) or not url
    assert host("http://" + url)


def assert_safe(name: str) -> None:
    assert name == unicodedata.normalize("NFC", name)
    assert len(name.encode()) <= LONGEST_NAME
    assert not re.search(r'[\x00-\x1f\x7f/\\:*?"<>|$`;&!\'#%{}~\u202e]', name)
    assert not re.match(r"[-. ]|.*[-. ]$", name)
    assert not re.match(r"(?i)(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]) *(\.|$)", name)


@given(
    SAMPLES["odd_text"]() | st.text(max_size=300) | st.sampled_from(["nul", "COM¹.x", "con ." + "a" * 300, "..", "-"])
)
def test_any_name_made_safe_is_safe_and_stays_as_it_is(name: str) -> None:
    made = safe(name)
    if made:
        assert_safe(made)
    assert safe(made) == made


@given(
    SAMPLES["threads"](st.text(max_size=60)),
    SAMPLES["odd_text"](),
    st.sampled_from(["{date}-{handle}-{id}-{slug}", "{slug}", "{id}.{date}", "con", "", "../{handle}/{date}", "{{}}"]),
    st.sampled_from([1, 2]),
)
@settings(max_examples=40, deadline=None)
def test_every_file_name_is_safe_and_none_is_empty(thread: Thread, title: str, template: str, count: int) -> None:
    name = file_stem([thread] * count, title, template)
    assert name
    assert_safe(name)


@given(st.text(max_size=60))
def test_a_slug_holds_letters_figures_and_hyphens(title: str) -> None:
    assert all(c == "-" or unicodedata.category(c)[0] in "LNM" for c in slug(title))
